package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"maps"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"shanzhi/models/fault"
)

func columns() []Column {
	return []Column{
		{Key: "name", Heads: []string{"姓名", "Name"}, Required: true, Help: "sheet.blank"},
		{Key: "code", Heads: []string{"单位代码", "Unit code", "统一社会信用代码"}},
		{Key: "n", Heads: []string{"件数", "Number"}},
		{Key: "day", Heads: []string{"日期", "Date"}},
		{Key: "kind", Heads: []string{"类别", "Kind"}},
	}
}

func mustRead(tb testing.TB, name, data string) *Table {
	tb.Helper()
	table, err := Read(name, []byte(data), columns(), Limits{})
	if err != nil {
		tb.Fatalf("%s: %v", name, err)
	}
	return table
}

// refused reads a file that must be refused with the key.
func refused(t *testing.T, about, data, key string) *fault.Error {
	t.Helper()
	table, err := Read("文件.csv", []byte(data), columns(), Limits{})
	f := fault.Of(err)
	if table != nil || f.Kind != fault.Invalid || f.Key != key {
		t.Errorf("%s: got %v, %v; want %s", about, table, err, key)
	}
	return f
}

// texts shows the rows as "row: cell|cell|…".
func texts(table *Table) []string {
	var out []string
	for _, r := range table.Rows {
		var cells []string
		for _, c := range columns() {
			cells = append(cells, r.cells[r.table.at(c.Key)].text)
		}
		out = append(out, fmt.Sprintf("%d: %s", r.Number, strings.Join(cells, "|")))
	}
	return out
}

func same(t *testing.T, about string, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s: got\n%s\nwant\n%s", about, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// fields shows wrong fields as "row name key".
func fields(list []fault.Field) []string {
	var out []string
	for _, f := range list {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%d %s %s", f.Row, f.Name, strings.TrimPrefix(f.Key, "sheet."))))
	}
	return out
}

func gb(tb testing.TB, text string) string {
	tb.Helper()
	out, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

const (
	relsPart = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="r0" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	bookRelsPart = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="x/worksheet" Target="/xl/worksheets/sheet2.xml"/>` +
		`<Relationship Id="r3" Type="x/styles" Target="styles.xml"/><Relationship Id="r4" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>`
	stylesPart = `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="6"><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/>` +
		`<numFmt numFmtId="165" formatCode="000000"/><numFmt numFmtId="166" formatCode="[$-804]yyyy/m/d\ h:mm;@"/>` +
		`<numFmt numFmtId="167" formatCode="[Red]#,##0.00_);\(0.00\)"/><numFmt numFmtId="168" formatCode="[h]:mm"/><numFmt numFmtId="169" formatCode="&quot;day&quot;0"/></numFmts>` +
		`<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/><xf numFmtId="168"/>` +
		`<xf numFmtId="9"/><xf numFmtId="20"/><xf numFmtId="169"/></cellXfs></styleSheet>`
	headCells = `<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c><c r="B1" t="inlineStr"><is><t>单位代码</t></is></c></row>`
)

// xlsxBook is a hand-made file; parts replace or add to its parts, an empty one removes it.
func xlsxBook(tb testing.TB, sheetData string, parts map[string]string) string {
	tb.Helper()
	all := map[string]string{
		"_rels/.rels": relsPart, "xl/_rels/workbook.xml.rels": bookRelsPart, "xl/styles.xml": stylesPart,
		"xl/workbook.xml": `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>` +
			`<sheet name="一" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/worksheets/sheet1.xml": `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + sheetData + `</sheetData></worksheet>`,
	}
	maps.Copy(all, parts)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range all {
		if text == "" {
			continue
		}
		f, err := w.Create(name)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := f.Write([]byte(text)); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.String()
}
