package sheet

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The years a date may lie in: outside them it is a slip of the hand.
const (
	firstYear = 1900
	lastYear  = 2199
)

var (
	day = `(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{4})/(\d{1,2})/(\d{1,2})|(\d{4})\.(\d{1,2})\.(\d{1,2})|` +
		`(\d{4})年(\d{1,2})月(\d{1,2})日?|(\d{4})(\d{2})(\d{2}))`
	moment = regexp.MustCompile(`^` + day + `(?:[T\s]*(\d{1,2})[:时](\d{1,2})(?:分?|[:分](\d{1,2})(?:\.0*)?秒?))?$`)
)

// Date returns the cell as a day, at 00:00 UTC; ok is false if it is blank or wrong. 2026-07-01, 2026/7/1, 2026.7.1,
// 2026年7月1日 and 20260701 are taken, a time of day behind them is dropped. So is the number of days by which a
// spreadsheet program keeps a date in a cell that is not formatted as one: 46204.
//
// Errors: those of Text; "sheet.not_date".
func (r *Row) Date(key string) (date time.Time, ok bool) {
	if at, ok := serial(half(r.cells[r.table.at(key)].text)); ok {
		return at, true
	}
	at, ok := r.moment(key, time.UTC, "sheet.not_date")
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC), ok
}

// month is a month without a day. A bare 2024.1 is none: spreadsheet programs drop the last 0 of October.
var (
	month = regexp.MustCompile(`^(?:(\d{4})[-/](\d{1,2})|(\d{4})\.(\d{2}|[2-9])|` +
		`(\d{4})年(\d{1,2})月(?:份)?|(\d{4})(\d{2}))$`)
	unclear = regexp.MustCompile(`^\d{4}\.1$`)
)

// DateOrMonth is Date that also takes a month without a day, as rosters write it: 2024.03, 2024-03, 202403, 2024年3月. It
// stands for the first of that month, and monthOnly is true.
//
// Errors: those of Date; "sheet.month_unclear" for 2024.1, which may be January or October.
func (r *Row) DateOrMonth(key string) (date time.Time, monthOnly, ok bool) {
	text := half(r.cells[r.table.at(key)].text)
	if unclear.MatchString(text) {
		r.Fail(key, "sheet.month_unclear", "value", text, "year", text[:4])
		return date, false, false
	}
	if m := month.FindStringSubmatch(text); m != nil {
		n := strings.Fields(strings.Join(m[1:], " ")) // year and month, whichever way they are written
		at, ok := parseMoment(n[0]+"-"+n[1]+"-1", time.UTC)
		if !ok {
			r.Fail(key, "sheet.not_date", "value", short(text))
		}
		return at, ok, ok
	}
	date, ok = r.Date(key)
	return date, false, ok
}

// Instant returns the cell as a moment in zone, to the second; ok is false if it is blank or wrong. A date as in Date
// may be followed by 14:30, 14:30:05 or 14时30分; without it the day begins.
//
// Errors: those of Text; "sheet.not_instant".
func (r *Row) Instant(key string, zone *time.Location) (at time.Time, ok bool) {
	return r.moment(key, zone, "sheet.not_instant")
}

// The days that a bare number may mean, from 1950 to 2099: fewer digits are a slip of the hand.
const (
	firstSerial = 18_264
	lastSerial  = 73_050
)

// days is a date as a number of days, perhaps with a time of day behind the point.
var days = regexp.MustCompile(`^(\d{5})(?:\.\d+)?$`)

// serial reads a date that a spreadsheet program has written as the number of days since the end of 1899.
func serial(text string) (time.Time, bool) {
	m := days.FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, false
	}
	n, _ := strconv.Atoi(m[1]) // five digits
	return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n), n >= firstSerial && n <= lastSerial
}

func (r *Row) moment(key string, zone *time.Location, message string) (time.Time, bool) {
	text, ok := r.value(key)
	if !ok {
		return time.Time{}, false
	}
	at, ok := parseMoment(half(text), zone)
	if !ok {
		r.Fail(key, message, "value", short(text))
	}
	return at, ok
}

// parseMoment reads a day with or without a time; ok is false for what the calendar does not have.
func parseMoment(text string, zone *time.Location) (time.Time, bool) {
	m := moment.FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, false
	}
	var n []int // year, month, day, and hour, minute, second where they are given
	for _, s := range m[1:] {
		if s != "" {
			v, _ := strconv.Atoi(s) // at most four digits
			n = append(n, v)
		}
	}
	for len(n) < 6 {
		n = append(n, 0)
	}
	at := time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, zone)
	same := at.Year() == n[0] && int(at.Month()) == n[1] && at.Day() == n[2] &&
		at.Hour() == n[3] && at.Minute() == n[4] && at.Second() == n[5]
	if !same || n[0] < firstYear || n[0] > lastYear {
		return time.Time{}, false
	}
	return at, true
}
