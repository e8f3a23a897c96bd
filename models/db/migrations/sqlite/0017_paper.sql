-- +goose Up

-- Who printed a code that opens a matter as the resident does: it must not be the one who is rated.
ALTER TABLE case_tracks ADD COLUMN issued_by TEXT;

-- +goose StatementBegin
CREATE TABLE slip_checks (
  id              TEXT NOT NULL,
  slip_id         TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  subject_id      TEXT,
  number          TEXT NOT NULL CHECK (number = '' OR number LIKE 'v1:%'),
  first_by        TEXT NOT NULL,
  first           TEXT NOT NULL CHECK (first = '' OR first LIKE 'v1:%'),
  second_by       TEXT,
  second          TEXT NOT NULL CHECK (second = '' OR second LIKE 'v1:%'),
  state           TEXT NOT NULL,
  drawn_on        TEXT NOT NULL,
  held_until      TEXT NOT NULL,
  decided_by      TEXT,
  decided_on      TEXT NOT NULL,
  note            TEXT NOT NULL,
  version         INTEGER NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_slip_checks_slip_id FOREIGN KEY (slip_id) REFERENCES paper_slips (id),
  CONSTRAINT fk_slip_checks_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_slip_checks_first_by FOREIGN KEY (first_by) REFERENCES persons (id),
  CONSTRAINT fk_slip_checks_second_by FOREIGN KEY (second_by) REFERENCES persons (id),
  CONSTRAINT fk_slip_checks_decided_by FOREIGN KEY (decided_by) REFERENCES persons (id)
) WITHOUT ROWID;
-- +goose StatementEnd
CREATE UNIQUE INDEX ux_slip_checks_slip ON slip_checks (slip_id);
CREATE INDEX ix_slip_checks_unit ON slip_checks (unit_id, state);
