package assessments

import (
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/policy"
)

// Desk is work of the assessment that waits for whoever holds a role: an objection to be answered, a period to be
// sealed, reviewed or released. It is nobody's by name; what counts is that somebody is left who may do it.
type Desk struct {
	Kind           string // objection or period
	ID, No, Title  string
	Unit, UnitPath string // whose period or cadre
	Role           models.Role
	DueOn          models.Date
}

// Kinds of such work.
const (
	DeskObjection = "objection"
	DeskPeriod    = "period"
)

// desk is a Desk with the path that a holder of the role must reach.
type desk struct {
	Desk
	NeedsPath string
}

// OnlyHisTx lists the work that nobody but one person may do today: when he goes, it stands still until the role is
// granted to another.
func OnlyHisTx(tx *gorm.DB, today models.Date, personID string) ([]Desk, error) {
	return desksTx(tx, today, func(able []string) bool { return len(able) == 1 && able[0] == personID })
}

// NobodysTx lists the work below the paths of a reach that nobody may do today.
func NobodysTx(tx *gorm.DB, today models.Date, reach policy.Reach) ([]Desk, error) {
	all, err := desksTx(tx, today, func(able []string) bool { return len(able) == 0 })
	if err != nil || reach.All {
		return all, err
	}
	var out []Desk
	for _, d := range all {
		for _, p := range reach.Paths {
			if policy.Within(d.UnitPath, p) {
				out = append(out, d)
				break
			}
		}
	}
	return out, nil
}

// desksTx returns the waiting work of which the people who may do it are as wanted.
func desksTx(tx *gorm.DB, today models.Date, wanted func(able []string) bool) ([]Desk, error) {
	waiting, err := waitingTx(tx)
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
	holders, err := holdersTx(tx, today)
	if err != nil {
		return nil, err
	}
	var out []Desk
	for _, d := range waiting {
		var able []string
		seen := map[string]bool{}
		for _, h := range holders {
			if h.Role == d.Role && policy.Within(d.NeedsPath, h.Path) && !seen[h.PersonID] {
				able, seen[h.PersonID] = append(able, h.PersonID), true
			}
		}
		if wanted(able) {
			out = append(out, d.Desk)
		}
	}
	return out, nil
}

// waitingTx lists the open objections and the periods that wait for a step, by deadline.
func waitingTx(tx *gorm.DB) ([]desk, error) {
	var out []desk
	err := tx.Table("objections AS o").
		Select("? AS kind, o.id, o.no, p.title, u.name AS unit, u.path AS unit_path, mu.path AS needs_path, "+
			"? AS role, o.due_on", DeskObjection, models.RoleOfficer).
		Joins("JOIN periods p ON p.id = o.period_id").
		Joins("JOIN participants a ON a.period_id = o.period_id AND a.person_id = o.person_id").
		Joins("JOIN units u ON u.id = a.unit_id").Joins("JOIN units mu ON mu.id = a.manager_id").
		Where("o.state = ?", ObjectionOpen).Order("o.due_on, o.no").Limit(500).Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list objections that wait: %w", err)
	}
	var periods []struct {
		models.Period
		Unit, UnitPath string
	}
	err = tx.Table("periods AS p").Select("p.*, u.name AS unit, u.path AS unit_path").
		Joins("JOIN units u ON u.id = p.unit_id").Where("p.state <> ?", models.PeriodReleased).
		Order("p.cutoff_on, p.code").Scan(&periods).Error
	if err != nil {
		return nil, fmt.Errorf("list periods that wait: %w", err)
	}
	next := map[models.PeriodState]models.Role{
		models.PeriodOpen: models.RoleOfficer, models.PeriodSealed: models.RoleReviewer,
		models.PeriodReviewed: models.RoleReleaser,
	}
	for _, p := range periods {
		out = append(out, desk{NeedsPath: p.UnitPath, Desk: Desk{
			Kind: DeskPeriod, ID: p.ID, No: p.Code, Title: p.Title, Unit: p.Unit, UnitPath: p.UnitPath,
			Role: next[p.State],
		}})
	}
	return out, nil
}

// holder is somebody with a role of the assessment today.
type holder struct {
	PersonID, Path string
	Role           models.Role
}

func holdersTx(tx *gorm.DB, today models.Date) (out []holder, err error) {
	err = tx.Table("role_grants AS g").Select("g.person_id, g.role, u.path").
		Joins("JOIN units u ON u.id = g.unit_id").
		Joins("JOIN persons pe ON pe.id = g.person_id AND pe.disabled_at IS NULL").
		Where("g.role IN ?", []models.Role{models.RoleOfficer, models.RoleReviewer, models.RoleReleaser}).
		Where("g.valid_from <= ? AND (g.valid_to = '' OR g.valid_to >= ?)", today, today).Order("g.id").Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list who may: %w", err)
	}
	return out, nil
}

// OpenPeriodsTx counts the periods of a unit that are not released.
func OpenPeriodsTx(tx *gorm.DB, unitID string) (int, error) {
	var n int64
	err := tx.Model(&models.Period{}).Where("unit_id = ? AND state <> ?", unitID, models.PeriodReleased).Count(&n).Error
	if err != nil {
		return 0, fmt.Errorf("count periods of unit: %w", err)
	}
	return int(n), nil
}
