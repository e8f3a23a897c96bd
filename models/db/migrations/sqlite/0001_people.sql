-- +goose Up

-- +goose StatementBegin
CREATE TABLE meta (
  k               TEXT NOT NULL,
  v               TEXT NOT NULL,
  PRIMARY KEY (k)
);
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE units (
  id              TEXT NOT NULL,
  parent_id       TEXT,
  code            TEXT,
  name            TEXT NOT NULL,
  kind            TEXT NOT NULL,
  path            TEXT NOT NULL,
  valid_from      TEXT NOT NULL,
  valid_to        TEXT NOT NULL,
  version         INTEGER NOT NULL,
  created_at      DATETIME NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_units_parent_id FOREIGN KEY (parent_id) REFERENCES units (id)
);
-- +goose StatementEnd
CREATE INDEX ix_units_parent ON units (parent_id);
CREATE UNIQUE INDEX ux_units_code ON units (code);
CREATE UNIQUE INDEX ux_units_path ON units (path);

-- +goose StatementBegin
CREATE TABLE persons (
  id              TEXT NOT NULL,
  staff_no        TEXT NOT NULL,
  name            TEXT NOT NULL,
  mobile          TEXT NOT NULL CHECK (mobile = '' OR mobile LIKE 'v1:%'),
  mobile_hash     TEXT,
  password_hash   TEXT NOT NULL,
  must_change     BOOLEAN NOT NULL,
  failed_logins   INTEGER NOT NULL,
  locked_until    DATETIME,
  disabled_at     DATETIME,
  version         INTEGER NOT NULL,
  created_at      DATETIME NOT NULL,
  updated_at      DATETIME NOT NULL,
  PRIMARY KEY (id)
);
-- +goose StatementEnd
CREATE UNIQUE INDEX ux_persons_mobile_hash ON persons (mobile_hash);
CREATE UNIQUE INDEX ux_persons_staff_no ON persons (staff_no);

-- +goose StatementBegin
CREATE TABLE posts (
  id              TEXT NOT NULL,
  person_id       TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  manager_id      TEXT NOT NULL,
  title           TEXT NOT NULL,
  class           TEXT NOT NULL,
  category        TEXT NOT NULL,
  valid_from      TEXT NOT NULL,
  valid_to        TEXT NOT NULL,
  version         INTEGER NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_posts_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_posts_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_posts_manager_id FOREIGN KEY (manager_id) REFERENCES units (id)
);
-- +goose StatementEnd
CREATE INDEX ix_posts_manager ON posts (manager_id);
CREATE INDEX ix_posts_person ON posts (person_id);
CREATE INDEX ix_posts_unit ON posts (unit_id);

-- +goose StatementBegin
CREATE TABLE role_grants (
  id              TEXT NOT NULL,
  person_id       TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  role            TEXT NOT NULL,
  valid_from      TEXT NOT NULL,
  valid_to        TEXT NOT NULL,
  granted_by      TEXT,
  created_at      DATETIME NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_role_grants_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_role_grants_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
);
-- +goose StatementEnd
CREATE INDEX ix_role_grants_person ON role_grants (person_id);
CREATE INDEX ix_role_grants_unit ON role_grants (unit_id);

-- +goose StatementBegin
CREATE TABLE sessions (
  token_hash      TEXT NOT NULL,
  person_id       TEXT NOT NULL,
  secret          TEXT NOT NULL,
  created_at      DATETIME NOT NULL,
  seen_at         DATETIME NOT NULL,
  expires_at      DATETIME NOT NULL,
  PRIMARY KEY (token_hash),
  CONSTRAINT fk_sessions_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
);
-- +goose StatementEnd
CREATE INDEX ix_sessions_expires ON sessions (expires_at);
CREATE INDEX ix_sessions_person ON sessions (person_id);

-- +goose StatementBegin
CREATE TABLE audit_entries (
  id              TEXT NOT NULL,
  at              DATETIME NOT NULL,
  actor_id        TEXT,
  actor_name      TEXT NOT NULL,
  action          TEXT NOT NULL,
  object_kind     TEXT NOT NULL,
  object_id       TEXT NOT NULL,
  outcome         TEXT NOT NULL,
  detail          TEXT NOT NULL,
  from_addr       TEXT NOT NULL,
  request_id      TEXT NOT NULL,
  PRIMARY KEY (id)
);
-- +goose StatementEnd
CREATE INDEX ix_audit_entries_action ON audit_entries (action);
CREATE INDEX ix_audit_entries_actor ON audit_entries (actor_id);
CREATE INDEX ix_audit_entries_at ON audit_entries (at);

-- +goose StatementBegin
CREATE TABLE feedback (
  id              TEXT NOT NULL,
  person_id       TEXT,
  page            TEXT NOT NULL,
  text            TEXT NOT NULL,
  contact         TEXT NOT NULL CHECK (contact = '' OR contact LIKE 'v1:%'),
  created_at      DATETIME NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_feedback_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
);
-- +goose StatementEnd
CREATE INDEX ix_feedback_created ON feedback (created_at);
