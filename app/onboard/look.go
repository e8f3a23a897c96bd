package onboard

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// PlanView is a plan as it is looked at: its head, one page of lines of a category, or what is wrong with its rows.
type PlanView struct {
	models.ImportPlan
	Scope   string // name of the unit
	By      string // name of who brought it
	Counts  map[Category]int
	Errors  []fault.Field
	Hints   []fault.Field // of a sheet without errors: what must be known of it as a whole
	Names   []Line        // of an open plan: other names that have to be approved one by one
	Undoes  int           // of an open plan: lines that would undo what was changed after it was brought
	Lines   []Line
	Total   int // lines of the category
	Expired bool
}

// PlanFilter chooses the lines of a plan. Category "" is all that are not the same.
type PlanFilter struct {
	Category   Category
	Page, Size int // from 1; 0 = 50
}

// MaxNames is how many other names a plan lists to be approved one by one; where there are more, one tick stands for
// all.
const MaxNames = 100

// Plan returns a plan. Faults: NotFound, Forbidden.
func (s *Service) Plan(ctx context.Context, who models.Actor, id string, f PlanFilter) (PlanView, error) {
	now := s.now()
	var out PlanView
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		p, err := seenPlanTx(tx, who, id)
		if err != nil {
			return err
		}
		out = PlanView{ImportPlan: p, Expired: p.State == models.PlanOpen && !now.Before(p.ExpiresAt)}
		if err := namesTx(tx, &out); err != nil {
			return err
		}
		if p.State == models.PlanOpen {
			if err := openTx(tx, &out); err != nil {
				return err
			}
		}
		out.Lines, out.Total, err = linesTx(tx, id, f)
		return err
	})
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal([]byte(out.ImportPlan.Counts), &out.Counts); err != nil {
		return out, fmt.Errorf("read counts: %w", err)
	}
	said, err := errorsOf(s.vault, out.ImportPlan)
	if out.State == models.PlanFaulty {
		out.Errors = said
	} else {
		out.Hints = append(out.Hints, said...)
	}
	return out, err
}

// openTx adds what whoever approves a plan must know and say.
func openTx(tx *gorm.DB, v *PlanView) (err error) {
	if v.Names, _, err = linesTx(tx, v.ID, PlanFilter{Category: Renamed, Size: MaxNames}); err != nil {
		return err
	}
	if v.Undoes, err = undoing(tx, v.ID); err != nil {
		return err
	}
	v.Hints, err = newer(tx, v.ImportPlan)
	return err
}

// namesTx adds the names of the unit and of who brought the sheet.
func namesTx(tx *gorm.DB, v *PlanView) error {
	if v.ScopeID != nil {
		var u models.Unit
		if err := tx.Take(&u, "id = ?", *v.ScopeID).Error; err != nil {
			return fmt.Errorf("read unit of plan: %w", err)
		}
		v.Scope = u.Name
	}
	if v.CreatedBy != nil {
		var p models.Person
		if err := tx.Select("name").Take(&p, "id = ?", *v.CreatedBy).Error; err != nil {
			return fmt.Errorf("read author of plan: %w", err)
		}
		v.By = p.Name
	}
	return nil
}

func linesTx(tx *gorm.DB, planID string, f PlanFilter) ([]Line, int, error) {
	q := tx.Model(&models.ImportLine{}).Where("plan_id = ?", planID)
	if f.Category != "" {
		q = q.Where("category = ?", f.Category)
	} else {
		q = q.Where("category <> ?", Same)
	}
	q = q.Session(&gorm.Session{})
	var total int64
	if err := q.Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count lines: %w", err)
	}
	size := f.Size
	if size < 1 {
		size = 50
	}
	var found []models.ImportLine
	err := q.Order("no").Limit(size).Offset((max(1, f.Page) - 1) * size).Find(&found).Error
	if err != nil {
		return nil, 0, fmt.Errorf("read lines: %w", err)
	}
	out, err := opened(found)
	return out, int(total), err
}

// Plans lists the latest plans of a kind ("" = all) that the actor may see, newest first.
func (s *Service) Plans(ctx context.Context, who models.Actor, k Kind, most int) ([]models.ImportPlan, error) {
	if !policy.May(who, policy.AdminUnits) {
		return nil, policy.Check(who, policy.AdminUnits, policy.Object{})
	}
	var out []models.ImportPlan
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		out = nil
		whole, err := wholeTx(tx, who)
		if err != nil {
			return err
		}
		q := tx.Omit("content", "errors").Order("id DESC").Limit(most)
		if k != "" {
			q = q.Where("kind = ?", k)
		}
		if !whole {
			q = q.Where("created_by = ?", who.ID)
		}
		return q.Find(&out).Error
	})
	if err != nil {
		return nil, fmt.Errorf("list plans: %w", err)
	}
	return out, nil
}

// decode reads JSON with whole numbers as they were written, so that messages show them the same.
func decode(text string, out any) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(out); err != nil {
		return fmt.Errorf("read what a plan keeps: %w", err)
	}
	return nil
}

func decodeErrors(text string) (out []fault.Field, err error) {
	return out, decode(text, &out)
}

// CountsOf reads how many lines of each category a plan had; nothing where it has errors.
func CountsOf(p models.ImportPlan) map[Category]int {
	out := map[Category]int{}
	if err := json.Unmarshal([]byte(p.Counts), &out); err != nil {
		return nil
	}
	return out
}
