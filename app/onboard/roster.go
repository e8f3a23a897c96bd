package onboard

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/models"
	"shanzhi/models/policy"
)

// roll is a roster held against the register.
type roll struct {
	c    *comparison
	g    *register
	seen numbers
	in   map[string]int // person → row

	joined []*joiner
	others []change
}

// joiner is somebody who is new, with the post; person.ID is there already for whoever comes back.
type joiner struct {
	person *models.Person
	back   bool
	card   string
	post   models.Post
}

// change is what is to be done to somebody who is there; what is nil stays.
type change struct {
	person   models.Person
	name     string
	mobile   string // number, sealed when it is kept
	card     string
	post     *models.Post // the main one, to be put right in place
	transfer *accounts.TransferInput
	leave    bool
}

// compareTx finds out who is new, who has moved or left, and of whom something is different.
func (s *rosterSheet) compareTx(tx *gorm.DB, c *comparison) error {
	g, err := registerTx(tx, c.today)
	if err != nil {
		return err
	}
	r := &roll{c: c, g: g, seen: numbers{}, in: map[string]int{}}
	for i := range s.Rows {
		if err := r.row(&s.Rows[i]); err != nil {
			return err
		}
	}
	gone := r.rest()
	switch {
	case len(gone) == 0:
	case c.leaveRest && c.scope != nil:
		r.leave(gone)
	case c.scope != nil:
		c.hint("onboard.stay_scope", "n", len(gone), "scope", c.scope.Name)
	default:
		c.hint("onboard.stay", "n", len(gone))
	}
	c.keep = r.keepTx
	return nil
}

// row judges one person.
func (r *roll) row(p *personRow) error {
	c := r.c
	unit, manager := r.place(p.Row, p.post)
	for _, n := range [][2]string{{"staff", p.Staff}, {"card", p.Card}, {"mobile", p.Mobile}} {
		if at := r.seen.twice(n[0], n[1], p.Row); at != 0 {
			c.fail(p.Row, n[0], "onboard.twice_"+n[0], "row", at, "value", shown(n[0], n[1]))
			return nil
		}
	}
	person, ok := r.g.find(c, p.Row, p.Staff, p.Card)
	if !ok {
		return nil
	}
	if person != nil {
		if at := r.in[person.ID]; at != 0 {
			c.fail(p.Row, "staff", "onboard.twice_person", "row", at)
			return nil
		}
		r.in[person.ID] = p.Row
	}
	r.owned(p, person)
	if unit == nil || manager == nil {
		return nil
	}
	switch {
	case person == nil:
		return r.join(p, unit, manager)
	case r.g.admins[person.ID]:
		c.fail(p.Row, "staff", "onboard.administrator")
	case r.g.main(person.ID) == nil:
		return r.back(p, person, unit, manager)
	default:
		r.differ(p, person, unit, manager)
	}
	return nil
}

// shown is a value as a message may repeat it: numbers that are personal data are not repeated.
func shown(column, value string) string {
	if column == "staff" {
		return value
	}
	return ""
}

// owned refuses a mobile number that somebody else has.
func (r *roll) owned(p *personRow, person *models.Person) {
	if p.Mobile == "" {
		return
	}
	owner := r.g.byMobile[accounts.MobileHash(r.c.s.vault, p.Mobile)]
	if owner != "" && (person == nil || owner != person.ID) {
		r.c.fail(p.Row, "mobile", "onboard.mobile_taken", "staff", r.g.byID[owner].StaffNo)
	}
}

// place finds the units of a row's post; nil for what is wrong, which is recorded.
func (r *roll) place(row int, p post) (unit, manager *models.Unit) {
	c := r.c
	unit = c.unit(row, "unit", p.Unit)
	manager = unit
	if p.Manager != "" {
		manager = c.unit(row, "manager", p.Manager)
	}
	if p.Class != "" && !r.g.classes[p.Class] {
		c.fail(row, "class", "onboard.class_unknown", "value", p.Class,
			"choices", choices("account.class.", accounts.PostClasses()))
	}
	if unit != nil && c.scope != nil && !policy.Within(unit.Path, c.scope.Path) {
		c.fail(row, "unit", "onboard.out_of_scope", "value", unit.Name, "scope", c.scope.Name)
		return nil, manager
	}
	return unit, manager
}

