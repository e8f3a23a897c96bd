-- +goose Up

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS training_classes (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  name            VARCHAR(100) NOT NULL,
  ledger          VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  head_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  from_on         CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  to_on           CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  purpose         VARCHAR(300) NOT NULL,
  state           VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  reason          VARCHAR(300) NOT NULL,
  submitted_by    CHAR(26) COLLATE utf8mb4_bin,
  submitted_at    DATETIME(3),
  confirmed_by    CHAR(26) COLLATE utf8mb4_bin,
  confirmed_at    DATETIME(3),
  version         INT NOT NULL,
  created_by      CHAR(26) COLLATE utf8mb4_bin,
  created_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_training_classes_unit (unit_id, state),
  KEY ix_training_classes_head (head_id),
  CONSTRAINT fk_training_classes_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_training_classes_head_id FOREIGN KEY (head_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS class_sessions (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  class_id        CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  day             CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  from_min        INT NOT NULL,
  to_min          INT NOT NULL,
  title           VARCHAR(100) NOT NULL,
  place           VARCHAR(100) NOT NULL,
  teacher         VARCHAR(100) NOT NULL,
  course_id       CHAR(26) COLLATE utf8mb4_bin,
  hours           INT NOT NULL,
  created_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_class_sessions_class (class_id, day),
  CONSTRAINT fk_class_sessions_class_id FOREIGN KEY (class_id) REFERENCES training_classes (id),
  CONSTRAINT fk_class_sessions_course_id FOREIGN KEY (course_id) REFERENCES courses (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS class_members (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  class_id        CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  person_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  left_on         CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  left_why        VARCHAR(300) NOT NULL,
  hours           INT NOT NULL,
  added_by        CHAR(26) COLLATE utf8mb4_bin,
  created_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY ux_class_members (class_id, person_id),
  KEY ix_class_members_person (person_id),
  CONSTRAINT fk_class_members_class_id FOREIGN KEY (class_id) REFERENCES training_classes (id),
  CONSTRAINT fk_class_members_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_class_members_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS class_marks (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  session_id      CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  person_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  no              INT NOT NULL,
  mark            VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  reason          VARCHAR(300) NOT NULL,
  marked_by       CHAR(26) COLLATE utf8mb4_bin,
  marked_at       DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY ux_class_marks (session_id, person_id, no),
  CONSTRAINT fk_class_marks_session_id FOREIGN KEY (session_id) REFERENCES class_sessions (id),
  CONSTRAINT fk_class_marks_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd
