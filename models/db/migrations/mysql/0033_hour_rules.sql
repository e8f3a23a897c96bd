-- +goose Up

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS hour_rules (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  no              INT NOT NULL,
  from_year       INT NOT NULL,
  name            VARCHAR(100) NOT NULL,
  document        VARCHAR(200) NOT NULL,
  book            VARCHAR(2000) NOT NULL,
  state           VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  reason          VARCHAR(300) NOT NULL,
  proposed_by     CHAR(26) COLLATE utf8mb4_bin,
  proposed_at     DATETIME(3) NOT NULL,
  decided_by      CHAR(26) COLLATE utf8mb4_bin,
  decided_at      DATETIME(3),
  version         INT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY ux_hour_rules_no (no)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd
