package pages

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/courses/quiz"
	"shanzhi/models"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showQuiz answers GET /learn/courses/:code/quiz: the rules, and what can be done now.
func (p *Pages) showQuiz(c *fiber.Ctx) error {
	w := web.Words(c)
	cover, err := p.Quiz.Cover(web.Context(c), web.Actor(c), web.Param(c, "code"))
	if err != nil {
		return err
	}
	v := view.QuizCoverView{
		Course: courseTitle(w, cover.Course), CourseHref: coursePath(cover.Code),
		Title: either(w, cover.Quiz.Title, cover.Quiz.TitleEN), Rules: quizRules(w, cover.Quiz.Quiz),
		Foreign: foreign(w),
	}
	coverWays(w, cover, &v)
	for _, a := range slices.Backward(cover.Quiz.Attempts) {
		v.Attempts = append(v.Attempts, attemptLine(w, a))
	}
	return web.Page(c, fiber.StatusOK, view.QuizCover(v))
}

func quizRules(w *i18n.Printer, q models.Quiz) []string {
	attempts := w.T("quiz.rule.attempts_any")
	if q.MaxAttempts > 0 {
		attempts = w.T("quiz.rule.attempts", "n", q.MaxAttempts)
	}
	return []string{
		w.T("quiz.rule.questions", "n", q.Draw, "pass", q.PassPercent), w.T("quiz.rule.multiple"),
		w.T("quiz.rule.time", "minutes", q.LimitSec/60), w.T("quiz.rule.over"), w.T("quiz.rule.save"), attempts,
		w.T("quiz.rule.first"), w.T("quiz.rule.after"),
	}
}

// coverWays says what can be done now: go on, learn first, begin, begin again, or nothing more.
func coverWays(w *i18n.Printer, cover *quiz.Cover, v *view.QuizCoverView) {
	left := cover.Quiz.Left()
	switch {
	case cover.Open != nil:
		v.State, v.Note = ui.Info, w.T("quiz.running")
		v.NoteText = w.T("quiz.running.until", "time", w.Clock(cover.Open.DueAt))
		v.Resume = &view.LearnStep{Button: w.T("quiz.resume"), Href: attemptPath(cover.Open.ID)}
		return
	case cover.Missing() > 0:
		v.State, v.Note = ui.Info, w.T("quiz.lessons_first", "left", cover.Missing())
		v.NoteText = w.T("quiz.lessons_first.hint")
		next := cover.NextLesson()
		v.Lesson = &view.LearnStep{Button: lessonTitle(w, next.Lesson), Href: lessonPath(cover.Code, next.No)}
		return
	case left == 0 && cover.Quiz.Passed() == nil:
		v.State, v.Note = ui.Warn, w.T("quiz.attempts_used", "n", cover.Quiz.MaxAttempts)
		v.NoteText = w.T("quiz.attempts_used.hint")
		return
	case cover.Quiz.Passed() != nil:
		v.State, v.Note = ui.OK, w.T("quiz.passed_before")
	}
	if left == 0 {
		return
	}
	if left > 0 && len(cover.Quiz.Attempts) > 0 {
		v.NoteText = w.TN("quiz.left", left)
		if v.Note == "" {
			v.State, v.Note, v.NoteText = ui.Info, v.NoteText, ""
		}
	}
	v.Start = &view.QuizStart{Action: quizPath(cover.Code), Text: w.T("quiz.start")}
	if len(cover.Quiz.Attempts) > 0 {
		v.Start.Text = w.T("quiz.start.again")
	}
}

func attemptLine(w *i18n.Printer, a models.Attempt) view.QuizAttemptLine {
	line := view.QuizAttemptLine{Title: w.T("quiz.attempt", "no", a.No), Href: attemptPath(a.ID)}
	if a.State == models.AttemptOpen || a.SubmittedAt == nil {
		line.Note = w.T("quiz.attempt.running", "time", w.Clock(a.DueAt))
		line.State = view.LearnStage{Kind: ui.Info, Text: w.T("quiz.state.open")}
		return line
	}
	line.Href += "/result"
	line.Note = w.T("quiz.attempt.note", "date", w.Date(*a.SubmittedAt), "score", w.Score(a.Score))
	line.State = view.LearnStage{Kind: ui.Warn, Text: w.T("quiz.state.failed")}
	if a.Passed {
		line.State = view.LearnStage{Kind: ui.OK, Text: w.T("quiz.state.passed")}
	}
	return line
}

// startQuiz answers POST /learn/courses/:code/quiz.
func (p *Pages) startQuiz(c *fiber.Ctx) error {
	a, err := p.Quiz.Start(web.Context(c), web.Actor(c), web.Param(c, "code"))
	if err != nil {
		return err
	}
	return web.See(c, attemptPath(a.ID))
}

// quizResult answers GET /learn/attempts/:id/result.
func (p *Pages) quizResult(c *fiber.Ctx) error {
	w := web.Words(c)
	r, err := p.Quiz.Result(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	a := r.Attempt
	v := view.QuizResultView{
		Course: courseTitle(w, r.Course), CourseHref: coursePath(r.Course.Code),
		Title: either(w, r.Quiz.Title, r.Quiz.TitleEN), Score: a.Score, PassMark: 100 * r.Quiz.PassPercent,
		Passed:   a.Passed,
		TimedOut: a.TimedOut, Rights: r.Rights(), Code: receiptCode(a.ID), Indicator: indicator(w, r.Course.Competency),
		Foreign: foreign(w), Receipt: receiptOf(w, web.Actor(c).Name, r),
	}
	if a.Passed {
		v.Booked = r.Booked
	}
	if r.Left != 0 {
		v.Again = &view.LearnStep{Button: w.T("quiz.start.again"), Href: quizPath(r.Course.Code)}
	}
	for _, m := range r.Items {
		if q := markedOf(w, r.Course.Code, m); m.Right {
			v.Right = append(v.Right, q)
		} else {
			v.Wrong = append(v.Wrong, q)
		}
	}
	return web.Page(c, fiber.StatusOK, view.QuizResult(v))
}

// receiptCode is the end of the attempt's id: 50 bits of chance, short enough to read out.
func receiptCode(id string) string { return id[max(0, len(id)-10):] }

func receiptOf(w *i18n.Printer, name string, r *quiz.Result) []ui.Pair {
	attempt := w.T("quiz.receipt.attempt.any", "no", r.Attempt.No)
	if r.Quiz.MaxAttempts > 0 {
		attempt = w.T("quiz.receipt.attempt.value", "no", r.Attempt.No, "n", r.Quiz.MaxAttempts)
	}
	at := ""
	if r.Attempt.SubmittedAt != nil {
		at = w.DateTime(*r.Attempt.SubmittedAt)
	}
	return ui.KVText(
		w.T("quiz.receipt.name"), name, w.T("quiz.receipt.at"), at,
		w.T("quiz.receipt.score"), w.T("quiz.receipt.score.value", "score", w.Score(r.Attempt.Score)),
		w.T("quiz.receipt.attempt"), attempt,
	)
}

func markedOf(w *i18n.Printer, code string, m quiz.Marked) view.QuizMarked {
	q := view.QuizMarked{
		Place: m.Place, Kind: w.T("quiz.kind." + string(m.Kind)), Stem: m.Stem, Right: m.Right,
		Answered: len(m.Given) > 0,
		Mark:     m.Mark, Explanation: m.Explanation, Lesson: w.T("quiz.see_lesson", "no", m.LessonNo),
		LessonHref: lessonPath(code, m.LessonNo),
	}
	for i, o := range m.Options {
		q.Options = append(q.Options, view.QuizMarkedOption{
			Letter: o.Letter, Text: o.Text, Right: m.Marks[i].Right, Mine: m.Marks[i].Mine,
		})
	}
	return q
}
