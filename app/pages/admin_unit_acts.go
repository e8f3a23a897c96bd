package pages

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/templates/i18n"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// unitActs are what can be done to a unit beside giving it another name.
var unitActs = []string{"move", "merge", "end"}

// unitStory is the history of a unit, the latest first.
func unitStory(w *i18n.Printer, u accounts.UnitStory) []ui.Moment {
	var out []ui.Moment
	add := func(day models.Date, title string) {
		out = append(out, ui.Moment{At: day.Day(), DateOnly: true, Year: true, Title: title})
	}
	name, parent := u.Name, u.Parent
	for _, x := range u.Pasts {
		day := x.ValidTo.AddDays(1)
		if x.Kind == models.PastName {
			add(day, w.T("unit.renamed", "old", x.Value, "new", name))
			name = x.Value
		} else {
			add(day, w.T("unit.moved", "old", x.Value, "new", parent))
			parent = x.Value
		}
	}
	for _, x := range u.Took {
		add(x.ValidTo.AddDays(1), w.T("unit.took", "unit", x.Name))
	}
	switch {
	case u.Into != "":
		add(u.ValidTo, w.T("unit.merged", "unit", u.Into))
	case u.ValidTo != "":
		add(u.ValidTo, w.T("unit.ended"))
	}
	add(u.ValidFrom, w.T("unit.begun", "unit", name))
	slices.SortStableFunc(out, func(a, b ui.Moment) int { return b.At.Compare(a.At) })
	return out
}

// showUnitAct shows the form of an act with what will follow from it. Where the choice stands in the address, what
// merging will do is listed before it is confirmed.
func (p *Pages) showUnitAct(act string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		q := web.Query(c)
		if act != "merge" || q.Get("into") == "" {
			return p.unitAct(c, fiber.StatusOK, act, ui.FormOf(q, nil), nil)
		}
		m, err := p.Accounts.PreviewMerge(web.Context(c), web.Actor(c), web.Param(c, "id"), accounts.MergeInput{
			IntoID: q.Get("into"), From: models.Date(q.Get("from")),
		})
		if shown, ok := inAct(err, web.Words(c)); ok {
			return p.unitAct(c, shown.status, act, ui.FormOf(q, shown.err), nil)
		}
		if err != nil {
			return err
		}
		return p.unitAct(c, fiber.StatusOK, act, ui.FormOf(q, nil), &m)
	}
}

func (p *Pages) unitAct(c *fiber.Ctx, status int, act string, form ui.Form, m *accounts.Merge) error {
	ctx, actor, id := web.Context(c), web.Actor(c), web.Param(c, "id")
	u, err := p.Accounts.Unit(ctx, actor, id)
	if err != nil {
		return err
	}
	v := pages.UnitActView{Unit: u, Act: act, Form: form}
	switch act {
	case "end":
		held, err := p.Accounts.HeldAt(ctx, actor, id)
		if err != nil {
			return err
		}
		v.Held = heldLines(web.Words(c), held)
	default:
		units, err := p.Accounts.Units(ctx, actor)
		if err != nil {
			return err
		}
		v.Units = unitOptions(web.Words(c), units, "field.choose")
	}
	if m != nil {
		v.Merge = mergeView(web.Words(c), *m)
	}
	return web.Page(c, status, pages.UnitAct(v))
}

func heldLines(w *i18n.Printer, held []accounts.Held) []pages.HeldLine {
	out := make([]pages.HeldLine, len(held))
	for i, h := range held {
		out[i] = pages.HeldLine{Text: w.T("held.kind." + h.Kind), N: h.N}
	}
	return out
}

// mergeView tells what merging will do: who goes along by name, the rest by number.
func mergeView(w *i18n.Printer, m accounts.Merge) *pages.MergeView {
	v := &pages.MergeView{Into: m.Into.Name, Managed: m.Managed, Held: heldLines(w, m.Held)}
	people := make([]models.Named, len(m.Posts))
	for i, x := range m.Posts {
		people[i] = models.Named{ID: x.PersonID, Name: x.Name, Post: x.Title, StaffNo: x.StaffNo}
	}
	v.People = models.Placed(people)
	held := make([]models.Named, len(m.Ending))
	for i, x := range m.Ending {
		held[i] = models.Named{ID: x.PersonID, Name: x.Person, StaffNo: x.StaffNo}
	}
	for i, name := range models.Labels(held) {
		v.Roles = append(v.Roles, name+w.T("tenure.colon")+w.T("account.role."+string(m.Ending[i].Role)))
	}
	for _, x := range m.Children {
		v.Children = append(v.Children, x.Name)
	}
	return v
}

// doUnitAct does it.
func (p *Pages) doUnitAct(act string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx, actor, id, form := web.Context(c), web.Actor(c), web.Param(c, "id"), web.Form(c)
		version, from := wholeNumber(form.Get("version")), models.Date(form.Get("from"))
		to := "/admin/units/" + id
		var err error
		switch act {
		case "move":
			err = p.Accounts.MoveUnit(ctx, actor, id, accounts.MoveInput{
				Version: version, ParentID: form.Get("parent"), From: from,
			})
		case "merge":
			err = p.Accounts.MergeUnit(ctx, actor, id, accounts.MergeInput{
				Version: version, IntoID: form.Get("into"), From: from,
			})
			to = "/admin/units/" + form.Get("into")
		case "end":
			err = p.Accounts.EndUnit(ctx, actor, id, version, models.Date(form.Get("to")))
		}
		if shown, ok := inAct(err, web.Words(c)); ok {
			return p.unitAct(c, shown.status, act, ui.FormOf(form, shown.err), nil)
		}
		if err != nil {
			return err
		}
		web.Flash(c, ui.OK, "unit.done."+act)
		return web.See(c, to)
	}
}
