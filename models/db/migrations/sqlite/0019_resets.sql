-- +goose Up

-- +goose StatementBegin
CREATE TABLE account_resets (
  id              TEXT NOT NULL,
  person_id       TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  half            TEXT NOT NULL,
  reason          TEXT NOT NULL,
  asked_by        TEXT NOT NULL,
  asked_at        DATETIME NOT NULL,
  expires_at      DATETIME NOT NULL,
  outcome         TEXT NOT NULL,
  decided_by      TEXT,
  decided_at      DATETIME,
  PRIMARY KEY (id),
  CONSTRAINT fk_account_resets_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_account_resets_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
);
-- +goose StatementEnd
CREATE INDEX ix_account_resets_person ON account_resets (person_id);
CREATE INDEX ix_account_resets_open ON account_resets (outcome, expires_at);
