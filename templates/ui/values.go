package ui

import (
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
)

// Crumb is one step of the breadcrumb; the page itself has no Href.
type Crumb struct {
	Text, Href string
}

// Col is one column of a table.
type Col struct {
	Head   string
	Class  string // "id" identifier, "t" title (first when folded), "n" number, "" text
	Sort   string // address that sorts by it, "" = not sortable
	Sorted string // "ascending", "descending" or ""
	Acts   bool   // holds buttons and links alone: no column of a sheet
}

// Grid is a table: a row has one cell per column, and its first cell names the row.
type Grid struct {
	Caption       string
	CaptionHidden bool // the caption is for screen readers only
	Wide          bool // scrolls sideways instead of folding
	Cols          []Col
	Rows          [][]templ.Component
}

// Tab is one link of a row of tabs.
type Tab struct {
	Text, Href string
	Current    bool
}

// State says how far a step is.
type State uint8

// The states of a step.
const (
	Next State = iota
	Now
	Done
)

// Step is one step of a procedure.
type Step struct {
	Title, Note string
	State       State
}

// Figure is one number with its interval or its parts; a number never stands alone.
type Figure struct {
	Label, Value, Unit string
	Lines              []string // interval, numerator / denominator, a sentence
	Done, Total        int      // a bar beneath the number, none when Total is 0
}

// Drawn is a figure of a dossier: the drawing of templates/chart for a screen, the sentence that says what it shows,
// and the same numbers as a table, whose first column names the rows.
type Drawn struct {
	Title, SVG, Said string
	Heads            []string
	Rows             [][]string // "" where there is no number
}

// Table is the table beside the drawing; a column of numbers stands right.
func (d Drawn) Table() Grid {
	g := Grid{Caption: d.Title}
	for i, h := range d.Heads {
		c := Col{Head: h, Class: "n"}
		if i == 0 {
			c.Class = "t"
		}
		for _, r := range d.Rows {
			if i > 0 && r[i] != "" && !strings.ContainsRune("0123456789+−—（", []rune(r[i])[0]) {
				c.Class = ""
			}
		}
		g.Cols = append(g.Cols, c)
	}
	for _, r := range d.Rows {
		cells := make([]templ.Component, len(r))
		for i, words := range r {
			if cells[i] = Text(words); words == "" {
				cells[i] = None()
			}
		}
		g.Rows = append(g.Rows, cells)
	}
	return g
}

// Hollow is the state of an empty list.
type Hollow struct {
	Title, Text string
	Icon        Icon
}

// Icon is a drawing of an empty state or an error.
type Icon uint8

// The icons.
const (
	IconTray  Icon = iota // nothing has come
	IconPaper             // not found, refused
	IconLost              // no connection
)

func (i Icon) path() string {
	switch i {
	case IconPaper:
		return "M14 6h14l8 8v28H14zM28 6v8h8M20 24h10M20 31h10"
	case IconLost:
		return "M8 30c4-10 12-15 18-15M40 30c-1-3-3-6-5-8M24 38h.1M17 34c2-3 4-4 7-4s5 1 7 4M10 8l28 32"
	case IconTray:
		return "M6 28l6-16h24l6 16v10H6zM6 28h10l3 5h10l3-5h10"
	}
	return ""
}

// Moment is one entry of a timeline.
type Moment struct {
	At       time.Time
	DateOnly bool   // no time of day: what the rated may read has none
	Year     bool   // the day is said with its year: a history of years
	Title    string // what happened
	Note     string // who, and who can read it
	Now      bool   // the latest
}

// Pair is a name with its value.
type Pair struct {
	Key   string
	Value templ.Component
}

// KVText returns pairs of plain texts: name, value, name, value …
func KVText(pairs ...string) []Pair {
	var out []Pair
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, Pair{Key: pairs[i], Value: Text(pairs[i+1])})
	}
	return out
}

// QR is a card with a QR code: either SVG (a drawing of templates/chart) or Path, the d of an SVG path over Size
// modules.
type QR struct {
	Title, Place, Note string
	SVG                string
	Path               string
	Size               int
}

func (q QR) viewBox() string {
	side := strconv.Itoa(q.Size + 8)
	return "-4 -4 " + side + " " + side
}

// Confirm is a page or dialog that asks before something is done.
type Confirm struct {
	Action, Title, Text, Button string
	Back                        string   // address to go back to; "" in a dialog: the button closes it
	Hidden                      []string // name, value, name, value …
}

// ErrorView is a whole page about a refusal or an accident.
type ErrorView struct {
	Status    int
	Key       string // message key; the sentence beneath is Key + ".hint"
	Args      map[string]any
	RequestID string // shown so that the reader can name it to the administrator
	Href      string // where the button leads; "" = home
	Retry     bool   // the button tries Href again
	Login     bool   // the button leads to signing in
}

func (v ErrorView) icon() Icon {
	if v.Status == 503 {
		return IconLost
	}
	return IconPaper
}
