package pages

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/courses"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// learn answers GET /learn: my courses.
func (p *Pages) learn(c *fiber.Ctx) error {
	ctx, actor, w := web.Context(c), web.Actor(c), web.Words(c)
	all, err := p.Courses.Catalogue(ctx, actor)
	if err != nil {
		return err
	}
	v := view.LearnCatalogueView{
		Next: stepOf(w, courses.NextOf(all, p.Clock())), MayTrain: policy.May(actor, policy.TrainSee),
	}
	if v.Asked, err = p.learnAsked(ctx, actor); err != nil {
		return err
	}
	for _, st := range all {
		v.Courses = append(v.Courses, view.LearnCourseCard{
			Href: coursePath(st.Code), Title: courseTitle(w, st.Course), Summary: either(w, st.Summary, st.SummaryEN),
			Stage: stageTag(w, st.Stage()), Done: st.DoneCount(), Total: len(st.Lessons),
			Minutes: st.Minutes(), Hours: st.Hours,
		})
	}
	l := listAt(c, "courses", 0)
	if v.List = l.List; l.wanted {
		return p.sheet(c, l, v.Grid(ctx), len(v.Courses))
	}
	return web.Page(c, fiber.StatusOK, view.LearnCatalogue(v))
}

// learnCourse answers GET /learn/courses/:code.
func (p *Pages) learnCourse(c *fiber.Ctx) error {
	ctx, actor, w := web.Context(c), web.Actor(c), web.Words(c)
	cover, err := p.Quiz.Cover(ctx, actor, web.Param(c, "code"))
	if err != nil {
		return err
	}
	st := cover.Standing
	v := view.LearnCourseView{
		Title: courseTitle(w, st.Course), Summary: either(w, st.Summary, st.SummaryEN), Stage: stageTag(w, st.Stage()),
		Next: stepOf(w, courses.NextOf([]courses.Standing{st}, p.Clock())),
		Done: st.DoneCount(), Total: len(st.Lessons),
		Hours: st.Hours, Indicator: indicator(w, st.Competency), Finished: st.Stage() == courses.StageDone,
		Quiz: view.LearnQuizLine{
			Href: quizPath(st.Code), Title: either(w, st.Quiz.Title, st.Quiz.TitleEN), Note: quizNote(w, st.Quiz),
			State: quizTag(w, st),
		},
		Facts: ui.KVText(
			w.T("learn.fact.hours"), w.T("learn.fact.hours.value", "hours", w.Hours(st.Hours)),
			w.T("learn.fact.length"), w.TN("time.minutes", st.Minutes()),
			w.T("learn.fact.edition"), w.T("learn.fact.edition.value", "n", st.Edition, "date", st.DatedOn),
		),
	}
	for _, l := range st.Lessons {
		note := w.TN("time.minutes", l.Minutes) + " · " + either(w, l.Summary, l.SummaryEN)
		v.Lessons = append(v.Lessons, view.LearnLessonLine{
			Href: lessonPath(st.Code, l.No), Title: lessonTitle(w, l.Lesson), Note: note, State: lessonTag(w, l),
		})
	}
	return web.Page(c, fiber.StatusOK, view.LearnCourse(v))
}

func quizNote(w *i18n.Printer, q courses.QuizState) string {
	return w.T("quiz.rule.questions", "n", q.Draw, "pass", q.PassPercent)
}

// lessonNo reads the number of a lesson in the path.
func lessonNo(c *fiber.Ctx) (int, error) {
	no, err := strconv.Atoi(web.Param(c, "no"))
	if err != nil {
		return 0, fault.New(fault.NotFound, "course.lesson_not_found")
	}
	return no, nil
}

