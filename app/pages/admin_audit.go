package pages

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/fault"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

const auditSize = 50

// showAudit lists what was done and read.
func (p *Pages) showAudit(c *fiber.Ctx) error {
	ctx, actor, q, words := web.Context(c), web.Actor(c), web.Query(c), web.Words(c)
	l := listAt(c, "audit", auditSize)
	f := accounts.AuditFilter{
		Action: q.Get("action"), Person: q.Get("who"), Outcome: q.Get("outcome"), From: models.Date(q.Get("from")),
		To: models.Date(q.Get("to")), Page: l.Page, Size: l.Size,
	}
	status, wrong := fiber.StatusOK, checkDays(q)
	if wrong != nil {
		status, f.From, f.To = fiber.StatusUnprocessableEntity, "", ""
	}
	rows, total, err := p.Accounts.AuditLog(ctx, actor, f)
	if err != nil {
		return err
	}
	actions, err := p.Accounts.AuditActions(ctx, actor)
	if err != nil {
		return err
	}
	numbers, err := p.Accounts.AuditNumbers(ctx, actor, rows)
	if err != nil {
		return err
	}
	names, err := p.Accounts.AuditNames(ctx, actor, rows)
	if err != nil {
		return err
	}
	v := pages.AuditView{
		Entries: rows, Numbers: numbers, Names: names, Filter: ui.FormOf(q, wrong),
		Actions:  []ui.Option{{Text: words.T("field.all")}},
		Outcomes: options(words, []string{audit.OK, audit.Refused}, "admin.outcome.", "field.all"),
		List:     l.of(min(total, accounts.MostCounted)),
	}
	v.List.More = total > accounts.MostCounted
	if l.wanted && wrong == nil {
		return p.sheet(c, l, v.Grid(ctx), total)
	}
	for _, a := range actions {
		v.Actions = append(v.Actions, ui.Option{Value: a, Text: pages.ActionWord(a, words)})
	}
	return web.Page(c, status, pages.Audit(v))
}

// checkDays refuses days that are none; nil when both will do.
func checkDays(q url.Values) error {
	var fields []fault.Field
	for _, name := range []string{"from", "to"} {
		if _, ok := models.ParseDate(q.Get(name)); q.Get(name) != "" && !ok {
			fields = append(fields, fault.On(name, "form.date"))
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return fault.Wrong(fields...)
}
