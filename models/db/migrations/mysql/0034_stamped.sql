-- +goose Up

-- How many copies of a report bear a downloader's line: the log, where each stands too, is archived after a time.
SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
  AND table_name = 'reports' AND column_name = 'stamped') = 0,
  'ALTER TABLE reports ADD COLUMN stamped BIGINT NOT NULL DEFAULT 0', 'DO 0');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;
