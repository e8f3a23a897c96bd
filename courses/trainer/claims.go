package trainer

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/courses"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// The limits of a claim: texts in characters, hours in 0.01 hour.
const (
	maxTitle    = 100
	maxEvidence = 300
	maxReason   = 300
	maxHours    = 60_000
	ownClaims   = 50 // the latest ones, on the page of whoever made them
)

// ClaimInput is what a cadre says to have learned elsewhere. Hours are in 0.01 hour.
type ClaimInput struct {
	Ledger           models.Ledger
	Title, Organizer string
	From, To         models.Date
	Hours            int
	Evidence         string // what proves it and where it lies
}

func (in *ClaimInput) check(today models.Date) error {
	in.Title, in.Organizer = strings.TrimSpace(in.Title), strings.TrimSpace(in.Organizer)
	in.Evidence = strings.TrimSpace(in.Evidence)
	groups := [][]fault.Field{
		fault.Text("title", in.Title, maxTitle), fault.Text("organizer", in.Organizer, maxTitle),
		fault.Text("evidence", in.Evidence, maxEvidence),
	}
	if in.Ledger != models.OnlineLedger && in.Ledger != models.InPersonLedger {
		groups = append(groups, []fault.Field{fault.On("ledger", "form.required_choice")})
	}
	if in.Hours < 1 || in.Hours > maxHours {
		groups = append(groups, []fault.Field{fault.On("hours", "train.claim.hours_range", "max", maxHours/100)})
	}
	_, fromOK := models.ParseDate(string(in.From))
	_, toOK := models.ParseDate(string(in.To))
	switch {
	case !fromOK:
		groups = append(groups, []fault.Field{fault.NoDay("from", string(in.From))})
	case !toOK:
		groups = append(groups, []fault.Field{fault.NoDay("to", string(in.To))})
	case in.To < in.From:
		groups = append(groups, []fault.Field{fault.On("to", "form.date_order")})
	case in.To > today:
		groups = append(groups, []fault.Field{fault.On("to", "train.claim.not_over")})
	case in.From.Year() != in.To.Year():
		groups = append(groups, []fault.Field{fault.On("to", "train.claim.one_year")})
	}
	return fault.Refuse(groups...)
}

// Claim files a claim; it waits for the training administrator of the unit of the claimant's post.
//
// Faults: Unsigned; Invalid with fields ledger, title, organizer, from, to, hours, evidence; Conflict
// "train.claim.no_post" for somebody without a post, "train.claim.twice" when the same is claimed already.
func (s *Service) Claim(ctx context.Context, who models.Actor, in ClaimInput) (models.HoursClaim, error) {
	now := s.now()
	today := models.DateOf(now)
	if err := list(who, policy.LearnTake); err != nil {
		return models.HoursClaim{}, err
	}
	if err := in.check(today); err != nil {
		return models.HoursClaim{}, err
	}
	made := models.HoursClaim{
		PersonID: who.ID, Ledger: in.Ledger, Title: in.Title, Organizer: in.Organizer, FromOn: in.From, ToOn: in.To,
		Hours: in.Hours, Evidence: in.Evidence, State: models.ClaimOpen, Version: 1, CreatedAt: now,
	}
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		made.ID = models.NewID()
		if made.UnitID, err = unitOfTx(tx, who.ID, today); err != nil {
			return err
		}
		if err := twiceTx(tx, made); err != nil {
			return err
		}
		if err := tx.Create(&made).Error; err != nil {
			return fmt.Errorf("write claim: %w", err)
		}
		return audit.Add(tx, now, who, audit.Event{Action: "hours.claim", Kind: "claim", ID: made.ID})
	})
	return made, err
}

// unitOfTx returns the unit of the main post that a person holds.
func unitOfTx(tx *gorm.DB, personID string, today models.Date) (string, error) {
	var units []string
	err := tx.Model(&models.Post{}).Where("person_id = ?", personID).Where(current, today, today).
		Order(models.MainFirst("posts")).Limit(1).Pluck("unit_id", &units).Error
	switch {
	case err != nil:
		return "", fmt.Errorf("read post of claimant: %w", err)
	case len(units) == 0:
		return "", fault.New(fault.Conflict, "train.claim.no_post")
	}
	return units[0], nil
}

