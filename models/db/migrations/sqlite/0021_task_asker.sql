-- +goose Up

-- Whoever is asked to take a course sees for which unit the training administrator asks.
ALTER TABLE course_tasks ADD COLUMN by_unit_id TEXT;
