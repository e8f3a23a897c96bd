package pages

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"shanzhi/app/onboard"
	"shanzhi/app/web/webtest"
	"shanzhi/models/sheet"
	"shanzhi/models/workday"
)

// guided is a house with the pages by which a county is brought in, and the browser of its system administrator.
func guided(t *testing.T) (*house, *webtest.Client) {
	t.Helper()
	h := newHouse(t, func(h *house) {
		days, err := workday.Load()
		must(t, err)
		h.pages.Onboard = onboard.New(h.db, h.clock.Now, h.vault, days, h.pages.Accounts)
		h.pages.onboardRoutes(h.app)
	})
	return h, h.login(t, h.sys)
}

const (
	unitHeads   = "统一社会信用代码,单位名称,单位类别,上级单位\n"
	rosterHeads = "工号,居民身份证号,姓名,手机号码,所属单位,职务,岗位类别,人员类别,干部管理权限,任职日期\n"
)

func paste(text string, more ...string) url.Values {
	v := url.Values{"text": {text}}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v
}

// Every step explains itself, hands out its template, and the template comes back as it was taken.
func TestEveryStepHasATemplateThatCanBeRead(t *testing.T) {
	t.Parallel()
	_, c := guided(t)
	for _, lang := range []string{"zh-CN", "en"} {
		c.Lang = lang
		sound(t, c.Get("/admin/onboarding").Want(200))
		for _, k := range onboard.Kinds() {
			p := c.Get("/admin/onboarding/" + string(k)).Want(200)
			sound(t, p)
			p.Has("input[name=file]")
			file := c.Get("/admin/onboarding/" + string(k) + "/template").Want(200).Body
			_, err := sheet.Read("t.xlsx", file, onboard.Columns(k), sheet.Limits{})
			if err == nil || !strings.Contains(err.Error(), "sheet.no_rows") {
				t.Errorf("%s in %s: %v, want headings and no rows", k, lang, err)
			}
		}
	}
	c.Get("/admin/onboarding/poems").Want(404)
	c.Get("/admin/onboarding/plans/nothing").Want(404)
}

// A sheet with errors comes back with all of them, with what was pasted, and as a list to take away; nothing is kept.
func TestAFaultySheetLosesNothing(t *testing.T) {
	t.Parallel()
	h, c := guided(t)
	text := rosterHeads + "A1,,张三,,没有镇,科员,乡镇（街道）工作人员,公务员,,\n=1+1,,李四,,柳溪镇,科员,乡镇（街道）工作人员,公务员,,\n"
	p := c.Post("/admin/onboarding/roster", paste(text)).Want(422)
	sound(t, p)
	if said := p.Text(); !strings.Contains(said, "“没有镇”在系统中不存在，请先导入单位或更正名称。") || !strings.Contains(said, "张三") {
		t.Errorf("the page says %s", said)
	}
	var all string
	for _, l := range p.Links() {
		if strings.HasSuffix(l, "?as=xlsx") {
			all = l
		}
	}
	body := c.Get(all).Want(200).Body
	got, err := sheet.Read("e.xlsx", body, []sheet.Column{
		{Key: "row", Heads: []string{"行"}}, {Key: "column", Heads: []string{"列"}}, {Key: "problem", Heads: []string{"问题"}},
	}, sheet.Limits{})
	must(t, err)
	if len(got.Rows) != 2 || got.Rows[0].Text("column") != "所属单位" {
		t.Errorf("%d rows in the list of errors", len(got.Rows))
	}
	if h.count(t, "persons", "name = '张三'") != 0 {
		t.Error("something was kept")
	}
	for name, file := range map[string][]byte{
		"断.xlsx": []byte("PK\x03\x04 broken"), "码.csv": append([]byte(rosterHeads+"张三李四王五赵六钱七孙八\n"), 0xff, 0x80), "无.csv": nil,
	} {
		p := c.PostFile("/admin/onboarding/roster", nil, "file", name, file)
		sound(t, p.Want(422))
	}
	big := bytes.Repeat([]byte("x"), onboard.MaxBytes+1<<20)
	choice := url.Values{"scope": {h.township.ID}, "leave": {"1"}}
	p = c.PostFile("/admin/onboarding/roster", choice, "file", "大.csv", big).Want(422)
	sound(t, p)
	p.Has("input[checked]")
	if said := p.Text(); !strings.Contains(said, "超过 4 MB") || !strings.Contains(said, "重新选择") {
		t.Errorf("too large a file: %s", said)
	}
	p = c.PostFile("/admin/onboarding/roster", nil, "file", "空.xlsx", nil).Want(422)
	if !strings.Contains(p.Text(), "“空.xlsx”是空的") {
		t.Errorf("an empty file: %s", p.Text())
	}
	sound(t, c.Post("/admin/onboarding/roster", paste(text, "leave", "1")).Want(422))
}

