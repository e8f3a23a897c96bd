package ratings

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

const (
	maxLeak    = 1000 // characters of a complaint and of what was done about it
	maxContact = 50
	leakFor    = "rating.leak" // purpose of the signed ticket of its form

	// Places to which the sealed fields are bound, before the id.
	leakTextAt    = "leak_reports.text."
	leakContactAt = "leak_reports.contact."
)

var errUnknownLeak = fault.New(fault.NotFound, "rate.leak.unknown")

// Leak is a resident's complaint that a rating became known.
type Leak struct {
	UnitID  string // whose rating it was
	Text    string
	Contact string // "" = none
	Ticket  string // of the form: sent twice it is one complaint
}

// LeakTicket returns the ticket that belongs into the form of such a complaint.
func (s *Service) LeakTicket() string {
	return s.vault.Token(leakFor, models.NewRandomID(), s.now().Add(ticketLife))
}

// ReportLeak keeps the complaint for the supervisors of the unit above the rated one. It has a day and no time, and
// leaves no entry in the audit log: who wrote it must not be found by when.
//
// Faults: Invalid on "unit", "text", "contact", or for a ticket that is wrong or too old.
func (s *Service) ReportLeak(ctx context.Context, in Leak) error {
	now := s.now()
	in, err := in.checked()
	if err != nil {
		return err
	}
	payload, err := s.vault.CheckToken(leakFor, in.Ticket, now)
	if err != nil {
		return err
	}
	row := models.LeakReport{
		ID: keyedID(s.vault.Hash(leakFor, payload)), UnitID: in.UnitID, ReportedOn: models.DateOf(now),
		State: models.LeakOpen, Version: 1,
	}
	if row.Text, err = s.vault.Seal(in.Text, leakTextAt+row.ID); err != nil {
		return fmt.Errorf("seal complaint: %w", err)
	}
	if row.Contact, err = s.vault.Seal(in.Contact, leakContactAt+row.ID); err != nil {
		return fmt.Errorf("seal contact: %w", err)
	}
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		u, err := unitTx(tx, in.UnitID)
		if fault.Is(err, fault.NotFound) || err == nil && u.ParentID == nil {
			return fault.Wrong(fault.On("unit", "form.choice"))
		}
		if err != nil {
			return err
		}
		row.ReceiverID = *u.ParentID
		made, err := db.Insert(tx, &row)
		switch {
		case err != nil:
			return fmt.Errorf("write complaint: %w", err)
		case !made: // the same form again
			return nil
		}
		return cases.EntrustTx(tx, row.ID, in.Text, []models.Unit{u}, row.ReportedOn)
	})
}

func (in Leak) checked() (Leak, error) {
	var bad []fault.Field
	if in.UnitID == "" {
		bad = append(bad, fault.On("unit", "form.required_choice"))
	}
	in.Text = strings.TrimSpace(strings.ReplaceAll(in.Text, "\r\n", "\n"))
	in.Contact = strings.TrimSpace(in.Contact)
	switch n := len([]rune(in.Text)); {
	case n == 0:
		bad = append(bad, fault.On("text", "form.required"))
	case n > maxLeak:
		bad = append(bad, fault.On("text", "form.too_long", "max", maxLeak, "n", n))
	}
	if n := len([]rune(in.Contact)); n > maxContact {
		bad = append(bad, fault.On("contact", "form.too_long", "max", maxContact, "n", n))
	}
	if len(bad) > 0 {
		return in, fault.Wrong(bad...)
	}
	return in, nil
}

// LeakEntry is one complaint in the list: what it says is read one by one.
type LeakEntry struct {
	ID, Unit   string
	ReportedOn models.Date
	State      models.LeakState
	HandledOn  models.Date
}

// Leaks lists the complaints about units below those the actor supervises, open ones first. A supervisor of the rated
// unit itself, and one whose post is in it, sees none of its.
//
// Fault: Forbidden without the role of a supervisor.
func (s *Service) Leaks(
	ctx context.Context, who models.Actor, page, size int,
) (all []LeakEntry, total int, err error) {
	if !policy.May(who, policy.LeakSee) {
		return nil, 0, policy.Check(who, policy.LeakSee, policy.Object{})
	}
	page, size = max(1, page), models.PageSize(size, 20)
	cond, args := policy.Scope(who, policy.LeakSee).Below("r.path")
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		var n int64
		all = nil
		if err := leaksOf(tx, who).Where(cond, args...).Count(&n).Error; err != nil {
			return fmt.Errorf("count complaints: %w", err)
		}
		total = int(n)
		err := leaksOf(tx, who).Where(cond, args...).
			Select("l.id, u.name AS unit, l.reported_on, l.state, l.handled_on").
			Order("CASE WHEN l.state = 'open' THEN 0 ELSE 1 END, l.reported_on DESC, l.id").
			Limit(size).Offset((page - 1) * size).Find(&all).Error
		if err != nil {
			return fmt.Errorf("list complaints: %w", err)
		}
		return nil
	})
	return all, total, err
}

