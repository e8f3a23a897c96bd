package accounts

import (
	"slices"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/policy"
)

func insertGrant(tx *gorm.DB, row *models.RoleGrant) error {
	return wrap("grant role", tx.Create(row).Error)
}

// reachTx returns what a person may do today, with the paths of the units: as a cadre, by granted roles, and as a desk
// officer.
func reachTx(tx *gorm.DB, personID string, today models.Date) ([]models.Grant, error) {
	var granted, posted, desks []models.Grant
	err := tx.Table("role_grants").
		Select("role_grants.role, role_grants.unit_id, u.path AS unit_path, role_grants.valid_to AS until").
		Joins("JOIN units u ON u.id = role_grants.unit_id").Where("role_grants.person_id = ?", personID).
		Where(current("role_grants"), on(today)...).Order("role_grants.id").Find(&granted).Error
	if err != nil {
		return nil, wrap("read roles", err)
	}
	err = tx.Table("posts").Select("posts.unit_id, u.path AS unit_path, posts.valid_to AS until").
		Joins("JOIN units u ON u.id = posts.unit_id").Where("posts.person_id = ?", personID).
		Where(current("posts"), on(today)...).Order("posts.id").Find(&posted).Error
	for i := range posted {
		posted[i].Role = models.RoleCadre
	}
	if err != nil {
		return nil, wrap("read posts", err)
	}
	err = tx.Table("desk_grants").Select("desk_grants.unit_id, u.path AS unit_path, desk_grants.valid_to AS until").
		Joins("JOIN units u ON u.id = desk_grants.unit_id").Where("desk_grants.person_id = ?", personID).
		Where(current("desk_grants"), on(today)...).Order("desk_grants.id").Find(&desks).Error
	for i := range desks {
		desks[i].Role = models.RoleDesk
	}
	return slices.Concat(posted, granted, desks), wrap("read delegations", err)
}

// heldTx returns the roles a person holds at any time between two days (to "" = for ever), with that of a cadre for
// each post and that of a desk officer for each delegation.
func heldTx(tx *gorm.DB, personID string, from, to models.Date) ([]models.RoleGrant, error) {
	var grants []models.RoleGrant
	err := overlap(tx, "role_grants", from, to).Where("person_id = ?", personID).Find(&grants).Error
	if err != nil {
		return nil, wrap("read roles", err)
	}
	var posts []models.Post
	err = overlap(tx, "posts", from, to).Where("person_id = ?", personID).Find(&posts).Error
	for _, p := range posts {
		grants = append(grants, models.RoleGrant{PersonID: p.PersonID, UnitID: p.UnitID, Role: models.RoleCadre})
	}
	if err != nil {
		return nil, wrap("read posts", err)
	}
	var desks []models.DeskGrant
	err = overlap(tx, "desk_grants", from, to).Where("person_id = ?", personID).Find(&desks).Error
	for _, d := range desks {
		grants = append(grants, models.RoleGrant{PersonID: d.PersonID, UnitID: d.UnitID, Role: models.RoleDesk})
	}
	return grants, wrap("read delegations", err)
}

// overlap selects the rows of a table that hold on any day between from and to. A row that ends before it begins was
// taken back on its first day and never holds.
func overlap(tx *gorm.DB, table string, from, to models.Date) *gorm.DB {
	q := tx.Table(table).Where("(valid_to = '' OR (valid_to >= ? AND valid_to >= valid_from))", from)
	if to != "" {
		q = q.Where("valid_from <= ?", to)
	}
	return q
}

func grantQuery(tx *gorm.DB) *gorm.DB {
	return tx.Table("role_grants").
		Joins("JOIN persons p ON p.id = role_grants.person_id").Joins("JOIN units u ON u.id = role_grants.unit_id")
}

const grantColumns = "role_grants.*, p.name AS person, p.staff_no AS staff_no, u.name AS unit"

func listGrants(tx *gorm.DB, reach policy.Reach, f GrantFilter, today models.Date) ([]GrantRow, int, error) {
	q := within(grantQuery(tx), reach, "u.path")
	if !f.Past {
		q = q.Where("(role_grants.valid_to = '' OR role_grants.valid_to >= ?)", today)
	}
	if f.Role != "" {
		q = q.Where("role_grants.role = ?", f.Role)
	}
	if text := strings.TrimSpace(f.Text); text != "" {
		cond, args := called("p", text)
		q = q.Where(cond, args...)
	}
	q = q.Session(&gorm.Session{})
	var total int64
	if err := q.Count(&total).Error; err != nil {
		return nil, 0, wrap("count grants", err)
	}
	size := models.PageSize(f.Size, 20)
	var rows []GrantRow
	err := q.Select(grantColumns).Order(f.Order.By(grantOrders, "role_grants.id DESC")).Limit(size).
		Offset((max(1, f.Page) - 1) * size).Find(&rows).Error
	return markCurrent(rows, today), int(total), wrap("list grants", err)
}

func grantsOf(tx *gorm.DB, personID string, today models.Date) ([]GrantRow, error) {
	var rows []GrantRow
	err := grantQuery(tx).Select(grantColumns).Where("role_grants.person_id = ?", personID).
		Order("role_grants.id DESC").Find(&rows).Error
	return markCurrent(rows, today), wrap("list grants of person", err)
}

func grantByID(tx *gorm.DB, reach policy.Reach, id string, today models.Date) ([]GrantRow, error) {
	var rows []GrantRow
	err := within(grantQuery(tx), reach, "u.path").Select(grantColumns).Where("role_grants.id = ?", id).Limit(1).
		Find(&rows).Error
	return markCurrent(rows, today), wrap("read grant", err)
}

func markCurrent(rows []GrantRow, today models.Date) []GrantRow {
	for i, r := range rows {
		rows[i].Current = r.ValidFrom <= today && (r.ValidTo == "" || r.ValidTo >= today)
	}
	return rows
}

// grantTxByID returns a grant that has not ended, with the path of its unit.
func grantTxByID(tx *gorm.DB, id string) (models.RoleGrant, string, error) {
	var g models.RoleGrant
	if err := tx.Take(&g, "id = ?", id).Error; err != nil {
		return g, "", wrap("read grant", err)
	}
	u, err := unitTx(tx, g.UnitID)
	return g, u.Path, err
}

// othersHold counts the grants of the same role that hold today beside g, of accounts that are open.
func othersHold(tx *gorm.DB, g models.RoleGrant, today models.Date) (n int64, err error) {
	err = tx.Table("role_grants").Joins("JOIN persons p ON p.id = role_grants.person_id").
		Where("role_grants.role = ? AND role_grants.id <> ? AND p.disabled_at IS NULL", g.Role, g.ID).
		Where(current("role_grants"), on(today)...).Count(&n).Error
	return n, wrap("count administrators", err)
}

func endGrant(tx *gorm.DB, id string, last models.Date) error {
	return wrap("end grant", tx.Exec(`UPDATE role_grants SET valid_to = ? WHERE id = ?`, last, id).Error)
}
