-- +goose Up

-- +goose StatementBegin
CREATE TABLE case_requests (
  id              TEXT NOT NULL,
  case_id         TEXT NOT NULL,
  kind            TEXT NOT NULL,
  reason          TEXT NOT NULL,
  note            TEXT NOT NULL,
  days            INTEGER NOT NULL,
  by_leader       BOOLEAN NOT NULL,
  asked_by        TEXT NOT NULL,
  asked_at        DATETIME NOT NULL,
  state           TEXT NOT NULL,
  decided_by      TEXT,
  decided_at      DATETIME,
  decision        TEXT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_case_requests_case_id FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT fk_case_requests_asked_by FOREIGN KEY (asked_by) REFERENCES persons (id),
  CONSTRAINT fk_case_requests_decided_by FOREIGN KEY (decided_by) REFERENCES persons (id)
);
-- +goose StatementEnd
CREATE INDEX ix_case_requests_case ON case_requests (case_id);
CREATE INDEX ix_case_requests_state ON case_requests (state, kind);

-- +goose StatementBegin
CREATE TABLE case_parties (
  id              TEXT NOT NULL,
  case_id         TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  person_id       TEXT,
  task            TEXT NOT NULL,
  added_by        TEXT NOT NULL,
  added_at        DATETIME NOT NULL,
  answer          TEXT NOT NULL,
  answered_by     TEXT,
  answered_at     DATETIME,
  PRIMARY KEY (id),
  CONSTRAINT fk_case_parties_case_id FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT fk_case_parties_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_case_parties_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_case_parties_added_by FOREIGN KEY (added_by) REFERENCES persons (id),
  CONSTRAINT fk_case_parties_answered_by FOREIGN KEY (answered_by) REFERENCES persons (id)
);
-- +goose StatementEnd
CREATE INDEX ix_case_parties_person ON case_parties (person_id);
CREATE INDEX ix_case_parties_unit ON case_parties (unit_id);
CREATE UNIQUE INDEX ux_case_parties_unit ON case_parties (case_id, unit_id);

-- +goose StatementBegin
CREATE TABLE case_rechecks (
  id              TEXT NOT NULL,
  case_id         TEXT NOT NULL,
  handler_id      TEXT NOT NULL,
  sent_on         TEXT NOT NULL,
  due_on          TEXT NOT NULL,
  replied_on      TEXT NOT NULL,
  way             TEXT NOT NULL,
  plan_on         TEXT NOT NULL,
  reply           TEXT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_case_rechecks_case_id FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT fk_case_rechecks_handler_id FOREIGN KEY (handler_id) REFERENCES persons (id)
) WITHOUT ROWID;
-- +goose StatementEnd
CREATE INDEX ix_case_rechecks_case ON case_rechecks (case_id);
CREATE INDEX ix_case_rechecks_handler ON case_rechecks (handler_id, replied_on);

-- +goose StatementBegin
CREATE TABLE rating_loops (
  id              TEXT NOT NULL,
  origin          TEXT NOT NULL,
  rating_id       TEXT,
  case_id         TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  subject_id      TEXT,
  opened_on       TEXT NOT NULL,
  due_on          TEXT NOT NULL,
  state           TEXT NOT NULL,
  finding         TEXT NOT NULL,
  verified_by     TEXT,
  recheck_id      TEXT,
  wants_call      BOOLEAN NOT NULL,
  attempts        INTEGER NOT NULL,
  called_by       TEXT,
  called_on       TEXT NOT NULL,
  contacted       BOOLEAN NOT NULL,
  solved          TEXT NOT NULL,
  level           INTEGER NOT NULL,
  invitation_id   TEXT,
  closed_on       TEXT NOT NULL,
  version         INTEGER NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_rating_loops_rating_id FOREIGN KEY (rating_id) REFERENCES ratings (id),
  CONSTRAINT fk_rating_loops_case_id FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT fk_rating_loops_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_rating_loops_subject_id FOREIGN KEY (subject_id) REFERENCES persons (id),
  CONSTRAINT fk_rating_loops_verified_by FOREIGN KEY (verified_by) REFERENCES persons (id),
  CONSTRAINT fk_rating_loops_recheck_id FOREIGN KEY (recheck_id) REFERENCES case_rechecks (id),
  CONSTRAINT fk_rating_loops_called_by FOREIGN KEY (called_by) REFERENCES persons (id),
  CONSTRAINT fk_rating_loops_invitation_id FOREIGN KEY (invitation_id) REFERENCES invitations (id)
) WITHOUT ROWID;
-- +goose StatementEnd
CREATE INDEX ix_rating_loops_case ON rating_loops (case_id);
CREATE INDEX ix_rating_loops_invitation ON rating_loops (invitation_id);
CREATE INDEX ix_rating_loops_unit ON rating_loops (unit_id, state);
CREATE UNIQUE INDEX ux_rating_loops_rating ON rating_loops (rating_id);

-- +goose StatementBegin
CREATE TABLE loop_steps (
  id              TEXT NOT NULL,
  loop_id         TEXT NOT NULL,
  no              INTEGER NOT NULL,
  taken_on        TEXT NOT NULL,
  actor_id        TEXT,
  kind            TEXT NOT NULL,
  note            TEXT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_loop_steps_loop_id FOREIGN KEY (loop_id) REFERENCES rating_loops (id),
  CONSTRAINT fk_loop_steps_actor_id FOREIGN KEY (actor_id) REFERENCES persons (id)
) WITHOUT ROWID;
-- +goose StatementEnd
CREATE UNIQUE INDEX ux_loop_steps_no ON loop_steps (loop_id, no);

ALTER TABLE cases ADD COLUMN suspended_on TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN supervised_on TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN escalated BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN repeat_of_id TEXT;
