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
	"shanzhi/models/policy"
)

// Attendances lists the marks of a sign-in sheet in the order of the forms.
func Attendances() []models.Attendance {
	return []models.Attendance{models.Present, models.Late, models.OnLeave, models.Absent}
}

// There reports whether a mark counts as having been there.
func There(a models.Attendance) bool { return a == models.Present || a == models.Late }

// SheetLine is one person of a sign-in sheet. No is how many entries there are of him; the last one counts.
type SheetLine struct {
	PersonID, Name, StaffNo, Unit string
	No                            int
	Mark                          models.Attendance // "" = not signed for yet
	Reason                        string
	Before                        []models.ClassMark // what was corrected, the latest first
}

// Sheet is a page of the sign-in sheet of a session: those who belong to the class, by unit and staff number.
type Sheet struct {
	Class         View
	Session       Session
	Lines         []SheetLine
	Total, Signed int
}

// Sheet returns a page of a sign-in sheet. Faults: NotFound, Forbidden.
func (s *Service) Sheet(ctx context.Context, who models.Actor, id, sessionID string, page, size int,
) (v Sheet, err error) {
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		v = Sheet{}
		if v.Class, err = readTx(tx, who, policy.ClassSee, id); err != nil {
			return err
		}
		if v.Session, err = sessionTx(tx, id, sessionID); err != nil {
			return err
		}
		return v.readTx(tx, page, size)
	})
	return v, err
}

func (v *Sheet) readTx(tx *gorm.DB, page, size int) error {
	var people []Member
	err := memberQuery(tx, v.Class.ID).Where("class_members.left_on = ''").Limit(size).
		Offset((max(1, page) - 1) * size).Scan(&people).Error
	if err != nil {
		return fmt.Errorf("list people of sheet: %w", err)
	}
	marks, err := marksTx(tx, v.Session.ID)
	if err != nil {
		return err
	}
	v.Total = v.Class.Members
	var signed int64
	err = tx.Model(&models.ClassMember{}).Where("class_id = ? AND left_on = ''", v.Class.ID).
		Where("person_id IN (SELECT person_id FROM class_marks WHERE session_id = ?)", v.Session.ID).
		Count(&signed).Error
	if err != nil {
		return fmt.Errorf("count who is signed for: %w", err)
	}
	v.Signed = int(signed)
	for _, p := range people {
		l := SheetLine{PersonID: p.PersonID, Name: p.Name, StaffNo: p.StaffNo, Unit: p.Unit}
		if all := marks[p.PersonID]; len(all) > 0 {
			l.No, l.Mark, l.Reason, l.Before = all[0].No, all[0].Mark, all[0].Reason, all[1:]
		}
		v.Lines = append(v.Lines, l)
	}
	return nil
}

// marksTx returns the entries of a session by person, the latest first.
func marksTx(tx *gorm.DB, sessionID string) (map[string][]models.ClassMark, error) {
	var rows []models.ClassMark
	if err := tx.Where("session_id = ?", sessionID).Order("no DESC").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list signatures: %w", err)
	}
	out := map[string][]models.ClassMark{}
	for _, r := range rows {
		out[r.PersonID] = append(out[r.PersonID], r)
	}
	return out, nil
}

// MarkInput is what a line of a sign-in sheet says. No is how many entries there were when it was looked at.
type MarkInput struct {
	PersonID string
	No       int
	Mark     models.Attendance // "" = left open
	Reason   string
}

