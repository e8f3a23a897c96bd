package sheet

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"shanzhi/models/fault"
)

// sane checks what must hold for whatever was read.
func sane(t *testing.T, data []byte) {
	t.Helper()
	limits := Limits{Bytes: 1 << 20, Unzipped: 4 << 20, Rows: 500, Cells: 5000, Errors: 20}
	table, err := Read("f", data, columns(), limits)
	if err != nil {
		f := fault.Of(err)
		if f.Kind != fault.Invalid || !strings.HasPrefix(f.Key, "sheet.") {
			t.Fatalf("got %v", err)
		}
		if strings.Contains(fmt.Sprint(f.Args["detail"]), "runtime error") {
			t.Fatalf("it panicked inside: %v", err)
		}
		return
	}
	if len(table.Rows) == 0 || len(table.Rows) > limits.Rows {
		t.Fatalf("%d rows", len(table.Rows))
	}
	last := table.HeadRow
	for _, r := range table.Rows {
		if r.Number <= last {
			t.Fatalf("row %d after row %d", r.Number, last)
		}
		last = r.Number
		if text := r.Text("name"); !utf8.ValidString(text) || text != strings.TrimSpace(text) || strings.ContainsRune(text, '\ufffd') {
			t.Fatalf("row %d: name %q", r.Number, text)
		}
		if n, ok := r.Int("n", -3, 9); ok && (n < -3 || n > 9) {
			t.Fatalf("row %d: %d", r.Number, n)
		}
		if d, ok := r.Date("day"); ok && (d.Year() < firstYear || d.Year() > lastYear) {
			t.Fatalf("row %d: %v", r.Number, d)
		}
		r.OneOf("kind", map[string]string{"医疗": "health"})
	}
	if len(table.Errors) > 20 || len(table.Errors) > table.ErrorCount || len(table.Warnings) > table.WarningCount {
		t.Fatalf("%d of %d errors, %d of %d warnings", len(table.Errors), table.ErrorCount, len(table.Warnings), table.WarningCount)
	}
}

func FuzzReadCSV(f *testing.F) {
	for _, seed := range []string{
		small, "\xef\xbb\xbf" + small, gb(f, small), "\xff\xfe\x59\xd3", "sep=;\n姓名;件数\n1;2", "姓名\n\"a\nb\"\n\n=\"1\"\n", "姓名,日期\nx,2026年7月1日",
		"姓名\tx\n'=1\t2", "\n\n标题\n姓名,类别,件数\n王,医疗,1.0\n,,机密★\n", "<table>", "姓名\r王\r李\r", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(sane)
}

func FuzzReadXLSX(f *testing.F) {
	f.Add([]byte(xlsxBook(f, headCells+num(2, 1, "46204"), map[string]string{"xl/sharedStrings.xml": "<sst><si><t>a</t></si></sst>"})))
	var out bytes.Buffer
	if err := WriteXLSX(&out, heads(), sample()); err != nil {
		f.Fatal(err)
	}
	f.Add(out.Bytes())
	f.Fuzz(sane)
}

// FuzzSheetXML spares the fuzzer the zip: it makes up the parts themselves.
func FuzzSheetXML(f *testing.F) {
	f.Add(headCells+num(2, 1, "46204"), stylesPart, "<sst><si><t>a</t></si></sst>")
	f.Add(headCells+`<row><c t="s"><v>0</v></c><c r="XFD2" t="e"><f/><v>#N/A</v></c></row>`, "<styleSheet/>", "<sst><si><r><t>_x0041_</t></r></si></sst>")
	f.Fuzz(func(t *testing.T, rows, styles, shared string) {
		sane(t, []byte(xlsxBook(t, rows, map[string]string{"xl/styles.xml": styles, "xl/sharedStrings.xml": shared})))
	})
}

func FuzzNumber(f *testing.F) {
	for _, seed := range []string{"1.0", "1E+300", "46204.5", "-0", "110101199003078515", "1e-320", "1E307", "INF", "0x1p-2", "1_000"} {
		f.Add(seed, 1, false)
	}
	f.Fuzz(func(t *testing.T, raw string, digits int, from04 bool) {
		for kind := plainNumber; kind <= elapsed; kind++ {
			text, _ := style{shape: kind, digits: digits % 20}.show(raw, from04)
			// A number is never shown with an exponent or a stray sign.
			if _, err := strconv.ParseFloat(raw, 64); err == nil && strings.Trim(raw, "0123456789.+-Ee") == "" {
				if strings.Trim(text, "0123456789.:- %") != "" || strings.LastIndex(text, "--") >= 0 {
					t.Errorf("%q as %d is shown as %q", raw, kind, text)
				}
			}
		}
	})
}

func FuzzMoment(f *testing.F) {
	for _, seed := range []string{"2026-07-01", "2026年7月1日 14时30分", "20260701", "2026/2/30 1:2:3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, ok := parseMoment(text, time.UTC)
		if !ok {
			return
		}
		if again, ok := parseMoment(at.Format(time.DateTime), time.UTC); !ok || !again.Equal(at) {
			t.Errorf("%q is %v, which reads as %v, %v", text, at, again, ok)
		}
	})
}
