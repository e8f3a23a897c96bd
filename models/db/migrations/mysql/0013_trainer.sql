-- +goose Up

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS course_tasks (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  course_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  category        VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  due_on          CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  note            VARCHAR(200) NOT NULL,
  ended_on        CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  created_by      CHAR(26) COLLATE utf8mb4_bin,
  created_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_course_tasks_unit (unit_id),
  CONSTRAINT fk_course_tasks_course_id FOREIGN KEY (course_id) REFERENCES courses (id),
  CONSTRAINT fk_course_tasks_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS hours_claims (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  person_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  ledger          VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  title           VARCHAR(100) NOT NULL,
  organizer       VARCHAR(100) NOT NULL,
  from_on         CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  to_on           CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  hours           INT NOT NULL,
  evidence        VARCHAR(300) NOT NULL,
  state           VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  credited        INT NOT NULL,
  decided_by      CHAR(26) COLLATE utf8mb4_bin,
  decided_at      DATETIME(3),
  reason          VARCHAR(300) NOT NULL,
  version         INT NOT NULL,
  created_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_hours_claims_person (person_id),
  KEY ix_hours_claims_unit (unit_id, state),
  CONSTRAINT fk_hours_claims_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_hours_claims_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd
