package pages

import (
	"context"
	"strconv"

	"github.com/a-h/templ"

	"shanzhi/templates/ui"
)

func dialogID(i int) string { return "run-" + strconv.Itoa(i+1) }

func runHeads(ctx context.Context) []string {
	return []string{
		ui.T(ctx, "job.name"), ui.T(ctx, "job.due"), ui.T(ctx, "job.began"), ui.T(ctx, "word.status"),
		ui.T(ctx, "job.summary"),
	}
}

// Grid is the table of the runs.
func (v JobsView) Grid(ctx context.Context) ui.Grid {
	return textGrid(ui.T(ctx, "job.runs"), true, runHeads(ctx), nil, v.Runs)
}

func jobsGrid(ctx context.Context, lines []JobLine) ui.Grid {
	g := ui.Grid{
		Caption: ui.T(ctx, "job.title"), CaptionHidden: true,
		Cols: []ui.Col{
			{Head: ui.T(ctx, "job.name"), Class: "t"},
			{Head: ui.T(ctx, "job.schedule")},
			{Head: ui.T(ctx, "job.next")},
			{Head: ui.T(ctx, "job.last")},
			{Head: ui.T(ctx, "word.action")},
		},
	}
	for i, l := range lines {
		g.Rows = append(g.Rows, []templ.Component{
			ui.Text(l.Name), ui.Text(l.Schedule), ui.Num(l.Next), jobLast(l), jobButton(i, l),
		})
	}
	return g
}
