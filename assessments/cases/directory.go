package cases

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/text/width"
	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/policy"
)

// Directory is the units, people and posts of the house, read once for an import.
type Directory struct {
	byID   map[string]models.Unit
	byCode map[string]models.Unit
	byName map[string][]models.Unit
	people map[string]string        // staff number → person
	posts  map[string][]models.Post // person → posts
}

// Why a unit is not found.
var (
	errNoUnit    = errors.New("no such unit")
	errManyUnits = errors.New("several units of that name")
)

// DirectoryTx reads the directory in three queries.
func DirectoryTx(tx *gorm.DB) (*Directory, error) {
	d := &Directory{
		byID: map[string]models.Unit{}, byCode: map[string]models.Unit{}, byName: map[string][]models.Unit{},
		people: map[string]string{}, posts: map[string][]models.Post{},
	}
	var units []models.Unit
	if err := tx.Where("valid_to = ''").Find(&units).Error; err != nil {
		return nil, fmt.Errorf("read units: %w", err)
	}
	for _, u := range units {
		d.byID[u.ID] = u
		d.byName[plain(u.Name)] = append(d.byName[plain(u.Name)], u)
		if u.Code != nil {
			d.byCode[plain(*u.Code)] = u
		}
	}
	var people []struct{ ID, StaffNo string }
	if err := tx.Model(&models.Person{}).Select("id, staff_no").Find(&people).Error; err != nil {
		return nil, fmt.Errorf("read people: %w", err)
	}
	for _, p := range people {
		d.people[plain(p.StaffNo)] = p.ID
	}
	var posts []models.Post
	if err := tx.Order("CASE kind WHEN 'appointed' THEN 0 ELSE 1 END, valid_from, id").Find(&posts).Error; err != nil {
		return nil, fmt.Errorf("read posts: %w", err)
	}
	for _, p := range posts {
		d.posts[p.PersonID] = append(d.posts[p.PersonID], p)
	}
	return d, nil
}

// plain makes codes and names equal that people take for the same: width, capitals, white space around.
func plain(s string) string { return strings.ToUpper(strings.TrimSpace(width.Fold.String(s))) }

// Unit finds a unit by its code or its name. Errors: none of that name; several.
func (d *Directory) Unit(text string) (models.Unit, error) {
	if u, ok := d.byCode[plain(text)]; ok {
		return u, nil
	}
	switch named := d.byName[plain(text)]; len(named) {
	case 0:
		return models.Unit{}, errNoUnit
	case 1:
		return named[0], nil
	default:
		return models.Unit{}, errManyUnits
	}
}

// UnitByID returns a unit that exists today; ok is false for another.
func (d *Directory) UnitByID(id string) (u models.Unit, ok bool) {
	u, ok = d.byID[id]
	return u, ok
}

// UnitFault is the message key for an error of Unit.
func UnitFault(err error) string {
	if errors.Is(err, errManyUnits) {
		return "serve.import.unit_twice"
	}
	return "serve.import.unit_unknown"
}

// Person returns the id behind a staff number, "" for an unknown one.
func (d *Directory) Person(staffNo string) string { return d.people[plain(staffNo)] }

// Post returns the post somebody held on a day, at the unit where there is one; nil for none.
func (d *Directory) Post(personID, unitID string, on models.Date) *models.Post {
	var found *models.Post
	for i, p := range d.posts[personID] {
		if p.ValidFrom > on || p.ValidTo != "" && p.ValidTo < on {
			continue
		}
		if p.UnitID == unitID {
			return &d.posts[personID][i]
		}
		if found == nil {
			found = &d.posts[personID][i]
		}
	}
	return found
}

// Reach remembers which units an actor may import for.
type Reach struct {
	who  models.Actor
	seen map[string]bool
}

// NewReach returns the reach of an actor as intake clerk.
func NewReach(who models.Actor) *Reach { return &Reach{who: who, seen: map[string]bool{}} }

// Holds reports whether the unit lies within the reach.
func (r *Reach) Holds(u models.Unit) bool {
	ok, known := r.seen[u.Path]
	if !known {
		ok = policy.Can(r.who, policy.CaseTakeIn, policy.Object{UnitPath: u.Path})
		r.seen[u.Path] = ok
	}
	return ok
}
