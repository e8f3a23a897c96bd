package ratings

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/policy"
	"shanzhi/models/vault"
)

// sealedText is a sealed field.
type sealedText = vault.Sealed

// AgainLine is a slip that waits for a second keying by the actor.
type AgainLine struct {
	Number, Unit string
	HeldUntil    models.Date
}

// ToKeyAgain lists the slips that the actor may key as the second person, the oldest first: none that he keyed, and of
// cases none that he printed, handled or took in. Fault: Forbidden without the role.
func (s *Service) ToKeyAgain(ctx context.Context, who models.Actor) ([]AgainLine, error) {
	if !policy.May(who, policy.PaperKey) {
		return nil, policy.Check(who, policy.PaperKey, policy.Object{})
	}
	today := models.DateOf(s.now())
	cond, args := policy.Scope(who, policy.PaperKey).Below("u.path")
	var out []AgainLine
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		var rows []struct {
			ID, Unit  string
			Number    sealedText
			HeldUntil models.Date
		}
		err := tx.Table("slip_checks AS k").Select("k.id, k.number, k.held_until, u.name AS unit").
			Joins("JOIN paper_slips s ON s.id = k.slip_id").Joins("JOIN units u ON u.id = k.unit_id").
			Joins("LEFT JOIN cases c ON c.id = s.case_id").
			Where("k.state = ? AND k.held_until >= ?", models.SlipCheckWaits, today).Where(cond, args...).
			Where("k.first_by <> ? AND (s.case_id IS NULL OR s.issued_by <> ?)", who.ID, who.ID).
			Where("COALESCE(c.handler_id, '') <> ? AND COALESCE(c.intake_id, '') <> ?", who.ID, who.ID).
			Order("k.held_until, k.id").Limit(againAtOnce).Find(&rows).Error
		if err != nil {
			return fmt.Errorf("list second keyings: %w", err)
		}
		out = nil
		for _, r := range rows {
			digits, err := s.vault.Open(r.Number, checkNumberAt+r.ID)
			if err != nil {
				return fmt.Errorf("open number of slip: %w", err)
			}
			out = append(out, AgainLine{Number: grouped(digits), Unit: r.Unit, HeldUntil: r.HeldUntil})
		}
		return nil
	})
	return out, err
}

// againAtOnce is how many slips are listed to be keyed a second time; the next follow when these are done.
const againAtOnce = 50

// CheckLine is one second keying in a supervisor's list.
type CheckLine struct {
	ID, Unit  string
	State     models.SlipCheckState
	DrawnOn   models.Date
	HeldUntil models.Date
	DecidedOn models.Date
}

// checksOf limits second keyings to what a supervisor reads: of units below his own, and none about himself. Red line
// 6: who belongs to the rated unit reads no single rating.
func checksOf(tx *gorm.DB, who models.Actor) *gorm.DB {
	q := tx.Table("slip_checks AS k").Joins("JOIN units u ON u.id = k.unit_id").
		Where("COALESCE(k.subject_id, '') <> ?", who.ID)
	reach := policy.Scope(who, policy.PaperCheck)
	if reach.All {
		return q
	}
	parts, args := []string{"1 = 0"}, []any{}
	for _, p := range reach.Paths {
		parts, args = append(parts, "(u.path LIKE ? AND u.path <> ?)"), append(args, p+"%", p)
	}
	q = q.Where("("+strings.Join(parts, " OR ")+")", args...)
	own := []string{""} // an empty list is no SQL
	for _, g := range who.Grants {
		own = append(own, g.UnitID)
	}
	return q.Where("k.unit_id NOT IN ?", own)
}

// Checks lists the second keyings, those that differ first. Fault: Forbidden without the role.
func (s *Service) Checks(
	ctx context.Context, who models.Actor, page, size int,
) (all []CheckLine, total int, err error) {
	if !policy.May(who, policy.PaperCheck) {
		return nil, 0, policy.Check(who, policy.PaperCheck, policy.Object{})
	}
	page, size = max(1, page), models.PageSize(size, 20)
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		var n int64
		all = nil
		if err := checksOf(tx, who).Count(&n).Error; err != nil {
			return fmt.Errorf("count second keyings: %w", err)
		}
		total = int(n)
		err := checksOf(tx, who).
			Select("k.id, u.name AS unit, k.state, k.drawn_on, k.held_until, k.decided_on").
			Order("CASE k.state WHEN 'differs' THEN 0 WHEN 'waits' THEN 1 ELSE 2 END, k.drawn_on DESC, k.id").
			Limit(size).Offset((page - 1) * size).Find(&all).Error
		if err != nil {
			return fmt.Errorf("list second keyings: %w", err)
		}
		return nil
	})
	return all, total, err
}

// ChecksWaiting is the number of slips whose keyings differ and wait for the actor.
func (s *Service) ChecksWaiting(ctx context.Context, who models.Actor) (int, error) {
	if !policy.May(who, policy.PaperCheck) {
		return 0, nil
	}
	var n int64
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		return checksOf(tx, who).Where("k.state = ?", models.SlipCheckDiffers).Count(&n).Error
	})
	if err != nil {
		return 0, fmt.Errorf("count differing keyings: %w", err)
	}
	return int(n), nil
}

// CheckView is one second keying, opened: First and Second are empty unless they differ.
type CheckView struct {
	models.SlipCheck
	Unit          string
	Blank         bool
	Digits        string // the number, as it is printed
	A, B          Input
	Parts         []string // in which they differ
	FirstName     string
	SecondName    string
	Batched       bool // it counts already, as it was keyed first
	first, second keyedSlip
}

// Check opens one second keying; the look is logged. Fault: NotFound "paper.check.unknown".
func (s *Service) Check(ctx context.Context, who models.Actor, id string) (CheckView, error) {
	now := s.now()
	var out CheckView
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		if out, err = s.checkTx(tx, who, id); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{Action: "paper.check_open", Kind: "slip_check", ID: id})
	})
	return out, err
}

func (s *Service) checkTx(tx *gorm.DB, who models.Actor, id string) (CheckView, error) {
	if !policy.May(who, policy.PaperCheck) {
		return CheckView{}, policy.Check(who, policy.PaperCheck, policy.Object{})
	}
	var found []struct {
		models.SlipCheck
		Unit, FirstName, SecondName string
		Blank                       bool
	}
	err := checksOf(tx, who).
		Select("k.*, u.name AS unit, (s.case_id IS NULL) AS blank, a.name AS first_name, "+
			"COALESCE(b.name, '') AS second_name").
		Joins("JOIN paper_slips s ON s.id = k.slip_id").Joins("JOIN persons a ON a.id = k.first_by").
		Joins("LEFT JOIN persons b ON b.id = k.second_by").
		Where("k.id = ?", id).Limit(1).Find(&found).Error
	switch {
	case err != nil:
		return CheckView{}, fmt.Errorf("read second keying: %w", err)
	case len(found) == 0:
		return CheckView{}, errUnknownCheck
	}
	f := found[0]
	v := CheckView{
		SlipCheck: f.SlipCheck, Unit: f.Unit, Blank: f.Blank, FirstName: f.FirstName, SecondName: f.SecondName,
	}
	if v.State != models.SlipCheckDiffers {
		return v, nil
	}
	number, err := s.vault.Open(v.Number, checkNumberAt+id)
	if err == nil {
		v.first, err = s.openKeyed(v.First, checkFirstAt+id)
	}
	if err == nil {
		v.second, err = s.openKeyed(v.Second, checkSecondAt+id)
	}
	if err != nil {
		return CheckView{}, err
	}
	v.Digits, v.A, v.B = grouped(number), v.first.Input, v.second.Input
	v.Parts = differing(v.A, v.B, v.Blank)
	var batched int64
	err = tx.Model(&models.Rating{}).Where("id = ? AND batch_id IS NOT NULL", v.first.Rating).Count(&batched).Error
	if err != nil {
		return CheckView{}, fmt.Errorf("read rating: %w", err)
	}
	v.Batched = batched > 0
	return v, nil
}
