package onboard

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/policy"
	"shanzhi/models/sheet"
)

// tree is the units that exist today within somebody's reach.
type tree struct {
	byID   map[string]*models.Unit
	byCode map[string]*models.Unit
	byName map[string][]*models.Unit
	byWay  map[string][]*models.Unit // names written together without a stroke: 柳溪镇石桥村
	root   *models.Unit              // nil when the reach does not hold it
}

// treeTx reads the units within a reach, in one query.
func treeTx(tx *gorm.DB, reach policy.Reach) (*tree, error) {
	t := &tree{
		byID: map[string]*models.Unit{}, byCode: map[string]*models.Unit{}, byName: map[string][]*models.Unit{},
		byWay: map[string][]*models.Unit{},
	}
	var all []models.Unit
	if err := tx.Where("valid_to = ''").Order("path").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("read units: %w", err)
	}
	for i := range all {
		u := &all[i]
		inside := reach.All || slices.ContainsFunc(reach.Paths, func(p string) bool { return policy.Within(u.Path, p) })
		if !inside {
			continue
		}
		t.byID[u.ID] = u
		t.byName[plain(u.Name)] = append(t.byName[plain(u.Name)], u)
		if u.Code != nil {
			t.byCode[plain(*u.Code)] = u
		}
		if u.ParentID == nil && t.root == nil {
			t.root = u
		}
	}
	for _, u := range t.byID {
		t.together(u)
	}
	return t, nil
}

// together notes the ways of writing a unit behind the names of those above it without a stroke between them.
func (t *tree) together(u *models.Unit) {
	way := plain(u.Name)
	for up := t.above(u); up != nil; up = t.above(up) {
		short := plain(up.Name) + plain(u.Name)
		if way = plain(up.Name) + way; way != short {
			t.byWay[short] = append(t.byWay[short], u)
		}
		t.byWay[way] = append(t.byWay[way], u)
	}
}

// above is the unit above u, nil at the top of the reach.
func (t *tree) above(u *models.Unit) *models.Unit {
	if u.ParentID == nil {
		return nil
	}
	return t.byID[*u.ParentID]
}

// steps takes a name apart that may be a path: "柳溪镇/石桥村", from the top.
func steps(text string) []string {
	var out []string
	for _, s := range strings.FieldsFunc(plain(text), func(r rune) bool { return r == '/' || r == '>' || r == '\\' }) {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// Why a unit is not found: message keys.
const (
	keyNoUnit    = "onboard.unit_unknown"
	keyNearUnit  = "onboard.unit_near"
	keyManyUnits = "onboard.unit_twice"
)

// find returns the unit of a code, a name, or a path of names where names repeat; else nil and why not.
func (t *tree) find(text string) (*models.Unit, string) {
	if u := t.byCode[plain(text)]; u != nil {
		return u, ""
	}
	way := steps(text)
	if len(way) == 0 {
		return nil, keyNoUnit
	}
	var found []*models.Unit
	for _, u := range t.byName[way[len(way)-1]] {
		if t.below(u, way[:len(way)-1]) {
			found = append(found, u)
		}
	}
	if len(found) == 0 && len(way) == 1 {
		found = t.byWay[way[0]]
	}
	switch len(found) {
	case 0:
		return nil, keyNoUnit
	case 1:
		return found[0], ""
	}
	return nil, keyManyUnits
}

// below reports whether units of these names stand above u, in this order.
func (t *tree) below(u *models.Unit, names []string) bool {
	for i := len(names) - 1; i >= 0; {
		if u = t.above(u); u == nil {
			return false
		}
		if plain(u.Name) == names[i] {
			i--
		}
	}
	return true
}

// parentName is the name of the unit above u, "" at the top.
func (t *tree) parentName(u *models.Unit) string {
	if up := t.above(u); up != nil {
		return up.Name
	}
	return ""
}

// place is the name of a unit as a reader tells it from others: where the name repeats, behind the unit above it.
func (t *tree) place(u *models.Unit) string {
	if up := t.above(u); up != nil && len(t.byName[plain(u.Name)]) > 1 {
		return up.Name + "/" + u.Name
	}
	return u.Name
}

// placeOf is place of the unit of an id, "…" for one out of reach.
func (t *tree) placeOf(id string) string {
	if u := t.byID[id]; u != nil {
		return t.place(u)
	}
	return "…"
}

// nearUnits is how many units a message offers for one that is not found.
const nearUnits = 3

// near names the units that may have been meant.
func (t *tree) near(text string) []string {
	way := steps(text)
	if len(way) == 0 {
		return nil
	}
	names := make([]string, 0, len(t.byID))
	for _, u := range t.byID {
		names = append(names, t.place(u))
	}
	slices.Sort(names)
	return sheet.Near(way[len(way)-1], slices.Compact(names), nearUnits)
}
