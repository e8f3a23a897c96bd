package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"shanzhi/models/fault"
)

var (
	bomUTF8    = []byte("\xef\xbb\xbf")
	bomLE      = []byte("\xff\xfe")
	bomBE      = []byte("\xfe\xff")
	separators = []rune{',', '\t', ';'}
	sepLine    = regexp.MustCompile(`^sep=([,;\t])\r?(?:\n|$)`)
	asFormula  = regexp.MustCompile(`(?m)(^|[,;\t])="([^"\r\n]*)"([,;\t\r]|$)`)
)

// readCSV takes a csv file apart.
//
// Faults: Invalid "sheet.encoding" with the line, "sheet.not_a_table", "sheet.quote" with the line, and those of add.
func (g *grid) readCSV(name string, data []byte) error {
	g.csv = true
	text, err := decodeText(name, data)
	if err != nil {
		return err
	}
	if strings.IndexByte(text, 0) >= 0 {
		return fault.New(fault.Invalid, "sheet.not_a_table", "file", name)
	}
	if strings.IndexByte(text, '\n') < 0 {
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	var given rune
	if m := sepLine.FindStringSubmatch(text); m != nil {
		given = rune(m[1][0])
		text = "\n" + text[len(m[0]):] // the line stays, so that rows keep their numbers
	}
	fresh := *g
	err = g.parse(text, given)
	if errors.Is(err, csv.ErrBareQuote) { // ="00123" keeps zeros in spreadsheet programs
		if mended := asFormula.ReplaceAllString(text, `$1"$2"$3`); mended != text {
			// A second time for cells side by side, which share a separator.
			mended = asFormula.ReplaceAllString(mended, `$1"$2"$3`)
			*g = fresh
			err = g.parse(mended, given)
		}
	}
	if errors.Is(err, csv.ErrBareQuote) || errors.Is(err, csv.ErrQuote) { // "a" word in quotes, pasted as it stands
		sep := given
		if sep == 0 {
			sep = fresh.separator(text)
		}
		if mended := quoteBare(text, byte(sep)); mended != text { // #nosec G115 -- one of the separators
			*g = fresh
			err = g.parse(mended, sep)
		}
	}
	if bad, ok := errors.AsType[*csv.ParseError](err); ok {
		return fault.New(fault.Invalid, "sheet.quote", "file", name, "line", bad.StartLine)
	}
	return err
}

// parse reads the records. The row of a record is its line less the line ends inside cells above it, which is what
// spreadsheet programs show. sep 0 is to be found out.
func (g *grid) parse(text string, sep rune) error {
	if sep == 0 {
		sep = g.separator(text)
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = sep, -1, true
	inside := 0
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err //nolint:wrapcheck // readCSV tells the kinds apart
		}
		start, _ := r.FieldPos(0)
		l := line{number: start - inside}
		for i, field := range record {
			if field == "" {
				continue
			}
			inside += strings.Count(field, "\n")
			if text, n := clean(unguard(field)); text != "" {
				if l.cells == nil {
					l.cells = make([]cell, 0, len(record))
				}
				l.cells = append(l.cells, cell{text: text, col: int32(i), note: n}) // #nosec G115 -- bounded
			}
		}
		if err := g.add(l); err != nil {
			return err
		}
	}
}

// unguard takes away what keeps spreadsheet programs from computing: the ' that WriteCSV sets, and ="…".
func unguard(field string) string {
	if len(field) > 1 && field[0] == '\'' && computes(strings.TrimLeft(field, "'")) {
		return field[1:]
	}
	if inner, ok := strings.CutPrefix(field, `="`); ok && strings.HasSuffix(inner, `"`) &&
		strings.Count(inner, `"`) == 1 {
		return inner[:len(inner)-1]
	}
	return field
}

// separator returns the one of , tab ; that shows most known headings in the first rows; where none shows any, the one
// that cuts them into most cells of equal number.
func (g *grid) separator(text string) rune {
	best, most := separators[0], 0
	for _, sep := range separators {
		r := csv.NewReader(strings.NewReader(text[:min(len(text), 64<<10)]))
		r.Comma, r.FieldsPerRecord, r.LazyQuotes = sep, -1, true
		score := 0
		widths := map[int]int{}
		for range headSearch {
			record, err := r.Read()
			if err != nil {
				break
			}
			found := 0
			for _, field := range record {
				if _, ok := g.known[fold(unguard(field))]; ok {
					found++
				}
			}
			widths[len(record)]++
			score = max(score, found<<20, (len(record)-1)*widths[len(record)])
		}
		if score > most {
			best, most = sep, score
		}
	}
	return best
}

// decodeText makes UTF-8 of a file: by its mark, else UTF-8 where it is without flaw, else GB18030.
func decodeText(name string, data []byte) (string, error) {
	var from encoding.Encoding
	switch {
	case bytes.HasPrefix(data, bomUTF8):
		data = data[len(bomUTF8):]
	case bytes.HasPrefix(data, bomLE), bytes.HasPrefix(data, bomBE):
		from = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	case !utf8.Valid(data) && !mostlyUTF8(data):
		from = simplifiedchinese.GB18030
	}
	if from != nil {
		decoded, err := from.NewDecoder().Bytes(data)
		if err != nil {
			return "", fault.New(fault.Invalid, "sheet.not_a_table", "file", name)
		}
		data = decoded
	}
	// Both what is not UTF-8 and what another program could not read show as U+FFFD.
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError {
			lineNumber := bytes.Count(data[:i], []byte("\n")) + 1
			return "", fault.New(fault.Invalid, "sheet.encoding", "file", name, "line", lineNumber)
		}
		i += size
	}
	return string(data), nil
}

// mostlyUTF8 tells a damaged UTF-8 file, which must be refused, from a GB18030 one: read as UTF-8, Chinese in GB18030
// is almost all flaws.
func mostlyUTF8(data []byte) bool {
	good, flaws := 0, 0
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			flaws++
		case size > 2: // Chinese; two bytes may be chance
			good++
		}
		i += size
	}
	return good > flaws
}
