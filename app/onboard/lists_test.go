package onboard_test

import (
	"bytes"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"shanzhi/app/onboard"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/workday"
)

const (
	matterHeads = "事项编码,事项名称,事项大类,责任单位,办理时限（工作日）,难度"
	postHeads   = "工号,姓名,任职方式,所属单位,职务,岗位类别,人员类别,干部管理权限,任职日期,截止日期"
)

func TestADutyListComesInByCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.threeTowns()
	w.bring(onboard.Matters, sheet(lines(matterHeads+"|mz-001,高龄津贴,民生保障,松坡镇,10,|HJ-001,垃圾清运,environment,云岭县,5,较难")...))
	if w.count(&models.Matter{}, "code = 'MZ-001' AND days = 10 AND difficulty = 2") != 1 {
		t.Error("MZ-001 is not as it was written")
	}
	r, err := w.take(onboard.Input{
		Kind: onboard.Matters, Data: sheet(lines(matterHeads + "|MZ-001,高龄津贴,民生保障,清泉镇,8,一般|HJ-001,垃圾清运,生态环境,云岭县,5,hard")...),
		How: onboard.Keep,
	})
	w.must(err)
	if r.Applied || r.Counts[onboard.Changed] != 1 || r.Counts[onboard.Same] != 1 {
		t.Fatalf("%+v", r)
	}
	_, err = w.door.Apply(t.Context(), system, onboard.Approval{PlanID: r.PlanID})
	w.must(err)
	if w.count(&models.Matter{}, "code = 'MZ-001' AND days = 8 AND unit_id = ?", w.unit("清泉镇").ID) != 1 {
		t.Error("MZ-001 was not changed")
	}
	same(t, w.wrong(onboard.Matters, sheet(lines(matterHeads+"|A,甲,民生保障,没有镇,10,|A,甲,民生保障,松坡镇,10,|B,乙,体育,松坡镇,0,")...)),
		[]string{
			"2 责任单位 onboard.unit_unknown", "3 事项编码 onboard.twice", "4 事项大类 sheet.not_offered",
			"4 办理时限（工作日） sheet.out_of_range",
		})
}

// An imported year counts at once for everybody who shares the calendar, and for a server that looks later.
func TestHolidaysCountAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if w.days.Known(2031) {
		t.Fatal("2031 is known already")
	}
	heads := "日期,类型,节日名称"
	w.bring(onboard.Holidays, sheet(lines(heads+"|2031-01-01,放假,元旦|2031-01-04,上班,|2031-01-05,放假,元旦")...))
	if w.days.Works("2031-01-01") || !w.days.Works("2031-01-04") || !w.days.Known(2031) {
		t.Error("the calendar of the process does not know the days")
	}
	elsewhere, err := workday.Load()
	w.must(err)
	other := w.service(elsewhere)
	for _, want := range []bool{true, false} {
		if changed, err := other.Refresh(t.Context()); changed != want || err != nil {
			t.Errorf("refreshed %v, %v, want %v", changed, err, want)
		}
	}
	if elsewhere.Works("2031-01-01") {
		t.Error("another server does not know the days")
	}
	r, err := w.take(onboard.Input{
		Kind: onboard.Holidays, Data: sheet(lines(heads + "|2031-01-02,放假,元旦")...), How: onboard.Keep,
	})
	w.must(err)
	if r.Applied || r.Counts[onboard.Left] != 2 || r.Counts[onboard.Joined] != 1 {
		t.Fatalf("%+v", r)
	}
	_, err = w.door.Apply(t.Context(), system, onboard.Approval{PlanID: r.PlanID})
	w.must(err)
	if w.days.Works("2031-01-02") || !w.days.Works("2031-01-01") {
		t.Error("the year was not replaced as a whole")
	}
	same(t, w.wrong(onboard.Holidays, sheet(lines(heads+"|2031-03-03,上班,|2031-03-32,放假,|2031-03-04,放假,|2031-03-04,放假,")...)),
		[]string{"2 类型 onboard.day_works", "3 日期 sheet.not_date", "5 日期 onboard.twice"})
}

// Second posts and loans stand beside the main post and end by themselves.
func TestFurtherPosts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fourPeople()
	posts := sheet(lines(postHeads + "|A1,甲,借调,云岭县,办公室工作人员,县直部门工作人员,公务员,云岭县,2026-07-01,2026-12-31" +
		"|A2,,兼任,松坡新村,第一书记,村（社区）党组织书记,公务员,,,")...)
	if r := w.bring(onboard.Posts, posts); r.Counts[onboard.Joined] != 2 {
		t.Fatalf("%+v", r.Counts)
	}
	if w.count(&models.Post{}, "kind = ? AND valid_to = '2026-12-31'", models.OnLoan) != 1 {
		t.Error("no loan")
	}
	if r := w.bring(onboard.Posts, posts); r.Counts[onboard.Same] != 2 || w.count(&models.Post{}, "1 = 1") != 6 {
		t.Errorf("the same sheet again: %+v", r.Counts)
	}
	same(t, w.wrong(onboard.Posts, sheet(lines(postHeads+
		"|NO1,,借调,云岭县,甲,县直部门工作人员,公务员,,,2026-12-31"+
		"|A1,乙,借调,云岭县,甲,县直部门工作人员,公务员,,,2026-12-31"+
		"|A1,甲,挂职,云岭县,乙,县直部门工作人员,公务员,,,"+
		"|A1,甲,挂职,云岭县,丙,县直部门工作人员,公务员,,2026-08-01,2026-07-31")...)),
		[]string{
			"2 工号 onboard.person_unknown", "3 姓名 onboard.name_other", "4 截止日期 onboard.lend_until",
			"5 截止日期 form.date_order",
		})
}

// What is no sheet is refused as a whole; GB18030 is read like UTF-8.
func TestFilesAsTheyCome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes(sheet(lines(unitHeads + "|,松坡镇,乡镇,|,王𬭁村,村,松坡镇")...))
	w.must(err)
	w.bring(onboard.Units, gb)
	if w.unit("王𬭁村").ID == "" {
		t.Error("a rare character got lost")
	}
	for name, data := range map[string][]byte{
		"断.xlsx": []byte("PK\x03\x04 and then nothing"), "空.csv": nil, "表头.csv": []byte("甲,乙\n1,2\n"),
		"码.csv": append(sheet(lines(unitHeads+"|,松坡镇,乡镇,|,清泉镇,乡镇,")...), 0xff, 0xfe, 0x80), "旧.xls": []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xx"),
		"大.csv": bytes.Repeat([]byte("x"), onboard.MaxBytes+1),
	} {
		_, err := w.take(onboard.Input{Kind: onboard.Units, Name: name, Data: data, How: onboard.KeepAll})
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want Invalid", name, err)
		}
	}
}
