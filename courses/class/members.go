package class

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/notice"
	"shanzhi/models/policy"
)

// Audience says who is put on a list: those with a post at a unit, and below it, of a personnel category and a post
// class. "" is any.
type Audience struct {
	UnitID    string
	Below     bool
	Category  models.Category
	PostClass string
}

// newcomer is somebody to be put on a list, by the post for which he is.
type newcomer struct{ PersonID, UnitID, StaffNo string }

// Invite puts on the list of a class whoever the audience names, but for the actor, and returns how many were new.
// Whoever had left comes back. Who is put on the list of an open class is told of it.
//
// Faults: NotFound; Forbidden; Invalid with field unit; Conflict "class.not_open", "class.member.too_many".
func (s *Service) Invite(ctx context.Context, who models.Actor, id string, a Audience) (added int, err error) {
	now := s.now()
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		v, err := holdTx(tx, who, id)
		if err != nil {
			return err
		}
		unit, err := unitTx(tx, who, policy.ClassManage, a.UnitID)
		if fault.Is(err, fault.NotFound) {
			err = fault.Wrong(fault.On("unit", "form.required_choice"))
		}
		if err != nil {
			return err
		}
		q := postedTx(tx, models.DateOf(now))
		if a.Below {
			q = q.Where("units.path LIKE ?", unit.Path+"%")
		} else {
			q = q.Where("units.id = ?", unit.ID)
		}
		if a.Category != "" {
			q = q.Where("posts.category = ?", a.Category)
		}
		if a.PostClass != "" {
			q = q.Where("posts.class = ?", a.PostClass)
		}
		found, err := newcomersTx(q.Where("posts.person_id <> ?", who.ID))
		if err != nil {
			return err
		}
		added, err = s.addTx(tx, now, who, v, found)
		return err
	})
	return added, err
}

// InviteByNo puts people on the list by their staff numbers, all or none.
//
// Faults: NotFound; Forbidden; Invalid with field numbers; Conflict "class.not_open", "class.member.too_many".
func (s *Service) InviteByNo(ctx context.Context, who models.Actor, id, numbers string) (added int, err error) {
	now := s.now()
	wanted := strings.FieldsFunc(normal(numbers), func(r rune) bool { return strings.ContainsRune(" \t\r\n,;、，；", r) })
	slices.Sort(wanted)
	wanted = slices.Compact(wanted)
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		v, err := holdTx(tx, who, id)
		switch {
		case err != nil:
			return err
		case len(wanted) == 0:
			return fault.Wrong(fault.On("numbers", "form.required"))
		case len(wanted) > maxMembers:
			return fault.New(fault.Conflict, "class.member.too_many", "max", maxMembers)
		}
		found, err := newcomersTx(within(postedTx(tx, models.DateOf(now)), policy.Scope(who, policy.ClassManage)).
			Where("persons.staff_no IN ?", wanted))
		if err != nil {
			return err
		}
		unknown := slices.DeleteFunc(slices.Clone(wanted), func(no string) bool {
			return slices.ContainsFunc(found, func(n newcomer) bool { return n.StaffNo == no })
		})
		if len(unknown) > 0 {
			list := strings.Join(unknown[:min(len(unknown), 5)], "、")
			return fault.Wrong(fault.On("numbers", "class.member.unknown", "list", list, "n", len(unknown)))
		}
		if slices.ContainsFunc(found, func(n newcomer) bool { return n.PersonID == who.ID }) {
			return fault.Wrong(fault.On("numbers", "class.member.own"))
		}
		added, err = s.addTx(tx, now, who, v, found)
		return err
	})
	return added, err
}

// postedTx begins a query for those with a post on a day.
func postedTx(tx *gorm.DB, today models.Date) *gorm.DB {
	return tx.Session(&gorm.Session{NewDB: true}).Table("posts").Joins("JOIN units ON units.id = posts.unit_id").
		Joins("JOIN persons ON persons.id = posts.person_id AND persons.disabled_at IS NULL").
		Where(current, today, today)
}

// newcomersTx reads whom a query of postedTx finds, each once, with the main post of those that fit.
func newcomersTx(q *gorm.DB) ([]newcomer, error) {
	var rows []newcomer
	err := q.Select("posts.person_id, posts.unit_id, persons.staff_no").
		Order("persons.staff_no, " + models.MainFirst("posts")).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list people for a class: %w", err)
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(rows, func(n newcomer) bool {
		again := seen[n.PersonID]
		seen[n.PersonID] = true
		return again
	}), nil
}

