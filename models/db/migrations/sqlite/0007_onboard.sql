-- +goose Up

-- +goose StatementBegin
CREATE TABLE id_cards (
  person_id       TEXT NOT NULL,
  hash            TEXT NOT NULL,
  added_at        DATETIME NOT NULL,
  PRIMARY KEY (person_id),
  CONSTRAINT fk_id_cards_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
);
-- +goose StatementEnd
CREATE UNIQUE INDEX ux_id_cards_hash ON id_cards (hash);

-- +goose StatementBegin
CREATE TABLE calendar_days (
  day             TEXT NOT NULL,
  works           BOOLEAN NOT NULL,
  note            TEXT NOT NULL,
  PRIMARY KEY (day)
);
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE import_plans (
  id              TEXT NOT NULL,
  kind            TEXT NOT NULL,
  file            TEXT NOT NULL,
  digest          TEXT NOT NULL,
  base            TEXT NOT NULL,
  scope_id        TEXT,
  leave_rest      BOOLEAN NOT NULL,
  state           TEXT NOT NULL,
  counts          TEXT NOT NULL,
  content         TEXT NOT NULL CHECK (content = '' OR content LIKE 'v1:%'),
  errors          TEXT NOT NULL CHECK (errors = '' OR errors LIKE 'v1:%'),
  created_by      TEXT,
  created_at      DATETIME NOT NULL,
  expires_at      DATETIME NOT NULL,
  ended_at        DATETIME,
  version         INTEGER NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_import_plans_scope_id FOREIGN KEY (scope_id) REFERENCES units (id),
  CONSTRAINT fk_import_plans_created_by FOREIGN KEY (created_by) REFERENCES persons (id)
);
-- +goose StatementEnd
CREATE INDEX ix_import_plans_state ON import_plans (state);

-- +goose StatementBegin
CREATE TABLE import_lines (
  plan_id         TEXT NOT NULL,
  no              INTEGER NOT NULL,
  category        TEXT NOT NULL,
  row_no          INTEGER NOT NULL,
  code            TEXT NOT NULL,
  name            TEXT NOT NULL,
  place           TEXT NOT NULL,
  notes           TEXT NOT NULL,
  PRIMARY KEY (plan_id, no),
  CONSTRAINT fk_import_lines_plan_id FOREIGN KEY (plan_id) REFERENCES import_plans (id)
);
-- +goose StatementEnd
CREATE INDEX ix_import_lines_category ON import_lines (plan_id, category, no);
