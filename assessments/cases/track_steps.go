package cases

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/sheet"
)

// What a resident did to his own matter, as its history keeps it.
const (
	EventWords     = "words"     // added something
	EventAgain     = "again"     // had it opened again
	EventWithdrawn = "withdrawn" // took it back
)

const (
	maxWords     = 20 // times that something is added to one matter
	maxWordsText = 1000
)

// turn is one step of a resident: what it writes down, and the columns that it sets.
type turn struct {
	event, note, action string
	set                 func(tx *gorm.DB, now time.Time, c *models.Case, t *models.CaseTrack) (map[string]any, error)
}

// turn does one step of whoever holds the ticket. The audit log keeps that it was done, and nothing of who or where
// from.
func (s *Service) turn(ctx context.Context, ticket string, st turn) error {
	now := s.now()
	id, err := TicketCase(s.vault, ticket, now)
	if err != nil {
		return err
	}
	nobody := models.Actor{}
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		c, track, err := trackedTx(tx, id)
		if err != nil {
			return err
		}
		set, err := st.set(tx, now, &c, &track)
		if err != nil {
			return err
		}
		set["updated_at"] = now
		if err := updateTx(tx, &c, c.Version, set); err != nil {
			return err
		}
		err = tx.Model(&models.CaseTrack{}).Where("case_id = ?", id).
			Updates(map[string]any{"words": track.Words, "asked": track.Asked}).Error
		if err != nil {
			return fmt.Errorf("write follow-up: %w", err)
		}
		if err := s.eventTx(tx, now, nobody, id, st.event, st.note, true); err != nil {
			return err
		}
		return audit.Add(tx, now, nobody, audit.Event{Action: st.action, Kind: "case", ID: id})
	})
}

var errTurn = fault.New(fault.Conflict, "track.wrong_state")

// own trims and checks what a resident writes.
func own(name, value string, most int, sure bool) (string, error) {
	var bad []fault.Field
	value = text(&bad, name, value, most, true)
	if sheet.IsMarked(value) && !sure {
		bad = append(bad, fault.On(name, "ask.secret_mark"))
	}
	return value, fault.Refuse(bad)
}

// AddWords adds something to a running matter.
//
// Faults: NotFound "track.closed"; Invalid on "words"; Conflict "track.wrong_state", "track.words_many".
func (s *Service) AddWords(ctx context.Context, ticket, words string) error {
	words, err := own("words", words, maxWordsText, false)
	if err != nil {
		return err
	}
	return s.turn(ctx, ticket, turn{
		event: EventWords, note: words, action: "case.words",
		set: func(_ *gorm.DB, _ time.Time, c *models.Case, t *models.CaseTrack) (map[string]any, error) {
			switch {
			case c.State == models.CaseClosed:
				return nil, errTurn
			case t.Words >= maxWords:
				return nil, fault.New(fault.Conflict, "track.words_many", "max", maxWords)
			}
			t.Words++
			return map[string]any{}, nil
		},
	})
}

// Withdraw ends a matter because the resident takes it back. It invites no rating.
//
// Faults: NotFound "track.closed"; Conflict "track.wrong_state", "track.guarded" for a complaint about a person whose
// code a clerk printed.
func (s *Service) Withdraw(ctx context.Context, ticket string) error {
	return s.turn(ctx, ticket, turn{
		event: EventWithdrawn, action: "case.withdraw",
		set: func(tx *gorm.DB, now time.Time, c *models.Case, _ *models.CaseTrack) (map[string]any, error) {
			if c.State == models.CaseClosed {
				return nil, errTurn
			}
			switch guarded, err := guardedTx(tx, *c); {
			case err != nil:
				return nil, err
			case guarded:
				return nil, fault.New(fault.Conflict, "track.guarded")
			}
			return map[string]any{
				"state": models.CaseClosed, "closed_on": models.DateOf(now), "outcome": models.Withdrawn,
				"suspended_on": "",
			}, nil
		},
	})
}

// AskAgain opens a closed matter again because the resident says that it is not solved. It goes back to its handler the
// first time, after that to intake and supervisor, who decide anew.
//
// Faults: NotFound "track.closed"; Invalid on "reason"; Conflict "track.wrong_state", "track.too_late".
func (s *Service) AskAgain(ctx context.Context, ticket, reason string) error {
	reason, err := own("reason", reason, maxReason, false)
	if err != nil {
		return err
	}
	return s.turn(ctx, ticket, turn{
		event: EventAgain, note: reason, action: "case.ask_again",
		set: func(tx *gorm.DB, now time.Time, c *models.Case, t *models.CaseTrack) (map[string]any, error) {
			if c.State != models.CaseClosed || !IsAsked(c.Outcome) {
				return nil, errTurn
			}
			days, err := reopenDaysTx(tx)
			switch {
			case err != nil:
				return nil, err
			case c.ClosedOn.AddDays(days) < models.DateOf(now):
				return nil, fault.New(fault.Conflict, "track.too_late", "days", days)
			}
			t.Asked++
			return s.againTx(tx, now, c, t.Asked <= sameHandler)
		},
	})
}
