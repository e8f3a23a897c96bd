package pages

import (
	"context"

	"github.com/a-h/templ"

	"shanzhi/templates/ui"
)

// every is after how many seconds the progress is asked for again; 0 when nothing is left to do.
func (w ReportWork) every() int {
	if w.Running {
		return 3
	}
	return 0
}

// Grid is the table of the reports; the files themselves are no part of a sheet.
func (v ReportsView) Grid(ctx context.Context) ui.Grid {
	g := reportsGrid(ctx, ui.T(ctx, "reports.title"), v.Lines, true)
	g.Cols[0] = v.List.Col("no", g.Cols[0].Head, "")
	g.Cols[2] = v.List.Col("unit", g.Cols[2].Head, "")
	g.Cols[5] = v.List.Col("compiled", g.Cols[5].Head, "n")
	g.Cols[6].Acts = true
	return g
}

// reportsGrid is a table of reports; units are named where there are several.
func reportsGrid(ctx context.Context, caption string, lines []ReportLine, units bool) ui.Grid {
	g := ui.Grid{
		Caption: caption, CaptionHidden: true,
		Cols: []ui.Col{{Head: ui.T(ctx, "reports.no")}, {Head: ui.T(ctx, "word.name"), Class: "t"}},
	}
	if units {
		g.Cols = append(g.Cols, ui.Col{Head: ui.T(ctx, "word.unit")})
	}
	g.Cols = append(g.Cols,
		ui.Col{Head: ui.T(ctx, "word.version")}, ui.Col{Head: ui.T(ctx, "word.status")},
		ui.Col{Head: ui.T(ctx, "reports.compiled"), Class: "n"}, ui.Col{Head: ui.T(ctx, "do.download")},
	)
	for _, l := range lines {
		row := []templ.Component{ui.Text(l.No), ui.Text(l.Name)}
		if units {
			row = append(row, ui.Text(l.Unit))
		}
		g.Rows = append(g.Rows, append(row,
			ui.Num(l.Edition), ui.Tag(l.Stage.Kind, l.Stage.Text), ui.Num(l.Compiled), reportLink(l.Href, l.Size, l.No),
		))
	}
	return g
}
