package assessments_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/models/db"
)

// object files an objection of a cadre to the solved cases.
func (w *world) object(i int, item models.Competency) models.Objection {
	w.t.Helper()
	o, err := w.svc.Object(w.t.Context(), w.self(i), code, item, "有两件属移交前的积案。")
	if err != nil {
		w.t.Fatal(err)
	}
	return o
}

// unitDossier reads the latest dossier of the town.
func (w *world) unitDossier() (d assessments.UnitDossier) {
	w.t.Helper()
	err := db.View(w.t.Context(), w.db, func(tx *gorm.DB) error {
		p, err := assessments.PeriodTx(tx, code)
		if err != nil {
			return err
		}
		_, err = assessments.DossierTx(tx, p.ID, assessments.UnitKind, w.town.ID, &d)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

// Many object at the same moment, one of them twice by a double click: everybody has a number of his own, and the same
// objection is not filed twice.
func TestObjectionsAreFiledOneAfterTheOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.seal()
	var wg sync.WaitGroup
	errs := make([]error, 9)
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = w.svc.Object(t.Context(), w.self(max(1, i)), code, models.Problem, "有两件属移交前的积案。")
		})
	}
	wg.Wait()
	refused := 0
	for _, err := range errs {
		if err != nil {
			want(t, "the second click", err, "assess.objection_twice")
			refused++
		}
	}
	list, err := w.svc.Objections(t.Context(), w.officer, code)
	want(t, "listing", err, "")
	if refused != 1 || len(list) != 8 || list[7].No != "YY-2026H1-008" {
		t.Errorf("%d refused, %d filed, the last is %v", refused, len(list), list[len(list)-1].No)
	}
}

// Answers about people of one unit at the same moment: each adds its editions.
func TestAnswersRace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.seal()
	objections := []models.Objection{
		w.object(3, models.Problem), w.object(3, models.Procedure), w.object(4, models.Problem), w.object(5, models.Problem),
	}
	var wg sync.WaitGroup
	errs := make([]error, len(objections))
	for i, o := range objections {
		wg.Go(func() {
			errs[i] = w.svc.AnswerObjection(t.Context(), w.officer, o.ID, assessments.Reply{
				Version: o.Version, Result: assessments.Corrected, Text: "经核查，予以更正。",
			})
		})
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			t.Errorf("answer %d: %v", i, err)
		}
	}
	v, err := w.svc.Person(t.Context(), w.self(3), code, w.cadres[3].ID)
	want(t, "preview", err, "")
	if d := w.unitDossier(); v.Dossier.Edition != 3 || d.Edition != 5 || len(d.Objections) != 4 {
		t.Errorf("edition %d of the person, %d of the unit with %d objections; want 3, 5, 4",
			v.Dossier.Edition, d.Edition, len(d.Objections))
	}
}

// The unit's report shows how many objected to what and with which result, without answers or figures; an edition that
// only brings an answer does not claim to correct anything.
func TestTheUnitShowsObjections(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.seal()
	for _, step := range []struct {
		item   models.Competency
		result string
	}{{models.Problem, assessments.Corrected}, {models.Procedure, assessments.Upheld}} {
		o := w.object(3, step.item)
		reply := assessments.Reply{Version: o.Version, Result: step.result, Text: "已核查，见附件。"}
		if step.result == assessments.Corrected {
			reply.Exclude = []string{w.cases[o.PersonID][0].No}
		}
		want(t, step.result, w.svc.AnswerObjection(t.Context(), w.officer, o.ID, reply), "")
		if len(reply.Exclude) > 0 {
			want(t, "the second person", w.svc.ReviewExclusion(t.Context(), w.reviewer, o.ID,
				assessments.Verdict{Version: o.Version + 1, Agree: true}), "")
		}
	}
	d := w.unitDossier()
	if len(d.Objections) != 2 || !d.Objections[0].Corrected || d.Objections[1].Corrected || !d.Objections[1].Answered {
		t.Fatalf("objections of the unit: %+v", d.Objections)
	}
	for _, o := range d.Objections {
		if o.Answer != "" || o.Old != nil || o.New != nil {
			t.Errorf("%s tells of a person: %+v", o.No, o)
		}
	}
	if d.Cases.Excluded != 1 || d.Edition != 3 {
		t.Errorf("edition %d, excluded %d", d.Edition, d.Cases.Excluded)
	}
	for _, p := range d.Persons {
		if p.Person.ID == w.cadres[3].ID && p.Load[0].Own != 3 {
			t.Errorf("load of the annex %v, want 3 of 4 cases in January", p.Load[0])
		}
	}
	v, err := w.svc.Person(t.Context(), w.self(3), code, w.cadres[3].ID)
	want(t, "preview", err, "")
	if v.Dossier.Edition != 3 || v.Dossier.Replaces != "" {
		t.Errorf("edition %d claims to correct %q", v.Dossier.Edition, v.Dossier.Replaces)
	}
	for _, p := range v.Dossier.Method.Priors {
		if p.Source == models.SourceSolved && p.Groups != 24 {
			t.Errorf("prior %+v", p)
		}
	}
}

