package pages

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/courses/trainer"
	"shanzhi/models"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// learnAsked lists what the reader is asked to take and has not completed.
func (p *Pages) learnAsked(ctx context.Context, actor models.Actor) ([]view.LearnAsked, error) {
	asked, err := p.Trainer.AskedOf(ctx, actor)
	if err != nil {
		return nil, err
	}
	w := ui.P(ctx)
	var out []view.LearnAsked
	for _, a := range asked {
		if a.Done {
			continue
		}
		key := "train.asked.by"
		if a.DueOn < models.DateOf(p.Clock()) {
			key = "train.asked.late"
		}
		note := w.T(key, "unit", a.Asker(), "date", w.Date(a.DueOn.Day()))
		if a.Note != "" {
			note += " " + w.T("train.asked.why", "why", a.Note)
		}
		out = append(out, view.LearnAsked{
			Href: coursePath(a.Code), Note: note, Due: a.DueOn,
			Title: w.T("train.asked.course", "course", either(w, a.Course, a.CourseEN)),
		})
	}
	return out, nil
}

// trainTasks lists the tasks in reach with the form for another one.
func (p *Pages) trainTasks(c *fiber.Ctx) error { return p.tasks(c, fiber.StatusOK, ui.NewForm()) }

func (p *Pages) tasks(c *fiber.Ctx, status int, form ui.Form) error {
	ctx, who, w, q := web.Context(c), web.Actor(c), web.Words(c), web.Query(c)
	l := listAt(c, "tasks", trainSize)
	found, total, err := p.Trainer.Tasks(ctx, who, q.Get("past") == "1", l.Page, l.Size)
	if err != nil {
		return err
	}
	v := view.TrainTasksView{
		Form: form, Filter: ui.FormOf(q, nil), List: l.of(total),
		MayAssign: policy.May(who, policy.TrainManage), Today: models.DateOf(p.Clock()),
	}
	for _, t := range found {
		v.Lines = append(v.Lines, taskLine(w, t))
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(ctx), total)
	}
	if v.MayAssign {
		if err := p.taskChoices(c, &v); err != nil {
			return err
		}
	}
	return web.Page(c, status, view.TrainTasks(v))
}

func (p *Pages) taskChoices(c *fiber.Ctx, v *view.TrainTasksView) error {
	ctx, who, w := web.Context(c), web.Actor(c), web.Words(c)
	all, err := p.Courses.Catalogue(ctx, who)
	if err != nil {
		return err
	}
	v.Courses = []ui.Option{{Text: w.T("field.choose")}}
	for _, x := range all {
		v.Courses = append(v.Courses, ui.Option{Value: x.Code, Text: courseTitle(w, x.Course)})
	}
	units, err := p.Accounts.UnitsFor(ctx, who, policy.TrainManage)
	v.Units = unitOptions(w, units, "field.choose")
	v.Categories = options(w, accounts.Categories(), "account.category.", "train.everybody")
	return err
}

func taskLine(w *i18n.Printer, t trainer.TaskView) view.TrainTaskLine {
	l := view.TrainTaskLine{
		ID: t.ID, Course: either(w, t.Course, t.CourseEN), Unit: t.Unit, Note: t.Note, Due: w.Date(t.DueOn.Day()),
		Whom: w.T("train.everybody"), Ended: t.EndedOn != "",
	}
	if t.Category != "" {
		l.Whom = w.T("account.category." + string(t.Category))
	}
	return l
}

// createTask asks people to take a course.
func (p *Pages) createTask(c *fiber.Ctx) error {
	form := web.Form(c)
	_, err := p.Trainer.Assign(web.Context(c), web.Actor(c), trainer.TaskInput{
		Course: form.Get("course"), UnitID: form.Get("unit"), Category: models.Category(form.Get("category")),
		DueOn: models.Date(form.Get("due")), Note: form.Get("note"),
	})
	if shown, ok := inAct(err, web.Words(c)); ok {
		return p.tasks(c, shown.status, ui.FormOf(form, shown.err))
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, "train.task.made")
	return web.See(c, "/learn/manage/tasks")
}

// trainTask shows who has taken a course that was asked for.
func (p *Pages) trainTask(c *fiber.Ctx) error {
	w, who, l := web.Words(c), web.Actor(c), listAt(c, "takers", trainSize)
	found, err := p.Trainer.TaskByID(web.Context(c), who, web.Param(c, "id"), l.Page, l.Size)
	if err != nil {
		return err
	}
	v := view.TrainTaskView{
		Task: taskLine(w, found.Task), Total: found.Total, Finished: found.Finished,
		MayEnd: policy.Can(who, policy.TrainManage, policy.Object{UnitPath: found.Task.UnitPath}),
		List:   l.of(found.Total),
	}
	for _, t := range found.Takers {
		state := view.LearnStage{Kind: ui.Plain, Text: w.T("learn.stage.new")}
		switch {
		case t.CompletedOn != "":
			state = view.LearnStage{Kind: ui.OK, Text: w.T("train.taken", "date", t.CompletedOn)}
		case t.StartedOn != "":
			state = view.LearnStage{Kind: ui.Info, Text: w.T("learn.stage.learning")}
		}
		v.Lines = append(v.Lines, view.TrainTakerLine{
			Href: "/learn/manage/people/" + t.ID, Name: t.Name, StaffNo: t.StaffNo, Unit: t.Unit, State: state,
		})
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(web.Context(c)), found.Total)
	}
	return web.Page(c, fiber.StatusOK, view.TrainTask(v))
}

// endTask takes a task back.
func (p *Pages) endTask(c *fiber.Ctx) error {
	if err := p.Trainer.EndTask(web.Context(c), web.Actor(c), web.Param(c, "id")); err != nil {
		return err
	}
	web.Flash(c, ui.OK, "train.task.ended")
	return web.See(c, "/learn/manage/tasks")
}
