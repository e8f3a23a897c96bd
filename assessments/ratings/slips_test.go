package ratings_test

import (
	"testing"

	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/fault"
)

// keyer is a clerk who had no part in any matter.
func (w *world) keyer() models.Actor { return w.person("K1", "吴录", w.town, models.RoleIntake) }

func (w *world) caseSlip(who models.Actor, caseID string) string {
	w.t.Helper()
	s, err := w.ratings.CaseSlip(w.t.Context(), who, caseID)
	if err != nil {
		w.t.Fatal(err)
	}
	return s.Number
}

// key keys a slip; tests that do not ask what became of it ask for the refusal alone.
func (w *world) key(who models.Actor, number string, in ratings.Input) error {
	_, err := w.ratings.KeySlip(w.t.Context(), who, number, in)
	return err
}

func (w *world) blank() string {
	w.t.Helper()
	s, err := w.ratings.BlankSlips(w.t.Context(), w.clerk, w.stand().ID, 1)
	if err != nil {
		w.t.Fatal(err)
	}
	return s[0].Number
}

func TestAPaperSlipIsKeyedOnceByAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c, token := w.closed(w.handler)
	number := w.caseSlip(w.clerk, c.ID)
	keyer, handlerToo := w.keyer(), w.handler
	handlerToo.Grants = append(handlerToo.Grants, w.clerk.Grants...)
	in := ratings.Input{Level: 2, Solved: models.ResolvedPart, Reasons: []string{"trips"}, Comment: "跑了三趟"}
	for _, who := range []models.Actor{handlerToo, w.clerk} { // who handled it, and who took it in
		refused(t, w.key(who, number, in), fault.Invalid, "number", "rate.paper.yours")
	}
	refused(t, w.key(w.colleague, number, in), fault.Forbidden, "", "error.forbidden")
	refused(t, w.key(keyer, number, ratings.Input{}), fault.Invalid, "level", "rate.level_missing")
	if look, err := w.ratings.LookSlip(ctx, keyer, number); err != nil || look.Unit != w.town.Name || look.Blank {
		t.Errorf("look %+v, %v", look, err)
	}
	if err := w.key(keyer, number, in); err != nil {
		t.Fatal(err)
	}
	rows := all[models.Rating](w)
	if len(rows) != 1 || rows[0].Channel != models.Paper || rows[0].Mode != models.ModePaper || rows[0].Level != 2 ||
		rows[0].SubjectID == nil || *rows[0].SubjectID != w.handler.ID {
		t.Errorf("kept %+v", rows)
	}
	refused(t, w.key(keyer, number, in), fault.Invalid, "number", "rate.paper.used")
	// The handler learns nothing of what became of it.
	refused(t, w.key(handlerToo, number, in), fault.Invalid, "number", "rate.paper.yours")
	// It was the same right as the link.
	refused(t, w.ratings.Rate(ctx, token, in), fault.Conflict, "", "rate.used")
}

func TestALinkThatWasUsedUsesUpThePaper(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, token := w.closed(w.handler)
	number := w.caseSlip(w.clerk, c.ID)
	if err := w.ratings.Rate(t.Context(), token, ratings.Input{Level: 4}); err != nil {
		t.Fatal(err)
	}
	refused(t, w.key(w.keyer(), number, ratings.Input{Level: 5}), fault.Invalid, "number",
		"rate.paper.used")
	if n := len(all[models.Rating](w)); n != 1 {
		t.Errorf("%d ratings of one service, want 1", n)
	}
}

func TestABlankSlipCountsForTheUnitOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	number := w.blank()
	if err := w.key(w.keyer(), number, ratings.Input{Level: 3, MayKnow: true}); err != nil {
		t.Fatal(err)
	}
	r := all[models.Rating](w)[0]
	if r.SubjectID != nil || r.CaseID != nil || r.UnitID != w.town.ID || r.Mode != models.ModePaper || r.MayKnow {
		t.Errorf("kept %+v", r)
	}
}

func TestSlipNumbersThatCannotBeKeyed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, keyer := t.Context(), w.keyer()
	key := func(number string) error { return w.key(keyer, number, ratings.Input{Level: 5}) }
	for _, wrong := range []string{"", "12", "4827196030", "abc"} {
		refused(t, key(wrong), fault.Invalid, "number", "rate.paper.digits")
	}
	refused(t, key("0000 0000 00"), fault.Invalid, "number", "rate.paper.unknown")
	number := w.blank()
	swapped := number[:len(number)-1] + string('0'+(number[len(number)-1]-'0'+1)%10)
	refused(t, key(swapped), fault.Invalid, "number", "rate.paper.digits")
	stranger := w.person("K2", "外镇", w.village, models.RoleIntake)
	refused(t, w.key(stranger, number, ratings.Input{Level: 5}), fault.Invalid, "number",
		"rate.paper.elsewhere")
	c, _ := w.closed(w.handler)
	older := w.caseSlip(w.clerk, c.ID)
	newer := w.caseSlip(w.clerk, c.ID)
	refused(t, key(older), fault.Invalid, "number", "rate.paper.unknown")
	if _, err := w.cases.Reopen(ctx, w.supervisor, c.ID, "没解决", c.Version); err != nil {
		t.Fatal(err)
	}
	refused(t, key(newer), fault.Invalid, "number", "rate.paper.reopened")
	w.clock.Advance((ratings.BlankDays + 1) * 24 * 60 * 60 * 1e9)
	refused(t, key(number), fault.Invalid, "number", "rate.paper.expired")
	_, err := w.ratings.BlankSlips(ctx, w.clerk, w.stand().ID, ratings.MaxBlank+1)
	refused(t, err, fault.Invalid, "n", "form.too_large")
}
