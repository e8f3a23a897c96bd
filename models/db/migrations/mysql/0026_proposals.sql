-- +goose Up

-- A correction that takes cases out of the assessment is proposed by one and agreed to by another.
-- MySQL knows no ADD COLUMN IF NOT EXISTS, and the statements must bear repetition.
SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
  AND table_name = 'objections' AND column_name = 'proposed_at') = 0,
  'ALTER TABLE objections
     ADD COLUMN proposed_text VARCHAR(2000) NOT NULL DEFAULT '''',
     ADD COLUMN proposed_cases VARCHAR(2000) NOT NULL DEFAULT '''',
     ADD COLUMN proposed_by CHAR(26) COLLATE utf8mb4_bin,
     ADD COLUMN proposed_at DATETIME(3),
     ADD COLUMN reviewed_by CHAR(26) COLLATE utf8mb4_bin,
     ADD COLUMN sent_back VARCHAR(300) NOT NULL DEFAULT ''''', 'DO 0');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;