// twiceTx refuses what the person has claimed already: the same training on the same days.
func twiceTx(tx *gorm.DB, c models.HoursClaim) error {
	var n int64
	err := tx.Model(&models.HoursClaim{}).
		Where("person_id = ? AND ledger = ? AND title = ? AND from_on = ? AND to_on = ?",
			c.PersonID, c.Ledger, c.Title, c.FromOn, c.ToOn).
		Where("state IN ?", []models.ClaimState{models.ClaimOpen, models.ClaimApproved}).Count(&n).Error
	switch {
	case err != nil:
		return fmt.Errorf("look for the same claim: %w", err)
	case n > 0:
		return fault.New(fault.Conflict, "train.claim.twice")
	}
	return nil
}

// Withdraw takes one's own claim back while it waits. Faults: NotFound; Conflict "error.stale".
func (s *Service) Withdraw(ctx context.Context, who models.Actor, id string, version int) error {
	if err := list(who, policy.LearnTake); err != nil {
		return err
	}
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		var c models.HoursClaim
		err := tx.Take(&c, "id = ? AND person_id = ?", id, who.ID).Error
		switch {
		case db.IsNotFound(err):
			return notFound()
		case err != nil:
			return fmt.Errorf("read claim: %w", err)
		}
		if err := moveTx(tx, c, version, map[string]any{"state": models.ClaimWithdrawn}); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{Action: "hours.withdraw", Kind: "claim", ID: id})
	})
}

// moveTx changes an open claim of the version that was looked at.
func moveTx(tx *gorm.DB, c models.HoursClaim, version int, set map[string]any) error {
	set["version"] = gorm.Expr("version + 1")
	done := tx.Model(&models.HoursClaim{}).
		Where("id = ? AND version = ? AND state = ?", c.ID, version, models.ClaimOpen).Updates(set)
	switch {
	case done.Error != nil:
		return fmt.Errorf("change claim: %w", done.Error)
	case done.RowsAffected == 0:
		return fault.New(fault.Conflict, "error.stale")
	}
	return nil
}

// ClaimView is a claim with the names that belong to it.
type ClaimView struct {
	models.HoursClaim
	Person, StaffNo, Unit, UnitPath string
}

func claimQuery(tx *gorm.DB) *gorm.DB {
	return tx.Table("hours_claims").
		Select("hours_claims.*, persons.name AS person, persons.staff_no, units.name AS unit, units.path AS unit_path").
		Joins("JOIN persons ON persons.id = hours_claims.person_id").
		Joins("JOIN units ON units.id = hours_claims.unit_id")
}

// OwnClaims returns the actor's latest claims.
func (s *Service) OwnClaims(ctx context.Context, who models.Actor) (out []models.HoursClaim, err error) {
	if err := list(who, policy.LearnTake); err != nil {
		return nil, err
	}
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		return tx.Where("person_id = ?", who.ID).Order("created_at DESC, id DESC").Limit(ownClaims).Find(&out).Error
	})
	return out, err
}

// Claims lists the claims of a state ("" = all) in the actor's reach, the longest waiting first, with their number.
func (s *Service) Claims(ctx context.Context, who models.Actor, state models.ClaimState, page, size int,
) (out []ClaimView, total int, err error) {
	if err := list(who, policy.TrainSee); err != nil {
		return nil, 0, err
	}
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		q := within(claimQuery(tx), policy.Scope(who, policy.TrainSee))
		if state != "" {
			q = q.Where("hours_claims.state = ?", state)
		}
		q = q.Session(&gorm.Session{})
		var n int64
		if err := q.Count(&n).Error; err != nil {
			return fmt.Errorf("count claims: %w", err)
		}
		total = int(n)
		return q.Order("hours_claims.created_at, hours_claims.id").Limit(size).Offset((max(1, page) - 1) * size).
			Find(&out).Error
	})
	return out, total, err
}