// A correction of one period does not take cases out of another.
func TestOnlyCasesOfTheSpanAreExcluded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.seal()
	o := w.object(3, models.Problem)
	late := w.cases[w.cadres[3].ID][0]
	late.ID, late.No, late.OutsideNo, late.ReceivedOn, late.ClosedOn = models.NewID(), "2607-0001", nil, "2026-07-02", "2026-07-09"
	w.tx(func(tx *gorm.DB) error { return tx.Create(&late).Error })
	err := w.svc.AnswerObjection(t.Context(), w.officer, o.ID, assessments.Reply{
		Version: o.Version, Result: assessments.Corrected, Text: "剔除。", Exclude: []string{late.No},
	})
	want(t, "a case of the next half", err, "assess.exclude_unknown")
}

// Whoever looks at somebody's objection is noted; the objector himself is not.
func TestALookAtAnObjectionIsAudited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.seal()
	o := w.object(3, models.Problem)
	for _, who := range []models.Actor{w.officer, w.self(3)} {
		if v, err := w.svc.Objection(t.Context(), who, o.ID); err != nil || v.Text != o.Text {
			t.Errorf("%s: %v", who.Name, err)
		}
	}
	v, err := w.svc.Objection(t.Context(), w.self(4), o.ID)
	want(t, "a colleague", err, "assess.no_objection")
	if v.Text != "" {
		t.Error("the refusal carries the text")
	}
	var looks []models.AuditEntry
	w.tx(func(tx *gorm.DB) error { return tx.Where("action = ?", "objection.see").Find(&looks).Error })
	if len(looks) != 1 || looks[0].ObjectID != o.ID || *looks[0].ActorID != w.officer.ID {
		t.Errorf("looks %+v", looks)
	}
}

// Whoever assesses elsewhere learns nothing of a period, not even that it exists.
func TestAPeriodIsHiddenFromElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.seal()
	other := models.Actor{ID: models.NewID(), Grants: []models.Grant{{Role: models.RoleOfficer, UnitPath: "/elsewhere/"}}}
	_, _, err := w.svc.People(t.Context(), other, code, assessments.PeopleFilter{Offset: 0, Limit: 10})
	want(t, "people", err, "assess.no_period")
	_, err = w.svc.Objections(t.Context(), other, code)
	want(t, "objections", err, "assess.no_period")
}

func TestALongEnglishTitleIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish("2025-12-20")
	_, err := w.svc.CreatePeriod(t.Context(), w.officer, assessments.NewPeriod{
		Code: code, Title: "上半年", TitleEN: strings.Repeat("x", 201), Kind: models.Routine, UnitID: w.county.ID,
		SpanFrom: "2026-01-01", SpanTo: "2026-06-30", Cutoff: "2026-07-10",
	})
	want(t, "201 letters", err, "form.too_long")
}

// Sealing answers with the period as it now is.
func TestSealingReturnsTheSealedPeriod(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.seal()
	if p.State != models.PeriodSealed || p.SealedAt == nil || !same(w.officer.ID, p.OfficerID) || p.Digest == "" {
		t.Fatalf("sealed period %+v", p)
	}
	if got := p.SealedAt.Sub(w.clock.Now()); got > time.Second || got < -time.Second {
		t.Errorf("sealed at %v", p.SealedAt)
	}
}

func same(id string, other *string) bool { return other != nil && *other == id }
