package sheet

import (
	"strings"

	"shanzhi/models/fault"
)

// headSearch is the number of rows in which the headings are looked for.
const headSearch = 10

// helpSheets are the names of a template's second sheet; nobody expects it to be imported.
var helpSheets = map[string]bool{fold("填写说明"): true, fold("Instructions"): true}

// Table is what was read: the rows below the headings, and everything found wrong so far.
type Table struct {
	File    string // name without path
	Sheet   string // the sheet read; "" in csv
	HeadRow int    // row of the headings
	Rows    []*Row // rows with something in them, in the order of the file

	Warnings     []fault.Field // the first ones; the import may go on
	WarningCount int           // all of them
	Errors       []fault.Field // the first ones; Name is the heading as in the file
	ErrorCount   int           // all of them

	limit   int
	columns map[string]int // key → place in heads and cells
	heads   []column
	lastRow int
	seen    map[[2]string]bool // heading and message of lastRow, so that asking twice does not report twice
}

type column struct {
	Column
	name string // as in the file; the first accepted heading where it is absent
	in   bool   // it is in the file
}

// Has reports whether the column is in the file.
func (t *Table) Has(key string) bool { return t.heads[t.at(key)].in }

// Heading returns the heading of a column as in the file; where it is absent the first accepted one.
func (t *Table) Heading(key string) string { return t.heads[t.at(key)].name }

// Err returns nil if no row had an error, else an Invalid fault "sheet.errors" with the kept ones as its fields.
func (t *Table) Err() error {
	if t.ErrorCount == 0 {
		return nil
	}
	return &fault.Error{
		Kind: fault.Invalid, Key: "sheet.errors", Fields: t.Errors,
		Args: fault.Args("file", t.File, "n", t.ErrorCount, "shown", len(t.Errors)),
	}
}

// at panics for a key that is no column: that is a slip in the program, not in the file.
func (t *Table) at(key string) int {
	i, ok := t.columns[key]
	if !ok {
		panic("sheet: no column " + key)
	}
	return i
}

func (t *Table) warn(f fault.Field) {
	t.WarningCount++
	if len(t.Warnings) < t.limit {
		t.Warnings = append(t.Warnings, f)
	}
}

func (t *Table) wrong(f fault.Field) {
	if f.Row != t.lastRow || t.seen == nil {
		t.lastRow, t.seen = f.Row, map[[2]string]bool{}
	}
	about := [2]string{f.Name, f.Key}
	if t.seen[about] {
		return
	}
	t.seen[about] = true
	t.ErrorCount++
	if len(t.Errors) < t.limit {
		t.Errors = append(t.Errors, f)
	}
}

func newTable(name string, g *grid, columns []Column) (*Table, error) {
	t := &Table{File: base(name), Sheet: g.sheet, limit: g.limits.Errors, columns: make(map[string]int, len(columns))}
	for i, c := range columns {
		t.columns[c.Key] = i
		t.heads = append(t.heads, column{Column: c, name: c.Heads[0]})
	}
	if len(g.lines) == 0 {
		return nil, fault.New(fault.Invalid, "sheet.empty", "file", t.File)
	}
	at := headLine(g.lines, g.known, min(2, len(columns)))
	places, err := t.match(g.lines[at], g.known)
	if err != nil {
		return nil, err
	}
	if len(g.others) > 0 {
		t.warn(fault.At(0, "", "sheet.other_sheets", "sheet", t.Sheet, "others", strings.Join(g.others, " / ")))
	}
	if IsMarked(strings.TrimSuffix(strings.TrimSuffix(t.File, ".xlsx"), ".csv")) {
		t.warn(fault.At(0, "", "sheet.marked_file", "file", t.File))
	}
	t.fill(g, at, places)
	if len(t.Rows) == 0 {
		return nil, fault.New(fault.Invalid, "sheet.no_rows", "file", t.File)
	}
	return t, nil
}

// headLine returns the place of the heading row: the first with enough known headings, else the first with any, else 0.
func headLine(lines []line, known map[string]int, enough int) int {
	first := -1
	for i, l := range lines[:min(len(lines), headSearch)] {
		n := hits(l, known)
		if n >= enough {
			return i
		}
		if n > 0 && first < 0 {
			first = i
		}
	}
	return max(first, 0)
}

