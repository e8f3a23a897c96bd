package onboard

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/policy"
)

// tree is the units that exist today within somebody's reach.
type tree struct {
	byID   map[string]*models.Unit
	byCode map[string]*models.Unit
	byName map[string][]*models.Unit
	root   *models.Unit // nil when the reach does not hold it
}

// treeTx reads the units within a reach, in one query.
func treeTx(tx *gorm.DB, reach policy.Reach) (*tree, error) {
	t := &tree{
		byID: map[string]*models.Unit{}, byCode: map[string]*models.Unit{}, byName: map[string][]*models.Unit{},
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
	return t, nil
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
		if u.ParentID == nil || t.byID[*u.ParentID] == nil {
			return false
		}
		if u = t.byID[*u.ParentID]; plain(u.Name) == names[i] {
			i--
		}
	}
	return true
}

// parentName is the name of the unit above u, "" at the top.
func (t *tree) parentName(u *models.Unit) string {
	if u.ParentID == nil || t.byID[*u.ParentID] == nil {
		return ""
	}
	return t.byID[*u.ParentID].Name
}
