package ui

import (
	"context"
	"html"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"shanzhi/models"
)

// List is what a list knows of its address: the page, the order and whether it can be taken away as a sheet. The state
// of a list is in its address alone, so that it can be kept, sent and printed.
type List struct {
	Paging
	Order models.Order
	Keys  []string // by which it can be sorted
	Sheet bool     // it can be exported
}

// ListOf reads a list's state from its address. A key that is not among keys is none.
func ListOf(q url.Values, size int, keys ...string) List {
	l := List{Paging: Paging{Page: PageOf(q), Size: size, Query: q}, Keys: keys}
	key, desc := strings.CutPrefix(q.Get("sort"), "-")
	if slices.Contains(keys, key) {
		l.Order = models.Order{Key: key, Desc: desc}
	}
	return l
}

// Col is a column by which the list can be sorted when key is among its keys: first upwards, then downwards.
func (l List) Col(key, head, class string) Col {
	c := Col{Head: head, Class: class}
	if !slices.Contains(l.Keys, key) {
		return c
	}
	next := key
	if l.Order.Key == key {
		c.Sorted = "descending"
		if !l.Order.Desc {
			c.Sorted, next = "ascending", "-"+key
		}
	}
	c.Sort = Query(l.Query, "sort", next, "page", "")
	return c
}

// SheetHref is the address of the list as a sheet: the same filters and order, every page.
func (l List) SheetHref() string { return Query(l.Query, "as", "xlsx", "page", "") }

// sortOf is the order in the address of a page, "" for the list's own.
func sortOf(path string) string {
	u, err := url.Parse(path)
	if err != nil {
		return ""
	}
	return u.Query().Get("sort")
}

// valued is a cell that is something else in a sheet than on the page.
type valued struct {
	templ.Component
	value any
}

// Valued is a cell that shows c on the page and stands as value in a sheet: a number, a day, a plain text. The value
// tells nothing that c does not show.
func Valued(c templ.Component, value any) templ.Component { return valued{c, value} }

// Day is a cell that shows text and is a day in a sheet, from which a spreadsheet program can reckon.
func Day(text string, d models.Date) templ.Component {
	if d == "" {
		return Valued(Text(text), nil)
	}
	return Valued(Text(text), d.Day())
}

// Cell returns what a cell holds in a sheet. Unless it says so itself it is the text that the page shows, so that a
// sheet can never hold more than its page; a number in a column of numbers becomes one.
func (c Col) Cell(ctx context.Context, cell templ.Component) (any, error) {
	if v, ok := cell.(valued); ok {
		return v.value, nil
	}
	text, err := plainText(ctx, cell)
	if err != nil || text == "" || text == "—" {
		return nil, err
	}
	if c.Class == "n" {
		if n, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64); err == nil {
			return n, nil
		}
	}
	return text, nil
}

var (
	unseen  = regexp.MustCompile(`(?s)<(?:svg|script|style)\b.*?</(?:svg|script|style)>|<span class="vh">.*?</span>`)
	breaks  = regexp.MustCompile(`<(?:br|/p|/li|/div|/dd|/dt)\b[^>]*>`)
	marks   = regexp.MustCompile(`<[^>]*>`)
	spaces  = regexp.MustCompile(`[ \t\r\f\x{a0}]+`)
	newline = regexp.MustCompile(` ?\n[ \n]*`)
)

// plainText is what a reader sees of a component, without its markup.
func plainText(ctx context.Context, c templ.Component) (string, error) {
	var b strings.Builder
	if err := c.Render(ctx, io.Writer(&b)); err != nil {
		return "", err
	}
	text := strings.ReplaceAll(unseen.ReplaceAllString(b.String(), ""), "\n", " ")
	text = marks.ReplaceAllString(breaks.ReplaceAllString(text, "\n"), "")
	text = spaces.ReplaceAllString(html.UnescapeString(text), " ")
	return strings.TrimSpace(newline.ReplaceAllString(text, "\n")), nil
}
