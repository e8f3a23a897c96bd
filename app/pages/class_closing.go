package pages

import (
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/courses/class"
	"shanzhi/models"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// classClosing shows the hours of a class.
func (p *Pages) classClosing(c *fiber.Ctx) error { return p.closing(c, fiber.StatusOK, ui.NewForm()) }

func (p *Pages) closing(c *fiber.Ctx, status int, form ui.Form) error {
	ctx, who, w, l := web.Context(c), web.Actor(c), web.Words(c), listAt(c, "class_closing", classSize)
	x, err := p.Classes.Closing(ctx, who, web.Param(c, "id"))
	if err != nil {
		return err
	}
	v := p.closingView(w, who, x)
	v.Form, v.List = form, l.of(len(x.Lines))
	from := min(v.List.Offset(), len(x.Lines))
	for _, y := range x.Lines[from:min(from+l.Size, len(x.Lines))] {
		v.Lines = append(v.Lines, sumLine(w, y))
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(ctx), len(x.Lines))
	}
	return web.Page(c, status, view.ClassClosing(v))
}

func (p *Pages) closingView(w *i18n.Printer, who models.Actor, x class.Closing) view.ClassClosingView {
	about := policy.Object{UnitPath: x.Class.UnitPath}
	mine := x.Class.SubmittedBy != nil && *x.Class.SubmittedBy == who.ID
	waits := x.Class.State == models.ClassClosing
	v := view.ClassClosingView{
		Class: p.classLine(w, x.Class), Hours: w.Hours(x.Hours), Version: version(x.Class),
		MaySubmit: x.Class.State == models.ClassOpen && policy.Can(who, policy.ClassManage, about),
		MayDecide: waits && !mine && policy.Can(who, policy.ClassConfirm, about), Same: waits && mine,
	}
	if n := x.Book.AwayMost; n > 0 {
		v.Rule = w.T("class.rule.away", "n", n)
	}
	if x.Class.State == models.ClassOpen {
		v.Reason = x.Class.Reason
		if x.Open > 0 {
			v.Open = w.TN("class.unsigned", x.Open)
		}
	} else {
		v.Submitted = byAndWhen(w, x.Class.Submitter, x.Class.SubmittedAt)
	}
	return v
}

func sumLine(w *i18n.Printer, y class.ClosingLine) view.ClassSumLine {
	l := view.ClassSumLine{
		Name: y.Name, StaffNo: y.StaffNo, Unit: y.Unit, Leave: w.Hours(y.Leave), Absent: w.Hours(y.Absent),
		Attended: w.T("class.attended.of", "n", y.Attended, "total", y.Sessions), Credit: w.Hours(y.Credit()),
	}
	switch {
	case y.Open > 0:
		l.State = view.LearnStage{Kind: ui.Plain, Text: w.T("class.outcome.open")}
	case y.Completed:
		l.State = view.LearnStage{Kind: ui.OK, Text: w.T("class.outcome.completed")}
	default:
		l.State = view.LearnStage{Kind: ui.Warn, Text: w.T("class.outcome.not")}
	}
	return l
}

// closeClass asks for the hours of a class, confirms them or sends them back.
func (p *Pages) closeClass(c *fiber.Ctx) error {
	ctx, who, id, form := web.Context(c), web.Actor(c), web.Param(c, "id"), web.Form(c)
	at, said, n := wholeNumber(form.Get("version")), "class.submitted.done", 0
	var err error
	switch form.Get("do") {
	case "confirm":
		said = "class.confirmed.done"
		n, err = p.Classes.Confirm(ctx, who, id, at)
	case "back":
		said = "class.sent_back.done"
		err = p.Classes.SendBack(ctx, who, id, at, form.Get("reason"))
	default:
		err = p.Classes.Submit(ctx, who, id, at)
	}
	if shown, ok := inAct(err, web.Words(c)); ok {
		return p.closing(c, shown.status, ui.FormOf(form, shown.err))
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, said, "n", n)
	return web.See(c, classPath(id)+"/closing")
}
