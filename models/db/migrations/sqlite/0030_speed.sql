-- +goose Up

-- Closed cases, the latest first: they grow without end, and a page shows twenty of them.
CREATE INDEX ix_cases_ended ON cases (state, closed_on, no);