func (r *roll) postOf(p post, personID string, unit, manager *models.Unit) models.Post {
	from := p.From
	if from == "" {
		from = r.c.today
	}
	return models.Post{
		ID: models.NewID(), PersonID: personID, UnitID: unit.ID, ManagerID: manager.ID, Title: p.Title, Class: p.Class,
		Category: p.Category, Kind: models.Appointed, ValidFrom: from, Version: 1,
	}
}

func (r *roll) join(p *personRow, unit, manager *models.Unit) error {
	person, err := accounts.NewPerson(r.c.s.vault, r.c.now, p.Staff, p.Name, p.Mobile)
	if err != nil {
		return fmt.Errorf("seal mobile number: %w", err)
	}
	r.joined = append(r.joined, &joiner{
		person: &person, card: p.Card, post: r.postOf(p.post, person.ID, unit, manager),
	})
	l := Line{Category: Joined, Row: p.Row, Code: p.Staff, Name: p.Name, Place: unit.Name}
	r.begins(&l, p)
	if p.Staff == "" {
		l.note("onboard.note.number")
	}
	r.c.lines = append(r.c.lines, l)
	return nil
}

// back takes in somebody who has an account and no post.
func (r *roll) back(p *personRow, person *models.Person, unit, manager *models.Unit) error {
	l := Line{
		Category: Joined, Row: p.Row, Code: person.StaffNo, Name: p.Name, Place: unit.Name, base: base(*person, nil),
	}
	r.begins(&l, p)
	l.note("onboard.note.back")
	if person.DisabledAt != nil {
		l.note("onboard.note.disabled")
	}
	ch := r.personal(p, person, &l)
	r.others = append(r.others, ch)
	r.joined = append(r.joined, &joiner{
		person: person, back: true, post: r.postOf(p.post, person.ID, unit, manager),
	})
	r.c.lines = append(r.c.lines, l)
	return nil
}

// personal says what is different of the person himself.
func (r *roll) personal(p *personRow, person *models.Person, l *Line) change {
	ch := change{person: *person}
	if p.Name != "" && p.Name != person.Name {
		ch.name = p.Name
		l.note("onboard.note.name", "was", person.Name, "now", p.Name)
		if !r.known(p, person) {
			r.renamed(p, person, l)
		}
	}
	if p.Mobile != "" && accounts.MobileHash(r.c.s.vault, p.Mobile) != deref(person.MobileHash) {
		ch.mobile = p.Mobile
		l.note("onboard.note.mobile")
	}
	if p.Card != "" && r.g.card[person.ID] == "" {
		ch.card = p.Card
		l.note("onboard.note.card")
	}
	return ch
}

// differ says what is different of somebody who is there: another unit is a move, another post in the same unit or
// other data a change.
func (r *roll) differ(p *personRow, person *models.Person, unit, manager *models.Unit) {
	was := r.g.main(person.ID)
	l := Line{
		Category: Same, Row: p.Row, Code: person.StaffNo, Name: p.Name, Place: unit.Name, base: base(*person, was),
	}
	ch := r.personal(p, person, &l)
	moved := was.UnitID != unit.ID
	begun := p.From != "" && p.From > was.ValidFrom
	other := was.Title != p.Title || was.Class != p.Class || was.Category != p.Category || was.ManagerID != manager.ID
	r.said(&l, was, p, unit, manager)
	switch {
	case moved, other && begun:
		from := p.From
		if from == "" {
			from = r.c.today
		}
		if from <= was.ValidFrom {
			r.c.fail(p.Row, "from", "onboard.from_before", "on", string(was.ValidFrom))
			return
		}
		ch.transfer = &accounts.TransferInput{
			PostID: was.ID, Version: was.Version, Last: from.AddDays(-1), Post: accounts.PostInput{
				UnitID: unit.ID, ManagerID: manager.ID, Title: p.Title, Class: p.Class, Category: p.Category,
			},
		}
	case other, p.From != "" && p.From != was.ValidFrom:
		put := *was
		put.Title, put.Class, put.Category, put.ManagerID = p.Title, p.Class, p.Category, manager.ID
		if p.From != "" {
			put.ValidFrom = p.From
		}
		ch.post = &put
	}
	switch {
	case moved:
		if l.Category == Same {
			l.Category = Moved
		}
		r.handover(&l, person.ID)
	case l.Category == Renamed:
	case l.Notes != nil:
		l.Category = Changed
	}
	r.c.lines = append(r.c.lines, l)
	if l.Category != Same {
		r.others = append(r.others, ch)
	}
}

