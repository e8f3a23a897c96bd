package onboard_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"shanzhi/app/onboard"
	"shanzhi/models"
	"shanzhi/models/fault"
	sheets "shanzhi/models/sheet"
)

// book is an xlsx file whose only sheet has the given rows.
func book(t *testing.T, rows string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>`,
		"_rels/.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" ` +
			`Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
			`<sheets><sheet name="a" sheetId="1" r:id="s"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="s" ` +
			`Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml": `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`,
	} {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A small file that is large inside is refused before it is unpacked, and so is one of too many rows.
func TestBombsAreRefusedAtTheDoor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	heads := `<row r="1"><c r="A1" t="inlineStr"><is><t>单位名称</t></is></c><c r="B1" t="inlineStr"><is><t>单位类别</t></is></c></row>`
	for about, c := range map[string]struct {
		rows, key string
	}{
		"much air":  {heads + strings.Repeat(" ", 65<<20), "sheet.too_large_inside"},
		"many rows": {heads + strings.Repeat(`<row><c t="inlineStr"><is><t>甲</t></is></c></row>`, 20_001), "sheet.too_many_rows"},
	} {
		file := book(t, c.rows)
		if len(file) > 1<<20 {
			t.Fatalf("%s: the file has %d bytes: it would be refused for its size", about, len(file))
		}
		_, err := w.take(onboard.Input{Kind: onboard.Units, Name: "炸.xlsx", Data: file, How: onboard.KeepAll})
		if !fault.Is(err, fault.Invalid) || fault.Of(err).Key != c.key {
			t.Errorf("%s: %v, want %s", about, err, c.key)
		}
	}
}

// What a spreadsheet program would compute is a text in every sheet that is handed out again.
func TestNothingThatComesInIsComputedWhenItGoesOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.threeTowns()
	const evil = `=HYPERLINK("http://x/";"点")`
	w.bring(onboard.Roster, sheet(append(lines(rosterHeads),
		[]string{"E1", "", "张三", "", "松坡镇", evil, "乡镇（街道）工作人员", "公务员", "", ""},
		[]string{"E2", "", "李四", "", "松坡镇", "@SUM(1)", "乡镇（街道）工作人员", "公务员", "", ""})...))
	rows, total, err := w.door.Staff(t.Context(), system, onboard.StaffFilter{UnitID: w.unit("松坡镇").ID})
	w.must(err)
	if total != 2 || rows[0].Title != evil {
		t.Fatalf("%d, %+v", total, rows)
	}
	out := func(yield func([]any, error) bool) {
		for _, r := range rows {
			if !yield([]any{r.StaffNo, r.Title}, nil) {
				return
			}
		}
	}
	cols := []sheets.Col{{Head: "工号"}, {Head: "职务"}}
	var asCSV, asXLSX bytes.Buffer
	w.must(sheets.WriteCSV(&asCSV, cols, out))
	w.must(sheets.WriteXLSX(&asXLSX, cols, out))
	if text := asCSV.String(); !strings.Contains(text, `'=HYPERLINK`) || !strings.Contains(text, "'@SUM") {
		t.Errorf("csv: %s", text)
	}
	z, err := zip.NewReader(bytes.NewReader(asXLSX.Bytes()), int64(asXLSX.Len()))
	w.must(err)
	for _, f := range z.File {
		r, err := f.Open()
		w.must(err)
		var b bytes.Buffer
		_, err = b.ReadFrom(r)
		w.must(err)
		if strings.Contains(b.String(), "<f>") || strings.Contains(b.String(), "<f ") {
			t.Errorf("%s holds a formula", f.Name)
		}
	}
}

// Somebody who may administer one township lists nobody of another.
func TestStaffNumbersKeepToTheReach(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fourPeople()
	town := w.unit("松坡镇")
	local := models.Actor{ID: "x", Grants: []models.Grant{{Role: models.RoleSystem, UnitID: town.ID, UnitPath: town.Path}}}
	rows, total, err := w.door.Staff(t.Context(), local, onboard.StaffFilter{})
	if err != nil || total != 3 || len(rows) != 3 {
		t.Errorf("%d people, %v, want the three of the township", total, err)
	}
	if _, _, err := w.door.Staff(t.Context(), local, onboard.StaffFilter{UnitID: w.unit("清泉镇").ID}); !fault.Is(err, fault.NotFound) {
		t.Errorf("another township: %v", err)
	}
	r, err := w.take(onboard.Input{Kind: onboard.Units, Data: sheet(lines(unitHeads + "|,甲村,村,松坡镇")...), How: onboard.Stage})
	w.must(err)
	if _, err := w.door.Plan(t.Context(), local, r.PlanID, onboard.PlanFilter{}); !fault.Is(err, fault.NotFound) {
		t.Errorf("somebody else's plan: %v", err)
	}
	if _, err := w.door.Overview(t.Context(), local); err != nil {
		t.Errorf("overview: %v", err)
	}
}
