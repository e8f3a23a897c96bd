-- +goose Up

-- From whom reports of wrongdoing and complaints of leaks are hidden besides those of the unit that they stand under.
-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS entrusted_hidden (
  entrusted_id    CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  from_id         CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (entrusted_id, from_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd

-- What came of a report that somebody asked for a good rating.
-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS pressure_results (
  report_id       CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  finding         VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
  note            VARCHAR(1000) NOT NULL,
  handled_by      CHAR(26) COLLATE utf8mb4_bin NOT NULL,
  handled_on      CHAR(10) COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (report_id),
  CONSTRAINT fk_pressure_results_report_id FOREIGN KEY (report_id) REFERENCES pressure_reports (id),
  CONSTRAINT fk_pressure_results_handled_by FOREIGN KEY (handled_by) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd
