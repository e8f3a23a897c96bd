package pages

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/unicode/norm"

	"shanzhi/app/web"
	"shanzhi/courses/class"
	"shanzhi/models"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// classSessions edits a timetable.
func (p *Pages) classSessions(c *fiber.Ctx) error { return p.sessions(c, fiber.StatusOK, nil) }

func (p *Pages) sessions(c *fiber.Ctx, status int, typed *ui.Form) error {
	ctx, who, w := web.Context(c), web.Actor(c), web.Words(c)
	x, err := p.Classes.ByID(ctx, who, web.Param(c, "id"))
	if err != nil {
		return err
	}
	v := view.ClassSessionsView{
		Class: p.classLine(w, x.View), Form: ui.NewForm("day", string(x.FromOn)), Min: string(x.FromOn),
		Max: string(x.ToOn),
	}
	if typed != nil {
		v.Form = *typed
	}
	for _, s := range x.Sessions {
		v.Lines = append(v.Lines, sessionLine(w, s.Session))
	}
	all, err := p.Courses.Catalogue(ctx, who)
	if err != nil {
		return err
	}
	v.Courses = []ui.Option{{Text: w.T("class.session.no_course")}}
	for _, k := range all {
		v.Courses = append(v.Courses, ui.Option{Value: k.Code, Text: courseTitle(w, k.Course)})
	}
	return web.Page(c, status, view.ClassSessions(v))
}

// addSession adds an entry to a timetable.
func (p *Pages) addSession(c *fiber.Ctx) error {
	id, form := web.Param(c, "id"), web.Form(c)
	in := class.SessionInput{
		Day: models.Date(form.Get("day")), FromMin: minutesOf(form.Get("start")), ToMin: minutesOf(form.Get("end")),
		Title: form.Get("title"), Place: form.Get("place"), Teacher: form.Get("teacher"), Course: form.Get("course"),
		Hours: sessionHours(form.Get("hours")),
	}
	_, err := p.Classes.AddSession(web.Context(c), web.Actor(c), id, in)
	err = notHours(err, form.Get("hours"))
	if shown, ok := inAct(err, web.Words(c)); ok {
		f := ui.FormOf(form, shown.err)
		return p.sessions(c, shown.status, &f)
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, "class.session.added")
	return web.See(c, classPath(id)+"/sessions")
}

// sessionHours reads the hours of a session in 0.01 hour: nothing typed is none, and what is no number -1, which the
// door refuses.
func sessionHours(typed string) int {
	h := hoursOf(typed)
	if _, err := strconv.ParseFloat(strings.TrimSpace(norm.NFKC.String(typed)), 64); err != nil && typed != "" {
		return -1
	}
	return h
}

// dropSession takes an entry out of a timetable.
func (p *Pages) dropSession(c *fiber.Ctx) error {
	id := web.Param(c, "id")
	err := p.Classes.DropSession(web.Context(c), web.Actor(c), id, web.Param(c, "session"))
	if shown, ok := inAct(err, web.Words(c)); ok {
		f := ui.FormOf(web.Form(c), shown.err)
		return p.sessions(c, shown.status, &f)
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, "class.session.dropped")
	return web.See(c, classPath(id)+"/sessions")
}

// classSheet shows a sign-in sheet.
func (p *Pages) classSheet(c *fiber.Ctx) error { return p.signIn(c, fiber.StatusOK, ui.NewForm()) }

func (p *Pages) signIn(c *fiber.Ctx, status int, form ui.Form) error {
	ctx, who, w, l := web.Context(c), web.Actor(c), web.Words(c), listAt(c, "class_sheet", classSize)
	if typed := wholeNumber(web.Form(c).Get("page")); typed > 0 && status != fiber.StatusOK {
		l.Page = typed // the page whose form was refused
	}
	x, err := p.Classes.Sheet(ctx, who, web.Param(c, "id"), web.Param(c, "session"), l.Page, l.Size)
	if err != nil {
		return err
	}
	may := policy.Can(who, policy.ClassManage, policy.Object{UnitPath: x.Class.UnitPath})
	v := view.ClassSheetView{
		Class: p.classLine(w, x.Class), Session: sessionLine(w, x.Session), Form: form, List: l.of(x.Total),
		Marks: options(w, class.Attendances(), "class.mark.", ""), Page: strconv.Itoa(l.Page),
		Count: w.T("class.signed.count", "n", x.Signed, "total", x.Total),
	}
	switch {
	case x.Class.State != models.ClassOpen:
		v.Note = w.T("class.sign.not_open")
	case !x.Session.Held(models.DateOf(p.Clock())):
		v.Note = w.T("class.sign.early")
	default:
		v.MaySign = may
	}
	for _, y := range x.Lines {
		v.Lines = append(v.Lines, markLine(w, y, who))
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(ctx), x.Total)
	}
	return web.Page(c, status, view.ClassSheet(v))
}

