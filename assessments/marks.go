package assessments

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/assessments/ratings"
	"shanzhi/assessments/stats"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// MarkDecided is what an edition of a unit's dossier says it replaces when a human has looked into a mark.
const MarkDecided = "mark"

const (
	maxMarkReason = 300 // characters
	// someMarks stands in the canonical form of a dossier that holds a mark, and in no other.
	someMarks = `"Marks":{"Rows":[`
)

// marks are the doubts about the data of a unit; peers are the units of its kind, itself among them.
func (f *facts) marks(unit string, peers []string) (MarkResult, error) {
	var out MarkResult
	found := slices.Clone(f.Marks[unit])
	var group []stats.Count
	for _, id := range peers {
		a := f.AllFive[id]
		group = append(group, stats.Count{X: a.Silent, N: a.Rated})
	}
	m, ok, err := ratings.AllFiveMark(f.AllFive[unit], f.Ratings.Unit[unit].Invited, group)
	if err != nil {
		return out, err
	}
	if ok {
		found = append(found, m)
	}
	if f.Works != nil {
		m, ok, err = ratings.LastDaysMark(f.ClosedDays[unit], f.Period.SpanFrom, f.Period.SpanTo, f.Works)
		if err != nil {
			return out, err
		}
		if ok {
			found = append(found, m)
		}
	}
	for _, m := range found {
		out.Rows = append(out.Rows, MarkRow{Kind: m.Kind, N: m.N, Of: m.Of, Month: m.Month, Usual: m.Usual})
	}
	return out, nil
}

// UnitMarks are the integrity marks of a unit with the edition of the dossier that holds them.
type UnitMarks struct {
	UnitID, Unit string
	Edition      int
	Own          bool // the actor belongs to the unit: another looks into it
	Rows         []MarkRow
}

// PeriodMarks are the integrity marks of a sealed period.
type PeriodMarks struct {
	Period models.Period
	Units  []UnitMarks // in the order of the tree, those with marks alone
	May    bool        // the actor may write what he found
}

// Marks returns the integrity marks of a period within the actor's reach. Faults: Forbidden; NotFound
// "assess.no_period".
func (s *Service) Marks(ctx context.Context, who models.Actor, code string) (out PeriodMarks, err error) {
	if !policy.May(who, policy.PeriodSee) {
		return out, policy.Check(who, policy.PeriodSee, policy.Object{})
	}
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		out = PeriodMarks{}
		if out.Period, err = visiblePeriodTx(tx, who, code); err != nil {
			return err
		}
		u, err := unitTx(tx, out.Period.UnitID)
		if err != nil {
			return err
		}
		out.May = decides(out.Period) && policy.Can(who, policy.MarkDecide, policy.Object{UnitPath: u.Path})
		out.Units, err = unitMarksTx(tx, who, out.Period.ID)
		return err
	})
	return out, err
}

// decides reports whether marks of a period can be looked into: while it is sealed and not released.
func decides(p models.Period) bool {
	return p.State == models.PeriodSealed || p.State == models.PeriodReviewed
}

func unitMarksTx(tx *gorm.DB, who models.Actor, periodID string) ([]UnitMarks, error) {
	var rows []struct {
		ID, Name, Body string
		Edition        int
	}
	q := tx.Table("dossiers AS d").Select("u.id, u.name, d.edition, d.body").
		Joins("JOIN units u ON u.id = d.subject_id").
		Where("d.period_id = ? AND d.kind = ?", periodID, UnitKind).
		Where("d.body LIKE ?", "%"+someMarks+"%").
		Where("d.edition = (SELECT MAX(x.edition) FROM dossiers x WHERE x.period_id = d.period_id AND x.kind = d.kind" +
			" AND x.subject_id = d.subject_id)").Order("u.path")
	if reach := policy.Scope(who, policy.PeriodSee); !reach.All {
		q = q.Where(Within(tx, "u.path", reach.Paths))
	}
	if err := q.Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read dossiers of units: %w", err)
	}
	own := policy.OwnUnits(who)
	var out []UnitMarks
	for _, r := range rows {
		var d struct{ Marks *MarkResult }
		if err := json.Unmarshal([]byte(r.Body), &d); err != nil {
			return nil, fmt.Errorf("decode dossier of %s: %w", r.Name, err)
		}
		if d.Marks != nil && len(d.Marks.Rows) > 0 {
			out = append(out, UnitMarks{r.ID, r.Name, r.Edition, slices.Contains(own, r.ID), d.Marks.Rows})
		}
	}
	return out, nil
}

// MarkVerdict is what a human found of a mark of a unit, in an edition of its dossier.
type MarkVerdict struct {
	UnitID, Kind    string
	Edition         int
	Finding, Reason string
}

func (v MarkVerdict) checked() (MarkVerdict, error) {
	var bad []fault.Field
	if !slices.Contains(MarkFindings(), v.Finding) {
		bad = append(bad, fault.On("finding", "form.required_choice"))
	}
	v.Reason = strings.TrimSpace(strings.ReplaceAll(v.Reason, "\r\n", "\n"))
	return v, fault.Refuse(bad, fault.Text("reason", v.Reason, maxMarkReason))
}

// DecideMark writes what a human found of a mark into a new edition of the unit's dossier; no figure changes. Nobody
// looks into his own unit.
//
// Faults: Forbidden, also "assess.mark_own"; NotFound "assess.no_period", "assess.no_mark"; Conflict
// "assess.mark_closed", "error.stale"; Invalid on "finding", "reason".
func (s *Service) DecideMark(ctx context.Context, who models.Actor, code string, v MarkVerdict) error {
	now := s.now()
	v, wrong := v.checked()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		p, err := lockPeriodTx(tx, code) // as an answer to an objection does, which adds editions too
		if err != nil {
			return err
		}
		u, err := unitTx(tx, p.UnitID)
		if err != nil {
			return err
		}
		if err := s.checkStep(who, policy.MarkDecide, u.Path); err != nil {
			return err
		}
		switch {
		case !decides(p):
			return fault.New(fault.Conflict, "assess.mark_closed")
		case who.ID == "" || slices.Contains(policy.OwnUnits(who), v.UnitID):
			return fault.New(fault.Forbidden, "assess.mark_own")
		case wrong != nil:
			return wrong
		}
		id, err := decideMarkTx(tx, now, p.ID, v)
		if err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: string(policy.MarkDecide), Kind: "dossier", ID: id, Detail: p.Code + " " + v.Kind + " " + v.Finding,
		})
	})
}

// decideMarkTx adds the edition and returns its id.
func decideMarkTx(tx *gorm.DB, now time.Time, periodID string, v MarkVerdict) (string, error) {
	var d UnitDossier
	old, err := DossierTx(tx, periodID, UnitKind, v.UnitID, &d)
	if err != nil {
		return "", err
	}
	i := -1
	if d.Marks != nil {
		i = slices.IndexFunc(d.Marks.Rows, func(r MarkRow) bool { return r.Kind == v.Kind })
	}
	switch {
	case i < 0:
		return "", fault.New(fault.NotFound, "assess.no_mark")
	case old.Edition != v.Edition:
		return "", fault.New(fault.Conflict, "error.stale")
	}
	r := &d.Marks.Rows[i]
	r.Finding, r.Reason, r.FoundOn = v.Finding, v.Reason, models.DateOf(now)
	d.Edition, d.Replaces = old.Edition+1, MarkDecided
	row, err := dossierRow(next(old), now, d)
	if err != nil {
		return "", err
	}
	if err := tx.Create(&row).Error; err != nil {
		return "", fmt.Errorf("write dossier of unit: %w", err)
	}
	return row.ID, nil
}
