package onboard

import (
	"fmt"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/policy"
)

// facts are what the overview is made of, read in a few queries.
type facts struct {
	tree    *tree
	staff   map[string]int  // unit → people with a post there
	people  map[string]bool // with a post in the reach
	further int             // posts beside the main ones
	waiting int
	made    int
	matters int
	stray   []string // codes of matters whose unit exists no more
	holders map[models.Role][]string
	held    map[models.Role][]holder
	posts   map[string][]string // person → paths of the units of the posts
	plain   map[string]bool     // who ought to have a second factor and has none
	site    map[string]string
	ruled   bool // a rule book of hours is confirmed for this year
}

func factsTx(tx *gorm.DB, reach policy.Reach, today models.Date) (*facts, error) {
	f := &facts{
		staff: map[string]int{}, people: map[string]bool{}, holders: map[models.Role][]string{},
		held: map[models.Role][]holder{}, posts: map[string][]string{},
		plain: map[string]bool{},
	}
	var err error
	if f.tree, err = treeTx(tx, reach); err != nil {
		return nil, err
	}
	for _, read := range []func(*gorm.DB, models.Date) error{f.peopleTx, f.mattersTx, f.rolesTx, f.siteTx, f.ruledTx} {
		if err := read(tx, today); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (f *facts) peopleTx(tx *gorm.DB, today models.Date) error {
	var posts []struct {
		PersonID, UnitID, StaffNo string
		MustChange, Closed        bool
	}
	err := tx.Table("posts AS p").
		Select("p.person_id, p.unit_id, s.staff_no, s.must_change, s.disabled_at IS NOT NULL AS closed").
		Joins("JOIN persons s ON s.id = p.person_id").
		Where("p.valid_from <= ? AND (p.valid_to = '' OR p.valid_to >= ?)", today, today).Find(&posts).Error
	if err != nil {
		return fmt.Errorf("read people of units: %w", err)
	}
	for _, p := range posts {
		if f.tree.byID[p.UnitID] == nil {
			continue
		}
		f.staff[p.UnitID]++
		f.posts[p.PersonID] = append(f.posts[p.PersonID], f.tree.byID[p.UnitID].Path)
		if f.people[p.PersonID] {
			f.further++
			continue
		}
		f.people[p.PersonID] = true
		if p.MustChange && !p.Closed {
			f.waiting++
		}
		if IsMade(p.StaffNo) {
			f.made++
		}
	}
	return nil
}

func (f *facts) mattersTx(tx *gorm.DB, today models.Date) error {
	var found []struct {
		Code, UnitID string
		Gone         bool
	}
	err := tx.Table("matters AS m").Select("m.code, m.unit_id, u.valid_to <> '' AS gone").
		Joins("JOIN units u ON u.id = m.unit_id").
		Where("m.valid_from <= ? AND (m.valid_to = '' OR m.valid_to >= ?)", today, today).Order("m.code").
		Find(&found).Error
	if err != nil {
		return fmt.Errorf("read duty list: %w", err)
	}
	for _, m := range found {
		if m.Code == cases.AskMatter { // built in, for questions: nobody has brought it
			continue
		}
		f.matters++
		if m.Gone {
			f.stray = append(f.stray, m.Code)
		}
	}
	return nil
}

func (f *facts) rolesTx(tx *gorm.DB, today models.Date) error {
	var found []struct {
		Role           models.Role
		Path, PersonID string
		Factor         bool
	}
	err := tx.Table("role_grants AS g").Select("g.role, u.path, g.person_id, f.person_id IS NOT NULL AS factor").
		Joins("JOIN units u ON u.id = g.unit_id").Joins("JOIN persons s ON s.id = g.person_id").
		Joins("LEFT JOIN second_factors f ON f.person_id = g.person_id").
		Where("s.disabled_at IS NULL AND g.valid_from <= ? AND (g.valid_to = '' OR g.valid_to >= ?)", today, today).
		Find(&found).Error
	if err != nil {
		return fmt.Errorf("read roles: %w", err)
	}
	for _, g := range found {
		f.holders[g.Role] = append(f.holders[g.Role], g.Path)
		f.held[g.Role] = append(f.held[g.Role], holder{g.PersonID, g.Path})
		if !g.Factor && accounts.NeedsFactor(g.Role) {
			f.plain[g.PersonID] = true
		}
	}
	return nil
}

func (f *facts) siteTx(tx *gorm.DB, _ models.Date) error {
	var found []models.Meta
	if err := tx.Where("k LIKE ?", "site.%").Find(&found).Error; err != nil {
		return fmt.Errorf("read identity of the site: %w", err)
	}
	f.site = map[string]string{}
	for _, m := range found {
		f.site[m.K] = m.V
	}
	return nil
}

func (f *facts) ruledTx(tx *gorm.DB, today models.Date) error {
	var n int64
	err := tx.Model(&models.HourRule{}).
		Where("state = ? AND from_year <= ?", models.HourRuleConfirmed, today.Year()).Count(&n).Error
	if err != nil {
		return fmt.Errorf("look for rule book of hours: %w", err)
	}
	f.ruled = n > 0
	return nil
}
