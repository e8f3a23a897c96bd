-- +goose Up

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS job_runs (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  name            VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
  due             DATETIME(3) NOT NULL,
  state           VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  by_hand         BOOLEAN NOT NULL,
  node            VARCHAR(64) NOT NULL,
  started_at      DATETIME(3) NOT NULL,
  lease_until     DATETIME(3) NOT NULL,
  finished_at     DATETIME(3),
  summary         VARCHAR(500) NOT NULL,
  error           VARCHAR(500) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY ux_job_runs_tick (name, due)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS batches (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  topic           VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
  scope_id        CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  label           VARCHAR(200) NOT NULL,
  requested_by    CHAR(26) COLLATE utf8mb4_bin,
  created_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_batches_scope (scope_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS queue_items (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  topic           VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
  batch_id        CHAR(26) COLLATE utf8mb4_bin,
  dedupe_key      VARCHAR(120) COLLATE utf8mb4_bin,
  payload         MEDIUMTEXT NOT NULL,
  state           VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  attempts        INT NOT NULL,
  run_after       DATETIME(3) NOT NULL,
  claim           VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  lease_until     DATETIME(3),
  reason_key      VARCHAR(80) COLLATE utf8mb4_bin NOT NULL,
  reason_args     VARCHAR(1000) NOT NULL,
  created_at      DATETIME(3) NOT NULL,
  finished_at     DATETIME(3),
  PRIMARY KEY (id),
  KEY ix_queue_items_batch (batch_id, state),
  KEY ix_queue_items_next (state, run_after),
  UNIQUE KEY ux_queue_items_key (dedupe_key),
  CONSTRAINT fk_queue_items_batch_id FOREIGN KEY (batch_id) REFERENCES batches (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd
