package sheet

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// one is a table of one row with the given cells under 姓名 and 件数.
func one(t *testing.T, name, n string) *Table {
	t.Helper()
	return mustRead(t, "a.csv", "姓名,件数,类别\n\""+name+"\",\""+n+"\",x\n")
}

func TestInt(t *testing.T) {
	t.Parallel()
	for in, c := range map[string]struct {
		want int
		key  string
	}{
		"3": {3, ""}, "+3": {3, ""}, "-3": {-3, ""}, "1.0": {1, ""}, "12.": {12, ""}, "1,234": {1234, ""}, "１２": {12, ""}, " 7　": {7, ""},
		"007": {7, ""}, "1.5": {0, "not_whole"}, "x": {0, "not_whole"}, "1 2": {0, "not_whole"}, "1,23": {0, "not_whole"},
		"1e3": {0, "not_whole"}, "十": {0, "not_whole"}, "2000": {0, "out_of_range"}, "-6": {0, "out_of_range"},
		"99999999999999999999": {0, "out_of_range"}, "1.23457E+11": {0, "digits_lost"}, "0x1F": {0, "not_whole"}, "": {0, ""},
	} {
		table := one(t, "王", in)
		got, ok := table.Rows[0].Int("n", -5, 1999)
		want := []string{}
		if c.key != "" {
			want = append(want, "2 件数 "+c.key)
		}
		if got != c.want || ok != (c.key == "" && in != "") {
			t.Errorf("%q: got %d, %v; want %d", in, got, ok, c.want)
		}
		same(t, in, fields(table.Errors), want...)
	}
}

func TestFixed(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int64{
		"31.5": 3150, "31.50": 3150, "31": 3100, ".5": -1, "0.05": 5, "31.555": -1, "1,000.5": 100050,
		"-0.01": -1, "1000.51": -1, "31.5000": 3150,
	} {
		table := one(t, "王", in)
		got, ok := table.Rows[0].Fixed("n", 2, 0, 100050)
		if ok != (want >= 0) || ok && got != want || ok == (table.ErrorCount > 0) {
			t.Errorf("%q: got %d, %v, %v; want %d", in, got, ok, table.Errors, want)
		}
	}
	table := one(t, "王", "-1")
	table.Rows[0].Fixed("n", 2, 5, 100050)
	if a := table.Errors[0].Args; a["min"] != "0.05" || a["max"] != "1000.5" {
		t.Errorf("range %v to %v, want 0.05 to 1000.5", a["min"], a["max"])
	}
}

func TestDate(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2026-07-01": "2026-07-01", "2026/7/1": "2026-07-01", "2026年7月1日": "2026-07-01", "2026年07月01": "2026-07-01",
		"2026.7.1": "2026-07-01", "20260701": "2026-07-01", "２０２６－０７－０１": "2026-07-01", "2026/7/1 0:00": "2026-07-01",
		"2026-07-01 14:30:05": "2026-07-01", "2024-02-29": "2024-02-29", "2026-02-29": "", "2026-13-01": "", "2026-7/1": "",
		"26-7-1": "", "7/1/2026": "", "46204": "2026-07-01", "46204.5": "2026-07-01", "18263": "", "4620": "", "1899-12-31": "", "2200-01-01": "", "2026-07-00": "", "2026年7月": "", "2026-07-01 25:00": "",
		"2026-07-011": "", "明天": "",
	} {
		table := one(t, "王", in)
		got, ok := table.Rows[0].Date("n")
		switch {
		case want == "" && (ok || len(table.Errors) != 1 || table.Errors[0].Key != "sheet.not_date"):
			t.Errorf("%q: got %v, %v, %v; want sheet.not_date", in, got, ok, table.Errors)
		case want != "" && (!ok || got != got.UTC() || got.Format(time.DateTime) != want+" 00:00:00"):
			t.Errorf("%q: got %v, %v, %v; want %s", in, got, ok, table.Errors, want)
		}
	}
}

