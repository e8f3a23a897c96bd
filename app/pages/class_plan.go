package pages

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/courses/class"
	"shanzhi/models"
	"shanzhi/models/policy"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// classStates are those that the list can be narrowed to.
var classStates = []models.ClassState{
	models.ClassPlanned, models.ClassOpen, models.ClassClosing, models.ClassClosed, models.ClassCancelled,
}

// classList lists the classes in reach.
func (p *Pages) classList(c *fiber.Ctx) error {
	w, who, l := web.Words(c), web.Actor(c), listAt(c, "classes", classSize)
	state := models.ClassState(web.Query(c).Get("state"))
	found, total, err := p.Classes.List(web.Context(c), who, class.Filter{State: state, Page: l.Page, Size: l.Size})
	if err != nil {
		return err
	}
	v := view.ClassesView{List: l.of(total), MayPlan: policy.May(who, policy.ClassManage), Tabs: []ui.Tab{
		{Text: w.T("field.all"), Href: "/learn/manage/classes", Current: state == ""},
	}}
	for _, s := range classStates {
		v.Tabs = append(v.Tabs, ui.Tab{
			Text: w.T("class.state." + string(s)), Href: "/learn/manage/classes?state=" + string(s),
			Current: state == s,
		})
	}
	for _, x := range found {
		v.Lines = append(v.Lines, p.classLine(w, x))
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(web.Context(c)), total)
	}
	return web.Page(c, fiber.StatusOK, view.Classes(v))
}

// newClass shows the form of a plan.
func (p *Pages) newClass(c *fiber.Ctx) error {
	today := string(models.DateOf(p.Clock()))
	return p.classForm(c, fiber.StatusOK, view.ClassFormView{
		Form: ui.NewForm("ledger", string(models.InPersonLedger), "from", today, "to", today),
	})
}

func (p *Pages) classForm(c *fiber.Ctx, status int, v view.ClassFormView) error {
	w := web.Words(c)
	units, err := p.Accounts.UnitsFor(web.Context(c), web.Actor(c), policy.ClassManage)
	if err != nil {
		return err
	}
	v.Units = unitOptions(w, units, "field.choose")
	v.Ledgers = options(w, []models.Ledger{models.InPersonLedger, models.OnlineLedger}, "class.kind.", "")
	return web.Page(c, status, view.ClassForm(v))
}

func classInput(c *fiber.Ctx) class.Input {
	form := web.Form(c)
	return class.Input{
		Name: form.Get("name"), Ledger: models.Ledger(form.Get("ledger")), UnitID: form.Get("unit"),
		HeadNo: form.Get("head"), From: models.Date(form.Get("from")), To: models.Date(form.Get("to")),
		Purpose: form.Get("purpose"),
	}
}

// createClass plans a class and leads to its page.
func (p *Pages) createClass(c *fiber.Ctx) error {
	made, err := p.Classes.Create(web.Context(c), web.Actor(c), classInput(c))
	if shown, ok := inAct(err, web.Words(c)); ok {
		return p.classForm(c, shown.status, view.ClassFormView{Form: ui.FormOf(web.Form(c), shown.err)})
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, "class.made")
	return web.See(c, classPath(made.ID))
}

