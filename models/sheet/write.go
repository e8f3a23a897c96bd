package sheet

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"shanzhi/models/fault"
)

const (
	sheetName   = "Sheet1"
	textFormat  = 49 // "@": what is typed stays as it is, long numbers keep their digits
	defaultWide = 16
	maxWide     = 80
)

// Col is one column of a table to be written. Width is in characters; 0 is a fitting one.
type Col struct {
	Head  string
	Width float64
}

// Rows gives the rows of a table one after the other, so that a large one never lies in memory whole; an error ends it.
// A cell is nil, a string, a bool, an int, int64 or float64, a time.Time (a day if it has no time of day) in the zone
// in which it is to be read, or a fmt.Stringer, of which the text is written.
type Rows = iter.Seq2[[]any, error]

// WriteXLSX writes a table as an xlsx file: bold headings that stay in sight; strings as text, so that
// nothing in them is ever computed and codes keep all their digits.
//
// Faults: Invalid "sheet.too_many_rows", "sheet.cell_too_long": a spreadsheet program could not hold them.
// Errors: those of rows and w.
func WriteXLSX(w io.Writer, cols []Col, rows Rows) error { return WriteXLSXUnder(w, nil, cols, rows) }

// WriteXLSXUnder writes a table like WriteXLSX under lines that say what it is: a title, a warning. Read finds the
// headings beneath up to nine of them.
func WriteXLSXUnder(w io.Writer, lines []string, cols []Col, rows Rows) (err error) {
	file := excelize.NewFile()
	defer func() { err = errors.Join(err, file.Close()) }()
	stream, err := file.NewStreamWriter(sheetName)
	if err != nil {
		return fmt.Errorf("sheet: begin xlsx: %w", err)
	}
	styles, err := newStyles(file)
	if err != nil {
		return err
	}
	if err := writeHead(stream, lines, cols, styles); err != nil {
		return err
	}
	number := len(lines) + 1
	for row, err := range rows {
		if err != nil {
			return fmt.Errorf("sheet: rows: %w", err)
		}
		if number++; number > maxRow {
			return fault.New(fault.Invalid, "sheet.too_many_rows", "max", maxRow-1-len(lines))
		}
		if err := writeRow(stream, number, row, styles); err != nil {
			return err
		}
	}
	if err := stream.Flush(); err != nil {
		return fmt.Errorf("sheet: write xlsx: %w", err)
	}
	if err := file.Write(w); err != nil {
		return fmt.Errorf("sheet: write xlsx: %w", err)
	}
	return nil
}

// styles are the numbers of the cell styles in one file.
type styles struct{ head, day, moment, text, wrap int }

func newStyles(file *excelize.File) (s styles, err error) {
	date, moment := "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	for _, want := range []struct {
		id    *int
		style excelize.Style
	}{
		{&s.head, excelize.Style{Font: &excelize.Font{Bold: true}, NumFmt: textFormat}},
		{&s.day, excelize.Style{CustomNumFmt: &date}},
		{&s.moment, excelize.Style{CustomNumFmt: &moment}},
		{&s.text, excelize.Style{NumFmt: textFormat}},
		{&s.wrap, excelize.Style{NumFmt: textFormat, Alignment: top}},
	} {
		if *want.id, err = file.NewStyle(&want.style); err != nil {
			return s, fmt.Errorf("sheet: style: %w", err)
		}
	}
	return s, nil
}

func writeHead(stream *excelize.StreamWriter, lines []string, cols []Col, s styles) error {
	heads := make([]any, len(cols))
	for i, c := range cols {
		wide := c.Width
		if wide <= 0 {
			wide = max(defaultWide, 2*float64(runes(c.Head))+4)
		}
		if err := stream.SetColWidth(i+1, i+1, min(wide, maxWide)); err != nil {
			return fmt.Errorf("sheet: width: %w", err)
		}
		heads[i] = excelize.Cell{StyleID: s.head, Value: c.Head}
	}
	above := len(lines) + 1
	err := stream.SetPanes(&excelize.Panes{
		Freeze: true, YSplit: above, TopLeftCell: "A" + strconv.Itoa(above+1), ActivePane: "bottomLeft",
	})
	if err != nil {
		return fmt.Errorf("sheet: panes: %w", err)
	}
	for i, line := range lines {
		if err := stream.SetRow("A"+strconv.Itoa(i+1), []any{excelize.Cell{StyleID: s.text, Value: line}}); err != nil {
			return fmt.Errorf("sheet: line %d: %w", i+1, err)
		}
	}
	if err := stream.SetRow("A"+strconv.Itoa(above), heads); err != nil {
		return fmt.Errorf("sheet: headings: %w", err)
	}
	return nil
}

