-- +goose Up

-- Whoever is asked to take a course sees for which unit the training administrator asks.
-- MySQL knows no ADD COLUMN IF NOT EXISTS, and the statements must bear repetition.
SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
  AND table_name = 'course_tasks' AND column_name = 'by_unit_id') = 0,
  'ALTER TABLE course_tasks ADD COLUMN by_unit_id CHAR(26) COLLATE utf8mb4_bin', 'DO 0');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;
