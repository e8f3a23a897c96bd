package onboard

import (
	"fmt"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/assessments/cases"
	"shanzhi/models"
)

// register is the people of the house as a roster needs them, read in a few queries.
type register struct {
	byID     map[string]*models.Person
	byStaff  map[string]string        // staff number → person
	byMobile map[string]string        // hash of the mobile number → person
	byCard   map[string]string        // hash of the identity number → person
	card     map[string]string        // person → hash of the identity number
	posts    map[string][]models.Post // person → posts that hold today or later, the main one first
	classes  map[string]bool          // post classes of the forms, and those in use
	admins   map[string]bool          // who holds, or will hold, a role of the three administrators
	roles    map[string][]held        // person → roles held today or later
	open     map[string]int           // person → cases in hand
}

// registerTx reads the register. Sealed numbers are not opened.
func registerTx(tx *gorm.DB, today models.Date) (*register, error) {
	g := &register{
		byID: map[string]*models.Person{}, byStaff: map[string]string{}, byMobile: map[string]string{},
		byCard: map[string]string{}, card: map[string]string{}, posts: map[string][]models.Post{},
		admins: map[string]bool{}, classes: map[string]bool{}, roles: map[string][]held{},
	}
	for _, c := range accounts.PostClasses() {
		g.classes[c] = true
	}
	var people []models.Person
	if err := tx.Omit("mobile", "password_hash").Find(&people).Error; err != nil {
		return nil, fmt.Errorf("read people: %w", err)
	}
	for i := range people {
		p := &people[i]
		g.byID[p.ID], g.byStaff[p.StaffNo] = p, p.ID
		if p.MobileHash != nil {
			g.byMobile[*p.MobileHash] = p.ID
		}
	}
	var cards []models.IDCard
	if err := tx.Find(&cards).Error; err != nil {
		return nil, fmt.Errorf("read hashes of identity numbers: %w", err)
	}
	for _, c := range cards {
		g.byCard[c.Hash], g.card[c.PersonID] = c.PersonID, c.Hash
	}
	var posts []models.Post
	err := tx.Where("valid_to = '' OR (valid_to >= ? AND valid_to >= valid_from)", today).
		Order("CASE kind WHEN 'appointed' THEN 0 ELSE 1 END, valid_from, id").Find(&posts).Error
	if err != nil {
		return nil, fmt.Errorf("read posts: %w", err)
	}
	for _, p := range posts {
		g.posts[p.PersonID] = append(g.posts[p.PersonID], p)
		g.classes[p.Class] = true
	}
	return g, g.moreTx(tx, today)
}

func (g *register) moreTx(tx *gorm.DB, today models.Date) (err error) {
	var found []held
	err = tx.Table("role_grants AS g").Select("g.person_id, g.role, g.unit_id, u.name AS unit").
		Joins("JOIN units u ON u.id = g.unit_id").
		Where("g.valid_to = '' OR (g.valid_to >= ? AND g.valid_to >= g.valid_from)", today).
		Order("g.id").Scan(&found).Error
	if err != nil {
		return fmt.Errorf("read roles: %w", err)
	}
	number := map[[2]string]int{}
	for _, h := range found {
		if p := g.byID[h.PersonID]; p != nil && p.DisabledAt == nil {
			number[[2]string{string(h.Role), h.UnitID}]++
		}
	}
	for _, h := range found {
		switch h.Role { //nolint:exhaustive // the three administrators
		case models.RoleSystem, models.RoleSecurity, models.RoleAudit:
			g.admins[h.PersonID] = true
		}
		h.Only = number[[2]string{string(h.Role), h.UnitID}] == 1
		g.roles[h.PersonID] = append(g.roles[h.PersonID], h)
	}
	g.open, err = cases.OpenTx(tx)
	return err
}

// held is a role of somebody; Only says that nobody else holds it at that unit.
type held struct {
	PersonID, UnitID, Unit string
	Role                   models.Role
	Only                   bool
}

// main returns the post somebody is appointed to, nil for none: the one held longest.
func (g *register) main(personID string) *models.Post {
	for i, p := range g.posts[personID] {
		if p.Kind == models.Appointed {
			return &g.posts[personID][i]
		}
	}
	return nil
}

// chain returns the main post of somebody and those that follow it, one beginning after the other has ended: what has
// been registered for a later day is not there twice when the sheet comes again.
func (g *register) chain(personID string) []*models.Post {
	at := g.main(personID)
	if at == nil {
		return nil
	}
	out := []*models.Post{at}
	for at.ValidTo != "" {
		var next *models.Post
		for i := range g.posts[personID] {
			p := &g.posts[personID][i]
			if p.Kind == models.Appointed && p.ValidFrom > at.ValidTo && (next == nil || p.ValidFrom < next.ValidFrom) {
				next = p
			}
		}
		if next == nil {
			break
		}
		out, at = append(out, next), next
	}
	return out
}

// leaves is the last day of somebody of whom it is registered that he leaves, "" for whoever stays.
func (g *register) leaves(personID string) models.Date {
	chain := g.chain(personID)
	if len(chain) == 0 {
		p := g.byID[personID]
		if p.DisabledAt != nil {
			return models.DateOf(*p.DisabledAt)
		}
		return p.ClosesOn
	}
	if last := chain[len(chain)-1]; last.EndReason != "" {
		return last.ValidTo
	}
	return ""
}

// numbers remembers what the rows of one sheet name, so that a second row is told of the first.
type numbers map[string]int

// twice reports the row that has named the value first, 0 for none.
func (n numbers) twice(kind, value string, row int) int {
	if value == "" {
		return 0
	}
	if at := n[kind+value]; at != 0 {
		return at
	}
	n[kind+value] = row
	return 0
}

// find returns the person that a row names by staff number or identity number, nil for nobody yet; ok is false when
// something is wrong with the numbers, which is recorded.
func (g *register) find(c *comparison, row int, staff, card string) (p *models.Person, ok bool) {
	byStaff, byCard := g.byStaff[staff], g.byCard[card]
	switch {
	case staff == "" && card == "":
		return nil, false
	case byStaff != "" && card != "" && g.card[byStaff] != "" && g.card[byStaff] != card:
		c.fail(row, "card", "onboard.card_other", "staff", staff)
		return nil, false
	case byCard != "" && staff != "" && byCard != byStaff:
		c.fail(row, "staff", "onboard.staff_other", "staff", g.byID[byCard].StaffNo)
		return nil, false
	case byStaff != "":
		return g.byID[byStaff], true
	case byCard != "":
		return g.byID[byCard], true
	}
	return nil, true
}
