package stats

import (
	"math"
	"testing"

	"shanzhi/models/fault"
)

// near fails unless got is within tol of want; NaN is never near.
func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol) {
		t.Errorf("%s: got %.9g, want %.9g within %.1g", what, got, want, tol)
	}
}

// nearInterval is near for both limits.
func nearInterval(t *testing.T, what string, got Interval, lo, hi, tol float64) {
	t.Helper()
	near(t, what+" lower", got.Lo, lo, tol)
	near(t, what+" upper", got.Hi, hi, tol)
}

// must stops the test on an error that the case rules out.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// refused fails unless err is the Invalid fault with the key.
func refused(t *testing.T, err error, key string) {
	t.Helper()
	if !fault.Is(err, fault.Invalid) || fault.Of(err).Key != key {
		t.Errorf("got error %v, want Invalid %s", err, key)
	}
}

// surgical: deaths and operations of babies in 12 hospitals. OpenBUGS examples vol. 1, "Surgical".
func surgical() []Count {
	return []Count{
		{0, 47},
		{18, 148},
		{8, 119},
		{46, 810},
		{8, 211},
		{13, 196},
		{9, 148},
		{31, 215},
		{14, 207},
		{8, 97},
		{29, 256},
		{24, 360},
	}
}

// rats: tumours and rats in 71 groups; the last is the current one. Tarone (1982); Gelman et al. (2013), table 5.1.
func rats() []Count {
	x := []int{
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 5, 2, 5, 3,
		2, 7, 7, 3, 3, 2, 9, 10, 4, 4, 4, 4, 4, 4, 4, 10, 4, 4, 4, 5, 11, 12, 5, 5, 6, 5, 6, 6, 6, 6, 16, 15, 15, 9, 4,
	}
	n := []int{
		20, 20, 20, 20, 20, 20, 20, 19, 19, 19, 19, 18, 18, 17, 20, 20, 20, 20, 19, 19, 18, 18, 25, 24, 23, 20, 20, 20,
		20, 20, 20, 10, 49, 19, 46, 27, 17, 49, 47, 20, 20, 13, 48, 50, 20, 20, 20, 20, 20, 20, 20, 48, 19, 19, 19, 22,
		46, 49, 20, 20, 23, 19, 22, 20, 20, 20, 52, 46, 47, 24, 14,
	}
	return counts(x, n)
}

// posts: good ratings of 42 posts, the made-up sample of the report specification, whose figures were computed by
// another program.
func posts() []Count {
	x := []int{
		69, 54, 61, 58, 49, 77, 60, 32, 68, 28, 77, 23, 14, 20, 42, 62, 67, 52, 29, 20, 55,
		42, 36, 68, 117, 10, 12, 33, 63, 72, 37, 31, 66, 21, 57, 58, 50, 22, 32, 45, 55, 49,
	}
	n := []int{
		84, 62, 74, 81, 58, 88, 73, 50, 90, 34, 100, 28, 18, 43, 55, 86, 86, 58, 36, 26, 77,
		49, 53, 84, 137, 14, 13, 36, 75, 105, 45, 38, 81, 22, 70, 69, 55, 36, 44, 48, 90, 77,
	}
	return counts(x, n)
}

func counts(x, n []int) []Count {
	cs := make([]Count, len(x))
	for i := range x {
		cs[i] = Count{X: x[i], N: n[i]}
	}
	return cs
}
