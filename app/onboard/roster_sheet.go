package onboard

import (
	"strings"
	"unicode/utf8"

	"shanzhi/app/accounts"
	"shanzhi/models"
	"shanzhi/models/sheet"
)

// rosterSheet is a roster as it was read, one row a person. Card is the hash of the identity number, never the number.
type rosterSheet struct{ Rows []personRow }

type personRow struct {
	Row                       int
	Staff, Card, Name, Mobile string
	post
}

// maxClass is the longest word of a post class.
const maxClass = 32

// post is the part of a row that describes a post.
type post struct {
	Unit, Title, Class, Manager string
	Category                    models.Category
	From                        models.Date
	Month                       bool // From is the first of a month of which no day was given
}

var categoryWords = map[string]models.Category{
	"党政领导干部": models.LeadingCadre, "领导干部": models.LeadingCadre, "leading": models.LeadingCadre,
	"Party and government leading cadre": models.LeadingCadre, "公务员": models.CivilServant, "civil": models.CivilServant,
	"Civil servant": models.CivilServant, "事业单位工作人员": models.Institution, "事业": models.Institution,
	"institution": models.Institution, "Public-institution staff": models.Institution,
	"村（社区）干部": models.VillageCadre, "village": models.VillageCadre,
	"Village or community cadre": models.VillageCadre,
	"编外（聘用）人员":                   models.Contract, "编外": models.Contract, "聘用": models.Contract,
	"contract": models.Contract, "Contract staff": models.Contract,

	"领导": models.LeadingCadre, "公务员（含参公）": models.CivilServant, "参公": models.CivilServant,
	"参公人员": models.CivilServant, "参照公务员法管理人员": models.CivilServant, "事业单位": models.Institution,
	"事业人员": models.Institution, "事业编": models.Institution, "事业编制": models.Institution,
	"事业编制人员": models.Institution, "村干部": models.VillageCadre, "社区干部": models.VillageCadre,
	"村社区干部": models.VillageCadre, "村两委干部": models.VillageCadre, "编外人员": models.Contract,
	"聘用人员": models.Contract, "编外聘用人员": models.Contract, "合同制": models.Contract, "合同制人员": models.Contract,
	"劳务派遣": models.Contract, "劳务派遣人员": models.Contract,
}

var classWords = map[string]string{
	"县直部门工作人员": "county_department", "乡镇（街道）领导班子成员": "township_leader",
	"乡镇（街道）工作人员": "township_staff", "便民服务窗口人员": "service_window",
	"村（社区）党组织书记": "village_secretary", "村（社区）“两委”成员": "village_member", "村（社区）两委成员": "village_member",
	"County department staff": "county_department", "Township (subdistrict) leadership": "township_leader",
	"Township (subdistrict) staff": "township_staff", "Service window staff": "service_window",
	"Village or community Party secretary":  "village_secretary",
	"Village or community committee member": "village_member",
	"county_department":                     "county_department", "township_leader": "township_leader",
	"township_staff": "township_staff", "service_window": "service_window",
	"village_secretary": "village_secretary", "village_member": "village_member",

	"县直部门": "county_department", "县直部门干部": "county_department", "县直单位工作人员": "county_department",
	"县直机关工作人员": "county_department", "乡镇领导班子成员": "township_leader", "街道领导班子成员": "township_leader",
	"乡镇班子成员": "township_leader", "乡镇领导": "township_leader", "乡镇工作人员": "township_staff",
	"街道工作人员": "township_staff", "乡镇干部": "township_staff", "街道干部": "township_staff",
	"窗口人员": "service_window", "窗口工作人员": "service_window", "便民服务人员": "service_window",
	"党组织书记": "village_secretary", "村党组织书记": "village_secretary", "社区党组织书记": "village_secretary",
	"村书记": "village_secretary", "村支书": "village_secretary", "两委成员": "village_member",
	"村两委成员": "village_member", "社区两委成员": "village_member", "村两委": "village_member",
}

func personColumns(k Kind) []sheet.Column {
	return []sheet.Column{
		column(k, "staff", false, "LX0012", "工号", "人员编号", "员工编号", "职工编号", "staff_no", "staff_number"),
		column(k, "card", false, "", "居民身份证号", "居民身份证号码", "身份证号", "身份证号码", "身份证", "id_card", "id_number"),
	}
}

