package class

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/courses"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/notice"
	"shanzhi/models/policy"
)

// Sum is what the sign-in sheets of a class say of one person. Hours are in 0.01 hour.
type Sum struct {
	All, There, Leave, Absent int // hours of sessions that count
	Attended, Sessions, Open  int // sessions that count: there, all, not signed for yet
	Completed                 bool
}

// Credit are the hours that are booked: those of the sessions that somebody was at, none for whoever was away too long.
func (s Sum) Credit() int {
	if !s.Completed {
		return 0
	}
	return s.There
}

// sum reckons one person's sheets by a rule book.
func sum(book courses.RuleBook, sessions []Session, marks map[string]models.Attendance) (out Sum) {
	for _, x := range sessions {
		if !x.Counts() {
			continue
		}
		out.All, out.Sessions = out.All+x.Hours, out.Sessions+1
		switch marks[x.ID] {
		case models.Present, models.Late:
			out.There, out.Attended = out.There+x.Hours, out.Attended+1
		case models.OnLeave:
			out.Leave += x.Hours
		case models.Absent:
			out.Absent += x.Hours
		default:
			out.Open++
		}
	}
	out.Completed = out.Open == 0 && out.There > 0 && book.Completed(out.Leave+out.Absent, out.All)
	return out
}

// lastMarksTx returns the entry that counts of everybody at every session of a class: person → session → mark.
func lastMarksTx(tx *gorm.DB, id, personID string) (map[string]map[string]models.Attendance, error) {
	q := tx.Table("class_marks").Select("class_marks.person_id, class_marks.session_id, class_marks.mark").
		Joins("JOIN class_sessions x ON x.id = class_marks.session_id").Where("x.class_id = ?", id)
	if personID != "" {
		q = q.Where("class_marks.person_id = ?", personID)
	}
	var rows []models.ClassMark
	if err := q.Order("class_marks.no").Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("list signatures of class: %w", err)
	}
	out := map[string]map[string]models.Attendance{}
	for _, r := range rows {
		if out[r.PersonID] == nil {
			out[r.PersonID] = map[string]models.Attendance{}
		}
		out[r.PersonID][r.SessionID] = r.Mark
	}
	return out, nil
}

// ClosingLine is one person of a closing.
type ClosingLine struct {
	Member
	Sum
}

// Closing is the hours of a class as its sheets say.
type Closing struct {
	Class View
	Lines []ClosingLine // who belongs to it, by unit and staff number
	Open  int           // signatures that are still missing
	Hours int           // of all sessions that count, 0.01 hour
	Book  courses.RuleBook
}

// Closing reckons the hours of a class. Faults: NotFound, Forbidden.
func (s *Service) Closing(ctx context.Context, who models.Actor, id string) (v Closing, err error) {
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		v = Closing{}
		if v.Class, err = readTx(tx, who, policy.ClassSee, id); err != nil {
			return err
		}
		return v.readTx(tx, s.courses)
	})
	return v, err
}

func (v *Closing) readTx(tx *gorm.DB, ledger *courses.Service) (err error) {
	if v.Book, err = ledger.BookOfTx(tx, v.Class.ToOn.Year()); err != nil {
		return err
	}
	sessions, err := sessionsTx(tx, v.Class.ID)
	if err != nil {
		return err
	}
	marks, err := lastMarksTx(tx, v.Class.ID, "")
	if err != nil {
		return err
	}
	var people []Member
	if err := memberQuery(tx, v.Class.ID).Where("class_members.left_on = ''").Scan(&people).Error; err != nil {
		return fmt.Errorf("list people of closing: %w", err)
	}
	v.Hours = countedHours(sessions)
	for _, p := range people {
		l := ClosingLine{Member: p, Sum: sum(v.Book, sessions, marks[p.PersonID])}
		v.Open += l.Open
		v.Lines = append(v.Lines, l)
	}
	return nil
}

// Submit asks for the hours of a class whose last day has come and whose sheets are whole (申请结业); another person
// confirms them.
//
// Faults: NotFound; Forbidden; Conflict "error.stale", "class.close.early", "class.close.unsigned".
func (s *Service) Submit(ctx context.Context, who models.Actor, id string, version int) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		v, err := holdTx(tx, who, id)
		if err != nil {
			return err
		}
		c := Closing{Class: v}
		if err := c.readTx(tx, s.courses); err != nil {
			return err
		}
		switch {
		case v.ToOn > models.DateOf(now):
			return fault.New(fault.Conflict, "class.close.early", "date", v.ToOn)
		case c.Open > 0:
			return fault.New(fault.Conflict, "class.close.unsigned", "n", c.Open)
		}
		set := map[string]any{
			"state": models.ClassClosing, "submitted_by": models.Ref(who.ID), "submitted_at": now, "reason": "",
		}
		if err := changeTx(tx, id, version, set, models.ClassOpen); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{Action: "class.submit", Kind: "class", ID: id})
	})
}

// SendBack opens a class again whose hours were asked for, with the reason.
//
// Faults: NotFound; Forbidden "class.close.same"; Invalid with field reason; Conflict "error.stale".
func (s *Service) SendBack(ctx context.Context, who models.Actor, id string, version int, reason string) error {
	now, reason := s.now(), strings.TrimSpace(reason)
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		v, err := secondTx(tx, who, id)
		if err != nil {
			return err
		}
		if err := fault.Refuse(fault.Text("reason", reason, maxReason)); err != nil {
			return err
		}
		set := map[string]any{"state": models.ClassOpen, "reason": reason}
		if err := changeTx(tx, id, version, set, models.ClassClosing); err != nil {
			return err
		}
		err = notice.AddTx(tx, now, models.Deref(v.SubmittedBy), "class_sent_back",
			notice.Args{"class": v.Name, "why": reason}, "/learn/manage/classes/"+id+"/closing")
		if err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{Action: "class.send_back", Kind: "class", ID: id})
	})
}

// secondTx returns a class to whoever may confirm its hours: not who asked for them.
func secondTx(tx *gorm.DB, who models.Actor, id string) (View, error) {
	v, err := readTx(tx, who, policy.ClassConfirm, id)
	if err == nil && models.Deref(v.SubmittedBy) == who.ID {
		err = fault.New(fault.Forbidden, "class.close.same")
	}
	return v, err
}

// Confirm books the hours of a class in its ledger, each with the class as what it rests on, and closes it. Whoever is
// on the list is told. It returns how many people were credited.
//
// Faults: NotFound; Forbidden "class.close.same" for who asked for the hours, "class.close.own" for somebody on the
// list; Conflict "error.stale".
func (s *Service) Confirm(ctx context.Context, who models.Actor, id string, version int) (credited int, err error) {
	now := s.now()
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		v, err := secondTx(tx, who, id)
		if err != nil {
			return err
		}
		set := map[string]any{"state": models.ClassClosed, "confirmed_by": models.Ref(who.ID), "confirmed_at": now}
		if err := changeTx(tx, id, version, set, models.ClassClosing); err != nil {
			return err
		}
		c := Closing{Class: v}
		if err := c.readTx(tx, s.courses); err != nil {
			return err
		}
		people := make([]string, 0, len(c.Lines))
		credited = 0
		for _, l := range c.Lines {
			if l.PersonID == who.ID {
				return fault.New(fault.Forbidden, "class.close.own")
			}
			if people = append(people, l.PersonID); l.Credit() == 0 {
				continue
			}
			credited++
			if err := s.bookTx(tx, now, who, v, l); err != nil {
				return err
			}
		}
		if err := notice.ManyTx(tx, now, people, "class_closed", about(v), ownPath(id)); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: "class.confirm", Kind: "class", ID: id,
			Detail: fmt.Sprintf("people=%d credited=%d", len(people), credited),
		})
	})
	return credited, err
}

// bookTx books one person's hours.
func (s *Service) bookTx(tx *gorm.DB, now time.Time, who models.Actor, v View, l ClosingLine) error {
	basis, err := courses.ClaimBasis{
		Title: v.Name, Organizer: v.Unit, From: v.FromOn, To: v.ToOn, By: v.Submitter + "、" + who.Name,
		Attended: l.Attended, Sessions: l.Sessions,
	}.JSON()
	if err != nil {
		return err
	}
	booked, err := s.courses.BookTx(tx, now, models.HoursEntry{
		PersonID: l.PersonID, Ledger: v.Ledger, SourceKind: courses.SourceClass, SourceID: v.ID, Year: v.ToOn.Year(),
		Hours: l.Credit(), Basis: basis,
	})
	switch {
	case err != nil:
		return err
	case !booked:
		return fault.New(fault.Conflict, "error.stale")
	}
	err = tx.Model(&models.ClassMember{}).Where("id = ?", l.ID).Update("hours", l.Credit()).Error
	if err != nil {
		return fmt.Errorf("write hours of class: %w", err)
	}
	return nil
}
