// Package workday counts working days by the State Council's calendar of holidays and swapped weekends.
package workday

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"maps"
	"sync/atomic"
	"time"

	"shanzhi/models"
)

//go:embed days.csv
var files embed.FS

// Calendar knows which days are worked. It is shared by all services and safe for concurrent use: Put changes it for
// all of them at once.
//
// A year without data has plain weekends: Known tells, so that a page can say that a date is provisional.
type Calendar struct {
	shipped map[int]Year
	now     atomic.Pointer[content]
}

// Year holds the days of one year that are not as their weekday says: true is worked though a weekend, false is free
// though a weekday.
type Year map[models.Date]bool

// content is what the calendar says at a moment; it is never changed.
type content struct {
	version string
	years   map[int]Year
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
	c := &Calendar{shipped: map[int]Year{}}
	for i, r := range rows[1:] {
		d, ok := models.ParseDate(r[0])
		if !ok || r[1] != "free" && r[1] != "work" {
			return nil, fmt.Errorf("calendar line %d: %q", i+2, r)
		}
		if c.shipped[d.Year()] == nil {
			c.shipped[d.Year()] = Year{}
		}
		c.shipped[d.Year()][d] = r[1] == "work"
	}
	c.Put("", nil)
	return c, nil
}

// Put lays the years of the house over those that are shipped: a year given here counts as a whole. It takes back what
// an earlier Put laid. version names the content for Version.
func (c *Calendar) Put(version string, years map[int]Year) {
	next := &content{version: version, years: maps.Clone(c.shipped)}
	maps.Copy(next.years, years)
	c.now.Store(next)
}

// Version names what was put last, "" for the shipped calendar alone.
func (c *Calendar) Version() string { return c.now.Load().version }

// Known reports whether the calendar holds the holidays of the year.
func (c *Calendar) Known(year int) bool { return c.now.Load().years[year] != nil }

// Works reports whether d is a working day.
func (c *Calendar) Works(d models.Date) bool { return c.now.Load().works(d) }

func (n *content) works(d models.Date) bool {
	if w, ok := n.years[d.Year()][d]; ok {
		return w
	}
	wd := d.Day().Weekday()
	return wd != time.Saturday && wd != time.Sunday
}

// Add returns the n-th working day after d (n ≥ 0; n = 0 gives d itself). The day d is not counted.
func (c *Calendar) Add(d models.Date, n int) models.Date {
	at := c.now.Load()
	for n > 0 {
		d = d.AddDays(1)
		if at.works(d) {
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
	at, n := c.now.Load(), 0
	for d := from.AddDays(1); d <= to; d = d.AddDays(1) {
		if at.works(d) {
			n++
		}
	}
	return n
}
