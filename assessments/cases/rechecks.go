package cases

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/notice"
)

// A recheck (办件质量回访) asks the handler to look into a closed case again. This room knows nothing of why: rechecks come
// in sets in which most cases were drawn by chance, with the same words and the same deadline (red line 6).

// Ways lists what a handler may say that he did.
func Ways() []string { return []string{WayFixed, WayPlanned, WayExplained} }

// The ways: put right at once, a plan with a date, or explained.
const (
	WayFixed     = "fixed"
	WayPlanned   = "planned"
	WayExplained = "explained"
)

// RecheckTx asks the handler of a closed case to look into it again by a day. note is "" but where the resident allows
// the handler to know. For package ratings, within its transaction.
func RecheckTx(
	tx *gorm.DB, now time.Time, caseID, handlerID, note string, due models.Date,
) (models.CaseRecheck, error) {
	row := models.CaseRecheck{
		ID: models.NewRandomID(), CaseID: caseID, HandlerID: handlerID, SentOn: models.DateOf(now), DueOn: due,
	}
	if err := tx.Create(&row).Error; err != nil {
		return row, fmt.Errorf("write recheck: %w", err)
	}
	if err := eventTx(tx, now, models.Actor{}, caseID, EventRecheck, note, false); err != nil {
		return row, err
	}
	return row, notice.AddTx(tx, now, handlerID, "case_recheck", notice.Args{"due": due}, "/serve/cases/"+caseID)
}

// Looked is a handler's answer to a recheck.
type Looked struct {
	Way    string
	PlanOn string // of a plan: "2026-07-30"
	Text   string
}

// Recheck keeps what the handler found and did in a case that he was asked to look into again.
//
// Faults: NotFound, Forbidden for anybody but the handler and who took it over; Conflict "serve.wrong_state" when
// nothing is asked; Invalid on "way", "plan", "found".
func (s *Service) Recheck(ctx context.Context, who models.Actor, id string, in Looked) error {
	now := s.now()
	today := models.DateOf(now)
	bad := listed("way", in.Way, Ways())
	in.Text = text(&bad, "found", in.Text, maxText, true)
	var plan models.Date
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		c, err := caseTx(tx, who, id)
		switch {
		case err != nil:
			return err
		case !mayHandle(who, c.Case, c.UnitPath):
			var asked int64 // of who took it over from the handler
			err := tx.Model(&models.CaseRecheck{}).
				Where("case_id = ? AND handler_id = ?", id, who.ID).Count(&asked).Error
			if err != nil {
				return fmt.Errorf("read recheck: %w", err)
			}
			if asked == 0 {
				return fault.New(fault.Forbidden, "error.forbidden")
			}
		}
		presets, err := PresetsTx(tx)
		if err != nil {
			return err
		}
		refused := slices.Clone(bad)
		if in.Way == WayPlanned {
			d, ok := models.ParseDate(in.PlanOn)
			most := presets[PlanDays]
			if last := s.days.Add(today, most); !ok || d <= today || d > last {
				refused = append(refused, fault.On("plan", "serve.plan_wrong", "days", most, "last", last.String()))
			}
			plan = d
		}
		if err := fault.Refuse(refused); err != nil {
			return err
		}
		res := tx.Model(&models.CaseRecheck{}).
			Where("case_id = ? AND handler_id = ? AND replied_on = ''", id, who.ID).
			Updates(map[string]any{"replied_on": today, "way": in.Way, "plan_on": plan, "reply": in.Text})
		switch {
		case res.Error != nil:
			return fmt.Errorf("answer recheck: %w", res.Error)
		case res.RowsAffected == 0:
			return fault.New(fault.Conflict, "serve.wrong_state")
		}
		if err := s.eventTx(tx, now, who, id, EventRechecked, in.Text, false); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{Action: "case.recheck", Kind: "case", ID: id, Detail: in.Way})
	})
}
