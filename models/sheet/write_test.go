package sheet

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"shanzhi/models/fault"
)

func heads() []Col {
	return []Col{{Head: "姓名"}, {Head: "单位代码", Width: 24}, {Head: "件数"}, {Head: "日期"}, {Head: "类别"}}
}

func rowsOf(rows ...[]any) Rows {
	return func(yield func([]any, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

type word string

func (w word) String() string { return "‹" + string(w) + "›" }

func sample() Rows {
	day := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	return rowsOf(
		[]any{"王𬭁", "110101199003078000", 3, day, word("医疗")},
		[]any{"=1+1", "00123", -4, day.Add(14*time.Hour + 30*time.Minute + 5*time.Second), nil},
		[]any{"@x", "-5", int64(13812340926), time.Time{}, true},
		[]any{"'=a", "多行\n文字", 0.5, nil, "\"引号\",逗号"},
	)
}

// Both formats come back as they were written: codes keep their zeros and digits, formulas stay text.
func TestWhatIsWrittenReadsTheSame(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(io.Writer, []Col, Rows) error{"a.xlsx": WriteXLSX, "a.csv": WriteCSV} {
		var out bytes.Buffer
		if err := write(&out, heads(), sample()); err != nil {
			t.Fatal(err)
		}
		same(t, name, texts(mustRead(t, name, out.String())),
			"2: 王𬭁|110101199003078000|3|2026-07-01|‹医疗›", "3: =1+1|00123|-4|2026-07-01 14:30:05|",
			"4: @x|-5|13812340926||TRUE", "5: '=a|多行\n文字|0.5||\"引号\",逗号")
		again := bytes.Buffer{}
		if err := write(&again, heads(), sample()); err != nil || !bytes.Equal(again.Bytes(), out.Bytes()) {
			t.Errorf("%s: written twice it differs (%v)", name, err)
		}
	}
}

func TestXLSXKeepsTextAsText(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := WriteXLSX(&out, heads(), sample()); err != nil {
		t.Fatal(err)
	}
	file, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range []string{"A3", "B2", "B3", "A4", "B4"} {
		kind, err := file.GetCellType(sheetName, cell)
		formula, ferr := file.GetCellFormula(sheetName, cell)
		if kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString || formula != "" || errors.Join(err, ferr) != nil {
			t.Errorf("%s: kind %v, formula %q, %v, %v", cell, kind, formula, err, ferr)
		}
	}
	if got, err := file.GetCellValue(sheetName, "D2"); got != "2026-07-01" || err != nil {
		t.Errorf("a day shows as %q, %v", got, err)
	}
}

func TestCSVIsSafeForSpreadsheetPrograms(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	cells := []any{"=1", "+1", "-1", "@a", "\ta", "\ra", "\na", "＝1", "'=1", "a=1", "", "'a", -1, 1.5}
	cols := make([]Col, len(cells))
	if err := WriteCSV(&out, cols, rowsOf(cells)); err != nil {
		t.Fatal(err)
	}
	want := "\xef\xbb\xbf" + strings.Repeat(",", len(cells)-1) + "\r\n" +
		"'=1,'+1,'-1,'@a,'\ta,\"'\ra\",\"'\r\na\",'＝1,''=1,a=1,,'a,-1,1.5\r\n"
	// The csv writer drops a lone CR inside quotes and makes CR LF of LF.
	want = strings.Replace(want, "'\ra", "'a", 1)
	if out.String() != want {
		t.Errorf("got %q\nwant %q", out.String(), want)
	}
}

func TestCSVRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("=+-@'\"，,;a1\t\n王𬭁 "))).Draw(t, "text")
		var out bytes.Buffer
		if err := WriteCSV(&out, heads(), rowsOf([]any{"王", text})); err != nil {
			t.Fatal(err)
		}
		table, err := Read("a.csv", out.Bytes(), columns(), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		want, _ := clean(text)
		// ="…" is what other programs write for text; it loses its wrapping on purpose.
		if got := table.Rows[0].Text("code"); got != want && !strings.Contains(text, `="`) {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

func TestWritersPassErrorsOn(t *testing.T) {
	t.Parallel()
	broken := errors.New("rows broke")
	var failing iter.Seq2[[]any, error] = func(yield func([]any, error) bool) {
		_ = yield([]any{"a"}, nil) && yield(nil, broken)
	}
	for name, write := range map[string]func(io.Writer, []Col, Rows) error{"xlsx": WriteXLSX, "csv": WriteCSV} {
		if err := write(io.Discard, heads(), failing); !errors.Is(err, broken) {
			t.Errorf("%s: rows: got %v", name, err)
		}
		if err := write(full{}, heads(), sample()); !errors.Is(err, errFull) {
			t.Errorf("%s: full disk: got %v", name, err)
		}
		if err := write(io.Discard, heads(), rowsOf([]any{struct{}{}})); err == nil {
			t.Errorf("%s: a cell of no known type passed", name)
		}
	}
	long := rowsOf([]any{strings.Repeat("长", cellRunes+1)})
	if err := WriteXLSX(io.Discard, heads(), long); fault.Of(err).Key != "sheet.cell_too_long" {
		t.Errorf("long cell: got %v", err)
	}
}

var errFull = errors.New("disk full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestTemplate(t *testing.T) {
	t.Parallel()
	words := locale(t, "zh-CN")
	say := func(key string, _ map[string]any) string { return words[key] }
	var out bytes.Buffer
	if err := Template(&out, columns(), "zh-CN", say); err != nil {
		t.Fatal(err)
	}
	file, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := file.GetRows(sheetName)
	if err != nil || len(rows) != 1 || strings.Join(rows[0], "|") != "姓名*|单位代码|件数|日期|类别" {
		t.Errorf("headings %v, %v", rows, err)
	}
	help, err := file.GetRows("填写说明")
	if err != nil || len(help) != 6 || strings.Join(help[1], "|") != "姓名|必填|"+words["sheet.blank"]+"|Name" ||
		strings.Join(help[2], "|") != "单位代码|选填||Unit code / 统一社会信用代码" {
		t.Errorf("explanations %v, %v", help, err)
	}
	if file.GetActiveSheetIndex() != 0 {
		t.Error("the explanations are in front")
	}
	_, err = Read("t.xlsx", out.Bytes(), columns(), Limits{})
	if fault.Of(err).Key != "sheet.no_rows" {
		t.Errorf("an empty template: got %v", err)
	}
	// What is typed into it keeps its digits, and the sheet is read without a warning.
	if err := errors.Join(file.SetCellStr(sheetName, "A2", "王"), file.SetCellStr(sheetName, "B2", "110101199003078515")); err != nil {
		t.Fatal(err)
	}
	var filled bytes.Buffer
	if err := file.Write(&filled); err != nil {
		t.Fatal(err)
	}
	table := mustRead(t, "t.xlsx", filled.String())
	same(t, "filled in", texts(table), "2: 王|110101199003078515|||")
	same(t, "warnings", fields(table.Warnings))
	style, err := file.GetColStyle(sheetName, "B")
	if err != nil {
		t.Fatal(err)
	}
	if format, err := file.GetStyle(style); err != nil || format.NumFmt != textFormat {
		t.Errorf("cells are not text: %+v, %v", format, err)
	}
}

func TestTemplateInEnglish(t *testing.T) {
	t.Parallel()
	words := locale(t, "en")
	var out bytes.Buffer
	err := Template(&out, columns(), "en", func(key string, _ map[string]any) string { return words[key] })
	if err != nil {
		t.Fatal(err)
	}
	file, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := file.GetRows(sheetName)
	if err != nil || strings.Join(rows[0], "|") != "Name*|Unit code|Number|Date|Kind" {
		t.Errorf("headings %v, %v", rows, err)
	}
	if helpSheets[fold(words["sheet.help_sheet"])] != true {
		t.Errorf("%q is not known as the second sheet of a template", words["sheet.help_sheet"])
	}
}

// Cells of a column with choices list them, and the second sheet names them with an example.
func TestTemplatesOfferChoices(t *testing.T) {
	t.Parallel()
	cols := []Column{
		{Key: "name", Heads: []string{"姓名", "name"}, Required: true, Example: "张三"},
		{Key: "kind", Heads: []string{"类别", "kind"}, Choices: []string{"word.town", "word.village"}, Example: "word.town"},
	}
	words := map[string]string{"word.town": "乡镇", "word.village": "村", "sheet.help_sheet": "填写说明"}
	say := func(key string, _ map[string]any) string {
		if w := words[key]; w != "" {
			return w
		}
		return key
	}
	var out bytes.Buffer
	if err := Template(&out, cols, "zh-CN", say); err != nil {
		t.Fatal(err)
	}
	file, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	lists, err := file.GetDataValidations(sheetName)
	if err != nil || len(lists) != 1 || lists[0].Formula1 != `"乡镇,村"` || !strings.HasPrefix(lists[0].Sqref, "B2:B") {
		t.Errorf("lists %+v, %v", lists, err)
	}
	help, err := file.GetRows("填写说明")
	if err != nil || strings.Join(help[1], "|") != "姓名|sheet.help_yes||name||张三" ||
		strings.Join(help[2], "|") != "类别|sheet.help_no||kind|乡镇 / 村|乡镇" {
		t.Errorf("explanations %q, %v", help, err)
	}
}

func BenchmarkWriteXLSX(b *testing.B) {
	rows := func(yield func([]any, error) bool) {
		for i := range 80_000 {
			if !yield([]any{"王小明", "91330100MA2B00000X", i, nil, "医疗"}, nil) {
				return
			}
		}
	}
	var out bytes.Buffer
	for b.Loop() {
		out.Reset()
		if err := WriteXLSX(&out, heads(), rows); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRead80000XLSX(b *testing.B) {
	var out bytes.Buffer
	err := WriteXLSX(&out, heads(), func(yield func([]any, error) bool) {
		for i := range 80_000 {
			if !yield([]any{"王小明", "91330100MA2B00000X", i, nil, "医疗"}, nil) {
				return
			}
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Read("a.xlsx", out.Bytes(), columns(), Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}
