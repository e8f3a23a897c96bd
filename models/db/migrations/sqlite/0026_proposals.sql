-- +goose Up

-- A correction that takes cases out of the assessment is proposed by one and agreed to by another.
ALTER TABLE objections ADD COLUMN proposed_text TEXT NOT NULL DEFAULT '';
ALTER TABLE objections ADD COLUMN proposed_cases TEXT NOT NULL DEFAULT '';
ALTER TABLE objections ADD COLUMN proposed_by TEXT;
ALTER TABLE objections ADD COLUMN proposed_at DATETIME;
ALTER TABLE objections ADD COLUMN reviewed_by TEXT;
ALTER TABLE objections ADD COLUMN sent_back TEXT NOT NULL DEFAULT '';
