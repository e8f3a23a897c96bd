package ratings

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/models/vault"
)

// CallEntry is one call to make. It does not say why: who calls asks everybody alike.
type CallEntry struct {
	ID, No, Title, Matter, Unit string
	DueOn                       models.Date
	Attempts                    int
	DaysLeft                    int `gorm:"-"` // calendar days to the deadline
}

// CallPage is one page of calls, the next deadline first.
type CallPage struct {
	Entries []CallEntry
	Total   int
}

// Calls lists the calls that the actor is to make: never of a unit to which he belongs. Fault: Forbidden.
func (s *Service) Calls(ctx context.Context, who models.Actor, page, size int) (CallPage, error) {
	if !policy.May(who, policy.CallMake) {
		return CallPage{}, policy.Check(who, policy.CallMake, policy.Object{})
	}
	page, size = max(1, page), models.PageSize(size, 20)
	today := models.DateOf(s.now())
	var out CallPage
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		out = CallPage{}
		var n int64
		if err := callsTx(tx, who, today).Count(&n).Error; err != nil {
			return fmt.Errorf("count calls: %w", err)
		}
		out.Total = int(n)
		err := callsTx(tx, who, today).
			Select("l.id, c.no, c.title, m.name AS matter, u.name AS unit, l.due_on, l.attempts").
			Joins("JOIN matters m ON m.id = c.matter_id").Order("l.due_on, l.id").
			Limit(size).Offset((page - 1) * size).Find(&out.Entries).Error
		if err != nil {
			return fmt.Errorf("list calls: %w", err)
		}
		for i := range out.Entries {
			out.Entries[i].DaysLeft = today.DaysUntil(out.Entries[i].DueOn)
		}
		return nil
	})
	return out, err
}

func callsTx(tx *gorm.DB, who models.Actor, today models.Date) *gorm.DB {
	return apartTx(tx, who, policy.CallMake, today).Where("l.state = ?", models.LoopCall)
}

// CallView is one call as the interviewer sees it: the matter, what was answered, the name masked. Neither the rating
// nor why he calls.
type CallView struct {
	ID                                            string
	Version, Attempts                             int
	No, Title, Detail, Answer, Matter, Unit, Name string
	ClosedOn, DueOn                               models.Date
	Missed                                        []string // what was noted of earlier attempts
}

// Call returns one call to make. Faults: Forbidden; NotFound "loop.unknown".
func (s *Service) Call(ctx context.Context, who models.Actor, id string) (*CallView, error) {
	if !policy.May(who, policy.CallMake) {
		return nil, policy.Check(who, policy.CallMake, policy.Object{})
	}
	today := models.DateOf(s.now())
	var v *CallView
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		l, c, err := callTx(tx, who, id, today)
		if err != nil {
			return err
		}
		name, err := s.vault.Open(c.ResidentName, nameAt+c.ID)
		if err != nil {
			return fmt.Errorf("open name to mask it: %w", err)
		}
		v = &CallView{
			ID: l.ID, Version: l.Version, Attempts: l.Attempts, No: c.No, Title: c.Title, Detail: c.Detail,
			Answer: c.Answer,
			Name:   vault.MaskName(name), ClosedOn: c.ClosedOn, DueOn: l.DueOn,
		}
		var n struct{ Matter, Unit string }
		err = tx.Table("matters AS m").Select("m.name AS matter, u.name AS unit").
			Joins("JOIN units u ON u.id = ?", c.UnitID).Where("m.id = ?", c.MatterID).Limit(1).Scan(&n).Error
		if err != nil {
			return fmt.Errorf("read names of call: %w", err)
		}
		v.Matter, v.Unit = n.Matter, n.Unit
		err = tx.Model(&models.LoopStep{}).Where("loop_id = ? AND kind = ?", l.ID, StepMissed).Order("no").
			Pluck("note", &v.Missed).Error
		if err != nil {
			return fmt.Errorf("read attempts: %w", err)
		}
		return nil
	})
	return v, err
}

// callTx loads a call that the actor is to make, with its case.
func callTx(tx *gorm.DB, who models.Actor, id string, today models.Date) (models.RatingLoop, models.Case, error) {
	var c models.Case
	l, err := loopTx(tx, who, policy.CallMake, id, today)
	switch {
	case err != nil:
		return l, c, err
	case l.State != models.LoopCall:
		return l, c, errUnknownLoop // whose call it was has nothing to look for there afterwards
	}
	if err := tx.Where("id = ?", l.CaseID).Take(&c).Error; err != nil {
		return l, c, fmt.Errorf("read case of call: %w", err)
	}
	return l, c, nil
}

// OpenContact opens the resident's name and number for one call. The look and its purpose are logged.
//
// Faults: Forbidden; NotFound "loop.unknown"; Invalid on "why".
func (s *Service) OpenContact(ctx context.Context, who models.Actor, id, why string) (cases.Contact, error) {
	var refused []fault.Field
	if why = plain(&refused, "why", why, 200); len(refused) > 0 {
		return cases.Contact{}, fault.Wrong(refused...)
	}
	now := s.now()
	var out cases.Contact
	err := s.called(ctx, who, now, id, func(tx *gorm.DB, _ models.RatingLoop, c models.Case) (err error) {
		if out.Name, err = s.vault.Open(c.ResidentName, nameAt+c.ID); err != nil {
			return fmt.Errorf("open name: %w", err)
		}
		if out.Phone, err = s.vault.Open(c.ResidentPhone, phoneAt+c.ID); err != nil {
			return fmt.Errorf("open number: %w", err)
		}
		return audit.Add(tx, now, who, audit.Event{Action: "call.contact", Kind: "loop", ID: id, Detail: why})
	})
	return out, err
}

