-- +goose Up

-- +goose StatementBegin
CREATE TABLE hour_rules (
  id              TEXT NOT NULL,
  no              INTEGER NOT NULL,
  from_year       INTEGER NOT NULL,
  name            TEXT NOT NULL,
  document        TEXT NOT NULL,
  book            TEXT NOT NULL,
  state           TEXT NOT NULL,
  reason          TEXT NOT NULL,
  proposed_by     TEXT,
  proposed_at     DATETIME NOT NULL,
  decided_by      TEXT,
  decided_at      DATETIME,
  version         INTEGER NOT NULL,
  PRIMARY KEY (id)
);
-- +goose StatementEnd
CREATE UNIQUE INDEX ux_hour_rules_no ON hour_rules (no);
