-- +goose Up

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS meta (
  k               VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  v               TEXT NOT NULL,
  PRIMARY KEY (k)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS units (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  parent_id       CHAR(26) COLLATE utf8mb4_bin,
  code            VARCHAR(18) COLLATE utf8mb4_bin,
  name            VARCHAR(100) NOT NULL,
  kind            VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  path            VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
  valid_from      CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  valid_to        CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  version         INT NOT NULL,
  created_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_units_parent (parent_id),
  UNIQUE KEY ux_units_code (code),
  UNIQUE KEY ux_units_path (path),
  CONSTRAINT fk_units_parent_id FOREIGN KEY (parent_id) REFERENCES units (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS persons (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  staff_no        VARCHAR(32) COLLATE utf8mb4_bin NOT NULL,
  name            VARCHAR(50) NOT NULL,
  mobile          VARCHAR(255) COLLATE utf8mb4_bin NOT NULL CHECK (mobile = '' OR mobile LIKE 'v1:%'),
  mobile_hash     VARCHAR(64) COLLATE utf8mb4_bin,
  password_hash   VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
  must_change     BOOLEAN NOT NULL,
  failed_logins   INT NOT NULL,
  locked_until    DATETIME(3),
  disabled_at     DATETIME(3),
  version         INT NOT NULL,
  created_at      DATETIME(3) NOT NULL,
  updated_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY ux_persons_mobile_hash (mobile_hash),
  UNIQUE KEY ux_persons_staff_no (staff_no)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS posts (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  person_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  manager_id      CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  title           VARCHAR(100) NOT NULL,
  class           VARCHAR(32) COLLATE utf8mb4_bin NOT NULL,
  category        VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  valid_from      CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  valid_to        CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  version         INT NOT NULL,
  PRIMARY KEY (id),
  KEY ix_posts_manager (manager_id),
  KEY ix_posts_person (person_id),
  KEY ix_posts_unit (unit_id),
  CONSTRAINT fk_posts_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_posts_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_posts_manager_id FOREIGN KEY (manager_id) REFERENCES units (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS role_grants (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  person_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  role            VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  valid_from      CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  valid_to        CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  granted_by      CHAR(26) COLLATE utf8mb4_bin,
  created_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_role_grants_person (person_id),
  KEY ix_role_grants_unit (unit_id),
  CONSTRAINT fk_role_grants_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_role_grants_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS sessions (
  token_hash      VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  person_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  secret          VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  created_at      DATETIME(3) NOT NULL,
  seen_at         DATETIME(3) NOT NULL,
  expires_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (token_hash),
  KEY ix_sessions_expires (expires_at),
  KEY ix_sessions_person (person_id),
  CONSTRAINT fk_sessions_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS audit_entries (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  at              DATETIME(3) NOT NULL,
  actor_id        CHAR(26) COLLATE utf8mb4_bin,
  actor_name      VARCHAR(50) NOT NULL,
  action          VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
  object_kind     VARCHAR(32) COLLATE utf8mb4_bin NOT NULL,
  object_id       VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  outcome         VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  detail          VARCHAR(1000) NOT NULL,
  from_addr       VARCHAR(64) NOT NULL,
  request_id      VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (id),
  KEY ix_audit_entries_action (action),
  KEY ix_audit_entries_actor (actor_id),
  KEY ix_audit_entries_at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS feedback (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  person_id       CHAR(26) COLLATE utf8mb4_bin,
  page            VARCHAR(200) NOT NULL,
  text            VARCHAR(2000) NOT NULL,
  contact         VARCHAR(255) COLLATE utf8mb4_bin NOT NULL CHECK (contact = '' OR contact LIKE 'v1:%'),
  created_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_feedback_created (created_at),
  CONSTRAINT fk_feedback_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd
