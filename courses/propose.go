package courses

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/notice"
	"shanzhi/models/policy"
)

// The limits of a rule book: texts in characters, hours in 0.01 hour.
const (
	maxRuleName   = 100
	maxRuleSource = 200
	maxRuleReason = 300
	maxLesson     = 480
	maxPiece      = 2000
	maxAsked      = 50000
	maxAway       = 20
	yearsAhead    = 2
)

// Categories are those that a rule book may ask hours of, in the order of the form.
func Categories() []models.Category {
	return []models.Category{
		models.LeadingCadre, models.CivilServant, models.Institution, models.VillageCadre, models.Contract,
	}
}

// Target is the hours that are asked of a category, in 0.01 hour; 0 is nothing, -1 what was typed and is no number.
type Target struct{ Online, InPerson int }

// RuleInput is a version of the rule book as it is typed. Hours are in 0.01 hour; -1 is what was typed and is no
// number.
type RuleInput struct {
	Name, Document         string
	FromYear               int
	LongMinutes, LongHours int // a lesson of at least so many minutes
	MidMinutes, MidHours   int // a shorter one; 0 and 0 = no such step
	ShortHours             int // any other lesson
	Test, AwayMost         int
	Asked                  map[models.Category]Target
}

// book makes the rules of what was typed.
func (in RuleInput) book() RuleBook {
	b := RuleBook{Steps: []Step{{in.LongMinutes, in.LongHours}}, Test: in.Test, AwayMost: in.AwayMost}
	if in.MidMinutes > 0 {
		b.Steps = append(b.Steps, Step{in.MidMinutes, in.MidHours})
	}
	b.Steps = append(b.Steps, Step{0, in.ShortHours})
	for _, c := range Categories() {
		if t := in.Asked[c]; t != (Target{}) {
			b.Quotas = append(b.Quotas, Quota{Categories: []models.Category{c}, Online: t.Online, InPerson: t.InPerson})
		}
	}
	return b
}

// check checks what was typed, in the order of the form.
func (in *RuleInput) check(year int) error {
	in.Name, in.Document = strings.TrimSpace(in.Name), strings.TrimSpace(in.Document)
	var wrong []fault.Field
	text := func(field, s string, most int, optional bool) {
		switch n := utf8.RuneCountInString(s); {
		case n == 0 && !optional:
			wrong = append(wrong, fault.On(field, "form.required"))
		case n > most:
			wrong = append(wrong, fault.On(field, "form.too_long", "max", most, "n", n))
		}
	}
	whole := func(field string, n, least, most int) {
		if n < least || n > most {
			wrong = append(wrong, fault.On(field, "book.whole", "min", least, "max", most))
		}
	}
	hours := func(field string, n, most int) {
		if n < 0 || n > most {
			wrong = append(wrong, fault.On(field, "book.hours_range", "max", most/100))
		}
	}
	text("name", in.Name, maxRuleName, false)
	text("document", in.Document, maxRuleSource, true)
	whole("year", in.FromYear, year, year+yearsAhead)
	whole("long_minutes", in.LongMinutes, 1, maxLesson)
	if in.LongHours == 0 {
		wrong = append(wrong, fault.On("long_hours", "form.required"))
	}
	hours("long_hours", in.LongHours, maxPiece)
	wrong = append(wrong, in.checkMid()...)
	hours("short_hours", in.ShortHours, maxPiece)
	hours("test", in.Test, maxPiece)
	if in.AwayMost != 0 {
		whole("away", in.AwayMost, 2, maxAway)
	}
	for _, c := range Categories() {
		hours("online_"+string(c), in.Asked[c].Online, maxAsked)
		hours("in_person_"+string(c), in.Asked[c].InPerson, maxAsked)
	}
	if len(wrong) > 0 {
		return fault.Wrong(wrong...)
	}
	return in.checkOrder()
}

// checkMid checks the step in the middle, which may be left out as a whole.
func (in *RuleInput) checkMid() (wrong []fault.Field) {
	switch {
	case in.MidMinutes == 0 && in.MidHours == 0:
	case in.MidMinutes < 1 || in.LongMinutes > 0 && in.MidMinutes >= in.LongMinutes:
		wrong = append(wrong, fault.On("mid_minutes", "book.mid_minutes"))
	case in.MidHours < 0 || in.MidHours > maxPiece:
		wrong = append(wrong, fault.On("mid_hours", "book.hours_range", "max", maxPiece/100))
	}
	return wrong
}

