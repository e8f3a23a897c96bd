package cases

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/sheet"
)

// MatterRow is one row of a duty list as it was read. Difficulty is 0 where the row names none.
type MatterRow struct {
	Row              int
	Code, Name, Unit string
	Family           models.Family
	Days, Difficulty int
}

var (
	familyWords = map[string]models.Family{
		"民生保障": models.Livelihood, "livelihood": models.Livelihood, "医疗卫生": models.Health, "health": models.Health,
		"就业服务": models.Employment, "employment": models.Employment, "住房物业": models.Housing, "housing": models.Housing,
		"生态环境": models.Environment, "environment": models.Environment, "教育服务": models.Education,
		"education": models.Education, "矛盾纠纷": models.Disputes, "disputes": models.Disputes, "食品安全": models.Food,
		"food": models.Food, "food safety": models.Food, "其他": models.OtherFamily, "other": models.OtherFamily,
	}
	difficultyWords = map[string]int{
		"简单": 1, "容易": 1, "easy": 1, "1": 1, "一般": 2, "usual": 2, "2": 2, "较难": 3, "困难": 3, "hard": 3, "3": 3,
	}
)

// MatterColumns lists what an import of the duty list understands.
func MatterColumns() []sheet.Column {
	col := func(key string, required bool, example string, heads ...string) sheet.Column {
		return sheet.Column{
			Key: key, Heads: heads, Required: required, Help: "serve.matters.help." + key, Example: example,
		}
	}
	family := col("family", true, "report.family.livelihood", "事项大类", "大类", "family")
	for _, f := range models.Families() {
		family.Choices = append(family.Choices, "report.family."+string(f))
	}
	difficulty := col("difficulty", false, "serve.difficulty.2", "难度", "难易程度", "difficulty")
	difficulty.Choices = []string{"serve.difficulty.1", "serve.difficulty.2", "serve.difficulty.3"}
	return []sheet.Column{
		col("code", true, "MZ-001", "事项编码", "编码", "matter_code", "code"),
		col("name", true, "serve.matters.example", "事项名称", "名称", "matter_name", "name"),
		family,
		col("unit", true, "onboard.example.township", "责任单位", "承办单位", "responsible_unit", "unit"),
		col("days", true, "10", "办理时限（工作日）", "办理时限", "working_days", "days"),
		difficulty,
	}
}

// ReadMatters reads a duty list; what is wrong with a row as such is recorded in the table.
func ReadMatters(t *sheet.Table) []MatterRow {
	out := make([]MatterRow, 0, len(t.Rows))
	for _, r := range t.Rows {
		m := MatterRow{
			Row: r.Number, Code: plain(r.TextMax("code", 32)), Name: r.TextMax("name", 100), Unit: r.Text("unit"),
		}
		m.Family, _ = sheet.Pick(r, "family", familyWords)
		m.Days, _ = r.Int("days", 1, 365)
		if !r.Blank("difficulty") {
			m.Difficulty, _ = sheet.Pick(r, "difficulty", difficultyWords)
		}
		out = append(out, m)
	}
	return out
}

// MattersTx reads the whole duty list by code, as ReadMatters writes codes.
func MattersTx(tx *gorm.DB) (map[string]models.Matter, error) { return mattersTx(tx) }

// KeepMattersTx adds entries to the duty list and changes others. Open cases keep the deadline that they were given. It
// checks nothing: whoever calls it has checked every row in the same transaction and writes the audit entry.
//
// Fault: Conflict "serve.import.changed" when others added the same code meanwhile.
func KeepMattersTx(tx *gorm.DB, now time.Time, added, changed []models.Matter) error {
	if len(added) > 0 {
		err := tx.CreateInBatches(added, importAtOnce).Error
		switch {
		case db.IsConflict(err):
			return fault.New(fault.Conflict, "serve.import.changed")
		case err != nil:
			return fmt.Errorf("write matters: %w", err)
		}
	}
	if err := pastsTx(tx, now, changed); err != nil {
		return err
	}
	for _, m := range changed {
		m.ValidTo = ""
		if err := putMatter(tx, m); err != nil {
			return err
		}
	}
	return nil
}

// OpenTx counts the cases of each person that are not closed; people without any are left out.
func OpenTx(tx *gorm.DB) (map[string]int, error) {
	var found []struct {
		HandlerID string
		N         int
	}
	err := tx.Model(&models.Case{}).Select("handler_id, COUNT(*) AS n").
		Where("handler_id IS NOT NULL AND state <> ?", models.CaseClosed).Group("handler_id").Find(&found).Error
	if err != nil {
		return nil, fmt.Errorf("count open cases: %w", err)
	}
	out := make(map[string]int, len(found))
	for _, f := range found {
		out[f.HandlerID] = f.N
	}
	return out, nil
}
