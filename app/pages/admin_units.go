package pages

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// unitLines says of each unit how far below the highest of the list it lies.
func unitLines(units []models.Unit) []pages.UnitLine {
	out := make([]pages.UnitLine, 0, len(units))
	top := -1
	for _, u := range units {
		depth := strings.Count(u.Path, "/")
		if top < 0 || depth < top {
			top = depth
		}
		out = append(out, pages.UnitLine{Unit: u, Depth: depth})
	}
	for i := range out {
		out[i].Depth -= top
	}
	return out
}

func indent(depth int) string { return strings.Repeat("　", depth) }

// showUnits shows the tree of units.
func (p *Pages) showUnits(c *fiber.Ctx) error {
	units, err := p.Accounts.Units(web.Context(c), web.Actor(c))
	if err != nil {
		return err
	}
	l, lines := listAt(c, "units", 0), unitLines(units)
	if l.wanted {
		return p.sheet(c, l, pages.UnitGrid(lines, web.Words(c).T), len(lines))
	}
	return web.Page(c, fiber.StatusOK, pages.Units(lines, l.List))
}

// showUnit shows one unit with its two forms.
func (p *Pages) showUnit(c *fiber.Ctx) error {
	return p.unit(c, fiber.StatusOK, web.Param(c, "id"), nil, nil)
}

// unit shows a unit; the forms that were refused come back with what was typed.
func (p *Pages) unit(c *fiber.Ctx, status int, id string, rename, add *ui.Form) error {
	u, err := p.Accounts.UnitStory(web.Context(c), web.Actor(c), id)
	if err != nil {
		return err
	}
	v := pages.UnitView{
		Unit: u.Unit, Parent: u.Parent, Into: u.Into, Took: u.Took, Events: unitStory(web.Words(c), u),
		Rename: ui.NewForm("name", u.Name), Add: ui.NewForm(),
		Kinds: options(web.Words(c), accounts.UnitKinds(), "account.unit.kind.", "field.choose"),
	}
	if rename != nil {
		v.Rename = *rename
	}
	if add != nil {
		v.Add = *add
	}
	return web.Page(c, status, pages.Unit(v))
}

// createUnit puts a unit below another.
func (p *Pages) createUnit(c *fiber.Ctx) error {
	form := web.Form(c)
	u, err := p.Accounts.CreateUnit(web.Context(c), web.Actor(c), accounts.UnitInput{
		ParentID: form.Get("parent"), Name: form.Get("name"), Kind: models.UnitKind(form.Get("kind")),
		Code: form.Get("code"),
	})
	if fault.Is(err, fault.Invalid) {
		refused := ui.FormOf(form, err)
		return p.unit(c, fiber.StatusUnprocessableEntity, form.Get("parent"), nil, &refused)
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, "admin.unit.added", "name", u.Name)
	return web.See(c, "/admin/units/"+form.Get("parent"))
}

// renameUnit gives a unit another name.
func (p *Pages) renameUnit(c *fiber.Ctx) error {
	form, id := web.Form(c), web.Param(c, "id")
	err := p.Accounts.RenameUnit(web.Context(c), web.Actor(c), id, wholeNumber(form.Get("version")), form.Get("name"),
		models.Date(form.Get("from")))
	if fault.Is(err, fault.Invalid) {
		refused := ui.FormOf(form, err)
		return p.unit(c, fiber.StatusUnprocessableEntity, id, &refused, nil)
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, "state.saved")
	return web.See(c, "/admin/units/"+id)
}
