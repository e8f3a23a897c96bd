package ratings

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

var errUnknownSignal = fault.New(fault.NotFound, "signal.unknown")

// SignalFindings are what can have come of a report of pressure, in the order of the form.
func SignalFindings() []string { return []string{"true", "partly", "untrue", "unclear"} }

// Signal is a report that somebody asked for a good rating, as a supervisor sees it: no case, no resident.
type Signal struct {
	ID           string
	Unit, Matter string
	On           models.Date `gorm:"column:reported_on"`
	Comment      string      // masked

	Finding, Note, Handler string // one of SignalFindings, what was done and who wrote it; "" while open
	HandledOn              models.Date
	DueOn                  models.Date `gorm:"-"` // when the result must be written
	DaysLeft               int         `gorm:"-"` // working days to that
}

// Open reports whether nobody has written what came of it.
func (s Signal) Open() bool { return s.HandledOn == "" }

const signalColumns = "s.id, u.name AS unit, COALESCE(m.name, '') AS matter, s.reported_on, s.comment, " +
	"COALESCE(x.finding, '') AS finding, COALESCE(x.note, '') AS note, COALESCE(p.name, '') AS handler, " +
	"COALESCE(x.handled_on, '') AS handled_on"

// signalsOf are the reports of pressure (s) within a reach, with what came of them (x, p), but none about the actor or
// a unit (u) that he belongs to.
func signalsOf(tx *gorm.DB, who models.Actor) *gorm.DB {
	open, hidden := cases.NotAbout(who)
	within, args := policy.Scope(who, policy.SignalSee).Below("u.path")
	q := tx.Table("pressure_reports AS s").Joins("JOIN units u ON u.id = s.unit_id").
		Joins("LEFT JOIN cases c ON c.id = s.case_id").Joins("LEFT JOIN matters m ON m.id = c.matter_id").
		Joins("LEFT JOIN pressure_results x ON x.report_id = s.id").
		Joins("LEFT JOIN persons p ON p.id = x.handled_by").
		Where("c.handler_id IS NULL OR c.handler_id <> ?", who.ID).
		Where("c.id IS NULL OR "+open, hidden).Where(within, args...)
	return cases.NotOwn(q, who, "s.id", "u")
}

// finishTx says until when the results of reports must be written, and masks what residents wrote.
func (s *Service) finishTx(tx *gorm.DB, all []Signal, today models.Date) error {
	presets, err := cases.PresetsTx(tx)
	if err != nil {
		return err
	}
	names, err := staffTx(tx)
	if err != nil {
		return err
	}
	m := newMasker(names)
	for i := range all {
		all[i].Comment = m.mask(all[i].Comment)
		all[i].DueOn = s.days.Add(all[i].On, presets[cases.VerifyDays])
		all[i].DaysLeft = s.days.Between(today, all[i].DueOn)
	}
	return nil
}

// Signal returns one report of pressure. Faults: Forbidden; NotFound "signal.unknown".
func (s *Service) Signal(ctx context.Context, who models.Actor, id string) (out Signal, err error) {
	today := models.DateOf(s.now())
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		out, err = s.signalTx(tx, who, id, today)
		return err
	})
	return out, err
}

func (s *Service) signalTx(tx *gorm.DB, who models.Actor, id string, today models.Date) (Signal, error) {
	if !policy.May(who, policy.SignalSee) {
		return Signal{}, policy.Check(who, policy.SignalSee, policy.Object{})
	}
	var found []Signal
	err := signalsOf(tx, who).Select(signalColumns).Where("s.id = ?", id).Limit(1).Find(&found).Error
	if err != nil {
		return Signal{}, fmt.Errorf("read report of pressure: %w", err)
	}
	if len(found) == 0 {
		return Signal{}, errUnknownSignal
	}
	return found[0], s.finishTx(tx, found, today)
}

// SettleSignal writes down, once, what came of a report of pressure.
//
// Faults: Forbidden; NotFound "signal.unknown"; Invalid on "finding", "note"; Conflict "signal.settled".
func (s *Service) SettleSignal(ctx context.Context, who models.Actor, id, finding, note string) error {
	now := s.now()
	note = strings.TrimSpace(strings.ReplaceAll(note, "\r\n", "\n"))
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if _, err := s.signalTx(tx, who, id, models.DateOf(now)); err != nil {
			return err
		}
		if bad := badResult(finding, note); len(bad) > 0 {
			return fault.Wrong(bad...)
		}
		return settleSignalTx(tx, now, who, models.PressureResult{ReportID: id, Finding: finding, Note: note})
	})
}

func badResult(finding, note string) (bad []fault.Field) {
	switch {
	case finding == "":
		bad = append(bad, fault.On("finding", "form.required_choice"))
	case !slices.Contains(SignalFindings(), finding):
		bad = append(bad, fault.On("finding", "form.not_listed", "value", finding))
	}
	switch n := len([]rune(note)); {
	case n == 0:
		bad = append(bad, fault.On("note", "form.required"))
	case n > maxLeak:
		bad = append(bad, fault.On("note", "form.too_long", "max", maxLeak, "n", n))
	}
	return bad
}

func settleSignalTx(tx *gorm.DB, now time.Time, who models.Actor, row models.PressureResult) error {
	row.HandledBy, row.HandledOn = who.ID, models.DateOf(now)
	added, err := db.Insert(tx, &row)
	switch {
	case err != nil:
		return fmt.Errorf("write result: %w", err)
	case !added:
		return fault.New(fault.Conflict, "signal.settled")
	}
	return audit.Add(tx, now, who, audit.Event{Action: "signal.settle", Kind: "pressure_report", ID: row.ReportID})
}

// SignalsWaiting counts the reports of pressure whose result the actor may write and nobody has; 0 for who is no
// supervisor.
func (s *Service) SignalsWaiting(ctx context.Context, who models.Actor) (int, error) {
	if !policy.May(who, policy.SignalSee) {
		return 0, nil
	}
	var n int64
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		return signalsOf(tx, who).Where("x.report_id IS NULL").Count(&n).Error
	})
	if err != nil {
		return 0, fmt.Errorf("count open reports of pressure: %w", err)
	}
	return int(n), nil
}
