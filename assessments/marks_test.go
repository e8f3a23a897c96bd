package assessments_test

import (
	"testing"

	"gorm.io/gorm"

	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/models/policy"
)

// A human writes what he found of a mark into a new edition of the unit's dossier; nothing else in it changes.
func TestWhatIsFoundOfAMarkChangesNoFigure(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.tx(func(tx *gorm.DB) error {
		return tx.Create(&models.PressureReport{
			ID: models.NewRandomID(), UnitID: w.town.ID, ReportedOn: "2026-03-03",
		}).Error
	})
	w.open()
	if m, err := w.svc.Marks(ctx, w.officer, code); err != nil || m.May || len(m.Units) != 0 {
		t.Errorf("before the sealing: %+v, %v", m, err)
	}
	_, err := w.svc.Seal(ctx, w.officer, code)
	want(t, "sealing", err, "")
	m, err := w.svc.Marks(ctx, w.reviewer, code)
	want(t, "looking", err, "")
	if !m.May || len(m.Units) != 1 || m.Units[0].UnitID != w.town.ID || m.Units[0].Rows[0].Kind != "pressure" ||
		m.Units[0].Rows[0].N != 1 {
		t.Fatalf("marks %+v", m)
	}
	before := w.unitDossier()
	v := assessments.MarkVerdict{
		UnitID: w.town.ID, Kind: "pressure", Edition: 1, Finding: assessments.MarkKept, Reason: "已核对，来源可信。",
	}
	want(t, "a cadre decides", w.svc.DecideMark(ctx, w.self(4), code, v), "assess.no_period")
	want(t, "the releaser decides", w.svc.DecideMark(ctx, w.releaser, code, v), "error.forbidden")
	bad := v
	bad.Reason = " "
	want(t, "without a reason", w.svc.DecideMark(ctx, w.reviewer, code, bad), "form.required")
	bad = v
	bad.Finding = "excluded"
	want(t, "a word of his own", w.svc.DecideMark(ctx, w.reviewer, code, bad), "form.required_choice")
	bad = v
	bad.Kind = "nothing"
	want(t, "a mark that is not there", w.svc.DecideMark(ctx, w.reviewer, code, bad), "assess.no_mark")
	own := w.reviewer
	own.Grants = append(own.Grants, models.Grant{Role: models.RoleCadre, UnitID: w.town.ID, UnitPath: w.town.Path})
	want(t, "his own unit", w.svc.DecideMark(ctx, own, code, v), "assess.mark_own")
	want(t, "the reviewer decides", w.svc.DecideMark(ctx, w.reviewer, code, v), "")
	want(t, "twice from one page", w.svc.DecideMark(ctx, w.reviewer, code, v), "error.stale")
	after := w.unitDossier()
	if after.Edition != 2 || after.Replaces != assessments.MarkDecided ||
		after.Marks.Rows[0].Finding != assessments.MarkKept || after.Marks.Rows[0].Reason != v.Reason {
		t.Errorf("edition %d, %+v", after.Edition, after.Marks)
	}
	after.Edition, after.Replaces, after.Marks = before.Edition, before.Replaces, before.Marks
	a, _, err := assessments.Canonical(before)
	want(t, "encoding", err, "")
	b, _, err := assessments.Canonical(after)
	want(t, "encoding", err, "")
	if string(a) != string(b) {
		t.Error("a figure of the unit has changed")
	}
	if !policy.May(w.officer, policy.MarkDecide) || policy.May(w.releaser, policy.MarkDecide) {
		t.Error("officers and reviewers look into marks, nobody else")
	}
}
