-- +goose Up
ALTER TABLE posts ADD COLUMN IF NOT EXISTS kind VARCHAR(16) COLLATE utf8mb4_bin NOT NULL DEFAULT 'appointed';
ALTER TABLE posts ADD COLUMN IF NOT EXISTS end_reason VARCHAR(16) COLLATE utf8mb4_bin NOT NULL DEFAULT '';
ALTER TABLE persons ADD COLUMN IF NOT EXISTS closes_on CHAR(10) COLLATE utf8mb4_bin NOT NULL DEFAULT '';
ALTER TABLE units ADD COLUMN IF NOT EXISTS merged_into CHAR(26) COLLATE utf8mb4_bin;

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS unit_pasts (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  kind            VARCHAR(8) COLLATE utf8mb4_bin NOT NULL,
  value           VARCHAR(100) NOT NULL,
  valid_from      CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  valid_to        CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  created_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_unit_pasts_unit (unit_id, kind),
  CONSTRAINT fk_unit_pasts_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS person_names (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  person_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  name            VARCHAR(50) NOT NULL,
  reason          VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  used_to         CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  created_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_person_names_person (person_id),
  CONSTRAINT fk_person_names_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS handovers (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  person_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  post_id         CHAR(26) COLLATE utf8mb4_bin,
  to_post_id      CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  due_on          CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  asked_by        CHAR(26) COLLATE utf8mb4_bin,
  items           INT NOT NULL,
  done_at         DATETIME(3),
  created_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_handovers_person (person_id),
  KEY ix_handovers_due (done_at, due_on),
  CONSTRAINT fk_handovers_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_handovers_post_id FOREIGN KEY (post_id) REFERENCES posts (id),
  CONSTRAINT fk_handovers_to_post_id FOREIGN KEY (to_post_id) REFERENCES posts (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd
