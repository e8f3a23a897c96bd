package pages

import (
	"context"

	"github.com/a-h/templ"

	"shanzhi/templates/ui"
)

// periodLabels names the fields of the form to open a period, for the summary of its faults.
func periodLabels(ctx context.Context) []string {
	return []string{
		"code", ui.T(ctx, "assess.field.code"), "title", ui.T(ctx, "assess.field.title"),
		"title_en", ui.T(ctx, "assess.field.title_en"), "kind", ui.T(ctx, "assess.field.kind"),
		"unit", ui.T(ctx, "assess.field.unit"), "span_from", ui.T(ctx, "assess.field.span_from"),
		"span_to", ui.T(ctx, "assess.field.span_to"), "cutoff", ui.T(ctx, "assess.field.cutoff"),
		"preview_days", ui.T(ctx, "assess.field.preview_days"),
		"objection_days", ui.T(ctx, "assess.field.objection_days"),
		"answer_days", ui.T(ctx, "assess.field.answer_days"),
	}
}

// Grid is the table of the periods.
func (v PeriodsView) Grid(ctx context.Context) ui.Grid {
	g := ui.Grid{
		Caption: ui.T(ctx, "assess.periods"), CaptionHidden: true,
		Cols: []ui.Col{
			{Head: ui.T(ctx, "assess.field.code"), Class: "id"},
			{Head: ui.T(ctx, "assess.field.title"), Class: "t"},
			{Head: ui.T(ctx, "assess.field.kind")},
			{Head: ui.T(ctx, "assess.span")},
			{Head: ui.T(ctx, "word.status")},
			{Head: ui.T(ctx, "assess.next")},
		},
	}
	for _, l := range v.Lines {
		g.Rows = append(g.Rows, []templ.Component{
			ui.Num(l.Code), ui.Link(l.Href, l.Title), ui.Text(l.Kind), ui.Num(l.Span),
			ui.Tag(l.Phase.Kind, l.Phase.Text), ui.Text(l.Next),
		})
	}
	return g
}

func objectionsGrid(ctx context.Context, caption string, lines []ObjectionLine) ui.Grid {
	g := ui.Grid{
		Caption: caption, CaptionHidden: true,
		Cols: []ui.Col{
			{Head: ui.T(ctx, "word.number"), Class: "id"},
			{Head: ui.T(ctx, "assess.objection.by"), Class: "t"},
			{Head: ui.T(ctx, "word.unit")},
			{Head: ui.T(ctx, "assess.objection.item")},
			{Head: ui.T(ctx, "assess.objection.filed")},
			{Head: ui.T(ctx, "assess.objection.due")},
		},
	}
	for _, l := range lines {
		due := ui.Text(l.Due)
		if l.Late {
			due = ui.Late(l.Due)
		}
		g.Rows = append(g.Rows, []templ.Component{
			ui.Link(l.Href, l.No), ui.Text(l.Name), ui.Text(l.Unit), ui.Text(l.Item), ui.Text(l.Filed), due,
		})
	}
	return g
}

func checksGrid(ctx context.Context, lines []CheckLine) ui.Grid {
	g := ui.Grid{
		Caption: ui.T(ctx, "assess.checks"), CaptionHidden: true,
		Cols: []ui.Col{
			{Head: ui.T(ctx, "assess.check"), Class: "t"},
			{Head: ui.T(ctx, "assess.check.result")},
			{Head: ui.T(ctx, "assess.check.note")},
		},
	}
	for _, l := range lines {
		g.Rows = append(g.Rows, []templ.Component{ui.Text(l.Name), ui.Tag(l.Kind, l.Result), ui.Text(l.Note)})
	}
	return g
}

// Grid is the table of the participants. It can be sorted by who they are and where, never by a figure.
func (v ParticipantsView) Grid(ctx context.Context) ui.Grid {
	g := ui.Grid{
		Caption: ui.T(ctx, "assess.people"), CaptionHidden: true,
		Cols: []ui.Col{
			v.List.Col("name", ui.T(ctx, "word.person"), "t"),
			v.List.Col("staff_no", ui.T(ctx, "assess.staff_no"), "id"),
			v.List.Col("unit", ui.T(ctx, "word.unit"), ""),
			{Head: ui.T(ctx, "word.post")},
			{Head: ui.T(ctx, "assess.viewed")},
			{Head: ui.T(ctx, "assess.checked")},
			{Head: ui.T(ctx, "assess.objections.open"), Class: "n"},
		},
	}
	for _, l := range v.Lines {
		g.Rows = append(g.Rows, []templ.Component{
			ui.Link(l.Href, l.Name), ui.Num(l.StaffNo), ui.Text(l.Unit), ui.Text(l.Post),
			textOrNone(l.Viewed), textOrNone(l.Agreed), ui.Num(ui.P(ctx).Count(l.Open)),
		})
	}
	return g
}

// Grid is the table of the units, by their place in the tree.
func (v UnitsQualityView) Grid(ctx context.Context) ui.Grid {
	g := ui.Grid{
		Caption: ui.T(ctx, "assess.units"), CaptionHidden: true,
		Cols: []ui.Col{
			{Head: ui.T(ctx, "word.unit"), Class: "t"},
			{Head: ui.T(ctx, "report.fact.parent")},
			{Head: ui.T(ctx, "assess.units.kind")},
		},
	}
	for _, l := range v.Lines {
		g.Rows = append(g.Rows, []templ.Component{ui.Link(l.Href, l.Name), textOrNone(l.Parent), ui.Text(l.Kind)})
	}
	return g
}

// textOrNone is a text, or the sign that there is none.
func textOrNone(s string) templ.Component {
	if s == "" {
		return ui.None()
	}
	return ui.Text(s)
}

// textGrid is a table of plain texts: the first column is the title, numbers stand right.
func textGrid(caption string, hidden bool, heads []string, numbers map[int]bool, rows [][]string) ui.Grid {
	g := ui.Grid{Caption: caption, CaptionHidden: hidden}
	for i, h := range heads {
		c := ui.Col{Head: h}
		switch {
		case i == 0:
			c.Class = "t"
		case numbers[i]:
			c.Class = "n"
		}
		g.Cols = append(g.Cols, c)
	}
	for _, r := range rows {
		var cells []templ.Component
		for _, s := range r {
			cells = append(cells, textOrNone(s))
		}
		g.Rows = append(g.Rows, cells)
	}
	return g
}