// addTx puts people on the list, tells them where the class is open, and returns how many were not on it.
func (s *Service) addTx(tx *gorm.DB, now time.Time, who models.Actor, v View, found []newcomer) (int, error) {
	var before []models.ClassMember
	if err := tx.Where("class_id = ?", v.ID).Find(&before).Error; err != nil {
		return 0, fmt.Errorf("read list of class: %w", err)
	}
	left := map[string]bool{}
	for _, m := range before {
		left[m.PersonID] = m.LeftOn != ""
	}
	var rows []models.ClassMember
	var back, told []string
	for _, n := range found {
		switch gone, known := left[n.PersonID]; {
		case !known:
			rows = append(rows, models.ClassMember{
				ID: models.NewID(), ClassID: v.ID, PersonID: n.PersonID, UnitID: n.UnitID, AddedBy: models.Ref(who.ID),
				CreatedAt: now,
			})
		case gone:
			back = append(back, n.PersonID)
		default:
			continue
		}
		told = append(told, n.PersonID)
	}
	if v.Members+len(told) > maxMembers {
		return 0, fault.New(fault.Conflict, "class.member.too_many", "max", maxMembers)
	}
	if len(rows) > 0 {
		if err := tx.CreateInBatches(rows, 100).Error; err != nil {
			return 0, fmt.Errorf("write list of class: %w", err)
		}
	}
	if len(back) > 0 {
		err := tx.Model(&models.ClassMember{}).Where("class_id = ? AND person_id IN ?", v.ID, back).
			Updates(map[string]any{"left_on": "", "left_why": ""}).Error
		if err != nil {
			return 0, fmt.Errorf("take back on the list: %w", err)
		}
	}
	if v.State == models.ClassOpen {
		if err := notice.ManyTx(tx, now, told, "class_announced", about(v), ownPath(v.ID)); err != nil {
			return 0, err
		}
	}
	return len(told), audit.Add(tx, now, who, audit.Event{
		Action: "class.invite", Kind: "class", ID: v.ID, Detail: fmt.Sprintf("people=%d", len(told)),
	})
}

// Withdraw takes somebody off the list, with the reason; what he signed stays. Of a planned class nobody was told, so
// the line goes as if it had never been.
//
// Faults: NotFound; Forbidden; Invalid with field reason; Conflict "class.not_open".
func (s *Service) Withdraw(ctx context.Context, who models.Actor, id, personID, reason string) error {
	now, reason := s.now(), strings.TrimSpace(reason)
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		v, err := holdTx(tx, who, id)
		if err != nil {
			return err
		}
		line := tx.Model(&models.ClassMember{}).Where("class_id = ? AND person_id = ? AND left_on = ''", id, personID)
		var done *gorm.DB
		if v.State == models.ClassPlanned {
			done = line.Delete(&models.ClassMember{})
		} else {
			if err := fault.Refuse(fault.Text("reason", reason, maxReason)); err != nil {
				return err
			}
			done = line.Updates(map[string]any{"left_on": models.DateOf(now), "left_why": reason})
		}
		switch {
		case done.Error != nil:
			return fmt.Errorf("take off the list: %w", done.Error)
		case done.RowsAffected == 0:
			return notFound()
		}
		if v.State == models.ClassOpen {
			args := about(v)
			args["why"] = reason
			if err := notice.AddTx(tx, now, personID, "class_left", args, ownPath(id)); err != nil {
				return err
			}
		}
		return audit.Add(tx, now, who, audit.Event{Action: "class.withdraw", Kind: "class", ID: id, Detail: personID})
	})
}

// Member is one line of the list of a class.
type Member struct {
	models.ClassMember
	Name, StaffNo, Unit string
}

// memberQuery is the list of a class by unit and staff number.
func memberQuery(tx *gorm.DB, id string) *gorm.DB {
	return tx.Table("class_members").Select("class_members.*, p.name, p.staff_no, units.name AS unit").
		Joins("JOIN persons p ON p.id = class_members.person_id").
		Joins("JOIN units ON units.id = class_members.unit_id").Where("class_members.class_id = ?", id).
		Order("units.path, p.staff_no")
}

// Members returns a page of the list of a class, those who have left included, with their number.
//
// Faults: NotFound, Forbidden.
func (s *Service) Members(ctx context.Context, who models.Actor, id string, page, size int,
) (v View, out []Member, total int, err error) {
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		if v, err = readTx(tx, who, policy.ClassSee, id); err != nil {
			return err
		}
		var n int64
		if err := tx.Model(&models.ClassMember{}).Where("class_id = ?", id).Count(&n).Error; err != nil {
			return fmt.Errorf("count list of class: %w", err)
		}
		total = int(n)
		err := memberQuery(tx, id).Limit(size).Offset((max(1, page) - 1) * size).Scan(&out).Error
		if err != nil {
			return fmt.Errorf("list people of class: %w", err)
		}
		return nil
	})
	return v, out, total, err
}