func hits(l line, known map[string]int) (n int) {
	for _, c := range l.cells {
		if _, ok := known[fold(c.text)]; ok {
			n++
		}
	}
	return n
}

// places says for each column of the file which of ours it is: ≥ 0, or one of these.
const (
	nameless = -1 // nothing stands above it
	unknown  = -2
)

// match finds our columns in the heading row.
func (t *Table) match(head line, known map[string]int) (places []int, err error) {
	t.HeadRow = head.number
	var wrong []fault.Field
	for _, c := range head.cells {
		for int(c.col) > len(places) {
			places = append(places, nameless)
		}
		i, ok := known[fold(c.text)]
		switch {
		case !ok:
			t.warn(fault.At(head.number, c.text, "sheet.unknown_heading", "heading", short(c.text)))
			i = unknown
		case t.heads[i].in:
			wrong = append(wrong, fault.At(head.number, c.text, "sheet.doubled_heading",
				"heading", c.text, "first", t.heads[i].name))
		default:
			t.heads[i].in, t.heads[i].name = true, c.text
		}
		places = append(places, i)
	}
	for _, c := range t.heads {
		if c.Required && !c.in {
			wrong = append(wrong, fault.At(head.number, c.name, "sheet.missing_heading", "heading", c.name))
		}
	}
	if len(wrong) > 0 {
		n := len(wrong)
		if f, ok := t.unread(head.number); ok {
			wrong = append(wrong, f)
		}
		return nil, &fault.Error{
			Kind: fault.Invalid, Key: "sheet.headings", Fields: wrong,
			Args: fault.Args("file", t.File, "row", head.number, "n", n),
		}
	}
	return places, nil
}

// unread names the headings that nobody knew, where one is missing: one of them may be it.
func (t *Table) unread(row int) (fault.Field, bool) {
	var names []string
	missing := false
	for _, w := range t.Warnings {
		if w.Key == "sheet.unknown_heading" {
			names = append(names, w.Args["heading"].(string)) //nolint:forcetypeassert // set in match
		}
	}
	for _, c := range t.heads {
		missing = missing || c.Required && !c.in
	}
	if len(names) == 0 || !missing {
		return fault.Field{}, false
	}
	return fault.At(row, names[0], "sheet.unread_headings", "n", len(names), "names", strings.Join(names, "、")), true
}

// fill makes the rows. Cells under no heading are an error in csv, where a comma too many has moved the rest of the
// row, and a warning in xlsx.
func (t *Table) fill(g *grid, at int, places []int) {
	warned := map[int32]bool{}
	below := g.lines[at+1:]
	slab := make([]Row, len(below))
	cells := make([]cell, len(below)*len(t.heads))
	t.Rows = make([]*Row, 0, len(below))
	for i, l := range g.lines {
		var row *Row
		if i > at {
			row = &slab[i-at-1]
			own := (i - at - 1) * len(t.heads)
			*row = Row{Number: l.number, table: t, cells: cells[own : own+len(t.heads) : own+len(t.heads)]}
			t.Rows = append(t.Rows, row)
		}
		for _, c := range l.cells {
			if c.note == marked {
				t.warn(fault.At(l.number, t.nameOf(places, c.col), "sheet.marked", "value", short(c.text)))
			}
			if row == nil {
				continue
			}
			switch {
			case int(c.col) < len(places) && places[c.col] >= 0:
				row.cells[places[c.col]] = c
			case g.csv && int(c.col) >= len(places):
				row.fail(letters(c.col), "sheet.extra_cells", "value", short(c.text), "columns", len(places))
			case (int(c.col) >= len(places) || places[c.col] == nameless) && !warned[c.col]:
				warned[c.col] = true
				t.warn(fault.At(l.number, letters(c.col), "sheet.nameless_column", "column", letters(c.col)))
			}
		}
	}
}

// nameOf is the heading above a cell, or the letters of its column.
func (t *Table) nameOf(places []int, col int32) string {
	if int(col) < len(places) && places[col] >= 0 {
		return t.heads[places[col]].name
	}
	return letters(col)
}
