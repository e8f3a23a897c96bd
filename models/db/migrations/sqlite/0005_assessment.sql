-- +goose Up

-- +goose StatementBegin
CREATE TABLE schemes (
  id              TEXT NOT NULL,
  code            TEXT NOT NULL,
  edition         INTEGER NOT NULL,
  title           TEXT NOT NULL,
  title_en        TEXT NOT NULL,
  published_on    TEXT NOT NULL,
  created_at      DATETIME NOT NULL,
  PRIMARY KEY (id)
);
-- +goose StatementEnd
CREATE UNIQUE INDEX ux_schemes_version ON schemes (code, edition);

-- +goose StatementBegin
CREATE TABLE scheme_sources (
  id              TEXT NOT NULL,
  scheme_id       TEXT NOT NULL,
  competency      TEXT NOT NULL,
  source          TEXT NOT NULL,
  weight          INTEGER NOT NULL,
  min_n           INTEGER NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_scheme_sources_scheme_id FOREIGN KEY (scheme_id) REFERENCES schemes (id)
);
-- +goose StatementEnd
CREATE UNIQUE INDEX ux_scheme_sources ON scheme_sources (scheme_id, competency, source);

-- +goose StatementBegin
CREATE TABLE periods (
  id              TEXT NOT NULL,
  code            TEXT NOT NULL,
  title           TEXT NOT NULL,
  title_en        TEXT NOT NULL,
  kind            TEXT NOT NULL,
  scheme_id       TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  span_from       TEXT NOT NULL,
  span_to         TEXT NOT NULL,
  cutoff_on       TEXT NOT NULL,
  preview_days    INTEGER NOT NULL,
  objection_days  INTEGER NOT NULL,
  answer_days     INTEGER NOT NULL,
  preview_to      TEXT NOT NULL,
  objection_to    TEXT NOT NULL,
  state           TEXT NOT NULL,
  officer_id      TEXT,
  sealed_at       DATETIME,
  reviewer_id     TEXT,
  reviewed_at     DATETIME,
  releaser_id     TEXT,
  released_at     DATETIME,
  digest          TEXT NOT NULL,
  version         INTEGER NOT NULL,
  created_at      DATETIME NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_periods_scheme_id FOREIGN KEY (scheme_id) REFERENCES schemes (id),
  CONSTRAINT fk_periods_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
);
-- +goose StatementEnd
CREATE INDEX ix_periods_unit ON periods (unit_id);
CREATE UNIQUE INDEX ux_periods_code ON periods (code);

-- +goose StatementBegin
CREATE TABLE participants (
  id              TEXT NOT NULL,
  period_id       TEXT NOT NULL,
  person_id       TEXT NOT NULL,
  post_id         TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  manager_id      TEXT NOT NULL,
  class           TEXT NOT NULL,
  category        TEXT NOT NULL,
  viewed_at       DATETIME,
  agreed_at       DATETIME,
  PRIMARY KEY (id),
  CONSTRAINT fk_participants_period_id FOREIGN KEY (period_id) REFERENCES periods (id),
  CONSTRAINT fk_participants_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_participants_post_id FOREIGN KEY (post_id) REFERENCES posts (id),
  CONSTRAINT fk_participants_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_participants_manager_id FOREIGN KEY (manager_id) REFERENCES units (id)
);
-- +goose StatementEnd
CREATE INDEX ix_participants_person ON participants (person_id);
CREATE INDEX ix_participants_unit ON participants (unit_id);
CREATE UNIQUE INDEX ux_participants ON participants (period_id, person_id);

-- +goose StatementBegin
CREATE TABLE evidence (
  id              TEXT NOT NULL,
  period_id       TEXT NOT NULL,
  person_id       TEXT NOT NULL,
  edition         INTEGER NOT NULL,
  source          TEXT NOT NULL,
  n               INTEGER NOT NULL,
  x               INTEGER NOT NULL,
  score           INTEGER NOT NULL,
  se              INTEGER NOT NULL,
  detail          TEXT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_evidence_period_id FOREIGN KEY (period_id) REFERENCES periods (id),
  CONSTRAINT fk_evidence_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
);
-- +goose StatementEnd
CREATE UNIQUE INDEX ux_evidence ON evidence (period_id, person_id, edition, source);

-- +goose StatementBegin
CREATE TABLE dossiers (
  id              TEXT NOT NULL,
  period_id       TEXT NOT NULL,
  kind            TEXT NOT NULL,
  subject_id      TEXT NOT NULL,
  edition         INTEGER NOT NULL,
  serial          INTEGER NOT NULL,
  body            TEXT NOT NULL,
  digest          TEXT NOT NULL,
  created_at      DATETIME NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_dossiers_period_id FOREIGN KEY (period_id) REFERENCES periods (id)
);
-- +goose StatementEnd
CREATE UNIQUE INDEX ux_dossiers ON dossiers (period_id, kind, subject_id, edition);

-- +goose StatementBegin
CREATE TABLE objections (
  id              TEXT NOT NULL,
  no              TEXT NOT NULL,
  period_id       TEXT NOT NULL,
  person_id       TEXT NOT NULL,
  item            TEXT NOT NULL,
  text            TEXT NOT NULL,
  filed_at        DATETIME NOT NULL,
  due_on          TEXT NOT NULL,
  state           TEXT NOT NULL,
  result          TEXT NOT NULL,
  answer          TEXT NOT NULL,
  answered_by     TEXT,
  answered_at     DATETIME,
  version         INTEGER NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_objections_period_id FOREIGN KEY (period_id) REFERENCES periods (id),
  CONSTRAINT fk_objections_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
);
-- +goose StatementEnd
CREATE INDEX ix_objections_period ON objections (period_id, state);
CREATE INDEX ix_objections_person ON objections (person_id);
CREATE UNIQUE INDEX ux_objections_no ON objections (no);

-- +goose StatementBegin
CREATE TABLE reports (
  id              TEXT NOT NULL,
  no              TEXT NOT NULL,
  kind            TEXT NOT NULL,
  period_id       TEXT NOT NULL,
  subject_kind    TEXT NOT NULL,
  subject_id      TEXT NOT NULL,
  edition         INTEGER NOT NULL,
  stage           TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  manager_id      TEXT NOT NULL,
  dossier_id      TEXT NOT NULL,
  digest          TEXT NOT NULL,
  code            TEXT NOT NULL,
  sha256          TEXT NOT NULL,
  size            INTEGER NOT NULL,
  pages           INTEGER NOT NULL,
  compiled_at     DATETIME NOT NULL,
  replaced_at     DATETIME,
  PRIMARY KEY (id),
  CONSTRAINT fk_reports_period_id FOREIGN KEY (period_id) REFERENCES periods (id),
  CONSTRAINT fk_reports_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_reports_manager_id FOREIGN KEY (manager_id) REFERENCES units (id),
  CONSTRAINT fk_reports_dossier_id FOREIGN KEY (dossier_id) REFERENCES dossiers (id)
);
-- +goose StatementEnd
CREATE INDEX ix_reports_manager ON reports (manager_id);
CREATE INDEX ix_reports_sha256 ON reports (sha256);
CREATE INDEX ix_reports_unit ON reports (unit_id);
CREATE UNIQUE INDEX ux_reports_code ON reports (code);
CREATE UNIQUE INDEX ux_reports_no ON reports (no);
CREATE UNIQUE INDEX ux_reports_subject ON reports (kind, period_id, subject_kind, subject_id, edition, stage);
