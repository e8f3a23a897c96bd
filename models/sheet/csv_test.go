package sheet

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
)

const small = "姓名,单位代码,件数\n王小明,00123,3\n李𬒔,91330100MA2B00000X,12\n"

func TestCSVInEveryEncoding(t *testing.T) {
	t.Parallel()
	same(t, "commas in the text", texts(mustRead(t, "a.csv", "姓名;件数\n王,小,明,甲,乙;3\n")), "2: 王,小,明,甲,乙||3||")
	units := utf16.Encode([]rune(small))
	var le, be bytes.Buffer
	le.Write(bomLE)
	be.Write(bomBE)
	for _, u := range units {
		le.Write([]byte{byte(u), byte(u >> 8)})
		be.Write([]byte{byte(u >> 8), byte(u)})
	}
	for name, data := range map[string]string{
		"utf-8": small, "utf-8 with mark": "\xef\xbb\xbf" + small, "gb18030": gb(t, small), "utf-16 le": le.String(),
		"utf-16 be": be.String(), "crlf": strings.ReplaceAll(small, "\n", "\r\n"), "cr": strings.ReplaceAll(small, "\n", "\r"),
		"tab": strings.ReplaceAll(small, ",", "\t"), "semicolon": strings.ReplaceAll(small, ",", ";"),
		"told": "sep=;\n" + strings.ReplaceAll(small[len("姓名,单位代码,件数\n"):], ",", ";"),
	} {
		if name == "told" {
			data = "sep=;\r\n姓名;单位代码;件数\n" + strings.ReplaceAll(strings.Join(strings.Split(small, "\n")[1:], "\n"), ",", ";")
			same(t, name, texts(mustRead(t, "a.csv", data)), "3: 王小明|00123|3||", "4: 李𬒔|91330100MA2B00000X|12||")
			continue
		}
		same(t, name, texts(mustRead(t, "a.csv", data)), "2: 王小明|00123|3||", "3: 李𬒔|91330100MA2B00000X|12||")
	}
}

// 䶮, 𠮷 and € are the characters which GBK does not have and GB18030 has.
func TestGB18030KeepsRareCharacters(t *testing.T) {
	t.Parallel()
	same(t, "rare", texts(mustRead(t, "a.csv", gb(t, "姓名,单位代码\n刘䶮𠮷,€\n"))), "2: 刘䶮𠮷|€|||")
}

func TestUnreadableTextIsRefusedWithItsLine(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("王小明,群众满意,3\n", 20)
	for name, c := range map[string]struct {
		data string
		line int
	}{
		"one bad byte in utf-8":       {"姓名,单位代码\n" + long + "张\xe4\xb8,2\n" + long, 22},
		"after a mark":                {"\xef\xbb\xbf姓名\n\xd5\xc5\xc8\xfd\n", 2},
		"damaged before":              {"姓名\n王小明\n张\ufffd三\n", 3},
		"bad byte in gb18030":         {gb(t, "姓名,单位代码\n张三,1\n") + "\xff\xff,2\n", 3},
		"cut in the middle (gb18030)": {gb(t, "姓名,单位代码\n张三,") + "\xd5", 2},
		"cut in the middle (utf-8)":   {"姓名,单位代码\n" + long + "张\xe4", 22},
	} {
		f := refused(t, name, c.data, "sheet.encoding")
		if f.Args["line"] != c.line {
			t.Errorf("%s: line %v, want %d", name, f.Args["line"], c.line)
		}
	}
}

// The row is the one a spreadsheet program shows, whatever stands in the cells above.
func TestRowNumbersAreThoseTheUserSees(t *testing.T) {
	t.Parallel()
	data := "姓名,单位代码\r\n" + "\"王\r\n小\r\n明\",1\r\n" + "\r\n" + " , \r\n" + "李四,\"a\nb\"\r\n" + "张三,3"
	same(t, "rows", texts(mustRead(t, "a.csv", data)), "2: 王\n小\n明|1|||", "5: 李四|a\nb|||", "6: 张三|3|||")
}

