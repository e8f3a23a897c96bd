package onboard_test

import (
	"strings"
	"testing"

	"shanzhi/app/onboard"
	"shanzhi/templates/i18n"
)

// Every word that a template offers is understood, in both languages; and every heading and help has its words.
func TestWhatTemplatesOfferIsUnderstood(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bundle, err := i18n.Load()
	w.must(err)
	for _, lang := range i18n.Langs() {
		p := bundle.Printer(lang)
		for _, k := range onboard.Kinds() {
			for _, col := range onboard.Columns(k) {
				if !p.Has(col.Help) {
					t.Errorf("%s: no help for %s.%s", lang, k, col.Key)
				}
				for _, key := range col.Choices {
					for _, f := range w.offered(k, col.Key, p.T(key)) {
						if strings.Contains(f, " "+col.Heads[0]+" ") {
							t.Errorf("%s: %q of %s.%s: %s", lang, p.T(key), k, col.Key, f)
						}
					}
				}
			}
		}
	}
}

// offered brings a sheet of one row that holds nothing but a word, and says what is wrong with it.
func (w *world) offered(k onboard.Kind, column, word string) []string {
	w.t.Helper()
	var heads, cells []string
	for _, col := range onboard.Columns(k) {
		heads = append(heads, col.Heads[0])
		switch {
		case col.Key == column:
			cells = append(cells, word)
		case col.Key == "day" && (word == "上班" || word == "work"): // a weekend
			cells = append(cells, "2031-01-04")
		case col.Key == "day":
			cells = append(cells, "2031-01-01")
		default:
			cells = append(cells, "")
		}
	}
	r, err := w.take(onboard.Input{Kind: k, Data: sheet(heads, cells)})
	w.must(err)
	return said(r.Errors)
}
