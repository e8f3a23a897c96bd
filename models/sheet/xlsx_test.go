package sheet

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"shanzhi/models/fault"
)

// num is a cell in column B of row r with a raw number and a style.
func num(r int, style int, raw string) string {
	return fmt.Sprintf(`<row r="%d"><c r="A%d" t="inlineStr"><is><t>王</t></is></c><c r="B%d" s="%d"><v>%s</v></c></row>`, r, r, r, style, raw)
}

func TestNumbersAndDatesAsTheUserSeesThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		style     int
		raw, want string
		lost      bool
	}{
		{0, "1.0", "1", false},
		{0, "1", "1", false},
		{0, "0.30000000000000004", "0.3", false},
		{0, "0.1", "0.1", false},
		{0, "3.14159", "3.14159", false},
		{0, "-0", "0", false},
		{0, "-12.5", "-12.5", false},
		{0, "1E-3", "0.001", false},
		{0, "13812340926", "13812340926", false},
		{0, "1.3812340926E10", "13812340926", false},
		{0, "123456789012345", "123456789012345", false},
		{0, "110101199003078515", "110101199003078515", false}, // its writer kept all digits
		{0, "1.10101199003078E+17", "110101199003078000", true},
		{0, "110101199003078000", "110101199003078000", true},
		{0, "1.1010119900307801E+17", "110101199003078000", true},
		{0, "1E+30", "1000000000000000000000000000000", true},
		{5, "1234.5", "1234.5", false},
		{3, "42", "000042", false},
		{3, "1234567", "1234567", false},
		{3, "-42", "-42", false},
		{7, "0.85", "85%", false},
		{7, "0.07", "7%", false},
		{9, "7", "7", false}, // "day"0 is no date
		{1, "46204", "2026-07-01", false},
		{2, "46204", "2026-07-01", false},
		{1, "46204.75", "2026-07-01", false},
		{1, "1", "1900-01-01", false},
		{1, "59", "1900-02-28", false},
		{1, "60", "1900-02-29", false},
		{1, "61", "1900-03-01", false},
		{1, "2958465", "9999-12-31", false},
		{1, "-5", "-5", false},
		{1, "2958466", "2958466", false},
		{4, "46204.604224537034", "2026-07-01 14:30:05", false},
		{4, "46204.604166666664", "2026-07-01 14:30", false},
		{4, "46204", "2026-07-01", false},
		{4, "46204.99999999", "2026-07-02", false},
		{8, "0.5", "12:00", false},
		{6, "1.3125", "31:30:00", false},
	} {
		table := mustRead(t, "a.xlsx", xlsxBook(t, headCells+num(2, c.style, c.raw), nil))
		if got := texts(table)[0]; got != "2: 王|"+c.want+"|||" {
			t.Errorf("style %d, %s: got %q, want %q", c.style, c.raw, got, c.want)
		}
		table.Rows[0].Text("code")
		if lost := table.ErrorCount == 1 && table.Errors[0].Key == "sheet.digits_lost"; lost != c.lost || !lost && table.ErrorCount > 0 {
			t.Errorf("style %d, %s: errors %v, want digits lost %v", c.style, c.raw, table.Errors, c.lost)
		}
	}
}

