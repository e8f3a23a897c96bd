-- +goose Up

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS schemes (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  code            VARCHAR(32) COLLATE utf8mb4_bin NOT NULL,
  edition         INT NOT NULL,
  title           VARCHAR(100) NOT NULL,
  title_en        VARCHAR(200) NOT NULL,
  published_on    CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  created_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY ux_schemes_version (code, edition)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS scheme_sources (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  scheme_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  competency      VARCHAR(24) COLLATE utf8mb4_bin NOT NULL,
  source          VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  weight          INT NOT NULL,
  min_n           INT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY ux_scheme_sources (scheme_id, competency, source),
  CONSTRAINT fk_scheme_sources_scheme_id FOREIGN KEY (scheme_id) REFERENCES schemes (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS periods (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  code            VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  title           VARCHAR(100) NOT NULL,
  title_en        VARCHAR(200) NOT NULL,
  kind            VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  scheme_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  span_from       CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  span_to         CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  cutoff_on       CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  preview_days    INT NOT NULL,
  objection_days  INT NOT NULL,
  answer_days     INT NOT NULL,
  preview_to      CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  objection_to    CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  state           VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  officer_id      CHAR(26) COLLATE utf8mb4_bin,
  sealed_at       DATETIME(3),
  reviewer_id     CHAR(26) COLLATE utf8mb4_bin,
  reviewed_at     DATETIME(3),
  releaser_id     CHAR(26) COLLATE utf8mb4_bin,
  released_at     DATETIME(3),
  digest          VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  version         INT NOT NULL,
  created_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_periods_unit (unit_id),
  UNIQUE KEY ux_periods_code (code),
  CONSTRAINT fk_periods_scheme_id FOREIGN KEY (scheme_id) REFERENCES schemes (id),
  CONSTRAINT fk_periods_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS participants (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  period_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  person_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  post_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  manager_id      CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  class           VARCHAR(32) COLLATE utf8mb4_bin NOT NULL,
  category        VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  viewed_at       DATETIME(3),
  agreed_at       DATETIME(3),
  PRIMARY KEY (id),
  KEY ix_participants_person (person_id),
  KEY ix_participants_unit (unit_id),
  UNIQUE KEY ux_participants (period_id, person_id),
  CONSTRAINT fk_participants_period_id FOREIGN KEY (period_id) REFERENCES periods (id),
  CONSTRAINT fk_participants_person_id FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT fk_participants_post_id FOREIGN KEY (post_id) REFERENCES posts (id),
  CONSTRAINT fk_participants_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_participants_manager_id FOREIGN KEY (manager_id) REFERENCES units (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS evidence (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  period_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  person_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  edition         INT NOT NULL,
  source          VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  n               INT NOT NULL,
  x               INT NOT NULL,
  score           INT NOT NULL,
  se              INT NOT NULL,
  detail          MEDIUMTEXT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY ux_evidence (period_id, person_id, edition, source),
  CONSTRAINT fk_evidence_period_id FOREIGN KEY (period_id) REFERENCES periods (id),
  CONSTRAINT fk_evidence_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS dossiers (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  period_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  kind            VARCHAR(8) COLLATE utf8mb4_bin NOT NULL,
  subject_id      CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  edition         INT NOT NULL,
  serial          INT NOT NULL,
  body            MEDIUMTEXT NOT NULL,
  digest          VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  created_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY ux_dossiers (period_id, kind, subject_id, edition),
  CONSTRAINT fk_dossiers_period_id FOREIGN KEY (period_id) REFERENCES periods (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS objections (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  no              VARCHAR(24) COLLATE utf8mb4_bin NOT NULL,
  period_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  person_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  item            VARCHAR(24) COLLATE utf8mb4_bin NOT NULL,
  text            VARCHAR(2000) NOT NULL,
  filed_at        DATETIME(3) NOT NULL,
  due_on          CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  state           VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  result          VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  answer          VARCHAR(2000) NOT NULL,
  answered_by     CHAR(26) COLLATE utf8mb4_bin,
  answered_at     DATETIME(3),
  version         INT NOT NULL,
  PRIMARY KEY (id),
  KEY ix_objections_period (period_id, state),
  KEY ix_objections_person (person_id),
  UNIQUE KEY ux_objections_no (no),
  CONSTRAINT fk_objections_period_id FOREIGN KEY (period_id) REFERENCES periods (id),
  CONSTRAINT fk_objections_person_id FOREIGN KEY (person_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS reports (
  id              CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  no              VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
  kind            VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  period_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  subject_kind    VARCHAR(8) COLLATE utf8mb4_bin NOT NULL,
  subject_id      CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  edition         INT NOT NULL,
  stage           VARCHAR(8) COLLATE utf8mb4_bin NOT NULL,
  unit_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  manager_id      CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  dossier_id      CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  digest          VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  code            CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  sha256          VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  size            INT NOT NULL,
  pages           INT NOT NULL,
  compiled_at     DATETIME(3) NOT NULL,
  replaced_at     DATETIME(3),
  PRIMARY KEY (id),
  KEY ix_reports_manager (manager_id),
  KEY ix_reports_sha256 (sha256),
  KEY ix_reports_unit (unit_id),
  UNIQUE KEY ux_reports_code (code),
  UNIQUE KEY ux_reports_no (no),
  UNIQUE KEY ux_reports_subject (kind, period_id, subject_kind, subject_id, edition, stage),
  CONSTRAINT fk_reports_period_id FOREIGN KEY (period_id) REFERENCES periods (id),
  CONSTRAINT fk_reports_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
  CONSTRAINT fk_reports_manager_id FOREIGN KEY (manager_id) REFERENCES units (id),
  CONSTRAINT fk_reports_dossier_id FOREIGN KEY (dossier_id) REFERENCES dossiers (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd
