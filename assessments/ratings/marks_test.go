package ratings_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"shanzhi/assessments/ratings"
	"shanzhi/assessments/stats"
	"shanzhi/models"
	"shanzhi/models/db"
)

func weekday(d models.Date) bool {
	return d.Day().Weekday() != time.Saturday && d.Day().Weekday() != time.Sunday
}

func TestEqualTextsAreMarked(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		texts []string
		want  ratings.Mark
	}{
		"three alike but for the commas": {
			[]string{"办得很快，谢谢你们大家", "办得很快 谢谢你们大家！", "办得很快谢谢你们大家", "等得太久了"},
			ratings.Mark{Kind: ratings.MarkSameText, N: 3, Of: 1},
		},
		"short ones say nothing": {[]string{"满意", "满意", "满意", "满意"}, ratings.Mark{Kind: ratings.MarkSameText}},
		"two are chance":         {[]string{"办得很快谢谢你们大家", "办得很快谢谢你们大家"}, ratings.Mark{Kind: ratings.MarkSameText}},
	} {
		got, ok := ratings.SameText(tc.texts)
		if got != tc.want || ok != (tc.want.N > 0) {
			t.Errorf("%s: %+v, %v", name, got, ok)
		}
	}
}

// A hundred and thirty working days of July to December with one rating each, and one day with more: P(X ≥ 7 | 1) is
// 8.3e-5, P(X ≥ 6 | 1) is 5.9e-4.
func TestADayWithMoreRatingsThanChanceExplainsIsMarked(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]bool{6: false, 7: true} {
		var days []ratings.Day
		for d := models.Date("2026-07-01"); d <= "2026-12-31"; d = d.AddDays(1) {
			if weekday(d) {
				days = append(days, ratings.Day{On: d, N: 1})
			}
		}
		days[40].N = n
		m, ok, err := ratings.Burst(days, "2026-07-01", "2026-12-31", weekday)
		if err != nil || ok != want {
			t.Errorf("%d on a day: marked %v, %v", n, ok, err)
		}
		if ok && (m.N != 7 || m.Of != 1 || m.Month != "2026-08" || m.Usual != 1) {
			t.Errorf("got %+v", m)
		}
	}
}

func TestManyClosedInTheLastDaysAreMarked(t *testing.T) {
	t.Parallel()
	closed := map[models.Date]int{}
	for d := models.Date("2026-07-01"); d <= "2026-12-31"; d = d.AddDays(1) {
		if weekday(d) {
			closed[d] = 1
		}
	}
	for n, want := range map[int]bool{1: false, 8: false, 14: true} { // P(X ≥ 10 | 3) = .0011, P(X ≥ 16 | 3) = 1.4e-7
		closed["2026-12-31"] = n
		m, ok, err := ratings.LastDaysMark(closed, "2026-07-01", "2026-12-31", weekday)
		if err != nil || ok != want || m.N >= 5 && (m.N != n+2 || m.Usual != 3) {
			t.Errorf("%d on the last day: %+v, %v, %v", n, m, ok, err)
		}
	}
}

func TestNearlyNothingButTheBestLevelIsMarkedAmongComparableUnits(t *testing.T) {
	t.Parallel()
	var group []stats.Count
	for i := range 24 {
		group = append(group, stats.Count{X: 18 + i%9, N: 60})
	}
	own := ratings.AllFive{Silent: 57, Rated: 60}
	if m, ok, err := ratings.AllFiveMark(own, 62, append(group, stats.Count{X: 25, N: 60})); err != nil || !ok || m.N != 57 {
		t.Errorf("57 of 60: %+v, %v, %v", m, ok, err)
	}
	if _, ok, err := ratings.AllFiveMark(own, 100, group); err != nil || ok {
		t.Errorf("six in ten have answered: %v, %v", ok, err)
	}
	if _, ok, err := ratings.AllFiveMark(own, 62, group[:12]); err != nil || ok {
		t.Errorf("twelve units tell nothing: %v, %v", ok, err)
	}
	if _, ok, err := ratings.AllFiveMark(ratings.AllFive{Silent: 24, Rated: 60}, 62, group); err != nil || ok {
		t.Errorf("as others: %v, %v", ok, err)
	}
}

func TestMarksAreReadByUnitAndNameNobody(t *testing.T) {
	t.Parallel()
	c := newCircle(t)
	second := c.second.ID
	c.put(
		&models.PressureReport{ID: models.NewRandomID(), UnitID: c.town.ID, ReportedOn: "2026-07-03"},
		&models.PressureReport{ID: models.NewRandomID(), UnitID: c.town.ID, ReportedOn: "2026-08-03"},
	)
	for i, by := range []string{c.clerk.ID, c.above.ID, c.above.ID} {
		state := models.SlipCheckSame
		if i == 1 {
			state = models.SlipCheckDiffers
		}
		slip := models.PaperSlip{
			ID: models.NewRandomID(), NumberHash: models.NewRandomID(), UnitID: c.town.ID, IssuedBy: c.clerk.ID,
			IssuedOn: "2026-07-01", ExpiresOn: "2026-08-01", State: models.SlipUsed,
		}
		c.put(&slip, &models.SlipCheck{
			ID: models.NewRandomID(), SlipID: slip.ID, UnitID: c.town.ID, FirstBy: by, SecondBy: &second, State: state,
			DrawnOn: "2026-07-05", HeldUntil: "2026-07-19", Version: 1,
		})
	}
	var got map[string][]ratings.Mark
	err := db.View(t.Context(), c.db, func(tx *gorm.DB) (err error) {
		got, err = c.ratings.MarksTx(tx, "2026-07-01", "2026-07-31")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]ratings.Mark{c.town.ID: {
		{Kind: ratings.MarkPressure, N: 1},
		{Kind: ratings.MarkKeyedTwice, N: 1, Of: 3},
		{Kind: ratings.MarkKeyedOwn, N: 1, Of: 3},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
