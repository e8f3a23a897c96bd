package pages

import (
	"strconv"

	"shanzhi/models"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// serveState is the state of a case as a coloured word; what is late is said by the deadline.
func serveState(w *i18n.Printer, s models.CaseState) view.ServeTag {
	kind := ui.Plain
	switch s {
	case models.CaseInHand, models.CaseAnswered:
		kind = ui.Info
	case models.CaseClosed:
		kind = ui.OK
	case models.CaseReceived, models.CaseDispatched:
	}
	return view.ServeTag{Kind: kind, Text: w.T("serve.state." + string(s))}
}

// serveDue is the deadline of a case in the list: a date and a number of working days, in words.
func serveDue(w *i18n.Printer, due, closed models.Date, left int) (text string, late bool) {
	switch {
	case closed != "":
		return w.T("serve.due.closed", "date", w.ShortDate(closed.Day())), false
	case left < 0:
		return w.TN("serve.due.late", -left, "date", w.ShortDate(due.Day())), true
	case left == 0:
		return w.T("serve.due.today", "date", w.ShortDate(due.Day())), false
	}
	return w.TN("serve.due.left", left, "date", w.ShortDate(due.Day())), false
}

func serveFamily(w *i18n.Printer, f models.Family) string { return w.T("report.family." + string(f)) }

// orNotGiven is a text about a resident, or the words that it was not given.
func orNotGiven(w *i18n.Printer, s string) string {
	if s == "" {
		return w.T("serve.not_given")
	}
	return s
}

// wholeNumber reads a whole number of a form, such as its hidden version; nonsense is 0, which no row has.
func wholeNumber(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
