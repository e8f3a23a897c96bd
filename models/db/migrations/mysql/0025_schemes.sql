-- +goose Up

-- A version of a scheme is written, approved by a second person and published with the number of its document.
-- MySQL knows no ADD COLUMN IF NOT EXISTS, and the statements must bear repetition.
SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
  AND table_name = 'schemes' AND column_name = 'state') = 0,
  'ALTER TABLE schemes
     ADD COLUMN class VARCHAR(32) COLLATE utf8mb4_bin NOT NULL DEFAULT '''',
     ADD COLUMN note VARCHAR(500) NOT NULL DEFAULT '''',
     ADD COLUMN state VARCHAR(16) COLLATE utf8mb4_bin NOT NULL DEFAULT ''draft'',
     ADD COLUMN drafter_id CHAR(26) COLLATE utf8mb4_bin,
     ADD COLUMN submitter_id CHAR(26) COLLATE utf8mb4_bin,
     ADD COLUMN submitted_at DATETIME(3),
     ADD COLUMN approver_id CHAR(26) COLLATE utf8mb4_bin,
     ADD COLUMN approved_at DATETIME(3),
     ADD COLUMN returned VARCHAR(300) NOT NULL DEFAULT '''',
     ADD COLUMN doc_no VARCHAR(60) NOT NULL DEFAULT '''',
     ADD COLUMN place VARCHAR(200) NOT NULL DEFAULT '''',
     ADD COLUMN version INT NOT NULL DEFAULT 1', 'DO 0');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;

UPDATE schemes SET state = 'published' WHERE published_on <> '';

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS scheme_corrections (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  scheme_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  published_on    CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  doc_no          VARCHAR(60) NOT NULL,
  place           VARCHAR(200) NOT NULL,
  reason          VARCHAR(300) NOT NULL,
  state           VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  asked_by        CHAR(26) COLLATE utf8mb4_bin,
  asked_at        DATETIME(3) NOT NULL,
  decided_by      CHAR(26) COLLATE utf8mb4_bin,
  decided_at      DATETIME(3),
  answer          VARCHAR(300) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_scheme_corrections_scheme (scheme_id),
  CONSTRAINT fk_scheme_corrections_scheme_id FOREIGN KEY (scheme_id) REFERENCES schemes (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS period_schemes (
  period_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  class           VARCHAR(32) COLLATE utf8mb4_bin NOT NULL,
  scheme_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (period_id, class),
  KEY ix_period_schemes_scheme (scheme_id),
  CONSTRAINT fk_period_schemes_period_id FOREIGN KEY (period_id) REFERENCES periods (id),
  CONSTRAINT fk_period_schemes_scheme_id FOREIGN KEY (scheme_id) REFERENCES schemes (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd
