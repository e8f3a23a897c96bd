package pages

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/courses/class"
	"shanzhi/models"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// ownClasses lists the classes on whose lists the reader is.
func (p *Pages) ownClasses(c *fiber.Ctx) error {
	ctx, w := web.Context(c), web.Words(c)
	all, err := p.Classes.OwnClasses(ctx, web.Actor(c))
	if err != nil {
		return err
	}
	var v view.OwnClassesView
	for _, x := range all {
		v.Lines = append(v.Lines, p.ownClassLine(w, x))
	}
	l := listAt(c, "own_classes", 0)
	if v.List = l.List; l.wanted {
		return p.sheet(c, l, v.Grid(ctx), len(v.Lines))
	}
	return web.Page(c, fiber.StatusOK, view.OwnClasses(v))
}

func (p *Pages) ownClassLine(w *i18n.Printer, x class.Own) view.OwnClassLine {
	l := view.OwnClassLine{
		Href: "/learn/classes/" + x.ID, Name: x.Name, Kind: w.T("class.kind." + string(x.Ledger)), Unit: x.Unit,
		Days: classDays(w, x.TrainingClass), State: classTag(w, x.TrainingClass, models.DateOf(p.Clock())),
		Hours: w.T("class.credited.none"),
	}
	if x.State == models.ClassClosed {
		l.Hours = w.Hours(x.Booked)
	}
	if x.LeftOn != "" {
		l.State = view.LearnStage{Kind: ui.Plain, Text: w.T("class.member.out")}
	}
	return l
}

// ownClass shows a class to somebody on its list.
func (p *Pages) ownClass(c *fiber.Ctx) error {
	ctx, w := web.Context(c), web.Words(c)
	x, err := p.Classes.OwnByID(ctx, web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	v := view.OwnClassView{Class: p.ownClassLine(w, x.Own), Outcome: ownOutcome(w, x), Facts: ui.KVText(
		w.T("class.head"), x.Head, w.T("class.hours"), w.Hours(x.All),
	)}
	if x.Purpose != "" {
		v.Facts = append(v.Facts, ui.KVText(w.T("class.purpose"), x.Purpose)...)
	}
	v.Facts = append(v.Facts, ui.Pair{Key: w.T("word.status"), Value: ui.Tag(v.Class.State.Kind, v.Class.State.Text)})
	switch {
	case x.State == models.ClassCancelled:
		v.Note = w.T("class.own.cancelled", "why", x.Reason)
	case x.LeftOn != "":
		v.Note = w.T("class.own.left", "date", w.Date(x.LeftOn.Day()), "why", x.LeftWhy)
	}
	for _, s := range x.Sessions {
		line := view.OwnClassSession{
			ClassSessionLine: sessionLine(w, s.Session), Mark: markTag(w, s.Mark), Reason: s.Reason,
		}
		if s.Code != "" {
			line.CourseHref = coursePath(s.Code)
			if s.Done {
				line.Mark = view.LearnStage{Kind: ui.OK, Text: w.T("class.course_done")}
			}
		}
		v.Sessions = append(v.Sessions, line)
	}
	l := listAt(c, "own_class", 0)
	if v.List = l.List; l.wanted {
		return p.sheet(c, l, v.Grid(ctx), len(v.Sessions))
	}
	return web.Page(c, fiber.StatusOK, view.OwnClass(v))
}

// ownOutcome says what the class counts for so far.
func ownOutcome(w *i18n.Printer, x class.OwnClass) string {
	switch {
	case x.State == models.ClassClosed && x.Booked > 0:
		return w.T("class.own.booked", "hours", w.Hours(x.Booked), "ledger", w.T("hours."+string(x.Ledger)))
	case x.State == models.ClassClosed:
		return w.T("class.own.not_completed")
	}
	return w.T("class.own.so_far", "n", x.Attended, "total", x.Sum.Sessions)
}

// classHome is what comes of classes: those of one's own that are ahead or held, and hours that wait for confirmation.
func (p *Pages) classHome(ctx context.Context, actor models.Actor) (*view.Hero, []view.HomeLine, error) {
	if !policy.May(actor, policy.LearnTake) {
		return nil, nil, nil
	}
	w, today := ui.P(ctx), models.DateOf(p.Clock())
	all, err := p.Classes.OwnClasses(ctx, actor)
	if err != nil {
		return nil, nil, err
	}
	var lines []view.HomeLine
	for _, x := range all {
		if x.State != models.ClassOpen || x.LeftOn != "" || x.ToOn < today {
			continue
		}
		l := view.HomeLine{
			Title: w.T("class.home.own", "name", x.Name), Href: "/learn/classes/" + x.ID, Urgency: view.Waits,
			Due:  x.FromOn,
			Note: w.T("class.home.own.note", "unit", x.Unit, "days", classDays(w, x.TrainingClass)),
		}
		if x.FromOn <= today {
			l.Urgency = view.Today
		}
		lines = append(lines, l)
	}
	n, err := p.Classes.Waiting(ctx, actor)
	if err != nil {
		return nil, nil, err
	}
	if n > 0 {
		lines = append(lines, view.HomeLine{
			Title: w.T("class.home.confirm"), Note: w.TN("class.home.confirm.note", n),
			Href: "/learn/manage/classes?state=closing", Urgency: view.Waits,
		})
	}
	if policy.May(actor, policy.ClassManage) {
		lines = append(lines, view.HomeLine{
			Title: w.T("class.title"), Note: w.T("class.lead"), Href: "/learn/manage/classes", Urgency: view.Idle,
		})
	}
	return nil, lines, nil
}
