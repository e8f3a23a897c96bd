package class

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/notice"
	"shanzhi/models/policy"
)

// Input is the plan of a class (办班计划).
type Input struct {
	Name    string
	Ledger  models.Ledger
	UnitID  string
	HeadNo  string // staff number of the head teacher
	From    models.Date
	To      models.Date
	Purpose string
}

// checkTx checks the plan and returns unit and head teacher.
func (in *Input) checkTx(tx *gorm.DB, who models.Actor, today models.Date) (unit models.Unit, head string, err error) {
	in.Name, in.Purpose = strings.TrimSpace(in.Name), strings.TrimSpace(in.Purpose)
	wrong := append(fault.Text("name", in.Name, maxTitle), fault.Optional("purpose", in.Purpose, maxReason)...)
	if in.Ledger != models.OnlineLedger && in.Ledger != models.InPersonLedger {
		wrong = append(wrong, fault.On("ledger", "form.required_choice"))
	}
	switch unit, err = unitTx(tx, who, policy.ClassManage, in.UnitID); {
	case fault.Is(err, fault.NotFound):
		wrong = append(wrong, fault.On("unit", "form.required_choice"))
	case err != nil:
		return unit, "", err
	}
	_, fromOK := models.ParseDate(string(in.From))
	_, toOK := models.ParseDate(string(in.To))
	switch {
	case !fromOK:
		wrong = append(wrong, fault.NoDay("from", string(in.From)))
	case !toOK:
		wrong = append(wrong, fault.NoDay("to", string(in.To)))
	case in.To < in.From:
		wrong = append(wrong, fault.On("to", "form.date_order"))
	case in.From.Year() != in.To.Year():
		wrong = append(wrong, fault.On("to", "class.one_year"))
	}
	head, err = headTx(tx, who, in.HeadNo, today)
	if fault.Is(err, fault.NotFound) {
		wrong, err = append(wrong, fault.On("head", "class.head_unknown", "no", in.HeadNo)), nil
	}
	if err != nil {
		return unit, "", err
	}
	return unit, head, fault.Refuse(wrong)
}

// headTx returns who has the staff number and a post, or the role of a training administrator, in the actor's reach.
// Fault: NotFound.
func headTx(tx *gorm.DB, who models.Actor, staffNo string, today models.Date) (string, error) {
	reach := policy.Scope(who, policy.ClassManage)
	posted := within(postedTx(tx, today), reach).Select("posts.person_id")
	granted := within(tx.Session(&gorm.Session{NewDB: true}).Table("role_grants").Select("role_grants.person_id").
		Joins("JOIN units ON units.id = role_grants.unit_id"), reach).
		Where(trains, models.RoleTrainer, today, today)
	var found []string
	err := tx.Model(&models.Person{}).Where("staff_no = ? AND disabled_at IS NULL", normal(staffNo)).
		Where("(id IN (?) OR id IN (?))", posted, granted).Pluck("id", &found).Error
	switch {
	case err != nil:
		return "", fmt.Errorf("look for head teacher: %w", err)
	case len(found) == 0:
		return "", notFound()
	}
	return found[0], nil
}

// trains is the condition that a grant of a role holds on a day, twice the argument behind the role.
const trains = "role_grants.role = ? AND role_grants.valid_from <= ? AND " +
	"(role_grants.valid_to = '' OR role_grants.valid_to >= ?)"

// Create plans a class. Faults: Forbidden; Invalid with fields name, ledger, unit, head, from, to, purpose.
func (s *Service) Create(ctx context.Context, who models.Actor, in Input) (made models.TrainingClass, err error) {
	now := s.now()
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if err := list(who, policy.ClassManage); err != nil {
			return err
		}
		unit, head, err := in.checkTx(tx, who, models.DateOf(now))
		if err != nil {
			return err
		}
		made = models.TrainingClass{
			ID: models.NewID(), Name: in.Name, Ledger: in.Ledger, UnitID: unit.ID, HeadID: head, FromOn: in.From,
			ToOn: in.To, Purpose: in.Purpose, State: models.ClassPlanned, Version: 1, CreatedBy: models.Ref(who.ID),
			CreatedAt: now,
		}
		if err := tx.Create(&made).Error; err != nil {
			return fmt.Errorf("write class: %w", err)
		}
		return audit.Add(tx, now, who, audit.Event{Action: "class.create", Kind: "class", ID: made.ID})
	})
	return made, err
}

