package i18n

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// zone is the zone in which people read instants: the whole country keeps UTC+8, without summer time.
func zone() *time.Location { return time.FixedZone("UTC+8", 8*60*60) }

// in writes t in the zone by the layout of the language; "" for the zero time.
func (p *Printer) in(t time.Time, zh, en string) string {
	if t.IsZero() {
		return ""
	}
	if p.Lang() == Default {
		return t.In(zone()).Format(zh)
	}
	return t.In(zone()).Format(en)
}

// Date writes the day of t: 2026年7月17日, 17 July 2026.
func (p *Printer) Date(t time.Time) string { return p.in(t, "2006年1月2日", "2 January 2006") }

// ShortDate writes the day of t without its year: 7月17日, 17 July.
func (p *Printer) ShortDate(t time.Time) string { return p.in(t, "1月2日", "2 January") }

// Month writes the month of t: 2026年7月, July 2026.
func (p *Printer) Month(t time.Time) string { return p.in(t, "2006年1月", "January 2006") }

// IsoDate writes the day of t for tables: 2026-07-17.
func (p *Printer) IsoDate(t time.Time) string { return p.in(t, time.DateOnly, time.DateOnly) }

// DateTime writes t to the minute: 2026年7月17日 10:42, 17 July 2026, 10:42.
func (p *Printer) DateTime(t time.Time) string {
	return p.in(t, "2006年1月2日 15:04", "2 January 2006, 15:04")
}

// ShortDateTime writes t to the minute without its year: 7月17日 10:42, 17 July, 10:42.
func (p *Printer) ShortDateTime(t time.Time) string {
	return p.in(t, "1月2日 15:04", "2 January, 15:04")
}

// Clock writes the time of day of t: 10:42:07.
func (p *Printer) Clock(t time.Time) string { return p.in(t, time.TimeOnly, time.TimeOnly) }

// Hours writes hundredths of an hour as hours: 3150 → 31.5, 7800 → 78.
func (p *Printer) Hours(centi int) string { return hundredths(centi) }

// Score writes hundredths of a point as points: 7810 → 78.1, 6000 → 60.
func (p *Printer) Score(centi int) string { return hundredths(centi) }

func hundredths(centi int) string {
	return strconv.FormatFloat(float64(centi)/100, 'f', -1, 64)
}

// PercentSign is what follows a percentage; English has a space before it, at which no line ends.
func (p *Printer) PercentSign() string {
	if p.Lang() == Default {
		return "%"
	}
	return "\u00A0%"
}

// WholePercent writes a whole percentage: 80%, 80 %.
func (p *Printer) WholePercent(n int) string { return strconv.Itoa(n) + p.PercentSign() }

// Percent writes a share in [0, 1] with one decimal: 0.949 → 94.9%, 94.9 %; "—" when it is not a number.
func (p *Printer) Percent(share float64) string {
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return "—"
	}
	return strconv.FormatFloat(share*100, 'f', 1, 64) + p.PercentSign()
}

// Interval writes the ends of an interval of shares: 92.6%–96.6%, 92.6–96.6 %.
func (p *Printer) Interval(lo, hi float64) string {
	from, to := p.Percent(lo), p.Percent(hi)
	if sign := p.PercentSign(); p.Lang() != Default && strings.HasSuffix(to, sign) {
		from = strings.TrimSuffix(from, sign)
	}
	return from + "–" + to
}

// Count writes a whole number with commas between the thousands: 1286 → 1,286.
func (p *Printer) Count(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var b strings.Builder
	b.WriteString(sign)
	for i, r := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	return b.String()
}
