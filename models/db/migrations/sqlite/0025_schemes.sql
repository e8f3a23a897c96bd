-- +goose Up

-- A version of a scheme is written, approved by a second person and published with the number of its document.
ALTER TABLE schemes ADD COLUMN class TEXT NOT NULL DEFAULT '';
ALTER TABLE schemes ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE schemes ADD COLUMN state TEXT NOT NULL DEFAULT 'draft';
ALTER TABLE schemes ADD COLUMN drafter_id TEXT;
ALTER TABLE schemes ADD COLUMN submitter_id TEXT;
ALTER TABLE schemes ADD COLUMN submitted_at DATETIME;
ALTER TABLE schemes ADD COLUMN approver_id TEXT;
ALTER TABLE schemes ADD COLUMN approved_at DATETIME;
ALTER TABLE schemes ADD COLUMN returned TEXT NOT NULL DEFAULT '';
ALTER TABLE schemes ADD COLUMN doc_no TEXT NOT NULL DEFAULT '';
ALTER TABLE schemes ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE schemes ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
UPDATE schemes SET state = 'published' WHERE published_on <> '';

-- +goose StatementBegin
CREATE TABLE scheme_corrections (
  id              TEXT NOT NULL,
  scheme_id       TEXT NOT NULL,
  published_on    TEXT NOT NULL,
  doc_no          TEXT NOT NULL,
  place           TEXT NOT NULL,
  reason          TEXT NOT NULL,
  state           TEXT NOT NULL,
  asked_by        TEXT,
  asked_at        DATETIME NOT NULL,
  decided_by      TEXT,
  decided_at      DATETIME,
  answer          TEXT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_scheme_corrections_scheme_id FOREIGN KEY (scheme_id) REFERENCES schemes (id)
);
-- +goose StatementEnd
CREATE INDEX ix_scheme_corrections_scheme ON scheme_corrections (scheme_id);

-- +goose StatementBegin
CREATE TABLE period_schemes (
  period_id       TEXT NOT NULL,
  class           TEXT NOT NULL,
  scheme_id       TEXT NOT NULL,
  PRIMARY KEY (period_id, class),
  CONSTRAINT fk_period_schemes_period_id FOREIGN KEY (period_id) REFERENCES periods (id),
  CONSTRAINT fk_period_schemes_scheme_id FOREIGN KEY (scheme_id) REFERENCES schemes (id)
);
-- +goose StatementEnd
CREATE INDEX ix_period_schemes_scheme ON period_schemes (scheme_id);
