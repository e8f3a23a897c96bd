-- +goose Up

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS stands (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  code            VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  name            VARCHAR(50) NOT NULL,
  valid_from      CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  valid_to        CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  version         INT NOT NULL,
  created_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_stands_unit (unit_id),
  UNIQUE KEY ux_stands_code (code),
  CONSTRAINT fk_stands_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS paper_slips (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  number_hash     VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  case_id         CHAR(26) COLLATE utf8mb4_bin,
  issued_by       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  issued_on       CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  expires_on      CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  state           VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (id),
  KEY ix_paper_slips_case (case_id),
  KEY ix_paper_slips_unit (unit_id),
  UNIQUE KEY ux_paper_slips_number (number_hash),
  CONSTRAINT fk_paper_slips_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_paper_slips_case_id FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT fk_paper_slips_issued_by FOREIGN KEY (issued_by) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS leak_reports (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  receiver_id     CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  text            TEXT COLLATE utf8mb4_bin NOT NULL CHECK (text = '' OR text LIKE 'v1:%'),
  contact         VARCHAR(255) COLLATE utf8mb4_bin NOT NULL CHECK (contact = '' OR contact LIKE 'v1:%'),
  reported_on     CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  state           VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  note            VARCHAR(1000) NOT NULL,
  handled_by      CHAR(26) COLLATE utf8mb4_bin,
  handled_on      CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  version         INT NOT NULL,
  PRIMARY KEY (id),
  KEY ix_leak_reports_receiver (receiver_id),
  CONSTRAINT fk_leak_reports_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_leak_reports_receiver_id FOREIGN KEY (receiver_id) REFERENCES units (id),
  CONSTRAINT fk_leak_reports_handled_by FOREIGN KEY (handled_by) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS case_hidden (
  case_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  from_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (case_id, from_id),
  CONSTRAINT fk_case_hidden_case_id FOREIGN KEY (case_id) REFERENCES cases (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS case_tracks (
  case_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  secret_hash     VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  reply_by        VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  words           INT NOT NULL,
  asked           INT NOT NULL,
  PRIMARY KEY (case_id),
  CONSTRAINT fk_case_tracks_case_id FOREIGN KEY (case_id) REFERENCES cases (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS tips (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  no              VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  receiver_id     CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  text            TEXT COLLATE utf8mb4_bin NOT NULL CHECK (text = '' OR text LIKE 'v1:%'),
  name            VARCHAR(400) COLLATE utf8mb4_bin NOT NULL CHECK (name = '' OR name LIKE 'v1:%'),
  phone           VARCHAR(255) COLLATE utf8mb4_bin NOT NULL CHECK (phone = '' OR phone LIKE 'v1:%'),
  secret_hash     VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  barred          VARCHAR(500) COLLATE utf8mb4_bin NOT NULL,
  received_on     CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  state           VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  passed_to       VARCHAR(100) NOT NULL,
  taken_by        VARCHAR(50) NOT NULL,
  passed_on       CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  passed_by       CHAR(26) COLLATE utf8mb4_bin,
  version         INT NOT NULL,
  PRIMARY KEY (id),
  KEY ix_tips_receiver (receiver_id, state),
  UNIQUE KEY ux_tips_no (no),
  CONSTRAINT fk_tips_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_tips_receiver_id FOREIGN KEY (receiver_id) REFERENCES units (id),
  CONSTRAINT fk_tips_passed_by FOREIGN KEY (passed_by) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd
