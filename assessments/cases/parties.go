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
	"shanzhi/models/policy"
)

// Joint handling: the handler keeps the case and closes it (主办); assisting parties do their part (协办). A party is
// somebody with a post at another unit, or a social organization as a provider.

// Helper is somebody who can be asked to assist: a post, or a social organization where PostID is "".
type Helper struct {
	PostID, PersonID, UnitID string
	Name, Title, Unit        string
	StaffNo                  string
	Above                    string // the unit above theirs, which tells two of one name apart
}

// Key identifies a helper in a form.
func (h Helper) Key() string {
	if h.PostID == "" {
		return "u:" + h.UnitID
	}
	return "p:" + h.PostID
}

// Helpers lists who can assist in a case: social organizations and posts within the clerk's reach, other units than the
// responsible one first of all, by unit and staff number.
//
// Faults: NotFound, Forbidden.
func (s *Service) Helpers(ctx context.Context, who models.Actor, caseID string) ([]Helper, error) {
	today := models.DateOf(s.now())
	var out []Helper
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		c, err := caseTx(tx, who, caseID)
		if err != nil {
			return err
		}
		if err := policy.Check(who, policy.CaseDispatch, object(c.Case, c.UnitPath)); err != nil {
			return err
		}
		out, err = helpersTx(tx, who, c.Case, today)
		return err
	})
	return out, err
}

func helpersTx(tx *gorm.DB, who models.Actor, c models.Case, on models.Date) ([]Helper, error) {
	cond, args := policy.Scope(who, policy.CaseDispatch).Below("u.path")
	hidden, err := hiddenTx(tx, c.ID)
	if err != nil {
		return nil, err
	}
	var orgs, posts []Helper
	err = sparing(tx.Table("units AS u"), hidden).
		Select("u.id AS unit_id, u.name AS unit, COALESCE(a.name, '') AS above").
		Joins("LEFT JOIN units a ON a.id = u.parent_id").
		Where("u.kind = ? AND u.valid_to = '' AND u.id <> ?", models.SocialOrg, c.UnitID).Where(cond, args...).
		Order("u.path").Find(&orgs).Error
	if err != nil {
		return nil, fmt.Errorf("read organizations: %w", err)
	}
	err = sparing(tx.Table("posts AS p"), hidden, "p.person_id").
		Select("p.id AS post_id, p.person_id, p.unit_id, p.title, pe.name, pe.staff_no, u.name AS unit, "+
			"COALESCE(a.name, '') AS above").
		Joins("JOIN units u ON u.id = p.unit_id").Joins("LEFT JOIN units a ON a.id = u.parent_id").
		Joins("JOIN persons pe ON pe.id = p.person_id AND pe.disabled_at IS NULL").
		Where("p.valid_from <= ? AND (p.valid_to = '' OR p.valid_to >= ?) AND p.unit_id <> ?", on, on, c.UnitID).
		Where("u.kind <> ?", models.SocialOrg).
		Where(cond, args...).Order("u.path, pe.staff_no, p.id").Find(&posts).Error
	if err != nil {
		return nil, fmt.Errorf("read assisting posts: %w", err)
	}
	return slices.Concat(orgs, posts), nil
}

// Join adds an assisting party by the key of a helper, with what it is to do. The handler stays responsible.
//
// Faults: NotFound, Forbidden, Conflict "serve.party_twice" for a unit that takes part already; Invalid on "helper",
// "task".
func (s *Service) Join(
	ctx context.Context, who models.Actor, id, helper, task string, version int,
) (*models.Case, error) {
	var bad []fault.Field
	task = text(&bad, "task", task, maxAsk, true)
	if helper == "" {
		bad = append(bad, fault.On("helper", "form.required_choice"))
	}
	if err := fault.Refuse(bad); err != nil {
		return nil, err
	}
	st := step{action: "case.join", may: mayDirect, event: EventJoined, from: open()}
	return s.run(ctx, who, id, version, st, func(
		tx *gorm.DB, now time.Time, c *placed, st *step,
	) (map[string]any, error) {
		all, err := helpersTx(tx, who, c.Case, models.DateOf(now))
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(all, func(h Helper) bool { return h.Key() == helper })
		if i < 0 {
			return nil, fault.Wrong(fault.On("helper", "form.not_listed", "value", ""))
		}
		h := all[i]
		st.note = joined(h.Name, h.Unit) + "：" + task
		row := models.CaseParty{
			ID: models.NewID(), CaseID: c.ID, UnitID: h.UnitID, PersonID: models.Ref(h.PersonID), Task: task,
			AddedBy: who.ID,
			AddedAt: now,
		}
		added, err := db.Insert(tx, &row)
		switch {
		case err != nil:
			return nil, fmt.Errorf("write assisting party: %w", err)
		case !added:
			return nil, fault.New(fault.Conflict, "serve.party_twice")
		}
		return map[string]any{}, nil
	})
}

func joined(name, unit string) string {
	if name == "" {
		return unit
	}
	return name + " · " + unit
}

// Part keeps what an assisting party did. It can be amended until the case is closed; the handler closes the case.
//
// Faults: NotFound, Forbidden for who does not assist; Conflict "serve.wrong_state" when it is closed; Invalid on
// "part".
func (s *Service) Part(ctx context.Context, who models.Actor, id, answer string) error {
	var bad []fault.Field
	answer = text(&bad, "part", answer, maxText, true)
	if err := fault.Refuse(bad); err != nil {
		return err
	}
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		c, err := caseTx(tx, who, id)
		if err != nil {
			return err
		}
		cond, args := assistCond(who)
		var mine []models.CaseParty
		if err := tx.Table("case_parties AS cp").Where("cp.case_id = ?", id).Where(cond, args...).
			Find(&mine).Error; err != nil {
			return fmt.Errorf("read assisting parties: %w", err)
		}
		switch {
		case len(mine) == 0:
			return fault.New(fault.Forbidden, "error.forbidden")
		case c.State == models.CaseClosed:
			return fault.New(fault.Conflict, "serve.wrong_state")
		}
		// The version stays: the handler's open form does not grow stale by what others add beside it.
		err = tx.Model(&models.CaseParty{}).Where("id = ?", mine[0].ID).
			Updates(map[string]any{"answer": answer, "answered_by": who.ID, "answered_at": now}).Error
		if err != nil {
			return fmt.Errorf("write part: %w", err)
		}
		if err := s.eventTx(tx, now, who, id, EventPart, answer, false); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{Action: "case.part", Kind: "case", ID: id})
	})
}
