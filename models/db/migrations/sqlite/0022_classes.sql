-- +goose Up

-- +goose StatementBegin
CREATE TABLE training_classes (
  id              TEXT NOT NULL,
  name            TEXT NOT NULL,
  ledger          TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  head_id         TEXT NOT NULL,
  from_on         TEXT NOT NULL,
  to_on           TEXT NOT NULL,
  purpose         TEXT NOT NULL,
  state           TEXT NOT NULL,
  reason          TEXT NOT NULL,
  submitted_by    TEXT,
  submitted_at    DATETIME,
  confirmed_by    TEXT,
  confirmed_at    DATETIME,
  version         INTEGER NOT NULL,
  created_by      TEXT,
  created_at      DATETIME NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_training_classes_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_training_classes_head_id FOREIGN KEY (head_id) REFERENCES persons (id)
);
-- +goose StatementEnd
CREATE INDEX ix_training_classes_unit ON training_classes (unit_id, state);
CREATE INDEX ix_training_classes_head ON training_classes (head_id);

-- +goose StatementBegin
CREATE TABLE class_sessions (
  id              TEXT NOT NULL,
  class_id        TEXT NOT NULL,
  day             TEXT NOT NULL,
  from_min        INTEGER NOT NULL,
  to_min          INTEGER NOT NULL,
  title           TEXT NOT NULL,
  place           TEXT NOT NULL,
  teacher         TEXT NOT NULL,
  course_id       TEXT,
  hours           INTEGER NOT NULL,
  created_at      DATETIME NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_class_sessions_class_id FOREIGN KEY (class_id) REFERENCES training_classes (id),
  CONSTRAINT fk_class_sessions_course_id FOREIGN KEY (course_id) REFERENCES courses (id)
);
-- +goose StatementEnd
CREATE INDEX ix_class_sessions_class ON class_sessions (class_id, day);

-- +goose StatementBegin
CREATE TABLE class_members (
  id              TEXT NOT NULL,
  class_id        TEXT NOT NULL,
  person_id       TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  left_on         TEXT NOT NULL,
  left_why        TEXT NOT NULL,
  hours           INTEGER NOT NULL,
  added_by        TEXT,
  created_at      DATETIME NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_class_members_class_id FOREIGN KEY (class_id) REFERENCES training_classes (id),
  CONSTRAINT fk_class_members_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_class_members_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
);
-- +goose StatementEnd
CREATE UNIQUE INDEX ux_class_members ON class_members (class_id, person_id);
CREATE INDEX ix_class_members_person ON class_members (person_id);

-- +goose StatementBegin
CREATE TABLE class_marks (
  id              TEXT NOT NULL,
  session_id      TEXT NOT NULL,
  person_id       TEXT NOT NULL,
  no              INTEGER NOT NULL,
  mark            TEXT NOT NULL,
  reason          TEXT NOT NULL,
  marked_by       TEXT,
  marked_at       DATETIME NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_class_marks_session_id FOREIGN KEY (session_id) REFERENCES class_sessions (id),
  CONSTRAINT fk_class_marks_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
);
-- +goose StatementEnd
CREATE UNIQUE INDEX ux_class_marks ON class_marks (session_id, person_id, no);
