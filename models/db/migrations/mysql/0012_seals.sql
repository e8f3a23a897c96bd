-- +goose Up

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS audit_seals (
  no              BIGINT NOT NULL,
  entries         INT NOT NULL,
  first_at        DATETIME(3) NOT NULL,
  last_at         DATETIME(3) NOT NULL,
  root            CHAR(64) COLLATE utf8mb4_bin NOT NULL,
  prev            VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  mac             CHAR(64) COLLATE utf8mb4_bin NOT NULL,
  sealed_at       DATETIME(3) NOT NULL,
  archive         VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (no)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- MySQL knows no ADD COLUMN IF NOT EXISTS, and the statement must bear repetition.
SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
  AND table_name = 'audit_entries' AND column_name = 'seal_no') = 0,
  'ALTER TABLE audit_entries ADD COLUMN seal_no BIGINT, ADD KEY ix_audit_entries_seal (seal_no)', 'DO 0');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;
