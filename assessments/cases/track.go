package cases

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/vault"
)

const (
	ticketFor  = "cases.track" // purpose of the signed ticket to one matter
	ticketLife = 30 * time.Minute

	// sameHandler is how often a matter goes back to the same handler; after that intake decides anew.
	sameHandler = 1
)

// Key is what a resident gets for number and code: a ticket for a while to a matter or to a report of wrongdoing.
type Key struct{ Ticket string }

// Unlock checks number and code. A wrong number and a wrong code are told alike, and take as long.
//
// Fault: Invalid "track.wrong" on "secret".
func (s *Service) Unlock(ctx context.Context, no, secret string) (Key, error) {
	now := s.now()
	no = strings.ToUpper(plain(no))
	var kind, id string
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		var c struct{ ID, Hash string }
		err := tx.Table("cases AS c").Select("c.id, t.secret_hash AS hash").
			Joins("JOIN case_tracks t ON t.case_id = c.id").Where("c.no = ?", no).Limit(1).Scan(&c).Error
		if err != nil {
			return fmt.Errorf("read matter: %w", err)
		}
		var t struct{ ID, Hash string }
		err = tx.Table("tips").Select("id, secret_hash AS hash").Where("no = ?", no).Limit(1).Scan(&t).Error
		if err != nil {
			return fmt.Errorf("read report: %w", err)
		}
		ofCase, ofTip := s.fits(secret, c.Hash), s.fits(secret, t.Hash)
		switch {
		case ofCase:
			kind, id = "case", c.ID
		case ofTip:
			kind, id = "tip", t.ID
		}
		return nil
	})
	switch {
	case err != nil:
		return Key{}, err
	case id == "":
		return Key{}, fault.Wrong(fault.On("secret", "track.wrong"))
	}
	return Key{Ticket: s.vault.Token(ticketFor, kind+" "+id, now.Add(ticketLife))}, nil
}

// TicketCase returns the case that a ticket opens. Faults: NotFound "track.closed" for a ticket that is wrong, too old,
// or to something else.
func TicketCase(v *vault.Vault, ticket string, now time.Time) (id string, err error) {
	kind, id, err := ticketOf(v, ticket, now)
	if err == nil && kind != "case" {
		return "", errTicket
	}
	return id, err
}

var errTicket = fault.New(fault.NotFound, "track.closed")

func ticketOf(v *vault.Vault, ticket string, now time.Time) (kind, id string, err error) {
	payload, err := v.CheckToken(ticketFor, ticket, now)
	if err != nil {
		return "", "", errTicket
	}
	kind, id, _ = strings.Cut(payload, " ")
	return kind, id, nil
}

// Tracked is the state of a matter as whoever raised it sees it: units, and no person.
type Tracked struct {
	No, Unit, Text, Answer string
	Kind                   models.CaseKind
	State                  models.CaseState
	Outcome                models.Outcome
	ReceivedOn, DueOn      models.Date
	ClosedOn               models.Date
	DaysLeft               int // working days to the deadline
	Steps                  []TrackStep
	Above                  bool        // a complaint about a person, with the unit above
	ReopenBy               models.Date // last day to have it opened again, "" when it cannot be
	MayAdd, MayWithdraw    bool
	Self                   bool // nobody but the resident ever had the code
	Guarded                bool // a complaint about a person whose code a clerk printed: no words and no answer

	Tip *models.Tip // of a report of wrongdoing all else but No, Unit and ReceivedOn is empty
}

// TrackStep is one step that the resident may see, the latest first.
type TrackStep struct {
	On   models.Date
	Kind string // Event…
	Note string
}

// Track returns the state of the matter of a ticket. Fault: NotFound "track.closed".
func (s *Service) Track(ctx context.Context, ticket string) (*Tracked, error) {
	now := s.now()
	kind, id, err := ticketOf(s.vault, ticket, now)
	if err != nil {
		return nil, err
	}
	var out *Tracked
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		if kind == "tip" {
			out, err = trackTipTx(tx, id)
		} else {
			out, err = s.trackTx(tx, id, models.DateOf(now))
		}
		return err
	})
	return out, err
}

func trackTipTx(tx *gorm.DB, id string) (*Tracked, error) {
	var t models.Tip
	if err := tx.Where("id = ?", id).Take(&t).Error; err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	t.Text, t.Name, t.Phone, t.Barred, t.SecretHash = vault.Sealed{}, vault.Sealed{}, vault.Sealed{}, "", ""
	out := &Tracked{No: t.No, Kind: models.Wrongdoing, ReceivedOn: t.ReceivedOn, Tip: &t}
	return out, tx.Model(&models.Unit{}).Where("id = ?", t.ReceiverID).Pluck("name", &out.Unit).Error
}

