-- +goose Up

-- What a matter of the duty list was before it was changed: cases that came in then keep what they had.
-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS matter_pasts (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  matter_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  name            VARCHAR(100) NOT NULL,
  family          VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  days            INT NOT NULL,
  difficulty      INT NOT NULL,
  valid_to        CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  created_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_matter_pasts_matter (matter_id, created_at),
  CONSTRAINT fk_matter_pasts_matter_id FOREIGN KEY (matter_id) REFERENCES matters (id),
  CONSTRAINT fk_matter_pasts_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd
