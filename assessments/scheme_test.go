package assessments_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/assessments"
	"shanzhi/models"
)

// lines are sources of a scheme in the order of the form.
func lines(rows ...assessments.SourceInput) []assessments.SourceInput { return rows }

func line(c models.Competency, row int, src models.Source, weight, minN int) assessments.SourceInput {
	return assessments.SourceInput{Competency: c, Row: row, Source: src, Weight: weight, MinN: minN}
}

// draft copies the published general scheme and writes the lines into the copy.
func (w *world) draft(in assessments.NewScheme, ls []assessments.SourceInput) models.Scheme {
	w.t.Helper()
	sc, err := w.svc.DraftScheme(w.t.Context(), w.officer, in)
	want(w.t, "copying", err, "")
	want(w.t, "editing", w.svc.EditScheme(w.t.Context(), w.officer, sc.Code, sc.Edition, assessments.SchemeInput{
		Version: sc.Version, Title: "新方案", Note: "调整权重", Sources: ls,
	}), "")
	return sc
}

// A version is written by one, approved by another and published afterwards; each step in its order and by whom it may.
func TestTheWayOfAScheme(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish("2025-12-20")
	ctx := t.Context()
	_, err := w.svc.DraftScheme(ctx, w.townOfficer, assessments.NewScheme{Code: assessments.DefaultScheme})
	want(t, "a township", err, "error.forbidden")
	_, err = w.svc.DraftScheme(ctx, w.reviewer, assessments.NewScheme{Code: assessments.DefaultScheme})
	want(t, "a reviewer", err, "error.forbidden")
	sc := w.draft(assessments.NewScheme{Code: assessments.DefaultScheme},
		lines(line(models.Problem, 1, models.SourceSolved, 70, 10), line(models.Problem, 2, models.SourceRatings, 30, 20)))
	if sc.Edition != 2 || sc.State != models.SchemeDraft {
		t.Fatalf("the copy is %+v", sc)
	}
	_, err = w.svc.DraftScheme(ctx, w.officer, assessments.NewScheme{Code: assessments.DefaultScheme})
	want(t, "a second draft", err, "assess.scheme_in_hand")
	_, err = w.svc.SchemeEdition(ctx, w.self(1), sc.Code, 2)
	want(t, "a cadre looks at the draft", err, "assess.no_scheme")
	want(t, "a cadre edits it", w.svc.SubmitScheme(ctx, w.self(1), sc.Code, 2, 2), "assess.no_scheme")
	want(t, "publishing a draft", w.svc.PublishScheme(ctx, w.officer, sc.Code, 2, record("2026-07-15")),
		"assess.scheme_not_approved")
	want(t, "approving a draft", w.svc.DecideScheme(ctx, w.reviewer, sc.Code, 2, assessments.Verdict{Version: 2, Agree: true}),
		"assess.scheme_not_submitted")
	want(t, "a stale tab", w.svc.SubmitScheme(ctx, w.officer, sc.Code, 2, 1), "error.stale")
	want(t, "submitting", w.svc.SubmitScheme(ctx, w.officer, sc.Code, 2, 2), "")
	want(t, "editing what is submitted", w.svc.EditScheme(ctx, w.officer, sc.Code, 2, assessments.SchemeInput{}),
		"assess.scheme_fixed")
	own := w.reviewer
	own.ID = w.officer.ID
	want(t, "approving one's own", w.svc.DecideScheme(ctx, own, sc.Code, 2, assessments.Verdict{Version: 3, Agree: true}),
		"assess.scheme_same_person")
	want(t, "a no without a reason", w.svc.DecideScheme(ctx, w.reviewer, sc.Code, 2, assessments.Verdict{Version: 3}),
		"form.required")
	want(t, "a no", w.svc.DecideScheme(ctx, w.reviewer, sc.Code, 2,
		assessments.Verdict{Version: 3, Reason: "请说明依据"}), "")
	v, err := w.svc.SchemeEdition(ctx, w.officer, sc.Code, 2)
	want(t, "the version sent back", err, "")
	if v.State != models.SchemeDraft || v.Returned != "请说明依据" || !v.MayEdit || len(v.Sources) != 2 {
		t.Errorf("sent back: %+v", v)
	}
	if todo, err := w.svc.SchemesToDo(ctx, w.officer); err != nil || len(todo) != 1 || todo[0].Edition != 2 {
		t.Errorf("waits for the officer: %v, %v", todo, err)
	}
	w.approve(sc.Code, 2)
	want(t, "withdrawing", w.svc.WithdrawScheme(ctx, w.officer, sc.Code, 2, 6), "")
	want(t, "publishing what lost its approval", w.svc.PublishScheme(ctx, w.officer, sc.Code, 2, record("2026-07-15")),
		"assess.scheme_not_approved")
	w.approve(sc.Code, 2)
	want(t, "publishing", w.svc.PublishScheme(ctx, w.officer, sc.Code, 2, record("2026-07-15")), "")
	for _, action := range []string{"draft", "edit", "submit", "return", "withdraw", "agree", "publish"} {
		var n int64
		w.tx(func(tx *gorm.DB) error {
			return tx.Model(&models.AuditEntry{}).Where("action = ?", "scheme."+action).Count(&n).Error
		})
		if n == 0 {
			t.Errorf("scheme.%s left no row in the audit log", action)
		}
	}
	want(t, "discarding what is published", w.svc.DiscardScheme(ctx, w.officer, sc.Code, 2, 9), "assess.scheme_fixed")
	current, err := w.svc.Scheme(ctx, w.self(1), sc.Code)
	want(t, "a cadre reads it", err, "")
	if current.Edition != 2 || current.Former == nil || current.Former.Edition != 1 || current.MayCopy {
		t.Errorf("current %+v", current)
	}
}

