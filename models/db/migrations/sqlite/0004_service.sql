-- +goose Up

-- +goose StatementBegin
CREATE TABLE matters (
  id              TEXT NOT NULL,
  code            TEXT NOT NULL,
  name            TEXT NOT NULL,
  family          TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  days            INTEGER NOT NULL,
  difficulty      INTEGER NOT NULL,
  valid_from      TEXT NOT NULL,
  valid_to        TEXT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_matters_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
);
-- +goose StatementEnd
CREATE INDEX ix_matters_unit ON matters (unit_id);
CREATE UNIQUE INDEX ux_matters_code ON matters (code);

-- +goose StatementBegin
CREATE TABLE cases (
  id              TEXT NOT NULL,
  no              TEXT NOT NULL,
  outside_no      TEXT,
  channel         TEXT NOT NULL,
  kind            TEXT NOT NULL,
  matter_id       TEXT NOT NULL,
  family          TEXT NOT NULL,
  difficulty      INTEGER NOT NULL,
  title           TEXT NOT NULL,
  detail          TEXT NOT NULL,
  resident_name   TEXT NOT NULL CHECK (resident_name = '' OR resident_name LIKE 'v1:%'),
  resident_phone  TEXT NOT NULL CHECK (resident_phone = '' OR resident_phone LIKE 'v1:%'),
  phone_hash      TEXT,
  unit_id         TEXT NOT NULL,
  handler_id      TEXT,
  handler_post_id TEXT,
  intake_id       TEXT,
  state           TEXT NOT NULL,
  received_at     DATETIME NOT NULL,
  received_on     TEXT NOT NULL,
  due_on          TEXT NOT NULL,
  dispatched_at   DATETIME,
  answered_at     DATETIME,
  answer          TEXT NOT NULL,
  closed_on       TEXT NOT NULL,
  outcome         TEXT NOT NULL,
  reopened        INTEGER NOT NULL,
  excluded        BOOLEAN NOT NULL,
  exclude_reason  TEXT NOT NULL,
  version         INTEGER NOT NULL,
  created_at      DATETIME NOT NULL,
  updated_at      DATETIME NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_cases_matter_id FOREIGN KEY (matter_id) REFERENCES matters (id),
  CONSTRAINT fk_cases_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_cases_handler_id FOREIGN KEY (handler_id) REFERENCES persons (id),
  CONSTRAINT fk_cases_handler_post_id FOREIGN KEY (handler_post_id) REFERENCES posts (id),
  CONSTRAINT fk_cases_intake_id FOREIGN KEY (intake_id) REFERENCES persons (id)
);
-- +goose StatementEnd
CREATE INDEX ix_cases_closed ON cases (closed_on);
CREATE INDEX ix_cases_handler ON cases (handler_id, state);
CREATE INDEX ix_cases_matter ON cases (matter_id);
CREATE INDEX ix_cases_phone_hash ON cases (phone_hash);
CREATE INDEX ix_cases_received ON cases (received_on);
CREATE INDEX ix_cases_unit ON cases (unit_id, state);
CREATE UNIQUE INDEX ux_cases_no ON cases (no);
CREATE UNIQUE INDEX ux_cases_outside_no ON cases (outside_no);

-- +goose StatementBegin
CREATE TABLE case_events (
  id              TEXT NOT NULL,
  case_id         TEXT NOT NULL,
  at              DATETIME NOT NULL,
  actor_id        TEXT,
  kind            TEXT NOT NULL,
  note            TEXT NOT NULL,
  resident        BOOLEAN NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_case_events_case_id FOREIGN KEY (case_id) REFERENCES cases (id)
);
-- +goose StatementEnd
CREATE INDEX ix_case_events_case ON case_events (case_id);

-- +goose StatementBegin
CREATE TABLE invitations (
  id              TEXT NOT NULL,
  case_id         TEXT NOT NULL,
  token_hash      TEXT NOT NULL,
  channel         TEXT NOT NULL,
  mode            TEXT NOT NULL,
  subject_id      TEXT,
  post_id         TEXT,
  unit_id         TEXT NOT NULL,
  issued_on       TEXT NOT NULL,
  expires_on      TEXT NOT NULL,
  state           TEXT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_invitations_case_id FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT fk_invitations_subject_id FOREIGN KEY (subject_id) REFERENCES persons (id),
  CONSTRAINT fk_invitations_post_id FOREIGN KEY (post_id) REFERENCES posts (id),
  CONSTRAINT fk_invitations_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
) WITHOUT ROWID;
-- +goose StatementEnd
CREATE INDEX ix_invitations_case ON invitations (case_id);
CREATE INDEX ix_invitations_state ON invitations (state);
CREATE INDEX ix_invitations_subject ON invitations (subject_id, issued_on);
CREATE INDEX ix_invitations_unit ON invitations (unit_id, issued_on);
CREATE UNIQUE INDEX ux_invitations_token ON invitations (token_hash);

-- +goose StatementBegin
CREATE TABLE rating_batches (
  id              TEXT NOT NULL,
  subject_id      TEXT,
  unit_id         TEXT NOT NULL,
  size            INTEGER NOT NULL,
  effective_on    TEXT NOT NULL,
  made_on         TEXT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_rating_batches_subject_id FOREIGN KEY (subject_id) REFERENCES persons (id),
  CONSTRAINT fk_rating_batches_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
) WITHOUT ROWID;
-- +goose StatementEnd
CREATE INDEX ix_rating_batches_subject ON rating_batches (subject_id);
CREATE INDEX ix_rating_batches_unit ON rating_batches (unit_id);

-- +goose StatementBegin
CREATE TABLE ratings (
  id              TEXT NOT NULL,
  subject_id      TEXT,
  post_id         TEXT,
  unit_id         TEXT NOT NULL,
  case_id         TEXT,
  interaction_no  TEXT,
  outside_no      TEXT,
  family          TEXT NOT NULL,
  channel         TEXT NOT NULL,
  mode            TEXT NOT NULL,
  level           INTEGER NOT NULL,
  solved          TEXT NOT NULL,
  reasons         TEXT NOT NULL,
  comment         TEXT NOT NULL,
  rated_on        TEXT NOT NULL,
  batch_id        TEXT,
  excluded        BOOLEAN NOT NULL,
  callback        BOOLEAN NOT NULL,
  may_know        BOOLEAN NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_ratings_subject_id FOREIGN KEY (subject_id) REFERENCES persons (id),
  CONSTRAINT fk_ratings_post_id FOREIGN KEY (post_id) REFERENCES posts (id),
  CONSTRAINT fk_ratings_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_ratings_case_id FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT fk_ratings_batch_id FOREIGN KEY (batch_id) REFERENCES rating_batches (id)
) WITHOUT ROWID;
-- +goose StatementEnd
CREATE INDEX ix_ratings_batch ON ratings (batch_id);
CREATE INDEX ix_ratings_case ON ratings (case_id);
CREATE INDEX ix_ratings_subject ON ratings (subject_id, batch_id);
CREATE INDEX ix_ratings_unit ON ratings (unit_id, rated_on);
CREATE UNIQUE INDEX ux_ratings_outside_no ON ratings (outside_no);

-- +goose StatementBegin
CREATE TABLE pressure_reports (
  id              TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  case_id         TEXT,
  comment         TEXT NOT NULL,
  reported_on     TEXT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_pressure_reports_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_pressure_reports_case_id FOREIGN KEY (case_id) REFERENCES cases (id)
) WITHOUT ROWID;
-- +goose StatementEnd
CREATE INDEX ix_pressure_reports_unit ON pressure_reports (unit_id);