// The difference is shown page by page and category by category; it is carried out when it is approved, once.
func TestADifferenceIsApproved(t *testing.T) {
	t.Parallel()
	h, c := guided(t)
	var b strings.Builder
	b.WriteString(rosterHeads)
	for i := range 60 {
		fmt.Fprintf(&b, "LX%03d,,张伟,,石桥村,委员,村（社区）“两委”成员,村（社区）干部,柳溪镇,2026-01-01\n", i)
	}
	p := c.Post("/admin/onboarding/roster", paste(b.String()))
	at := p.Location()
	first := c.Follow(p).Want(200)
	sound(t, first)
	if n := first.Count("tr"); n != 51 {
		t.Errorf("%d rows on the first page, want 50 and the headings", n)
	}
	if n := c.Get(at + "?page=2").Want(200).Count("tr"); n != 11 {
		t.Errorf("%d rows on the second page", n)
	}
	done := c.Follow(c.Post(at+"/apply", nil)).Want(200)
	sound(t, done)
	if h.count(t, "persons", "name = '张伟' AND password_hash = ''") != 60 || !strings.Contains(done.Text(), "已导入，60 项变化") {
		t.Errorf("not carried out: %s", done.Text())
	}
	c.Post(at+"/apply", nil).Want(409)
	next := rosterHeads + "LX000,,张伟,,柳溪镇,科员,乡镇（街道）工作人员,公务员,,\nLX001,,张玮,,石桥村,委员,村（社区）“两委”成员,村（社区）干部,柳溪镇,2026-01-01\n"
	p = c.Post("/admin/onboarding/roster", paste(next, "scope", h.township.ID, "leave", "1"))
	v := c.Follow(p).Want(200)
	sound(t, v)
	for _, want := range []string{"调动 1", "姓名不一致，需逐条确认 1", "离开 58", "单位：石桥村 → 柳溪镇", "58 人今天离任"} {
		if !strings.Contains(v.Text(), want) {
			t.Errorf("the page does not say %q: %s", want, v.Text())
		}
	}
	refused := c.Post(p.Location()+"/apply", nil).Want(422)
	sound(t, refused)
	refused.Has("input[value=3]")
	if !strings.Contains(refused.Text(), "还有 1 条姓名不一致没有确认") || h.count(t, "persons", "name = '张玮'") != 0 {
		t.Errorf("another name was taken without a word: %s", refused.Text())
	}
	sound(t, c.Get(p.Location()+"?show=left&page=2").Want(200))
	sound(t, c.Follow(c.Post(p.Location()+"/discard", nil)).Want(200))
	if h.count(t, "posts", "valid_to <> ''") != 0 {
		t.Error("a plan that was put aside has done something")
	}
	none := c.Follow(c.Post("/admin/onboarding/roster", paste(rosterHeads+
		"LX001,,张伟,,石桥村,委员,村（社区）“两委”成员,村（社区）干部,柳溪镇,2026-01-01\n"))).Want(200)
	sound(t, none)
	if none.Count("form[action="+none.Path+"/apply]") != 0 || !strings.Contains(none.Text(), "不用确认") {
		t.Errorf("nothing is different and still to be approved: %s", none.Text())
	}
	sound(t, c.Get("/admin/onboarding/staff").Want(200))
	if c.Get("/admin/onboarding/staff?as=xlsx&unit=" + h.village.ID).Want(200); h.count(t, "audit_entries", "action = 'list.export'") == 0 {
		t.Error("the export of staff numbers is not in the audit log")
	}
}

// Who is not the system administrator sees none of it, and a sheet of one administrator is nobody else's.
func TestTheGuideIsTheSystemAdministrators(t *testing.T) {
	t.Parallel()
	h, c := guided(t)
	at := c.Post("/admin/onboarding/units", paste(unitHeads+",东山镇,乡镇,\n")).Location()
	other := h.login(t, h.sec)
	other.Get("/admin/onboarding").Want(403)
	other.Get(at).Want(403)
	other.Post("/admin/onboarding/units", paste(unitHeads+",北山镇,乡镇,\n")).Want(403)
	c.Get(at).Want(200)
}

// Columns that were not used are named on the plan, and whoever leaves with open work is listed with the way to hand it
// over, on the plan and, until it is done, on the home page.
func TestAPlanNamesWhatIsLeftToDo(t *testing.T) {
	t.Parallel()
	h, c := guided(t)
	text := strings.TrimSuffix(rosterHeads, "\n") + ",备注\nLX801,,陈一,,柳溪镇,科员,乡镇（街道）工作人员,公务员,,2026-01-01,无\n"
	p := c.Post("/admin/onboarding/roster", paste(text))
	v := c.Follow(p).Want(200)
	sound(t, v)
	for _, want := range []string{"这些列没有用到：备注", "科员；乡镇（街道）工作人员 / 公务员；任职日期：2026-01-01"} {
		if !strings.Contains(v.Text(), want) {
			t.Errorf("the page does not say %q: %s", want, v.Text())
		}
	}
	c.Lang = "en"
	if said := c.Post("/admin/onboarding/roster", paste(strings.Replace(text, "乡镇（街道）工作人员", "x", 1))).Want(422).Text(); !strings.Contains(
		said, "Township (subdistrict) staff / Service window staff") {
		t.Errorf("the choices are not those of the reader: %s", said)
	}
	c.Lang = "zh-CN"
	sound(t, c.Get("/admin/onboarding/leavers").Want(200))
	if h.count(t, "import_plans", "state = 'open'") != 1 {
		t.Error("the plan does not wait")
	}
}
