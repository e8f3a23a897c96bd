package onboard

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/models"
)

// place is where one row of a list of units goes: onto a unit that exists, or to a new one.
type place struct {
	row    *unitRow
	parent *node // nil for the root, and until it is known
	node
	done bool
}

// node is a unit that exists or will.
type node struct {
	unit *models.Unit
	is   bool // it exists
}

// placing puts the rows of a sheet into the tree, whatever their order.
type placing struct {
	c      *comparison
	places []*place
	byCode map[string]*place
	byName map[string][]*place
	under  map[[2]string]*place // parent and name → its row
	kids   map[[2]string]*models.Unit
}

// compareTx places every row and says what is new and what is different.
func (s *unitSheet) compareTx(_ *gorm.DB, c *comparison) error {
	p := newPlacing(c, s.Rows)
	for progress := true; progress; {
		progress = false
		for _, at := range p.places {
			if !at.done && p.settle(at) {
				progress = true
			}
		}
	}
	var added []models.Unit
	var changed []*models.Unit
	for _, at := range p.order() {
		if !at.done {
			c.fail(at.row.Row, "parent", "onboard.unit_circle", "value", at.row.Parent)
			continue
		}
		switch {
		case at.unit == nil: // wrong, and that has been said
		case !at.is:
			added = append(added, *at.unit)
			l := Line{Category: Joined, Row: at.row.Row, Code: at.row.Code, Name: at.row.Name, Place: parentOf(at)}
			l.note("account.unit.kind." + string(at.row.Kind))
			c.lines = append(c.lines, l)
		default:
			if u := p.differ(at); u != nil {
				changed = append(changed, u)
			}
		}
	}
	slices.SortStableFunc(c.lines, func(a, b Line) int { return a.Row - b.Row })
	c.keep = func(tx *gorm.DB) error {
		if err := accounts.AddUnitsTx(tx, added); err != nil {
			return err
		}
		return c.changeUnitsTx(tx, changed)
	}
	return nil
}

func parentOf(at *place) string {
	if at.parent == nil {
		return ""
	}
	return at.parent.unit.Name
}

func newPlacing(c *comparison, all []unitRow) *placing {
	p := &placing{
		c: c, byCode: map[string]*place{}, byName: map[string][]*place{}, under: map[[2]string]*place{},
		kids: map[[2]string]*models.Unit{},
	}
	for _, u := range c.tree.byID {
		p.kids[[2]string{models.Deref(u.ParentID), plain(u.Name)}] = u
	}
	for i := range all {
		at := &place{row: &all[i]}
		p.places = append(p.places, at)
		if code := plain(at.row.Code); code != "" {
			if first := p.byCode[code]; first != nil {
				c.fail(at.row.Row, "code", "onboard.twice", "value", at.row.Code, "row", first.row.Row)
			} else {
				p.byCode[code] = at
			}
		}
		p.byName[plain(at.row.Name)] = append(p.byName[plain(at.row.Name)], at)
	}
	return p
}

// order returns the rows with those above before those below.
func (p *placing) order() []*place {
	out := slices.Clone(p.places)
	depth := func(at *place) int {
		if at.unit == nil {
			return 0
		}
		return len(at.unit.Path)
	}
	slices.SortStableFunc(out, func(a, b *place) int { return depth(a) - depth(b) })
	return out
}

// settle finds the place of a row if its parent is known by now; it reports whether the row is done with.
func (p *placing) settle(at *place) bool {
	if root := p.c.tree.root; root != nil && at.row.Parent == "" {
		if plain(at.row.Name) == plain(root.Name) || at.row.Code != "" && models.Deref(root.Code) == at.row.Code {
			at.node, at.done = node{root, true}, true
			return true
		}
	}
	parent, why := p.parent(at)
	switch {
	case why == keyWait:
		return false
	case why != "":
		at.done = true
		p.c.noUnit(at.row.Row, "parent", why, at.row.Parent)
		return true
	}
	at.parent, at.done = parent, true
	p.put(at)
	return true
}

// keyWait says that a row above is not placed yet.
const keyWait = "wait"

// parent finds the unit above a row among the units that exist and the rows of the sheet.
func (p *placing) parent(at *place) (*node, string) {
	text := at.row.Parent
	if len(p.c.tree.byID) == 0 {
		return nil, "onboard.no_house"
	}
	if text == "" {
		return p.unsaid(at)
	}
	if there := p.byCode[plain(text)]; there != nil && there != at {
		return ready(there)
	}
	if u := p.c.tree.byCode[plain(text)]; u != nil {
		return &node{u, true}, ""
	}
	way := steps(text)
	if len(way) == 0 {
		return nil, keyNoUnit
	}
	found := map[string]*node{}
	for _, there := range p.byName[way[len(way)-1]] {
		switch {
		case there == at:
		case !there.done:
			return nil, keyWait
		case there.unit != nil && p.below(there, way[:len(way)-1]):
			found[there.unit.ID] = &there.node
		}
	}
	for _, u := range p.c.tree.byName[way[len(way)-1]] {
		if p.c.tree.below(u, way[:len(way)-1]) {
			found[u.ID] = &node{u, true}
		}
	}
	switch len(found) {
	case 0:
		return nil, keyNoUnit
	case 1:
		for _, n := range found {
			return n, ""
		}
	}
	return nil, keyManyUnits
}

// unsaid is the parent of a row that names none: of a unit that is there, known by its code or by a name that only it
// has, the one it has; of a new one, the county.
func (p *placing) unsaid(at *place) (*node, string) {
	var u *models.Unit
	if at.row.Code != "" {
		u = p.c.tree.byCode[plain(at.row.Code)]
	}
	same := p.c.tree.byName[plain(at.row.Name)]
	if u == nil && len(same) == 1 && (at.row.Code == "" || same[0].Code == nil) {
		u = same[0]
	}
	if u != nil && p.c.tree.above(u) != nil {
		return &node{p.c.tree.above(u), true}, ""
	}
	if p.c.tree.root == nil {
		return nil, "onboard.unit_parent"
	}
	return &node{p.c.tree.root, true}, ""
}

func ready(at *place) (*node, string) {
	switch {
	case !at.done:
		return nil, keyWait
	case at.unit == nil:
		return nil, "onboard.unit_parent_wrong"
	}
	return &at.node, ""
}

// below reports whether units of these names stand above a placed row.
func (p *placing) below(at *place, names []string) bool {
	if at.is {
		return p.c.tree.below(at.unit, names)
	}
	if len(names) == 0 {
		return true
	}
	up := at.parent
	if plain(up.unit.Name) == names[len(names)-1] {
		names = names[:len(names)-1]
	}
	if up.is {
		return p.c.tree.below(up.unit, names)
	}
	for _, there := range p.byName[plain(up.unit.Name)] {
		if there.unit == up.unit {
			return p.below(there, names)
		}
	}
	return false
}

// put gives a row whose parent is known its unit: the one of its code, else the one of its name below the parent, else
// a new one.
func (p *placing) put(at *place) {
	r, above := at.row, at.parent.unit
	key := [2]string{above.ID, plain(r.Name)}
	if first := p.under[key]; first != nil {
		p.c.fail(r.Row, "name", "onboard.twice", "value", r.Name, "row", first.row.Row)
		return
	}
	p.under[key] = at
	if u := p.c.tree.byCode[plain(r.Code)]; u != nil && r.Code != "" {
		if models.Deref(u.ParentID) != above.ID {
			p.c.fail(r.Row, "parent", "onboard.unit_elsewhere", "name", u.Name, "parent", p.c.tree.parentName(u))
			return
		}
		at.node = node{u, true}
		return
	}
	if u := p.kids[key]; u != nil {
		if r.Code != "" && u.Code != nil && plain(*u.Code) != plain(r.Code) {
			p.c.fail(r.Row, "code", "onboard.unit_code", "name", u.Name, "code", *u.Code)
			return
		}
		at.node = node{u, true}
		return
	}
	made := &models.Unit{
		ID: models.NewID(), ParentID: &above.ID, Code: models.Ref(r.Code), Name: r.Name, Kind: r.Kind,
		ValidFrom: p.c.today,
		Version:   1, CreatedAt: p.c.now,
	}
	made.Path = above.Path + made.ID + "/"
	if len(made.Path) > accounts.MaxPath {
		p.c.fail(r.Row, "parent", "account.unit_deep")
		return
	}
	at.node = node{made, false}
}

// differ adds the line of a row whose unit exists and returns the unit as it will be, nil when it stays as it is.
func (p *placing) differ(at *place) *models.Unit {
	u, r := *at.unit, at.row
	l := Line{
		Category: Same, Row: r.Row, Code: models.Deref(u.Code), Name: r.Name, Place: p.c.tree.parentName(at.unit),
		base: fmt.Sprintf("%s %d", u.ID, u.Version),
	}
	if u.Name != r.Name && r.Name != "" {
		l.note("onboard.note.name", "was", u.Name, "now", r.Name)
		u.Name = r.Name
		if other := p.kids[[2]string{models.Deref(u.ParentID), plain(r.Name)}]; other != nil && other.ID != u.ID {
			p.c.fail(r.Row, "name", "form.taken", "value", r.Name)
		}
	}
	if u.Kind != r.Kind && r.Kind != "" {
		l.note("onboard.note.kind_now", "turn", turn("account.unit.kind.", at.unit.Kind, r.Kind))
		u.Kind = r.Kind
	}
	if r.Code != "" && models.Deref(u.Code) != r.Code {
		l.note("onboard.note.code", "now", r.Code)
		u.Code, l.Code = models.Ref(r.Code), r.Code
	}
	if l.Notes != nil {
		l.Category = Changed
	}
	p.c.lines = append(p.c.lines, l)
	if l.Category == Same {
		return nil
	}
	return &u
}

// changeUnitsTx carries changes out; a former name is kept with the span in which it held.
func (c *comparison) changeUnitsTx(tx *gorm.DB, changed []*models.Unit) error {
	for _, u := range changed {
		version := u.Version
		if was := c.tree.byID[u.ID]; was.Name != u.Name {
			err := accounts.RenameUnitTx(tx, c.now, c.who, u.ID, version, u.Name, c.today)
			if err != nil {
				return err
			}
			version++
		}
		done := tx.Exec(`UPDATE units SET kind = ?, code = ?, version = version + 1 WHERE id = ? AND version = ?`,
			u.Kind, u.Code, u.ID, version)
		if done.Error != nil {
			return fmt.Errorf("change unit: %w", done.Error)
		}
		if done.RowsAffected == 0 {
			return errBase
		}
	}
	return nil
}
