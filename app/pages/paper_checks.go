package pages

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

const checksPath = "/serve/checks"

// paperCheckRoutes registers the pages of slips that are keyed by two people.
func (p *Pages) paperCheckRoutes(app *web.App) {
	app.Get(checksPath, policy.PaperCheck, p.showPaperChecks)
	app.Get(checksPath+"/:id", policy.PaperCheck, p.showPaperCheck)
	app.Post(checksPath+"/:id", policy.PaperCheck, p.doPaperCheck)
}

// toKeyAgain puts the slips that the reader may key as the second person into words.
func (p *Pages) toKeyAgain(c *fiber.Ctx) ([]view.PaperAgain, error) {
	all, err := p.Ratings.ToKeyAgain(web.Context(c), web.Actor(c))
	if err != nil {
		return nil, err
	}
	out := make([]view.PaperAgain, len(all))
	for i, a := range all {
		out[i] = view.PaperAgain{Number: a.Number, Unit: a.Unit, Until: web.Words(c).Date(a.HeldUntil.Day())}
	}
	return out, nil
}

// paperFlash says what became of a slip and what is to be done with the paper.
func paperFlash(c *fiber.Ctx, kept ratings.Kept, number string) {
	switch {
	case kept.Again && kept.Same:
		web.Flash(c, ui.OK, "paper.kept.same", "no", number)
	case kept.Again:
		web.Flash(c, ui.Warn, "paper.kept.differs", "no", number)
	case kept.Drawn:
		web.Flash(c, ui.Info, "paper.kept.drawn", "no", number)
	default:
		web.Flash(c, ui.OK, "paper.kept", "no", number)
	}
}

// showPaperChecks lists the slips that were keyed twice.
func (p *Pages) showPaperChecks(c *fiber.Ctx) error {
	w, at := web.Words(c), listAt(c, "checks", serveSize)
	all, total, err := p.Ratings.Checks(web.Context(c), web.Actor(c), at.Page, at.Size)
	if err != nil {
		return err
	}
	v := view.PaperChecksView{Tabs: signalTabs(c, checksPath), List: at.of(total)}
	for _, k := range all {
		l := view.PaperCheckLine{
			Href: checksPath + "/" + k.ID, On: w.IsoDate(k.DrawnOn.Day()), Unit: k.Unit,
			State: w.T("paper.check.state." + string(k.State)), Open: k.State == models.SlipCheckDiffers,
		}
		if k.DecidedOn == "" {
			l.Until = w.IsoDate(k.HeldUntil.Day())
		}
		v.Lines = append(v.Lines, l)
	}
	if at.wanted {
		return p.sheet(c, at, v.Grid(web.Context(c)), total)
	}
	return web.Page(c, fiber.StatusOK, view.PaperChecks(v))
}

// showPaperCheck opens one of them.
func (p *Pages) showPaperCheck(c *fiber.Ctx) error { return p.paperCheck(c, fiber.StatusOK, ui.Form{}) }

func (p *Pages) paperCheck(c *fiber.Ctx, status int, form ui.Form) error {
	w := web.Words(c)
	k, err := p.Ratings.Check(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	v := view.PaperCheckView{
		Href: checksPath + "/" + k.ID, Unit: k.Unit, Number: k.Digits, On: w.Date(k.DrawnOn.Day()),
		FirstName: k.FirstName, SecondName: k.SecondName, Version: k.Version, Batched: k.Batched, Form: form,
	}
	if k.State != models.SlipCheckDiffers {
		v.Settled = w.T("paper.check.state." + string(k.State))
		return web.Page(c, status, view.PaperCheck(v))
	}
	v.Right = []ui.Option{
		{Value: string(models.SlipCheckFirst), Text: w.T("paper.check.right.first")},
		{Value: string(models.SlipCheckSecond), Text: w.T("paper.check.right.second")},
	}
	v.Parts = checkParts(w, k)
	return web.Page(c, status, view.PaperCheck(v))
}

// checkParts are the parts of a slip as two people keyed them.
func checkParts(w *i18n.Printer, k ratings.CheckView) []view.PaperCheckPart {
	tick := func(on bool) string {
		if on {
			return w.T("word.yes")
		}
		return w.T("word.no")
	}
	level := func(n int) string { return strconv.Itoa(n) + " " + w.T("rate.level."+strconv.Itoa(n)) }
	solved := func(s models.Resolution) string {
		if s == "" {
			return ""
		}
		return w.T("rate.solved." + string(s))
	}
	reasons := func(codes []string) string {
		out := make([]string, len(codes))
		for i, r := range codes {
			out[i] = w.T("rate.reason." + r)
		}
		return strings.Join(out, w.T("onboard.gap.comma"))
	}
	parts := []view.PaperCheckPart{
		{Name: w.T("rate.level"), First: level(k.A.Level), Second: level(k.B.Level)},
		{Name: w.T("rate.solved"), First: solved(k.A.Solved), Second: solved(k.B.Solved)},
		{Name: w.T("paper.reasons"), First: reasons(k.A.Reasons), Second: reasons(k.B.Reasons)},
		{Name: w.T("rate.comment"), First: k.A.Comment, Second: k.B.Comment},
		{Name: w.T("rate.unsure"), First: tick(k.A.Unsure), Second: tick(k.B.Unsure)},
		{Name: w.T("rate.may_know"), First: tick(k.A.MayKnow), Second: tick(k.B.MayKnow)},
	}
	for i, name := range []string{
		ratings.PartLevel, ratings.PartSolved, ratings.PartReasons, ratings.PartComment, ratings.PartUnsure,
		ratings.PartMayKnow,
	} {
		parts[i].Differs = slices.Contains(k.Parts, name)
	}
	if k.Blank {
		return parts[:4]
	}
	return parts
}

// doPaperCheck keeps which keying is right.
func (p *Pages) doPaperCheck(c *fiber.Ctx) error {
	form, id := web.Form(c), web.Param(c, "id")
	err := p.Ratings.SettleCheck(web.Context(c), web.Actor(c), id, form.Get("right"), form.Get("note"),
		wholeNumber(form.Get("version")))
	switch {
	case fault.Is(err, fault.Invalid):
		return p.paperCheck(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	case err != nil:
		return err
	}
	web.Flash(c, ui.OK, "paper.check.settled")
	return web.See(c, checksPath)
}
