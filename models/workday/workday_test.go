package workday_test

import (
	"testing"

	"shanzhi/models"
	"shanzhi/models/workday"
)

// Dates from the notices 国办发明电〔2024〕12号 (2025) and 国办发明电〔2025〕7号 (2026).
func TestWorkingDays(t *testing.T) {
	t.Parallel()
	c, err := workday.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		from models.Date
		n    int
		want models.Date
	}{
		{"2026-07-10", 5, "2026-07-17"}, // over a plain weekend
		{"2026-02-13", 1, "2026-02-14"}, // a Saturday worked before the Spring Festival
		{"2026-02-14", 1, "2026-02-24"}, // over the Spring Festival
		{"2026-09-30", 1, "2026-10-08"}, // over the National Day
		{"2026-10-09", 1, "2026-10-10"}, // a Saturday worked after it
		{"2026-07-10", 0, "2026-07-10"},
		{"2031-03-07", 1, "2031-03-10"}, // a year without data: plain weekends
	} {
		if got := c.Add(tc.from, tc.n); got != tc.want {
			t.Errorf("Add(%s, %d) = %s, want %s", tc.from, tc.n, got, tc.want)
		}
		if back := c.Between(tc.from, tc.want); back != tc.n {
			t.Errorf("Between(%s, %s) = %d, want %d", tc.from, tc.want, back, tc.n)
		}
	}
	if c.Known(2031) || !c.Known(2026) {
		t.Error("2026 is known and 2031 is not")
	}
	if got := c.Between("2026-07-17", "2026-07-10"); got != -5 {
		t.Errorf("backwards: %d, want -5", got)
	}
}

// A year of the house counts as a whole, other years stay as they are shipped, and a later Put takes the former back.
func TestYearsOfTheHouseLieOverThoseShipped(t *testing.T) {
	t.Parallel()
	c, err := workday.Load()
	if err != nil {
		t.Fatal(err)
	}
	c.Put("a", map[int]workday.Year{
		2026: {"2026-07-16": false, "2026-07-18": true}, 2031: {"2031-03-10": false},
	})
	for day, want := range map[models.Date]bool{
		"2026-07-16": false, "2026-07-18": true, "2031-03-10": false,
		"2026-10-01": true,  // shipped as free, but the year was replaced
		"2025-10-01": false, // another year
	} {
		if got := c.Works(day); got != want {
			t.Errorf("Works(%s) = %v, want %v", day, got, want)
		}
	}
	if c.Version() != "a" || !c.Known(2031) || !c.Known(2025) {
		t.Errorf("version %q, 2031 known: %v, 2025 known: %v", c.Version(), c.Known(2031), c.Known(2025))
	}
	c.Put("b", nil)
	if c.Works("2026-10-01") || c.Known(2031) || c.Version() != "b" {
		t.Error("what was put before must be gone")
	}
}
