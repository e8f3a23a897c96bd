-- +goose Up

-- +goose StatementBegin
CREATE TABLE access_codes (
  id              TEXT NOT NULL,
  person_id       TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  kind            TEXT NOT NULL,
  hash            TEXT NOT NULL,
  tries           INTEGER NOT NULL,
  reason          TEXT NOT NULL,
  issued_by       TEXT,
  issued_at       DATETIME NOT NULL,
  expires_at      DATETIME NOT NULL,
  used_at         DATETIME,
  void_at         DATETIME,
  told_at         DATETIME,
  PRIMARY KEY (id),
  CONSTRAINT fk_access_codes_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_access_codes_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
);
-- +goose StatementEnd
CREATE INDEX ix_access_codes_person ON access_codes (person_id);

-- +goose StatementBegin
CREATE TABLE desk_grants (
  id              TEXT NOT NULL,
  person_id       TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  valid_from      TEXT NOT NULL,
  valid_to        TEXT NOT NULL,
  granted_by      TEXT,
  created_at      DATETIME NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_desk_grants_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_desk_grants_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
);
-- +goose StatementEnd
CREATE INDEX ix_desk_grants_person ON desk_grants (person_id);
CREATE INDEX ix_desk_grants_unit ON desk_grants (unit_id);

-- +goose StatementBegin
CREATE TABLE second_factors (
  person_id       TEXT NOT NULL,
  secret          TEXT NOT NULL CHECK (secret = '' OR secret LIKE 'v1:%'),
  last_step       INTEGER NOT NULL,
  enrolled_at     DATETIME NOT NULL,
  PRIMARY KEY (person_id),
  CONSTRAINT fk_second_factors_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
);
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE recovery_codes (
  id              TEXT NOT NULL,
  person_id       TEXT NOT NULL,
  hash            TEXT NOT NULL,
  used_at         DATETIME,
  PRIMARY KEY (id),
  CONSTRAINT fk_recovery_codes_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
);
-- +goose StatementEnd
CREATE INDEX ix_recovery_codes_person ON recovery_codes (person_id);

ALTER TABLE sessions ADD COLUMN proved_at DATETIME;
CREATE INDEX ix_audit_entries_object ON audit_entries (object_id);
