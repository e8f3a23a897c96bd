package pages

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/models/audit"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
)

const (
	sealsSize   = 50
	sealsToTest = 20 // checked by the page, up to 40,000 entries; the command checks all
)

// showSeals shows how far the audit log is sealed.
func (p *Pages) showSeals(c *fiber.Ctx) error {
	w, l := web.Words(c), listAt(c, "seals", sealsSize)
	state, seals, err := p.Seals.State(web.Context(c), web.Actor(c), l.Page, l.Size)
	if err != nil {
		return err
	}
	v := view.SealsView{State: stateWords(w, state), List: l.of(int(state.Seals))}
	for _, s := range seals {
		where := "audit.seals.here"
		if s.Archive != "" {
			where = "audit.seals.archived"
		}
		v.Seals = append(v.Seals, []string{
			w.Count(int(s.No)),
			w.T("audit.seals.span.of", "from", w.ShortDateTime(s.FirstAt), "to", w.ShortDateTime(s.LastAt)),
			w.Count(s.Entries), w.DateTime(s.SealedAt), w.T(where), audit.Digest(s)[:16],
		})
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(web.Context(c)), int(state.Seals))
	}
	return web.Page(c, fiber.StatusOK, view.Seals(v))
}

// checkSeals checks the latest seals and says what was found. The check stands in the log itself.
func (p *Pages) checkSeals(c *fiber.Ctx) error {
	w := web.Words(c)
	got, err := p.Seals.Verify(web.Context(c), web.Actor(c), sealsToTest)
	if err != nil {
		return err
	}
	v := view.SealCheck{State: stateWords(w, got.State), Checked: int(got.Checked)}
	for _, b := range got.Broken {
		v.Broken = append(v.Broken, w.T("audit.broken."+b.Key, "no", b.No, "got", b.Got, "want", b.Want,
			"from", b.FirstAt, "to", b.LastAt, "ids", strings.Join(b.EntryIDs, ", ")))
	}
	return web.Page(c, fiber.StatusOK, view.SealsChecked(v))
}

// stateWords says in sentences how far the log is sealed.
func stateWords(w *i18n.Printer, s audit.State) []string {
	out := []string{w.T("audit.state", "seals", w.Count(int(s.Seals)), "entries", w.Count(int(s.Sealed)),
		"archived", w.Count(int(s.Archived)))}
	if s.Unsealed > 0 {
		out = append(out, w.T("audit.tail", "n", w.Count(int(s.Unsealed)), "oldest", w.DateTime(s.Oldest)))
	}
	if s.Head != "" {
		out = append(out, w.T("audit.anchor", "no", w.Count(int(s.Last.No)), "head", s.Head))
	}
	return out
}
