-- +goose Up

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS matters (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  code            VARCHAR(32) COLLATE utf8mb4_bin NOT NULL,
  name            VARCHAR(100) NOT NULL,
  family          VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  days            INT NOT NULL,
  difficulty      INT NOT NULL,
  valid_from      CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  valid_to        CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (id),
  KEY ix_matters_unit (unit_id),
  UNIQUE KEY ux_matters_code (code),
  CONSTRAINT fk_matters_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS cases (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  no              VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  outside_no      VARCHAR(64) COLLATE utf8mb4_bin,
  channel         VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  kind            VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  matter_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  family          VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  difficulty      INT NOT NULL,
  title           VARCHAR(100) NOT NULL,
  detail          VARCHAR(2000) NOT NULL,
  resident_name   VARCHAR(400) COLLATE utf8mb4_bin NOT NULL CHECK (resident_name = '' OR resident_name LIKE 'v1:%'),
  resident_phone  VARCHAR(255) COLLATE utf8mb4_bin NOT NULL CHECK (resident_phone = '' OR resident_phone LIKE 'v1:%'),
  phone_hash      VARCHAR(64) COLLATE utf8mb4_bin,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  handler_id      CHAR(26) COLLATE utf8mb4_bin,
  handler_post_id CHAR(26) COLLATE utf8mb4_bin,
  intake_id       CHAR(26) COLLATE utf8mb4_bin,
  state           VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  received_at     DATETIME(3) NOT NULL,
  received_on     CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  due_on          CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  dispatched_at   DATETIME(3),
  answered_at     DATETIME(3),
  answer          VARCHAR(2000) NOT NULL,
  closed_on       CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  outcome         VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  reopened        INT NOT NULL,
  excluded        BOOLEAN NOT NULL,
  exclude_reason  VARCHAR(200) NOT NULL,
  version         INT NOT NULL,
  created_at      DATETIME(3) NOT NULL,
  updated_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_cases_closed (closed_on),
  KEY ix_cases_handler (handler_id, state),
  KEY ix_cases_matter (matter_id),
  KEY ix_cases_phone_hash (phone_hash),
  KEY ix_cases_received (received_on),
  KEY ix_cases_unit (unit_id, state),
  UNIQUE KEY ux_cases_no (no),
  UNIQUE KEY ux_cases_outside_no (outside_no),
  CONSTRAINT fk_cases_matter_id FOREIGN KEY (matter_id) REFERENCES matters (id),
  CONSTRAINT fk_cases_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_cases_handler_id FOREIGN KEY (handler_id) REFERENCES persons (id),
  CONSTRAINT fk_cases_handler_post_id FOREIGN KEY (handler_post_id) REFERENCES posts (id),
  CONSTRAINT fk_cases_intake_id FOREIGN KEY (intake_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS case_events (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  case_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  at              DATETIME(3) NOT NULL,
  actor_id        CHAR(26) COLLATE utf8mb4_bin,
  kind            VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  note            VARCHAR(2000) NOT NULL,
  resident        BOOLEAN NOT NULL,
  PRIMARY KEY (id),
  KEY ix_case_events_case (case_id),
  CONSTRAINT fk_case_events_case_id FOREIGN KEY (case_id) REFERENCES cases (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS invitations (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  case_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  token_hash      VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  channel         VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  mode            VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  subject_id      CHAR(26) COLLATE utf8mb4_bin,
  post_id         CHAR(26) COLLATE utf8mb4_bin,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  issued_on       CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  expires_on      CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  state           VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (id),
  KEY ix_invitations_case (case_id),
  KEY ix_invitations_state (state),
  KEY ix_invitations_subject (subject_id, issued_on),
  KEY ix_invitations_unit (unit_id, issued_on),
  UNIQUE KEY ux_invitations_token (token_hash),
  CONSTRAINT fk_invitations_case_id FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT fk_invitations_subject_id FOREIGN KEY (subject_id) REFERENCES persons (id),
  CONSTRAINT fk_invitations_post_id FOREIGN KEY (post_id) REFERENCES posts (id),
  CONSTRAINT fk_invitations_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS rating_batches (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  subject_id      CHAR(26) COLLATE utf8mb4_bin,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  size            INT NOT NULL,
  effective_on    CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  made_on         CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (id),
  KEY ix_rating_batches_subject (subject_id),
  KEY ix_rating_batches_unit (unit_id),
  CONSTRAINT fk_rating_batches_subject_id FOREIGN KEY (subject_id) REFERENCES persons (id),
  CONSTRAINT fk_rating_batches_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS ratings (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  subject_id      CHAR(26) COLLATE utf8mb4_bin,
  post_id         CHAR(26) COLLATE utf8mb4_bin,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  case_id         CHAR(26) COLLATE utf8mb4_bin,
  interaction_no  VARCHAR(64) COLLATE utf8mb4_bin,
  outside_no      VARCHAR(64) COLLATE utf8mb4_bin,
  family          VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  channel         VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  mode            VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  level           INT NOT NULL,
  solved          VARCHAR(8) COLLATE utf8mb4_bin NOT NULL,
  reasons         VARCHAR(100) NOT NULL,
  comment         VARCHAR(1000) NOT NULL,
  rated_on        CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  batch_id        CHAR(26) COLLATE utf8mb4_bin,
  excluded        BOOLEAN NOT NULL,
  callback        BOOLEAN NOT NULL,
  may_know        BOOLEAN NOT NULL,
  PRIMARY KEY (id),
  KEY ix_ratings_batch (batch_id),
  KEY ix_ratings_case (case_id),
  KEY ix_ratings_subject (subject_id, batch_id),
  KEY ix_ratings_unit (unit_id, rated_on),
  UNIQUE KEY ux_ratings_outside_no (outside_no),
  CONSTRAINT fk_ratings_subject_id FOREIGN KEY (subject_id) REFERENCES persons (id),
  CONSTRAINT fk_ratings_post_id FOREIGN KEY (post_id) REFERENCES posts (id),
  CONSTRAINT fk_ratings_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_ratings_case_id FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT fk_ratings_batch_id FOREIGN KEY (batch_id) REFERENCES rating_batches (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS pressure_reports (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  case_id         CHAR(26) COLLATE utf8mb4_bin,
  comment         VARCHAR(1000) NOT NULL,
  reported_on     CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (id),
  KEY ix_pressure_reports_unit (unit_id),
  CONSTRAINT fk_pressure_reports_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_pressure_reports_case_id FOREIGN KEY (case_id) REFERENCES cases (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd
