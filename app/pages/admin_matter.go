package pages

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showMatter shows one entry of the duty list, to be changed or ended, and what it was before.
func (p *Pages) showMatter(c *fiber.Ctx) error { return p.matter(c, fiber.StatusOK, ui.Form{}) }

// matter shows the form with what was typed, or where nothing was refused with what is there.
func (p *Pages) matter(c *fiber.Ctx, status int, form ui.Form) error {
	ctx, who, w := web.Context(c), web.Actor(c), web.Words(c)
	m, err := p.Cases.Matter(ctx, who, web.Param(c, "id"))
	if err != nil {
		return err
	}
	units, err := p.Accounts.UnitsFor(ctx, who, policy.AdminUnits)
	if err != nil {
		return err
	}
	if !form.Bad() {
		form = ui.NewForm("name", m.Name, "family", string(m.Family), "unit", m.UnitID, "days", strconv.Itoa(m.Days),
			"difficulty", strconv.Itoa(m.Difficulty), "to", string(m.ValidTo), "version", strconv.Itoa(m.Version()))
	}
	v := pages.MatterView{
		ID: m.ID, Code: m.Code, Name: m.Name, Form: form, Units: unitOptions(w, units, "field.choose"),
		Families: options(w, models.Families(), "report.family.", "field.choose"), Difficulties: difficulties(w),
	}
	for _, h := range m.Pasts {
		v.Pasts = append(v.Pasts, pages.MatterLine{
			Code: w.ShortDateTime(h.CreatedAt), Name: h.Name, Family: w.T("report.family." + string(h.Family)),
			Unit: h.Unit, Days: strconv.Itoa(h.Days), To: h.ValidTo,
			Difficulty: w.T("serve.difficulty." + strconv.Itoa(h.Difficulty)),
		})
	}
	return web.Page(c, status, pages.Matter(v))
}

// changeMatter changes an entry of the duty list, or gives it a last day.
func (p *Pages) changeMatter(c *fiber.Ctx) error {
	form, id := web.Form(c), web.Param(c, "id")
	err := p.Cases.ChangeMatter(web.Context(c), web.Actor(c), id, cases.MatterChange{
		MatterInput: cases.MatterInput{
			Name: form.Get("name"), Family: models.Family(form.Get("family")), UnitID: form.Get("unit"),
			Days: wholeNumber(form.Get("days")), Difficulty: wholeNumber(form.Get("difficulty")),
		},
		To: models.Date(form.Get("to")), Version: wholeNumber(form.Get("version")),
	})
	switch {
	case fault.Is(err, fault.Invalid):
		return p.matter(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	case err != nil:
		return err
	}
	web.Flash(c, ui.OK, "admin.matter.changed", "name", form.Get("name"))
	return web.See(c, "/admin/matters")
}
