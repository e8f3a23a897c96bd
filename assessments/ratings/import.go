package ratings

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/models/sheet"
)

// Columns lists what an import of ratings understands.
func Columns() []sheet.Column {
	col := func(key string, required bool, heads ...string) sheet.Column {
		return sheet.Column{Key: key, Heads: heads, Required: required, Help: "rate.import.help." + key}
	}
	return []sheet.Column{
		col("no", true, "评价编号", "rating_no"),
		col("case", false, "办件编号", "服务编号", "interaction_no"),
		col("staff", false, "被评价人工号", "staff_no"),
		col("unit", false, "单位代码或名称", "单位", "unit"),
		col("level", true, "满意度", "level"),
		col("solved", false, "是否解决", "solved"),
		col("reasons", false, "原因", "reasons"),
		col("comment", false, "意见", "comment"),
		col("channel", true, "渠道", "评价渠道", "channel"),
		col("mode", true, "评价方式", "mode"),
		col("date", true, "评价日期", "date"),
		col("family", false, "事项大类", "family"),
	}
}

// Template writes an empty sheet for the import, its headings explained in the language.
func Template(w io.Writer, language string, say sheet.Say) error {
	return sheet.Template(w, Columns(), language, say)
}

// Words for the choices of an import, in Chinese, in English and as codes.
var (
	levelWords = map[string]int{
		"5": 5, "非常满意": 5, "very satisfied": 5, "4": 4, "满意": 4, "satisfied": 4, "3": 3, "基本满意": 3,
		"basically satisfied": 3, "2": 2, "不满意": 2, "dissatisfied": 2, "1": 1, "非常不满意": 1, "very dissatisfied": 1,
	}
	solvedWords = map[string]models.Resolution{
		"解决了": models.ResolvedYes, "已解决": models.ResolvedYes, "是": models.ResolvedYes, "yes": models.ResolvedYes,
		"部分解决": models.ResolvedPart, "part": models.ResolvedPart, "没有解决": models.ResolvedNo,
		"没解决": models.ResolvedNo, "未解决": models.ResolvedNo, "否": models.ResolvedNo, "no": models.ResolvedNo,
	}
	reasonWords = map[string]string{
		"服务态度": "attitude", "attitude": "attitude", "办理速度": "speed", "speed": "speed", "一次说清": "clarity",
		"clarity": "clarity", "跑的次数": "trips", "trips": "trips", "办事结果": "result", "result": "result",
		"环境设施": "place", "place": "place",
	}
	modeWords = map[string]models.RatingMode{
		"主动评价": models.ModeActive, "active": models.ModeActive, "邀请评价": models.ModeInvited,
		"invited": models.ModeInvited, "协助评价": models.ModeAssisted, "assisted": models.ModeAssisted,
		"代录": models.ModePaper, "代录（纸质）": models.ModePaper, "paper": models.ModePaper,
		"回访评价": models.ModeCallback, "callback": models.ModeCallback,
	}
	familyWords = map[string]models.Family{
		"民生保障": models.Livelihood, "livelihood": models.Livelihood, "医疗卫生": models.Health, "health": models.Health,
		"就业服务": models.Employment, "就业": models.Employment, "就业创业": models.Employment, "employment": models.Employment,
		"住房物业": models.Housing, "住房与物业": models.Housing, "housing": models.Housing, "生态环境": models.Environment,
		"environment": models.Environment, "教育服务": models.Education, "教育": models.Education,
		"education": models.Education,
		"矛盾纠纷":      models.Disputes, "disputes": models.Disputes, "食品安全": models.Food, "food": models.Food,
		"其他": models.OtherFamily, "other": models.OtherFamily,
	}
)

// Import takes in ratings from a sheet (xlsx, or csv in UTF-8 or GB18030): all rows or, when one is wrong, none. A row
// whose rating number is there already is skipped if it says the same and an error if not. A row without an interaction
// counts for the unit only, whomever it names (red line 10). dryRun checks and keeps nothing.
//
// Faults: Forbidden without the role of an intake clerk; Invalid "sheet.…": with the result's Errors as fields where
// rows are wrong; Conflict "serve.import.changed" when others imported the same numbers meanwhile.
func (s *Service) Import(
	ctx context.Context, who models.Actor, name string, data []byte, dryRun bool,
) (cases.ImportResult, error) {
	now := s.now()
	if !policy.May(who, policy.CaseTakeIn) {
		return cases.ImportResult{}, policy.Check(who, policy.CaseTakeIn, policy.Object{})
	}
	t, err := sheet.Read(name, data, Columns(), sheet.Limits{})
	if err != nil {
		return cases.ImportResult{}, err
	}
	in := importing{
		who: who, table: t, before: slices.Clone(t.Errors), today: models.DateOf(now), reach: cases.NewReach(who),
		channels: cases.ChannelWords(),
	}
	if err := db.View(ctx, s.db, in.checkTx); err != nil {
		return cases.ImportResult{}, err
	}
	out := cases.ImportResult{Read: len(t.Rows), Skipped: in.skipped, Errors: t.Errors, Warnings: t.Warnings}
	if err := t.Err(); err != nil {
		out.Skipped = 0
		return out, err
	}
	out.Accepted = len(in.rows)
	if dryRun || len(in.rows) == 0 {
		return out, nil
	}
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error { return in.keepTx(tx, now, who) })
	if db.IsConflict(err) {
		return cases.ImportResult{}, fault.New(fault.Conflict, "serve.import.changed")
	}
	return out, err
}

// keepTx writes the new ratings by their random ids, in which order they are kept, and one audit entry.
func (in *importing) keepTx(tx *gorm.DB, now time.Time, who models.Actor) error {
	slices.SortFunc(in.rows, func(a, b models.Rating) int { return strings.Compare(a.ID, b.ID) })
	if err := tx.CreateInBatches(in.rows, insertAtOnce).Error; err != nil {
		return fmt.Errorf("write ratings: %w", err)
	}
	return audit.Add(tx, now, who, audit.Event{
		Action: "rating.import", Kind: "rating", Detail: fmt.Sprintf("file=%s n=%d", in.table.File, len(in.rows)),
	})
}
