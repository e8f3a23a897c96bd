package report

import (
	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/templates/pdf"
)

// training is the part on quizzes taken and courses suggested. Hours stand nowhere (red line 2).
func (p *paper) training(d assessments.PersonDossier) {
	switch {
	case len(d.Quizzes)+len(d.Suggestions) == 0:
		p.para(p.say("report.quiz.none"), p.say("report.suggest.none"))
		return
	case len(d.Suggestions) == 0:
		p.para(p.say("report.suggest.none")) // before the table: it would stand alone on the next page
		p.quizzes(d.Quizzes)
		return
	case len(d.Quizzes) == 0:
		p.para(p.say("report.quiz.none"))
	default:
		p.quizzes(d.Quizzes)
	}
	t := pdf.Table{
		Title: p.tableTitle(p.say("report.suggest.title")),
		Cols: []pdf.Col{
			{Head: p.say("report.suggest.for"), Width: 42},
			{Head: p.say("report.suggest.course")},
			{Head: p.say("report.suggest.approval"), Width: 34},
		},
		Note: p.say("report.suggest.note"),
	}
	for _, s := range d.Suggestions {
		course := p.say("report.course", "title", p.either(s.Course, s.CourseEN))
		t.Rows = append(t.Rows, cells(p.competency(s.For), course, p.say("report.suggest.pending")))
	}
	p.doc.Table(t)
}

// quizzes is the table of first finished attempts: what a competency rests on.
func (p *paper) quizzes(list []assessments.QuizResult) {
	t := pdf.Table{
		Title: p.tableTitle(p.say("report.quiz.title")),
		Cols: []pdf.Col{
			{Head: p.say("report.suggest.course")},
			{Head: p.say("report.quiz.fraction"), Width: 26, Align: pdf.Right},
			{Head: p.say("report.quiz.rate"), Width: 34, Align: pdf.Right},
			{Head: p.say("report.quiz.passed"), Width: 42},
		},
		Note: p.say("report.quiz.note"),
	}
	for _, q := range list {
		rate := p.say("report.few.questions")
		if q.FirstN >= minN {
			rate = p.share(float64(q.FirstX)/float64(q.FirstN)) + p.bracket(percents(p.wilson(q.FirstX, q.FirstN)), 0)
		}
		passed := p.say("report.quiz.not_passed")
		if q.Passed {
			passed = p.say("report.quiz.passed_on", "date", p.day(q.PassedOn))
		}
		t.Rows = append(t.Rows, cells(p.say("report.course", "title", p.either(q.Course, q.CourseEN)),
			p.fraction(q.FirstX, q.FirstN), rate, passed))
	}
	p.doc.Table(t)
}

// statement is the box in which the cadre may write.
func (p *paper) statement(period assessments.PeriodInfo) {
	p.opinion()
	if period.PreviewTo != "" {
		p.doc.Note(p.say("report.statement.preview", "date", p.day(period.PreviewTo)))
	}
}

func (p *paper) opinion() {
	p.doc.Opinion(pdf.Opinion{
		Label: p.say("report.opinion.label"), Sign: p.say("report.opinion.sign"), Date: p.say("report.sign.date"),
	})
}

// objections are the cadre's objections with their clock, and both values of what was corrected.
func (p *paper) objections(list []assessments.ObjectionInfo) {
	if len(list) == 0 {
		p.para(p.say("report.objection.none"))
		return
	}
	for _, o := range list {
		p.para(p.objection(o))
		if answer := p.printer.Fonts().Visible(o.Answer); o.Answered && answer != "" {
			p.doc.Para(append(pdf.Plain(p.say("report.objection.answer")), pdf.Plain(answer)...)...)
		}
	}
}

// objection is sentence 13.
func (p *paper) objection(o assessments.ObjectionInfo) string {
	filed := p.say("report.objection.filed", "no", o.No, "item", p.competency(o.Item), "date", p.day(o.FiledOn))
	if !o.Answered {
		return p.join([]string{filed, p.say("report.objection.open", "due", p.day(o.DueOn))})
	}
	date := p.day(o.AnsweredOn)
	switch {
	case !o.Corrected:
		return p.join([]string{filed, p.say("report.objection.decided_upheld", "date", date)})
	case o.Old == nil || o.New == nil: // not estimated before or after
		return p.join([]string{filed, p.say("report.objection.decided_corrected", "date", date)})
	}
	return p.join([]string{filed, p.say("report.objection.decided_values", "date", date, "old", p.score(*o.Old),
		"new", p.score(*o.New))})
}

func (p *paper) result(o assessments.ObjectionInfo) string {
	switch {
	case !o.Answered:
		return p.say("report.objection.pending")
	case o.Corrected:
		return p.say("report.objection.corrected")
	}
	return p.say("report.objection.upheld")
}

// unitObjections is the table of the objections of a unit's cadres, without names.
func (p *paper) unitObjections(list []assessments.ObjectionInfo) {
	if len(list) == 0 {
		p.para(p.say("report.objection.none"))
		return
	}
	open := 0
	t := pdf.Table{
		Title: p.tableTitle(p.say("report.objection.title")),
		Cols: []pdf.Col{
			{Head: p.say("report.objection.item")},
			{Head: p.say("report.objection.filed_on"), Width: 34},
			{Head: p.say("report.objection.due_on"), Width: 34},
			{Head: p.say("report.objection.result"), Width: 44},
		},
	}
	for _, o := range list {
		if !o.Answered {
			open++
		}
		row := cells(p.competency(o.Item), p.day(o.FiledOn), p.day(o.DueOn), p.result(o))
		if !o.Answered {
			row.Cells[0].Tag = p.say("report.tag.disputed")
		}
		t.Rows = append(t.Rows, row)
	}
	p.para(p.say("report.objection.counts", "n", len(list), "open", open))
	p.doc.KeepNext()
	p.doc.Table(t)
}

// disputedFigure is the competency that a key figure belongs to.
func disputedFigure(figure string) models.Competency {
	switch figure {
	case "on_time":
		return models.Procedure
	case "solved", "reopened":
		return models.Problem
	case "good":
		return models.MassWork
	}
	return ""
}