// Place to which the resident's number of a case is bound, before its id; as package cases seals it.
const phoneAt = "cases.resident_phone."

// called runs one thing that is done to a call.
func (s *Service) called(
	ctx context.Context, who models.Actor, now time.Time, id string,
	do func(tx *gorm.DB, l models.RatingLoop, c models.Case) error,
) error {
	if !policy.May(who, policy.CallMake) {
		return policy.Check(who, policy.CallMake, policy.Object{})
	}
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		l, c, err := callTx(tx, who, id, models.DateOf(now))
		if err != nil {
			return err
		}
		return do(tx, l, c)
	})
}

// Missed keeps an attempt that reached nobody. After the third the call is given up; a call never made is no valid one.
//
// Faults: Forbidden; NotFound; Conflict; Invalid on "missed".
func (s *Service) Missed(ctx context.Context, who models.Actor, id, note string, version int) error {
	var refused []fault.Field
	if note = plain(&refused, "missed", note, 200); len(refused) > 0 {
		return fault.Wrong(refused...)
	}
	now := s.now()
	return s.called(ctx, who, now, id, func(tx *gorm.DB, l models.RatingLoop, _ models.Case) error {
		today := models.DateOf(now)
		c := change{step: StepMissed, note: note, set: map[string]any{"attempts": l.Attempts + 1}}
		if l.Attempts+1 >= mostCalls {
			c.step, c.set["state"], c.set["closed_on"] = StepGaveUp, models.LoopDone, today
		}
		if err := changeTx(tx, l, today, who, version, c); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{Action: "call.missed", Kind: "loop", ID: l.ID})
	})
}

// CallResult is what the resident said on the telephone.
type CallResult struct {
	Contacted string // "yes" or "no": did the handling unit get in touch
	Solved    models.Resolution
	Level     int // 5 … 1; 0 = would rather not say
	Note      string
}

func (r CallResult) checked() (CallResult, error) {
	var refused []fault.Field
	if r.Contacted != "yes" && r.Contacted != "no" {
		refused = append(refused, fault.On("contacted", "form.required_choice"))
	}
	if !slices.Contains(Solutions(), r.Solved) {
		refused = append(refused, fault.On("solved", "form.required_choice"))
	}
	if r.Level < 0 || r.Level > 5 {
		refused = append(refused, fault.On("level", "form.required_choice"))
	}
	if n := len([]rune(r.Note)); n > maxStep {
		refused = append(refused, fault.On("note", "form.too_long", "max", maxStep, "n", n))
	}
	if len(refused) > 0 {
		return r, fault.Wrong(refused...)
	}
	return r, nil
}

// Called keeps what the resident said. For a case drawn by chance a level becomes a rating by call-back, which is never
// pooled silently with others; for a matter put right the resident gets a fresh invitation, whose path is returned and
// shown once, and both ratings are kept.
//
// Faults: Forbidden; NotFound; Conflict; Invalid on "contacted", "solved", "level", "note".
func (s *Service) Called(
	ctx context.Context, who models.Actor, id string, in CallResult, version int,
) (link string, err error) {
	in, err = in.checked()
	if err != nil {
		return "", err
	}
	now := s.now()
	err = s.called(ctx, who, now, id, func(tx *gorm.DB, l models.RatingLoop, c models.Case) (err error) {
		today := models.DateOf(now)
		set := map[string]any{
			"called_by": who.ID, "called_on": today, "contacted": in.Contacted == "yes", "solved": in.Solved,
			"level": in.Level, "state": models.LoopDone, "closed_on": today,
		}
		link = ""
		switch {
		case l.Origin == models.LoopRating && c.State == models.CaseClosed:
			token := newSpoken() // the interviewer reads it out
			row := inviting(c, token, models.SMS, today)
			if err := tx.Create(&row).Error; err != nil {
				return fmt.Errorf("write invitation: %w", err)
			}
			link, set["state"], set["closed_on"] = pathOf(token), models.LoopAgain, ""
			set["invitation_id"], set["due_on"] = row.ID, row.ExpiresOn
		case l.Origin == models.LoopSample && in.Level > 0:
			if err := tx.Create(byCall(c, in, today)).Error; err != nil {
				return fmt.Errorf("write rating by call-back: %w", err)
			}
		}
		err = changeTx(tx, l, today, who, version, change{step: StepCalled, note: in.Note, set: set})
		if err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{Action: "call.done", Kind: "loop", ID: l.ID})
	})
	if err != nil {
		return "", err
	}
	return link, nil
}

// inviting is a fresh invitation to rate a closed case.
func inviting(c models.Case, token string, by models.Channel, today models.Date) models.Invitation {
	return models.Invitation{
		ID: models.NewRandomID(), CaseID: c.ID, TokenHash: hashOf(token), Channel: by, Mode: models.ModeInvited,
		SubjectID: c.HandlerID, PostID: c.HandlerPostID, UnitID: c.UnitID, IssuedOn: today,
		ExpiresOn: today.AddDays(ValidDays), State: models.InvitationOpen,
	}
}

// byCall is the rating that a resident gives on the telephone.
func byCall(c models.Case, in CallResult, today models.Date) *models.Rating {
	return &models.Rating{
		ID: models.NewRandomID(), SubjectID: c.HandlerID, PostID: c.HandlerPostID, UnitID: c.UnitID, CaseID: &c.ID,
		Family: c.Family, Channel: models.Hotline, Mode: models.ModeCallback, Level: in.Level, Solved: in.Solved,
		RatedOn: today,
	}
}
