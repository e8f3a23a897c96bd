package stats_test

import (
	"math"
	"testing"

	"shanzhi/assessments/stats"
	"shanzhi/models/fault"
)

// The numbers are reckoned by hand from the formula.
func TestAShareIsWeightedByInverseResponse(t *testing.T) {
	t.Parallel()
	type cells = []stats.Cell
	for name, tc := range map[string]struct {
		cells        cells
		share        float64
		kept, merged int
		silent       bool
	}{
		// 42 of 60 unweighted; (100·40/50 + 100·2/10)/200.
		"who is dissatisfied answers less": {cells{{"sms", 100, 50, 40}, {"sms", 100, 10, 2}}, 0.5, 2, 0, false},
		"alike in every cell":              {cells{{"sms", 80, 40, 30}, {"qr", 20, 10, 7}}, (60 + 14) / 100.0, 2, 0, false},
		// The cells of 6 and 5 become one of 11: (40·8/10 + 11·3/6)/51.
		"small cells of a group": {cells{{"qr", 40, 10, 8}, {"sms", 6, 4, 2}, {"sms", 5, 2, 1}}, 37.5 / 51, 2, 1, false},
		// 6 of one group and 5 of another become one of 11.
		"small cells of all groups": {cells{{"qr", 40, 10, 8}, {"sms", 6, 4, 2}, {"web", 5, 2, 1}}, 37.5 / 51, 2, 1, false},
		// What still does not stand goes to the smallest that does: (60·6/12 + (12+3)·7/8)/75.
		"a rest too small": {cells{{"qr", 60, 12, 6}, {"sms", 12, 6, 5}, {"web", 3, 2, 2}}, (30 + 15*7.0/8) / 75, 2, 1, false},
		// Nobody of the thirty answered: they are put with the others of the group: 90·20/30 /90.
		"a cell without an answer": {cells{{"qr", 60, 30, 20}, {"qr", 30, 0, 0}}, 20.0 / 30, 1, 1, false},
		"one small cell alone":     {cells{{"qr", 4, 2, 1}}, 0.5, 1, 0, false},
		"nobody answered":          {cells{{"qr", 40, 0, 0}}, 0, 0, 0, true},
		"nobody invited":           {cells{{"qr", 0, 12, 9}}, 0, 0, 0, true},
		"nothing":                  {nil, 0, 0, 0, true},
	} {
		w, ok, err := stats.WeightResponse(tc.cells, stats.MinCell)
		if err != nil || ok == tc.silent {
			t.Errorf("%s: ok %v, %v", name, ok, err)
			continue
		}
		if math.Abs(w.Share-tc.share) > 1e-12 || w.Cells != tc.kept || w.Merged != tc.merged {
			t.Errorf("%s: got %+v, want %.6f from %d cells, %d merged", name, w, tc.share, tc.kept, tc.merged)
		}
	}
	if _, _, err := stats.WeightResponse([]stats.Cell{{"qr", 5, 2, 3}}, 10); !fault.Is(err, fault.Invalid) {
		t.Errorf("more good answers than answers: %v", err)
	}
}
