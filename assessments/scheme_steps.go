package assessments

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// SubmitScheme asks a second person to approve a draft, which says what it changes. Faults: Conflict
// "assess.scheme_note" for a version after the first that does not say so, "assess.scheme_fixed", "error.stale".
func (s *Service) SubmitScheme(ctx context.Context, who models.Actor, code string, edition, version int) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		sc, err := draftTx(tx, who, code, edition)
		switch {
		case err != nil:
			return err
		case sc.Edition > 1 && sc.Note == "":
			return fault.New(fault.Conflict, "assess.scheme_note")
		}
		set := columns{"state": models.SchemeSubmitted, "submitter_id": by(who), "submitted_at": now, "returned": ""}
		if err := moveSchemeTx(tx, sc, version, set); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: "scheme.submit", Kind: "scheme", ID: sc.ID, Detail: named(sc),
		})
	})
}

// WithdrawScheme makes what was submitted or approved a draft again; an approval lapses with it.
func (s *Service) WithdrawScheme(ctx context.Context, who models.Actor, code string, edition, version int) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		sc, r, err := reachedTx(tx, who, code, edition)
		if err != nil {
			return err
		}
		if err := r.mustDraft(who, sc); err != nil {
			return err
		}
		if sc.State != models.SchemeSubmitted && sc.State != models.SchemeApproved {
			return fault.New(fault.Conflict, "assess.scheme_fixed")
		}
		if err := moveSchemeTx(tx, sc, version, backToDraft("")); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: "scheme.withdraw", Kind: "scheme", ID: sc.ID, Detail: named(sc),
		})
	})
}

func backToDraft(why string) columns {
	return columns{
		"state": models.SchemeDraft, "submitter_id": nil, "submitted_at": nil, "approver_id": nil, "approved_at": nil,
		"returned": why,
	}
}

// Verdict is the second person's answer; Reason is wanted for a no.
type Verdict struct {
	Version int
	Agree   bool
	Reason  string
}

func checkVerdict(d Verdict) error {
	switch n := utf8.RuneCountInString(d.Reason); {
	case !d.Agree && n == 0:
		return fault.Wrong(fault.On("reason", "form.required"))
	case n > 300:
		return fault.Wrong(fault.On("reason", "form.too_long", "max", 300))
	}
	return nil
}

// DecideScheme approves a version or sends it back with the reason: by somebody who neither wrote nor submitted it.
// Faults: Invalid with field "reason"; Forbidden "assess.scheme_same_person"; Conflict "assess.scheme_not_submitted",
// "error.stale".
func (s *Service) DecideScheme(ctx context.Context, who models.Actor, code string, edition int, d Verdict) error {
	now := s.now()
	d.Reason = strings.TrimSpace(d.Reason)
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		sc, r, err := reachedTx(tx, who, code, edition)
		if err != nil {
			return err
		}
		if err := r.mustApprove(who, sc); err != nil {
			return err
		}
		switch {
		case sc.State != models.SchemeSubmitted:
			return fault.New(fault.Conflict, "assess.scheme_not_submitted")
		case who.ID == "":
			return fault.New(fault.Forbidden, "assess.scheme_needs_person")
		case same(who.ID, sc.DrafterID) || same(who.ID, sc.SubmitterID):
			return fault.New(fault.Forbidden, "assess.scheme_same_person")
		}
		if err := checkVerdict(d); err != nil {
			return err
		}
		return decideTx(tx, now, who, sc, d)
	})
}

func decideTx(tx *gorm.DB, now time.Time, who models.Actor, sc models.Scheme, d Verdict) error {
	set, action := backToDraft(d.Reason), "scheme.return"
	if d.Agree {
		set = columns{"state": models.SchemeApproved, "approver_id": who.ID, "approved_at": now}
		action = "scheme.agree"
	}
	if err := moveSchemeTx(tx, sc, d.Version, set); err != nil {
		return err
	}
	return audit.Add(tx, now, who, audit.Event{Action: action, Kind: "scheme", ID: sc.ID, Detail: named(sc)})
}