func writeRow(stream *excelize.StreamWriter, number int, row []any, s styles) error {
	out := make([]any, len(row))
	for i, v := range row {
		plain, err := known(v)
		if err != nil {
			return err
		}
		switch x := plain.(type) {
		case string:
			if utf16Len(x) > cellRunes {
				return fault.New(fault.Invalid, "sheet.cell_too_long",
					"row", number, "column", letters(int32(i)), "max", cellRunes) // #nosec G115 -- few columns
			}
			if x != "" {
				out[i] = x
			}
		case time.Time:
			out[i] = excelTime(x, s)
		default:
			out[i] = x
		}
	}
	if err := stream.SetRow("A"+strconv.Itoa(number), out); err != nil {
		return fmt.Errorf("sheet: row %d: %w", number, err)
	}
	return nil
}

// excelTime is a date cell, or text for a time that spreadsheet programs do not have.
func excelTime(at time.Time, s styles) any {
	switch {
	case at.IsZero():
		return nil
	case at.Year() < firstYear+1 || at.Year() > 9999:
		return timeText(at)
	case isDay(at):
		return excelize.Cell{StyleID: s.day, Value: at}
	default:
		return excelize.Cell{StyleID: s.moment, Value: at}
	}
}

func isDay(at time.Time) bool {
	return at.Hour() == 0 && at.Minute() == 0 && at.Second() == 0 && at.Nanosecond() == 0
}

func timeText(at time.Time) string {
	switch {
	case at.IsZero():
		return ""
	case isDay(at):
		return at.Format(time.DateOnly)
	default:
		return at.Format(time.DateTime)
	}
}

// known reduces a cell to nil, string, bool, int64, float64 or time.Time.
func known(v any) (any, error) {
	switch x := v.(type) {
	case nil, string, bool, int64, time.Time:
		return x, nil
	case int:
		return int64(x), nil
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, nil //nolint:nilnil // no number is an empty cell
		}
		return x, nil
	case fmt.Stringer:
		return x.String(), nil
	}
	return nil, fmt.Errorf("sheet: cannot write a cell of type %T", v)
}

func utf16Len(s string) (n int) {
	if len(s) <= cellRunes {
		return len(s) // an upper bound is enough
	}
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// WriteCSV writes a table as csv for spreadsheet programs: UTF-8 with its mark, line ends CR LF. A string that such a
// program would compute gets a ' in front, which Read takes away again; numbers stay numbers.
//
// Errors: those of rows and w.
func WriteCSV(w io.Writer, cols []Col, rows Rows) error {
	buffered := bufio.NewWriter(w)
	if _, err := buffered.Write(bomUTF8); err != nil {
		return fmt.Errorf("sheet: write csv: %w", err)
	}
	out := csv.NewWriter(buffered)
	out.UseCRLF = true
	record := make([]string, 0, len(cols))
	for _, c := range cols {
		record = append(record, guard(c.Head))
	}
	if err := writeRecord(out, record); err != nil {
		return err
	}
	for row, err := range rows {
		if err != nil {
			return fmt.Errorf("sheet: rows: %w", err)
		}
		record = record[:0]
		for _, v := range row {
			text, err := csvText(v)
			if err != nil {
				return err
			}
			record = append(record, text)
		}
		if err := writeRecord(out, record); err != nil {
			return err
		}
	}
	out.Flush()
	if err := errors.Join(out.Error(), buffered.Flush()); err != nil {
		return fmt.Errorf("sheet: write csv: %w", err)
	}
	return nil
}

func writeRecord(out *csv.Writer, record []string) error {
	if err := out.Write(record); err != nil {
		return fmt.Errorf("sheet: write csv: %w", err)
	}
	return nil
}

func csvText(v any) (string, error) {
	plain, err := known(v)
	switch x := plain.(type) {
	case string:
		return guard(x), err
	case bool:
		return strings.ToUpper(strconv.FormatBool(x)), err
	case int64:
		return strconv.FormatInt(x, 10), err
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64), err
	case time.Time:
		return timeText(x), err
	}
	return "", err
}

// guard sets a ' before a text that a spreadsheet program would compute, and before one that has its ' already.
func guard(text string) string {
	if computes(strings.TrimLeft(text, "'")) {
		return "'" + text
	}
	return text
}

// computes reports whether spreadsheet programs may take a text for a formula, by its first character. Source: OWASP,
// CSV injection; the full-width signs count in East Asian versions.
func computes(text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	return text != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first)
}
