package pages

import (
	"bytes"
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/onboard"
	"shanzhi/app/web"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/models/sheet"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// faultsShown is how many wrong cells the form shows; all of them can be taken away.
const faultsShown = 50

// kindOf reads the kind of sheet from the address. Fault: NotFound.
func kindOf(c *fiber.Ctx) (onboard.Kind, error) {
	k := onboard.Kind(web.Param(c, "kind"))
	if !onboard.Known(k) {
		return "", fault.New(fault.NotFound, "error.not_found")
	}
	return k, nil
}

// showKind shows one step with its form.
func (p *Pages) showKind(c *fiber.Ctx) error {
	k, err := kindOf(c)
	if err != nil {
		return err
	}
	return p.kindPage(c, fiber.StatusOK, k, ui.NewForm(), onboard.Result{})
}

func (p *Pages) kindPage(c *fiber.Ctx, status int, k onboard.Kind, form ui.Form, r onboard.Result) error {
	ctx, who, w := web.Context(c), web.Actor(c), web.Words(c)
	plans, err := p.Onboard.Plans(ctx, who, k, plansShown)
	if err != nil {
		return err
	}
	v := view.OnboardKindView{
		Kind: string(k), Title: w.T("onboard.kind." + string(k)), Lead: w.T("onboard.step." + string(k) + ".hint"),
		Columns: columnWords(w, onboard.Columns(k)), Form: form, Plans: planLines(w, plans),
		Faults: r.Errors[:min(len(r.Errors), faultsShown)], FaultCount: r.ErrorCount, FaultPlan: r.PlanID,
		Hints: hintWords(w, r.Warnings), Again: status == fiber.StatusUnprocessableEntity && form.Value("text") == "",
	}
	if k == onboard.Roster {
		units, err := p.Accounts.UnitsFor(ctx, who, policy.AdminPeople)
		if err != nil {
			return err
		}
		v.Units = unitOptions(w, units, "onboard.scope.all")
	}
	return web.Page(c, status, view.OnboardKind(v))
}

// hintWords are the sentences that a sheet without errors needs as well.
func hintWords(w *i18n.Printer, hints []fault.Field) []string {
	out := make([]string, 0, len(hints))
	for _, h := range hints {
		text := w.T(h.Key, h.Args)
		if h.Row > 0 && h.Name != "" {
			text = w.T("import.row", "row", h.Row, "field", h.Name, "message", text)
		}
		out = append(out, text)
	}
	return out
}

// columnWords explains the headings of a sheet in the reader's language.
func columnWords(w *i18n.Printer, cols []sheet.Column) []view.OnboardColumn {
	out := make([]view.OnboardColumn, 0, len(cols))
	for _, col := range cols {
		head := col.Heading(w.Lang())
		said := make([]string, 0, len(col.Choices))
		for _, key := range col.Choices {
			said = append(said, w.T(key))
		}
		out = append(out, view.OnboardColumn{
			Head: head, Help: w.T(col.Help), Choices: strings.Join(said, w.T("onboard.gap.comma")),
			Example: w.T(col.Example), Required: col.Required,
		})
	}
	return out
}

// takeTemplate hands out an empty sheet.
func (p *Pages) takeTemplate(c *fiber.Ctx) error {
	k, err := kindOf(c)
	if err != nil {
		return err
	}
	w := web.Words(c)
	var body bytes.Buffer
	say := func(key string, args map[string]any) string { return w.T(key, args) }
	if err := sheet.Template(&body, onboard.Columns(k), w.Lang(), say); err != nil {
		return err
	}
	name := w.T("onboard.template", "kind", w.T("onboard.kind."+string(k))) + ".xlsx"
	return web.Send(c, web.Download{Name: name, Type: xlsxType, Body: body.Bytes()})
}

// takeSheet reads a sheet that was chosen or pasted, and leads to what it would change. A sheet with errors comes back
// with them, and with what was pasted.
func (p *Pages) takeSheet(c *fiber.Ctx) error {
	k, err := kindOf(c)
	if err != nil {
		return err
	}
	form := web.Form(c)
	in := onboard.Input{Kind: k, ScopeID: form.Get("scope"), LeaveRest: form.Has("leave"), How: onboard.Stage}
	file, err := web.GetFile(c, "file")
	switch text := form.Get("text"); {
	case err == nil:
		in.Name, in.Data = file.Name, file.Body
	case strings.TrimSpace(text) != "":
		in.Name, in.Data = web.Words(c).T("onboard.pasted"), []byte(text)
	default:
		return p.kindPage(c, fiber.StatusUnprocessableEntity, k, ui.FormOf(form, err), onboard.Result{})
	}
	r, err := p.Onboard.Take(web.Context(c), web.Actor(c), in)
	switch {
	case fault.Is(err, fault.Invalid):
		return p.kindPage(c, fiber.StatusUnprocessableEntity, k, ui.FormOf(form, ofFile(err)), onboard.Result{})
	case err != nil:
		return err
	case r.ErrorCount > 0:
		return p.kindPage(c, fiber.StatusUnprocessableEntity, k, ui.FormOf(form, nil), r)
	}
	return web.See(c, "/admin/onboarding/plans/"+r.PlanID)
}

// ofFile gives a refusal of a whole file the field it belongs to.
func ofFile(err error) error {
	f := fault.Of(err)
	if len(f.Fields) > 0 && f.Fields[0].Row == 0 {
		return f
	}
	out := fault.Wrong(fault.On("file", f.Key, pairsOf(f.Args)...))
	for _, wrong := range f.Fields { // headings
		out.Fields = append(out.Fields, fault.On("file", wrong.Key, pairsOf(wrong.Args)...))
	}
	out.Args = fault.Args("n", len(out.Fields))
	return out
}

func pairsOf(args map[string]any) []any {
	out := make([]any, 0, 2*len(args))
	for k, v := range args {
		out = append(out, k, v)
	}
	return out
}