// Change changes the plan of a class that is planned or open. Whoever was told of the class is told that it changed,
// once a day. Sessions stay within the days of the class.
//
// Faults: NotFound; Forbidden; Invalid as for Create; Conflict "error.stale", "class.sessions_outside".
func (s *Service) Change(ctx context.Context, who models.Actor, id string, version int, in Input) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		v, err := readTx(tx, who, policy.ClassManage, id)
		if err != nil {
			return err
		}
		unit, head, err := in.checkTx(tx, who, models.DateOf(now))
		if err != nil {
			return err
		}
		var outside int64
		err = tx.Model(&models.ClassSession{}).Where("class_id = ? AND (day < ? OR day > ?)", id, in.From, in.To).
			Count(&outside).Error
		switch {
		case err != nil:
			return fmt.Errorf("count sessions outside the class: %w", err)
		case outside > 0:
			return fault.New(fault.Conflict, "class.sessions_outside")
		}
		err = changeTx(tx, id, version, map[string]any{
			"name": in.Name, "ledger": in.Ledger, "unit_id": unit.ID, "head_id": head, "from_on": in.From,
			"to_on": in.To, "purpose": in.Purpose,
		}, models.ClassPlanned, models.ClassOpen)
		if err != nil {
			return err
		}
		if err := s.changedTx(tx, v); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{Action: "class.change", Kind: "class", ID: id})
	})
}

// changedTx tells those of a class that is open that its plan or timetable has changed.
func (s *Service) changedTx(tx *gorm.DB, v View) error {
	if v.State != models.ClassOpen {
		return nil
	}
	people, err := peopleTx(tx, v.ID)
	if err != nil {
		return err
	}
	return notice.DayTx(tx, s.now(), people, "class_changed", about(v), ownPath(v.ID))
}

// Announce tells those on the list of a planned class of it; from then on they see it (开班通知).
//
// Faults: NotFound; Forbidden; Conflict "error.stale", "class.no_session" while no session counts, "class.no_member".
func (s *Service) Announce(ctx context.Context, who models.Actor, id string, version int) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		v, err := readTx(tx, who, policy.ClassManage, id)
		if err != nil {
			return err
		}
		sessions, err := sessionsTx(tx, id)
		if err != nil {
			return err
		}
		people, err := peopleTx(tx, id)
		switch {
		case err != nil:
			return err
		case countedHours(sessions) == 0:
			return fault.New(fault.Conflict, "class.no_session")
		case len(people) == 0:
			return fault.New(fault.Conflict, "class.no_member")
		}
		err = changeTx(tx, id, version, map[string]any{"state": models.ClassOpen}, models.ClassPlanned)
		if err != nil {
			return err
		}
		if err := notice.ManyTx(tx, now, people, "class_announced", about(v), ownPath(id)); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{Action: "class.announce", Kind: "class", ID: id})
	})
}

// Cancel takes a class back that has not been held to its end; who was told of it is told.
//
// Faults: NotFound; Forbidden; Invalid with field reason; Conflict "error.stale".
func (s *Service) Cancel(ctx context.Context, who models.Actor, id string, version int, reason string) error {
	now, reason := s.now(), strings.TrimSpace(reason)
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		v, err := readTx(tx, who, policy.ClassManage, id)
		if err != nil {
			return err
		}
		if err := fault.Refuse(fault.Text("reason", reason, maxReason)); err != nil {
			return err
		}
		set := map[string]any{"state": models.ClassCancelled, "reason": reason}
		if err := changeTx(tx, id, version, set, models.ClassPlanned, models.ClassOpen); err != nil {
			return err
		}
		if v.State == models.ClassOpen {
			people, err := peopleTx(tx, id)
			if err != nil {
				return err
			}
			args := about(v)
			args["why"] = reason
			if err := notice.ManyTx(tx, now, people, "class_cancelled", args, ownPath(id)); err != nil {
				return err
			}
		}
		return audit.Add(tx, now, who, audit.Event{Action: "class.cancel", Kind: "class", ID: id})
	})
}

// about is what a notice says of a class.
func about(v View) notice.Args {
	return notice.Args{"class": v.Name, "unit": v.Unit, "from": v.FromOn, "to": v.ToOn}
}

// ownPath is the page of a class for those on its list.
func ownPath(id string) string { return "/learn/classes/" + id }

// peopleTx lists who belongs to a class now.
func peopleTx(tx *gorm.DB, id string) (out []string, err error) {
	err = tx.Model(&models.ClassMember{}).Where("class_id = ? AND left_on = ''", id).Order("person_id").
		Pluck("person_id", &out).Error
	if err != nil {
		return nil, fmt.Errorf("list people of class: %w", err)
	}
	return out, nil
}

// normal is the form in which staff numbers are kept.
func normal(staffNo string) string {
	return strings.ToUpper(strings.TrimSpace(norm.NFKC.String(staffNo)))
}