// said notes what is different of the post.
func (r *roll) said(l *Line, was *models.Post, p *personRow, unit, manager *models.Unit) {
	if was.UnitID != unit.ID {
		l.note("onboard.note.unit", "was", r.unitName(was.UnitID), "now", unit.Name)
	}
	if was.Title != p.Title {
		l.note("onboard.note.title", "was", was.Title, "now", p.Title)
	}
	if was.Class != p.Class {
		l.note("onboard.note.class")
	}
	if was.Category != p.Category {
		l.note("onboard.note.category")
	}
	if was.ManagerID != manager.ID {
		l.note("onboard.note.manager", "was", r.unitName(was.ManagerID), "now", manager.Name)
	}
	if p.From != "" && p.From != was.ValidFrom {
		l.note("onboard.note.from", "was", string(was.ValidFrom), "now", string(p.From))
	}
}

func (r *roll) unitName(id string) string {
	if u := r.c.tree.byID[id]; u != nil {
		return u.Name
	}
	return "…"
}

// handover says how many cases somebody has in hand who goes: they wait in the list of work to be handed over.
func (r *roll) handover(l *Line, personID string) {
	if n := r.g.open[personID]; n > 0 {
		l.note("onboard.note.cases", "n", n)
	}
}

// rest finds who is appointed in the scope, or the reach, and not in the sheet.
func (r *roll) rest() []string {
	within := func(u *models.Unit) bool { return r.c.scope == nil || policy.Within(u.Path, r.c.scope.Path) }
	var gone []string
	for id := range r.g.posts {
		m := r.g.main(id)
		if m == nil || r.in[id] != 0 || r.g.admins[id] {
			continue
		}
		if u := r.c.tree.byID[m.UnitID]; u != nil && within(u) && r.reached(id) {
			gone = append(gone, id)
		}
	}
	slices.SortFunc(gone, func(a, b string) int {
		if r.g.byID[a].StaffNo < r.g.byID[b].StaffNo {
			return -1
		}
		return 1
	})
	return gone
}

// leave sends away who is not in the sheet.
func (r *roll) leave(gone []string) {
	for _, id := range gone {
		person, m := r.g.byID[id], r.g.main(id)
		l := Line{
			Category: Left, Code: person.StaffNo, Name: person.Name, Place: r.unitName(m.UnitID),
			base: base(*person, m),
		}
		if n := len(r.g.posts[id]); n > 1 {
			l.note("onboard.note.posts", "n", n)
		}
		r.handover(&l, id)
		r.c.lines = append(r.c.lines, l)
		r.others = append(r.others, change{person: *person, leave: true})
	}
}

// reached reports whether all posts of somebody lie within the reach: whoever holds one elsewhere is not to be sent
// away from here.
func (r *roll) reached(personID string) bool {
	return !slices.ContainsFunc(r.g.posts[personID], func(p models.Post) bool { return r.c.tree.byID[p.UnitID] == nil })
}

// base names the state of a person on which a line rests. Logins do not change it.
func base(p models.Person, m *models.Post) string {
	out := fmt.Sprint(p.ID, p.StaffNo, p.Name, deref(p.MobileHash), p.DisabledAt != nil)
	if m != nil {
		out += fmt.Sprint(m.ID, m.Version)
	}
	return out
}
