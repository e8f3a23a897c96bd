package pages

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/courses"
	"shanzhi/courses/trainer"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// trainPeople lists the people in reach with their hours of the year.
func (p *Pages) trainPeople(c *fiber.Ctx) error {
	ctx, who, w, q := web.Context(c), web.Actor(c), web.Words(c), web.Query(c)
	l := listAt(c, "hours", trainSize)
	found, total, err := p.Trainer.People(ctx, who, trainer.PeopleFilter{
		UnitID: q.Get("unit"), Text: q.Get("q"), Page: l.Page, Size: l.Size,
	})
	if err != nil {
		return err
	}
	units, err := p.Accounts.UnitsFor(ctx, who, policy.TrainSee)
	if err != nil {
		return err
	}
	v := view.TrainPeopleView{
		Year: models.DateOf(p.Clock()).Year(), Filter: ui.FormOf(q, nil), Units: unitOptions(w, units, "field.all"),
		List: l.of(total),
	}
	for _, x := range found {
		v.Lines = append(v.Lines, view.TrainPersonLine{
			ID: x.ID, Name: x.Name, StaffNo: x.StaffNo, Unit: x.Unit, Post: x.Post,
			Online: hoursAgainst(w, x.Online), InPerson: hoursAgainst(w, x.InPerson), Finished: w.Count(x.Finished),
		})
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(ctx), total)
	}
	return web.Page(c, fiber.StatusOK, view.TrainPeople(v))
}

// hoursAgainst writes hours beside their target; without one there is none to fall short of.
func hoursAgainst(w *i18n.Printer, a courses.Account) string {
	if a.Asked == 0 {
		return w.Hours(a.Hours)
	}
	return w.T("train.hours.of", "done", w.Hours(a.Hours), "asked", w.Hours(a.Asked))
}

// trainRecord shows the ledgers of one person; the look is audited.
func (p *Pages) trainRecord(c *fiber.Ctx) error { return p.record(c, fiber.StatusOK, ui.NewForm()) }

func (p *Pages) record(c *fiber.Ctx, status int, form ui.Form) error {
	w := web.Words(c)
	r, err := p.Trainer.Record(web.Context(c), web.Actor(c), web.Param(c, "id"), wholeNumber(web.Query(c).Get("year")))
	if err != nil {
		return err
	}
	past := r.Year < models.DateOf(p.Clock()).Year()
	v := view.TrainRecordView{
		ID: r.Person.ID, Name: r.Person.Name, StaffNo: r.Person.StaffNo, Unit: r.Person.Unit, Post: r.Person.Post,
		Year: r.Year, Years: r.Years, Form: form,
		Ledgers: []view.LearnLedger{ledgerOf(w, r.Online, past), ledgerOf(w, r.InPerson, past)},
	}
	for _, l := range v.Ledgers {
		for i := range l.Entries {
			l.Entries[i].Result = "" // a paper is seen by whoever wrote it
			if id, ok := strings.CutPrefix(l.Entries[i].Href, "/learn/classes/"); ok {
				l.Entries[i].Href = classPath(id) // the page of those on its list is theirs
			}
		}
	}
	if r.MayCounter {
		v.Entries = counterable(w, r)
	}
	return web.Page(c, status, view.TrainRecord(v))
}

// counterable are the entries that can still be taken back, as choices.
func counterable(w *i18n.Printer, r trainer.Record) []ui.Option {
	gone := map[string]bool{}
	all := append(append([]courses.Entry{}, r.Online.Entries...), r.InPerson.Entries...)
	for _, e := range all {
		gone[e.Claim.Of] = true
	}
	var out []ui.Option
	for _, e := range all {
		if e.SourceKind == courses.SourceCounter || gone[e.ID] {
			continue
		}
		title := e.Claim.Title
		if e.Course != nil {
			title = courseTitle(w, *e.Course)
		}
		out = append(out, ui.Option{Value: e.ID, Text: w.T(
			"train.counter.entry", "title", title, "hours", w.Hours(e.Hours), "date", w.IsoDate(e.BookedAt))})
	}
	return out
}

// counterEntry takes an entry back.
func (p *Pages) counterEntry(c *fiber.Ctx) error {
	form := web.Form(c)
	err := p.Trainer.Counter(web.Context(c), web.Actor(c), form.Get("entry"), form.Get("reason"))
	if fault.Is(err, fault.NotFound) {
		err = fault.Wrong(fault.On("entry", "form.required_choice"))
	}
	if shown, ok := inAct(err, web.Words(c)); ok {
		return p.record(c, shown.status, ui.FormOf(form, shown.err))
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, "train.counter.done")
	return web.See(c, "/learn/manage/people/"+web.Param(c, "id"))
}

// trainHome is what waits for the training administrator, and what a learner is asked to take.
func (p *Pages) trainHome(ctx context.Context, actor models.Actor) (*view.Hero, []view.HomeLine, error) {
	if !learns(actor) {
		return nil, nil, nil
	}
	w := ui.P(ctx)
	var lines []view.HomeLine
	asked, err := p.learnAsked(ctx, actor)
	if err != nil {
		return nil, nil, err
	}
	for _, a := range asked {
		lines = append(lines, view.HomeLine{Title: a.Title, Note: a.Note, Href: a.Href, Due: a.Due})
	}
	if !policy.May(actor, policy.TrainManage) {
		return nil, lines, nil
	}
	_, n, err := p.Trainer.Claims(ctx, actor, models.ClaimOpen, 1, 1)
	if err != nil {
		return nil, nil, err
	}
	hero := &view.Hero{
		Sentence: w.T("train.home.none", "name", actor.Name), Button: w.T("train.home.people"), Href: "/learn/manage",
		Urgency: view.Idle,
	}
	if n > 0 {
		hero = &view.Hero{
			Sentence: w.TN("train.home.claims", n), Button: w.T("train.home.decide"), Href: "/learn/manage/claims",
		}
	}
	lines = append(lines, view.HomeLine{
		Title: w.T("train.tasks"), Note: w.T("train.tasks.lead"), Href: "/learn/manage/tasks",
		Urgency: view.Idle,
	})
	return hero, lines, nil
}
