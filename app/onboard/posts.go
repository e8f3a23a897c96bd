package onboard

import (
	"cmp"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/models"
	"shanzhi/models/sheet"
)

// postSheet is further posts as they were read, one row a post.
type postSheet struct{ Rows []postRow }

type postRow struct {
	Row               int
	Staff, Card, Name string
	Kind              models.PostKind
	To                models.Date
	post
}

var postKindWords = map[string]models.PostKind{
	"兼任": models.Appointed, "任职": models.Appointed, "second post": models.Appointed, "appointed": models.Appointed,
	"借调": models.OnLoan, "on loan": models.OnLoan, "on_loan": models.OnLoan,
	"挂职": models.Temporary, "temporary post": models.Temporary, "temporary": models.Temporary,
}

func furtherColumns() []sheet.Column {
	out := append(personColumns(Posts), column(Posts, "name", false, "onboard.example.person", "姓名", "name"))
	kind := column(Posts, "kind", true, "onboard.post.on_loan", "任职方式", "post_kind", "kind")
	kind.Choices = []string{"onboard.post.appointed", "onboard.post.on_loan", "onboard.post.temporary"}
	out = append(append(out, kind), postColumns(Posts)...)
	return append(out, column(Posts, "to", false, "2026-12-31", "截止日期", "期满日期", "截止时间", "结束日期", "to_date", "to"))
}

func readPosts(s *Service, t *sheet.Table, today models.Date) rows {
	out := &postSheet{Rows: make([]postRow, 0, len(t.Rows))}
	for _, r := range t.Rows {
		p := postRow{Row: r.Number, Name: r.TextMax("name", 50), post: readPost(r, today)}
		p.Staff, p.Card = readPerson(s, r, today)
		p.Kind, _ = sheet.Pick(r, "kind", postKindWords)
		if at, ok := r.Date("to"); ok {
			p.To = models.NewDate(at.Year(), at.Month(), at.Day())
		}
		from := p.From
		if from == "" {
			from = today
		}
		if p.To != "" && p.To < from {
			r.Fail("to", "form.date_order")
		}
		out.Rows = append(out.Rows, p)
	}
	return out
}

// compareTx finds the posts by person, unit and title: one that is there is left, or given another end. One that is
// over is not begun again in silence.
func (s *postSheet) compareTx(tx *gorm.DB, c *comparison) error {
	g, err := registerTx(tx, c.today)
	if err != nil {
		return err
	}
	over, err := overTx(tx, c.today)
	if err != nil {
		return err
	}
	r := &roll{c: c, g: g}
	d := &further{roll: r, over: over, seen: numbers{}}
	for i := range s.Rows {
		p := s.Rows[i]
		unit, manager, ok := r.place(p.Row, p.post)
		if person := s.person(c, g, &p); person != nil && ok {
			d.row(&p, person, unit, manager)
		}
	}
	r.hints()
	c.keep = func(tx *gorm.DB) error { return keepPostsTx(tx, d.made, d.put) }
	return nil
}

// further is a sheet of posts held against the register.
type further struct {
	*roll
	over      map[string][]models.Post // person → posts that are over
	seen      numbers
	made, put []models.Post
}

// row judges one post.
func (d *further) row(p *postRow, person *models.Person, unit, manager *models.Unit) {
	c, g := d.c, d.g
	if at := d.seen.twice("post", person.ID+unit.ID+plain(p.Title), p.Row); at != 0 {
		c.fail(p.Row, "title", "onboard.twice", "value", p.Title, "row", at)
		return
	}
	l := Line{
		Category: Joined, Row: p.Row, Code: person.StaffNo, Name: person.Name, Place: c.tree.place(unit),
		base: person.ID,
	}
	l.note("onboard.note.post", "title", p.Title)
	l.note("onboard.post." + string(p.Kind))
	was := heldAt(g.posts[person.ID], unit.ID, p)
	switch last := d.ended(person.ID, unit.ID, p); {
	case was != nil:
		next, changed := d.differs(&l, *was, p, d.managed(manager, was, unit))
		if next.ValidTo == "" && next.Kind != models.Appointed {
			c.fail(p.Row, "to", "onboard.lend_until")
			return
		}
		if changed && was.EndReason != "" && next.ValidTo != was.ValidTo {
			c.fail(p.Row, "to", "onboard.post_ended", "on", string(was.ValidTo))
			return
		}
		if changed {
			d.put = append(d.put, next)
		}
	case last != nil && p.From == last.ValidFrom && (p.To == "" || p.To == last.ValidTo):
		l.Category = Same // it has run its term
	case last != nil && p.From <= last.ValidTo:
		c.fail(p.Row, "from", "onboard.post_again", "on", string(last.ValidTo), "title", last.Title)
		return
	case d.leaver(p, person):
		return
	case p.To == "" && p.Kind != models.Appointed:
		c.fail(p.Row, "to", "onboard.lend_until")
		return
	default:
		next := d.postOf(p.post, person.ID, unit, orUnit(manager, unit))
		next.Kind, next.ValidTo = p.Kind, p.To
		d.made = append(d.made, next)
		month(&l, p.post)
	}
	if p.Month {
		d.months++
	}
	if g.leaves(person.ID) != "" {
		d.gone = append(d.gone, person.Name)
	}
	c.lines = append(c.lines, l)
}