// A month without a day stands for its first day where a day is not needed; what may be two months is none.
func TestMonthsWithoutADay(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2024.03": "2024-03-01 true", "2024-3": "2024-03-01 true", "2024/12": "2024-12-01 true", "202403": "2024-03-01 true",
		"2024年3月": "2024-03-01 true", "2024年10月份": "2024-10-01 true", "2024.10": "2024-10-01 true", "2024.9": "2024-09-01 true",
		"２０２４．０３": "2024-03-01 true", "2024-03-05": "2024-03-05 false", "20240305": "2024-03-05 false", "46204": "2026-07-01 false",
		"2024.1": "sheet.month_unclear", "2024.13": "sheet.not_date", "202400": "sheet.not_date", "2024": "sheet.not_date",
	} {
		table := one(t, "王", in)
		at, monthOnly, ok := table.Rows[0].DateOrMonth("n")
		got := fmt.Sprint(at.Format(time.DateOnly), " ", monthOnly)
		if !ok && len(table.Errors) == 1 {
			got = table.Errors[0].Key
		}
		if got != want {
			t.Errorf("%q: got %s, %v; want %s", in, got, table.Errors, want)
		}
	}
}

// Quotation marks of any kind, or none, are the same word; a word that is near is asked for.
func TestWordsThatAreMeant(t *testing.T) {
	t.Parallel()
	for _, said := range []string{`村（社区）"两委"成员`, "村（社区）“两委”成员", "村(社区)‘两委’成员", "村（社区）两委成员", "村（社区）＂两委＂成员", "村（社区）「两委」成员"} {
		if !Alike(said, "村（社区）“两委”成员") {
			t.Errorf("%s is another word", said)
		}
	}
	units := []string{"中共云溪县委组织部", "云溪县民政局", "云溪县财政局", "石桥村", "county"}
	for said, want := range map[string]string{
		"云溪县委组织部": "中共云溪县委组织部", "民政局": "云溪县民政局", "云溪财政局": "云溪县财政局", "石桥": "石桥村", "桥": "", "气象台": "", "Countyy": "county",
	} {
		if got := strings.Join(Near(said, units, 1), ""); got != want {
			t.Errorf("%s: got %q, want %q", said, got, want)
		}
	}
}

func TestInstant(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("CST", 8*3600)
	for in, want := range map[string]string{
		"2026-07-01 14:30": "2026-07-01 06:30:00", "2026/7/1 8:05:09": "2026-07-01 00:05:09", "2026-07-01T00:00:00": "2026-06-30 16:00:00",
		"2026年7月1日14时30分": "2026-07-01 06:30:00", "2026年7月1日": "2026-06-30 16:00:00", "2026-07-01 24:00": "", "2026-07-01 10:60": "",
		"20260701 1430": "",
	} {
		table := one(t, "王", in)
		got, ok := table.Rows[0].Instant("n", zone)
		if ok != (want != "") || ok && got.UTC().Format(time.DateTime) != want || ok == (table.ErrorCount > 0) {
			t.Errorf("%q: got %v, %v, %v; want %s", in, got.UTC(), ok, table.Errors, want)
		}
	}
}

func TestOneOf(t *testing.T) {
	t.Parallel()
	words := map[string]string{"满意": "4", "Very good": "5"}
	for in, want := range map[string]string{"满意": "4", " 满 意 ": "4", "VERY GOOD": "5", "ｖｅｒｙ　ｇｏｏｄ": "5", "不满意": "", "": ""} {
		table := one(t, "王", in)
		got, ok := table.Rows[0].OneOf("n", words)
		if got != want || ok != (want != "") {
			t.Errorf("%q: got %q, %v; want %q", in, got, ok, want)
		}
		if in == "不满意" && (table.ErrorCount != 1 || table.Errors[0].Args["allowed"] != "Very good / 满意") {
			t.Errorf("%q: errors %v", in, table.Errors)
		}
	}
	if n, ok := Pick(one(t, "王", "满意").Rows[0], "n", map[string]int{"满意": 4}); n != 4 || !ok {
		t.Errorf("got %d, %v", n, ok)
	}
}