func TestTitlesAboveTheHeadings(t *testing.T) {
	t.Parallel()
	table := mustRead(t, `C:\表\花名册.csv`, "××县干部花名册,,\n\n制表：姓名,,\n姓 名*,ＵＮＩＴ code,件数\n王小明,1,2\n")
	same(t, "rows", texts(table), "5: 王小明|1|2||")
	if table.HeadRow != 4 || table.File != "花名册.csv" || table.Heading("code") != "ＵＮＩＴ code" || table.Has("day") {
		t.Errorf("got row %d, file %q, heading %q, day %v", table.HeadRow, table.File, table.Heading("code"), table.Has("day"))
	}
	if table.Heading("day") != "日期" {
		t.Errorf("absent heading %q", table.Heading("day"))
	}
}

func TestHeadingsAreChecked(t *testing.T) {
	t.Parallel()
	f := refused(t, "missing", "单位代码,件数\n1,2\n", "sheet.headings")
	same(t, "missing", fields(f.Fields), "1 姓名 missing_heading")
	f = refused(t, "doubled", "姓名,件数,name ,ＮＵＭＢＥＲ\n1,2,3,4\n", "sheet.headings")
	same(t, "doubled", fields(f.Fields), "1 name doubled_heading", "1 ＮＵＭＢＥＲ doubled_heading")
	f = refused(t, "another table", "a,b\n1,2\n", "sheet.headings")
	same(t, "another table", fields(f.Fields), "1 姓名 missing_heading", "1 a unread_headings")
	if got := f.Fields[len(f.Fields)-1].Args["names"]; got != "a、b" {
		t.Errorf("headings that nobody knows: %v", got)
	}
	table := mustRead(t, "a.csv", "姓名,备注,备注,,件数\n1,2,3,4,5\n1,2,3,4,5\n")
	same(t, "unknown", fields(table.Warnings), "1 备注 unknown_heading", "1 备注 unknown_heading", "2 D nameless_column")
}

func TestCommaTooManyIsAnError(t *testing.T) {
	t.Parallel()
	table := mustRead(t, "a.csv", "姓名,件数\n王小明,3\n李四,男,4\n张三,5,,\n")
	same(t, "errors", fields(table.Errors), "3 C extra_cells")
	if table.Err() == nil || table.Rows[1].OK() || !table.Rows[2].OK() {
		t.Error("the row with a comma too many passed, or one with empty cells did not")
	}
}

func TestQuotes(t *testing.T) {
	t.Parallel()
	same(t, "quoted", texts(mustRead(t, "a.csv", "姓名,单位代码\n\"王,\"\"小\"\"明\",1\n")), "2: 王,\"小\"明|1|||")
	same(t, "as formula", texts(mustRead(t, "a.csv", "姓名,单位代码,件数\n=\"王\",=\"00123\",=\"4\"\n\"=\"\"李\"\"\",2,3\n")),
		"2: 王|00123|4||", "3: 李|2|3||")
	f := refused(t, "never closed", "姓名,单位代码\n王,1\n\"李,2\n张,3\n", "sheet.quote")
	if f.Args["line"] != 3 {
		t.Errorf("line %v, want 3", f.Args["line"])
	}
	refused(t, "one in the middle", "姓名,单位代码\n王\"小明,1\n", "sheet.quote")
}

// Cells copied out of a spreadsheet carry their quotation marks as they are: paired ones are text.
func TestPairedQuotesInsideACellAreText(t *testing.T) {
	t.Parallel()
	same(t, "pasted", texts(mustRead(t, "a.csv", "姓名\t单位代码\t件数\r\n王\"小\"明\t\"两委\"成员\t3\r\n\"李,四\"\t\"a\"\"b\"\t4\r\n")),
		"2: 王\"小\"明|\"两委\"成员|3||", "3: 李,四|a\"b|4||")
	same(t, "commas", texts(mustRead(t, "a.csv", "姓名,单位代码\n（社区）\"两委\"成员,1\n\"多\n行\",2\n")), "2: （社区）\"两委\"成员|1|||", "3: 多\n行|2|||")
}