// ClaimByID returns a claim in the actor's reach. Fault: NotFound.
func (s *Service) ClaimByID(ctx context.Context, who models.Actor, id string) (v ClaimView, err error) {
	if err := list(who, policy.TrainSee); err != nil {
		return v, err
	}
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		v, err = claimTx(tx, who, id)
		return err
	})
	return v, err
}

func claimTx(tx *gorm.DB, who models.Actor, id string) (v ClaimView, err error) {
	err = claimQuery(tx).Where("hours_claims.id = ?", id).Take(&v).Error
	switch {
	case db.IsNotFound(err) || err == nil && !policy.Can(who, policy.TrainSee, policy.Object{UnitPath: v.UnitPath}):
		return v, notFound()
	case err != nil:
		return v, fmt.Errorf("read claim: %w", err)
	}
	return v, nil
}

// Verdict is what the training administrator decides of a claim. Hours are in 0.01 hour; a refusal and a change of the
// hours say why.
type Verdict struct {
	Version int
	Credit  bool
	Hours   int
	Reason  string
}

// Decide credits a claim, in full or in part, or refuses it. What is credited is booked in the ledger with what it
// rests on and who decided; the claimant is told. Nobody decides his own claim.
//
// Faults: NotFound; Forbidden; Invalid with fields hours, reason; Conflict "error.stale".
func (s *Service) Decide(ctx context.Context, who models.Actor, id string, v Verdict) error {
	now := s.now()
	v.Reason = strings.TrimSpace(v.Reason)
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if err := list(who, policy.TrainManage); err != nil {
			return err
		}
		c, err := claimTx(tx, who, id)
		if err != nil {
			return err
		}
		about := policy.Object{UnitPath: c.UnitPath, PersonID: c.PersonID}
		if err := policy.Check(who, policy.TrainManage, about); err != nil {
			return err
		}
		if err := v.check(c); err != nil {
			return err
		}
		set := map[string]any{
			"state": models.ClaimRefused, "decided_by": models.Ref(who.ID), "decided_at": now, "reason": v.Reason,
		}
		if v.Credit {
			set["state"], set["credited"] = models.ClaimApproved, v.Hours
		}
		if err := moveTx(tx, c.HoursClaim, v.Version, set); err != nil {
			return err
		}
		if v.Credit {
			if err := s.creditTx(tx, now, who, c, v); err != nil {
				return err
			}
		}
		if err := tellDecidedTx(tx, now, c, v); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: "hours.decide", Kind: "claim", ID: id,
			Detail: fmt.Sprintf("credit=%v hours=%d/100", v.Credit, v.Hours),
		})
	})
}

func (v Verdict) check(c ClaimView) error {
	var hours, reason []fault.Field
	if v.Credit && (v.Hours < 1 || v.Hours > c.Hours) {
		hours = []fault.Field{fault.On("hours", "train.claim.no_more")}
	}
	if !v.Credit || v.Hours != c.Hours {
		reason = fault.Text("reason", v.Reason, maxReason)
	} else if v.Reason != "" {
		reason = fault.Text("reason", v.Reason, maxReason)
	}
	return fault.Refuse(hours, reason)
}

func (s *Service) creditTx(tx *gorm.DB, now time.Time, who models.Actor, c ClaimView, v Verdict) error {
	basis, err := courses.ClaimBasis{
		Title: c.Title, Organizer: c.Organizer, From: c.FromOn, To: c.ToOn, By: who.Name, Reason: v.Reason,
	}.JSON()
	if err != nil {
		return err
	}
	booked, err := s.courses.BookTx(tx, now, models.HoursEntry{
		PersonID: c.PersonID, Ledger: c.Ledger, SourceKind: courses.SourceClaim, SourceID: c.ID,
		Year: c.ToOn.Year(), Hours: v.Hours, Basis: basis,
	})
	if err == nil && !booked {
		return fault.New(fault.Conflict, "error.stale")
	}
	return err
}
