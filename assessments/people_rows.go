package assessments

import (
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/find"
	"shanzhi/models/policy"
)

// memberRow is a post joined with its person and units.
type memberRow struct {
	models.Post
	Name, StaffNo, UnitName, ManagerName string
	HeldFrom                             models.Date // first day of the span on which any post was held
}

// memberColumns selects a memberRow from posts p, persons pe and the units u and mu. A unit is called what it was
// called at the end of the span.
const memberColumns = "p.*, pe.name AS name, pe.staff_no AS staff_no, " +
	"COALESCE((SELECT un.value FROM unit_pasts un WHERE un.unit_id = u.id AND un.kind = 'name' " +
	"AND un.valid_from <= ? AND un.valid_to >= ?), u.name) AS unit_name, " +
	"COALESCE((SELECT mn.value FROM unit_pasts mn WHERE mn.unit_id = mu.id AND mn.kind = 'name' " +
	"AND mn.valid_from <= ? AND mn.valid_to >= ?), mu.name) AS manager_name, " +
	"COALESCE((SELECT MIN(x.valid_from) FROM posts x WHERE x.person_id = p.person_id AND x.valid_from <= ? " +
	"AND (x.valid_to = '' OR (x.valid_to >= ? AND x.valid_to >= x.valid_from))), p.valid_from) AS held_from"

// memberArgs are the marks of memberColumns.
func memberArgs(p models.Period) []any {
	return []any{p.SpanTo, p.SpanTo, p.SpanTo, p.SpanTo, p.SpanTo, p.SpanFrom}
}

// membersTx returns everybody appointed to a post below the owner's unit at the end of the span, by staff number.
// Somebody with two posts is assessed in the one held longest; somebody on loan or in a temporary post where he is
// appointed, so that nobody is assessed twice. What he did elsewhere in the span counts for him, and for the unit where
// he did it. A period sealed before has its participants fixed.
func membersTx(tx *gorm.DB, p models.Period, ownerPath string) ([]member, error) {
	if p.State != models.PeriodOpen {
		return sealedMembersTx(tx, p)
	}
	var rows []memberRow
	err := tx.Table("posts AS p").
		Select(memberColumns, memberArgs(p)...).
		Joins("JOIN persons pe ON pe.id = p.person_id").
		Joins("JOIN units u ON u.id = p.unit_id").
		Joins("JOIN units mu ON mu.id = p.manager_id").
		Where("u.path LIKE ? AND p.kind = ? AND p.valid_from <= ?", ownerPath+"%", models.Appointed, p.SpanTo).
		Where("(p.valid_to = '' OR p.valid_to >= ?)", p.SpanTo).
		Order("pe.staff_no, p.valid_from, p.id").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read members: %w", err)
	}
	var out []member
	for _, r := range rows {
		if n := len(out); n > 0 && out[n-1].PersonID == r.PersonID {
			continue
		}
		out = append(out, r.member(p, models.Participant{
			ID: models.NewID(), PeriodID: p.ID, PersonID: r.PersonID, PostID: r.ID, UnitID: r.UnitID,
			ManagerID: r.ManagerID, Class: r.Class, Category: r.Category,
		}))
	}
	return out, nil
}

// sealedMembersTx returns the participants as they were sealed.
func sealedMembersTx(tx *gorm.DB, p models.Period) ([]member, error) {
	var parts []models.Participant
	if err := tx.Where("period_id = ?", p.ID).Find(&parts).Error; err != nil {
		return nil, fmt.Errorf("read participants: %w", err)
	}
	by := make(map[string]models.Participant, len(parts))
	for _, x := range parts {
		by[x.PostID] = x
	}
	var rows []memberRow
	err := tx.Table("participants AS a").
		Select(memberColumns, memberArgs(p)...).
		Joins("JOIN posts p ON p.id = a.post_id").
		Joins("JOIN persons pe ON pe.id = a.person_id").
		Joins("JOIN units u ON u.id = a.unit_id").
		Joins("JOIN units mu ON mu.id = a.manager_id").
		Where("a.period_id = ?", p.ID).Order("pe.staff_no").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read sealed members: %w", err)
	}
	out := make([]member, len(rows))
	for i, r := range rows {
		out[i] = r.member(p, by[r.ID])
	}
	return out, nil
}

func (r memberRow) member(p models.Period, part models.Participant) member {
	from, to := max(p.SpanFrom, min(r.HeldFrom, r.ValidFrom)), p.SpanTo
	return member{Participant: part, Info: PersonInfo{
		ID: r.PersonID, StaffNo: r.StaffNo, Name: r.Name, Post: r.Title, Class: part.Class, Category: part.Category,
		Since: r.ValidFrom, UnitID: part.UnitID, Unit: r.UnitName, Manager: r.ManagerName,
		CountedFrom: from, CountedTo: to,
	}}
}

