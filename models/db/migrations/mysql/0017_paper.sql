-- +goose Up

-- Who printed a code that opens a matter as the resident does: it must not be the one who is rated.
-- MySQL knows no ADD COLUMN IF NOT EXISTS, and the statement must bear repetition.
SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
  AND table_name = 'case_tracks' AND column_name = 'issued_by') = 0,
  'ALTER TABLE case_tracks ADD COLUMN issued_by CHAR(26) COLLATE utf8mb4_bin', 'DO 0');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS slip_checks (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  slip_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  subject_id      CHAR(26) COLLATE utf8mb4_bin,
  number          VARCHAR(255) COLLATE utf8mb4_bin NOT NULL CHECK (number = '' OR number LIKE 'v1:%'),
  first_by        CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  first           TEXT COLLATE utf8mb4_bin NOT NULL CHECK (first = '' OR first LIKE 'v1:%'),
  second_by       CHAR(26) COLLATE utf8mb4_bin,
  second          TEXT COLLATE utf8mb4_bin NOT NULL CHECK (second = '' OR second LIKE 'v1:%'),
  state           VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  drawn_on        CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  held_until      CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  decided_by      CHAR(26) COLLATE utf8mb4_bin,
  decided_on      CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  note            VARCHAR(500) NOT NULL,
  version         INT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY ux_slip_checks_slip (slip_id),
  KEY ix_slip_checks_unit (unit_id, state),
  CONSTRAINT fk_slip_checks_slip_id FOREIGN KEY (slip_id) REFERENCES paper_slips (id),
  CONSTRAINT fk_slip_checks_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_slip_checks_first_by FOREIGN KEY (first_by) REFERENCES persons (id),
  CONSTRAINT fk_slip_checks_second_by FOREIGN KEY (second_by) REFERENCES persons (id),
  CONSTRAINT fk_slip_checks_decided_by FOREIGN KEY (decided_by) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd
