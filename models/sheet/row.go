package sheet

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"shanzhi/models/fault"
)

// Row is one row of a table. Its methods take the key of a column and return the cell in the wanted form; what is wrong
// is collected in the table's Errors. They panic for a key that is not among the columns.
type Row struct {
	Number int // the row as a spreadsheet program shows it, from 1

	table *Table
	cells []cell
	bad   bool
}

// OK reports whether nothing wrong was found in the row so far.
func (r *Row) OK() bool { return !r.bad }

// Fail records what the caller found wrong with a cell; pairs are the named arguments of the message.
func (r *Row) Fail(key, message string, pairs ...any) {
	r.fail(r.table.Heading(key), message, pairs...)
}

func (r *Row) fail(name, message string, pairs ...any) {
	r.bad = true
	r.table.wrong(fault.At(r.Number, name, message, pairs...))
}

// Blank reports whether the cell is empty or its column is not in the file.
func (r *Row) Blank(key string) bool {
	c := r.cells[r.table.at(key)]
	return c.text == "" && c.note == sound
}

// Text returns the cell as the user sees it, without white space around it; "" if it is blank.
//
// Errors: "sheet.blank" in a required column; "sheet.digits_lost", "sheet.cell_error", "sheet.no_value".
func (r *Row) Text(key string) string {
	text, _ := r.value(key)
	return text
}

// TextMax is Text for at most max characters. Error: "sheet.too_long".
func (r *Row) TextMax(key string, most int) string {
	text, ok := r.value(key)
	if n := runes(text); ok && n > most {
		r.Fail(key, "sheet.too_long", "n", n, "max", most)
		return ""
	}
	return text
}

// value returns the text of a usable cell; ok is false for a blank one and for one with an error, which is recorded.
func (r *Row) value(key string) (text string, ok bool) {
	i := r.table.at(key)
	c := r.cells[i]
	switch c.note {
	case digitsLost:
		r.Fail(key, "sheet.digits_lost", "value", short(c.text))
		return "", false
	case errorValue:
		r.Fail(key, "sheet.cell_error", "value", short(c.text))
		return "", false
	case noValue:
		r.Fail(key, "sheet.no_value")
		return "", false
	case sound, marked:
	}
	if c.text == "" && r.table.heads[i].Required {
		r.Fail(key, "sheet.blank")
	}
	return c.text, c.text != ""
}

var (
	grouped = regexp.MustCompile(`^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$`)
	decimal = regexp.MustCompile(`^([+-]?)(\d+)(?:\.(\d*))?$`)
)

// Int returns the cell as a whole number from least to most; ok is false if it is blank or wrong. 12.0, 1,234 and
// full-width digits are taken.
//
// Errors: those of Text; "sheet.not_whole", "sheet.out_of_range".
func (r *Row) Int(key string, least, most int) (n int, ok bool) {
	scaled, ok := r.fixed(key, 0, int64(least), int64(most), "sheet.not_whole")
	return int(scaled), ok
}

// Fixed returns the cell as a number of at most so many decimal places, times ten to the power of places: 31.5 with two
// places is 3150. least and most are in the same measure; ok is false if the cell is blank or wrong.
//
// Errors: those of Text; "sheet.not_number", "sheet.out_of_range".
func (r *Row) Fixed(key string, places int, least, most int64) (n int64, ok bool) {
	return r.fixed(key, places, least, most, "sheet.not_number")
}

func (r *Row) fixed(key string, places int, least, most int64, message string) (int64, bool) {
	text, ok := r.value(key)
	if !ok {
		return 0, false
	}
	plain := half(text)
	if grouped.MatchString(plain) {
		plain = strings.ReplaceAll(plain, ",", "")
	}
	parts := decimal.FindStringSubmatch(plain)
	if parts == nil {
		r.Fail(key, message, "value", short(text), "places", places)
		return 0, false
	}
	fraction := strings.TrimRight(parts[3], "0")
	if len(fraction) > places {
		r.Fail(key, message, "value", short(text), "places", places)
		return 0, false
	}
	n, err := strconv.ParseInt(parts[1]+parts[2]+fraction+strings.Repeat("0", places-len(fraction)), 10, 64)
	if err != nil || n < least || n > most {
		r.Fail(key, "sheet.out_of_range",
			"value", short(text), "min", unscale(least, places), "max", unscale(most, places))
		return 0, false
	}
	return n, true
}

// unscale writes n / 10^places.
func unscale(n int64, places int) string {
	sign, digits := "", strconv.FormatInt(n, 10)
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	if places == 0 {
		return sign + digits
	}
	if short := places + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	cut := len(digits) - places
	return strings.TrimSuffix(sign+digits[:cut]+"."+strings.TrimRight(digits[cut:], "0"), ".")
}

// OneOf returns what the cell's word stands for in words; ok is false if it is blank or not among them. Width,
// capitals, spaces and quotation marks do not matter.
//
// Errors: those of Text; "sheet.not_offered" with the words that are, "sheet.not_offered_near" with one that may be
// meant.
func (r *Row) OneOf(key string, words map[string]string) (value string, ok bool) {
	return Pick(r, key, words)
}

// Pick is OneOf for values of any type.
func Pick[T any](r *Row, key string, words map[string]T) (value T, ok bool) {
	text, ok := r.value(key)
	if !ok {
		return value, false
	}
	if value, ok = words[text]; ok {
		return value, true
	}
	offered := slices.Sorted(maps.Keys(words))
	folded := fold(text)
	for _, word := range offered {
		if fold(word) == folded {
			return words[word], true
		}
	}
	args := []any{"value", short(text), "allowed", strings.Join(offered, " / ")}
	if keys := r.table.heads[r.table.at(key)].Choices; len(keys) > 0 {
		args = append(args, "choices", keys) // those of the template, in the language of whoever reads it
	}
	message := "sheet.not_offered"
	if near := Near(text, offered, 1); len(near) > 0 {
		message, args = "sheet.not_offered_near", append(args, "near", near[0])
	}
	r.Fail(key, message, args...)
	return value, false
}