func TestDatesThatCountFrom1904(t *testing.T) {
	t.Parallel()
	book := map[string]string{"xl/workbook.xml": `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
		`<workbookPr date1904="1"/><sheets><sheet name="一" r:id="r1"/></sheets></workbook>`}
	same(t, "1904", texts(mustRead(t, "a.xlsx", xlsxBook(t, headCells+num(2, 1, "44742"), book))), "2: 王|2026-07-01|||")
}

func TestFormatCodes(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]shape{
		"General": plainNumber, "0.00": plainNumber, "0.00E+00": plainNumber, "#,##0;[Red]-#,##0": plainNumber, "@": plainNumber,
		"yyyy-mm-dd": dateOnly, "m/d/yy": dateOnly, "[DBNum1][$-804]yyyy\"年\"m\"月\"d\"日\"": dateOnly, "mmm": dateOnly, "aaaa": dateOnly,
		"h:mm:ss": timeOnly, "上午/下午h\"时\"mm\"分\"": timeOnly, "h:mm AM/PM": timeOnly, "yyyy/m/d h:mm": dateTime, "[mm]:ss": elapsed,
		"\"yes\"0": plainNumber, `\d0`: plainNumber, "0\"天\"": plainNumber, "_d0": plainNumber, "0%": percent, "000": padded, "[Yellow]0": plainNumber,
	} {
		if got := styleOf(code).shape; got != want {
			t.Errorf("%s: got %d, want %d", code, got, want)
		}
	}
}

func TestKindsOfCells(t *testing.T) {
	t.Parallel()
	rows := `<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="inlineStr"><is><t>备注</t></is></c></row>` +
		`<row r="3" spans="1:3"><c r="A3" t="s"><v>2</v></c><c r="B3" t="str"><f>1+1</f><v>00123</v></c></row>` +
		`<row r="7"><c r="A7" t="b"><v>1</v></c><c r="B7" t="e"><v>#N/A</v></c></row>` +
		`<row><c t="inlineStr"><is><r><t>王</t></r><r><rPr/><t xml:space="preserve"> 明</t></r></is></c><c><f>A1</f></c></row>` +
		`<row r="20"><c r="A20" s="1"/></row>` +
		`<row r="21"><c r="A21" t="inlineStr"><is><t>a_x000D_&#10;b_x005F_c</t></is></c><c r="B21" t="d"><v>2026-07-01</v></c></row>`
	shared := `<sst><si><t>姓名</t></si><si><r><t>单位</t></r><r><t>代码</t></r></si><si><t> 李𬒔</t><rPh sb="0" eb="1"><t>lǐ</t></rPh><phoneticPr fontId="1"/></si></sst>`
	table := mustRead(t, "a.xlsx", xlsxBook(t, rows, map[string]string{"xl/sharedStrings.xml": shared}))
	same(t, "cells", texts(table), "3: 李𬒔|00123|||", "7: TRUE|#N/A|||", "8: 王 明||||", "21: a\nb_c|2026-07-01|||")
	for _, r := range table.Rows {
		r.Text("code")
	}
	same(t, "errors", fields(table.Errors), "7 单位代码 cell_error", "8 单位代码 no_value")
}

func TestFirstVisibleSheetIsRead(t *testing.T) {
	t.Parallel()
	sheets := func(list string) map[string]string {
		return map[string]string{
			"xl/workbook.xml": `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>` + list + `</sheets></workbook>`,
			"xl/worksheets/sheet2.xml": `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row><row r="2">` +
				`<c r="A2"><v>2</v></c></row></sheetData></worksheet>`,
		}
	}
	one := headCells + num(2, 0, "1")
	table := mustRead(t, "a.xlsx", xlsxBook(t, one, sheets(`<sheet name="甲" state="hidden" r:id="r1"/><sheet name="乙" r:id="r2"/>`)))
	same(t, "hidden", texts(table), "2: 2||||")
	if table.Sheet != "乙" || table.WarningCount != 0 {
		t.Errorf("sheet %q, warnings %v", table.Sheet, table.Warnings)
	}
	table = mustRead(t, "a.xlsx", xlsxBook(t, one, sheets(`<sheet name="甲" r:id="r1"/><sheet name="乙" r:id="r2"/>`)))
	same(t, "two", fields(table.Warnings), "0  other_sheets")
	table = mustRead(t, "a.xlsx", xlsxBook(t, one, sheets(`<sheet name="甲" r:id="r1"/><sheet name="填写说明" r:id="r2"/>`)))
	same(t, "help sheet", fields(table.Warnings))
	stray := strings.Replace(one, `</c></row>`, `</c><c r="F1"/></row>`, 1) + `<row r="3"><c r="A3"><v>1</v></c><c r="F3"><v>9</v></c></row>`
	table = mustRead(t, "a.xlsx", xlsxBook(t, stray, nil))
	same(t, "stray cell", fields(append(table.Warnings, table.Errors...)), "3 F nameless_column")
	refused(t, "all hidden", xlsxBook(t, one, sheets(`<sheet name="甲" state="veryHidden" r:id="r1"/>`)), "sheet.empty")
}

// A damaged file must never be taken for a shorter one.
func TestBrokenBooksAreRefused(t *testing.T) {
	t.Parallel()
	row := headCells + num(2, 0, "1") + num(3, 0, "2")
	sheet := `<worksheet><sheetData>` + row + `</sheetData></worksheet>`
	const part = "xl/worksheets/sheet1.xml"
	for about, parts := range map[string]map[string]string{
		"cut sheet":          {part: sheet[:len(sheet)-40]},
		"cut after the rows": {part: strings.TrimSuffix(sheet, "</worksheet>")},
		"no rows element":    {part: `<worksheet/>`},
		"wrong nesting":      {part: strings.Replace(sheet, "</c></row>", "</row></c>", 1)},
		"rows going back":    {part: strings.Replace(sheet, `<row r="3">`, `<row r="2">`, 1)},
		"columns going back": {part: strings.Replace(sheet, `"B2"`, `"A2"`, 1)},
		"row 0":              {part: strings.Replace(sheet, `<row r="2">`, `<row r="0">`, 1)},
		"row too far":        {part: strings.Replace(sheet, `<row r="3">`, `<row r="1048577">`, 1)},
		"row no number":      {part: strings.Replace(sheet, `<row r="3">`, `<row r="x">`, 1)},
		"column too far":     {part: strings.Replace(sheet, `"B3"`, `"XFE3"`, 1)},
		"reference":          {part: strings.Replace(sheet, `"B3"`, `"3"`, 1)},
		"no shared string":   {part: strings.Replace(sheet, `<c r="B3" s="0">`, `<c r="B3" t="s">`, 1)},
		"no sheet":           {part: ""},
		"entity":             {part: strings.Replace(sheet, "王", "&x;", 1)},
		"no workbook xml":    {"xl/workbook.xml": "?"},
		"styles":             {"xl/styles.xml": "<styleSheet>"},
		"strings":            {"xl/sharedStrings.xml": "<sst><si><t>"},
	} {
		refused(t, about, xlsxBook(t, row, parts), "sheet.broken")
	}
	whole := xlsxBook(t, row, nil)
	mustRead(t, "a.xlsx", whole)
	refused(t, "part twice", xlsxBook(t, row, map[string]string{`XL\worksheets\Sheet1.xml`: sheet}), "sheet.broken")
	refused(t, "half the file", whole[:len(whole)/2], "sheet.broken")
	refused(t, "another document", xlsxBook(t, row, map[string]string{
		"xl/workbook.xml": "", "word/document.xml": "<x/>",
		"_rels/.rels": strings.Replace(relsPart, "xl/workbook.xml", "word/document.xml", 1),
	}), "sheet.not_xlsx")
}

// Whatever single byte is damaged: the file is refused, or what is read is what was written.
func TestFlippedBytes(t *testing.T) {
	t.Parallel()
	whole := xlsxBook(t, headCells+num(2, 0, "1")+num(3, 0, "2"), nil)
	want := strings.Join(texts(mustRead(t, "a.xlsx", whole)), "\n")
	for i := range len(whole) {
		damaged := []byte(whole)
		damaged[i] ^= 0x55
		table, err := Read("a.xlsx", damaged, columns(), Limits{})
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Fatalf("byte %d: %v", i, err)
		}
		if err == nil && strings.Join(texts(table), "\n") != want {
			t.Fatalf("byte %d: got %v", i, texts(table))
		}
	}
}

