package pages

import (
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

const standsPath = "/serve/stands"

// showStands lists the windows and has the form for another.
func (p *Pages) showStands(c *fiber.Ctx) error { return p.stands(c, fiber.StatusOK, ui.Form{}) }

func (p *Pages) stands(c *fiber.Ctx, status int, form ui.Form) error {
	ctx, who, w, l := web.Context(c), web.Actor(c), web.Words(c), listAt(c, "stands", serveSize)
	all, total, err := p.Ratings.Stands(ctx, who, l.Page, l.Size)
	if err != nil {
		return err
	}
	units, err := p.Accounts.UnitsFor(ctx, who, policy.StandManage)
	if err != nil {
		return err
	}
	v := view.StandsView{
		Address: p.addressWarning(w.T), Form: form, Units: unitOptions(w, units, "field.choose"), List: l.of(total),
	}
	for _, s := range all {
		v.Lines = append(v.Lines, p.standLine(w, s))
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(ctx), total)
	}
	return web.Page(c, status, view.Stands(v))
}

func (p *Pages) standLine(w *i18n.Printer, s ratings.Stand) view.StandLine {
	l := view.StandLine{
		ID: s.ID, Name: s.Name, Unit: s.Unit, From: w.IsoDate(s.ValidFrom.Day()), Href: standsPath + "/" + s.ID,
		Version: s.Version,
	}
	if l.Ended = s.ValidTo != "" && s.ValidTo < models.DateOf(p.Clock()); l.Ended {
		l.To = w.Date(s.ValidTo.Day())
	}
	return l
}

// createStand puts up a window.
func (p *Pages) createStand(c *fiber.Ctx) error {
	form := web.Form(c)
	s, err := p.Ratings.AddStand(web.Context(c), web.Actor(c), form.Get("unit"), form.Get("name"))
	switch {
	case fault.Is(err, fault.NotFound):
		err = fault.Wrong(fault.On("unit", "form.required_choice"))
		return p.stands(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	case fault.Is(err, fault.Invalid):
		return p.stands(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	case err != nil:
		return err
	}
	web.Flash(c, ui.OK, "stand.added", "name", s.Name)
	return web.See(c, standsPath+"/"+s.ID)
}

// showStandOne is the page of one window.
func (p *Pages) showStandOne(c *fiber.Ctx) error {
	return p.standOne(c, fiber.StatusOK, ui.NewForm("n", "20"))
}

func (p *Pages) standOne(c *fiber.Ctx, status int, form ui.Form) error {
	s, err := p.Ratings.Stand(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	return web.Page(c, status, view.StandOne(view.StandOneView{
		Line: p.standLine(web.Words(c), s), Link: p.whole(s.Path()), Form: form,
	}))
}

// whole is an address with the name of the site, for paper.
func (p *Pages) whole(path string) string { return strings.TrimSuffix(p.Base, "/") + path }

// endStand takes a window down.
func (p *Pages) endStand(c *fiber.Ctx) error {
	id := web.Param(c, "id")
	version := wholeNumber(web.Form(c).Get("version"))
	if err := p.Ratings.EndStand(web.Context(c), web.Actor(c), id, version); err != nil {
		return err
	}
	web.Flash(c, ui.OK, "stand.ended")
	return web.See(c, standsPath+"/"+id)
}

// showStandCard is the card of a window on paper.
func (p *Pages) showStandCard(c *fiber.Ctx) error {
	s, err := p.Ratings.Stand(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	link := p.whole(s.Path())
	path, size, err := qrPath(link)
	if err != nil {
		return err
	}
	return web.Page(c, fiber.StatusOK, view.StandCard(view.StandCardView{
		Unit: s.Unit, Name: s.Name, Link: link, Back: standsPath + "/" + s.ID, QR: path, Size: size,
	}))
}

// doStandSlips prints blank slips for a window.
func (p *Pages) doStandSlips(c *fiber.Ctx) error {
	form, id := web.Form(c), web.Param(c, "id")
	n, _ := strconv.Atoi(form.Get("n")) // nonsense is 0, which the door refuses
	slips, err := p.Ratings.BlankSlips(web.Context(c), web.Actor(c), id, n)
	switch {
	case fault.Is(err, fault.Invalid):
		return p.standOne(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	case err != nil:
		return err
	}
	return p.paperSlips(c, slips, false, standsPath+"/"+id)
}

// doCaseSlip prints the paper twin of a case's rating link.
func (p *Pages) doCaseSlip(c *fiber.Ctx) error {
	id := web.Param(c, "id")
	slip, err := p.Ratings.CaseSlip(web.Context(c), web.Actor(c), id)
	if err != nil {
		return err
	}
	return p.paperSlips(c, []ratings.PaperSlip{slip}, true, "/serve/cases/"+id)
}

// paperSlips shows slips to be printed; what their QR code holds is their number.
func (p *Pages) paperSlips(c *fiber.Ctx, slips []ratings.PaperSlip, ofCase bool, back string) error {
	w := web.Words(c)
	v := view.PaperSlipsView{OfCase: ofCase, Back: back}
	for _, o := range view.RateLevels(w) {
		v.Levels = append(v.Levels, o.Text)
	}
	for _, s := range ratings.Solutions() {
		v.Solved = append(v.Solved, w.T("rate.solved."+string(s)))
	}
	for _, r := range ratings.Reasons() {
		v.Reasons = append(v.Reasons, w.T("rate.reason."+r))
	}
	for _, s := range slips {
		path, size, err := qrPath(strings.ReplaceAll(s.Number, " ", ""))
		if err != nil {
			return err
		}
		v.Slips = append(v.Slips, view.PaperSlip{
			Number: s.Number, Unit: s.Unit, What: s.What, ValidTo: w.Date(s.ValidTo.Day()), QR: path, Size: size,
		})
	}
	return web.Page(c, fiber.StatusOK, view.PaperSlips(v))
}
