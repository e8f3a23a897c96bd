-- +goose Up

-- What is open and late is asked for on every home page; it is a small part of all cases.
CREATE INDEX ix_cases_due ON cases (state, due_on);

-- What is hidden from an actor is looked up by him and his units, not case by case.
CREATE INDEX ix_case_hidden_from ON case_hidden (from_id);
