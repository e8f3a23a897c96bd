package cases_test

import (
	"fmt"
	"testing"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/find"
)

// Where more people can have a case than a list holds, they are found by name, by its sound and by unit, and a case can be
// given to one whom the first list does not hold.
func TestHandlersAreLookedForWhereTheyAreMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.answered()
	for i := range cases.MostHandlers {
		w.person(fmt.Sprintf("T%03d", i), fmt.Sprintf("陈%03d", i), w.village, models.RoleCadre)
	}
	far := w.person("T999", "欧阳雪", w.village, models.RoleCadre)
	if _, err := find.New(w.db).CatchUp(t.Context(), models.SystemActor("test")); err != nil {
		t.Fatal(err)
	}
	all := cases.MostHandlers + 5 // with the four of the world who serve at or below the town
	for text, want := range map[string]struct{ total, listed int }{
		"": {all, cases.MostHandlers}, "欧阳": {1, 1}, "ouyang": {1, 1}, "oyx": {1, 1}, "陈00": {10, 10}, "石桥": {all - 3, 100},
		"欧阳雪": {1, 1}, "%": {0, 0}, "李四": {0, 0},
	} {
		got := must(w.cases.Handlers(t.Context(), w.clerk, c.ID, text))(t)
		if got.Total != want.total || len(got.List) != want.listed {
			t.Errorf("%q: %d of %d, want %d of %d", text, len(got.List), got.Total, want.listed, want.total)
		}
	}
	taken := w.takeIn()
	got := must(w.cases.Dispatch(t.Context(), w.clerk, taken.ID, w.posts[far.ID], taken.Version))(t)
	if got.HandlerID == nil || *got.HandlerID != far.ID {
		t.Errorf("dispatched to %v, want %s", got.HandlerID, far.ID)
	}
}

// Two villages may bear one name: whoever may assist stands with the unit above his.
func TestHelpersStandWithTheUnitAbove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.takeIn()
	namesake := w.unit("石桥村", models.Village, &w.elsewhere)
	w.person("T1", "陈一", namesake, models.RoleCadre)
	clerk := w.person("T2", "县受理", w.county, models.RoleIntake)
	above := map[string]string{}
	for _, h := range must(w.cases.Helpers(t.Context(), clerk, c.ID))(t) {
		above[h.Name+" "+h.Unit] = h.Above
	}
	for who, want := range map[string]string{"王𬭁 石桥村": "柳溪镇", "陈一 石桥村": "东山镇", "李四 东山镇": "青禾县"} {
		if above[who] != want {
			t.Errorf("%s: the unit above is %q, want %q", who, above[who], want)
		}
	}
}
