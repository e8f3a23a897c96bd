-- +goose Up

-- From whom reports of wrongdoing and complaints of leaks are hidden besides those of the unit that they stand under.
-- +goose StatementBegin
CREATE TABLE entrusted_hidden (
  entrusted_id    TEXT NOT NULL,
  from_id         TEXT NOT NULL,
  PRIMARY KEY (entrusted_id, from_id)
);
-- +goose StatementEnd

-- What came of a report that somebody asked for a good rating.
-- +goose StatementBegin
CREATE TABLE pressure_results (
  report_id       TEXT NOT NULL,
  finding         TEXT NOT NULL,
  note            TEXT NOT NULL,
  handled_by      TEXT NOT NULL,
  handled_on      TEXT NOT NULL,
  PRIMARY KEY (report_id),
  CONSTRAINT fk_pressure_results_report_id FOREIGN KEY (report_id) REFERENCES pressure_reports (id),
  CONSTRAINT fk_pressure_results_handled_by FOREIGN KEY (handled_by) REFERENCES persons (id)
);
-- +goose StatementEnd
