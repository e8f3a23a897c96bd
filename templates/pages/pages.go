// Package pages holds the pages: one typed component per file, plain values in, HTML out. Words come from the frame in
// the context; the parts are those of package ui.
package pages

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"shanzhi/models"
	"shanzhi/templates/ui"
)

//go:generate go tool templ generate

// version writes the version of a row for a hidden field.
func version(n int) string { return strconv.Itoa(n) }

// deep marks how far below the top of the list a unit lies.
func deep(depth int, name string) string { return strings.Repeat("　", depth) + name }

// codeOf is a unified social credit code, "" without.
func codeOf(u models.Unit) string {
	if u.Code == nil {
		return ""
	}
	return *u.Code
}

// PagingOf is the paging of a list at an address.
func PagingOf(q url.Values, size, total int) ui.Paging {
	return ui.Paging{Page: ui.PageOf(q), Size: size, Total: total, Query: q}
}

// nothingFound is the state of a list in which nothing meets the filters.
func nothingFound(ctx context.Context) ui.Hollow {
	return ui.Hollow{
		Title: ui.T(ctx, "state.not_found"), Text: ui.T(ctx, "state.not_found.hint"), Icon: ui.IconPaper,
	}
}

// adminCrumbs is the breadcrumb of a page of the administration.
func adminCrumbs(ctx context.Context, pairs ...string) []ui.Crumb {
	return bread(append([]string{ui.T(ctx, "nav.admin"), "/admin"}, pairs...)...)
}

// bread is the breadcrumb of a page below another.
func bread(pairs ...string) []ui.Crumb {
	var out []ui.Crumb
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, ui.Crumb{Text: pairs[i], Href: pairs[i+1]})
	}
	return out
}
