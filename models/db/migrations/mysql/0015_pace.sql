-- +goose Up

-- What is open and late is asked for on every home page; it is a small part of all cases.
-- MySQL knows no CREATE INDEX IF NOT EXISTS, and the statements must bear repetition.
SET @change = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
  AND table_name = 'cases' AND index_name = 'ix_cases_due') = 0,
  'ALTER TABLE cases ADD KEY ix_cases_due (state, due_on)', 'DO 0');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;

-- What is hidden from an actor is looked up by him and his units, not case by case.
SET @change = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
  AND table_name = 'case_hidden' AND index_name = 'ix_case_hidden_from') = 0,
  'ALTER TABLE case_hidden ADD KEY ix_case_hidden_from (from_id)', 'DO 0');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;
