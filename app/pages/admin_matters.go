package pages

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showMatters shows the duty list and the form for another entry.
func (p *Pages) showMatters(c *fiber.Ctx) error {
	return p.matters(c, fiber.StatusOK, ui.NewForm("days", "10", "difficulty", "2"))
}

func (p *Pages) matters(c *fiber.Ctx, status int, form ui.Form) error {
	return p.mattersWith(c, status, form, ui.Form{})
}

// mattersWith shows the list with both forms; rules is empty unless it was refused.
func (p *Pages) mattersWith(c *fiber.Ctx, status int, form, rules ui.Form) error {
	ctx, who, w := web.Context(c), web.Actor(c), web.Words(c)
	past := web.Query(c).Has("past")
	list, err := p.Cases.DutyList(ctx, who, past)
	if err != nil {
		return err
	}
	units, err := p.Accounts.UnitsFor(ctx, who, policy.AdminUnits)
	if err != nil {
		return err
	}
	if !rules.Bad() {
		days, err := p.Cases.ReopenWithin(ctx)
		if err != nil {
			return err
		}
		rules = ui.NewForm("reopen_days", strconv.Itoa(days))
	}
	v := pages.MattersView{
		Form: form, Rules: rules, Units: unitOptions(w, units, "field.choose"), Difficulties: difficulties(w),
		Families: options(w, models.Families(), "report.family.", "field.choose"), Past: past,
	}
	for _, m := range list {
		v.Lines = append(v.Lines, pages.MatterLine{
			ID: linkable(m), To: m.ValidTo, Code: m.Code, Name: m.Name,
			Family: w.T("report.family." + string(m.Family)), Unit: m.Unit,
			Days: strconv.Itoa(m.Days), Difficulty: w.T("serve.difficulty." + strconv.Itoa(m.Difficulty)),
		})
	}
	l := listAt(c, "matters", 0)
	if v.List = l.List; l.wanted {
		return p.sheet(c, l, v.Grid(ctx), len(v.Lines))
	}
	return web.Page(c, status, pages.Matters(v))
}

// linkable is the id of a matter that can be changed, "" for the built-in one of questions.
func linkable(m cases.MatterEntry) string {
	if m.Code == cases.AskMatter {
		return ""
	}
	return m.ID
}

// difficulties are the choices of how hard a matter is.
func difficulties(w *i18n.Printer) (out []ui.Option) {
	for d := 1; d <= 3; d++ {
		n := strconv.Itoa(d)
		out = append(out, ui.Option{Value: n, Text: w.T("serve.difficulty." + n)})
	}
	return out
}

// createMatter adds an entry to the duty list.
func (p *Pages) createMatter(c *fiber.Ctx) error {
	form := web.Form(c)
	m, err := p.Cases.AddMatter(web.Context(c), web.Actor(c), cases.MatterInput{
		Code: form.Get("code"), Name: form.Get("name"), Family: models.Family(form.Get("family")),
		UnitID: form.Get("unit"), Days: wholeNumber(form.Get("days")), Difficulty: wholeNumber(form.Get("difficulty")),
	})
	switch {
	case fault.Is(err, fault.Invalid):
		return p.matters(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	case fault.Is(err, fault.NotFound):
		wrong := fault.Wrong(fault.On("unit", "form.choice"))
		return p.matters(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, wrong))
	case err != nil:
		return err
	}
	web.Flash(c, ui.OK, "admin.matter.added", "name", m.Name)
	return web.See(c, "/admin/matters")
}

// doMatterRules changes for how long residents can have a matter opened again.
func (p *Pages) doMatterRules(c *fiber.Ctx) error {
	form := web.Form(c)
	days, err := strconv.Atoi(form.Get("reopen_days"))
	if err != nil {
		err = fault.Wrong(fault.On("reopen_days", "form.number"))
	} else {
		err = p.Cases.SetReopenWithin(web.Context(c), web.Actor(c), days)
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return p.mattersWith(c, fiber.StatusUnprocessableEntity, ui.NewForm("days", "10", "difficulty", "2"),
			ui.FormOf(form, err))
	case err != nil:
		return err
	}
	web.Flash(c, ui.OK, "admin.matters.rules.kept")
	return web.See(c, "/admin/matters")
}