func TestErrorsAreKeptByRowAndField(t *testing.T) {
	t.Parallel()
	table := mustRead(t, "a.csv", "姓名,件数,日期,单位代码\n,x,明天,1.10101E+17\n王,1,2026-07-01,2\n李,,,\n")
	for _, r := range table.Rows {
		for range 2 { // asking twice does not report twice
			r.Text("name")
			r.Int("n", 0, 9)
			r.Date("day")
			r.Text("code")
		}
		if r.Number == 3 {
			r.Fail("code", "unit.unknown", "value", r.Text("code"))
		}
	}
	same(t, "errors", fields(table.Errors), "2 姓名 blank", "2 件数 not_whole", "2 日期 not_date", "2 单位代码 digits_lost", "3 单位代码 unit.unknown")
	if table.ErrorCount != 5 || table.Rows[0].OK() || table.Rows[1].OK() || !table.Rows[2].OK() {
		t.Errorf("count %d, rows %v %v %v", table.ErrorCount, table.Rows[0].OK(), table.Rows[1].OK(), table.Rows[2].OK())
	}
	if !table.Rows[2].Blank("n") || !table.Rows[2].Blank("kind") || table.Rows[0].Blank("code") {
		t.Error("blank cells are not told from filled ones")
	}
}

func TestTextMax(t *testing.T) {
	t.Parallel()
	table := one(t, "李𬒔·买买提", "1")
	if got := table.Rows[0].TextMax("name", 6); got != "李𬒔·买买提" {
		t.Errorf("six characters: got %q", got)
	}
	if got := table.Rows[0].TextMax("name", 5); got != "" || table.ErrorCount != 1 {
		t.Errorf("one too many: got %q, %v", got, table.Errors)
	}
}

func TestUnknownKeyIsASlipOfTheProgram(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("a misspelt key passed")
		}
	}()
	one(t, "王", "1").Rows[0].Text("no such key")
}

func TestMarkings(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"秘密★", "机密★1年", "绝密★长期", "本件 机密 ★ 三年", "秘密☆", "【机密】关于……", "（秘密）通报", "密级：秘密", "密级为机密", "绝密", " 机密 ", "秘密 10年",
		"机密级", "绝密级文件", "机密文件请勿外传", "说明：绝密，勿传", "第一行\n秘密\n第三行", "属绝密文件", "[绝密]", "秘密级★5年", "关于印发通知（机密）", "标题\n（秘密）正文",
	} {
		if !IsMarked(text) {
			t.Errorf("%q is not seen", text)
		}
	}
	for _, text := range []string{
		"", "商业秘密", "秘密投票", "商业秘密★", "工作秘密", "工作秘密★", "不得泄露国家秘密", "手机密码忘了", "谢绝密切接触", "拒绝密封", "保守秘密", "司机密切配合",
		"通信秘密和个人秘密", "飞机密件", "（商业秘密）", "这是我们之间的秘密", "无记名（秘密）投票", "密", "密级", "密码★", "杜绝密集", "秘密花园小区", "机密性",
		"手机密级", "工作秘密文件",
	} {
		if IsMarked(text) {
			t.Errorf("%q is taken for a marking", text)
		}
	}
	table := mustRead(t, "机密★.csv", "姓名,备注\n王,秘密★\n李,商业秘密\n")
	same(t, "warnings", fields(table.Warnings), "1 备注 unknown_heading", "0  marked_file", "2 B marked")
	if table.Rows[0].Text("name") != "王" || table.Err() != nil {
		t.Error("a marking must warn, not stop")
	}
}
