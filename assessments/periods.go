package assessments

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// NewPeriod is what an officer enters to open a period.
type NewPeriod struct {
	Code, Title, TitleEN                   string
	Kind                                   models.PeriodKind
	UnitID                                 string
	SpanFrom, SpanTo, Cutoff               models.Date
	PreviewDays, ObjectionDays, AnswerDays int // working days; 0 = presets 5, 10, 10
}

var periodCode = regexp.MustCompile(`^[0-9]{4}[A-Z0-9-]{0,12}$`)

// CreatePeriod opens a period. Each post class goes by its own scheme where one was published before the span begins,
// and by the general one else, which must have been; the versions stay with the period.
// Faults: Invalid with the fields; Conflict "assess.period_exists".
func (s *Service) CreatePeriod(ctx context.Context, who models.Actor, in NewPeriod) (models.Period, error) {
	now := s.now()
	p := models.Period{
		ID: models.NewID(), Code: strings.ToUpper(strings.TrimSpace(in.Code)), Title: strings.TrimSpace(in.Title),
		TitleEN: strings.TrimSpace(in.TitleEN), Kind: in.Kind, UnitID: in.UnitID,
		SpanFrom: in.SpanFrom, SpanTo: in.SpanTo, CutoffOn: in.Cutoff,
		PreviewDays: or(in.PreviewDays, 5), ObjectionDays: or(in.ObjectionDays, 10), AnswerDays: or(in.AnswerDays, 10),
		State: models.PeriodOpen, Version: 1, CreatedAt: now,
	}
	if p.TitleEN == "" {
		p.TitleEN = p.Title
	}
	if bad := checkPeriod(p); len(bad) > 0 {
		return p, fault.Wrong(bad...)
	}
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		u, err := unitTx(tx, in.UnitID)
		switch {
		case fault.Is(err, fault.NotFound):
			return fault.Wrong(fault.On("unit", "form.choice"))
		case err != nil:
			return err
		}
		if err := policy.Check(who, policy.PeriodSeal, policy.Object{UnitPath: u.Path}); err != nil {
			return err
		}
		own, err := chooseSchemesTx(tx, &p)
		if err != nil {
			return err
		}
		added, err := db.Insert(tx, &p)
		if err != nil {
			return err
		}
		if !added {
			return fault.Wrong(fault.On("code", "assess.period_exists", "code", p.Code))
		}
		if len(own) > 0 {
			if err := tx.Create(own).Error; err != nil {
				return fmt.Errorf("write schemes of period: %w", err)
			}
		}
		return audit.Add(tx, now, who, audit.Event{Action: "period.create", Kind: "period", ID: p.ID, Detail: p.Code})
	})
	return p, err
}

// chooseSchemesTx gives a period the versions valid on its first day: the general one, and those of single classes.
func chooseSchemesTx(tx *gorm.DB, p *models.Period) (own []models.PeriodScheme, err error) {
	general, classes, late, err := validTx(tx, p.SpanFrom)
	switch {
	case err != nil:
		return nil, err
	case general == nil && late != "":
		return nil, fault.Wrong(fault.On("span_from", "assess.scheme_late", "on", late))
	case general == nil:
		return nil, fault.New(fault.Conflict, "assess.scheme_unpublished")
	}
	p.SchemeID = general.ID
	for _, sc := range classes {
		own = append(own, models.PeriodScheme{PeriodID: p.ID, Class: sc.Class, SchemeID: sc.ID})
	}
	return own, nil
}

func checkPeriod(p models.Period) (bad []fault.Field) {
	if !periodCode.MatchString(p.Code) {
		bad = append(bad, fault.On("code", "assess.period_code"))
	}
	if p.Title == "" {
		bad = append(bad, fault.On("title", "form.required"))
	} else if len([]rune(p.Title)) > 100 {
		bad = append(bad, fault.On("title", "form.too_long", "max", 100))
	}
	if len([]rune(p.TitleEN)) > 200 {
		bad = append(bad, fault.On("title_en", "form.too_long", "max", 200))
	}
	switch p.Kind {
	case models.Routine, models.Annual, models.Special, models.Term:
	default:
		bad = append(bad, fault.On("kind", "form.choice"))
	}
	for _, f := range []struct {
		name string
		day  models.Date
	}{{"span_from", p.SpanFrom}, {"span_to", p.SpanTo}, {"cutoff", p.CutoffOn}} {
		if _, ok := models.ParseDate(string(f.day)); !ok {
			bad = append(bad, fault.On(f.name, "form.date"))
		}
	}
	if len(bad) == 0 && p.SpanTo < p.SpanFrom {
		bad = append(bad, fault.On("span_to", "assess.span_order"))
	}
	if len(bad) == 0 && p.CutoffOn < p.SpanTo {
		bad = append(bad, fault.On("cutoff", "assess.cutoff_early"))
	}
	if p.PreviewDays < 5 {
		bad = append(bad, fault.On("preview_days", "assess.preview_short"))
	}
	if p.ObjectionDays < p.PreviewDays || p.ObjectionDays > 60 {
		bad = append(bad, fault.On("objection_days", "assess.objection_days"))
	}
	if p.AnswerDays < 1 || p.AnswerDays > 60 {
		bad = append(bad, fault.On("answer_days", "assess.answer_days"))
	}
	return bad
}

func or(n, preset int) int {
	if n == 0 {
		return preset
	}
	return n
}

