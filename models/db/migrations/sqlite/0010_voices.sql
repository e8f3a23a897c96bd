-- +goose Up

-- +goose StatementBegin
CREATE TABLE stands (
  id              TEXT NOT NULL,
  code            TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  name            TEXT NOT NULL,
  valid_from      TEXT NOT NULL,
  valid_to        TEXT NOT NULL,
  version         INTEGER NOT NULL,
  created_at      DATETIME NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_stands_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
);
-- +goose StatementEnd
CREATE INDEX ix_stands_unit ON stands (unit_id);
CREATE UNIQUE INDEX ux_stands_code ON stands (code);

-- +goose StatementBegin
CREATE TABLE paper_slips (
  id              TEXT NOT NULL,
  number_hash     TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  case_id         TEXT,
  issued_by       TEXT NOT NULL,
  issued_on       TEXT NOT NULL,
  expires_on      TEXT NOT NULL,
  state           TEXT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_paper_slips_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_paper_slips_case_id FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT fk_paper_slips_issued_by FOREIGN KEY (issued_by) REFERENCES persons (id)
) WITHOUT ROWID;
-- +goose StatementEnd
CREATE INDEX ix_paper_slips_case ON paper_slips (case_id);
CREATE INDEX ix_paper_slips_unit ON paper_slips (unit_id);
CREATE UNIQUE INDEX ux_paper_slips_number ON paper_slips (number_hash);

-- +goose StatementBegin
CREATE TABLE leak_reports (
  id              TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  receiver_id     TEXT NOT NULL,
  text            TEXT NOT NULL CHECK (text = '' OR text LIKE 'v1:%'),
  contact         TEXT NOT NULL CHECK (contact = '' OR contact LIKE 'v1:%'),
  reported_on     TEXT NOT NULL,
  state           TEXT NOT NULL,
  note            TEXT NOT NULL,
  handled_by      TEXT,
  handled_on      TEXT NOT NULL,
  version         INTEGER NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_leak_reports_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_leak_reports_receiver_id FOREIGN KEY (receiver_id) REFERENCES units (id),
  CONSTRAINT fk_leak_reports_handled_by FOREIGN KEY (handled_by) REFERENCES persons (id)
) WITHOUT ROWID;
-- +goose StatementEnd
CREATE INDEX ix_leak_reports_receiver ON leak_reports (receiver_id);

-- +goose StatementBegin
CREATE TABLE case_hidden (
  case_id         TEXT NOT NULL,
  from_id         TEXT NOT NULL,
  PRIMARY KEY (case_id, from_id),
  CONSTRAINT fk_case_hidden_case_id FOREIGN KEY (case_id) REFERENCES cases (id)
) WITHOUT ROWID;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE case_tracks (
  case_id         TEXT NOT NULL,
  secret_hash     TEXT NOT NULL,
  reply_by        TEXT NOT NULL,
  words           INTEGER NOT NULL,
  asked           INTEGER NOT NULL,
  PRIMARY KEY (case_id),
  CONSTRAINT fk_case_tracks_case_id FOREIGN KEY (case_id) REFERENCES cases (id)
) WITHOUT ROWID;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE tips (
  id              TEXT NOT NULL,
  no              TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  receiver_id     TEXT NOT NULL,
  text            TEXT NOT NULL CHECK (text = '' OR text LIKE 'v1:%'),
  name            TEXT NOT NULL CHECK (name = '' OR name LIKE 'v1:%'),
  phone           TEXT NOT NULL CHECK (phone = '' OR phone LIKE 'v1:%'),
  secret_hash     TEXT NOT NULL,
  barred          TEXT NOT NULL,
  received_on     TEXT NOT NULL,
  state           TEXT NOT NULL,
  passed_to       TEXT NOT NULL,
  taken_by        TEXT NOT NULL,
  passed_on       TEXT NOT NULL,
  passed_by       TEXT,
  version         INTEGER NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_tips_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_tips_receiver_id FOREIGN KEY (receiver_id) REFERENCES units (id),
  CONSTRAINT fk_tips_passed_by FOREIGN KEY (passed_by) REFERENCES persons (id)
);
-- +goose StatementEnd
CREATE INDEX ix_tips_receiver ON tips (receiver_id, state);
CREATE UNIQUE INDEX ux_tips_no ON tips (no);
