-- +goose Up
ALTER TABLE posts ADD COLUMN kind TEXT NOT NULL DEFAULT 'appointed';
ALTER TABLE posts ADD COLUMN end_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE persons ADD COLUMN closes_on TEXT NOT NULL DEFAULT '';
ALTER TABLE units ADD COLUMN merged_into TEXT;

-- +goose StatementBegin
CREATE TABLE unit_pasts (
  id              TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  kind            TEXT NOT NULL,
  value           TEXT NOT NULL,
  valid_from      TEXT NOT NULL,
  valid_to        TEXT NOT NULL,
  created_at      DATETIME NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_unit_pasts_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
);
-- +goose StatementEnd
CREATE INDEX ix_unit_pasts_unit ON unit_pasts (unit_id, kind);

-- +goose StatementBegin
CREATE TABLE person_names (
  id              TEXT NOT NULL,
  person_id       TEXT NOT NULL,
  name            TEXT NOT NULL,
  reason          TEXT NOT NULL,
  used_to         TEXT NOT NULL,
  created_at      DATETIME NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_person_names_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
);
-- +goose StatementEnd
CREATE INDEX ix_person_names_person ON person_names (person_id);

-- +goose StatementBegin
CREATE TABLE handovers (
  id              TEXT NOT NULL,
  person_id       TEXT NOT NULL,
  post_id         TEXT,
  to_post_id      TEXT NOT NULL,
  due_on          TEXT NOT NULL,
  asked_by        TEXT,
  items           INTEGER NOT NULL,
  done_at         DATETIME,
  created_at      DATETIME NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_handovers_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_handovers_post_id FOREIGN KEY (post_id) REFERENCES posts (id),
  CONSTRAINT fk_handovers_to_post_id FOREIGN KEY (to_post_id) REFERENCES posts (id)
);
-- +goose StatementEnd
CREATE INDEX ix_handovers_person ON handovers (person_id);
CREATE INDEX ix_handovers_due ON handovers (done_at, due_on);
