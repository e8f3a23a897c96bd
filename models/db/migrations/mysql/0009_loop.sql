-- +goose Up

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS case_requests (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  case_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  kind            VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  reason          VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  note            VARCHAR(500) NOT NULL,
  days            INT NOT NULL,
  by_leader       BOOLEAN NOT NULL,
  asked_by        CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  asked_at        DATETIME(3) NOT NULL,
  state           VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  decided_by      CHAR(26) COLLATE utf8mb4_bin,
  decided_at      DATETIME(3),
  decision        VARCHAR(500) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_case_requests_case (case_id),
  KEY ix_case_requests_state (state, kind),
  CONSTRAINT fk_case_requests_case_id FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT fk_case_requests_asked_by FOREIGN KEY (asked_by) REFERENCES persons (id),
  CONSTRAINT fk_case_requests_decided_by FOREIGN KEY (decided_by) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS case_parties (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  case_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  person_id       CHAR(26) COLLATE utf8mb4_bin,
  task            VARCHAR(500) NOT NULL,
  added_by        CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  added_at        DATETIME(3) NOT NULL,
  answer          VARCHAR(2000) NOT NULL,
  answered_by     CHAR(26) COLLATE utf8mb4_bin,
  answered_at     DATETIME(3),
  PRIMARY KEY (id),
  KEY ix_case_parties_person (person_id),
  KEY ix_case_parties_unit (unit_id),
  UNIQUE KEY ux_case_parties_unit (case_id, unit_id),
  CONSTRAINT fk_case_parties_case_id FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT fk_case_parties_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_case_parties_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_case_parties_added_by FOREIGN KEY (added_by) REFERENCES persons (id),
  CONSTRAINT fk_case_parties_answered_by FOREIGN KEY (answered_by) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS case_rechecks (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  case_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  handler_id      CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  sent_on         CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  due_on          CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  replied_on      CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  way             VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  plan_on         CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  reply           VARCHAR(2000) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_case_rechecks_case (case_id),
  KEY ix_case_rechecks_handler (handler_id, replied_on),
  CONSTRAINT fk_case_rechecks_case_id FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT fk_case_rechecks_handler_id FOREIGN KEY (handler_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS rating_loops (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  origin          VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  rating_id       CHAR(26) COLLATE utf8mb4_bin,
  case_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  subject_id      CHAR(26) COLLATE utf8mb4_bin,
  opened_on       CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  due_on          CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  state           VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  finding         VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  verified_by     CHAR(26) COLLATE utf8mb4_bin,
  recheck_id      CHAR(26) COLLATE utf8mb4_bin,
  wants_call      BOOLEAN NOT NULL,
  attempts        INT NOT NULL,
  called_by       CHAR(26) COLLATE utf8mb4_bin,
  called_on       CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  contacted       BOOLEAN NOT NULL,
  solved          VARCHAR(8) COLLATE utf8mb4_bin NOT NULL,
  level           INT NOT NULL,
  invitation_id   CHAR(26) COLLATE utf8mb4_bin,
  closed_on       CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  version         INT NOT NULL,
  PRIMARY KEY (id),
  KEY ix_rating_loops_case (case_id),
  KEY ix_rating_loops_invitation (invitation_id),
  KEY ix_rating_loops_unit (unit_id, state),
  UNIQUE KEY ux_rating_loops_rating (rating_id),
  CONSTRAINT fk_rating_loops_rating_id FOREIGN KEY (rating_id) REFERENCES ratings (id),
  CONSTRAINT fk_rating_loops_case_id FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT fk_rating_loops_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_rating_loops_subject_id FOREIGN KEY (subject_id) REFERENCES persons (id),
  CONSTRAINT fk_rating_loops_verified_by FOREIGN KEY (verified_by) REFERENCES persons (id),
  CONSTRAINT fk_rating_loops_recheck_id FOREIGN KEY (recheck_id) REFERENCES case_rechecks (id),
  CONSTRAINT fk_rating_loops_called_by FOREIGN KEY (called_by) REFERENCES persons (id),
  CONSTRAINT fk_rating_loops_invitation_id FOREIGN KEY (invitation_id) REFERENCES invitations (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS loop_steps (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  loop_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  no              INT NOT NULL,
  taken_on        CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  actor_id        CHAR(26) COLLATE utf8mb4_bin,
  kind            VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  note            VARCHAR(2000) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY ux_loop_steps_no (loop_id, no),
  CONSTRAINT fk_loop_steps_loop_id FOREIGN KEY (loop_id) REFERENCES rating_loops (id),
  CONSTRAINT fk_loop_steps_actor_id FOREIGN KEY (actor_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- One statement adds all columns; it is skipped where it has run, because MySQL has no ADD COLUMN IF NOT EXISTS.
SET @ddl = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
  AND table_name = 'cases' AND column_name = 'suspended_on') > 0, 'DO 0',
  'ALTER TABLE cases
    ADD COLUMN suspended_on CHAR(10) COLLATE utf8mb4_bin NOT NULL DEFAULT '''',
    ADD COLUMN supervised_on CHAR(10) COLLATE utf8mb4_bin NOT NULL DEFAULT '''',
    ADD COLUMN escalated BOOLEAN NOT NULL DEFAULT FALSE,
    ADD COLUMN repeat_of_id CHAR(26) COLLATE utf8mb4_bin');
PREPARE ddl FROM @ddl;
EXECUTE ddl;
DEALLOCATE PREPARE ddl;
