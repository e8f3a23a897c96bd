package stats_test

import (
	"math"
	"testing"

	"shanzhi/assessments/stats"
	"shanzhi/models/fault"
)

// R 4.3: ppois(k - 1, mean, lower.tail = FALSE).
func TestPoissonTails(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		k    int
		mean float64
		want float64
	}{
		{0, 3, 1}, {1, 1, 1 - math.Exp(-1)}, {2, 1, 1 - 2*math.Exp(-1)}, {10, 3, 0.001102488}, {5, 0, 0}, {0, 0, 1},
	} {
		if got, err := stats.PoissonTail(tc.k, tc.mean); err != nil || math.Abs(got-tc.want) > 1e-9 {
			t.Errorf("P(X ≥ %d | %v): got %v, %v; want %v", tc.k, tc.mean, got, err, tc.want)
		}
	}
	if _, err := stats.PoissonTail(-1, 3); !fault.Is(err, fault.Invalid) {
		t.Errorf("fewer than none: %v", err)
	}
}

// Under Beta(1, 1) every number is as likely as any other; the chance of nothing but successes is a ratio of Betas.
func TestBetaBinomialTails(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		x, n        int
		alpha, beta float64
		want        float64
	}{
		{0, 10, 2, 3, 1},
		{7, 10, 1, 1, 4.0 / 11},
		{10, 10, 1, 1, 1.0 / 11},
		{10, 10, 2, 1, 2.0 / 12},
		{3, 3, 2, 2, 0.2}, // B(5, 2)/B(2, 2) = (1/30)/(1/6)
	} {
		if got, err := stats.BetaBinomialTail(tc.x, tc.n, tc.alpha, tc.beta); err != nil || math.Abs(got-tc.want) > 1e-12 {
			t.Errorf("%+v: got %v, %v", tc, got, err)
		}
	}
	if _, err := stats.BetaBinomialTail(4, 3, 1, 1); !fault.Is(err, fault.Invalid) {
		t.Errorf("more than all: %v", err)
	}
}
