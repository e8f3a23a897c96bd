package pages

import (
	"bytes"
	"iter"
	"slices"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/models/policy"
	"shanzhi/models/sheet"
	"shanzhi/templates/ui"
)

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// list is one list of the house at its address, as a page or as a sheet (?as=xlsx). A handler asks its door for
// l.Page, l.Size and l.Order; with the same columns that it shows on the page it ends by
//
//	if l.wanted {
//		return p.sheet(c, l, v.Grid(ctx), total)
//	}
//	v.List = l.of(total)
//
// so that a sheet holds what the page shows that reader, and nothing else.
type list struct {
	ui.List
	name   string // of the list in the audit log
	wanted bool   // as a sheet: all rows at once, up to models.ListMost
}

// listAt reads the state of a list from the address. keys are what it can be sorted by: of people never an assessment
// figure.
func listAt(c *fiber.Ctx, name string, size int, keys ...string) list {
	q := web.Query(c)
	l := list{List: ui.ListOf(q, size, keys...), name: name, wanted: q.Get("as") == "xlsx"}
	l.Sheet = true
	if l.wanted {
		l.Page, l.Size = 1, models.ListMost
	}
	return l
}

// of is the list with the number of all its entries, for the page.
func (l list) of(total int) ui.List {
	l.Total = total
	return l.List
}

// filters are the names of what narrows the list.
func (l list) filters() []string {
	var out []string
	for name, values := range l.Query {
		if name != "as" && name != "page" && name != "sort" && len(values) > 0 && values[0] != "" {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// sheet hands out a list as a spreadsheet and records that in the audit log first. total is how many rows there are in
// all; a sheet that is not the whole says so.
func (p *Pages) sheet(c *fiber.Ctx, l list, g ui.Grid, total int) error {
	if policy.Carries(l.name) {
		if err := web.Ensure(c, "list.export"); err != nil {
			return err
		}
	}
	d, err := p.spread(c, g, total)
	if err != nil {
		return err
	}
	done := accounts.Export{List: l.name, Rows: len(g.Rows), Filters: l.filters()}
	if err := p.Accounts.RecordExport(web.Context(c), web.Actor(c), done); err != nil {
		return err
	}
	return web.Send(c, d)
}

// spread writes a list as a spreadsheet; total is how many rows there are in all.
func (p *Pages) spread(c *fiber.Ctx, g ui.Grid, total int) (web.Download, error) {
	w, now := web.Words(c), p.Clock()
	lines := []string{
		w.T("list.sheet.title", "title", g.Caption, "at", w.DateTime(now), "name", web.Actor(c).Name),
		w.T("app.unclassified"),
	}
	if total > len(g.Rows) {
		lines = append(lines, w.T("list.sheet.cut", "n", len(g.Rows), "total", total))
	}
	var cols []sheet.Col
	for _, col := range g.Cols {
		if !col.Acts {
			cols = append(cols, sheet.Col{Head: col.Head, Width: width(col.Class)})
		}
	}
	var body bytes.Buffer
	rows := func(yield func([]any, error) bool) {
		for _, cells := range g.Rows {
			row, err := sheetRow(c, g.Cols, cells)
			if !yield(row, err) {
				return
			}
		}
	}
	if err := sheet.WriteXLSXUnder(&body, lines, cols, iter.Seq2[[]any, error](rows)); err != nil {
		return web.Download{}, err
	}
	return web.Download{
		Name: g.Caption + "-" + string(models.DateOf(now)) + ".xlsx", Type: xlsxType, Body: body.Bytes(),
	}, nil
}

func sheetRow(c *fiber.Ctx, cols []ui.Col, cells []templ.Component) ([]any, error) {
	row := make([]any, 0, len(cols))
	for i, cell := range cells {
		if i >= len(cols) || cols[i].Acts {
			continue
		}
		v, err := cols[i].Cell(web.Context(c), cell)
		if err != nil {
			return nil, err
		}
		row = append(row, v)
	}
	return row, nil
}

// width is how wide a column is drawn, in characters; 0 by its heading.
func width(class string) float64 {
	if class == "t" {
		return 32
	}
	return 0
}
