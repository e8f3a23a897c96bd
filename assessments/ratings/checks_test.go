package ratings_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/fault"
)

// ofVillage prints a blank slip of the village; keyer and second are clerks of the township.
func (w *world) ofVillage() (clerk, keyer, second models.Actor, number string) {
	w.t.Helper()
	clerk = w.person("V1", "村受理", w.village, models.RoleIntake)
	stand, err := w.ratings.AddStand(w.t.Context(), clerk, w.village.ID, "村窗口")
	if err != nil {
		w.t.Fatal(err)
	}
	slips, err := w.ratings.BlankSlips(w.t.Context(), clerk, stand.ID, 1)
	if err != nil {
		w.t.Fatal(err)
	}
	return clerk, w.keyer(), w.person("K9", "复录", w.town, models.RoleIntake), slips[0].Number
}

// Whoever printed a batch of blank slips could fill them in himself.
func TestBlankSlipsAreKeyedByAnotherThanTheirPrinter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ratings.Draw(true)
	clerk, keyer, _, number := w.ofVillage()
	refused(t, w.key(clerk, number, ratings.Input{Level: 5}), fault.Invalid, "number", "rate.paper.yours")
	if err := w.key(keyer, number, ratings.Input{Level: 5}); err != nil {
		t.Error(err)
	}
	// As the second he changes nothing by himself.
	if kept, err := w.ratings.KeySlip(t.Context(), clerk, number, ratings.Input{Level: 5}); err != nil || !kept.Same {
		t.Errorf("kept %+v, %v", kept, err)
	}
}

// Nor is the slip of a case keyed a second time by somebody with a part in it, who would learn that it was rated.
func TestTheSecondKeyerHasNoPartInTheMatter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ratings.Draw(true)
	c, _ := w.closed(w.handler)
	number := w.caseSlip(w.clerk, c.ID)
	if err := w.key(w.keyer(), number, ratings.Input{Level: 5}); err != nil {
		t.Fatal(err)
	}
	for name, who := range map[string]models.Actor{"who printed it": w.clerk, "the handler": w.clerkToo()} {
		refused(t, w.key(who, number, ratings.Input{Level: 5}), fault.Invalid, "number", "rate.paper.yours")
		if list, err := w.ratings.ToKeyAgain(t.Context(), who); err != nil || len(list) != 0 {
			t.Errorf("offered to %s: %v, %v", name, list, err)
		}
	}
}

// The draw knows the slip alone, before anything is keyed: neither what stands on it nor who keys it.
func TestChanceAloneDrawsSlips(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	chance := w.ratings.Draw(false)
	n := 0
	for i := range 4000 {
		if chance(fmt.Sprintf("slip %d", i), 20) {
			n++
		}
	}
	if n < 700 || n > 900 { // 800 ± 4 standard errors
		t.Errorf("%d of 4,000 are drawn at 20 %%", n)
	}
	id := models.NewRandomID()
	if first := chance(id, 20); chance(id, 20) != first {
		t.Error("the draw cannot be replayed")
	}
}

func TestADrawnSlipIsKeyedBySomebodyElseWhoSeesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ratings.Draw(true)
	ctx := t.Context()
	_, keyer, second, number := w.ofVillage()
	in := ratings.Input{Level: 2, Solved: models.ResolvedPart, Reasons: []string{"trips"}, Comment: "跑了 三趟。"}
	kept, err := w.ratings.KeySlip(ctx, keyer, number, in)
	if err != nil || !kept.Drawn || kept.Again {
		t.Fatalf("kept %+v, %v", kept, err)
	}
	refused(t, w.key(keyer, number, in), fault.Invalid, "number", "rate.paper.second")
	if list, err := w.ratings.ToKeyAgain(ctx, keyer); err != nil || len(list) != 0 {
		t.Errorf("offered to who keyed it first: %v, %v", list, err)
	}
	list, err := w.ratings.ToKeyAgain(ctx, second)
	if err != nil || len(list) != 1 || list[0].Number != number || list[0].Unit != w.village.Name {
		t.Errorf("listed %+v, %v", list, err)
	}
	if look, err := w.ratings.LookSlip(ctx, second, number); err != nil || !look.Again {
		t.Errorf("look %+v, %v", look, err)
	}
	in.Comment = "跑了三趟" // blanks and stops are nobody's mistake
	kept, err = w.ratings.KeySlip(ctx, second, number, in)
	if err != nil || !kept.Again || !kept.Same {
		t.Errorf("keyed again %+v, %v", kept, err)
	}
	refused(t, w.key(second, number, in), fault.Invalid, "number", "rate.paper.used")
	if n := len(all[models.Rating](w)); n != 1 {
		t.Errorf("%d ratings of one slip", n)
	}
	c := all[models.SlipCheck](w)[0]
	if c.State != models.SlipCheckSame || !c.First.IsZero() || !c.Number.IsZero() {
		t.Errorf("what was keyed is kept after it agreed: %+v", c)
	}
}