// Sign enters lines of the sign-in sheet of a session, all or none; with rest whoever is not signed for yet was there.
// A line that says what is entered already changes nothing; one that says something else is a correction and gives its
// reason. Leave and absence give theirs. Nobody signs for himself.
//
// Faults: NotFound; Forbidden "class.sign.own"; Invalid with a field mark-<person> or reason-<person>; Conflict
// "class.sign.not_open" unless the class is open, "class.sign.early" before the day, "error.stale".
func (s *Service) Sign(
	ctx context.Context, who models.Actor, id, sessionID string, lines []MarkInput, rest bool,
) (entered int, err error) {
	now := s.now()
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		v, err := holdTx(tx, who, id)
		if err != nil {
			return err
		}
		x, err := sessionTx(tx, id, sessionID)
		switch {
		case err != nil:
			return err
		case v.State != models.ClassOpen:
			return fault.New(fault.Conflict, "class.sign.not_open")
		case !x.Held(models.DateOf(now)):
			return fault.New(fault.Conflict, "class.sign.early")
		}
		rows, err := s.entriesTx(tx, now, who, v, x, lines, rest)
		if err != nil || len(rows) == 0 {
			entered = 0
			return err
		}
		if entered = len(rows); entered > 0 {
			if err := tx.CreateInBatches(rows, 100).Error; err != nil {
				return fmt.Errorf("write signatures: %w", err)
			}
		}
		corrected := len(slices.DeleteFunc(slices.Clone(rows), func(r models.ClassMark) bool { return r.No == 1 }))
		return audit.Add(tx, now, who, audit.Event{
			Action: "class.sign", Kind: "class", ID: id,
			Detail: fmt.Sprintf("session %s: entered=%d corrected=%d", sessionID, len(rows), corrected),
		})
	})
	return entered, err
}

// entriesTx makes the new entries of a sheet.
func (s *Service) entriesTx(
	tx *gorm.DB, now time.Time, who models.Actor, v View, x Session, lines []MarkInput, rest bool,
) (rows []models.ClassMark, err error) {
	people, err := peopleTx(tx, v.ID)
	if err != nil {
		return nil, err
	}
	marks, err := marksTx(tx, x.ID)
	if err != nil {
		return nil, err
	}
	var wrong []fault.Field
	said := map[string]bool{}
	for _, in := range lines {
		if in.Mark == "" || !slices.Contains(people, in.PersonID) {
			continue
		}
		said[in.PersonID] = true
		row, fields, err := in.entry(who, marks[in.PersonID])
		switch {
		case err != nil:
			return nil, err
		case len(fields) > 0:
			wrong = append(wrong, fields...)
		case row != nil:
			rows = append(rows, *row)
		}
	}
	for _, p := range people {
		if rest && !said[p] && len(marks[p]) == 0 && p != who.ID {
			rows = append(rows, models.ClassMark{PersonID: p, No: 1, Mark: models.Present})
		}
	}
	for i := range rows {
		rows[i].ID, rows[i].SessionID = models.NewID(), x.ID
		rows[i].MarkedBy, rows[i].MarkedAt = models.Ref(who.ID), now
	}
	return rows, fault.Refuse(wrong)
}

// entry makes the entry of one line; nil where nothing is new.
func (in MarkInput) entry(who models.Actor, before []models.ClassMark) (*models.ClassMark, []fault.Field, error) {
	reason := strings.TrimSpace(in.Reason)
	var last models.ClassMark
	if len(before) > 0 {
		last = before[0]
	}
	if last.Mark == in.Mark && (reason == "" || reason == last.Reason) {
		return nil, nil, nil
	}
	switch {
	case in.PersonID == who.ID:
		return nil, nil, fault.New(fault.Forbidden, "class.sign.own")
	case in.No != last.No:
		return nil, nil, fault.New(fault.Conflict, "error.stale")
	case !slices.Contains(Attendances(), in.Mark):
		return nil, []fault.Field{fault.On("mark-"+in.PersonID, "form.required_choice")}, nil
	}
	needed := last.No > 0 || !There(in.Mark)
	if needed && (reason == "" || last.No > 0 && reason == last.Reason) {
		key := "class.sign.why"
		if last.No > 0 {
			key = "class.sign.why_corrected"
		}
		return nil, []fault.Field{fault.On("reason-"+in.PersonID, key)}, nil
	}
	if wrong := fault.Optional("reason-"+in.PersonID, reason, maxReason); wrong != nil {
		return nil, wrong, nil
	}
	return &models.ClassMark{PersonID: in.PersonID, No: last.No + 1, Mark: in.Mark, Reason: reason}, nil, nil
}