// Overview is a period with what its page shows.
type Overview struct {
	Period                                     models.Period
	Unit                                       models.Unit
	Scheme                                     SchemeView
	Own                                        []SchemeView // of single post classes
	Officer, Reviewer, Releaser                string       // names, "" while nobody has
	Participants, Viewed, Agreed               int
	Objections, OpenObjections                 int
	ToReview                                   int  // exclusions that wait for the actor's word
	CanSeal, CanReview, CanRelease, CanCompile bool // by role and person; Blocked says what the state still wants
	Blocked                                    *fault.Error
}

// Periods lists the periods the actor may see, newest span first.
func (s *Service) Periods(ctx context.Context, who models.Actor) ([]models.Period, error) {
	if !policy.May(who, policy.PeriodSee) {
		return nil, policy.Check(who, policy.PeriodSee, policy.Object{})
	}
	var out []models.Period
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		paths, err := unitPathsTx(tx)
		if err != nil {
			return err
		}
		var all []models.Period
		if err := tx.Order("span_from DESC, code DESC").Find(&all).Error; err != nil {
			return err
		}
		for _, p := range all {
			if SeesPeriod(who, paths[p.UnitID]) {
				out = append(out, p)
			}
		}
		return nil
	})
	return out, err
}

// SeesPeriod reports whether the actor sees a period of the unit with path: whoever assesses in the unit's subtree,
// above it or below it does; what of it he sees follows the managing authority of each person.
func SeesPeriod(who models.Actor, path string) bool {
	if policy.Can(who, policy.PeriodSee, policy.Object{UnitPath: path}) {
		return true
	}
	for _, p := range policy.Scope(who, policy.PeriodSee).Paths {
		if policy.Within(p, path) {
			return true
		}
	}
	return false
}

// Period returns the overview of a period; NotFound "assess.no_period" when there is none or it is not the actor's.
func (s *Service) Period(ctx context.Context, who models.Actor, code string) (o Overview, err error) {
	now := s.now()
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		if o, err = overviewTx(tx, who, code); err != nil {
			return err
		}
		o.ToReview, err = toReviewTx(tx, who, o.Period)
		return err
	})
	if err != nil {
		return o, err
	}
	at := policy.Object{UnitPath: o.Unit.Path}
	p := o.Period
	o.CanSeal = p.State == models.PeriodOpen && policy.Can(who, policy.PeriodSeal, at)
	o.CanReview = p.State == models.PeriodSealed && policy.Can(who, policy.PeriodReview, at) &&
		!same(who.ID, p.OfficerID)
	o.CanRelease = p.State == models.PeriodReviewed && policy.Can(who, policy.PeriodRelease, at) &&
		!same(who.ID, p.OfficerID) && !same(who.ID, p.ReviewerID)
	o.CanCompile = p.State != models.PeriodOpen && policy.Can(who, policy.ReportCompile, at)
	o.Blocked = blocked(p, o.OpenObjections, models.DateOf(now))
	return o, nil
}

// blocked says why the next step of a period cannot be taken today, or nil.
func blocked(p models.Period, openObjections int, today models.Date) *fault.Error {
	switch {
	case p.State == models.PeriodOpen && today < p.CutoffOn:
		return fault.New(fault.Conflict, "assess.before_cutoff", "on", p.CutoffOn)
	case p.State == models.PeriodSealed && today <= p.ObjectionTo:
		return fault.New(fault.Conflict, "assess.objections_run", "to", p.ObjectionTo)
	case p.State == models.PeriodSealed && openObjections > 0:
		return fault.New(fault.Conflict, "assess.objections_open", "n", openObjections)
	}
	return nil
}

func same(id string, other *string) bool { return other != nil && *other == id }

func overviewTx(tx *gorm.DB, who models.Actor, code string) (o Overview, err error) {
	if o.Period, err = PeriodTx(tx, code); err != nil {
		return o, err
	}
	if o.Unit, err = unitTx(tx, o.Period.UnitID); err != nil {
		return o, err
	}
	if !SeesPeriod(who, o.Unit.Path) {
		return o, fault.New(fault.NotFound, "assess.no_period")
	}
	if o.Scheme, err = schemeTx(tx, "id = ?", o.Period.SchemeID); err != nil {
		return o, err
	}
	own, err := ownSchemesTx(tx, o.Period.ID)
	if err != nil {
		return o, err
	}
	for _, class := range slices.Sorted(maps.Keys(own)) {
		o.Own = append(o.Own, own[class])
	}
	names, err := namesTx(tx, o.Period.OfficerID, o.Period.ReviewerID, o.Period.ReleaserID)
	if err != nil {
		return o, err
	}
	o.Officer, o.Reviewer, o.Releaser = names[0], names[1], names[2]
	return o, countsTx(tx, o.Period.ID, &o)
}

func countsTx(tx *gorm.DB, periodID string, o *Overview) error {
	var c struct{ N, Viewed, Agreed int }
	err := tx.Model(&models.Participant{}).
		Select("COUNT(*) AS n, COUNT(viewed_at) AS viewed, COUNT(agreed_at) AS agreed").
		Where("period_id = ?", periodID).Scan(&c).Error
	if err != nil {
		return fmt.Errorf("count participants: %w", err)
	}
	o.Participants, o.Viewed, o.Agreed = c.N, c.Viewed, c.Agreed
	var states []struct {
		State string
		N     int
	}
	err = tx.Model(&models.Objection{}).Select("state, COUNT(*) AS n").Where("period_id = ?", periodID).Group("state").
		Scan(&states).Error
	if err != nil {
		return fmt.Errorf("count objections: %w", err)
	}
	for _, st := range states {
		o.Objections += st.N
		if st.State == ObjectionOpen {
			o.OpenObjections += st.N
		}
	}
	return nil
}