func TestWhatTwoKeyedDifferentlyIsSettledFromAbove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ratings.Draw(true)
	ctx := t.Context()
	_, keyer, second, number := w.ofVillage()
	own := w.person("V2", "村督办", w.village, models.RoleSupervisor)
	if err := w.key(keyer, number, ratings.Input{Level: 5, Comment: "好"}); err != nil {
		t.Fatal(err)
	}
	if kept, err := w.ratings.KeySlip(ctx, second, number, ratings.Input{Level: 2, Comment: "好"}); err != nil || kept.Same {
		t.Fatalf("kept %+v, %v", kept, err)
	}
	if r := all[models.Rating](w)[0]; r.Level != 5 {
		t.Error("a second keying changed the rating by itself")
	}
	if n, err := w.ratings.ChecksWaiting(ctx, own); err != nil || n != 0 {
		t.Errorf("a supervisor of the rated unit is told of one rating: %d, %v", n, err)
	}
	list, total, err := w.ratings.Checks(ctx, w.supervisor, 1, 20)
	if err != nil || total != 1 || list[0].State != models.SlipCheckDiffers {
		t.Fatalf("list %+v, %v", list, err)
	}
	id := list[0].ID
	_, err = w.ratings.Check(ctx, own, id)
	refused(t, err, fault.NotFound, "", "paper.check.unknown")
	_, err = w.ratings.Check(ctx, w.clerk, id)
	refused(t, err, fault.Forbidden, "", "error.forbidden")
	v, err := w.ratings.Check(ctx, w.supervisor, id)
	if err != nil || v.Digits != number || v.A.Level != 5 || v.B.Level != 2 || !slices.Equal(v.Parts, []string{"level"}) {
		t.Fatalf("opened %+v, %v", v, err)
	}
	settle := func(who models.Actor, right, note string) error {
		return w.ratings.SettleCheck(ctx, who, id, right, note, v.Version)
	}
	refused(t, settle(w.supervisor, "", "看了原单"), fault.Invalid, "right", "form.required_choice")
	refused(t, settle(w.supervisor, "second", ""), fault.Invalid, "note", "form.required")
	both := second
	both.Grants = append(both.Grants, w.supervisor.Grants...)
	refused(t, settle(both, "second", "看了原单"), fault.Forbidden, "", "paper.check.yours")
	if err := settle(w.supervisor, "second", "看了原单，是不满意"); err != nil {
		t.Fatal(err)
	}
	if r := all[models.Rating](w)[0]; r.Level != 2 {
		t.Errorf("the rating was not put right: level %d", r.Level)
	}
	c := all[models.SlipCheck](w)[0]
	if c.State != models.SlipCheckSecond || !c.First.IsZero() || !c.Second.IsZero() || !c.Number.IsZero() {
		t.Errorf("what was keyed is kept: %+v", c)
	}
	refused(t, settle(w.supervisor, "first", "再来"), fault.Conflict, "", "serve.stale")
}

// A rating that may yet be put right is in no batch; it does not wait for ever.
func TestARatingWaitsForItsSecondKeyingBeforeItIsBatched(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	keyer := w.keyer()
	for range 4 {
		if err := w.key(keyer, w.blank(), ratings.Input{Level: 4}); err != nil {
			t.Fatal(err)
		}
	}
	w.ratings.Draw(true)
	number := w.blank()
	if err := w.key(keyer, number, ratings.Input{Level: 1}); err != nil {
		t.Fatal(err)
	}
	if n := w.batch(); n != 0 {
		t.Errorf("%d batches with a rating that waits", n)
	}
	w.clock.Advance((ratings.CheckDays + 1) * 24 * time.Hour)
	second := w.person("K8", "复录", w.town, models.RoleIntake)
	if list, err := w.ratings.ToKeyAgain(ctx, second); err != nil || len(list) != 0 {
		t.Errorf("still listed after its time: %v, %v", list, err)
	}
	refused(t, w.key(second, number, ratings.Input{Level: 1}), fault.Invalid, "number", "rate.paper.used")
	if n := w.batch(); n != 1 {
		t.Errorf("%d batches after the time to wait, want 1", n)
	}
}
