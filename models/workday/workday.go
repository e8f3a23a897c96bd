// Package workday counts working days by the State Council's calendar of holidays and swapped weekends.
package workday

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"time"

	"shanzhi/models"
)

//go:embed days.csv
var files embed.FS

// Calendar knows which days are worked. It is read-only after Load and safe to share.
//
// A year without data has plain weekends: Known tells, so that a page can say that a date is provisional.
type Calendar struct {
	days  map[models.Date]bool // true: worked though a weekend; false: free though a weekday
	years map[int]bool
}

// Load reads the calendar that is shipped: the notices of the General Office of the State Council on public holidays.
func Load() (*Calendar, error) {
	body, err := files.ReadFile("days.csv")
	if err != nil {
		return nil, fmt.Errorf("open calendar: %w", err)
	}
	rows, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read calendar: %w", err)
	}
	c := &Calendar{days: map[models.Date]bool{}, years: map[int]bool{}}
	for i, r := range rows[1:] {
		d, ok := models.ParseDate(r[0])
		if !ok || r[1] != "free" && r[1] != "work" {
			return nil, fmt.Errorf("calendar line %d: %q", i+2, r)
		}
		c.days[d] = r[1] == "work"
		c.years[d.Year()] = true
	}
	return c, nil
}

// Known reports whether the calendar holds the holidays of the year.
func (c *Calendar) Known(year int) bool { return c.years[year] }

// Works reports whether d is a working day.
func (c *Calendar) Works(d models.Date) bool {
	if w, ok := c.days[d]; ok {
		return w
	}
	wd := d.Day().Weekday()
	return wd != time.Saturday && wd != time.Sunday
}

// Add returns the n-th working day after d (n ≥ 0; n = 0 gives d itself). The day d is not counted.
func (c *Calendar) Add(d models.Date, n int) models.Date {
	for n > 0 {
		d = d.AddDays(1)
		if c.Works(d) {
			n--
		}
	}
	return d
}

// Between returns the number of working days after from up to and including to; negative when to is earlier.
func (c *Calendar) Between(from, to models.Date) int {
	if to < from {
		return -c.Between(to, from)
	}
	n := 0
	for d := from.AddDays(1); d <= to; d = d.AddDays(1) {
		if c.Works(d) {
			n++
		}
	}
	return n
}