// learnLesson answers GET /learn/courses/:code/:no.
func (p *Pages) learnLesson(c *fiber.Ctx) error {
	ctx, actor, w := web.Context(c), web.Actor(c), web.Words(c)
	no, err := lessonNo(c)
	if err != nil {
		return err
	}
	l, err := p.Courses.Lesson(ctx, actor, web.Param(c, "code"), no)
	if err != nil {
		return err
	}
	lesson := l.LessonLine
	v := view.LearnLessonView{
		Course: courseTitle(w, l.Course), CourseHref: coursePath(l.Code), No: no, Total: len(l.Lessons),
		Title: either(w, lesson.Title, lesson.TitleEN), Minutes: lesson.Minutes, Base: lessonPath(l.Code, no),
		Place: lesson.Place, Done: lesson.Done, Foreign: foreign(w), Next: nextOfLesson(w, l),
		Summary: either(w, lesson.Summary, lesson.SummaryEN),
	}
	if l.Prev != nil {
		v.Prev = &view.LearnStep{
			Button: w.T("learn.previous", "title", either(w, l.Prev.Title, l.Prev.TitleEN)),
			Href:   lessonPath(l.Code, l.Prev.No),
		}
	}
	for _, s := range l.Sections {
		v.Sections = append(v.Sections, view.LearnSection{Title: s.Title, Parts: lessonParts(l.Code, s.Body)})
	}
	for _, t := range l.Lessons {
		v.Lessons = append(v.Lessons, view.LearnTocLine{
			Href: lessonPath(l.Code, t.No), Title: lessonTitle(w, t.Lesson), Done: t.Done, Current: t.No == no,
		})
	}
	return web.Page(c, fiber.StatusOK, view.LearnLesson(v))
}

// lessonParts are a section's text and drawings. A drawing that this edition of the program does not hold is left out.
func lessonParts(code, body string) []view.LearnPart {
	var out []view.LearnPart
	for _, p := range courses.Parts(body) {
		if p.Drawing == "" {
			out = append(out, view.LearnPart{Text: ui.Markdown(p.Text)})
			continue
		}
		if d, ok := courses.DrawingOf(code, p.Drawing); ok {
			out = append(out, view.LearnPart{Caption: p.Caption, SVG: d.SVG, Twin: d.Desc})
		}
	}
	return out
}

// nextOfLesson leads to the lesson behind, or behind the last one to the test.
func nextOfLesson(w *i18n.Printer, l *courses.LessonView) *view.LearnStep {
	if l.Next == nil {
		return &view.LearnStep{Button: w.T("learn.next_quiz"), Href: quizPath(l.Code)}
	}
	return &view.LearnStep{
		Button: w.T("learn.next", "title", either(w, l.Next.Title, l.Next.TitleEN)),
		Href:   lessonPath(l.Code, l.Next.No),
	}
}

// keepPlace answers POST /learn/courses/:code/:no/place: the section that the reader has come to.
func (p *Pages) keepPlace(c *fiber.Ctx) error {
	no, err := lessonNo(c)
	if err != nil {
		return err
	}
	code, typed := web.Param(c, "code"), web.Form(c).Get("paragraph")
	section, err := strconv.Atoi(typed)
	if err != nil {
		return fault.Wrong(fault.On("paragraph", "form.number"))
	}
	if err := p.Courses.SavePlace(web.Context(c), web.Actor(c), code, no, section); err != nil {
		return err
	}
	if web.WantsJSON(c) {
		return web.JSON(c, fiber.StatusOK, map[string]int{"paragraph": section})
	}
	to := lessonPath(code, no)
	if section > 0 {
		to += "#p-" + strconv.Itoa(section)
	}
	return web.See(c, to)
}

// finishLesson answers POST /learn/courses/:code/:no/finish and leads to what comes next.
func (p *Pages) finishLesson(c *fiber.Ctx) error {
	ctx, actor, code := web.Context(c), web.Actor(c), web.Param(c, "code")
	no, err := lessonNo(c)
	if err != nil {
		return err
	}
	if err := p.Courses.FinishLesson(ctx, actor, code, no); err != nil {
		return err
	}
	st, err := p.Courses.Course(ctx, actor, code)
	if err != nil {
		return err
	}
	switch next := st.NextLesson(); {
	case next == nil && st.CompletedAt != nil:
		web.Flash(c, ui.OK, "learn.finished", "no", no)
		return web.See(c, coursePath(code))
	case next == nil:
		web.Flash(c, ui.OK, "learn.finished_all")
		return web.See(c, quizPath(code))
	}
	web.Flash(c, ui.OK, "learn.finished", "no", no)
	for _, l := range st.Lessons {
		if l.No > no && !l.Done {
			return web.See(c, lessonPath(code, l.No))
		}
	}
	return web.See(c, coursePath(code))
}
