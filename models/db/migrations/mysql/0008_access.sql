-- +goose Up

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS access_codes (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  person_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  kind            VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  hash            CHAR(64) COLLATE utf8mb4_bin NOT NULL,
  tries           INT NOT NULL,
  reason          VARCHAR(200) NOT NULL,
  issued_by       CHAR(26) COLLATE utf8mb4_bin,
  issued_at       DATETIME(3) NOT NULL,
  expires_at      DATETIME(3) NOT NULL,
  used_at         DATETIME(3),
  void_at         DATETIME(3),
  told_at         DATETIME(3),
  PRIMARY KEY (id),
  KEY ix_access_codes_person (person_id),
  CONSTRAINT fk_access_codes_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_access_codes_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS desk_grants (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  person_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  valid_from      CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  valid_to        CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  granted_by      CHAR(26) COLLATE utf8mb4_bin,
  created_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_desk_grants_person (person_id),
  KEY ix_desk_grants_unit (unit_id),
  CONSTRAINT fk_desk_grants_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_desk_grants_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS second_factors (
  person_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  secret          VARCHAR(255) COLLATE utf8mb4_bin NOT NULL CHECK (secret = '' OR secret LIKE 'v1:%'),
  last_step       BIGINT NOT NULL,
  enrolled_at     DATETIME(3) NOT NULL,
  PRIMARY KEY (person_id),
  CONSTRAINT fk_second_factors_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS recovery_codes (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  person_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  hash            CHAR(64) COLLATE utf8mb4_bin NOT NULL,
  used_at         DATETIME(3),
  PRIMARY KEY (id),
  KEY ix_recovery_codes_person (person_id),
  CONSTRAINT fk_recovery_codes_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- MySQL knows no ADD COLUMN IF NOT EXISTS, and the statements must bear repetition.
SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
  AND table_name = 'sessions' AND column_name = 'proved_at') = 0,
  'ALTER TABLE sessions ADD COLUMN proved_at DATETIME(3)', 'DO 0');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;

SET @change = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
  AND table_name = 'audit_entries' AND index_name = 'ix_audit_entries_object') = 0,
  'ALTER TABLE audit_entries ADD KEY ix_audit_entries_object (object_id)', 'DO 0');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;
