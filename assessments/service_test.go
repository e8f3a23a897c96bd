package assessments_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/models/fault"
)

// want fails unless err is a fault with the key; "" wants no error.
func want(t *testing.T, what string, err error, key string) {
	t.Helper()
	if key == "" {
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		return
	}
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Key != key && (len(f.Fields) == 0 || f.Fields[0].Key != key) {
		t.Fatalf("%s: got %v, want %s", what, err, key)
	}
}

// fieldsOf are the names of the fields that a refusal is about.
func fieldsOf(err error) []string {
	f, _ := errors.AsType[*fault.Error](err)
	var out []string
	for _, x := range f.Fields {
		out = append(out, x.Name)
	}
	return append(out, "")
}

func TestAPeriodNeedsAPublishedScheme(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := assessments.NewPeriod{
		Code: "2026H2", Title: "下半年", Kind: models.Routine, UnitID: w.county.ID, SpanFrom: "2026-07-01", SpanTo: "2026-12-31",
		Cutoff: "2027-01-10",
	}
	_, err := w.svc.CreatePeriod(t.Context(), w.officer, in)
	want(t, "unpublished", err, "assess.scheme_unpublished")
	w.publish("2026-07-10")
	_, err = w.svc.CreatePeriod(t.Context(), w.officer, in)
	want(t, "published after the span began", err, "assess.scheme_late")
	in.SpanFrom = "2026-07-10"
	in.Code = "上半年"
	_, err = w.svc.CreatePeriod(t.Context(), w.officer, in)
	want(t, "bad code", err, "assess.period_code")
	in.Code, in.UnitID = "2026H2", w.county.ID
	_, err = w.svc.CreatePeriod(t.Context(), w.townOfficer, in)
	want(t, "above the own unit", err, "error.forbidden")
	_, err = w.svc.CreatePeriod(t.Context(), w.officer, in)
	want(t, "creating", err, "")
	_, err = w.svc.CreatePeriod(t.Context(), w.officer, in)
	want(t, "creating twice", err, "assess.period_exists")
}

// The way of a period: sealed, looked at, objected to, answered, reviewed and released by three people, each step in its
// time and by whom it may.
func TestTheWayOfAPeriod(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.seal()
	ctx := t.Context()
	if p.PreviewTo != "2026-07-22" || p.ObjectionTo != "2026-07-29" {
		t.Errorf("windows end %s and %s, want 5 and 10 working days after 15 July", p.PreviewTo, p.ObjectionTo)
	}
	_, err := w.svc.Seal(ctx, w.officer, code)
	want(t, "sealing twice", err, "assess.not_open")
	v, err := w.svc.Person(ctx, w.self(3), code, w.cadres[3].ID)
	want(t, "own preview", err, "")
	if v.Participant.ViewedAt == nil || !v.MayObject || v.Dossier.Ratings.N != 15 || v.Dossier.Cases.Closed != 20 {
		t.Errorf("preview %+v", v)
	}
	good, n := 0, 0
	for _, s := range v.Dossier.Trend.Steps[v.Dossier.Trend.Now:] {
		good, n = good+s.Good, n+s.N
	}
	if good != v.Dossier.Ratings.Good || n != v.Dossier.Ratings.N {
		t.Errorf("the trend has %d good of %d: %+v", good, n, v.Dossier.Trend)
	}
	want(t, "agreeing", w.svc.Agree(ctx, w.self(4), code), "")
	_, err = w.svc.Object(ctx, w.self(3), code, models.Problem, "2 件属移交前的积案，不应计入本人。")
	want(t, "objecting", err, "")
	_, err = w.svc.Object(ctx, w.self(3), code, models.Problem, "再提一次，理由同上。")
	want(t, "objecting twice", err, "assess.objection_twice")
	_, err = w.svc.Object(ctx, w.self(3), code, "honesty", "不存在的项目")
	want(t, "unknown item", err, "form.choice")
	want(t, "review too early", w.svc.Review(ctx, w.reviewer, code), "assess.objections_run")
	w.clock.Advance(15 * 24 * time.Hour)
	_, err = w.svc.Object(ctx, w.self(5), code, models.Problem, "已经过了期限的异议。")
	want(t, "objecting late", err, "assess.objection_late")
	want(t, "review with open objections", w.svc.Review(ctx, w.reviewer, code), "assess.objections_open")
	list, err := w.svc.Objections(ctx, w.officer, code)
	want(t, "listing", err, "")
	if len(list) != 1 || list[0].No != "YY-2026H1-001" || list[0].DueOn != "2026-07-29" {
		t.Fatalf("objections %+v", list)
	}
	want(t, "upholding", w.svc.AnswerObjection(ctx, w.officer, list[0].ID, assessments.Reply{
		Version: list[0].Version, Result: assessments.Upheld, Text: "经核查，两件均在接手之后受理。",
	}), "")
	want(t, "review by the officer", w.svc.Review(ctx, w.officer, code), "error.forbidden")
	both := w.reviewer
	both.ID = w.officer.ID
	want(t, "review by the same person in another role", w.svc.Review(ctx, both, code), "assess.same_person")
	want(t, "release before review", w.svc.Release(ctx, w.releaser, code), "assess.not_reviewed")
	want(t, "review", w.svc.Review(ctx, w.reviewer, code), "")
	same := w.releaser
	same.ID = w.reviewer.ID
	want(t, "release by the reviewer", w.svc.Release(ctx, same, code), "assess.same_person")
	want(t, "release", w.svc.Release(ctx, w.releaser, code), "")
	o, err := w.svc.Period(ctx, w.officer, code)
	want(t, "overview", err, "")
	if o.Period.State != models.PeriodReleased || o.Participants != 24 || o.Viewed != 2 || o.Agreed != 1 || o.Releaser == "" {
		t.Errorf("overview %+v", o)
	}
}

