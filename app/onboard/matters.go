package onboard

import (
	"cmp"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/sheet"
)

// matterSheet is a duty list as it was read.
type matterSheet struct{ Rows []cases.MatterRow }

func readMatters(_ *Service, t *sheet.Table, _ models.Date) rows {
	return &matterSheet{Rows: cases.ReadMatters(t)}
}

// compareTx finds the entries by their code.
func (s *matterSheet) compareTx(tx *gorm.DB, c *comparison) error {
	there, err := cases.MattersTx(tx)
	if err != nil {
		return err
	}
	var added, changed []models.Matter
	first := map[string]int{}
	for _, r := range s.Rows {
		if at, twice := first[r.Code]; twice && r.Code != "" {
			c.fail(r.Row, "code", "onboard.twice", "value", r.Code, "row", at)
			continue
		}
		first[r.Code] = r.Row
		u := c.unit(r.Row, "unit", r.Unit)
		if u == nil {
			continue
		}
		m, known := there[r.Code]
		if known && c.tree.byID[m.UnitID] == nil && c.tree.root == nil { // somebody else's
			c.fail(r.Row, "code", "form.taken", "value", r.Code)
			continue
		}
		l := Line{Category: Joined, Row: r.Row, Code: r.Code, Name: r.Name, Place: c.tree.place(u)}
		if !known {
			r.Difficulty = cmp.Or(r.Difficulty, usual)
			l.note("onboard.note.matter", "days", r.Days, "choices", []string{
				"report.family." + string(r.Family), difficultyKey(r.Difficulty),
			})
			added = append(added, models.Matter{
				ID: models.NewID(), Code: r.Code, Name: r.Name, Family: r.Family, UnitID: u.ID, Days: r.Days,
				Difficulty: r.Difficulty, ValidFrom: c.today,
			})
			c.lines = append(c.lines, l)
			continue
		}
		next := matterDiffers(c, &l, m, r, u)
		c.lines = append(c.lines, l)
		if l.Category == Changed {
			changed = append(changed, next)
		}
	}
	c.keep = func(tx *gorm.DB) error { return cases.KeepMattersTx(tx, c.now, added, changed) }
	return nil
}

// usual is the difficulty of a new matter of which none is said.
const usual = 2

func difficultyKey(n int) string { return fmt.Sprint("serve.difficulty.", n) }

// matterDiffers says in the line how a row differs from the entry, and returns the entry as it will be.
func matterDiffers(c *comparison, l *Line, m models.Matter, r cases.MatterRow, u *models.Unit) models.Matter {
	l.base = fmt.Sprint(m.ID, m.Name, m.Family, m.UnitID, m.Days, m.Difficulty, m.ValidTo)
	r.Difficulty = cmp.Or(r.Difficulty, m.Difficulty) // an empty cell leaves it
	if m.Name != r.Name {
		l.note("onboard.note.name", "was", m.Name, "now", r.Name)
	}
	if m.Family != r.Family {
		l.note("onboard.note.family", "turn", turn("report.family.", m.Family, r.Family))
	}
	if m.UnitID != u.ID {
		l.note("onboard.note.unit", "was", c.tree.placeOf(m.UnitID), "now", c.tree.place(u))
	}
	if m.Days != r.Days {
		l.note("onboard.note.days", "was", m.Days, "now", r.Days)
	}
	if m.Difficulty != r.Difficulty {
		l.note("onboard.note.difficulty", "turn", []string{difficultyKey(m.Difficulty), difficultyKey(r.Difficulty)})
	}
	if m.ValidTo != "" {
		l.note("onboard.note.again", "on", string(m.ValidTo))
	}
	l.Category = Same
	if l.Notes != nil {
		l.Category = Changed
	}
	m.Name, m.Family, m.UnitID, m.Days, m.Difficulty = r.Name, r.Family, u.ID, r.Days, r.Difficulty
	return m
}
