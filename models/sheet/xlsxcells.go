package sheet

import (
	"encoding/xml"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"shanzhi/models/fault"
)

// The largest row and column of the format.
const (
	maxRow    = 1 << 20
	maxColumn = 1 << 14
	// blankPerCell bounds empty cells, which only carry a style: so many for each cell that may be filled in.
	blankPerCell = 4
)

var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// walk reads one sheet row by row.
type walk struct {
	book   *book
	row    line
	col    int32 // of the last cell, -1 at the start of a row
	blank  int
	inside bool // sheetData was met
	add    func(line) error
}

// readCells calls add for the rows of a sheet, in order, also for those without text.
func (b *book) readCells(part string, add func(line) error) error {
	c := &walk{book: b, add: add, col: -1}
	if err := b.markup(part, c.visit); err != nil {
		return err
	}
	if !c.inside {
		return b.broken(errors.New("no rows in " + part))
	}
	return b.broken(c.flush())
}

func (c *walk) visit(d *xml.Decoder, start xml.StartElement) error {
	switch start.Name.Local {
	case "sheetData":
		c.inside = true
	case "row":
		return c.startRow(start)
	case "c":
		return c.cell(d, start)
	}
	return nil
}

func (c *walk) flush() error {
	done := c.row
	c.row.cells, c.col = nil, -1
	if done.number == 0 {
		return nil
	}
	return c.add(done)
}

func (c *walk) startRow(start xml.StartElement) error {
	number := c.row.number + 1
	if r := attr(start, "r"); r != "" {
		n, err := strconv.Atoi(r)
		if err != nil || n < number || n > maxRow {
			return fmt.Errorf("row %q after row %d", short(r), c.row.number)
		}
		number = n
	}
	if number > maxRow {
		return errors.New("too many rows")
	}
	if err := c.flush(); err != nil {
		return err
	}
	c.row.number = number
	return nil
}

// cell reads one cell into the row.
func (c *walk) cell(d *xml.Decoder, start xml.StartElement) error {
	if c.row.number == 0 {
		return errors.New("cell outside a row")
	}
	col := c.col + 1
	if ref := attr(start, "r"); ref != "" {
		at, ok := columnOf(ref)
		if !ok || at < col {
			return fmt.Errorf("cell %q after column %s", short(ref), letters(c.col))
		}
		col = at
	}
	if col >= maxColumn {
		return errors.New("too many columns")
	}
	c.col = col
	raw, formula, err := cellText(d)
	if err != nil {
		return err
	}
	got, err := c.book.value(attr(start, "t"), attr(start, "s"), raw, formula)
	if err != nil {
		return err
	}
	if got.text == "" && got.note == sound {
		if c.blank++; c.blank/blankPerCell > c.book.limits.Cells {
			return fault.New(fault.Invalid, "sheet.too_many_cells", "max", c.book.limits.Cells)
		}
		return nil
	}
	got.col = col
	c.row.cells = append(c.row.cells, got)
	return nil
}

// value turns a cell's content into what the user sees.
func (b *book) value(kind, styleID, raw string, formula bool) (cell, error) {
	switch kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(raw))
		if err != nil || i < 0 || i >= len(b.strings) {
			return cell{}, fmt.Errorf("no shared string %q", short(raw))
		}
		return b.strings[i], nil
	case "e":
		return cell{text: strings.TrimSpace(raw), note: errorValue}, nil
	case "b":
		return cell{text: map[string]string{"1": "TRUE", "0": "FALSE"}[strings.TrimSpace(raw)]}, nil
	case "str", "inlineStr", "d":
		text, n := clean(unescape(raw))
		return cell{text: text, note: n}, nil
	}
	raw = strings.TrimSpace(raw)
	if raw == "" {
		if formula {
			return cell{note: noValue}, nil
		}
		return cell{}, nil
	}
	i, _ := strconv.Atoi(styleID) // no style is style 0
	var as style
	if i >= 0 && i < len(b.styles) {
		as = b.styles[i]
	}
	text, n := as.show(raw, b.from04)
	return cell{text: text, note: n}, nil
}

// cellText reads up to the end of a cell: its value or inline text, and whether there is a formula.
func cellText(d *xml.Decoder) (text string, formula bool, err error) {
	for {
		token, err := d.Token()
		if err != nil {
			return "", false, fmt.Errorf("cell: %w", err)
		}
		switch x := token.(type) {
		case xml.EndElement:
			return text, formula, nil
		case xml.StartElement:
			switch x.Name.Local {
			case "v":
				text, err = plainText(d)
			case "is":
				text, err = richText(d)
			case "f":
				formula = true
				err = d.Skip()
			default:
				err = d.Skip()
			}
			if err != nil {
				return "", false, fmt.Errorf("cell: %w", err)
			}
		}
	}
}

// plainText reads the text of an element up to its end.
func plainText(d *xml.Decoder) (string, error) {
	var text strings.Builder
	for {
		token, err := d.Token()
		if err != nil {
			return "", fmt.Errorf("text: %w", err)
		}
		switch x := token.(type) {
		case xml.CharData:
			text.Write(x)
		case xml.StartElement:
			if err := d.Skip(); err != nil {
				return "", fmt.Errorf("text: %w", err)
			}
		case xml.EndElement:
			return text.String(), nil
		}
	}
}

// richText joins the runs of a text up to the end of its element; the phonetic guide (rPh) is not part of it.
func richText(d *xml.Decoder) (string, error) {
	var text strings.Builder
	for depth := 1; depth > 0; {
		token, err := d.Token()
		if err != nil {
			return "", fmt.Errorf("text: %w", err)
		}
		switch x := token.(type) {
		case xml.EndElement:
			depth--
		case xml.StartElement:
			switch x.Name.Local {
			case "t":
				part, err := plainText(d)
				if err != nil {
					return "", err
				}
				text.WriteString(part)
			case "r":
				depth++
			default:
				if err := d.Skip(); err != nil {
					return "", fmt.Errorf("text: %w", err)
				}
			}
		}
	}
	return text.String(), nil
}

// unescape resolves _x000D_ and the like; control characters other than line end and tab go.
func unescape(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	return escaped.ReplaceAllStringFunc(text, func(code string) string {
		r, _ := strconv.ParseUint(code[2:6], 16, 16) // four hexadecimal digits
		if r < ' ' && r != '\n' && r != '\t' || r >= 0xd800 && r < 0xe000 || r > 0xfffd {
			return ""
		}
		return string(rune(r))
	})
}

// columnOf takes the column out of a reference: AB12 is 27.
func columnOf(ref string) (col int32, ok bool) {
	for i := range len(ref) {
		c := ref[i]
		switch {
		case c >= 'A' && c <= 'Z':
			col = col*26 + int32(c-'A') + 1
		case c >= '0' && c <= '9' && i > 0:
			return col - 1, true
		default:
			return 0, false
		}
		if col > maxColumn {
			return 0, false
		}
	}
	return 0, false
}

func attr(start xml.StartElement, name string) string {
	for _, a := range start.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}