// editClass shows the plan of a class to be changed.
func (p *Pages) editClass(c *fiber.Ctx) error {
	v, err := p.Classes.ByID(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	return p.classForm(c, fiber.StatusOK, view.ClassFormView{
		ID: v.ID, Name: v.Name, Version: version(v.View), Form: ui.NewForm(
			"name", v.Name, "ledger", string(v.Ledger), "unit", v.UnitID, "head", v.HeadNo, "from", string(v.FromOn),
			"to", string(v.ToOn), "purpose", v.Purpose,
		),
	})
}

// changeClass changes the plan of a class.
func (p *Pages) changeClass(c *fiber.Ctx) error {
	ctx, who, id, form := web.Context(c), web.Actor(c), web.Param(c, "id"), web.Form(c)
	err := p.Classes.Change(ctx, who, id, wholeNumber(form.Get("version")), classInput(c))
	if shown, ok := inAct(err, web.Words(c)); ok {
		v, err2 := p.Classes.ByID(ctx, who, id)
		if err2 != nil {
			return err2
		}
		return p.classForm(c, shown.status, view.ClassFormView{
			ID: id, Name: v.Name, Version: form.Get("version"), Form: ui.FormOf(form, shown.err),
		})
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, "class.changed")
	return web.See(c, classPath(id))
}

// showClass shows a class with its timetable.
func (p *Pages) showClass(c *fiber.Ctx) error { return p.classPage(c, fiber.StatusOK, ui.NewForm()) }

func (p *Pages) classPage(c *fiber.Ctx, status int, form ui.Form) error {
	w, who := web.Words(c), web.Actor(c)
	x, err := p.Classes.ByID(web.Context(c), who, web.Param(c, "id"))
	if err != nil {
		return err
	}
	may := policy.Can(who, policy.ClassManage, policy.Object{UnitPath: x.UnitPath})
	today := models.DateOf(p.Clock())
	v := view.ClassView{
		Class: p.classLine(w, x.View), Purpose: x.Purpose, Hours: w.Hours(x.Hours), Reason: x.Reason,
		Version: version(x.View), Form: form, MayChange: may && x.Changeable(),
		Submitted: byAndWhen(w, x.Submitter, x.SubmittedAt), Confirmed: byAndWhen(w, x.Confirmer, x.ConfirmedAt),
		MayAnnounce: may && x.State == models.ClassPlanned,
		MayClose:    may && x.State == models.ClassOpen && today >= x.ToOn,
	}
	for _, s := range x.Sessions {
		l := sessionLine(w, s.Session)
		if x.State != models.ClassPlanned && s.CourseID == nil {
			l.Href = classPath(x.ID) + "/sessions/" + s.ID
			l.Signed = w.T("class.signed.of", "n", strconv.Itoa(s.Signed), "total", strconv.Itoa(x.Members))
		}
		v.Sessions = append(v.Sessions, l)
	}
	l := listAt(c, "class_timetable", 0)
	if v.List = l.List; l.wanted {
		return p.sheet(c, l, v.Grid(web.Context(c)), len(v.Sessions))
	}
	return web.Page(c, status, view.ClassPage(v))
}

// announceClass tells those on the list.
func (p *Pages) announceClass(c *fiber.Ctx) error {
	id, form := web.Param(c, "id"), web.Form(c)
	err := p.Classes.Announce(web.Context(c), web.Actor(c), id, wholeNumber(form.Get("version")))
	if shown, ok := inAct(err, web.Words(c)); ok {
		return p.classPage(c, shown.status, ui.FormOf(form, shown.err))
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, "class.announced")
	return web.See(c, classPath(id))
}

// askCancelClass asks for the reason.
func (p *Pages) askCancelClass(c *fiber.Ctx) error {
	return p.cancelForm(c, fiber.StatusOK, ui.NewForm())
}

func (p *Pages) cancelForm(c *fiber.Ctx, status int, form ui.Form) error {
	w := web.Words(c)
	x, err := p.Classes.ByID(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	return web.Page(c, status, view.ClassReason(view.ClassReasonView{
		Class: p.classLine(w, x.View), Title: w.T("class.cancel"), Lead: w.T("class.cancel.lead", "name", x.Name),
		Action: classPath(x.ID) + "/cancel", Version: version(x.View), Back: classPath(x.ID),
		Button: w.T("class.cancel.do"), Form: form,
	}))
}

// cancelClass takes a class back.
func (p *Pages) cancelClass(c *fiber.Ctx) error {
	id, form := web.Param(c, "id"), web.Form(c)
	err := p.Classes.Cancel(web.Context(c), web.Actor(c), id, wholeNumber(form.Get("version")), form.Get("reason"))
	if shown, ok := inAct(err, web.Words(c)); ok {
		return p.cancelForm(c, shown.status, ui.FormOf(form, shown.err))
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, "class.cancelled")
	return web.See(c, classPath(id))
}
