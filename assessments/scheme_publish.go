package assessments

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// Publication is the record that a version was published to the assessed: the day, the number of the document and
// where it was put up or sent to.
type Publication struct {
	On           models.Date
	DocNo, Place string
}

// trimmed takes the spaces off.
func (p Publication) trimmed() Publication {
	p.DocNo, p.Place = strings.TrimSpace(p.DocNo), strings.TrimSpace(p.Place)
	return p
}

// check says what is wrong with a record. Nothing is published before it was approved, or after today.
func (p Publication) check(sc models.Scheme, today models.Date) (bad []fault.Field) {
	approved := models.DateOf(sc.CreatedAt)
	if sc.ApprovedAt != nil {
		approved = models.DateOf(*sc.ApprovedAt)
	}
	switch _, ok := models.ParseDate(string(p.On)); {
	case p.On == "":
		bad = append(bad, fault.On("on", "form.required"))
	case !ok:
		bad = append(bad, fault.On("on", "form.date"))
	case p.On > today:
		bad = append(bad, fault.On("on", "assess.published_later"))
	case p.On < approved:
		bad = append(bad, fault.On("on", "assess.published_early", "on", approved))
	}
	for _, f := range []struct {
		name, text string
		most       int
	}{{"doc_no", p.DocNo, 60}, {"place", p.Place, 200}} {
		switch n := utf8.RuneCountInString(f.text); {
		case n == 0:
			bad = append(bad, fault.On(f.name, "form.required"))
		case n > f.most:
			bad = append(bad, fault.On(f.name, "form.too_long", "max", f.most))
		}
	}
	return bad
}

// PublishScheme records that an approved version was published. Periods may use it from that day on.
// Faults: Invalid with fields on, doc_no, place; Conflict "assess.scheme_published", "assess.scheme_not_approved".
func (s *Service) PublishScheme(ctx context.Context, who models.Actor, code string, edition int, p Publication) error {
	now := s.now()
	p = p.trimmed()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		sc, r, err := reachedTx(tx, who, code, edition)
		if err != nil {
			return err
		}
		if err := r.mustDraft(who, sc); err != nil {
			return err
		}
		switch sc.State {
		case models.SchemePublished:
			return fault.New(fault.Conflict, "assess.scheme_published", "on", sc.PublishedOn)
		case models.SchemeDraft, models.SchemeSubmitted:
			return fault.New(fault.Conflict, "assess.scheme_not_approved")
		case models.SchemeApproved:
		}
		if bad := p.check(sc, models.DateOf(now)); len(bad) > 0 {
			return fault.Wrong(bad...)
		}
		set := columns{"state": models.SchemePublished, "published_on": p.On, "doc_no": p.DocNo, "place": p.Place}
		if err := moveSchemeTx(tx, sc, sc.Version, set); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: "scheme.publish", Kind: "scheme", ID: sc.ID,
			Detail: fmt.Sprintf("%s on=%s %s", named(sc), p.On, p.DocNo),
		})
	})
}

// CorrectPublication asks that the record of a publication be put right, with the reason; a second person decides.
// Faults: Invalid with fields on, doc_no, place, reason; Conflict "assess.scheme_used" once a period goes by the
// version, "assess.scheme_not_published", "assess.correction_open".
func (s *Service) CorrectPublication(ctx context.Context, who models.Actor, code string, edition int, p Publication,
	reason string,
) error {
	now := s.now()
	p, reason = p.trimmed(), strings.TrimSpace(reason)
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		sc, r, err := reachedTx(tx, who, code, edition)
		if err != nil {
			return err
		}
		if err := r.mustDraft(who, sc); err != nil {
			return err
		}
		if err := correctableTx(tx, sc); err != nil {
			return err
		}
		open, err := openCorrectionTx(tx, sc.ID)
		switch {
		case err != nil:
			return err
		case open != nil:
			return fault.New(fault.Conflict, "assess.correction_open")
		}
		bad := p.check(sc, models.DateOf(now))
		switch n := utf8.RuneCountInString(reason); {
		case n == 0:
			bad = append(bad, fault.On("reason", "form.required"))
		case n > 300:
			bad = append(bad, fault.On("reason", "form.too_long", "max", 300))
		}
		if len(bad) > 0 {
			return fault.Wrong(bad...)
		}
		err = tx.Create(&models.SchemeCorrection{
			ID: models.NewID(), SchemeID: sc.ID, PublishedOn: p.On, DocNo: p.DocNo, Place: p.Place, Reason: reason,
			State: models.CorrectionOpen, AskedBy: by(who), AskedAt: now,
		}).Error
		if err != nil {
			return fmt.Errorf("write correction: %w", err)
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: "scheme.correct", Kind: "scheme", ID: sc.ID,
			Detail: fmt.Sprintf("%s on=%s→%s %s", named(sc), sc.PublishedOn, p.On, p.DocNo),
		})
	})
}

// correctableTx refuses what is not published or what a period relies on.
func correctableTx(tx *gorm.DB, sc models.Scheme) error {
	if sc.State != models.SchemePublished {
		return fault.New(fault.Conflict, "assess.scheme_not_published")
	}
	used, err := usedTx(tx, sc.ID)
	if err != nil {
		return err
	}
	if used {
		return fault.New(fault.Conflict, "assess.scheme_used")
	}
	return nil
}

// DecideCorrection agrees to a correction, which then stands in the record, or refuses it with the reason: by somebody
// else than who asked. Faults: Invalid with field "reason"; Forbidden "assess.scheme_same_person"; Conflict
// "assess.no_correction", "assess.scheme_used", "error.stale".
func (s *Service) DecideCorrection(ctx context.Context, who models.Actor, code string, edition int, d Verdict) error {
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
		c, err := openCorrectionTx(tx, sc.ID)
		switch {
		case err != nil:
			return err
		case c == nil:
			return fault.New(fault.Conflict, "assess.no_correction")
		case who.ID == "":
			return fault.New(fault.Forbidden, "assess.scheme_needs_person")
		case same(who.ID, c.AskedBy):
			return fault.New(fault.Forbidden, "assess.scheme_same_person")
		}
		if err := checkVerdict(d); err != nil {
			return err
		}
		return settleTx(tx, now, who, sc, *c, d)
	})
}

// settleTx writes the answer to a correction; a yes changes the record.
func settleTx(tx *gorm.DB, now time.Time, who models.Actor, sc models.Scheme, c models.SchemeCorrection,
	d Verdict,
) error {
	state, action, set := models.CorrectionRefused, "scheme.correct_refuse", columns{}
	if d.Agree {
		if err := correctableTx(tx, sc); err != nil {
			return err
		}
		state, action = models.CorrectionAgreed, "scheme.correct_agree"
		set = columns{"published_on": c.PublishedOn, "doc_no": c.DocNo, "place": c.Place}
	}
	if err := moveSchemeTx(tx, sc, d.Version, set); err != nil {
		return err
	}
	err := tx.Model(&models.SchemeCorrection{}).Where("id = ?", c.ID).Updates(columns{
		"state": state, "decided_by": who.ID, "decided_at": now, "answer": d.Reason,
	}).Error
	if err != nil {
		return fmt.Errorf("settle correction: %w", err)
	}
	return audit.Add(tx, now, who, audit.Event{
		Action: action, Kind: "scheme", ID: sc.ID,
		Detail: fmt.Sprintf("%s on=%s %s", named(sc), c.PublishedOn, c.DocNo),
	})
}