func TestOtherFilesAreNamedForWhatTheyAre(t *testing.T) {
	t.Parallel()
	for about, c := range map[string]struct{ data, key string }{
		"nothing":        {"", "sheet.no_bytes"},
		"blank":          {" \r\n\t\n", "sheet.empty"},
		"only a mark":    {"\xef\xbb\xbf", "sheet.empty"},
		"only commas":    {",,\n,,\n", "sheet.empty"},
		"only headings":  {"姓名,件数\n,,\n", "sheet.no_rows"},
		"pdf":            {"%PDF-1.7", "sheet.document"},
		"old doc":        {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1..W\x00o\x00r\x00d\x00D\x00o\x00c\x00u\x00m\x00e\x00n\x00t\x00", "sheet.document"},
		"old xls":        {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "sheet.old_xls"},
		"web page":       {"\xef\xbb\xbf\n<HTML><table><tr><td>姓名</td></tr></table>", "sheet.markup"},
		"xml":            {"<?xml version=\"1.0\"?><Workbook/>", "sheet.markup"},
		"program":        {"MZ\x00\x00\x01\x02姓名", "sheet.not_a_table"},
		"zip of nothing": {"PK\x03\x04", "sheet.broken"},
	} {
		refused(t, about, c.data, c.key)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	data := "姓名,件数\n" + strings.Repeat("王小明,3\n", 100)
	for key, l := range map[string]Limits{
		"sheet.too_large": {Bytes: 100}, "sheet.too_many_rows": {Rows: 100}, "sheet.too_many_cells": {Cells: 201},
		"sheet.too_large_inside": {Unzipped: 500},
	} {
		if _, err := Read("a.csv", []byte(data), columns(), l); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%+v: got %v, want %s", l, err, key)
		}
	}
	if _, err := Read("a.csv", []byte(data), columns(), Limits{Bytes: int64(len(data)), Rows: 101, Cells: 202}); err != nil {
		t.Errorf("just enough: %v", err)
	}
	refused(t, "long cell", "姓名\n"+strings.Repeat("长", cellRunes+1), "sheet.cell_too_long")
	mustRead(t, "a.csv", "姓名\n"+strings.Repeat("长", cellRunes))
	table, err := Read("a.csv", []byte("姓名,件数\n"+strings.Repeat("机密★,x\n", 50)), columns(), Limits{Errors: 7})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range table.Rows {
		r.Int("n", 0, 1)
	}
	if len(table.Errors) != 7 || table.ErrorCount != 50 || len(table.Warnings) != 7 || table.WarningCount != 50 {
		t.Errorf("kept %d of %d errors, %d of %d warnings", len(table.Errors), table.ErrorCount, len(table.Warnings), table.WarningCount)
	}
}

func TestEightyThousandRowsAreRight(t *testing.T) {
	t.Parallel()
	table := mustRead(t, "a.csv", bigCSV(80_000))
	if len(table.Rows) != 80_000 {
		t.Fatalf("got %d rows", len(table.Rows))
	}
	for i, r := range table.Rows {
		n, _ := r.Int("n", 0, 100_000)
		if n != i || r.Number != i+2 || r.Text("name") != "王小明" {
			t.Fatalf("row %d: number %d, name %q, n %d", i, r.Number, r.Text("name"), n)
		}
	}
	if err := table.Err(); err != nil {
		t.Error(err)
	}
}

func bigCSV(rows int) string {
	var b strings.Builder
	b.WriteString("姓名,单位代码,件数,日期,类别,备注\n")
	for i := range rows {
		fmt.Fprintf(&b, "王小明,91330100MA2B%05dX,%d,2026-07-%02d,医疗,态度很好，办得也快\n", i, i, i%28+1)
	}
	return b.String()
}

func BenchmarkRead80000CSV(b *testing.B) {
	for name, data := range map[string][]byte{"utf8": []byte(bigCSV(80_000)), "gb18030": []byte(gb(b, bigCSV(80_000)))} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				table, err := Read("a.csv", data, columns(), Limits{})
				if err != nil {
					b.Fatal(err)
				}
				kinds := map[string]string{"医疗": "health", "教育": "education"}
				for _, r := range table.Rows {
					r.Text("name")
					r.Text("code")
					r.Int("n", 0, 100_000)
					r.Date("day")
					r.OneOf("kind", kinds)
				}
				if table.Err() != nil {
					b.Fatal(table.Err())
				}
			}
		})
	}
}
