package cases

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// MatterPastEntry is what a matter was, with the name of the unit.
type MatterPastEntry struct {
	models.MatterPast
	Unit string
}

// MatterView is a matter of the duty list with what it was before, the latest first.
type MatterView struct {
	MatterEntry
	Pasts []MatterPastEntry
}

// Version tells one state of the matter from the next: every change leaves one more behind.
func (v MatterView) Version() int { return len(v.Pasts) }

// Matter returns an entry of the duty list, in force or ended. Faults: NotFound, Forbidden.
func (s *Service) Matter(ctx context.Context, who models.Actor, id string) (v MatterView, err error) {
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		v, err = matterViewTx(tx, who, id)
		return err
	})
	return v, err
}

// matterViewTx loads a matter that the actor administers; the one for questions is nobody's.
func matterViewTx(tx *gorm.DB, who models.Actor, id string) (v MatterView, err error) {
	if !policy.May(who, policy.AdminUnits) {
		return v, policy.Check(who, policy.AdminUnits, policy.Object{})
	}
	var found []struct {
		MatterEntry
		Path string
	}
	err = tx.Table("matters AS m").Select("m.*, u.name AS unit, u.path").Joins("JOIN units u ON u.id = m.unit_id").
		Where("m.id = ? AND m.code <> ?", id, AskMatter).Limit(1).Find(&found).Error
	switch {
	case err != nil:
		return v, fmt.Errorf("read matter: %w", err)
	case len(found) == 0 || !policy.Can(who, policy.AdminUnits, policy.Object{UnitPath: found[0].Path}):
		return v, fault.New(fault.NotFound, "error.not_found")
	}
	v.MatterEntry = found[0].MatterEntry
	err = tx.Table("matter_pasts AS h").Select("h.*, u.name AS unit").Joins("JOIN units u ON u.id = h.unit_id").
		Where("h.matter_id = ?", id).Order("h.created_at DESC, h.id DESC").Find(&v.Pasts).Error
	if err != nil {
		return v, fmt.Errorf("read what a matter was: %w", err)
	}
	return v, nil
}

// MatterChange is how a matter is to be from now on; its code stays. To is its last day, "" without end. Version is
// that of the matter as it was read.
type MatterChange struct {
	MatterInput
	To      models.Date
	Version int
}

// ChangeMatter changes an entry of the duty list, or ends it. What it was is kept, and cases that came in keep the
// family, difficulty, unit and deadline that they were given.
//
// Faults: NotFound, Forbidden; Invalid per field; Conflict "error.stale".
func (s *Service) ChangeMatter(ctx context.Context, who models.Actor, id string, in MatterChange) error {
	now := s.now()
	bad := listed("family", in.Family, models.Families())
	in.Name = text(&bad, "name", in.Name, 100, true)
	bad = append(bad, between("days", in.Days, 1, 365)...)
	bad = append(bad, between("difficulty", in.Difficulty, 1, 3)...)
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		v, err := matterViewTx(tx, who, id)
		if err != nil {
			return err
		}
		wrong := append(in.checkTo(v.ValidTo, models.DateOf(now)), bad...)
		if u, err := unitTx(tx, in.UnitID); err != nil {
			return err
		} else if !policy.Can(who, policy.AdminUnits, policy.Object{UnitPath: u.Path}) {
			wrong = append(wrong, fault.On("unit", "form.choice"))
		}
		if err := fault.Refuse(wrong); err != nil {
			return err
		}
		if v.Version() != in.Version {
			return fault.New(fault.Conflict, "error.stale")
		}
		next := v.Matter
		next.Name, next.Family, next.UnitID, next.ValidTo = in.Name, in.Family, in.UnitID, in.To
		next.Days, next.Difficulty = in.Days, in.Difficulty
		if next == v.Matter {
			return nil
		}
		if err := pastsTx(tx, now, []models.Matter{next}); err != nil {
			return err
		}
		if err := putMatter(tx, next); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{Action: "matter.change", Kind: "matter", ID: id, Detail: v.Code})
	})
}

// checkTo refuses a last day that is none, or that lies in the past where it is another than before.
func (in MatterChange) checkTo(was, today models.Date) []fault.Field {
	if in.To == "" || in.To == was {
		return nil
	}
	if _, ok := models.ParseDate(string(in.To)); !ok {
		return []fault.Field{fault.On("to", "form.date")}
	}
	if in.To < today {
		return []fault.Field{fault.On("to", "serve.matter_past", "today", today)}
	}
	return nil
}

// pastsTx keeps what matters are, before they are changed.
func pastsTx(tx *gorm.DB, now time.Time, changed []models.Matter) error {
	if len(changed) == 0 {
		return nil
	}
	ids := make([]string, 0, len(changed))
	for _, m := range changed {
		ids = append(ids, m.ID)
	}
	var were []models.Matter
	if err := tx.Where("id IN ?", ids).Find(&were).Error; err != nil {
		return fmt.Errorf("read matters: %w", err)
	}
	pasts := make([]models.MatterPast, 0, len(were))
	for _, m := range were {
		pasts = append(pasts, models.MatterPast{
			ID: models.NewID(), MatterID: m.ID, Name: m.Name, Family: m.Family, UnitID: m.UnitID, Days: m.Days,
			Difficulty: m.Difficulty, ValidTo: m.ValidTo, CreatedAt: now,
		})
	}
	if err := tx.CreateInBatches(pasts, importAtOnce).Error; err != nil {
		return fmt.Errorf("keep what matters were: %w", err)
	}
	return nil
}

func putMatter(tx *gorm.DB, m models.Matter) error {
	err := tx.Exec(`UPDATE matters SET name = ?, family = ?, unit_id = ?, days = ?, difficulty = ?, valid_to = ?
		WHERE id = ?`, m.Name, m.Family, m.UnitID, m.Days, m.Difficulty, m.ValidTo, m.ID).Error
	if err != nil {
		return fmt.Errorf("change matter: %w", err)
	}
	return nil
}

// nameThen is the name of a matter m as it was when a case c came in.
const nameThen = `COALESCE((SELECT h.name FROM matter_pasts h WHERE h.matter_id = m.id AND h.created_at > c.created_at
	ORDER BY h.created_at, h.id LIMIT 1), m.name)`
