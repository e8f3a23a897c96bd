package assessments

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// proposeTx keeps a correction that excludes cases until a second person has agreed. Cases that cannot be excluded are
// refused at once.
func (s *Service) proposeTx(tx *gorm.DB, now time.Time, who models.Actor, v ObjectionView, r Reply) error {
	if _, err := excludableTx(tx, who, v, r.Exclude); err != nil {
		return err
	}
	set := columns{
		"proposed_text": r.Text, "proposed_cases": strings.Join(r.Exclude, "\n"), "proposed_by": by(who),
		"proposed_at": now, "sent_back": "",
	}
	if err := moveObjectionTx(tx, v.Objection, r.Version, set); err != nil {
		return err
	}
	return audit.Add(tx, now, who, audit.Event{
		Action: "objection.propose", Kind: "objection", ID: v.ID, Detail: fmt.Sprintf("exclude=%d", len(r.Exclude)),
	})
}

// ReviewExclusion is the second person's word on a correction that excludes cases: a yes excludes them and answers the
// objection, a no sends it back to the officer with the reason. Nobody decides on his own proposal or on a case that
// he handled or took in. Faults: Invalid with field "reason"; Forbidden "assess.exclusion_own"; Conflict
// "assess.no_exclusion", "assess.took_part", "error.stale".
func (s *Service) ReviewExclusion(ctx context.Context, who models.Actor, id string, d Verdict) error {
	now := s.now()
	d.Reason = strings.TrimSpace(d.Reason)
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		v, err := objectionTx(tx, who, id)
		if err != nil {
			return err
		}
		at := policy.Object{UnitPath: v.UnitPath, ManagerPath: v.ManagerPath, PersonID: v.PersonID}
		if err := policy.Check(who, policy.ReviewAnswer, at); err != nil {
			return err
		}
		if v.Period, err = lockPeriodTx(tx, v.Period.Code); err != nil {
			return err
		}
		switch {
		case v.State != ObjectionOpen || v.Period.State != models.PeriodSealed || v.ProposedAt == nil:
			return fault.New(fault.Conflict, "assess.no_exclusion")
		case v.Version != d.Version:
			return fault.New(fault.Conflict, "error.stale")
		case who.ID == "" || same(who.ID, v.ProposedBy):
			return fault.New(fault.Forbidden, "assess.exclusion_own")
		}
		if err := checkVerdict(d); err != nil {
			return err
		}
		if !d.Agree {
			return sendBackTx(tx, now, who, v, d)
		}
		return s.agreeTx(tx, now, who, v)
	})
}

func sendBackTx(tx *gorm.DB, now time.Time, who models.Actor, v ObjectionView, d Verdict) error {
	set := columns{"proposed_at": nil, "proposed_by": nil, "sent_back": d.Reason}
	if err := moveObjectionTx(tx, v.Objection, d.Version, set); err != nil {
		return err
	}
	return audit.Add(tx, now, who, audit.Event{Action: "objection.return", Kind: "objection", ID: v.ID})
}

// agreeTx takes the proposed cases out and answers with the proposer's words.
func (s *Service) agreeTx(tx *gorm.DB, now time.Time, who models.Actor, v ObjectionView) error {
	list, err := excludableTx(tx, who, v, v.Cases())
	if err != nil {
		return err
	}
	for i := range list {
		if err := s.cases.ExcludeTx(tx, now, who, &list[i], v.ProposedText); err != nil {
			return err
		}
	}
	err = tx.Model(&models.Objection{}).Where("id = ?", v.ID).Update("reviewed_by", who.ID).Error
	if err != nil {
		return fmt.Errorf("note reviewer of exclusion: %w", err)
	}
	r := Reply{Version: v.Version, Result: Corrected, Text: v.ProposedText}
	if err := s.answerTx(tx, now, v, r, v.ProposedBy); err != nil {
		return err
	}
	return audit.Add(tx, now, who, audit.Event{
		Action: "objection.agree", Kind: "objection", ID: v.ID, Detail: fmt.Sprintf("exclude=%d", len(list)),
	})
}

// toReviewTx counts the exclusions of a period that wait for the actor.
func toReviewTx(tx *gorm.DB, who models.Actor, p models.Period) (int, error) {
	reach := policy.Scope(who, policy.ReviewAnswer)
	if reach.Empty() || who.ID == "" || p.State != models.PeriodSealed {
		return 0, nil
	}
	q := objectionQuery(tx).Where("o.period_id = ? AND o.state = ? AND o.proposed_at IS NOT NULL", p.ID, ObjectionOpen).
		Where("o.person_id <> ? AND (o.proposed_by IS NULL OR o.proposed_by <> ?)", who.ID, who.ID)
	if !reach.All {
		q = q.Where(Within(tx, "mu.path", reach.Paths))
	}
	var n int64
	if err := q.Count(&n).Error; err != nil {
		return 0, fmt.Errorf("count exclusions to decide: %w", err)
	}
	return int(n), nil
}

