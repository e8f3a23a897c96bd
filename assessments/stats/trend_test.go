package stats

import "testing"

// Report specification's sample: months of a centre against 353 of 434; EWMA with λ = .2.
func TestTrendOfACentre(t *testing.T) {
	t.Parallel()
	n := []int{66, 71, 75, 69, 73, 80, 70, 62, 84, 79, 81, 87}
	x := []int{53, 56, 63, 55, 58, 68, 57, 52, 68, 66, 66, 72}
	ewma := []float64{
		.811297, .806784, .813427, .810162, .807034, .815627, .815359, .820029, .817928, .821431, .820108, .821603,
	}
	tr := must(TrendOf(Count{353, 434}, counts(x, n), DefaultTrendRule()))
	near(t, "base", tr.Base, 0.813364, 5e-7)
	for i, s := range tr.Steps {
		near(t, "EWMA", s.EWMA, ewma[i], 1e-6)
		if s.Place != Inside {
			t.Errorf("month %d is %v, want inside", i, s.Place)
		}
	}
	near(t, "99.8 % lower", tr.Steps[0].Lim998.Lo, 0.644762, 5e-7)
	near(t, "95 % lower", tr.Steps[0].Lim95.Lo, 0.706950, 5e-7)
}

func TestTrendFindsWhatLiesOutside(t *testing.T) {
	t.Parallel()
	steps := []Count{{40, 50}, {33, 50}, {25, 50}, {50, 50}, {2, 5}, {0, 0}, {47, 50}}
	tr := must(TrendOf(Count{160, 200}, steps, DefaultTrendRule()))
	for i, want := range []Place{Inside, Low95, Low998, High998, NotPlaced, NotPlaced, High95} {
		if got := tr.Steps[i].Place; got != want {
			t.Errorf("step %d: %v, want %v", i, got, want)
		}
	}
	if short := tr.Steps[4]; short.Lim95 != (Interval{}) || short.EWMA != tr.Steps[3].EWMA {
		t.Errorf("a step of five has limits or moves the average: %+v", short)
	}
}

// 50 of 50 in the base must not make the first bad rating a signal.
func TestAPerfectBaseLeavesRoom(t *testing.T) {
	t.Parallel()
	tr := must(TrendOf(Count{50, 50}, []Count{{29, 30}, {30, 30}, {20, 30}}, DefaultTrendRule()))
	if tr.Base != 1 || tr.Steps[0].Place != Inside || tr.Steps[1].Place != Inside || tr.Steps[2].Place != Low998 {
		t.Errorf("got %+v", tr)
	}
}

func TestTrendWithoutABase(t *testing.T) {
	t.Parallel()
	tr := must(TrendOf(Count{}, []Count{{1, 2}, {8, 10}, {10, 10}}, DefaultTrendRule()))
	if tr.HasLimits || tr.Steps[1].Place != NotPlaced {
		t.Errorf("got %+v", tr)
	}
	near(t, "started", tr.Steps[1].EWMA, 0.8, 1e-15)
	near(t, "moved", tr.Steps[2].EWMA, 0.84, 1e-15)
	_, err := TrendOf(Count{}, []Count{{3, 2}}, DefaultTrendRule())
	refused(t, err, "stats.count")
	_, err = TrendOf(Count{2, 1}, nil, DefaultTrendRule())
	refused(t, err, "stats.count")
	_, err = TrendOf(Count{}, nil, TrendRule{MinN: 10})
	refused(t, err, "stats.rule")
	_, err = TrendOf(Count{}, nil, TrendRule{Lambda: 0.2})
	refused(t, err, "stats.rule")
}