// leaver refuses a post that would last longer than somebody who leaves; it reports whether it has.
func (d *further) leaver(p *postRow, person *models.Person) bool {
	last := d.g.leaves(person.ID)
	if last == "" || p.To != "" && p.To <= last {
		return false
	}
	d.c.fail(p.Row, "staff", "onboard.leaver", "name", person.Name, "on", string(last))
	return true
}

// overTx reads the posts that are over, by person.
func overTx(tx *gorm.DB, today models.Date) (map[string][]models.Post, error) {
	var posts []models.Post
	err := tx.Where("valid_to <> '' AND valid_to < ? AND valid_to >= valid_from", today).Order("valid_from, id").
		Find(&posts).Error
	if err != nil {
		return nil, fmt.Errorf("read former posts: %w", err)
	}
	out := map[string][]models.Post{}
	for _, p := range posts {
		out[p.PersonID] = append(out[p.PersonID], p)
	}
	return out, nil
}

// ended returns the latest post of a title at a unit that is over, or that of the day that the row names.
func (d *further) ended(personID, unitID string, p *postRow) (last *models.Post) {
	for i, o := range d.over[personID] {
		if o.UnitID != unitID || plain(o.Title) != plain(p.Title) {
			continue
		}
		if last = &d.over[personID][i]; sameDay(o.ValidFrom, p.post) {
			p.From = o.ValidFrom
			return last
		}
	}
	return last
}

// sameDay reports whether a row means the day on which a post begins, or its month where it has no day.
func sameDay(from models.Date, p post) bool {
	return from == p.From || p.Month && from[:7] == p.From[:7]
}

// person finds whose post it is: somebody on the roster, with a post of his own where it is a loan.
func (s *postSheet) person(c *comparison, g *register, p *postRow) *models.Person {
	person, ok := g.find(c, p.Row, p.Staff, p.Card)
	switch {
	case !ok:
		return nil
	case person == nil:
		c.fail(p.Row, "staff", "onboard.person_unknown", "value", p.Staff)
		return nil
	case g.admins[person.ID]:
		c.fail(p.Row, "staff", "onboard.administrator")
		return nil
	case p.Name != "" && plain(p.Name) != plain(person.Name):
		c.fail(p.Row, "name", "onboard.name_other", "staff", person.StaffNo)
		return nil
	case p.Kind != models.Appointed && p.Kind != "" && g.leaves(person.ID) == "" && g.main(person.ID) == nil:
		c.fail(p.Row, "kind", "onboard.no_main")
		return nil
	}
	return person
}

// heldAt returns the post of a title at a unit that holds today or later, nil for none: the one of the day that the row
// names, else the one that its day falls into.
func heldAt(posts []models.Post, unitID string, p *postRow) (found *models.Post) {
	for i, o := range posts {
		if o.UnitID != unitID || plain(o.Title) != plain(p.Title) {
			continue
		}
		if sameDay(o.ValidFrom, p.post) {
			p.From = o.ValidFrom
			return &posts[i]
		}
		if found == nil && (p.From == "" || o.ValidTo == "" || p.From <= o.ValidTo) {
			found = &posts[i]
		}
	}
	return found
}

// differs says in the line how a row differs from the post that is there, and returns the post as it will be. What the
// row leaves empty stays.
func (d *further) differs(l *Line, was models.Post, p *postRow, manager *models.Unit) (models.Post, bool) {
	next := was
	l.Category, l.base = Same, fmt.Sprint(l.base, was.ID, was.Version)
	next.Class, next.Category, next.ManagerID, next.Kind = p.Class, p.Category, manager.ID, p.Kind
	if p.From != "" {
		next.ValidFrom = p.From
	}
	if p.To != "" {
		next.ValidTo = p.To
	}
	if was.Class != next.Class {
		l.note("onboard.note.class", "turn", []string{classKey(was.Class), classKey(next.Class)})
	}
	if was.Category != next.Category {
		l.note("onboard.note.category", "turn", turn("account.category.", was.Category, next.Category))
	}
	if was.ManagerID != next.ManagerID {
		l.note("onboard.note.manager", "was", d.c.tree.placeOf(was.ManagerID), "now", d.c.tree.place(manager))
	}
	if was.Kind != next.Kind {
		l.note("onboard.note.post_kind", "turn", turn("onboard.post.", was.Kind, next.Kind))
	}
	if was.ValidFrom != next.ValidFrom {
		l.note("onboard.note.from", "was", string(was.ValidFrom), "now", string(next.ValidFrom))
		month(l, p.post)
	}
	if was.ValidTo != next.ValidTo {
		l.note("onboard.note.to", "was", cmp.Or(string(was.ValidTo), "—"), "now", string(next.ValidTo))
	}
	if next == was {
		return next, false
	}
	l.Category = Changed
	return next, true
}

func keepPostsTx(tx *gorm.DB, made, put []models.Post) error {
	if err := accounts.AddPeopleTx(tx, nil, made); err != nil {
		return err
	}
	for _, p := range put {
		if err := putPostTx(tx, p); err != nil {
			return err
		}
		done := tx.Exec(`UPDATE posts SET kind = ?, valid_to = ? WHERE id = ?`, p.Kind, p.ValidTo, p.ID)
		if done.Error != nil {
			return fmt.Errorf("change post: %w", done.Error)
		}
	}
	return nil
}
