package onboard_test

import (
	"slices"
	"testing"

	"gorm.io/gorm"

	"shanzhi/app/onboard"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
)

func TestTheRuleBookOfHoursIsMissedUntilOneHoldsThisYear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	missed := func() bool {
		t.Helper()
		o, err := w.door.Overview(t.Context(), system)
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(o.Gaps, func(g onboard.Gap) bool { return g.Key == "hour_rules" && g.Info })
	}
	if !missed() {
		t.Error("no rule book is missed in a new house")
	}
	year := models.DateOf(w.clock.Now()).Year()
	for i, r := range []struct {
		from  int
		state models.HourRuleState
		want  bool
	}{
		{year, models.HourRuleProposed, true},
		{year + 1, models.HourRuleConfirmed, true},
		{year, models.HourRuleConfirmed, false},
	} {
		err := db.Tx(t.Context(), w.db, func(tx *gorm.DB) error {
			return tx.Create(&models.HourRule{
				ID: models.NewID(), No: i + 1, FromYear: r.from, Name: "办法", Book: "{}", State: r.state, ProposedAt: testkit.Now,
				Version: 1,
			}).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		if missed() != r.want {
			t.Errorf("%s from %d: missed %v", r.state, r.from, !r.want)
		}
	}
}
