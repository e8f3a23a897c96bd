package cases

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/find"
	"shanzhi/models/policy"
	"shanzhi/models/sheet"
)

// ImportResult says what an import did, or would do. With errors nothing was kept.
type ImportResult struct {
	Read     int // rows
	Accepted int // new ones
	Skipped  int // already there, the same
	Errors   []fault.Field
	Warnings []fault.Field
}

// importAtOnce is the number of rows of one INSERT.
const importAtOnce = 500

// Columns lists what an import of cases understands.
func Columns() []sheet.Column {
	col := func(key string, required bool, heads ...string) sheet.Column {
		return sheet.Column{Key: key, Heads: heads, Required: required, Help: "serve.import.help." + key}
	}
	return []sheet.Column{
		col("no", true, "办件编号", "工单编号", "case_no"),
		col("matter", true, "事项编码", "matter_code"),
		col("unit", false, "单位代码或名称", "单位", "承办单位", "unit"),
		col("staff", false, "承办人工号", "staff_no"),
		col("channel", true, "受理渠道", "来源", "channel"),
		col("kind", false, "诉求类型", "kind"),
		col("title", false, "标题", "title"),
		col("detail", false, "诉求内容", "内容", "detail"),
		col("name", false, "诉求人姓名", "resident_name"),
		col("phone", false, "联系电话", "resident_phone"),
		col("received", true, "受理日期", "received_on"),
		col("due", false, "办理时限", "due_on"),
		col("closed", false, "办结日期", "closed_on"),
		col("outcome", false, "办理结果", "outcome"),
		col("answer", false, "答复内容", "答复", "answer"),
		col("reopened", false, "重新办理次数", "reopened"),
	}
}

// Template writes an empty sheet for the import, its headings explained in the language.
func Template(w io.Writer, language string, say sheet.Say) error {
	return sheet.Template(w, Columns(), language, say)
}

// Words for the choices of an import, in Chinese and as codes.
var (
	channelWords = map[string]models.Channel{
		"窗口": models.Window, "window": models.Window, "12345热线": models.Hotline, "热线": models.Hotline,
		"hotline": models.Hotline, "网上": models.Web, "web": models.Web, "二维码": models.QR, "qr": models.QR,
		"短信": models.SMS, "sms": models.SMS, "纸质": models.Paper, "paper": models.Paper, "走访": models.Visit,
		"visit": models.Visit,
	}
	kindWords = map[string]models.CaseKind{
		"咨询": models.Enquiry, "enquiry": models.Enquiry, "求助": models.Help, "help": models.Help,
		"投诉": models.Complaint, "complaint": models.Complaint, "举报": models.Wrongdoing, "wrongdoing": models.Wrongdoing,
		"建议": models.Suggestion, "suggestion": models.Suggestion, "表扬": models.Praise, "praise": models.Praise,
	}
	outcomeWords = map[string]models.Outcome{
		"已解决": models.Solved, "solved": models.Solved, "部分解决": models.PartSolved, "partly": models.PartSolved,
		"已解释说明": models.Explained, "explained": models.Explained, "已转办": models.PassedOn,
		"passed_on": models.PassedOn, "诉求人撤回": models.Withdrawn, "withdrawn": models.Withdrawn,
		"不予受理": models.NotAccepted, "not_accepted": models.NotAccepted,
	}
)

// ChannelWords returns the words for channels that imports understand.
func ChannelWords() map[string]models.Channel { return maps.Clone(channelWords) }

// Import takes in cases from a sheet (xlsx, or csv in UTF-8 or GB18030): all rows or, when one is wrong, none. A row
// whose number is there already is skipped if it says the same and an error if not. dryRun checks and keeps nothing.
//
// Faults: Forbidden without the role of an intake clerk; Invalid "sheet.…": with the result's Errors as fields where
// rows are wrong; Conflict "serve.import.changed" when others imported the same numbers meanwhile.
func (s *Service) Import(
	ctx context.Context, who models.Actor, name string, data []byte, dryRun bool,
) (ImportResult, error) {
	now := s.now()
	if !policy.May(who, policy.CaseTakeIn) {
		return ImportResult{}, policy.Check(who, policy.CaseTakeIn, policy.Object{})
	}
	t, err := sheet.Read(name, data, Columns(), sheet.Limits{})
	if err != nil {
		return ImportResult{}, err
	}
	in := importing{
		s: s, table: t, before: slices.Clone(t.Errors), today: models.DateOf(now), reach: NewReach(who),
		days: newSums(s.days),
	}
	if err := db.View(ctx, s.db, in.checkTx); err != nil {
		return ImportResult{}, err
	}
	out := ImportResult{Read: len(t.Rows), Skipped: in.skipped, Errors: t.Errors, Warnings: t.Warnings}
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
		return ImportResult{}, fault.New(fault.Conflict, "serve.import.changed")
	}
	return out, err
}

// keepTx writes the new cases, their history and one audit entry.
func (in *importing) keepTx(tx *gorm.DB, now time.Time, who models.Actor) error {
	serials := map[string]int{}
	events := make([]models.CaseEvent, 0, 2*len(in.rows))
	for i := range in.rows {
		c := &in.rows[i]
		m := month(c.ReceivedOn)
		if _, known := serials[m]; !known {
			last, err := lastSerialTx(tx, c.ReceivedOn)
			if err != nil {
				return err
			}
			serials[m] = last
		}
		serials[m]++
		c.No, c.CreatedAt, c.UpdatedAt, c.IntakeID = caseNo(c.ReceivedOn, serials[m]), now, now, models.Ref(who.ID)
		events = append(events, event(who, *c, c.ReceivedAt, EventReceived))
		if c.State == models.CaseClosed {
			events = append(events, event(who, *c, c.ClosedOn.Start(), EventClosed))
		}
	}
	if err := tx.CreateInBatches(in.rows, importAtOnce).Error; err != nil {
		return fmt.Errorf("write cases: %w", err)
	}
	if err := tx.CreateInBatches(events, importAtOnce).Error; err != nil {
		return fmt.Errorf("write case events: %w", err)
	}
	if err := find.KeepTx(tx, find.Case, named(in.rows)...); err != nil {
		return err
	}
	return audit.Add(tx, now, who, audit.Event{
		Action: "case.import", Kind: "case", Detail: fmt.Sprintf("file=%s n=%d", in.table.File, len(in.rows)),
	})
}

func named(cs []models.Case) []find.Named {
	out := make([]find.Named, 0, len(cs))
	for _, c := range cs {
		out = append(out, find.Named{ID: c.ID, Said: c.Title})
	}
	return out
}

func event(who models.Actor, c models.Case, at time.Time, kind string) models.CaseEvent {
	return models.CaseEvent{
		ID: models.NewID(), CaseID: c.ID, At: at, ActorID: models.Ref(who.ID), Kind: kind, Resident: true,
	}
}
