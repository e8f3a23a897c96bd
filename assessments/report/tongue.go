package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/models/pinyin"
	"shanzhi/templates/i18n"
)

// tongue speaks one language: sentences and figures as SPEC 3 writes them.
type tongue struct{ w *i18n.Printer }

func (t tongue) english() bool { return t.w.Lang() == "en" }

// say returns a sentence.
func (t tongue) say(key string, args ...any) string { return t.w.T(key, args...) }

// either chooses between the two names of a thing; an English one that is missing is the Chinese one.
func (t tongue) either(zh, en string) string {
	if t.english() && en != "" {
		return en
	}
	return zh
}

// list joins names: 甲、乙、丙.
func (t tongue) list(names []string) string {
	if t.english() {
		return strings.Join(names, ", ")
	}
	return strings.Join(names, "、")
}

// fixed rounds half away from zero and writes a true minus; what rounds to nothing has no sign.
func fixed(v float64, decimals int) string {
	unit := math.Pow(10, float64(decimals))
	rounded := math.Round(v*unit+math.Copysign(1e-9, v)) / unit
	if rounded == 0 {
		rounded = 0 // no −0
	}
	s := strconv.FormatFloat(math.Abs(rounded), 'f', decimals, 64)
	whole, part, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if part != "" {
		whole += "." + part
	}
	if rounded < 0 {
		return "−" + whole
	}
	return whole
}

// n writes a count.
func (t tongue) n(count int) string { return fixed(float64(count), 0) }

// score writes points with one decimal.
func (t tongue) score(v float64) string { return fixed(v, 1) }

// gain writes points with a sign; nothing has none.
func (t tongue) gain(v float64) string {
	s := fixed(v, 1)
	if v > 0 && s != "0.0" {
		return "+" + s
	}
	return s
}

// share writes a share in [0, 1] with one decimal: 85.7%.
func (t tongue) share(v float64) string { return fixed(100*v, 1) + t.w.PercentSign() }

// share0 writes a share without decimals, for tight places.
func (t tongue) share0(v float64) string { return fixed(100*v, 0) + t.w.PercentSign() }

func (t tongue) dash() string {
	if t.english() {
		return "–"
	}
	return "—"
}

// between writes an interval of shares in a sentence: 82.1%—88.6%, 82.1–88.6 %.
func (t tongue) between(i assessments.Interval) string {
	if t.english() {
		return fixed(100*i.Lo, 1) + "–" + t.share(i.Hi)
	}
	return t.share(i.Lo) + "—" + t.share(i.Hi)
}

// bracket writes an interval of points after its value: （77.8—89.4）.
func (t tongue) bracket(i assessments.Interval, decimals int) string {
	return t.aside(fixed(i.Lo, decimals) + t.dash() + fixed(i.Hi, decimals))
}

// aside puts a remark in brackets; none for none.
func (t tongue) aside(words string) string {
	switch {
	case words == "":
		return ""
	case t.english():
		return " (" + words + ")"
	}
	return "（" + words + "）"
}

// percents is an interval of shares in per cent.
func percents(i assessments.Interval) assessments.Interval {
	return assessments.Interval{Lo: 100 * i.Lo, Hi: 100 * i.Hi}
}

// column writes an interval of shares alone in a column: 82.1—88.6%.
func (t tongue) column(i assessments.Interval) string {
	return fixed(100*i.Lo, 1) + t.dash() + t.share(i.Hi)
}

// semicolon stands between clauses of one sentence.
func (t tongue) semicolon() string {
	if t.english() {
		return "; "
	}
	return "；"
}

// colon stands between a word and what it is about.
func (t tongue) colon() string {
	if t.english() {
		return ": "
	}
	return "："
}

// fraction writes x/n.
func (t tongue) fraction(x, n int) string { return t.n(x) + "/" + t.n(n) }

// day writes a date; "—" for none.
func (t tongue) day(d models.Date) string {
	if d == "" {
		return "—"
	}
	return t.w.Date(d.Start())
}

// span writes a span of days; the year stands once where it is one.
func (t tongue) span(from, to models.Date) string {
	switch {
	case from == "" || to == "":
		return t.day(from) + t.dash() + t.day(to)
	case t.english() && from.Year() == to.Year():
		return t.w.ShortDate(from.Start()) + " – " + t.w.Date(to.Start())
	case t.english():
		return t.w.Date(from.Start()) + " – " + t.w.Date(to.Start())
	case from.Year() == to.Year():
		return t.w.Date(from.Start()) + "—" + t.w.ShortDate(to.Start())
	}
	return t.w.Date(from.Start()) + "—" + t.w.Date(to.Start())
}

// month writes 2026-07 as 7月; the year stands with the first month and with every January.
func (t tongue) month(m string, first bool) string {
	d := models.Date(m + "-01")
	if d.Day().IsZero() {
		return m
	}
	name := t.monthName(d)
	switch withYear := first || d.Day().Month() == 1; {
	case t.english() && withYear:
		return fmt.Sprintf("%s %d", name, d.Year())
	case withYear:
		return fmt.Sprintf("%d年%s", d.Year(), name)
	}
	return name
}

// monthName writes the month of a day: 7月.
func (t tongue) monthName(d models.Date) string {
	month := d.Day().Month()
	if t.english() {
		return month.String()[:3]
	}
	return fmt.Sprintf("%d月", month)
}

// person is a name as it stands in a table of facts: in English with its Latin letters.
func (t tongue) person(name string) string {
	if latin := pinyin.Latin(name); t.english() && latin != "" {
		return name + " " + latin
	}
	return name
}

// competency names a competency.
func (t tongue) competency(c models.Competency) string {
	return t.named("report.competency.", string(c))
}

// source names a source of evidence.
func (t tongue) source(s models.Source) string { return t.named("report.source.", string(s)) }

// named is the word of a code; a code without a word stands for itself.
func (t tongue) named(prefix, code string) string {
	if t.w.Has(prefix + code) {
		return t.say(prefix + code)
	}
	return code
}