// Cases are the numbers of the cases that a correction would exclude.
func (v ObjectionView) Cases() []string { return strings.Fields(v.ProposedCases) }

// excludableTx returns the named cases of the objector. Cases that do not touch the span are not this period's to
// exclude, and nobody excludes a case in which he took part.
func excludableTx(tx *gorm.DB, who models.Actor, v ObjectionView, numbers []string) ([]models.Case, error) {
	out := make([]models.Case, 0, len(numbers))
	for _, no := range numbers {
		var c models.Case
		res := tx.Where("no = ? AND handler_id = ?", no, v.PersonID).
			Where("received_on <= ? AND (closed_on = '' OR closed_on >= ?)", v.Period.SpanTo, v.Period.SpanFrom).
			Limit(1).Find(&c)
		switch {
		case res.Error != nil:
			return nil, fmt.Errorf("read case: %w", res.Error)
		case res.RowsAffected == 0:
			return nil, fault.Wrong(fault.On("exclude", "assess.exclude_unknown", "no", no))
		case same(who.ID, c.HandlerID) || same(who.ID, c.IntakeID):
			return nil, fault.New(fault.Conflict, "assess.took_part", "no", no)
		}
		out = append(out, c)
	}
	return out, nil
}

// ExclusionLine is one case that is not counted, with the reason and the second person who agreed.
type ExclusionLine struct {
	No, Unit, Reason, Reviewer string
	At                         time.Time
}

// ExclusionUnit is how many cases of a unit are not counted.
type ExclusionUnit struct {
	Unit            string
	Excluded, Total int
}

// Exclusions are the cases of a period that are not counted.
type Exclusions struct {
	Units []ExclusionUnit // by the tree of units, never by the figure
	Lines []ExclusionLine // the latest first, at most 200
}

// Exclusions returns what is excluded from a period within the actor's reach. Cases that are kept from the actor are
// counted and not listed. NotFound "assess.no_period".
func (s *Service) Exclusions(ctx context.Context, who models.Actor, code string) (out Exclusions, err error) {
	if !policy.May(who, policy.PeriodSee) {
		return out, policy.Check(who, policy.PeriodSee, policy.Object{})
	}
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		p, err := visiblePeriodTx(tx, who, code)
		if err != nil {
			return err
		}
		u, err := unitTx(tx, p.UnitID)
		if err != nil {
			return err
		}
		spanned := func() *gorm.DB {
			q := tx.Table("cases AS c").Joins("JOIN units u ON u.id = c.unit_id").
				Where("c.received_on <= ? AND (c.closed_on = '' OR c.closed_on >= ?)", p.SpanTo, p.SpanFrom).
				Where("u.path LIKE ?", u.Path+"%")
			if reach := policy.Scope(who, policy.PeriodSee); !reach.All {
				q = q.Where(Within(tx, "u.path", reach.Paths))
			}
			return q
		}
		const excluded = "SUM(CASE WHEN c.excluded THEN 1 ELSE 0 END)"
		err = spanned().Select("u.name AS unit, COUNT(*) AS total, " + excluded + " AS excluded").
			Group("u.id, u.name, u.path").Having(excluded + " > 0").Order("u.path").
			Scan(&out.Units).Error
		if err != nil {
			return fmt.Errorf("count exclusions: %w", err)
		}
		err = spanned().
			Select("c.no, u.name AS unit, c.exclude_reason AS reason, e.at, COALESCE(pe.name, '') AS reviewer").
			Joins("JOIN case_events e ON e.case_id = c.id AND e.kind = 'excluded'").
			Joins("LEFT JOIN persons pe ON pe.id = e.actor_id").
			Where("c.excluded = ?", true).
			Where("NOT EXISTS (SELECT 1 FROM case_hidden h WHERE h.case_id = c.id AND h.from_id IN ?)",
				append(policy.OwnUnits(who), who.ID)).
			Order("e.at DESC, c.no").Limit(200).Scan(&out.Lines).Error
		if err != nil {
			return fmt.Errorf("list exclusions: %w", err)
		}
		return nil
	})
	return out, err
}