// What does not add up is refused at its line, and nothing of it is saved.
func TestASchemeThatDoesNotAddUpIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	long := strings.Repeat("长", 101)
	for _, c := range []struct {
		what, title, field, key string
		sources                 []assessments.SourceInput
	}{
		{"nothing", "方案", "scheme", "assess.scheme_empty", nil},
		{"no title", " ", "title", "form.required", lines(line(models.Problem, 1, models.SourceSolved, 100, 10))},
		{"a long title", long, "title", "form.too_long", lines(line(models.Problem, 1, models.SourceSolved, 100, 10))},
		{"90 per cent", "方案", "weight_problem_1", "assess.scheme_sum", lines(line(models.Problem, 1, models.SourceSolved, 90, 10))},
		{"110 per cent", "方案", "weight_problem_1", "assess.scheme_sum", lines(
			line(models.Problem, 1, models.SourceSolved, 60, 10), line(models.Problem, 2, models.SourceRatings, 50, 10))},
		{"a source twice", "方案", "source_problem_3", "assess.scheme_twice", lines(
			line(models.Problem, 1, models.SourceSolved, 50, 10), line(models.Problem, 3, models.SourceSolved, 50, 10))},
		{"study hours", "方案", "source_improvement_1", "form.choice", lines(line(models.Improvement, 1, "hours", 100, 10))},
		{"probity", "方案", "source_probity_1", "form.choice", lines(line("probity", 1, models.SourceBallots, 100, 10))},
		{"nine cases", "方案", "min_problem_1", "assess.scheme_min", lines(line(models.Problem, 1, models.SourceSolved, 100, 9))},
		{"four ballots", "方案", "min_coordination_1", "assess.scheme_min", lines(line(models.Coordination, 1, models.SourceBallots, 100, 4))},
		{"no weight", "方案", "weight_problem_2", "assess.scheme_weight", lines(
			line(models.Problem, 1, models.SourceSolved, 100, 10), line(models.Problem, 2, models.SourceRatings, 0, 10))},
	} {
		err := w.svc.EditScheme(t.Context(), w.officer, assessments.DefaultScheme, 1,
			assessments.SchemeInput{Version: 1, Title: c.title, Sources: c.sources})
		want(t, c.what, err, c.key)
		if f := fieldsOf(err); f[0] != c.field {
			t.Errorf("%s: refused at %v, want %s", c.what, f, c.field)
		}
	}
	v, err := w.svc.Scheme(t.Context(), w.officer, assessments.DefaultScheme)
	want(t, "the draft", err, "")
	if len(v.Sources) != 7 || v.Version != 1 {
		t.Errorf("a refusal has changed the draft: %d sources, version %d", len(v.Sources), v.Version)
	}
}

