-- +goose Up

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS id_cards (
  person_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  hash            CHAR(64) COLLATE utf8mb4_bin NOT NULL,
  added_at        DATETIME(3) NOT NULL,
  PRIMARY KEY (person_id),
  UNIQUE KEY ux_id_cards_hash (hash),
  CONSTRAINT fk_id_cards_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS calendar_days (
  day             CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  works           BOOLEAN NOT NULL,
  note            VARCHAR(50) NOT NULL,
  PRIMARY KEY (day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS import_plans (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  kind            VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  file            VARCHAR(255) NOT NULL,
  digest          CHAR(64) COLLATE utf8mb4_bin NOT NULL,
  base            CHAR(64) COLLATE utf8mb4_bin NOT NULL,
  scope_id        CHAR(26) COLLATE utf8mb4_bin,
  leave_rest      BOOLEAN NOT NULL,
  state           VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  counts          VARCHAR(500) COLLATE utf8mb4_bin NOT NULL,
  content         MEDIUMTEXT COLLATE utf8mb4_bin NOT NULL CHECK (content = '' OR content LIKE 'v1:%'),
  errors          MEDIUMTEXT COLLATE utf8mb4_bin NOT NULL CHECK (errors = '' OR errors LIKE 'v1:%'),
  created_by      CHAR(26) COLLATE utf8mb4_bin,
  created_at      DATETIME(3) NOT NULL,
  expires_at      DATETIME(3) NOT NULL,
  ended_at        DATETIME(3),
  version         INT NOT NULL,
  PRIMARY KEY (id),
  KEY ix_import_plans_state (state),
  CONSTRAINT fk_import_plans_scope_id FOREIGN KEY (scope_id) REFERENCES units (id),
  CONSTRAINT fk_import_plans_created_by FOREIGN KEY (created_by) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS import_lines (
  plan_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  no              INT NOT NULL,
  category        VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  row_no          INT NOT NULL,
  code            VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  name            VARCHAR(100) NOT NULL,
  place           VARCHAR(100) NOT NULL,
  notes           MEDIUMTEXT NOT NULL,
  PRIMARY KEY (plan_id, no),
  KEY ix_import_lines_category (plan_id, category, no),
  CONSTRAINT fk_import_lines_plan_id FOREIGN KEY (plan_id) REFERENCES import_plans (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd
