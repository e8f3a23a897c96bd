package sheet

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// shape is what a number format makes of a number, as far as an import cares.
type shape uint8

const (
	plainNumber shape = iota
	padded            // 00000: leading zeros
	percent
	dateOnly
	timeOnly
	dateTime
	elapsed // [h]:mm: hours beyond a day
)

// style is the number format of a cell; digits is the width of padded.
type style struct {
	shape  shape
	digits int
}

// readStyles reads the number format of each cell style. Source: ECMA-376 part 1, 18.8.10, 18.8.30 and 18.8.31.
func (b *book) readStyles(name string) error {
	var sheet struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Styles []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := b.decode(name, &sheet); err != nil {
		return err
	}
	codes := make(map[int]style, len(sheet.Formats))
	for _, f := range sheet.Formats {
		codes[f.ID] = styleOf(f.Code)
	}
	b.styles = make([]style, len(sheet.Styles))
	for i, s := range sheet.Styles {
		known, ok := codes[s.Format]
		if !ok {
			known = builtIn(s.Format)
		}
		b.styles[i] = known
	}
	return nil
}

// builtIn returns the style of a format that has no code in the file; the Chinese meaning of 27–36 and 50–58.
func builtIn(id int) style {
	switch {
	case id == 9 || id == 10:
		return style{shape: percent}
	case id == 22:
		return style{shape: dateTime}
	case id == 46:
		return style{shape: elapsed}
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id == 45, id == 47, id == 55, id == 56:
		return style{shape: timeOnly}
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return style{shape: dateOnly}
	}
	return style{}
}

var (
	quoted    = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.`)
	bracketed = regexp.MustCompile(`\[[^\]]*\]`)
	hours     = regexp.MustCompile(`(?i)\[(h+|m+|s+)\]`)
	zeros     = regexp.MustCompile(`^0{2,20}$`)
)

// styleOf reads a format code; of its sections the first counts.
func styleOf(code string) style {
	code = quoted.ReplaceAllString(code, "")
	code, _, _ = strings.Cut(code, ";")
	if hours.MatchString(code) {
		return style{shape: elapsed}
	}
	code = strings.ToLower(strings.TrimSpace(bracketed.ReplaceAllString(code, "")))
	clock := strings.ContainsAny(code, "hs")
	calendar := strings.ContainsAny(code, "yd") || strings.Contains(code, "aaa") ||
		!clock && strings.Contains(code, "m")
	switch {
	case strings.Contains(code, "general"):
		return style{}
	case calendar && clock:
		return style{shape: dateTime}
	case calendar:
		return style{shape: dateOnly}
	case clock:
		return style{shape: timeOnly}
	case zeros.MatchString(code):
		return style{shape: padded, digits: len(code)}
	case strings.Contains(code, "%"):
		return style{shape: percent}
	}
	return style{}
}

// show writes a stored number as the user sees it, dates as YYYY-MM-DD; what is no number stays as it is.
func (s style) show(raw string, from04 bool) (string, note) {
	v, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) || strings.ContainsAny(raw, "xXpP_") {
		return clean(raw)
	}
	if s.shape >= dateOnly {
		if text, ok := s.date(v, from04); ok {
			return text, sound
		}
	}
	switch s.shape {
	case percent:
		if hundred := v * 100; !math.IsInf(hundred, 0) {
			text, n := number(strconv.FormatFloat(hundred, 'e', -1, 64), hundred)
			return text + "%", n
		}
		return number(raw, v)
	case padded:
		text, n := number(raw, v)
		if pad := s.digits - len(text); pad > 0 && v >= 0 && !strings.Contains(text, ".") {
			text = strings.Repeat("0", pad) + text
		}
		return text, n
	default:
		return number(raw, v)
	}
}

// number writes v without exponent and to the 15 digits that spreadsheet programs keep: 1.0 is 1, 0.1+0.2 is 0.3.
//
// A whole number of more digits is exact only where its writer spelt it out (and not in zeros from the 16th digit on).
func number(raw string, v float64) (string, note) {
	const kept = 15
	if rest := strings.TrimPrefix(raw, "-"); len(rest) > kept && strings.Trim(rest, "0123456789") == "" &&
		strings.Trim(rest[kept:], "0") != "" && rest[0] != '0' {
		return raw, sound
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', kept-1, 64), 64)
	if err != nil {
		rounded = v
	}
	if rounded == 0 {
		return "0", sound // and not -0
	}
	text := strconv.FormatFloat(rounded, 'f', -1, 64)
	if math.Abs(rounded) >= 1e15 {
		return text, digitsLost
	}
	return text, sound
}

// date writes a serial day number; ok is false for one outside the years 1900 to 9999.
//
// Serial 1 is 1900-01-01 and 60 the 1900-02-29 that never was; in files that count from 1904, 0 is 1904-01-01.
func (s style) date(v float64, from04 bool) (string, bool) {
	if v < 0 || v >= 2_958_466 {
		return "", false
	}
	seconds := int64(math.Round(v * 86_400))
	days := seconds / 86_400
	clock := time.Unix(seconds%86_400, 0).UTC()
	if s.shape == elapsed {
		hour := strconv.FormatInt(seconds/3600, 10)
		return hour + clock.Format(":04:05"), true
	}
	if s.shape == timeOnly {
		return clockText(clock), true
	}
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case from04:
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days == 60:
		return "1900-02-29", true
	case days < 60:
		start = start.AddDate(0, 0, 1)
	}
	text := start.AddDate(0, 0, int(days)).Format(time.DateOnly)
	if s.shape == dateTime && seconds%86_400 != 0 {
		text += " " + clockText(clock)
	}
	return text, true
}

// clockText writes the seconds only where there are some.
func clockText(at time.Time) string {
	if at.Second() == 0 {
		return at.Format("15:04")
	}
	return at.Format(time.TimeOnly)
}
