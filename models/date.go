package models

import (
	"time"
	_ "time/tzdata" // the zone must not depend on the machine
)

// Zone is the zone in which days are counted.
var Zone = mustZone("Asia/Shanghai")

func mustZone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // the zone is compiled in
	}
	return z
}

// Date is a day in Asia/Shanghai written YYYY-MM-DD; "" is no day. Dates compare as strings.
type Date string

// DateOf returns the day in Asia/Shanghai on which t falls.
func DateOf(t time.Time) Date { return Date(t.In(Zone).Format(time.DateOnly)) }

// NewDate returns the day y-m-d; out-of-range months and days are normalised as time.Date does.
func NewDate(y int, m time.Month, d int) Date {
	return Date(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
}

// ParseDate reads YYYY-MM-DD; ok is false for anything else.
func ParseDate(s string) (Date, bool) {
	_, err := time.Parse(time.DateOnly, s)
	return Date(s), err == nil
}

// Day returns the day at 00:00 UTC, for arithmetic; the zero time for no day.
func (d Date) Day() time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// AddDays returns the day n calendar days later (n may be negative).
func (d Date) AddDays(n int) Date {
	if d == "" {
		return ""
	}
	return Date(d.Day().AddDate(0, 0, n).Format(time.DateOnly))
}

// DaysUntil returns the number of calendar days from d to e; negative when e is earlier.
func (d Date) DaysUntil(e Date) int { return int(e.Day().Sub(d.Day()).Hours() / 24) }

// Start returns the first instant of the day in Asia/Shanghai, as UTC.
func (d Date) Start() time.Time {
	t, err := time.ParseInLocation(time.DateOnly, string(d), Zone)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// End returns the first instant after the day in Asia/Shanghai, as UTC.
func (d Date) End() time.Time { return d.AddDays(1).Start() }

// Year returns the year of the day, 0 for no day.
func (d Date) Year() int {
	if d == "" {
		return 0
	}
	return d.Day().Year()
}

// String returns YYYY-MM-DD.
func (d Date) String() string { return string(d) }
