package pages

import (
	"math"
	"net/url"
	"strconv"
	"strings"

	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// periodKinds lists the kinds of periods in the order of the form.
func periodKinds() []models.PeriodKind {
	return []models.PeriodKind{models.Routine, models.Annual, models.Special, models.Term}
}

// phase is how far a period has come on a day: its state, and while it is sealed the window that runs.
type phase string

// The phases, in order.
const (
	phaseOpen      phase = "open"
	phasePreview   phase = "preview"
	phaseObjection phase = "objection"
	phaseReview    phase = "review" // sealed, windows closed
	phaseReviewed  phase = "reviewed"
	phaseReleased  phase = "released"
)

func phases() []phase {
	return []phase{phaseOpen, phasePreview, phaseObjection, phaseReview, phaseReviewed, phaseReleased}
}

func phaseOf(p models.Period, today models.Date) phase {
	switch {
	case p.State == models.PeriodReleased:
		return phaseReleased
	case p.State == models.PeriodReviewed:
		return phaseReviewed
	case p.State == models.PeriodOpen:
		return phaseOpen
	case today <= p.PreviewTo:
		return phasePreview
	case today <= p.ObjectionTo:
		return phaseObjection
	}
	return phaseReview
}

func (ph phase) tag(w *i18n.Printer) view.PhaseTag {
	kind := ui.Info
	switch ph {
	case phaseOpen:
		kind = ui.Plain
	case phaseReview, phaseReviewed:
		kind = ui.Warn
	case phaseReleased:
		kind = ui.OK
	case phasePreview, phaseObjection:
	}
	return view.PhaseTag{Kind: kind, Text: w.T("assess.phase." + string(ph))}
}

// objectionTag says whether an objection is answered, and how.
func objectionTag(w *i18n.Printer, o models.Objection) view.PhaseTag {
	switch {
	case o.State != assessments.ObjectionAnswered:
		return view.PhaseTag{Kind: ui.Info, Text: w.T("report.objection.pending")}
	case o.Result == assessments.Corrected:
		return view.PhaseTag{Kind: ui.OK, Text: w.T("report.objection.corrected")}
	}
	return view.PhaseTag{Kind: ui.OK, Text: w.T("report.objection.upheld")}
}

// reportTag is the stage of a report, or that another has replaced it.
func reportTag(w *i18n.Printer, stage models.ReportStage, replaced bool) view.PhaseTag {
	switch {
	case replaced:
		return view.PhaseTag{Kind: ui.Plain, Text: w.T("reports.replaced")}
	case stage == models.FinalStage:
		return view.PhaseTag{Kind: ui.OK, Text: w.T("reports.stage.final")}
	}
	return view.PhaseTag{Kind: ui.Warn, Text: w.T("reports.stage.draft")}
}

// reportName is what a report is called: by its kind and whom it is about.
func reportName(w *i18n.Printer, kind models.ReportKind, subjectKind string) string {
	switch {
	case kind == models.CompetencyReport:
		return w.T("report.title.competency")
	case subjectKind == assessments.PersonKind:
		return w.T("report.title.own_service")
	}
	return w.T("report.title.service")
}

func periodTitle(w *i18n.Printer, p models.Period) string { return either(w, p.Title, p.TitleEN) }

func periodPath(code string) string { return "/assess/periods/" + url.PathEscape(code) }

func myPath(code string) string { return "/me/assess/" + url.PathEscape(code) }

func competencyWord(w *i18n.Printer, c models.Competency) string {
	return w.T("report.competency." + string(c))
}

func sourceWord(w *i18n.Printer, s models.Source) string { return w.T("report.source." + string(s)) }

// day writes a day in full, "" for none.
func day(w *i18n.Printer, d models.Date) string {
	if d == "" {
		return ""
	}
	return w.Date(d.Day())
}

// shortDay writes a day without its year, "" for none.
func shortDay(w *i18n.Printer, d models.Date) string {
	if d == "" {
		return ""
	}
	return w.ShortDate(d.Day())
}

// said is a refusal in words; days among its arguments are written as people write them.
func said(w *i18n.Printer, f *fault.Error) string {
	args := make(map[string]any, len(f.Args))
	for k, v := range f.Args {
		if d, ok := v.(models.Date); ok {
			v = day(w, d)
		}
		args[k] = v
	}
	return w.T(f.Key, args)
}

// stopped ends the heading of a refusal like a sentence, where it stands as one.
func stopped(w *i18n.Printer, s string) string {
	end := w.T("word.full_stop")
	if s == "" || strings.HasSuffix(s, end) {
		return s
	}
	return s + end
}

// plain takes the marks of bold type out of a sentence of the reports.
func plain(s string) string { return strings.ReplaceAll(s, "**", "") }

// points writes a score of 0…100 with one decimal.
func points(x float64) string {
	return strconv.FormatFloat(math.Round(x*10)/10, 'f', 1, 64)
}

// fewest is the least number of ratings of a channel whose levels are shown.
const fewest = 5

// minN is the least number of trials from which a rate is reckoned.
const minN = 10

// smallGroup is the fewest people whose spread is shown as a range.
const smallGroup = 8
