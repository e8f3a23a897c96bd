-- +goose Up

-- +goose StatementBegin
CREATE TABLE audit_seals (
  no              INTEGER NOT NULL,
  entries         INTEGER NOT NULL,
  first_at        DATETIME NOT NULL,
  last_at         DATETIME NOT NULL,
  root            TEXT NOT NULL,
  prev            TEXT NOT NULL,
  mac             TEXT NOT NULL,
  sealed_at       DATETIME NOT NULL,
  archive         TEXT NOT NULL,
  PRIMARY KEY (no)
);
-- +goose StatementEnd
ALTER TABLE audit_entries ADD COLUMN seal_no INTEGER;
CREATE INDEX ix_audit_entries_seal ON audit_entries (seal_no);
