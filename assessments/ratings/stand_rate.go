package ratings

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

const (
	ticketFor  = "rating.stand" // purpose of the signed ticket of a stand's form
	ticketLife = 12 * time.Hour
)

var errUnknownStand = fault.New(fault.NotFound, "rate.stand.unknown")

// StandLook is what the rating page of a window shows. Ticket belongs into its form: sent twice it is one rating.
type StandLook struct {
	Unit, Name string
	UnitID     string
	Ended      bool
	Ticket     string
}

// LookStand returns what the code of a window leads to. Fault: NotFound "rate.stand.unknown".
func (s *Service) LookStand(ctx context.Context, code string) (StandLook, error) {
	now := s.now()
	var st Stand
	err := db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		st, err = standByCodeTx(tx, code)
		return err
	})
	if err != nil {
		return StandLook{}, err
	}
	return StandLook{
		Unit: st.Unit, Name: st.Name, UnitID: st.UnitID, Ended: st.ended(models.DateOf(now)),
		Ticket: s.vault.Token(ticketFor, st.Code+" "+models.NewRandomID(), now.Add(ticketLife)),
	}, nil
}

func (s Stand) ended(today models.Date) bool { return s.ValidTo != "" && s.ValidTo < today }

// RateStand keeps a rating that somebody gives of his own accord at a window. It counts for the unit only: without the
// code of a visit nobody can say who served. Sent twice with one ticket it is kept once.
//
// Faults: Invalid on "level", "solved", "comment", or for a ticket that is wrong or too old; NotFound
// "rate.stand.unknown"; Conflict "rate.stand.ended".
func (s *Service) RateStand(ctx context.Context, code, ticket string, in Input) error {
	now := s.now()
	in, err := in.checked()
	if err != nil {
		return err
	}
	id, err := s.redeem(code, ticket, now)
	if err != nil {
		return err
	}
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		st, err := standOpenTx(tx, code, models.DateOf(now))
		if err != nil {
			return err
		}
		row := unitRating(st.UnitID, in, models.DateOf(now))
		row.ID, row.Channel, row.Mode = id, models.QR, models.ModeActive
		if _, err := db.Insert(tx, &row); err != nil {
			return fmt.Errorf("write rating: %w", err)
		}
		return nil
	})
}

// unitRating is the row of a rating that names no case and nobody.
func unitRating(unitID string, in Input, today models.Date) models.Rating {
	return models.Rating{
		UnitID: unitID, Family: models.OtherFamily, Level: in.Level, Solved: in.Solved,
		Reasons: strings.Join(in.Reasons, ","), Comment: in.Comment, RatedOn: today,
	}
}

// PressureStand keeps the word of somebody at a window that a good rating was asked for.
//
// Faults: as RateStand.
func (s *Service) PressureStand(ctx context.Context, code, ticket, comment string) error {
	now := s.now()
	comment = strings.TrimSpace(comment)
	if n := len([]rune(comment)); n > MaxComment {
		return fault.Wrong(fault.On("comment", "form.too_long", "max", MaxComment, "n", n))
	}
	id, err := s.redeem(code, ticket, now)
	if err != nil {
		return err
	}
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		st, err := standOpenTx(tx, code, models.DateOf(now))
		if err != nil {
			return err
		}
		row := models.PressureReport{ID: id, UnitID: st.UnitID, Comment: comment, ReportedOn: models.DateOf(now)}
		if _, err := db.Insert(tx, &row); err != nil {
			return fmt.Errorf("write pressure report: %w", err)
		}
		return nil
	})
}

// redeem returns the id of what is sent with a ticket. It is made of the ticket by a key, so that who has kept the page
// finds no row by it.
func (s *Service) redeem(code, ticket string, now time.Time) (id string, err error) {
	payload, err := s.vault.CheckToken(ticketFor, ticket, now)
	if err != nil {
		return "", err
	}
	if of, _, _ := strings.Cut(payload, " "); of != code {
		return "", fault.New(fault.Invalid, "vault.token_wrong")
	}
	return keyedID(s.vault.Hash(ticketFor, payload)), nil
}

// keyedID makes an identifier of a keyed hash; it tells no more of its time than a random one.
func keyedID(hash string) string {
	const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	b, err := hex.DecodeString(hash)
	if err != nil || len(b) < 26 {
		return models.NewRandomID()
	}
	out := make([]byte, 26)
	for i := range out {
		out[i] = digits[b[i]&31]
	}
	return string(out)
}

func standByCodeTx(tx *gorm.DB, code string) (Stand, error) {
	var found []Stand
	err := standsOf(tx).Select("s.*, u.name AS unit, u.path AS unit_path").Where("s.code = ?", code).Limit(1).
		Find(&found).Error
	if err != nil {
		return Stand{}, fmt.Errorf("read stand: %w", err)
	}
	if len(found) == 0 {
		return Stand{}, errUnknownStand
	}
	return found[0], nil
}

func standOpenTx(tx *gorm.DB, code string, today models.Date) (Stand, error) {
	st, err := standByCodeTx(tx, code)
	if err == nil && st.ended(today) {
		err = fault.New(fault.Conflict, "rate.stand.ended")
	}
	return st, err
}
