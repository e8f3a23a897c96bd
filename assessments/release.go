package assessments

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/find"
	"shanzhi/models/notice"
	"shanzhi/models/policy"
)

// Review agrees to a sealed period: by somebody other than the officer who sealed it, after the window of objections
// has closed and all are answered. Faults: Forbidden "assess.same_person", Conflict of blocked, "assess.not_sealed".
func (s *Service) Review(ctx context.Context, who models.Actor, code string) error {
	return s.step(ctx, who, code, policy.PeriodReview, func(p models.Period, now time.Time, open int) (columns, error) {
		if p.State != models.PeriodSealed {
			return nil, fault.New(fault.Conflict, "assess.not_sealed")
		}
		if same(who.ID, p.OfficerID) {
			return nil, fault.New(fault.Forbidden, "assess.same_person")
		}
		if f := blocked(p, open, models.DateOf(now)); f != nil {
			return nil, f
		}
		return columns{"state": models.PeriodReviewed, "reviewer_id": who.ID, "reviewed_at": now}, nil
	})
}

// Release releases a reviewed period: by a third person. Reports compiled from now on are final.
// Faults: Forbidden "assess.same_person", Conflict "assess.not_reviewed".
func (s *Service) Release(ctx context.Context, who models.Actor, code string) error {
	return s.step(ctx, who, code, policy.PeriodRelease, func(p models.Period, now time.Time, _ int) (columns, error) {
		if p.State != models.PeriodReviewed {
			return nil, fault.New(fault.Conflict, "assess.not_reviewed")
		}
		if same(who.ID, p.OfficerID) || same(who.ID, p.ReviewerID) {
			return nil, fault.New(fault.Forbidden, "assess.same_person")
		}
		return columns{"state": models.PeriodReleased, "releaser_id": who.ID, "released_at": now}, nil
	})
}

// tellPeopleTx tells everybody who is assessed in a period what has happened to it.
func tellPeopleTx(tx *gorm.DB, now time.Time, p models.Period, kind string) error {
	var people []string
	err := tx.Model(&models.Participant{}).Where("period_id = ?", p.ID).Order("person_id").
		Pluck("person_id", &people).Error
	if err != nil {
		return fmt.Errorf("read participants: %w", err)
	}
	about := notice.Args{"title": p.Title, "preview": p.PreviewTo, "objection": p.ObjectionTo}
	return notice.ManyTx(tx, now, people, kind, about, "/me/assess/"+p.Code)
}

// columns are what a step writes.
type columns = map[string]any

// step moves a period one state on; how says the columns to write or why not.
func (s *Service) step(ctx context.Context, who models.Actor, code string, do policy.Action,
	how func(p models.Period, now time.Time, openObjections int) (columns, error),
) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		p, err := lockPeriodTx(tx, code)
		if err != nil {
			return err
		}
		u, err := unitTx(tx, p.UnitID)
		if err != nil {
			return err
		}
		if err := s.checkStep(who, do, u.Path); err != nil {
			return err
		}
		if who.ID == "" {
			return fault.New(fault.Forbidden, "assess.needs_person")
		}
		var o Overview
		if err := countsTx(tx, p.ID, &o); err != nil {
			return err
		}
		set, err := how(p, now, o.OpenObjections)
		if err != nil {
			return err
		}
		if err := movePeriodTx(tx, p, set); err != nil {
			return err
		}
		if set["state"] == models.PeriodReleased {
			if err := tellPeopleTx(tx, now, p, "period_released"); err != nil {
				return err
			}
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: string(do), Kind: "period", ID: p.ID, Detail: p.Code + " " + p.Digest,
		})
	})
}

// PeopleFilter narrows the list of participants. Order never holds an assessment figure.
type PeopleFilter struct {
	Text          string // part of name, staff number or unit
	Offset, Limit int
	Order         models.Order
}

// PeopleOrders are the keys by which the list can be sorted: who somebody is and where, by unit unless told.
func PeopleOrders() []string { return []string{"name", "staff_no", "unit"} }

// peopleOrders say what the keys mean; names are sorted as they sound.
var peopleOrders = map[string]string{
	"name": find.Order(find.Person, "pe.id") + ", pe.name", "staff_no": "pe.staff_no", "unit": "u.path",
}

// People returns a page of the participants whose managing authority the actor holds, by unit and staff number.
// Faults: Forbidden; NotFound "assess.no_period".
func (s *Service) People(ctx context.Context, who models.Actor, code string, f PeopleFilter,
) (out []PersonLine, n int64, err error) {
	if !policy.May(who, policy.PeriodSee) {
		return nil, 0, policy.Check(who, policy.PeriodSee, policy.Object{})
	}
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		p, err := visiblePeriodTx(tx, who, code)
		if err != nil {
			return err
		}
		out, n, err = linesTx(tx, p.ID, policy.Scope(who, policy.PersonSee), f)
		return err
	})
	return out, n, err
}