// A correction takes the named cases out, keeps the former value beside the new one and touches nobody else's figures.
func TestACorrectionIsANewEdition(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.seal()
	ctx := t.Context()
	me := w.self(3) // index divisible by three: four cases explained, not solved
	o, err := w.svc.Object(ctx, me, code, models.Problem, "其中两件为移交前的积案。")
	want(t, "objecting", err, "")
	var bad []string
	for _, c := range w.cases[me.ID] {
		if c.Outcome == models.Explained && len(bad) < 2 {
			bad = append(bad, c.No)
		}
	}
	reply := assessments.Reply{Version: o.Version, Result: assessments.Corrected, Text: "属实，两件剔除。", Exclude: bad}
	other := reply
	other.Exclude = []string{w.cases[w.cadres[4].ID][0].No}
	want(t, "somebody else's case", w.svc.AnswerObjection(ctx, w.officer, o.ID, other), "assess.exclude_unknown")
	stale := reply
	stale.Version = 9
	want(t, "a stale page", w.svc.AnswerObjection(ctx, w.officer, o.ID, stale), "error.stale")
	want(t, "proposing", w.svc.AnswerObjection(ctx, w.officer, o.ID, reply), "")
	w.exclusionNeedsASecondPerson(o, reply)
	want(t, "answering twice", w.svc.AnswerObjection(ctx, w.officer, o.ID, reply), "assess.answered")
	v, err := w.svc.Person(ctx, me, code, me.ID)
	want(t, "preview", err, "")
	d := v.Dossier
	if d.Edition != 2 || d.Replaces != o.No || d.Cases.Closed != 18 || d.Cases.Excluded != 2 {
		t.Errorf("edition %d replaces %q, closed %d, excluded %d", d.Edition, d.Replaces, d.Cases.Closed, d.Cases.Excluded)
	}
	i := d.Objections[0]
	if i.Old == nil || i.New == nil || *i.New <= *i.Old || !i.Corrected {
		t.Errorf("objection in the dossier: %+v", i)
	}
	n, err := w.svc.Person(ctx, w.officer, code, w.cadres[4].ID)
	want(t, "a colleague", err, "")
	if n.Dossier.Edition != 1 || n.Dossier.Cases.Closed != 20 {
		t.Errorf("a colleague's dossier changed: %+v", n.Dossier)
	}
}

// exclusionNeedsASecondPerson walks a proposed exclusion to the yes of the reviewer: nothing is excluded or answered
// before, and nobody agrees to his own proposal.
func (w *world) exclusionNeedsASecondPerson(o models.Objection, reply assessments.Reply) {
	t, ctx := w.t, w.t.Context()
	t.Helper()
	want(t, "answering what waits", w.svc.AnswerObjection(ctx, w.officer, o.ID, reply), "assess.exclusion_waits")
	v, err := w.svc.Person(ctx, w.self(3), code, w.cadres[3].ID)
	want(t, "preview", err, "")
	if v.Dossier.Edition != 1 || v.Dossier.Cases.Closed != 20 || v.Objections[0].State != assessments.ObjectionOpen {
		t.Errorf("before the second person: edition %d, %+v", v.Dossier.Edition, v.Objections[0])
	}
	yes := assessments.Verdict{Version: o.Version + 1, Agree: true}
	want(t, "the officer agrees", w.svc.ReviewExclusion(ctx, w.officer, o.ID, yes), "error.forbidden")
	own := w.reviewer
	own.ID = w.officer.ID
	want(t, "the same person in another role", w.svc.ReviewExclusion(ctx, own, o.ID, yes), "assess.exclusion_own")
	if p, err := w.svc.Period(ctx, w.reviewer, code); err != nil || p.ToReview != 1 || p.OpenObjections != 1 {
		t.Errorf("%d wait for the reviewer, %d open, %v", p.ToReview, p.OpenObjections, err)
	}
	want(t, "a no without a reason", w.svc.ReviewExclusion(ctx, w.reviewer, o.ID,
		assessments.Verdict{Version: o.Version + 1}), "form.required")
	want(t, "a no", w.svc.ReviewExclusion(ctx, w.reviewer, o.ID,
		assessments.Verdict{Version: o.Version + 1, Reason: "请附材料"}), "")
	want(t, "a yes to nothing", w.svc.ReviewExclusion(ctx, w.reviewer, o.ID, yes), "assess.no_exclusion")
	back, err := w.svc.Objection(ctx, w.officer, o.ID)
	want(t, "sent back", err, "")
	if !back.MayAnswer || back.SentBack != "请附材料" || len(back.Cases()) != 2 {
		t.Errorf("sent back: %+v", back)
	}
	reply.Version = o.Version + 2
	want(t, "proposing again", w.svc.AnswerObjection(ctx, w.officer, o.ID, reply), "")
	w.tx(func(tx *gorm.DB) error { // the reviewer has taken one of the cases in
		return tx.Exec("UPDATE cases SET intake_id = ? WHERE no = ?", w.reviewer.ID, reply.Exclude[0]).Error
	})
	yes.Version = o.Version + 3
	want(t, "one's own case", w.svc.ReviewExclusion(ctx, w.reviewer, o.ID, yes), "assess.took_part")
	w.tx(func(tx *gorm.DB) error {
		return tx.Exec("UPDATE cases SET intake_id = NULL WHERE no = ?", reply.Exclude[0]).Error
	})
	want(t, "a yes", w.svc.ReviewExclusion(ctx, w.reviewer, o.ID, yes), "")
	x, err := w.svc.Exclusions(ctx, w.reviewer, code)
	want(t, "what is excluded", err, "")
	if len(x.Units) != 1 || x.Units[0].Excluded != 2 || x.Units[0].Total != 480 || len(x.Lines) != 2 ||
		x.Lines[0].Reviewer != w.reviewer.Name || x.Lines[0].Reason != reply.Text || x.Lines[0].At.IsZero() {
		t.Errorf("exclusions %+v", x)
	}
	_, err = w.svc.Exclusions(ctx, w.self(4), code)
	want(t, "a cadre looks", err, "error.forbidden")
}

