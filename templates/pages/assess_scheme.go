package pages

import (
	"context"

	"github.com/a-h/templ"

	"shanzhi/templates/ui"
)

func schemeCrumbs(ctx context.Context, v SchemeView) []ui.Crumb {
	return append(schemesTrail(ctx, v.Back), ui.Crumb{Text: ui.T(ctx, "assess.scheme"), Href: "/assess/schemes"},
		ui.Crumb{Text: v.Title})
}

func schemesCrumbs(ctx context.Context, v SchemesView) []ui.Crumb {
	return append(schemesTrail(ctx, v.Back), ui.Crumb{Text: ui.T(ctx, "assess.scheme")})
}

// schemesTrail leads back to the periods, or to one's own record for whoever sees no periods.
func schemesTrail(ctx context.Context, back string) []ui.Crumb {
	if back == "" {
		return []ui.Crumb{{Text: ui.T(ctx, "nav.me"), Href: "/me"}}
	}
	return []ui.Crumb{{Text: ui.T(ctx, "nav.assess"), Href: back}}
}

func schemeHeads(ctx context.Context) []string {
	return []string{
		ui.T(ctx, "assess.competency"), ui.T(ctx, "assess.source"), ui.T(ctx, "assess.source.weight"),
		ui.T(ctx, "assess.source.min"), ui.T(ctx, "assess.source.state"),
	}
}

// schemeRecordLabels names the fields of a publication, for the summary of its faults.
func schemeRecordLabels(ctx context.Context) []string {
	return []string{
		"on", ui.T(ctx, "assess.publish.on"), "doc_no", ui.T(ctx, "scheme.doc_no"), "place", ui.T(ctx, "scheme.place"),
		"reason", ui.T(ctx, "scheme.correct.reason"),
	}
}

// schemeLabels names the fields of a draft: those of a line with their competency.
func schemeLabels(ctx context.Context, v SchemeEditView) []string {
	out := []string{
		"title", ui.T(ctx, "assess.field.title"), "title_en", ui.T(ctx, "assess.field.title_en"),
		"note", ui.T(ctx, "scheme.note"), "scheme", ui.T(ctx, "assess.scheme"),
	}
	for _, part := range v.Parts {
		for _, row := range part.Rows {
			end := part.Key + "_" + row
			for _, f := range []struct{ name, label string }{
				{"source_", ui.T(ctx, "scheme.source", "k", row)},
				{"weight_", ui.T(ctx, "scheme.weight")},
				{"min_", ui.T(ctx, "assess.source.min")},
			} {
				out = append(out, f.name+end, ui.T(ctx, "scheme.field", "part", part.Name, "k", row, "field", f.label))
			}
		}
	}
	return out
}

// Grid is the table of the schemes.
func (v SchemesView) Grid(ctx context.Context) ui.Grid {
	g := ui.Grid{
		Caption: ui.T(ctx, "assess.scheme"), CaptionHidden: true,
		Cols: []ui.Col{
			{Head: ui.T(ctx, "account.post.class"), Class: "t"},
			{Head: ui.T(ctx, "scheme.current")},
			{Head: ui.T(ctx, "word.status")},
			{Head: ui.T(ctx, "assess.publish.on")},
			{Head: ui.T(ctx, "scheme.doc_no")},
		},
	}
	if v.MayDraft {
		g.Cols = append(g.Cols, ui.Col{Head: ui.T(ctx, "scheme.coming")})
	}
	for _, l := range v.Lines {
		row := []templ.Component{
			ui.Text(l.Class), ui.Link(l.Href, l.Title), ui.Tag(l.State.Kind, l.State.Text), textOrNone(l.Published),
			textOrNone(l.DocNo),
		}
		if v.MayDraft {
			coming := ui.None()
			if l.Coming != "" {
				coming = ui.Link(l.ComingHref, l.Coming)
			}
			row = append(row, coming)
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}
