package onboard

import (
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/models"
	"shanzhi/models/policy"
	"shanzhi/models/sheet"
)

// roll is a roster held against the register.
type roll struct {
	c    *comparison
	g    *register
	seen numbers
	in   map[string]int // person → row

	joined []*joiner
	others []change

	months  int      // rows with a month in the place of a day
	gone    []string // names of people who are in the sheet and registered as leaving
	backs   []string // and of those who had left and take a post again
	vacated []string // names of people who leave or move and are the only ones with a role
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
		row := s.Rows[i]
		if err := r.row(&row); err != nil {
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
	r.hints()
	c.keep = r.keepTx
	return nil
}

// row judges one person.
func (r *roll) row(p *personRow) error {
	c := r.c
	unit, manager, ok := r.place(p.Row, p.post)
	for _, n := range [][2]string{{"staff", p.Staff}, {"card", p.Card}, {"mobile", p.Mobile}} {
		if at := r.seen.twice(n[0], n[1], p.Row); at != 0 {
			c.fail(p.Row, n[0], "onboard.twice_"+n[0], "row", at, "value", shown(n[0], n[1]))
			return nil
		}
	}
	person, known := r.g.find(c, p.Row, p.Staff, p.Card)
	if !known {
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
	if !ok {
		return nil
	}
	if p.Month {
		r.months++
	}
	switch {
	case person == nil:
		return r.join(p, unit, orUnit(manager, unit))
	case r.g.admins[person.ID]:
		c.fail(p.Row, "staff", "onboard.administrator")
	case r.g.main(person.ID) == nil:
		return r.back(p, person, unit, orUnit(manager, unit))
	default:
		r.differ(p, person, unit, manager)
	}
	return nil
}

// orUnit is the managing authority of a post of which none is said: the unit itself.
func orUnit(manager, unit *models.Unit) *models.Unit {
	if manager == nil {
		return unit
	}
	return manager
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

// place finds the units of a row's post; manager is nil where the row names none. ok is false where something is wrong,
// which is recorded.
func (r *roll) place(row int, p post) (unit, manager *models.Unit, ok bool) {
	c := r.c
	unit = c.unit(row, "unit", p.Unit)
	ok = unit != nil
	if p.Manager != "" {
		manager = c.unit(row, "manager", p.Manager)
		ok = ok && manager != nil
	}
	if p.Class != "" && !r.g.classes[p.Class] {
		r.noClass(row, p.Class)
	}
	if unit != nil && c.scope != nil && !policy.Within(unit.Path, c.scope.Path) {
		c.fail(row, "unit", "onboard.out_of_scope", "value", unit.Name, "scope", c.scope.Name)
		return nil, manager, false
	}
	return unit, manager, ok
}

// noClass records that there is no such post class, and which may be meant.
func (r *roll) noClass(row int, class string) {
	args := []any{"value", class, "choices", choices("account.class.", accounts.PostClasses())}
	words := slices.Sorted(maps.Keys(classWords))
	if near := sheet.Near(class, words, 1); len(near) > 0 {
		r.c.fail(row, "class", "onboard.class_near", append(args, "near", near[0])...)
		return
	}
	r.c.fail(row, "class", "onboard.class_unknown", args...)
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
	l := Line{Category: Joined, Row: p.Row, Code: p.Staff, Name: p.Name, Place: r.c.tree.place(unit)}
	r.begins(&l, p, unit, manager)
	if p.Staff == "" {
		l.note("onboard.note.number")
	}
	r.c.lines = append(r.c.lines, l)
	return nil
}

// back takes in somebody who has an account and no post.
func (r *roll) back(p *personRow, person *models.Person, unit, manager *models.Unit) error {
	l := Line{
		Category: Joined, Row: p.Row, Code: person.StaffNo, Name: p.Name, Place: r.c.tree.place(unit),
		base: base(*person, nil),
	}
	r.begins(&l, p, unit, manager)
	l.note("onboard.note.back")
	r.backs = append(r.backs, person.Name)
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
	if p.Mobile != "" && accounts.MobileHash(r.c.s.vault, p.Mobile) != models.Deref(person.MobileHash) {
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
	chain := r.g.chain(person.ID)
	was, last := r.link(p, chain, unit, manager), chain[len(chain)-1]
	manager = r.managed(manager, was, unit)
	l := Line{
		Category: Same, Row: p.Row, Code: person.StaffNo, Name: p.Name, Place: r.c.tree.place(unit),
		base: base(*person, was),
	}
	ch := r.personal(p, person, &l)
	moved := was.UnitID != unit.ID
	begun := p.From != "" && p.From > was.ValidFrom
	other := differs(was, p, unit, manager)
	r.said(&l, was, p, unit, manager)
	switch {
	case moved, other && begun:
		if !r.transfer(&ch, was, last, p, unit, manager) {
			return
		}
	case other && p.From == "" && was.ValidFrom > r.c.today:
		r.planned(p, was)
		return
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
		r.goes(&l, person, was.UnitID)
	case l.Category == Renamed:
	case l.Notes != nil:
		l.Category = Changed
	}
	if last.EndReason != "" && was == last && !moved {
		r.gone = append(r.gone, person.Name)
	}
	r.c.lines = append(r.c.lines, l)
	if l.Category != Same {
		r.others = append(r.others, ch)
	}
}

// link chooses the post that a row speaks of: the one that holds on its first day; without a day the one that is as the
// row says, or else the last. A month without a day is the day that is there in that month.
func (r *roll) link(p *personRow, chain []*models.Post, unit, manager *models.Unit) *models.Post {
	last := chain[len(chain)-1]
	for _, at := range slices.Backward(chain) {
		if p.Month && at.ValidFrom[:7] == p.From[:7] {
			p.From = at.ValidFrom
		}
		switch {
		case p.From != "" && at.ValidFrom <= p.From:
			return at
		case p.From == "" && !differs(at, p, unit, r.managed(manager, at, unit)):
			return at
		}
	}
	if p.From != "" {
		return chain[0]
	}
	return last
}

// managed is the managing authority as it will be: where the row names none it stays, and goes along to the new unit
// where it was the unit itself.
func (r *roll) managed(said *models.Unit, was *models.Post, unit *models.Unit) *models.Unit {
	switch {
	case said != nil:
		return said
	case was.ManagerID == was.UnitID:
		return unit
	case r.c.tree.byID[was.ManagerID] != nil:
		return r.c.tree.byID[was.ManagerID]
	}
	return &models.Unit{ID: was.ManagerID, Name: r.c.tree.placeOf(was.ManagerID)} // beyond the reach
}

// differs reports whether a post is another than the row says, its days aside.
func differs(was *models.Post, p *personRow, unit, manager *models.Unit) bool {
	return was.UnitID != unit.ID || was.Title != p.Title || was.Class != p.Class || was.Category != p.Category ||
		was.ManagerID != manager.ID
}

// transfer makes the change a move to another post; false where none is possible, which is recorded.
func (r *roll) transfer(ch *change, was, last *models.Post, p *personRow, unit, manager *models.Unit) bool {
	from := p.From
	if from == "" {
		from = r.c.today
	}
	switch {
	case was != last:
		r.planned(p, last)
		return false
	case from <= was.ValidFrom && was.ValidFrom > r.c.today:
		r.planned(p, was)
		return false
	case from <= was.ValidFrom:
		r.c.fail(p.Row, "from", "onboard.from_before", "on", string(was.ValidFrom))
		return false
	}
	ch.transfer = &accounts.TransferInput{
		PostID: was.ID, Version: was.Version, Last: from.AddDays(-1), Post: accounts.PostInput{
			UnitID: unit.ID, ManagerID: manager.ID, Title: p.Title, Class: p.Class, Category: p.Category,
		},
	}
	return true
}

// planned refuses a row that does not go with what is registered for a later day.
func (r *roll) planned(p *personRow, later *models.Post) {
	r.c.fail(p.Row, "from", "onboard.planned", "on", string(later.ValidFrom), "unit", r.c.tree.placeOf(later.UnitID),
		"title", later.Title)
}

// said notes what is different of the post.
func (r *roll) said(l *Line, was *models.Post, p *personRow, unit, manager *models.Unit) {
	if was.UnitID != unit.ID {
		l.note("onboard.note.unit", "was", r.c.tree.placeOf(was.UnitID), "now", r.c.tree.place(unit))
	}
	if was.Title != p.Title {
		l.note("onboard.note.title", "was", was.Title, "now", p.Title)
	}
	if was.Class != p.Class {
		l.note("onboard.note.class", "turn", []string{classKey(was.Class), classKey(p.Class)})
	}
	if was.Category != p.Category {
		l.note("onboard.note.category", "turn", turn("account.category.", was.Category, p.Category))
	}
	if was.ManagerID != manager.ID {
		l.note("onboard.note.manager", "was", r.c.tree.placeOf(was.ManagerID), "now", r.c.tree.place(manager))
	}
	if p.From != "" && p.From != was.ValidFrom {
		l.note("onboard.note.from", "was", string(was.ValidFrom), "now", string(p.From))
		month(l, p.post)
	}
}

// month notes that a day was made of a month.
func month(l *Line, p post) {
	if p.Month {
		l.note("onboard.note.month")
	}
}

// classKey is the message key of a post class, or the word itself of one that a house has of its own.
func classKey(class string) string {
	if slices.Contains(accounts.PostClasses(), class) {
		return "account.class." + class
	}
	return class
}

// turn is two values as message keys: what was, and what is.
func turn[T ~string](prefix string, was, now T) []string {
	return []string{prefix + string(was), prefix + string(now)}
}

// goes notes what somebody who goes leaves behind: cases in hand, which wait in the list of work to be handed over, and
// roles, which end with the post at their unit, or all with unitID "".
func (r *roll) goes(l *Line, person *models.Person, unitID string) {
	if n := r.g.open[person.ID]; n > 0 {
		l.note("onboard.note.cases", "n", n)
	}
	only := false
	for _, h := range r.g.roles[person.ID] {
		if unitID != "" && h.UnitID != unitID {
			continue
		}
		key := "onboard.note.role"
		if h.Only {
			key, only = "onboard.note.role_only", true
		}
		l.note(key, "unit", h.Unit, "choices", []string{"account.role." + string(h.Role)})
	}
	if only {
		r.vacated = append(r.vacated, person.Name)
	}
}

// rest finds who is appointed in the scope, or the reach, and not in the sheet.
func (r *roll) rest() []string {
	within := func(u *models.Unit) bool { return r.c.scope == nil || policy.Within(u.Path, r.c.scope.Path) }
	var gone []string
	for id := range r.g.posts {
		chain := r.g.chain(id)
		if len(chain) == 0 || r.in[id] != 0 || r.g.admins[id] || r.ends(id) || !r.reached(id) {
			continue
		}
		here := func(p *models.Post) bool { u := r.c.tree.byID[p.UnitID]; return u != nil && within(u) }
		if !slices.ContainsFunc(chain, func(p *models.Post) bool { return !here(p) }) {
			gone = append(gone, id) // whoever comes or goes on a later day is in another sheet
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
			Category: Left, Code: person.StaffNo, Name: person.Name, Place: r.c.tree.placeOf(m.UnitID),
			base: base(*person, m),
		}
		if n := len(r.g.posts[id]); n > 1 {
			l.note("onboard.note.posts", "n", n)
		}
		r.goes(&l, person, "")
		r.c.lines = append(r.c.lines, l)
		r.others = append(r.others, change{person: *person, leave: true})
	}
}

// ends reports whether all posts of somebody end today: he has left already.
func (r *roll) ends(personID string) bool {
	return !slices.ContainsFunc(r.g.posts[personID], func(p models.Post) bool {
		return p.ValidTo == "" || p.ValidTo > r.c.today
	})
}

// reached reports whether all posts of somebody lie within the reach: whoever holds one elsewhere is not to be sent
// away from here.
func (r *roll) reached(personID string) bool {
	return !slices.ContainsFunc(r.g.posts[personID], func(p models.Post) bool { return r.c.tree.byID[p.UnitID] == nil })
}

// base names the state of a person on which a line rests. Logins do not change it.
func base(p models.Person, m *models.Post) string {
	out := fmt.Sprint(p.ID, p.StaffNo, p.Name, models.Deref(p.MobileHash), p.DisabledAt != nil)
	if m != nil {
		out += fmt.Sprint(m.ID, m.Version)
	}
	return out
}
