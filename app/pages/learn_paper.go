package pages

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/courses/quiz"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showPaper answers GET /learn/attempts/:id: the paper, or its result when it is marked.
func (p *Pages) showPaper(c *fiber.Ctx) error {
	paper, err := p.Quiz.Paper(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	if paper.Closed {
		return web.See(c, attemptPath(paper.ID)+"/result")
	}
	return web.Page(c, fiber.StatusOK, view.QuizPaper(paperOf(web.Words(c), paper)))
}

// backToPaper answers GET /learn/attempts/:id/answers: somebody reloaded the page that answered a form.
func (p *Pages) backToPaper(c *fiber.Ctx) error { return web.See(c, attemptPath(web.Param(c, "id"))) }

// paperOf is the paper with the saved answers ticked.
func paperOf(w *i18n.Printer, paper *quiz.Paper) view.QuizPaperView {
	v := view.QuizPaperView{
		ID: paper.ID, Title: either(w, paper.Title, paper.TitleEN), Left: paper.Left, Due: w.Clock(paper.DueAt),
		Lead:    w.T("quiz.paper.lead", "n", len(paper.Items), "pass", paper.PassPercent),
		Version: paper.Version, Unanswered: paper.Unanswered(), Foreign: foreign(w),
	}
	v.Answered = len(paper.Items) - len(v.Unanswered)
	for _, i := range paper.Items {
		v.Items = append(v.Items, itemOf(w, i, i.Given))
	}
	return v
}

func itemOf(w *i18n.Printer, i quiz.Item, ticked []string) view.QuizItem {
	q := view.QuizItem{
		Place: i.Place, Multiple: i.Kind == models.Multiple, Kind: w.T("quiz.kind." + string(i.Kind)), Stem: i.Stem,
	}
	for _, o := range i.Options {
		q.Options = append(q.Options, view.QuizOption{
			Letter: o.Letter, Text: o.Text, Ticked: slices.Contains(ticked, o.Letter),
		})
	}
	return q
}

// answersOf reads the answers of a form: fields q1, q2, … and whether it is the whole form.
func answersOf(form url.Values) quiz.Answers {
	in := quiz.Answers{Whole: form.Get("whole") == "1", Given: map[int][]string{}}
	in.Version, _ = strconv.Atoi(form.Get("version")) // 0 is no version and therefore stale
	for name, values := range form {
		digits, ok := strings.CutPrefix(name, "q")
		if !ok {
			continue
		}
		if place, err := strconv.Atoi(digits); err == nil {
			in.Given[place] = values
		}
	}
	return in
}

// saveAnswers answers POST /learn/attempts/:id/answers: saves, and goes on by the button that was pressed. Without a
// button it was the page's clock: what came in time counts, and the paper is handed in.
func (p *Pages) saveAnswers(c *fiber.Ctx) error {
	ctx, actor, id := web.Context(c), web.Actor(c), web.Param(c, "id")
	form := web.Form(c)
	in := answersOf(form)
	saved, err := p.Quiz.Save(ctx, actor, id, in)
	if web.WantsJSON(c) {
		if err != nil {
			return err
		}
		receipt := map[string]any{"version": saved.Version, "saved_at": saved.At.Format(time.RFC3339)}
		return web.JSON(c, fiber.StatusOK, receipt)
	}
	switch f := fault.Of(err); {
	case err == nil:
	case f.Kind == fault.Invalid:
		return p.refusedPaper(c, in, err)
	case f.Key == "quiz.stale":
		return p.stalePaper(c, in)
	case f.Key == "quiz.time_over", f.Key == "quiz.handed_in":
		return p.closedPaper(c, in, f.Key == "quiz.handed_in")
	default:
		return err
	}
	paper, err := p.Quiz.Paper(ctx, actor, id)
	if err != nil {
		return err
	}
	switch {
	case paper.Left == 0:
		if _, err := p.Quiz.Submit(ctx, actor, id); err != nil {
			return err
		}
		return web.See(c, attemptPath(id)+"/result")
	case form.Get("do") == "hand_in":
		return web.See(c, attemptPath(id)+"/submit")
	}
	web.Flash(c, ui.OK, "quiz.saved", "time", web.Words(c).Clock(saved.At))
	return web.See(c, attemptPath(id))
}

// refusedPaper shows the paper again with what was typed and why it is refused (422).
func (p *Pages) refusedPaper(c *fiber.Ctx, in quiz.Answers, refused error) error {
	w := web.Words(c)
	paper, err := p.Quiz.Paper(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	v := paperOf(w, paper)
	v.Form, v.Version = ui.FormOf(web.Form(c), refused), in.Version
	ctx := web.Context(c)
	for n, i := range paper.Items {
		v.Items[n] = itemOf(w, i, typed(i, in))
		v.Items[n].Error = v.Form.Error(ctx, quiz.FieldName(i.Place))
	}
	return web.Page(c, fiber.StatusUnprocessableEntity, view.QuizPaper(v))
}

// stalePaper shows what was typed in a window that was behind, and beside it what is saved where they differ (409).
// Nothing of it is saved until the taker says so.
func (p *Pages) stalePaper(c *fiber.Ctx, in quiz.Answers) error {
	w := web.Words(c)
	paper, err := p.Quiz.Paper(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	if paper.Closed {
		return p.closedPaper(c, in, true)
	}
	v := paperOf(w, paper)
	v.Stale = true
	for n, i := range paper.Items {
		mine := typed(i, in)
		v.Items[n] = itemOf(w, i, mine)
		if !sameLetters(mine, i.Given) {
			v.Items[n].Saved = savedWords(w, i)
		}
	}
	return web.Page(c, fiber.StatusConflict, view.QuizPaper(v))
}

// typed returns what a form says of a question: the saved answer where a form that is not whole says nothing.
func typed(i quiz.Item, in quiz.Answers) []string {
	if labels, sent := in.Given[i.Place]; sent || in.Whole {
		return labels
	}
	return i.Given
}

func sameLetters(a, b []string) bool {
	return slices.Equal(slices.Compact(slices.Sorted(slices.Values(a))), slices.Sorted(slices.Values(b)))
}

func savedWords(w *i18n.Printer, i quiz.Item) string {
	if len(i.Given) == 0 {
		return w.T("quiz.stale.saved_none")
	}
	var parts []string
	for _, o := range i.Options {
		if slices.Contains(i.Given, o.Letter) {
			parts = append(parts, o.Letter+". "+o.Text)
		}
	}
	return w.T("quiz.stale.saved", "answer", strings.Join(parts, " "))
}

// closedPaper says that the answers came too late, and which (409).
func (p *Pages) closedPaper(c *fiber.Ctx, in quiz.Answers, handedIn bool) error {
	w := web.Words(c)
	r, err := p.Quiz.Result(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	v := view.QuizOverView{
		Title: either(w, r.Quiz.Title, r.Quiz.TitleEN), Result: attemptPath(r.Attempt.ID) + "/result",
		HandedIn: handedIn,
	}
	for _, m := range r.Items {
		if !sameLetters(typed(m.Item, in), m.Given) {
			v.Late = append(v.Late, m.Place)
		}
	}
	return web.Page(c, fiber.StatusConflict, view.QuizOver(v))
}

// askSubmit answers GET /learn/attempts/:id/submit: names what is not answered and asks.
func (p *Pages) askSubmit(c *fiber.Ctx) error {
	w := web.Words(c)
	paper, err := p.Quiz.Paper(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	if paper.Closed {
		return web.See(c, attemptPath(paper.ID)+"/result")
	}
	return web.Page(c, fiber.StatusOK, view.QuizHandIn(view.QuizHandInView{
		ID: paper.ID, Title: either(w, paper.Title, paper.TitleEN), Total: len(paper.Items),
		Unanswered: paper.Unanswered(),
		Due:        w.Clock(paper.DueAt),
	}))
}

// submitPaper answers POST /learn/attempts/:id/submit.
func (p *Pages) submitPaper(c *fiber.Ctx) error {
	a, err := p.Quiz.Submit(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	return web.See(c, attemptPath(a.ID)+"/result")
}