// checkOrder refuses a shorter lesson that counts for more than a longer one.
func (in *RuleInput) checkOrder() error {
	most := in.LongHours
	if in.MidMinutes > 0 {
		if in.MidHours > most {
			return fault.Wrong(fault.On("mid_hours", "book.order"))
		}
		most = in.MidHours
	}
	if in.ShortHours > most {
		return fault.Wrong(fault.On("short_hours", "book.order"))
	}
	return nil
}

// ProposeRules writes a version of the rule book that a second person confirms. It holds for the whole house, so only a
// training administrator of the whole house proposes it.
//
// Faults: Forbidden; Invalid by field; Conflict "book.pending" while another one waits, "error.stale".
func (s *Service) ProposeRules(ctx context.Context, who models.Actor, in RuleInput) (made models.HourRule, err error) {
	now := s.now()
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if err := mayRule(tx, who, policy.BookPropose); err != nil {
			return err
		}
		if err := in.check(models.DateOf(now).Year()); err != nil {
			return err
		}
		waits, err := pendingTx(tx)
		switch {
		case err != nil:
			return err
		case waits != nil:
			return fault.New(fault.Conflict, "book.pending", "name", waits.Name)
		}
		raw, err := json.Marshal(in.book())
		if err != nil {
			return fmt.Errorf("write rules: %w", err)
		}
		made = models.HourRule{
			ID: models.NewID(), FromYear: in.FromYear, Name: in.Name, Document: in.Document, Book: string(raw),
			State: models.HourRuleProposed, ProposedBy: &who.ID, ProposedAt: now, Version: 1,
		}
		if err := addRuleTx(tx, &made); err != nil {
			return err
		}
		return audit.Add(tx, now, who, ruleEvent("book.propose", made))
	})
	return made, err
}

// ConfirmRules lets a version hold from its year on. What was credited before stays as it was.
//
// Faults: NotFound; Forbidden, "book.same" for who proposed it; Conflict "error.stale", "book.late" when its
// year is over.
func (s *Service) ConfirmRules(ctx context.Context, who models.Actor, id string, version int) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		v, err := toDecideTx(tx, who, policy.BookConfirm, id)
		switch {
		case err != nil:
			return err
		case v.ProposedBy != nil && *v.ProposedBy == who.ID:
			return fault.New(fault.Forbidden, "book.same")
		case v.FromYear < models.DateOf(now).Year():
			return fault.New(fault.Conflict, "book.late", "year", v.FromYear)
		}
		err = decideTx(tx, id, version, decided(who, now, models.HourRuleConfirmed, ""))
		if err != nil {
			return err
		}
		return audit.Add(tx, now, who, ruleEvent("book.confirm", v.HourRule))
	})
}

// ReturnRules sends a version back with the reason, or takes it back for whoever proposed it, who is told otherwise.
//
// Faults: NotFound; Forbidden; Invalid with field reason; Conflict "error.stale".
func (s *Service) ReturnRules(ctx context.Context, who models.Actor, id string, version int, reason string) error {
	now, reason := s.now(), strings.TrimSpace(reason)
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		v, err := toDecideTx(tx, who, policy.BookConfirm, id)
		if err != nil {
			return err
		}
		switch n := utf8.RuneCountInString(reason); {
		case n == 0:
			return fault.Wrong(fault.On("reason", "form.required"))
		case n > maxRuleReason:
			return fault.Wrong(fault.On("reason", "form.too_long", "max", maxRuleReason, "n", n))
		}
		err = decideTx(tx, id, version, decided(who, now, models.HourRuleReturned, reason))
		if err != nil {
			return err
		}
		if v.ProposedBy != nil && *v.ProposedBy != who.ID {
			args := notice.Args{"name": v.Name, "why": reason}
			if err := notice.AddTx(tx, now, *v.ProposedBy, "book_returned", args, "/learn/manage/rules"); err != nil {
				return err
			}
		}
		return audit.Add(tx, now, who, ruleEvent("book.return", v.HourRule))
	})
}

func toDecideTx(tx *gorm.DB, who models.Actor, do policy.Action, id string) (RuleView, error) {
	if err := mayRule(tx, who, do); err != nil {
		return RuleView{}, err
	}
	return ruleByID(tx, id)
}

func decided(who models.Actor, now time.Time, to models.HourRuleState, reason string) map[string]any {
	return map[string]any{"state": to, "reason": reason, "decided_by": who.ID, "decided_at": now}
}

func ruleEvent(action string, r models.HourRule) audit.Event {
	return audit.Event{
		Action: action, Kind: "book", ID: r.ID, Detail: fmt.Sprintf("no %d from %d", r.No, r.FromYear),
	}
}