func postColumns(k Kind) []sheet.Column {
	class := column(k, "class", true, "account.class.township_staff", "岗位类别", "post_class", "class")
	class.Choices = choices("account.class.", accounts.PostClasses())
	category := column(k, "category", true, "account.category.civil", "人员类别", "personnel_category", "category")
	category.Choices = choices("account.category.", accounts.Categories())
	return []sheet.Column{
		column(k, "unit", true, "onboard.example.township", "所属单位", "所在单位", "单位", "单位名称", "工作单位", "unit"),
		column(k, "title", true, "onboard.example.title", "职务", "现任职务", "职务名称", "岗位名称", "岗位", "post_title", "title"),
		class, category,
		column(k, "manager", false, "onboard.example.county", "干部管理权限", "管理单位", "managing_authority", "manager"),
		column(k, "from", false, "2026-01-01", "任职日期", "任职起始日期", "起始日期", "任职时间",
			"任现职时间", "任现职日期", "现任职务时间", "任现职务时间", "任职起始时间", "起始时间", "参加时间", "from_date", "from"),
	}
}

func rosterColumns() []sheet.Column {
	out := personColumns(Roster)
	out = append(out,
		column(Roster, "name", true, "onboard.example.person", "姓名", "人员姓名", "名字", "name"),
		column(Roster, "mobile", false, "", "手机号码", "手机号", "手机", "联系电话", "电话", "mobile", "phone"))
	return append(out, postColumns(Roster)...)
}

// readRoster reads a roster; what is wrong with a row as such is recorded in the table.
func readRoster(s *Service, t *sheet.Table, today models.Date) rows {
	out := &rosterSheet{Rows: make([]personRow, 0, len(t.Rows))}
	for _, r := range t.Rows {
		p := personRow{Row: r.Number, post: readPost(r, today)}
		p.Staff, p.Card = readPerson(s, r, today)
		name := strings.TrimSpace(r.Text("name"))
		p.Name = checked(r, "name", accounts.CheckName("name", name))
		if text := r.Text("mobile"); text != "" {
			number, ok := accounts.NormalMobile(text)
			if !ok {
				r.Fail("mobile", "onboard.mobile")
			}
			p.Mobile = number
		}
		out.Rows = append(out.Rows, p)
	}
	return out
}

// readPerson reads by what a row names a person: the staff number, or the hash of the identity number.
func readPerson(s *Service, r *sheet.Row, today models.Date) (staff, card string) {
	if r.Blank("staff") && r.Blank("card") {
		r.Fail("staff", "onboard.person_number")
	}
	staff = accounts.NormalStaffNo(r.Text("staff"))
	if staff != "" {
		for _, f := range accounts.CheckStaffNo("staff", staff) {
			r.Fail("staff", f.Key, pairs(f.Args)...)
		}
	}
	if number := normalID(r.Text("card")); number != "" {
		if !IDCard(number, today) {
			r.Fail("card", "onboard.id_card") // the number is not repeated in what is said
			return staff, ""
		}
		card = idHash(s.vault, number)
	}
	return staff, card
}

// classOf returns the code of a post class; another word stays as it is, for a house may have classes of its own.
func classOf(text string) string {
	for word, class := range classWords {
		if sheet.Alike(word, text) {
			return class
		}
	}
	return text
}

func readPost(r *sheet.Row, today models.Date) post {
	p := post{Unit: r.Text("unit"), Manager: r.Text("manager")}
	p.Title = checked(r, "title", accounts.CheckText("title", r.TextMax("title", 100), 100))
	if p.Class = classOf(r.Text("class")); utf8.RuneCountInString(p.Class) > maxClass {
		r.Fail("class", "sheet.too_long", "n", utf8.RuneCountInString(p.Class), "max", maxClass)
	}
	p.Category, _ = sheet.Pick(r, "category", categoryWords)
	if at, monthOnly, ok := r.DateOrMonth("from"); ok {
		p.Month = monthOnly
		if p.From = models.NewDate(at.Year(), at.Month(), at.Day()); p.From > today.AddDays(366) {
			r.Fail("from", "onboard.from_far")
		}
	}
	return p
}
