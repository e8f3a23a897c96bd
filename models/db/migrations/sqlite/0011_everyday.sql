-- +goose Up

-- +goose StatementBegin
CREATE TABLE notices (
  id              TEXT NOT NULL,
  person_id       TEXT NOT NULL,
  kind            TEXT NOT NULL,
  args            TEXT NOT NULL,
  href            TEXT NOT NULL,
  once            TEXT NOT NULL,
  created_at      DATETIME NOT NULL,
  read_at         DATETIME,
  PRIMARY KEY (id),
  CONSTRAINT fk_notices_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
);
-- +goose StatementEnd
CREATE UNIQUE INDEX ux_notices_once ON notices (once);
CREATE INDEX ix_notices_person ON notices (person_id, created_at);
CREATE INDEX ix_notices_created ON notices (created_at);

-- +goose StatementBegin
CREATE TABLE search_keys (
  kind            TEXT NOT NULL,
  object_id       TEXT NOT NULL,
  said            TEXT NOT NULL,
  pinyin          TEXT NOT NULL,
  finds           TEXT NOT NULL,
  PRIMARY KEY (kind, object_id)
) WITHOUT ROWID;
-- +goose StatementEnd
CREATE INDEX ix_search_keys_pinyin ON search_keys (kind, pinyin);
