-- +goose Up

-- How many copies of a report bear a downloader's line: the log, where each stands too, is archived after a time.
ALTER TABLE reports ADD COLUMN stamped INTEGER NOT NULL DEFAULT 0;