// unitsTx returns the units below path that were not given up before the span, in the order of the tree, under the name
// and below the unit that they had at its end; and which of them were entered only after it or given up within it.
func unitsTx(tx *gorm.DB, path string, from, on models.Date) (out []UnitInfo, late map[string]bool, err error) {
	var rows []struct {
		models.Unit
		ParentName *string
	}
	past := func(kind models.PastKind, of string) *gorm.DB {
		return tx.Session(&gorm.Session{NewDB: true}).Table("unit_pasts AS x").Select("x.value").
			Where("x.kind = ? AND x.valid_from <= ? AND x.valid_to >= ?", kind, on, on).Where("x.unit_id = " + of)
	}
	err = tx.Table("units AS u").
		Select("u.id, u.code, u.kind, u.path, u.valid_from, u.valid_to, COALESCE((?), u.name) AS name, "+
			"COALESCE((?), pu.name) AS parent_name", past(models.PastName, "u.id"), past(models.PastName, "pu.id")).
		Joins("LEFT JOIN units pu ON pu.id = COALESCE((?), u.parent_id)", past(models.PastParent, "u.id")).
		Where("u.path LIKE ? AND (u.valid_to = '' OR u.valid_to >= ?)", path+"%", from).
		Order("u.path").Scan(&rows).Error
	if err != nil {
		return nil, nil, fmt.Errorf("read units: %w", err)
	}
	out, late = make([]UnitInfo, len(rows)), map[string]bool{}
	for i, r := range rows {
		late[r.ID] = r.ValidFrom > on || r.ValidTo != "" && r.ValidTo < on
		out[i] = UnitInfo{ID: r.ID, Name: r.Name, Kind: r.Kind}
		if r.Code != nil {
			out[i].Code = *r.Code
		}
		if r.ParentName != nil {
			out[i].Parent = *r.ParentName
		}
	}
	return out, late, nil
}

// PersonLine is a participant in a list: never in the order of an assessment figure.
type PersonLine struct {
	models.Participant
	Name, StaffNo, UnitName, Post string
	OpenObjections                int
}

// linesTx returns a page of the participants within reach, by unit and staff number, and how many there are.
func linesTx(tx *gorm.DB, periodID string, reach policy.Reach, f PeopleFilter,
) (out []PersonLine, n int64, err error) {
	q := tx.Table("participants AS a").
		Joins("JOIN persons pe ON pe.id = a.person_id").
		Joins("JOIN units u ON u.id = a.unit_id").
		Joins("JOIN units mu ON mu.id = a.manager_id").
		Joins("JOIN posts p ON p.id = a.post_id").
		Where("a.period_id = ?", periodID)
	if !reach.All {
		q = q.Where(Within(tx, "mu.path", reach.Paths))
	}
	if f.Text != "" {
		like := "%" + escapeLike(f.Text) + "%"
		cond, args := "pe.name LIKE ? ESCAPE '!' OR pe.staff_no LIKE ? ESCAPE '!' OR u.name LIKE ? ESCAPE '!'",
			[]any{like, like, like}
		if sounds, more := find.Cond(find.Person, "pe.id", f.Text); sounds != "" {
			cond, args = cond+" OR "+sounds, append(args, more...)
		}
		q = q.Where("("+cond+")", args...)
	}
	if err := q.Session(&gorm.Session{}).Count(&n).Error; err != nil {
		return nil, 0, fmt.Errorf("count participants: %w", err)
	}
	err = q.Select("a.*, pe.name AS name, pe.staff_no AS staff_no, u.name AS unit_name, p.title AS post," +
		" (SELECT COUNT(*) FROM objections o" +
		" WHERE o.period_id = a.period_id AND o.person_id = a.person_id AND o.state = 'open') AS open_objections").
		Order(f.Order.By(peopleOrders, "u.path, pe.staff_no")).Offset(f.Offset).
		Limit(models.PageSize(f.Limit, 20)).Scan(&out).Error
	if err != nil {
		return nil, 0, fmt.Errorf("list participants: %w", err)
	}
	return out, n, nil
}

// Within is the condition that a path lies below one of the given ones; without any it is never true.
func Within(tx *gorm.DB, column string, paths []string) *gorm.DB {
	cond := tx.Session(&gorm.Session{NewDB: true}).Where("1 = 0")
	for _, p := range paths {
		cond = cond.Or(column+" LIKE ?", p+"%")
	}
	return cond
}

func escapeLike(s string) string {
	var b []rune
	for _, r := range s {
		if r == '%' || r == '_' || r == '!' {
			b = append(b, '!')
		}
		b = append(b, r)
	}
	return string(b)
}

// participantTx returns the participant with the paths that decide who may see him; NotFound "assess.not_assessed".
func participantTx(tx *gorm.DB, periodID, personID string) (models.Participant, policy.Object, error) {
	var row struct {
		models.Participant
		UnitPath, ManagerPath string
	}
	res := tx.Table("participants AS a").Select("a.*, u.path AS unit_path, mu.path AS manager_path").
		Joins("JOIN units u ON u.id = a.unit_id").Joins("JOIN units mu ON mu.id = a.manager_id").
		Where("a.period_id = ? AND a.person_id = ?", periodID, personID).Limit(1).Scan(&row)
	if res.Error != nil {
		return row.Participant, policy.Object{}, fmt.Errorf("read participant: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return row.Participant, policy.Object{}, fault.New(fault.NotFound, "assess.not_assessed")
	}
	at := policy.Object{UnitPath: row.UnitPath, ManagerPath: row.ManagerPath, PersonID: personID}
	return row.Participant, at, nil
}
