-- +goose Up

-- Closed cases, the latest first: they grow without end, and a page shows twenty of them.
-- MySQL knows no CREATE INDEX IF NOT EXISTS, and the statement must bear repetition.
SET @change = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
  AND table_name = 'cases' AND index_name = 'ix_cases_ended') = 0,
  'ALTER TABLE cases ADD KEY ix_cases_ended (state, closed_on, no)', 'DO 0');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;
