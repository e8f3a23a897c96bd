-- +goose Up

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS notices (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  person_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  kind            VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
  args            VARCHAR(1000) NOT NULL,
  href            VARCHAR(200) COLLATE utf8mb4_bin NOT NULL,
  once            VARCHAR(120) COLLATE utf8mb4_bin NOT NULL,
  created_at      DATETIME(3) NOT NULL,
  read_at         DATETIME(3),
  PRIMARY KEY (id),
  UNIQUE KEY ux_notices_once (once),
  KEY ix_notices_person (person_id, created_at),
  KEY ix_notices_created (created_at),
  CONSTRAINT fk_notices_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- said is compared with names letter by letter, so that a corrected character is noticed.
-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS search_keys (
  kind            VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  object_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  said            VARCHAR(100) COLLATE utf8mb4_bin NOT NULL,
  pinyin          VARCHAR(600) COLLATE utf8mb4_bin NOT NULL,
  finds           VARCHAR(1800) COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (kind, object_id),
  KEY ix_search_keys_pinyin (kind, pinyin)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd
