package pages

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/unicode/norm"

	"shanzhi/app/web"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showPaperKey is the page where ratings on paper are keyed.
func (p *Pages) showPaperKey(c *fiber.Ctx) error {
	return p.paperKey(c, fiber.StatusOK, ui.Form{}, ratings.SlipLook{})
}

func (p *Pages) paperKey(c *fiber.Ctx, status int, form ui.Form, slip ratings.SlipLook) error {
	w := web.Words(c)
	again, err := p.toKeyAgain(c)
	if err != nil {
		return err
	}
	v := view.PaperKeyView{
		Form: form, Unit: slip.Unit, Blank: slip.Blank, Again: slip.Again, Waiting: again,
		Levels: []ui.Option{{}}, Solved: []ui.Option{{}},
		Reasons: w.T("paper.reasons.hint", "list", reasonList(w)),
	}
	for _, o := range view.RateLevels(w) {
		v.Levels = append(v.Levels, ui.Option{Value: o.Value, Text: o.Value + " " + o.Text})
	}
	for i, s := range ratings.Solutions() {
		v.Solved = append(v.Solved, ui.Option{
			Value: string(s), Text: strconv.Itoa(i+1) + " " + w.T("rate.solved."+string(s)),
		})
	}
	return web.Page(c, status, view.PaperKey(v))
}

// reasonList is what each figure of the slip means: "1 服务态度 2 办理速度 …".
func reasonList(w *i18n.Printer) string {
	var out []string
	for i, r := range ratings.Reasons() {
		out = append(out, strconv.Itoa(i+1)+" "+w.T("rate.reason."+r))
	}
	return strings.Join(out, "  ")
}

// doPaperKey keeps one slip. A number alone, as a scanner types it, is looked up first.
func (p *Pages) doPaperKey(c *fiber.Ctx) error {
	ctx, who, form := web.Context(c), web.Actor(c), web.Form(c)
	if form.Get("level") == "" && form.Get("comment") == "" && form.Get("solved") == "" {
		slip, err := p.Ratings.LookSlip(ctx, who, form.Get("number"))
		switch {
		case fault.Is(err, fault.Invalid):
			return p.paperKey(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err), ratings.SlipLook{})
		case err != nil:
			return err
		case form.Get("looked") != "1":
			return p.paperKey(c, fiber.StatusOK, ui.FormOf(form, nil), slip)
		}
	}
	var kept ratings.Kept
	reasons, err := reasonsOf(form.Get("reasons"))
	if err == nil {
		err = noCardNumber(form, "comment")
	}
	if err == nil {
		level, _ := strconv.Atoi(form.Get("level")) // nonsense is 0, which the door refuses
		kept, err = p.Ratings.KeySlip(ctx, who, form.Get("number"), ratings.Input{
			Level: level, Solved: models.Resolution(form.Get("solved")), Reasons: reasons, Comment: form.Get("comment"),
			Unsure: form.Get("unsure") == "1", MayKnow: form.Get("may_know") == "1",
		})
	}
	switch {
	case fault.Is(err, fault.Invalid):
		slip, _ := p.Ratings.LookSlip(ctx, who, form.Get("number")) // says in vain what the fault says
		return p.paperKey(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err), slip)
	case err != nil:
		return err
	}
	paperFlash(c, kept, form.Get("number"))
	return web.See(c, "/serve/paper")
}

// reasonsOf turns the figures of a slip into the codes of reasons. Fault: Invalid on "reasons".
func reasonsOf(typed string) ([]string, error) {
	var out []string
	for _, r := range norm.NFKC.String(typed) {
		switch i := int(r - '1'); {
		case strings.ContainsRune(" ,，、;；", r):
		case i < 0 || i >= len(ratings.Reasons()):
			most := len(ratings.Reasons())
			return nil, fault.Wrong(fault.On("reasons", "paper.reasons.wrong", "value", string(r), "max", most))
		default:
			out = append(out, ratings.Reasons()[i])
		}
	}
	return out, nil
}
