package pages

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/unicode/norm"

	"shanzhi/app/web"
	"shanzhi/courses/trainer"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

const trainSize = 20

// hoursOf reads hours as people type them ("3.5", full width too) in 0.01 hour; 0 is no number, which the door refuses.
func hoursOf(s string) int {
	h, err := strconv.ParseFloat(strings.TrimSpace(norm.NFKC.String(s)), 64)
	if err != nil || math.IsNaN(h) || math.Abs(h) > 1e6 {
		return 0
	}
	return int(math.Round(h * 100))
}

// notHours says that what was typed is no number, in place of the door's word about the range.
func notHours(err error, typed string) error {
	f, isFault := errors.AsType[*fault.Error](err)
	_, wrong := strconv.ParseFloat(strings.TrimSpace(norm.NFKC.String(typed)), 64)
	if !isFault || wrong == nil || strings.TrimSpace(typed) == "" {
		return err
	}
	for i, x := range f.Fields {
		if x.Name == "hours" {
			f.Fields[i] = fault.On("hours", "train.claim.hours_number", "value", typed)
		}
	}
	return f
}

func claimTag(w *i18n.Printer, s models.ClaimState) view.LearnStage {
	kind := ui.Plain
	switch s {
	case models.ClaimOpen:
		kind = ui.Info
	case models.ClaimApproved:
		kind = ui.OK
	case models.ClaimRefused:
		kind = ui.Warn
	case models.ClaimWithdrawn:
	}
	return view.LearnStage{Kind: kind, Text: w.T("train.claim.state." + string(s))}
}

// showClaims shows one's own claims and the form for another one.
func (p *Pages) showClaims(c *fiber.Ctx) error {
	return p.claims(c, fiber.StatusOK, ui.NewForm("ledger", string(models.InPersonLedger)))
}

func (p *Pages) claims(c *fiber.Ctx, status int, form ui.Form) error {
	w, l := web.Words(c), listAt(c, "own_claims", 0)
	all, err := p.Trainer.OwnClaims(web.Context(c), web.Actor(c))
	if err != nil {
		return err
	}
	v := view.ClaimsView{
		Form:    form,
		Ledgers: options(w, []models.Ledger{models.InPersonLedger, models.OnlineLedger}, "hours.", ""),
		Today:   models.DateOf(p.Clock()), List: l.List,
	}
	for _, x := range all {
		v.Lines = append(v.Lines, claimLine(w, x))
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(web.Context(c)), len(v.Lines))
	}
	return web.Page(c, status, view.Claims(v))
}

func claimLine(w *i18n.Printer, c models.HoursClaim) view.ClaimLine {
	l := view.ClaimLine{
		ID: c.ID, Title: c.Title, Ledger: w.T("hours." + string(c.Ledger)), Organizer: c.Organizer,
		Days: w.T("train.claim.days", "from", c.FromOn, "to", c.ToOn), Hours: w.Hours(c.Hours), Evidence: c.Evidence,
		State: claimTag(w, c.State), Open: c.State == models.ClaimOpen, Version: strconv.Itoa(c.Version),
		Reason: c.Reason, On: w.IsoDate(c.CreatedAt),
	}
	if c.State == models.ClaimApproved {
		l.Credited = w.Hours(c.Credited)
	}
	return l
}

// createClaim files a claim.
func (p *Pages) createClaim(c *fiber.Ctx) error {
	form := web.Form(c)
	_, err := p.Trainer.Claim(web.Context(c), web.Actor(c), trainer.ClaimInput{
		Ledger: models.Ledger(form.Get("ledger")), Title: form.Get("title"), Organizer: form.Get("organizer"),
		From: models.Date(form.Get("from")), To: models.Date(form.Get("to")), Hours: hoursOf(form.Get("hours")),
		Evidence: form.Get("evidence"),
	})
	err = notHours(err, form.Get("hours"))
	if shown, ok := inAct(err, web.Words(c)); ok {
		return p.claims(c, shown.status, ui.FormOf(form, shown.err))
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, "train.claim.filed")
	return web.See(c, "/learn/claims")
}

// withdrawClaim takes one's own claim back.
func (p *Pages) withdrawClaim(c *fiber.Ctx) error {
	err := p.Trainer.Withdraw(web.Context(c), web.Actor(c), web.Param(c, "id"), wholeNumber(web.Form(c).Get("version")))
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, "train.claim.withdrawn")
	return web.See(c, "/learn/claims")
}

// trainClaims lists the claims of the people in reach.
func (p *Pages) trainClaims(c *fiber.Ctx) error {
	w, l := web.Words(c), listAt(c, "claims", trainSize)
	state := models.ClaimState(web.Query(c).Get("state"))
	switch state {
	case "":
		state = models.ClaimOpen
	case "all":
		state = ""
	case models.ClaimOpen, models.ClaimApproved, models.ClaimRefused, models.ClaimWithdrawn:
	}
	found, total, err := p.Trainer.Claims(web.Context(c), web.Actor(c), state, l.Page, l.Size)
	if err != nil {
		return err
	}
	v := view.TrainClaimsView{List: l.of(total)}
	for _, s := range []models.ClaimState{models.ClaimOpen, models.ClaimApproved, models.ClaimRefused, "all"} {
		v.Tabs = append(v.Tabs, ui.Tab{
			Text: w.T("train.claim.tab." + string(s)), Href: "/learn/manage/claims?state=" + string(s),
			Current: s == state || s == "all" && state == "",
		})
	}
	for _, x := range found {
		line := claimLine(w, x.HoursClaim)
		line.Person, line.Unit = x.Person, x.Unit
		v.Lines = append(v.Lines, line)
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(web.Context(c)), total)
	}
	return web.Page(c, fiber.StatusOK, view.TrainClaims(v))
}

// trainClaim shows a claim and the form that decides it.
func (p *Pages) trainClaim(c *fiber.Ctx) error { return p.claim(c, fiber.StatusOK, nil) }

func (p *Pages) claim(c *fiber.Ctx, status int, typed *ui.Form) error {
	w, who := web.Words(c), web.Actor(c)
	x, err := p.Trainer.ClaimByID(web.Context(c), who, web.Param(c, "id"))
	if err != nil {
		return err
	}
	l := claimLine(w, x.HoursClaim)
	l.Person, l.StaffNo, l.Unit = x.Person, x.StaffNo, x.Unit
	v := view.TrainClaimView{Claim: l, Form: ui.NewForm("hours", w.Hours(x.Hours))}
	about := policy.Object{UnitPath: x.UnitPath, PersonID: x.PersonID}
	v.MayDecide = l.Open && policy.Can(who, policy.TrainManage, about)
	if typed != nil {
		v.Form = *typed
	}
	return web.Page(c, status, view.TrainClaim(v))
}

// decideClaim credits or refuses a claim.
func (p *Pages) decideClaim(c *fiber.Ctx) error {
	form := web.Form(c)
	err := p.Trainer.Decide(web.Context(c), web.Actor(c), web.Param(c, "id"), trainer.Verdict{
		Version: wholeNumber(form.Get("version")), Credit: form.Get("do") == "credit",
		Hours:  hoursOf(form.Get("hours")),
		Reason: form.Get("reason"),
	})
	err = notHours(err, form.Get("hours"))
	if shown, ok := inAct(err, web.Words(c)); ok {
		f := ui.FormOf(form, shown.err)
		return p.claim(c, shown.status, &f)
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, "train.claim.decided")
	return web.See(c, "/learn/manage/claims")
}