func TestBombsAreRefused(t *testing.T) {
	t.Parallel()
	limits := Limits{Unzipped: 4 << 20, Rows: 900, Cells: 1000}
	var far strings.Builder
	for r := 2; r < 900; r++ {
		fmt.Fprintf(&far, `<row r="%d"><c r="XFD%d"><v>1</v></c></row>`, r, r)
	}
	strs := `<sst><si><t>` + strings.Repeat("长", 30_000) + `</t></si></sst>`
	var shared strings.Builder
	for r := 2; r < 900; r++ {
		fmt.Fprintf(&shared, `<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>`, r, r)
	}
	for about, c := range map[string]struct {
		rows  string
		parts map[string]string
		key   string
	}{
		"much air":             {headCells + strings.Repeat(" ", 5<<20), nil, "sheet.too_large_inside"},
		"large other part":     {headCells, map[string]string{"xl/sharedStrings.xml": "<sst>" + strings.Repeat(" ", 5<<20)}, "sheet.too_large_inside"},
		"empty cells":          {headCells + "<row>" + strings.Repeat("<c/>", 9000) + "</row>", nil, "sheet.too_many_cells"},
		"empty shared strings": {headCells, map[string]string{"xl/sharedStrings.xml": "<sst>" + strings.Repeat("<si/>", 2000)}, "sheet.too_many_cells"},
		"long shared string":   {headCells + shared.String(), map[string]string{"xl/sharedStrings.xml": strs}, "sheet.too_large_inside"},
		"many rows":            {headCells + strings.Repeat(`<row><c><v>1</v></c></row>`, 1000), nil, "sheet.too_many_rows"},
		"far columns":          {headCells + far.String(), nil, ""},
	} {
		table, err := Read("a.xlsx", []byte(xlsxBook(t, c.rows, c.parts)), columns(), limits)
		if c.key == "" && (err != nil || len(table.Rows) != 898) || c.key != "" && fault.Of(err).Key != c.key {
			t.Errorf("%s: got %v, want %s", about, err, c.key)
		}
	}
}

