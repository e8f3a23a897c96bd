-- +goose Up

-- +goose StatementBegin
CREATE TABLE job_runs (
  id              TEXT NOT NULL,
  name            TEXT NOT NULL,
  due             DATETIME NOT NULL,
  state           TEXT NOT NULL,
  by_hand         BOOLEAN NOT NULL,
  node            TEXT NOT NULL,
  started_at      DATETIME NOT NULL,
  lease_until     DATETIME NOT NULL,
  finished_at     DATETIME,
  summary         TEXT NOT NULL,
  error           TEXT NOT NULL,
  PRIMARY KEY (id)
);
-- +goose StatementEnd
CREATE UNIQUE INDEX ux_job_runs_tick ON job_runs (name, due);

-- +goose StatementBegin
CREATE TABLE batches (
  id              TEXT NOT NULL,
  topic           TEXT NOT NULL,
  scope_id        TEXT NOT NULL,
  label           TEXT NOT NULL,
  requested_by    TEXT,
  created_at      DATETIME NOT NULL,
  PRIMARY KEY (id)
);
-- +goose StatementEnd
CREATE INDEX ix_batches_scope ON batches (scope_id);

-- +goose StatementBegin
CREATE TABLE queue_items (
  id              TEXT NOT NULL,
  topic           TEXT NOT NULL,
  batch_id        TEXT,
  dedupe_key      TEXT,
  payload         TEXT NOT NULL,
  state           TEXT NOT NULL,
  attempts        INTEGER NOT NULL,
  run_after       DATETIME NOT NULL,
  claim           TEXT NOT NULL,
  lease_until     DATETIME,
  reason_key      TEXT NOT NULL,
  reason_args     TEXT NOT NULL,
  created_at      DATETIME NOT NULL,
  finished_at     DATETIME,
  PRIMARY KEY (id),
  CONSTRAINT fk_queue_items_batch_id FOREIGN KEY (batch_id) REFERENCES batches (id)
);
-- +goose StatementEnd
CREATE INDEX ix_queue_items_batch ON queue_items (batch_id, state);
CREATE INDEX ix_queue_items_next ON queue_items (state, run_after);
CREATE UNIQUE INDEX ux_queue_items_key ON queue_items (dedupe_key);
