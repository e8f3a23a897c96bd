-- +goose Up

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS courses (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  code            VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
  title           VARCHAR(100) NOT NULL,
  title_en        VARCHAR(200) NOT NULL,
  summary         VARCHAR(1000) NOT NULL,
  summary_en      VARCHAR(1000) NOT NULL,
  competency      VARCHAR(24) COLLATE utf8mb4_bin NOT NULL,
  edition         INT NOT NULL,
  dated_on        CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  created_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY ux_courses_code (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS lessons (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  course_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  no              INT NOT NULL,
  title           VARCHAR(100) NOT NULL,
  summary         VARCHAR(500) NOT NULL,
  title_en        VARCHAR(200) NOT NULL,
  summary_en      VARCHAR(1000) NOT NULL,
  minutes         INT NOT NULL,
  body            MEDIUMTEXT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY ux_lessons_no (course_id, no),
  CONSTRAINT fk_lessons_course_id FOREIGN KEY (course_id) REFERENCES courses (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS enrolments (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  person_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  course_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  started_at      DATETIME(3) NOT NULL,
  completed_at    DATETIME(3),
  PRIMARY KEY (id),
  KEY ix_enrolments_course (course_id),
  UNIQUE KEY ux_enrolments (person_id, course_id),
  CONSTRAINT fk_enrolments_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_enrolments_course_id FOREIGN KEY (course_id) REFERENCES courses (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS lesson_progress (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  person_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  lesson_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  paragraph       INT NOT NULL,
  done_at         DATETIME(3),
  seen_at         DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY ux_lesson_progress (person_id, lesson_id),
  CONSTRAINT fk_lesson_progress_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_lesson_progress_lesson_id FOREIGN KEY (lesson_id) REFERENCES lessons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS hours_entries (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  person_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  ledger          VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  source_kind     VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  source_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  year            INT NOT NULL,
  hours           INT NOT NULL,
  rule            VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
  basis           VARCHAR(1000) NOT NULL,
  booked_at       DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_hours_entries_year (person_id, year),
  UNIQUE KEY ux_hours_entries (person_id, ledger, source_kind, source_id),
  CONSTRAINT fk_hours_entries_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS quizzes (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  course_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  title           VARCHAR(100) NOT NULL,
  title_en        VARCHAR(200) NOT NULL,
  pass_percent    INT NOT NULL,
  limit_sec       INT NOT NULL,
  draw            INT NOT NULL,
  max_attempts    INT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY ux_quizzes_course (course_id),
  CONSTRAINT fk_quizzes_course_id FOREIGN KEY (course_id) REFERENCES courses (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS questions (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  quiz_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  code            VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  kind            VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  lesson_no       INT NOT NULL,
  stem            VARCHAR(2000) NOT NULL,
  options         TEXT NOT NULL,
  right_key       VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  explanation     VARCHAR(2000) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY ux_questions_code (quiz_id, code),
  CONSTRAINT fk_questions_quiz_id FOREIGN KEY (quiz_id) REFERENCES quizzes (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS attempts (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  quiz_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  person_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  no              INT NOT NULL,
  seed            BIGINT NOT NULL,
  state           VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  started_at      DATETIME(3) NOT NULL,
  due_at          DATETIME(3) NOT NULL,
  submitted_at    DATETIME(3),
  timed_out       BOOLEAN NOT NULL,
  score           INT NOT NULL,
  passed          BOOLEAN NOT NULL,
  version         INT NOT NULL,
  PRIMARY KEY (id),
  KEY ix_attempts_person (person_id),
  UNIQUE KEY ux_attempts_no (quiz_id, person_id, no),
  CONSTRAINT fk_attempts_quiz_id FOREIGN KEY (quiz_id) REFERENCES quizzes (id),
  CONSTRAINT fk_attempts_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS answers (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  attempt_id      CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  question_id     CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  place           INT NOT NULL,
  shown           VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  given           VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  saved_at        DATETIME(3),
  mark            INT NOT NULL,
  is_right        BOOLEAN NOT NULL,
  PRIMARY KEY (id),
  KEY ix_answers_question (question_id),
  UNIQUE KEY ux_answers (attempt_id, question_id),
  CONSTRAINT fk_answers_attempt_id FOREIGN KEY (attempt_id) REFERENCES attempts (id),
  CONSTRAINT fk_answers_question_id FOREIGN KEY (question_id) REFERENCES questions (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd
