package cases

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/models/vault"
)

// Places to which the sealed fields of a report of wrongdoing are bound, before its id.
const (
	tipTextAt  = "tips.text."
	tipNameAt  = "tips.name."
	tipPhoneAt = "tips.phone."

	maxOffice = 100
)

var errUnknownTip = fault.New(fault.NotFound, "tip.unknown")

// tipTx seals a report of wrongdoing for the supervisors of the county above the units it is about, the first of which
// it stands under. Whoever of them is named in it, or has a post in one of those units or where the named work, does
// not get to see it; if all are named it is refused, with the way to discipline inspection. Who is the clerk who took
// it in, nobody for one raised online.
func (s *Service) tipTx(
	tx *gorm.DB, now time.Time, who models.Actor, in Raising, units []models.Unit, seed string,
) (RaiseReceipt, error) {
	today, unit := models.DateOf(now), units[0]
	out := RaiseReceipt{Secret: s.secretOf(seed), Tip: true, On: today}
	chain, err := chainTx(tx, unit)
	if err != nil {
		return out, err
	}
	receiver := receiverOf(chain)
	out.Unit = receiver.Name
	var sent models.Tip
	id := idOf(s.vault.Hash("tips.id", seed))
	if res := tx.Where("id = ?", id).Limit(1).Find(&sent); res.Error != nil || res.RowsAffected == 1 {
		out.No, out.On = sent.No, sent.ReceivedOn
		return out, res.Error
	}
	barred, err := barredTx(tx, in.Text, receiver, today)
	if err != nil {
		return out, err
	}
	row := models.Tip{
		ID: id, UnitID: unit.ID, ReceiverID: receiver.ID, SecretHash: s.secretHash(out.Secret),
		Barred: strings.Join(barred, ","), ReceivedOn: today, State: models.TipOpen, Version: 1,
	}
	if row.No, err = tipNoTx(tx, today); err != nil {
		return out, err
	}
	out.No = row.No
	if err := s.sealTip(&row, in); err != nil {
		return out, err
	}
	if err := tx.Create(&row).Error; err != nil {
		return out, fmt.Errorf("write report: %w", err)
	}
	if err := EntrustTx(tx, row.ID, in.Text, units, today); err != nil {
		return out, err
	}
	return out, audit.Add(tx, now, who, audit.Event{Action: "tip.receive", Kind: "tip", ID: row.ID})
}

// receiverOf is the lowest county or province above a unit; else the unit at the top.
func receiverOf(chain []models.Unit) models.Unit {
	for i := len(chain) - 2; i >= 0; i-- {
		if k := chain[i].Kind; k == models.County || k == models.Province {
			return chain[i]
		}
	}
	return chain[0]
}

// barredTx returns the supervisors who would receive the report and are named in it. Fault: Invalid on "text" when
// there is nobody else to read it.
func barredTx(tx *gorm.DB, text string, receiver models.Unit, today models.Date) ([]string, error) {
	var readers []struct{ ID, Name string }
	err := tx.Table("role_grants AS g").Joins("JOIN persons p ON p.id = g.person_id AND p.disabled_at IS NULL").
		Where("g.role = ? AND g.unit_id IN ?", models.RoleSupervisor, unitsOf(receiver.Path)).
		Where("g.valid_from <= ? AND (g.valid_to = '' OR g.valid_to >= ?)", today, today).
		Distinct("p.id, p.name").Order("p.id").Find(&readers).Error
	if err != nil {
		return nil, fmt.Errorf("read supervisors: %w", err)
	}
	var barred []string
	for _, r := range readers {
		if strings.Contains(text, r.Name) {
			barred = append(barred, r.ID)
		}
	}
	if len(readers) > 0 && len(barred) == len(readers) {
		return nil, fault.Wrong(fault.On("text", "tip.nobody"))
	}
	return barred, nil
}

func (s *Service) sealTip(row *models.Tip, in Raising) error {
	for _, f := range []struct {
		to        *vault.Sealed
		plain, at string
	}{{&row.Text, in.Text, tipTextAt}, {&row.Name, in.Name, tipNameAt}, {&row.Phone, in.Phone, tipPhoneAt}} {
		sealed, err := s.vault.Seal(f.plain, f.at+row.ID)
		if err != nil {
			return fmt.Errorf("seal report: %w", err)
		}
		*f.to = sealed
	}
	return nil
}

// tipNoTx is the next number of the month: "JB2607-001".
func tipNoTx(tx *gorm.DB, today models.Date) (string, error) {
	head := "JB" + month(today) + "-"
	var nos []string
	err := tx.Model(&models.Tip{}).Where("no LIKE ?", head+"%").Order("LENGTH(no) DESC, no DESC").Limit(1).
		Pluck("no", &nos).Error
	if err != nil {
		return "", fmt.Errorf("read last number: %w", err)
	}
	n := 0
	if len(nos) > 0 {
		if n, err = strconv.Atoi(strings.TrimPrefix(nos[0], head)); err != nil {
			return "", fmt.Errorf("read last number %q: %w", nos[0], err)
		}
	}
	return fmt.Sprintf("%s%03d", head, n+1), nil
}

// TipEntry is one report in the list: what it says is read one by one.
type TipEntry struct {
	ID, No, Unit string
	ReceivedOn   models.Date
	State        models.TipState
	PassedTo     string
	PassedOn     models.Date
}

// Tips lists the reports of wrongdoing that the actor receives, open ones first; none that names him or is about a unit
// that he belongs to.
//
// Fault: Forbidden without the role of a supervisor.
func (s *Service) Tips(ctx context.Context, who models.Actor, page, size int) (all []TipEntry, total int, err error) {
	if !policy.May(who, policy.TipSee) {
		return nil, 0, policy.Check(who, policy.TipSee, policy.Object{})
	}
	page, size = max(1, page), models.PageSize(size, 20)
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		var n int64
		all = nil
		if err := tipsOf(tx, who).Count(&n).Error; err != nil {
			return fmt.Errorf("count reports: %w", err)
		}
		total = int(n)
		err := tipsOf(tx, who).Select("t.id, t.no, a.name AS unit, t.received_on, t.state, t.passed_to, t.passed_on").
			Order("CASE WHEN t.state = 'open' THEN 0 ELSE 1 END, t.received_on DESC, t.no DESC").
			Limit(size).Offset((page - 1) * size).Find(&all).Error
		if err != nil {
			return fmt.Errorf("list reports: %w", err)
		}
		return nil
	})
	return all, total, err
}

// tipsOf are the reports whose receiving unit (u) lies within the actor's reach, that do not name him and are not about
// a unit (a) of his.
func tipsOf(tx *gorm.DB, who models.Actor) *gorm.DB {
	cond, args := policy.Scope(who, policy.TipSee).Below("u.path")
	q := tx.Table("tips AS t").Joins("JOIN units u ON u.id = t.receiver_id").
		Joins("JOIN units a ON a.id = t.unit_id").Where(cond, args...).
		Where("t.barred NOT LIKE ?", "%"+or(who.ID, "-")+"%")
	return NotOwn(q, who, "t.id", "a")
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// TipView is one report, opened. Text, Name and Phone are empty once it was passed on.
type TipView struct {
	models.Tip
	Unit, Passer      string
	Said, From, Reach string // text, name and number in plain words
}

// Tip opens one report; the look is logged. Fault: NotFound "tip.unknown".
func (s *Service) Tip(ctx context.Context, who models.Actor, id string) (TipView, error) {
	now := s.now()
	var out TipView
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		if out, err = tipForTx(tx, who, id); err != nil {
			return err
		}
		for _, f := range []struct {
			to  *string
			box vault.Sealed
			at  string
		}{{&out.Said, out.Text, tipTextAt}, {&out.From, out.Name, tipNameAt}, {&out.Reach, out.Phone, tipPhoneAt}} {
			if *f.to, err = s.vault.Open(f.box, f.at+id); err != nil {
				return fmt.Errorf("open report: %w", err)
			}
		}
		return audit.Add(tx, now, who, audit.Event{Action: "tip.see", Kind: "tip", ID: id})
	})
	return out, err
}

func tipForTx(tx *gorm.DB, who models.Actor, id string) (TipView, error) {
	if !policy.May(who, policy.TipSee) {
		return TipView{}, policy.Check(who, policy.TipSee, policy.Object{})
	}
	var found []TipView
	err := tipsOf(tx, who).Joins("LEFT JOIN persons p ON p.id = t.passed_by").
		Select("t.*, a.name AS unit, COALESCE(p.name, '') AS passer").Where("t.id = ?", id).Limit(1).Find(&found).Error
	if err != nil {
		return TipView{}, fmt.Errorf("read report: %w", err)
	}
	if len(found) == 0 {
		return TipView{}, errUnknownTip
	}
	return found[0], nil
}

// PassTip records that the report was handed to discipline inspection, to which office and to whom there, and empties
// it: what it said is then there and no longer here.
//
// Faults: NotFound "tip.unknown"; Invalid on "office", "taker"; Conflict "error.stale".
func (s *Service) PassTip(ctx context.Context, who models.Actor, id, office, taker string, version int) error {
	now := s.now()
	var bad []fault.Field
	office = text(&bad, "office", office, maxOffice, true)
	taker = text(&bad, "taker", taker, maxName, true)
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if _, err := tipForTx(tx, who, id); err != nil {
			return err
		}
		if err := fault.Refuse(bad); err != nil {
			return err
		}
		res := tx.Model(&models.Tip{}).Where("id = ? AND version = ? AND state = ?", id, version, models.TipOpen).
			Updates(map[string]any{
				"state": models.TipPassed, "passed_to": office, "taken_by": taker, "passed_on": models.DateOf(now),
				"passed_by": who.ID, "text": vault.Sealed{}, "name": vault.Sealed{}, "phone": vault.Sealed{},
				"version": version + 1,
			})
		switch {
		case res.Error != nil:
			return fmt.Errorf("pass report on: %w", res.Error)
		case res.RowsAffected == 0:
			return fault.New(fault.Conflict, "error.stale")
		}
		return audit.Add(tx, now, who, audit.Event{Action: "tip.pass_on", Kind: "tip", ID: id})
	})
}

// TipsWaiting counts the reports that wait to be handed over by the actor; 0 for who receives none.
func (s *Service) TipsWaiting(ctx context.Context, who models.Actor) (int, error) {
	if !policy.May(who, policy.TipSee) {
		return 0, nil
	}
	var n int64
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		return tipsOf(tx, who).Where("t.state = ?", models.TipOpen).Count(&n).Error
	})
	if err != nil {
		return 0, fmt.Errorf("count waiting reports: %w", err)
	}
	return int(n), nil
}
