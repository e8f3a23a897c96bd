package fault

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text refuses an empty text, one longer than most characters, one with control characters and one that is not UTF-8.
func Text(field, s string, most int) []Field {
	n := utf8.RuneCountInString(s)
	switch {
	case strings.TrimSpace(s) == "":
		return []Field{On(field, "form.required")}
	case n > most:
		return []Field{On(field, "form.too_long", "max", most, "n", n)}
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) }):
		return []Field{On(field, "form.characters", "value", "⌃")}
	case !utf8.ValidString(s):
		return []Field{On(field, "form.characters", "value", "�")}
	}
	return nil
}

// Optional is Text for a field that may be empty.
func Optional(field, s string, most int) []Field {
	if s == "" {
		return nil
	}
	return Text(field, s, most)
}

// NoDay says that a day is missing, or that there is none such as was given.
func NoDay(field, given string) Field {
	if given == "" {
		return On(field, "form.required")
	}
	return On(field, "form.date")
}

// Refuse makes one fault of all fields; none is no fault.
func Refuse(groups ...[]Field) error {
	var all []Field
	for _, g := range groups {
		all = append(all, g...)
	}
	if len(all) == 0 {
		return nil
	}
	return Wrong(all...)
}