// Who may see whom follows the managing authority, not the unit tree.
func TestPeopleAreSeenByTheirManagingAuthority(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.seal()
	ctx := t.Context()
	_, n, err := w.svc.People(ctx, w.officer, code, assessments.PeopleFilter{Offset: 0, Limit: 50})
	want(t, "county", err, "")
	if n != 24 {
		t.Errorf("the county officer sees %d, want 24", n)
	}
	lines, n, err := w.svc.People(ctx, w.townOfficer, code, assessments.PeopleFilter{Offset: 0, Limit: 50})
	want(t, "town", err, "")
	if n != 23 || lines[0].StaffNo != "C01" {
		t.Errorf("the town officer sees %d, the first is %v; C00 is managed by the department", n, lines[0].StaffNo)
	}
	_, err = w.svc.Person(ctx, w.townOfficer, code, w.cadres[0].ID)
	want(t, "somebody managed above", err, "assess.not_assessed")
	_, err = w.svc.Person(ctx, w.self(1), code, w.cadres[2].ID)
	want(t, "a colleague", err, "assess.not_assessed")
	_, _, err = w.svc.People(ctx, w.self(1), code, assessments.PeopleFilter{Offset: 0, Limit: 50})
	want(t, "a cadre's list", err, "error.forbidden")
	lines, n, err = w.svc.People(ctx, w.officer, code, assessments.PeopleFilter{Text: "C1", Offset: 0, Limit: 5})
	want(t, "search", err, "")
	if n != 10 || len(lines) != 5 {
		t.Errorf("search: %d of %d", len(lines), n)
	}
}

// Two officers seal at the same time: one of them does.
func TestSealingRaces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		wg.Go(func() { _, errs[i] = w.svc.Seal(t.Context(), w.officer, code) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case !fault.Is(err, fault.Conflict):
			t.Errorf("the losers: %v", err)
		}
	}
	var n int64
	w.tx(func(tx *gorm.DB) error { return tx.Model(&models.Participant{}).Count(&n).Error })
	if won != 1 || n != 24 {
		t.Errorf("%d sealed, %d participants", won, n)
	}
}

func TestNothingIsSealedBeforeTheCutoff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.clock.Set(time.Date(2026, 7, 9, 2, 0, 0, 0, time.UTC))
	w.open()
	_, err := w.svc.Seal(t.Context(), w.officer, code)
	want(t, "a day early", err, "assess.before_cutoff")
	w.clock.Advance(24 * time.Hour)
	_, err = w.svc.Seal(t.Context(), w.self(1), code)
	want(t, "by a cadre", err, "assess.no_period")
	_, err = w.svc.Seal(t.Context(), w.officer, code)
	want(t, "on the day", err, "")
}

// A county that enters its units today and imports the months before: units with something in the span are reported on,
// empty ones are not.
func TestUnitsEnteredLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tx(func(tx *gorm.DB) error {
		return tx.Model(&models.Unit{}).Where("1 = 1").Update("valid_from", "2026-07-14").Error
	})
	w.seal()
	var units []string
	w.tx(func(tx *gorm.DB) error {
		return tx.Model(&models.Dossier{}).Where("kind = ?", assessments.UnitKind).Pluck("subject_id", &units).Error
	})
	if len(units) != 1 || units[0] != w.town.ID {
		t.Errorf("dossiers of %v, want the town alone", units)
	}
}
