package demo

import (
	"regexp"
	"testing"
	"time"

	"shanzhi/models"
	"shanzhi/models/workday"
)

func TestPlanLeavesTheObjectionsBehind(t *testing.T) {
	t.Parallel()
	days, err := workday.Load()
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile(`^[0-9]{4}[A-Z0-9-]{0,12}$`)
	for today := models.Date("2026-01-01"); today < "2028-01-01"; today = today.AddDays(1) {
		p := planFor(today, days)
		from, to := p.from.Day(), p.to.AddDays(1).Day()
		if from.Day() != 1 || to.Day() != 1 || !from.AddDate(0, 12, 0).Equal(to) {
			t.Fatalf("%s: span %s to %s is not twelve full months", today, p.from, p.to)
		}
		if half := p.half.AddDays(1).Day(); !from.AddDate(0, 6, 0).Equal(half) {
			t.Fatalf("%s: %s to %s is not six full months", today, p.from, p.half)
		}
		for _, last := range []models.Date{p.half, p.to} {
			seal, end := sealed(last, days), heard(last, days)
			if end >= today || seal <= last || days.Between(last, seal) != 1 {
				t.Fatalf("%s: sealed %s after %s, objections to %s", today, seal, last, end)
			}
		}
		later := models.NewDate(to.Year(), to.Month()+1, 0) // the next span would end here
		if later < today && days.Add(days.Add(later, 1), objectionDays) < today {
			t.Fatalf("%s: span ends %s, %s would do", today, p.to, later)
		}
		a, b, c := p.routine().Code, p.annual().Code, p.special().Code
		if !code.MatchString(a) || !code.MatchString(b) || !code.MatchString(c) || a == b || b == c || a == c {
			t.Fatalf("%s: codes %s, %s and %s", today, a, b, c)
		}
	}
}

func TestTitlesNameTheMonths(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		from, to models.Date
		zh, en   string
	}{
		{"2026-05-01", "2026-10-31", "2026年5月至10月", "May to October 2026"},
		{"2025-11-01", "2026-04-30", "2025年11月至2026年4月", "November 2025 to April 2026"},
		{"2026-11-01", "2026-11-23", "2026年11月", "November 2026"},
	} {
		if zh, en := monthsOf(tc.from, tc.to), monthsOfEN(tc.from, tc.to); zh != tc.zh || en != tc.en {
			t.Errorf("%s to %s: got %s and %s, want %s and %s", tc.from, tc.to, zh, en, tc.zh, tc.en)
		}
	}
}

func TestClockNeverPassesTheWall(t *testing.T) {
	t.Parallel()
	wall := time.Date(2026, 11, 23, 0, 30, 0, 0, time.UTC) // 8:30 in Asia/Shanghai
	c, err := NewClock(func() time.Time { return wall })
	if err != nil {
		t.Fatal(err)
	}
	if got := models.DateOf(c.Now()); got >= "2025-11-01" {
		t.Errorf("begins on %s, want before the span", got)
	}
	c.Set("2026-11-23", 9*time.Hour)
	if got := c.Now(); !got.Equal(wall) {
		t.Errorf("got %v, want the wall's %v", got, wall)
	}
	c.Set("2026-11-23", 7*time.Hour)
	if got, want := c.Now(), wall.Add(-90*time.Minute); !got.Equal(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
