package onboard

import (
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
		switch {
		case p.To == "" && p.Kind != "" && p.Kind != models.Appointed && r.Blank("to"):
			r.Fail("to", "onboard.lend_until")
		case p.To != "" && p.To < from:
			r.Fail("to", "form.date_order")
		}
		out.Rows = append(out.Rows, p)
	}
	return out
}

// compareTx finds the posts by person, unit and title: one that is there is left, or given another end.
func (s *postSheet) compareTx(tx *gorm.DB, c *comparison) error {
	g, err := registerTx(tx, c.today)
	if err != nil {
		return err
	}
	r := &roll{c: c, g: g}
	seen := numbers{}
	var made []models.Post
	var put []models.Post
	for i := range s.Rows {
		p := &s.Rows[i]
		unit, manager := r.place(p.Row, p.post)
		person := s.person(c, g, p)
		if person == nil || unit == nil || manager == nil {
			continue
		}
		if at := seen.twice("post", person.ID+unit.ID+plain(p.Title), p.Row); at != 0 {
			c.fail(p.Row, "title", "onboard.twice", "value", p.Title, "row", at)
			continue
		}
		l := Line{
			Category: Joined, Row: p.Row, Code: person.StaffNo, Name: person.Name, Place: unit.Name,
			base: person.ID,
		}
		l.note("onboard.note.post", "title", p.Title)
		l.note("onboard.post." + string(p.Kind))
		if was := held(g.posts[person.ID], unit.ID, p.Title); was != nil {
			if next, changed := postDiffers(&l, *was, p, manager); changed {
				put = append(put, next)
			}
		} else {
			next := r.postOf(p.post, person.ID, unit, manager)
			next.Kind, next.ValidTo = p.Kind, p.To
			made = append(made, next)
		}
		c.lines = append(c.lines, l)
	}
	c.keep = func(tx *gorm.DB) error { return keepPostsTx(tx, made, put) }
	return nil
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
	case p.Kind != models.Appointed && p.Kind != "" && g.main(person.ID) == nil:
		c.fail(p.Row, "kind", "onboard.no_main")
		return nil
	}
	return person
}

// held returns the post of a title at a unit, nil for none.
func held(posts []models.Post, unitID, title string) *models.Post {
	for i, p := range posts {
		if p.UnitID == unitID && plain(p.Title) == plain(title) {
			return &posts[i]
		}
	}
	return nil
}

// postDiffers says in the line how a row differs from the post that is there, and returns the post as it will be.
func postDiffers(l *Line, was models.Post, p *postRow, manager *models.Unit) (models.Post, bool) {
	next := was
	l.Category, l.base = Same, fmt.Sprint(l.base, was.ID, was.Version)
	next.Class, next.Category, next.ManagerID, next.Kind, next.ValidTo = p.Class, p.Category, manager.ID, p.Kind, p.To
	if p.From != "" {
		next.ValidFrom = p.From
	}
	if was.Class != next.Class {
		l.note("onboard.note.class")
	}
	if was.Category != next.Category {
		l.note("onboard.note.category")
	}
	if was.ManagerID != next.ManagerID {
		l.note("onboard.note.manager_now", "now", manager.Name)
	}
	if was.Kind != next.Kind {
		l.note("onboard.note.post_kind")
	}
	if was.ValidFrom != next.ValidFrom {
		l.note("onboard.note.from", "was", string(was.ValidFrom), "now", string(next.ValidFrom))
	}
	if was.ValidTo != next.ValidTo {
		l.note("onboard.note.to", "was", string(was.ValidTo), "now", string(next.ValidTo))
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
