package assessments

import (
	"testing"

	"pgregory.net/rapid"

	"shanzhi/assessments/ratings"
	"shanzhi/models"
)

// TestStepsCoverASpanWithoutGaps: whatever the span, steps follow each other by the day, those of the period cover
// exactly the span, and every rating of a day is in one of them.
func TestStepsCoverASpanWithoutGaps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from := models.Date("2024-01-01").AddDays(rapid.IntRange(0, 800).Draw(t, "from"))
		to := from.AddDays(rapid.IntRange(0, 500).Draw(t, "days"))
		for _, p := range []pace{personPace(from, to), unitPace(from, to)} {
			r := p.steps(from, to)
			if r.Steps[r.Now].From != from || r.Steps[len(r.Steps)-1].To != to || r.Now != p.before {
				t.Fatalf("%v of %s to %s: %v", p, from, to, r)
			}
			days := map[models.Date]ratings.DayCount{}
			n := 0
			for d := r.Steps[0].From; d <= to; d = d.AddDays(1) {
				days[d] = ratings.DayCount{Good: 1, N: 2}
				n++
			}
			for i, s := range r.Steps {
				if s.From > s.To || i > 0 && s.From != r.Steps[i-1].To.AddDays(1) {
					t.Fatalf("step %d of %v", i, r.Steps)
				}
			}
			if len(r.Steps) > 18 {
				t.Fatalf("%d steps", len(r.Steps))
			}
			good, all := 0, 0
			for _, s := range r.count(days).Steps {
				good, all = good+s.Good, all+s.N
			}
			if good != n || all != 2*n {
				t.Fatalf("counted %d of %d, want %d", good, all, n)
			}
		}
	})
}

func TestStepsBeforeAnythingCameAreLeftOut(t *testing.T) {
	t.Parallel()
	r := unitPace("2026-05-01", "2026-06-30").steps("2026-05-01", "2026-06-30").count(
		map[models.Date]ratings.DayCount{"2026-03-31": {Good: 4, N: 5}, "2026-06-01": {Good: 5, N: 5}})
	if len(r.Steps) != 4 || r.Now != 2 || r.Steps[0] != (TrendStep{From: "2026-03-01", To: "2026-03-31", Good: 4, N: 5}) {
		t.Errorf("got %+v", r)
	}
}
