package onboard

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/models/sheet"
)

// unused are the warnings of a table, those of its unknown headings in one: what a sheet holds and nobody reads must
// not be taken for read.
func unused(t *sheet.Table) []fault.Field {
	var names []string
	var out []fault.Field
	for _, w := range t.Warnings {
		if w.Key == "sheet.unknown_heading" {
			names = append(names, fmt.Sprint(w.Args["heading"]))
			continue
		}
		out = append(out, w)
	}
	if len(names) == 0 {
		return out
	}
	first := fault.At(t.HeadRow, "", "onboard.unused", "n", len(names), "names", strings.Join(names, "、"))
	return slices.Insert(out, 0, first)
}

// gone are the lines of people who leave or move: their work has to be handed over.
func gone(lines []Line) []Line {
	stays := func(l Line) bool { return l.Category != Left && l.Category != Moved }
	return slices.DeleteFunc(slices.Clone(lines), stays)
}

// Leaver is somebody whom a roster has sent away or elsewhere, and how many cases are still in his hands.
type Leaver struct {
	ID, StaffNo, Name, Place string
	Category                 Category
	Open                     int
}

// Leavers lists the people that a plan has sent away or elsewhere and who still hold open cases; n is how many people
// left or moved in all. Faults: NotFound, Forbidden.
func (s *Service) Leavers(ctx context.Context, who models.Actor, planID string) (out []Leaver, n int, err error) {
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		out, n = nil, 0
		p, err := seenPlanTx(tx, who, planID)
		if err != nil || p.State != models.PlanApplied || Kind(p.Kind) != Roster {
			return err
		}
		var found []Leaver
		err = tx.Table("import_lines AS l").
			Select("p.id, p.staff_no, p.name, l.place, l.category").
			Joins("JOIN persons p ON p.staff_no = l.code").
			Where("l.plan_id = ? AND l.category IN ?", p.ID, []Category{Left, Moved}).Order("l.no").Scan(&found).Error
		if err != nil {
			return fmt.Errorf("read who has left: %w", err)
		}
		open, err := cases.OpenTx(tx)
		if err != nil {
			return err
		}
		for _, l := range found {
			if l.Open = open[l.ID]; l.Open > 0 {
				out = append(out, l)
			}
		}
		n = len(found)
		return nil
	})
	return out, n, err
}

// Leaving lists the people within the reach whose last post ends today or has ended, and who still hold open cases:
// until the day is over these are in no list of work that has nobody.
//
// Fault: Forbidden.
func (s *Service) Leaving(ctx context.Context, who models.Actor) ([]Leaver, error) {
	if err := allowed(who, Roster); err != nil {
		return nil, err
	}
	today := models.DateOf(s.now())
	var out []Leaver
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		out = nil
		t, err := treeTx(tx, policy.Scope(who, policy.AdminPeople))
		if err != nil {
			return err
		}
		open, err := cases.OpenTx(tx)
		if err != nil {
			return err
		}
		var posts []struct {
			ID, StaffNo, Name, UnitID string
			ValidTo                   models.Date
		}
		err = tx.Table("posts AS o").Select("p.id, p.staff_no, p.name, o.unit_id, o.valid_to").
			Joins("JOIN persons p ON p.id = o.person_id").
			Where("p.id IN (?)", tx.Model(&models.Case{}).Select("handler_id").
				Where("handler_id IS NOT NULL AND state <> ?", models.CaseClosed)).
			Order("p.staff_no, p.id, CASE o.valid_to WHEN '' THEN 1 ELSE 0 END, o.valid_to").Scan(&posts).Error
		if err != nil {
			return fmt.Errorf("read who leaves: %w", err)
		}
		for i, o := range posts {
			last := i+1 == len(posts) || posts[i+1].ID != o.ID
			u := t.byID[o.UnitID]
			if !last || u == nil || o.ValidTo == "" || o.ValidTo > today {
				continue
			}
			out = append(out, Leaver{
				ID: o.ID, StaffNo: o.StaffNo, Name: o.Name, Place: u.Name, Category: Left, Open: open[o.ID],
			})
		}
		return nil
	})
	return out, err
}
