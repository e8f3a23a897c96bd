-- +goose Up

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS account_resets (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  person_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  half            CHAR(64) COLLATE utf8mb4_bin NOT NULL,
  reason          VARCHAR(200) NOT NULL,
  asked_by        CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  asked_at        DATETIME(3) NOT NULL,
  expires_at      DATETIME(3) NOT NULL,
  outcome         VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  decided_by      CHAR(26) COLLATE utf8mb4_bin,
  decided_at      DATETIME(3),
  PRIMARY KEY (id),
  KEY ix_account_resets_person (person_id),
  KEY ix_account_resets_open (outcome, expires_at),
  CONSTRAINT fk_account_resets_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_account_resets_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd
