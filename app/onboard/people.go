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
	open     map[string]int           // person → cases in hand
}

// registerTx reads the register. Sealed numbers are not opened.
func registerTx(tx *gorm.DB, today models.Date) (*register, error) {
	g := &register{
		byID: map[string]*models.Person{}, byStaff: map[string]string{}, byMobile: map[string]string{},
		byCard: map[string]string{}, card: map[string]string{}, posts: map[string][]models.Post{},
		admins: map[string]bool{}, classes: map[string]bool{},
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
	var ids []string
	err = tx.Model(&models.RoleGrant{}).Distinct("person_id").
		Where("role IN ?", []models.Role{models.RoleSystem, models.RoleSecurity, models.RoleAudit}).
		Where("valid_to = '' OR (valid_to >= ? AND valid_to >= valid_from)", today).Pluck("person_id", &ids).Error
	if err != nil {
		return fmt.Errorf("read administrators: %w", err)
	}
	for _, id := range ids {
		g.admins[id] = true
	}
	g.open, err = cases.OpenTx(tx)
	return err
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
