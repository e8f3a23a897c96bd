-- +goose Up

-- What a matter of the duty list was before it was changed: cases that came in then keep what they had.
-- +goose StatementBegin
CREATE TABLE matter_pasts (
  id              TEXT NOT NULL,
  matter_id       TEXT NOT NULL,
  name            TEXT NOT NULL,
  family          TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  days            INTEGER NOT NULL,
  difficulty      INTEGER NOT NULL,
  valid_to        TEXT NOT NULL,
  created_at      DATETIME NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_matter_pasts_matter_id FOREIGN KEY (matter_id) REFERENCES matters (id),
  CONSTRAINT fk_matter_pasts_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
);
-- +goose StatementEnd
CREATE INDEX ix_matter_pasts_matter ON matter_pasts (matter_id, created_at);
