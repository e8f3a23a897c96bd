package onboard

import (
	"shanzhi/app/accounts"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/sheet"
)

// unitSheet is a list of units as it was read.
type unitSheet struct{ Rows []unitRow }

type unitRow struct {
	Row                int
	Code, Name, Parent string
	Kind               models.UnitKind
}

// unitWords are the words for kinds of units, in both languages and as codes.
var unitWords = map[string]models.UnitKind{
	"省级": models.Province, "province": models.Province,
	"县（市、区）": models.County, "县": models.County, "市": models.County, "区": models.County, "county": models.County,
	"部门": models.Department, "县直部门": models.Department, "department": models.Department,
	"乡镇（街道）": models.Township, "乡": models.Township, "镇": models.Township, "乡镇": models.Township,
	"街道": models.Township, "township": models.Township,
	"村": models.Village, "行政村": models.Village, "village": models.Village,
	"社区": models.Community, "community": models.Community,
	"社会组织": models.SocialOrg, "Social organization": models.SocialOrg, "social": models.SocialOrg,
	"县级": models.County, "县直单位": models.Department, "县级部门": models.Department, "机关": models.Department,
	"县直机关": models.Department, "乡镇街道": models.Township, "村委会": models.Village, "村民委员会": models.Village,
	"居委会": models.Community, "居民委员会": models.Community, "社会团体": models.SocialOrg, "民办非企业单位": models.SocialOrg,
	"County (city, district)": models.County, "Township (subdistrict)": models.Township,
}

func column(kind Kind, key string, required bool, example string, heads ...string) sheet.Column {
	return sheet.Column{
		Key: key, Heads: heads, Required: required, Help: "onboard.help." + string(kind) + "." + key, Example: example,
	}
}

func choices[T ~string](prefix string, values []T) []string {
	out := make([]string, 0, len(values))
	for _, v := range values {
		out = append(out, prefix+string(v))
	}
	return out
}

func unitColumns() []sheet.Column {
	kind := column(Units, "kind", true, "account.unit.kind.township", "单位类别", "类别", "单位类型", "单位性质", "kind", "unit_kind")
	kind.Choices = choices("account.unit.kind.", accounts.UnitKinds())
	return []sheet.Column{
		column(Units, "code", false, "", "统一社会信用代码", "单位代码", "代码", "code"),
		column(Units, "name", true, "onboard.example.township", "单位名称", "名称", "name", "unit_name"),
		kind,
		column(Units, "parent", false, "onboard.example.county", "上级单位", "上级", "parent", "superior"),
	}
}

// readUnits reads a list of units; what is wrong with a row as such is recorded in the table.
func readUnits(_ *Service, t *sheet.Table, _ models.Date) rows {
	out := &unitSheet{Rows: make([]unitRow, 0, len(t.Rows))}
	for _, r := range t.Rows {
		u := unitRow{Row: r.Number, Code: accounts.NormalStaffNo(r.Text("code")), Parent: r.Text("parent")}
		u.Name = checked(r, "name", accounts.CheckText("name", r.TextMax("name", 100), 100))
		if len(steps(u.Name)) > 1 {
			r.Fail("name", "onboard.unit_slash")
		}
		if u.Code != "" && !accounts.CreditCode(u.Code) {
			r.Fail("code", "form.credit_code")
		}
		u.Kind, _ = sheet.Pick(r, "kind", unitWords)
		out.Rows = append(out.Rows, u)
	}
	return out
}

// checked returns the text of a cell, and records what a check has found wrong with it. What a blank cell lacks is said
// by the row itself.
func checked(r *sheet.Row, key string, bad []fault.Field) string {
	text := r.Text(key)
	if text == "" {
		return ""
	}
	for _, f := range bad {
		if f.Key != "form.required" {
			r.Fail(key, f.Key, pairs(f.Args)...)
		}
	}
	return text
}

func pairs(args map[string]any) []any {
	out := make([]any, 0, 2*len(args))
	for k, v := range args {
		out = append(out, k, v)
	}
	return out
}
