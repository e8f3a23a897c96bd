-- +goose Up

-- +goose StatementBegin
CREATE TABLE course_tasks (
  id              TEXT NOT NULL,
  course_id       TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  category        TEXT NOT NULL,
  due_on          TEXT NOT NULL,
  note            TEXT NOT NULL,
  ended_on        TEXT NOT NULL,
  created_by      TEXT,
  created_at      DATETIME NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_course_tasks_course_id FOREIGN KEY (course_id) REFERENCES courses (id),
  CONSTRAINT fk_course_tasks_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
);
-- +goose StatementEnd
CREATE INDEX ix_course_tasks_unit ON course_tasks (unit_id);

-- +goose StatementBegin
CREATE TABLE hours_claims (
  id              TEXT NOT NULL,
  person_id       TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  ledger          TEXT NOT NULL,
  title           TEXT NOT NULL,
  organizer       TEXT NOT NULL,
  from_on         TEXT NOT NULL,
  to_on           TEXT NOT NULL,
  hours           INTEGER NOT NULL,
  evidence        TEXT NOT NULL,
  state           TEXT NOT NULL,
  credited        INTEGER NOT NULL,
  decided_by      TEXT,
  decided_at      DATETIME,
  reason          TEXT NOT NULL,
  version         INTEGER NOT NULL,
  created_at      DATETIME NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_hours_claims_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_hours_claims_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
);
-- +goose StatementEnd
CREATE INDEX ix_hours_claims_person ON hours_claims (person_id);
CREATE INDEX ix_hours_claims_unit ON hours_claims (unit_id, state);
