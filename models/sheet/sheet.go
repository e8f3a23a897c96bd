// Package sheet reads and writes tables of people: xlsx and csv (UTF-8, GB18030), headings by name, errors by row and
// field. It knows no database, no language and no clock.
//
// Reading an xlsx file is done here and not by excelize, which takes a cut or damaged sheet for a shorter one and keeps
// the type of a cell to itself; excelize writes.
package sheet

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"shanzhi/models/fault"
)

// Column is one column that an import understands.
type Column struct {
	Key      string   // the name in code
	Heads    []string // accepted headings in Chinese and English; the first of a language is the one in templates
	Required bool     // the heading must be there and no cell may be blank
	Help     string   // message key of the explanation in the template
	Choices  []string // message keys of the words that may be written; nil = anything
	Example  string   // what a filled-in cell looks like, as it is or as a message key; "" = none
}

// Limits bound what one file may cost. A zero field takes its value from DefaultLimits.
type Limits struct {
	Bytes    int64 // of the file
	Unzipped int64 // bytes of an xlsx file's parts, and of all cells' text together
	Rows     int   // rows that are not blank
	Cells    int   // cells that are not blank
	Errors   int   // errors kept and warnings kept; all are counted
}

// DefaultLimits are enough for 200,000 rows of 20 columns.
func DefaultLimits() Limits {
	return Limits{Bytes: 32 << 20, Unzipped: 192 << 20, Rows: 200_000, Cells: 4_000_000, Errors: 200}
}

func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	if l.Bytes <= 0 {
		l.Bytes = d.Bytes
	}
	if l.Unzipped <= 0 {
		l.Unzipped = d.Unzipped
	}
	if l.Rows <= 0 {
		l.Rows = d.Rows
	}
	if l.Cells <= 0 {
		l.Cells = d.Cells
	}
	if l.Errors <= 0 {
		l.Errors = d.Errors
	}
	return l
}

// cellRunes is the longest text of a cell: the limit of the spreadsheet programs.
const cellRunes = 32_767

// note says what is wrong with a cell as such.
type note uint8

const (
	sound      note = iota
	marked          // carries a secrecy marking
	digitsLost      // a number too long for a spreadsheet: its last digits are gone
	errorValue      // #N/A and the like
	noValue         // a formula whose result is not in the file
)

// cell is a cell that is not blank; col counts from 0.
type cell struct {
	text string
	col  int32
	note note
}

// line is a row that is not blank, its cells in order; number is the row as a spreadsheet program shows it, from 1.
type line struct {
	number int
	cells  []cell
}

// grid is a file taken apart, before anybody knows what its columns mean.
type grid struct {
	lines  []line
	csv    bool
	sheet  string         // the sheet that was read; "" in csv
	others []string       // further sheets with something in them
	known  map[string]int // folded heading → place of its column
	limits Limits
	cells  int
	bytes  int64
}

// add keeps a line if there is something in it.
//
// Faults: Invalid "sheet.too_many_rows", "sheet.too_many_cells", "sheet.too_large_inside", "sheet.cell_too_long".
func (g *grid) add(l line) error {
	if len(l.cells) == 0 {
		return nil
	}
	if len(g.lines) >= g.limits.Rows {
		return fault.New(fault.Invalid, "sheet.too_many_rows", "max", g.limits.Rows)
	}
	g.cells += len(l.cells)
	if g.cells > g.limits.Cells {
		return fault.New(fault.Invalid, "sheet.too_many_cells", "max", g.limits.Cells)
	}
	for _, c := range l.cells {
		g.bytes += int64(len(c.text))
		if len(c.text) > cellRunes && runes(c.text) > cellRunes {
			return fault.New(fault.Invalid, "sheet.cell_too_long",
				"row", l.number, "column", letters(c.col), "max", cellRunes)
		}
	}
	if g.bytes > g.limits.Unzipped {
		return fault.New(fault.Invalid, "sheet.too_large_inside", "mb", g.limits.Unzipped>>20)
	}
	g.lines = append(g.lines, l)
	return nil
}

// Read takes the table out of an xlsx or csv file. name is the file's name, for messages only.
//
// The heading row is the first of the first ten rows that holds at least two known headings (one, if only one column
// exists): titles may stand above it. Of an xlsx file the first visible sheet is read.
//
// What concerns the whole file is refused with a fault of kind Invalid: a file that is no table, is damaged, too large
// or in an unknown encoding; "sheet.headings" with one field per missing or doubled heading. What concerns one row is
// found by the methods of Row and collected in the table's Errors.
func Read(name string, data []byte, columns []Column, limits Limits) (t *Table, err error) {
	defer func() {
		if r := recover(); r != nil { // a file nobody foresaw must not stop the program
			t, err = nil, fault.New(fault.Invalid, "sheet.broken", "file", name, "detail", fmt.Sprint(r))
		}
	}()
	limits = limits.orDefault()
	g := &grid{limits: limits, known: map[string]int{}}
	for i, c := range columns {
		for _, h := range c.Heads {
			g.known[fold(h)] = i
		}
	}
	if err := g.read(name, data); err != nil {
		return nil, err
	}
	return newTable(name, g, columns)
}

func (g *grid) read(name string, data []byte) error {
	if int64(len(data)) > g.limits.Bytes {
		return fault.New(fault.Invalid, "sheet.too_large", "file", name, "mb", g.limits.Bytes>>20)
	}
	head := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(data[:min(len(data), 512)], bomUTF8)))
	switch {
	case len(data) == 0:
		return fault.New(fault.Invalid, "sheet.no_bytes", "file", name)
	case len(bytes.TrimSpace(data)) == 0:
		return fault.New(fault.Invalid, "sheet.empty", "file", name)
	case bytes.HasPrefix(data, []byte("%PDF-")):
		return fault.New(fault.Invalid, "sheet.document", "file", name)
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return g.readXLSX(name, data)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return fault.New(fault.Invalid, oldOffice(name, data), "file", name)
	case bytes.HasPrefix(head, []byte("<")) && (bytes.Contains(head, []byte("<html")) ||
		bytes.Contains(head, []byte("<table")) || bytes.Contains(head, []byte("<?xml"))):
		return fault.New(fault.Invalid, "sheet.markup", "file", name)
	default:
		return g.readCSV(name, data)
	}
}

// oldOffice tells a document of an old word processor or of slides from an old spreadsheet, by the streams inside,
// whose names are in UTF-16, and where they are far apart by the file's name.
func oldOffice(name string, data []byte) string {
	stream := func(s string) []byte { return []byte(strings.Join(strings.Split(s, ""), "\x00") + "\x00") }
	for _, s := range []string{"WordDocument", "PowerPoint Document"} {
		if bytes.Contains(data, stream(s)) {
			return "sheet.document"
		}
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".doc", ".wps", ".ppt", ".dps":
		return "sheet.document"
	}
	return "sheet.old_xls"
}

// letters writes a column as spreadsheet programs do: 0 is A, 26 is AA.
func letters(col int32) string {
	var s string
	for n := col + 1; n > 0; n = (n - 1) / 26 {
		s = string('A'+(n-1)%26) + s
	}
	return s
}

// base is the file's name without its path, whichever system wrote it.
func base(name string) string { return path.Base(strings.ReplaceAll(name, `\`, "/")) }