func markLine(w *i18n.Printer, y class.SheetLine, who models.Actor) view.ClassMarkLine {
	l := view.ClassMarkLine{
		PersonID: y.PersonID, Name: y.Name, StaffNo: y.StaffNo, Unit: y.Unit, No: strconv.Itoa(y.No),
		Mark: markTag(w, y.Mark), Reason: y.Reason, Own: y.PersonID == who.ID,
	}
	for _, b := range y.Before {
		was := w.T("class.sign.before", "mark", w.T("class.mark."+string(b.Mark)), "at", w.DateTime(b.MarkedAt))
		if b.Reason != "" {
			was += " · " + b.Reason
		}
		l.Before = append(l.Before, was)
	}
	return l
}

// signSheet enters the lines of a page of a sheet.
func (p *Pages) signSheet(c *fiber.Ctx) error {
	form := web.Form(c)
	var lines []class.MarkInput
	for _, id := range form["person"] {
		lines = append(lines, class.MarkInput{
			PersonID: id, No: wholeNumber(form.Get("no-" + id)), Mark: models.Attendance(form.Get("mark-" + id)),
			Reason: form.Get("reason-" + id),
		})
	}
	n, err := p.Classes.Sign(
		web.Context(c), web.Actor(c), web.Param(c, "id"), web.Param(c, "session"), lines, form.Get("do") == "rest",
	)
	if shown, ok := inAct(err, web.Words(c)); ok {
		return p.signIn(c, shown.status, ui.FormOf(form, shown.err))
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, "class.sign.saved", "n", n)
	return web.See(c, classPath(web.Param(c, "id"))+"/sessions/"+web.Param(c, "session")+pageOf(form.Get("page")))
}

// pageOf is the query of a page of a list, "" for the first.
func pageOf(typed string) string {
	if n := wholeNumber(typed); n > 1 {
		return "?page=" + strconv.Itoa(n)
	}
	return ""
}

// printTimetable prints the timetable of a class.
func (p *Pages) printTimetable(c *fiber.Ctx) error {
	w := web.Words(c)
	x, err := p.Classes.ByID(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	v := view.ClassPrintView{
		Class: p.classLine(w, x.View), Title: w.T("class.timetable"), Back: classPath(x.ID), Facts: ui.KVText(
			w.T("class.days"), classDays(w, x.TrainingClass), w.T("class.head"), x.Head,
			w.T("class.hours"), w.Hours(x.Hours),
		),
	}
	for _, s := range x.Sessions {
		v.Sessions = append(v.Sessions, sessionLine(w, s.Session))
	}
	return web.Page(c, fiber.StatusOK, view.ClassPrint(v))
}

// printSheet prints the sign-in sheet of a session, to be signed by hand.
func (p *Pages) printSheet(c *fiber.Ctx) error {
	w := web.Words(c)
	x, err := p.Classes.Sheet(
		web.Context(c), web.Actor(c), web.Param(c, "id"), web.Param(c, "session"), 1, models.ListMost,
	)
	if err != nil {
		return err
	}
	s := sessionLine(w, x.Session)
	v := view.ClassPrintView{
		Class: p.classLine(w, x.Class), Title: w.T("class.sheet"), Back: classPath(x.Class.ID) + "/sessions/" + s.ID,
		Signature: true, Facts: ui.KVText(
			w.T("class.when"), s.When, w.T("class.session.title"), s.Title, w.T("class.session.place"), s.Place,
			w.T("class.session.teacher"), s.Teacher,
		),
	}
	for _, y := range x.Lines {
		v.Members = append(v.Members, view.ClassMemberLine{Name: y.Name, StaffNo: y.StaffNo, Unit: y.Unit})
	}
	return web.Page(c, fiber.StatusOK, view.ClassPrint(v))
}
