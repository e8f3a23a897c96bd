package cases

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// MatterInput is a new entry of the duty list.
type MatterInput struct {
	Code, Name string
	Family     models.Family
	UnitID     string
	Days       int // working days allowed, 1–365
	Difficulty int // 1 easy, 2 usual, 3 hard
}

// AddMatter adds an entry to the duty list, valid from today. The system administrator may, and the program itself.
//
// Faults: Forbidden; Invalid per field.
func (s *Service) AddMatter(ctx context.Context, who models.Actor, in MatterInput) (*models.Matter, error) {
	now := s.now()
	bad := listed("family", in.Family, models.Families())
	in.Code = strings.ToUpper(text(&bad, "code", in.Code, 32, true))
	in.Name = text(&bad, "name", in.Name, 100, true)
	bad = append(bad, between("days", in.Days, 1, 365)...)
	bad = append(bad, between("difficulty", in.Difficulty, 1, 3)...)
	var m models.Matter
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		u, err := unitTx(tx, in.UnitID)
		if err != nil {
			return err
		}
		if err := policy.Check(who, policy.AdminUnits, policy.Object{UnitPath: u.Path}); err != nil {
			return err
		}
		if err := fault.Refuse(bad); err != nil {
			return err
		}
		m = models.Matter{
			ID: models.NewID(), Code: in.Code, Name: in.Name, Family: in.Family, UnitID: u.ID, Days: in.Days,
			Difficulty: in.Difficulty, ValidFrom: models.DateOf(now),
		}
		added, err := db.Insert(tx, &m)
		switch {
		case err != nil:
			return fmt.Errorf("write matter: %w", err)
		case !added:
			return fault.Wrong(fault.On("code", "form.taken", "value", in.Code))
		}
		e := audit.Event{Action: "matter.add", Kind: "matter", ID: m.ID, Detail: m.Code}
		return audit.Add(tx, now, who, e)
	})
	if err != nil {
		return nil, err
	}
	return &m, nil
}

func between(name string, n, least, most int) []fault.Field {
	switch {
	case n < least:
		return []fault.Field{fault.On(name, "form.too_small", "min", least)}
	case n > most:
		return []fault.Field{fault.On(name, "form.too_large", "max", most)}
	}
	return nil
}

// MatterEntry is a matter with the name of its responsible unit.
type MatterEntry struct {
	models.Matter
	Unit string
}

// Matters lists the matters a clerk may take in today, by family and code.
func (s *Service) Matters(ctx context.Context, who models.Actor) ([]MatterEntry, error) {
	return s.matters(ctx, policy.Scope(who, policy.CaseTakeIn), false, reaches)
}

// DutyList lists the matters of the units that the actor administers, by family and code: those in force, with past
// those that have ended, too. Fault: Forbidden.
func (s *Service) DutyList(ctx context.Context, who models.Actor, past bool) ([]MatterEntry, error) {
	if !policy.May(who, policy.AdminUnits) {
		return nil, policy.Check(who, policy.AdminUnits, policy.Object{})
	}
	return s.matters(ctx, policy.Scope(who, policy.AdminUnits), past, func(r policy.Reach, path string) bool {
		return r.All || slices.ContainsFunc(r.Paths, func(p string) bool { return policy.Within(path, p) })
	})
}

func (s *Service) matters(
	ctx context.Context, reach policy.Reach, past bool, seen func(r policy.Reach, path string) bool,
) ([]MatterEntry, error) {
	today := models.DateOf(s.now())
	var all []struct {
		MatterEntry
		Path string
	}
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		return tx.Table("matters AS m").Select("m.*, u.name AS unit, u.path").Joins("JOIN units u ON u.id = m.unit_id").
			Where("m.valid_from <= ? AND (m.valid_to = '' OR m.valid_to >= ? OR ?)", today, today, past).
			Order("m.code").Find(&all).Error
	})
	if err != nil {
		return nil, fmt.Errorf("list matters: %w", err)
	}
	var out []MatterEntry
	for _, f := range models.Families() {
		for _, m := range all {
			if m.Family == f && seen(reach, m.Path) {
				out = append(out, m.MatterEntry)
			}
		}
	}
	return out, nil
}

// reaches reports whether a matter of the unit at path can come in within the reach: at the unit, or below it.
func reaches(r policy.Reach, path string) bool {
	return r.All || slices.ContainsFunc(r.Paths, func(p string) bool {
		return policy.Within(path, p) || policy.Within(p, path)
	})
}