func (s *Service) trackTx(tx *gorm.DB, id string, today models.Date) (*Tracked, error) {
	c, track, err := trackedTx(tx, id)
	if err != nil {
		return nil, err
	}
	out := &Tracked{
		No: c.No, Text: c.Detail, Answer: c.Answer, Kind: c.Kind, State: c.State, Outcome: c.Outcome,
		ReceivedOn: c.ReceivedOn, DueOn: c.DueOn, ClosedOn: c.ClosedOn, Self: c.IntakeID == nil,
		MayAdd: c.State != models.CaseClosed && track.Words < maxWords, MayWithdraw: c.State != models.CaseClosed,
	}
	if c.State != models.CaseClosed {
		out.DaysLeft = s.days.Between(today, c.DueOn)
	}
	days, err := reopenDaysTx(tx)
	if err != nil {
		return nil, err
	}
	if last := c.ClosedOn.AddDays(days); c.State == models.CaseClosed && IsAsked(c.Outcome) && today <= last {
		out.ReopenBy = last
	}
	if err := tx.Model(&models.Unit{}).Where("id = ?", c.UnitID).Pluck("name", &out.Unit).Error; err != nil {
		return nil, fmt.Errorf("read unit: %w", err)
	}
	hidden, err := hiddenTx(tx, id)
	if err != nil {
		return nil, err
	}
	out.Above = len(hidden) > 0
	if out.Steps, err = stepsTx(tx, c); err != nil {
		return nil, err
	}
	if out.Guarded = out.Above && !out.Self; out.Guarded {
		out.guard()
	}
	return out, nil
}

// guard leaves out what a clerk of the unit that it is about could read by the code that he printed.
func (t *Tracked) guard() {
	t.Text, t.Answer, t.MayWithdraw = "", "", false
	for i := range t.Steps {
		t.Steps[i].Note = ""
	}
}

// stepsTx are the steps a resident may read. Of those for colleagues only he learns that it was given to somebody and
// that he began, and not to whom.
func stepsTx(tx *gorm.DB, c models.Case) ([]TrackStep, error) {
	var events []models.CaseEvent
	err := tx.Where("case_id = ? AND (resident = ? OR kind IN ?)", c.ID, true,
		[]string{EventDispatched, EventAcknowledged, EventReopened}).Order("at DESC, id DESC").Find(&events).Error
	if err != nil {
		return nil, fmt.Errorf("read steps: %w", err)
	}
	again, err := begunAgainTx(tx, events)
	if err != nil {
		return nil, err
	}
	out := make([]TrackStep, 0, len(events))
	for _, e := range events {
		if again[e.ID] {
			continue
		}
		step := TrackStep{On: models.DateOf(e.At), Kind: e.Kind}
		if e.Resident {
			step.Note = e.Note
		}
		out = append(out, step)
	}
	return out, nil
}

// begunAgainTx are the steps by which somebody took over what his unit had begun already: to the resident it is the
// unit that begins, once until the matter is opened again. Events come with the latest first.
func begunAgainTx(tx *gorm.DB, events []models.CaseEvent) (map[string]bool, error) {
	var ids []string
	for _, e := range events {
		if e.Kind == EventAcknowledged && e.ActorID != nil {
			ids = append(ids, *e.ActorID)
		}
	}
	again := map[string]bool{}
	if len(ids) < 2 {
		return again, nil
	}
	var posts []models.Post
	err := tx.Select("person_id", "unit_id").Where("person_id IN ?", ids).Order("id").Find(&posts).Error
	if err != nil {
		return nil, fmt.Errorf("read units of handlers: %w", err)
	}
	unit := map[string]string{}
	for _, p := range posts {
		unit[p.PersonID] = p.UnitID
	}
	begun := map[string]bool{}
	for _, e := range slices.Backward(events) {
		switch {
		case e.Kind == EventReopened:
			clear(begun)
		case e.Kind == EventAcknowledged && e.ActorID != nil:
			at := unit[*e.ActorID]
			again[e.ID], begun[at] = begun[at], true
		}
	}
	return again, nil
}

func trackedTx(tx *gorm.DB, id string) (models.Case, models.CaseTrack, error) {
	var c []models.Case
	var t []models.CaseTrack
	if err := tx.Where("id = ?", id).Limit(1).Find(&c).Error; err != nil {
		return models.Case{}, models.CaseTrack{}, fmt.Errorf("read matter: %w", err)
	}
	if err := tx.Where("case_id = ?", id).Limit(1).Find(&t).Error; err != nil {
		return models.Case{}, models.CaseTrack{}, fmt.Errorf("read follow-up: %w", err)
	}
	if len(c) == 0 || len(t) == 0 {
		return models.Case{}, models.CaseTrack{}, errTicket
	}
	return c[0], t[0], nil
}

// reopenDaysTx reads the setting, or its preset.
func reopenDaysTx(tx *gorm.DB) (int, error) {
	var v []string
	if err := tx.Model(&models.Meta{}).Where("k = ?", ReopenKey).Pluck("v", &v).Error; err != nil {
		return 0, fmt.Errorf("read setting: %w", err)
	}
	if len(v) == 1 {
		if n, err := strconv.Atoi(v[0]); err == nil && n >= 0 {
			return n, nil
		}
	}
	return ReopenDays, nil
}