// Files of another writer are read to the same values as they were written.
func TestFilesOfExcelize(t *testing.T) {
	t.Parallel()
	file := excelize.NewFile()
	day := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	style, err := file.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		t.Fatal(err)
	}
	for cell, v := range map[string]any{
		"A1": "姓名", "B1": "单位代码", "C1": "件数", "D1": "日期", "A2": "王𬭁", "B2": "91330100MA2B00000X", "C2": 1.0, "D2": day,
		"A4": "李", "B4": 13812340926, "C4": 0.1 + 0.2, "D4": 46204.0,
	} {
		if err := file.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := file.SetCellStyle("Sheet1", "D2", "D4", style); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := file.Write(&out); err != nil {
		t.Fatal(err)
	}
	same(t, "excelize", texts(mustRead(t, "a.xlsx", out.String())), "2: 王𬭁|91330100MA2B00000X|1|2026-07-01|", "4: 李|13812340926|0.3|2026-07-01|")
}

// excelize is asked for the same sheet as a second opinion on random text, numbers and gaps.
func TestReadsWhatExcelizeReads(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(1, 2))
	var rows strings.Builder
	rows.WriteString(headCells)
	for r := 2; r < 300; r++ {
		if chance.IntN(4) == 0 {
			continue
		}
		rows.WriteString(num(r, 0, strconv.Itoa(chance.IntN(1e9)-5e8)))
	}
	data := xlsxBook(t, rows.String(), nil)
	file, err := excelize.OpenReader(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	want, err := file.GetRows("一")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for i, row := range want {
		if i > 0 && len(row) > 0 {
			lines = append(lines, fmt.Sprintf("%d: %s|%s|||", i+1, row[0], row[1]))
		}
	}
	same(t, "random", texts(mustRead(t, "a.xlsx", data)), lines...)
}
