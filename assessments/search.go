package assessments

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/find"
	"shanzhi/models/policy"
)

// FoundPerson is somebody whose assessment the actor handles or reads, by a post held today. It holds no figure: those
// are not looked for.
type FoundPerson struct {
	PersonID, Name, StaffNo, UnitName, Post string
	Period                                  string // the latest sealed one in which the person is assessed, "" without
}

// FindPeople looks for people within the actor's managing authority by name, pinyin, initials or staff number, by how
// their names sound. Fault: Forbidden.
func (s *Service) FindPeople(ctx context.Context, who models.Actor, f PeopleFilter,
) (out []FoundPerson, n int64, err error) {
	if !policy.May(who, policy.PeriodSee) {
		return nil, 0, policy.Check(who, policy.PeriodSee, policy.Object{})
	}
	today := models.DateOf(s.now())
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		q := foundQuery(tx, policy.Scope(who, policy.PersonSee), f.Text, today)
		if err := q.Session(&gorm.Session{}).Count(&n).Error; err != nil {
			return fmt.Errorf("count people found: %w", err)
		}
		err := q.Select("pe.id AS person_id, pe.name, pe.staff_no, u.name AS unit_name, p.title AS post, COALESCE((" +
			"SELECT pr.code FROM participants a JOIN periods pr ON pr.id = a.period_id " +
			"WHERE a.person_id = pe.id AND a.manager_id = p.manager_id AND pr.state <> 'open' " +
			"ORDER BY pr.span_to DESC, pr.code DESC LIMIT 1), '') AS period").
			Order(find.Order(find.Person, "pe.id") + ", pe.staff_no, p.id").
			Offset(f.Offset).Limit(models.PageSize(f.Limit, 20)).Scan(&out).Error
		if err != nil {
			return fmt.Errorf("find people: %w", err)
		}
		return nil
	})
	return out, n, err
}

func foundQuery(tx *gorm.DB, reach policy.Reach, text string, today models.Date) *gorm.DB {
	q := tx.Table("posts AS p").
		Joins("JOIN persons pe ON pe.id = p.person_id AND pe.disabled_at IS NULL").
		Joins("JOIN units u ON u.id = p.unit_id").Joins("JOIN units mu ON mu.id = p.manager_id").
		Where("p.valid_from <= ? AND (p.valid_to = '' OR p.valid_to >= ?)", today, today)
	if !reach.All {
		q = q.Where(Within(tx, "mu.path", reach.Paths))
	}
	like := "%" + escapeLike(text) + "%"
	cond, args := "pe.name LIKE ? ESCAPE '!' OR pe.staff_no LIKE ? ESCAPE '!'", []any{like, like[1:]}
	if sounds, more := find.Cond(find.Person, "pe.id", text); sounds != "" {
		cond, args = cond+" OR "+sounds, append(args, more...)
	}
	return q.Where("("+cond+")", args...)
}