// LeakView is one complaint, opened.
type LeakView struct {
	models.LeakReport
	Unit         string
	Said, Reach  string // text and contact in plain words
	Handler      string // who dealt with it, "" while open
	ReceiverPath string
}

// Leak opens one complaint; the look is logged. Fault: NotFound "rate.leak.unknown".
func (s *Service) Leak(ctx context.Context, who models.Actor, id string) (LeakView, error) {
	now := s.now()
	var out LeakView
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		if out, err = leakTx(tx, who, id); err != nil {
			return err
		}
		if out.Said, err = s.vault.Open(out.Text, leakTextAt+id); err != nil {
			return fmt.Errorf("open complaint: %w", err)
		}
		if out.Reach, err = s.vault.Open(out.Contact, leakContactAt+id); err != nil {
			return fmt.Errorf("open contact: %w", err)
		}
		return audit.Add(tx, now, who, audit.Event{Action: "leak.see", Kind: "leak_report", ID: id})
	})
	return out, err
}

// CloseLeak writes down what was done about a complaint.
//
// Faults: NotFound "rate.leak.unknown"; Invalid on "note"; Conflict "error.stale".
func (s *Service) CloseLeak(ctx context.Context, who models.Actor, id, note string, version int) error {
	now := s.now()
	note = strings.TrimSpace(strings.ReplaceAll(note, "\r\n", "\n"))
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if _, err := leakTx(tx, who, id); err != nil {
			return err
		}
		switch n := len([]rune(note)); {
		case n == 0:
			return fault.Wrong(fault.On("note", "form.required"))
		case n > maxLeak:
			return fault.Wrong(fault.On("note", "form.too_long", "max", maxLeak, "n", n))
		}
		return closeLeakTx(tx, now, who, id, note, version)
	})
}

func closeLeakTx(tx *gorm.DB, now time.Time, who models.Actor, id, note string, version int) error {
	res := tx.Model(&models.LeakReport{}).Where("id = ? AND version = ?", id, version).Updates(map[string]any{
		"state": models.LeakDone, "note": note, "handled_by": who.ID, "handled_on": models.DateOf(now),
		"version": version + 1,
	})
	switch {
	case res.Error != nil:
		return fmt.Errorf("close complaint: %w", res.Error)
	case res.RowsAffected == 0:
		return fault.New(fault.Conflict, "error.stale")
	}
	return audit.Add(tx, now, who, audit.Event{Action: "leak.close", Kind: "leak_report", ID: id})
}

// leaksOf are the complaints (l) about units (u) to which the actor does not belong by a post, with their receivers
// (r).
func leaksOf(tx *gorm.DB, who models.Actor) *gorm.DB {
	q := tx.Table("leak_reports AS l").Joins("JOIN units u ON u.id = l.unit_id").
		Joins("JOIN units r ON r.id = l.receiver_id")
	return cases.NotOwn(q, who, "l.id", "u")
}

func leakTx(tx *gorm.DB, who models.Actor, id string) (LeakView, error) {
	var found []LeakView
	err := leaksOf(tx, who).Joins("LEFT JOIN persons p ON p.id = l.handled_by").
		Select("l.*, u.name AS unit, r.path AS receiver_path, COALESCE(p.name, '') AS handler").
		Where("l.id = ?", id).Limit(1).Find(&found).Error
	if err != nil {
		return LeakView{}, fmt.Errorf("read complaint: %w", err)
	}
	if len(found) == 0 || !policy.Can(who, policy.LeakSee, policy.Object{UnitPath: found[0].ReceiverPath}) {
		return LeakView{}, errUnknownLeak
	}
	return found[0], nil
}

// LeaksWaiting counts the complaints that wait for the actor; 0 for who is no supervisor.
func (s *Service) LeaksWaiting(ctx context.Context, who models.Actor) (int, error) {
	if !policy.May(who, policy.LeakSee) {
		return 0, nil
	}
	cond, args := policy.Scope(who, policy.LeakSee).Below("r.path")
	var n int64
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		return leaksOf(tx, who).Where(cond, args...).Where("l.state = ?", models.LeakOpen).Count(&n).Error
	})
	if err != nil {
		return 0, fmt.Errorf("count waiting complaints: %w", err)
	}
	return int(n), nil
}