// A version is not published before it was approved, nor later than today, and never without its document; the record
// is corrected by two people, until a period relies on it.
func TestThePublicationHasADocumentAndIsCorrectedByTwo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, sc := t.Context(), assessments.DefaultScheme
	w.clock.Set(time.Date(2025, 12, 20, 2, 0, 0, 0, time.UTC))
	w.approve(sc, 1)
	w.clock.Advance(5 * 24 * time.Hour)
	bad := record("2025-12-19")
	want(t, "before the approval", w.svc.PublishScheme(ctx, w.officer, sc, 1, bad), "assess.published_early")
	bad.On = "2025-12-26"
	want(t, "tomorrow", w.svc.PublishScheme(ctx, w.officer, sc, 1, bad), "assess.published_later")
	bad.On = ""
	want(t, "no day", w.svc.PublishScheme(ctx, w.officer, sc, 1, bad), "form.required")
	bad.On, bad.DocNo = "2025-12-20", " "
	want(t, "no document", w.svc.PublishScheme(ctx, w.officer, sc, 1, bad), "form.required")
	want(t, "by a cadre", w.svc.PublishScheme(ctx, w.self(1), sc, 1, record("2025-12-20")), "assess.no_scheme")
	want(t, "publishing", w.svc.PublishScheme(ctx, w.officer, sc, 1, record("2025-12-21")), "")
	want(t, "publishing twice", w.svc.PublishScheme(ctx, w.officer, sc, 1, record("2025-12-21")), "assess.scheme_published")

	right := record("2025-12-22")
	want(t, "no reason", w.svc.CorrectPublication(ctx, w.officer, sc, 1, right, " "), "form.required")
	want(t, "asking", w.svc.CorrectPublication(ctx, w.officer, sc, 1, right, "文件落款是 22 日"), "")
	want(t, "asking twice", w.svc.CorrectPublication(ctx, w.officer, sc, 1, right, "再提一次"), "assess.correction_open")
	own := w.reviewer
	own.ID = w.officer.ID
	v, err := w.svc.Scheme(ctx, w.reviewer, sc)
	want(t, "the scheme", err, "")
	if v.PublishedOn != "2025-12-21" || !v.MayDecideCorrection {
		t.Errorf("before the second person: %+v", v)
	}
	yes := assessments.Verdict{Version: v.Version, Agree: true}
	want(t, "deciding on one's own", w.svc.DecideCorrection(ctx, own, sc, 1, yes), "assess.scheme_same_person")
	want(t, "agreeing", w.svc.DecideCorrection(ctx, w.reviewer, sc, 1, yes), "")
	if v, err = w.svc.Scheme(ctx, w.self(1), sc); err != nil || v.PublishedOn != "2025-12-22" {
		t.Errorf("corrected to %s, %v", v.PublishedOn, err)
	}
	want(t, "asking again", w.svc.CorrectPublication(ctx, w.officer, sc, 1, record("2025-12-20"), "又有更正"), "")
	w.period(code)
	yes.Version = v.Version
	want(t, "agreeing behind a period", w.svc.DecideCorrection(ctx, w.reviewer, sc, 1, yes), "assess.scheme_used")
	want(t, "refusing", w.svc.DecideCorrection(ctx, w.reviewer, sc, 1,
		assessments.Verdict{Version: v.Version, Reason: "周期已经建立"}), "")
	want(t, "asking behind a period", w.svc.CorrectPublication(ctx, w.officer, sc, 1, right, "太晚了"), "assess.scheme_used")
}

// Each post class goes by the version of its own scheme that was published when the period began, the others by the
// general one; a version published later changes nothing for a period that is there.
func TestAPeriodGoesByTheVersionsOfItsFirstDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish("2025-12-20")
	today := w.clock.Now()
	w.clock.Set(time.Date(2025, 12, 28, 2, 0, 0, 0, time.UTC))
	_, err := w.svc.DraftScheme(t.Context(), w.officer, assessments.NewScheme{Class: "pilots"})
	want(t, "a class that nobody has", err, "form.choice")
	own := w.draft(assessments.NewScheme{Class: "window"}, lines(line(models.MassWork, 1, models.SourceRatings, 100, 10)))
	w.approve(own.Code, 1)
	want(t, "publishing", w.svc.PublishScheme(t.Context(), w.officer, own.Code, 1, record("2025-12-28")), "")
	w.clock.Set(today)
	next := w.draft(assessments.NewScheme{Code: own.Code}, lines(line(models.Procedure, 1, models.SourceOnTime, 100, 10)))
	w.approve(next.Code, 2)
	want(t, "publishing", w.svc.PublishScheme(t.Context(), w.officer, next.Code, 2, record("2026-07-15")), "")
	w.period(code)
	_, err = w.svc.Seal(t.Context(), w.officer, code)
	want(t, "sealing", err, "")
	v, err := w.svc.Person(t.Context(), w.self(3), code, w.cadres[3].ID)
	want(t, "preview", err, "")
	d := v.Dossier
	if len(d.Competencies) != 1 || d.Competencies[0].Competency != models.MassWork || d.Scheme.Code != "window" ||
		d.Scheme.Edition != 1 || d.Scheme.DocNo == "" {
		t.Errorf("assessed by %+v: %+v", d.Scheme, d.Competencies)
	}
	o, err := w.svc.Period(t.Context(), w.officer, code)
	want(t, "overview", err, "")
	if o.Scheme.Code != assessments.DefaultScheme || len(o.Own) != 1 || o.Own[0].Edition != 1 {
		t.Errorf("the period goes by %+v and %+v", o.Scheme.Scheme, o.Own)
	}
	used, err := w.svc.SchemeEdition(t.Context(), w.officer, "window", 1)
	if err != nil || !used.Used {
		t.Errorf("the version is not marked as used: %v", err)
	}
}

// Two officers copy at the same moment: one version comes of it.
func TestTwoDraftsAtOnceAreOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish("2025-12-20")
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = w.svc.DraftScheme(t.Context(), w.officer, assessments.NewScheme{Code: assessments.DefaultScheme})
		})
	}
	wg.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
			continue
		}
		want(t, "the slower", err, "assess.scheme_in_hand")
	}
	list, err := w.svc.Schemes(t.Context(), w.officer)
	want(t, "listing", err, "")
	if made != 1 || len(list.Lines) != 1 || list.Lines[0].Coming == nil || list.Lines[0].Current.Edition != 1 {
		t.Errorf("%d made; list %+v", made, list)
	}
	if list.Classes[0] != "window" || !list.MayDraft {
		t.Errorf("classes %v", list.Classes)
	}
	want(t, "discarding", w.svc.DiscardScheme(t.Context(), w.officer, assessments.DefaultScheme, 2, 1), "")
	list, err = w.svc.Schemes(t.Context(), w.self(1))
	if err != nil || len(list.Lines) != 1 || list.Lines[0].Coming != nil || list.MayDraft {
		t.Errorf("a cadre sees %+v, %v", list, err)
	}
}
