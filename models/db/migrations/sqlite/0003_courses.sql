-- +goose Up

-- +goose StatementBegin
CREATE TABLE courses (
  id              TEXT NOT NULL,
  code            TEXT NOT NULL,
  title           TEXT NOT NULL,
  title_en        TEXT NOT NULL,
  summary         TEXT NOT NULL,
  summary_en      TEXT NOT NULL,
  competency      TEXT NOT NULL,
  edition         INTEGER NOT NULL,
  dated_on        TEXT NOT NULL,
  created_at      DATETIME NOT NULL,
  PRIMARY KEY (id)
);
-- +goose StatementEnd
CREATE UNIQUE INDEX ux_courses_code ON courses (code);

-- +goose StatementBegin
CREATE TABLE lessons (
  id              TEXT NOT NULL,
  course_id       TEXT NOT NULL,
  no              INTEGER NOT NULL,
  title           TEXT NOT NULL,
  summary         TEXT NOT NULL,
  title_en        TEXT NOT NULL,
  summary_en      TEXT NOT NULL,
  minutes         INTEGER NOT NULL,
  body            TEXT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_lessons_course_id FOREIGN KEY (course_id) REFERENCES courses (id)
);
-- +goose StatementEnd
CREATE UNIQUE INDEX ux_lessons_no ON lessons (course_id, no);

-- +goose StatementBegin
CREATE TABLE enrolments (
  id              TEXT NOT NULL,
  person_id       TEXT NOT NULL,
  course_id       TEXT NOT NULL,
  started_at      DATETIME NOT NULL,
  completed_at    DATETIME,
  PRIMARY KEY (id),
  CONSTRAINT fk_enrolments_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_enrolments_course_id FOREIGN KEY (course_id) REFERENCES courses (id)
);
-- +goose StatementEnd
CREATE INDEX ix_enrolments_course ON enrolments (course_id);
CREATE UNIQUE INDEX ux_enrolments ON enrolments (person_id, course_id);

-- +goose StatementBegin
CREATE TABLE lesson_progress (
  id              TEXT NOT NULL,
  person_id       TEXT NOT NULL,
  lesson_id       TEXT NOT NULL,
  paragraph       INTEGER NOT NULL,
  done_at         DATETIME,
  seen_at         DATETIME NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_lesson_progress_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_lesson_progress_lesson_id FOREIGN KEY (lesson_id) REFERENCES lessons (id)
);
-- +goose StatementEnd
CREATE UNIQUE INDEX ux_lesson_progress ON lesson_progress (person_id, lesson_id);

-- +goose StatementBegin
CREATE TABLE hours_entries (
  id              TEXT NOT NULL,
  person_id       TEXT NOT NULL,
  ledger          TEXT NOT NULL,
  source_kind     TEXT NOT NULL,
  source_id       TEXT NOT NULL,
  year            INTEGER NOT NULL,
  hours           INTEGER NOT NULL,
  rule            TEXT NOT NULL,
  basis           TEXT NOT NULL,
  booked_at       DATETIME NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_hours_entries_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
);
-- +goose StatementEnd
CREATE INDEX ix_hours_entries_year ON hours_entries (person_id, year);
CREATE UNIQUE INDEX ux_hours_entries ON hours_entries (person_id, ledger, source_kind, source_id);

-- +goose StatementBegin
CREATE TABLE quizzes (
  id              TEXT NOT NULL,
  course_id       TEXT NOT NULL,
  title           TEXT NOT NULL,
  title_en        TEXT NOT NULL,
  pass_percent    INTEGER NOT NULL,
  limit_sec       INTEGER NOT NULL,
  draw            INTEGER NOT NULL,
  max_attempts    INTEGER NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_quizzes_course_id FOREIGN KEY (course_id) REFERENCES courses (id)
);
-- +goose StatementEnd
CREATE UNIQUE INDEX ux_quizzes_course ON quizzes (course_id);

-- +goose StatementBegin
CREATE TABLE questions (
  id              TEXT NOT NULL,
  quiz_id         TEXT NOT NULL,
  code            TEXT NOT NULL,
  kind            TEXT NOT NULL,
  lesson_no       INTEGER NOT NULL,
  stem            TEXT NOT NULL,
  options         TEXT NOT NULL,
  right_key       TEXT NOT NULL,
  explanation     TEXT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_questions_quiz_id FOREIGN KEY (quiz_id) REFERENCES quizzes (id)
);
-- +goose StatementEnd
CREATE UNIQUE INDEX ux_questions_code ON questions (quiz_id, code);

-- +goose StatementBegin
CREATE TABLE attempts (
  id              TEXT NOT NULL,
  quiz_id         TEXT NOT NULL,
  person_id       TEXT NOT NULL,
  no              INTEGER NOT NULL,
  seed            INTEGER NOT NULL,
  state           TEXT NOT NULL,
  started_at      DATETIME NOT NULL,
  due_at          DATETIME NOT NULL,
  submitted_at    DATETIME,
  timed_out       BOOLEAN NOT NULL,
  score           INTEGER NOT NULL,
  passed          BOOLEAN NOT NULL,
  version         INTEGER NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_attempts_quiz_id FOREIGN KEY (quiz_id) REFERENCES quizzes (id),
  CONSTRAINT fk_attempts_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
);
-- +goose StatementEnd
CREATE INDEX ix_attempts_person ON attempts (person_id);
CREATE UNIQUE INDEX ux_attempts_no ON attempts (quiz_id, person_id, no);

-- +goose StatementBegin
CREATE TABLE answers (
  id              TEXT NOT NULL,
  attempt_id      TEXT NOT NULL,
  question_id     TEXT NOT NULL,
  place           INTEGER NOT NULL,
  shown           TEXT NOT NULL,
  given           TEXT NOT NULL,
  saved_at        DATETIME,
  mark            INTEGER NOT NULL,
  is_right        BOOLEAN NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_answers_attempt_id FOREIGN KEY (attempt_id) REFERENCES attempts (id),
  CONSTRAINT fk_answers_question_id FOREIGN KEY (question_id) REFERENCES questions (id)
);
-- +goose StatementEnd
CREATE INDEX ix_answers_question ON answers (question_id);
CREATE UNIQUE INDEX ux_answers ON answers (attempt_id, question_id);
