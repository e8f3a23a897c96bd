package pages

import (
	"strconv"

	"shanzhi/courses"
	"shanzhi/models"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// either returns the text in the reader's language: titles and summaries have both.
func either(w *i18n.Printer, zh, en string) string {
	if w.Lang() == "en" && en != "" {
		return en
	}
	return zh
}

// foreign reports whether the reader's language is not that of lessons and questions.
func foreign(w *i18n.Printer) bool { return w.Lang() != i18n.Default }

func courseTitle(w *i18n.Printer, c models.Course) string { return either(w, c.Title, c.TitleEN) }

func lessonTitle(w *i18n.Printer, l models.Lesson) string {
	return w.T("learn.lesson_title", "no", l.No, "title", either(w, l.Title, l.TitleEN))
}

func coursePath(code string) string { return "/learn/courses/" + code }

func lessonPath(code string, no int) string { return coursePath(code) + "/" + strconv.Itoa(no) }

func quizPath(code string) string { return coursePath(code) + "/quiz" }

func attemptPath(id string) string { return "/learn/attempts/" + id }

// stageTag says how far somebody has come with a course.
func stageTag(w *i18n.Printer, s courses.Stage) view.LearnStage {
	kind := ui.Plain
	switch s {
	case courses.StageLearning, courses.StageQuiz:
		kind = ui.Info
	case courses.StageSpent:
		kind = ui.Warn
	case courses.StageDone:
		kind = ui.OK
	case courses.StageNew:
	}
	return view.LearnStage{Kind: kind, Text: w.T("learn.stage." + string(s))}
}

// lessonTag says how far somebody has come with a lesson.
func lessonTag(w *i18n.Printer, l courses.LessonLine) view.LearnStage {
	switch {
	case l.Done:
		return view.LearnStage{Kind: ui.OK, Text: w.T("learn.state.done")}
	case l.Place > 0:
		return view.LearnStage{Kind: ui.Info, Text: w.T("learn.state.at", "n", l.Place)}
	}
	return view.LearnStage{Text: w.T("learn.state.new")}
}

// quizTag says whether the test of a course can be taken.
func quizTag(w *i18n.Printer, st courses.Standing) view.LearnStage {
	switch {
	case st.Quiz.Passed() != nil:
		return view.LearnStage{Kind: ui.OK, Text: w.T("learn.quiz.passed")}
	case st.Quiz.Open() != nil:
		return view.LearnStage{Kind: ui.Info, Text: w.T("learn.quiz.running")}
	case st.DoneCount() < len(st.Lessons):
		return view.LearnStage{Text: w.T("learn.quiz.closed")}
	case st.Quiz.Left() == 0:
		return view.LearnStage{Kind: ui.Warn, Text: w.T("learn.quiz.spent")}
	}
	return view.LearnStage{Kind: ui.Info, Text: w.T("learn.quiz.open")}
}

// stepOf is the button that leads to what comes next; nil when nothing is left.
func stepOf(w *i18n.Printer, n *courses.Next) *view.LearnStep {
	if n == nil {
		return nil
	}
	title := courseTitle(w, n.Course)
	switch {
	case n.Attempt != nil:
		return &view.LearnStep{Button: w.T("learn.go.attempt", "course", title), Href: attemptPath(n.Attempt.ID)}
	case n.Lesson == nil:
		return &view.LearnStep{Button: w.T("learn.go.quiz", "course", title), Href: quizPath(n.Code)}
	case n.StartedAt == nil:
		return &view.LearnStep{Button: w.T("learn.go.start", "course", title), Href: lessonPath(n.Code, n.Lesson.No)}
	}
	return &view.LearnStep{
		Button: w.T("learn.go.lesson", "course", title, "no", n.Lesson.No), Href: lessonPath(n.Code, n.Lesson.No),
	}
}

func indicator(w *i18n.Printer, c models.Competency) string {
	return w.T("learn.competency." + string(c))
}
