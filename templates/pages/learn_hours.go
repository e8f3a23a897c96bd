package pages

import (
	"context"
	"strconv"

	"github.com/a-h/templ"

	"shanzhi/templates/ui"
)

// learnFigure is a ledger as one number with its target; without a target there is no bar and no shortfall.
func learnFigure(ctx context.Context, l LearnLedger) ui.Figure {
	p := ui.P(ctx)
	f := ui.Figure{Label: l.Title, Value: p.Hours(l.Hours), Unit: p.T("hours.unit")}
	switch {
	case l.Asked == 0:
		f.Lines = []string{p.T("hours.no_target")}
		return f
	case l.Short == 0:
		f.Lines = []string{p.T("hours.reached")}
	case l.Past:
		f.Lines = []string{p.T("hours.short.past", "hours", p.Hours(l.Short))}
	default:
		f.Lines = []string{p.T("hours.short", "hours", p.Hours(l.Short))}
	}
	f.Unit = p.T("hours.of", "hours", p.Hours(l.Asked))
	f.Done, f.Total = l.Hours, l.Asked
	return f
}

// Grid is the record of a year as one table: each line names its ledger, and nothing is added up across them.
func (v LearnHoursView) Grid(ctx context.Context) ui.Grid {
	p := ui.P(ctx)
	out := ui.Grid{Caption: p.T("hours.title") + strconv.Itoa(v.Year)}
	for _, l := range v.Ledgers {
		g := learnEntries(ctx, l)
		out.Cols = append([]ui.Col{{Head: p.T("hours.ledger")}}, g.Cols...)
		for _, row := range g.Rows {
			out.Rows = append(out.Rows, append([]templ.Component{ui.Text(l.Title)}, row...))
		}
	}
	return out
}

// learnEntries is the table of a ledger's entries.
func learnEntries(ctx context.Context, l LearnLedger) ui.Grid {
	p := ui.P(ctx)
	g := ui.Grid{
		Caption: l.Title, CaptionHidden: true,
		Cols: []ui.Col{
			{Head: p.T("hours.source"), Class: "t"},
			{Head: p.T("word.hours"), Class: "n"},
			{Head: p.T("hours.booked_on")},
			{Head: p.T("hours.basis")},
		},
	}
	for _, e := range l.Entries {
		source := ui.Text(e.Title)
		if e.Href != "" {
			source = ui.Link(e.Href, e.Title)
		}
		g.Rows = append(g.Rows, []templ.Component{source, ui.Num(p.Hours(e.Hours)), ui.Num(e.On), learnBasis(e)})
	}
	return g
}
