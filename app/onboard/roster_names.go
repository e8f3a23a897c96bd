package onboard

import (
	"strings"

	"shanzhi/app/accounts"
	"shanzhi/models"
)

// known reports whether something besides the staff number says that a row means this person: the identity number or
// the mobile number. A staff number alone may have been given to somebody else.
func (r *roll) known(p *personRow, person *models.Person) bool {
	card := p.Card != "" && r.g.card[person.ID] == p.Card
	mobile := p.Mobile != "" && accounts.MobileHash(r.c.s.vault, p.Mobile) == models.Deref(person.MobileHash)
	return card || mobile
}

// renamed puts a line aside to be approved by itself, for it would hand one person's account to another. Where nobody
// is asked it is an error.
func (r *roll) renamed(p *personRow, person *models.Person, l *Line) {
	if r.c.strict {
		r.c.fail(p.Row, "name", "onboard.name_differs", "staff", person.StaffNo, "was", person.Name, "now", p.Name)
		return
	}
	l.Category = Renamed
	if m := r.g.main(person.ID); nearly(person.Name, p.Name) && m != nil && m.Title == p.Title {
		l.note("onboard.note.name_near")
		return
	}
	l.note("onboard.note.name_why")
}

// nearly reports whether two names of the same length differ in one character: a rare one that was written otherwise.
func nearly(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) != len(y) {
		return false
	}
	n := 0
	for i := range x {
		if x[i] != y[i] {
			n++
		}
	}
	return n == 1
}

// begins says which post somebody begins with, so that a wrong column is seen before it is kept.
func (r *roll) begins(l *Line, p *personRow, unit, manager *models.Unit) {
	l.note("onboard.note.post", "title", p.Title)
	l.note("onboard.note.is", "choices", []string{classKey(p.Class), "account.category." + string(p.Category)})
	if manager.ID != unit.ID {
		l.note("onboard.note.manager_is", "now", r.c.tree.place(manager))
	}
	if p.From == "" { // a date here would make the plan another one tomorrow
		l.note("onboard.note.from_blank")
		return
	}
	l.note("onboard.note.begins", "on", string(p.From))
	month(l, p.post)
}

// named is how many names a hint gives.
const named = 10

// hints says what must be known of the sheet as a whole.
func (r *roll) hints() {
	if r.months > 0 {
		r.c.hint("onboard.hint.months", "n", r.months)
	}
	for _, h := range []struct {
		key   string
		names []string
	}{{"onboard.hint.back", r.backs}, {"onboard.hint.leaving", r.gone}, {"onboard.hint.vacated", r.vacated}} {
		if n := len(h.names); n > 0 {
			r.c.hint(h.key, "n", n, "names", strings.Join(h.names[:min(n, named)], "、"))
		}
	}
}
