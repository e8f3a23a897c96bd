package ratings

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
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
	// MaxBlank is the number of blank slips that are printed at once.
	MaxBlank = 60
	// BlankDays is how many days after printing a blank slip can be keyed.
	BlankDays = 180
	// KeyGrace is how many days after the end of an invitation its paper slip can still be keyed: the box is emptied
	// now and then.
	KeyGrace = 14

	slipDigits = 10 // of a slip's number, the last one a check digit
)

// PaperSlip is a slip to be printed. Its number is kept nowhere else.
type PaperSlip struct {
	Number  string // "4827 1960 35"
	Unit    string
	What    string // the matter, or the window of a blank slip
	ValidTo models.Date
}

// CaseSlip prints the paper twin of the rating link of a closed case; an older slip of the case dies. It answers alike
// whether the case was rated or not.
//
// Faults: NotFound, Forbidden, Conflict "rate.no_receipt".
func (s *Service) CaseSlip(ctx context.Context, who models.Actor, caseID string) (PaperSlip, error) {
	now := s.now()
	today := models.DateOf(now)
	var out PaperSlip
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		c, path, err := cases.SeeTx(tx, who, caseID)
		if err != nil {
			return err
		}
		if err := policy.Check(who, policy.CaseInvite, caseObject(c, path)); err != nil {
			return err
		}
		inv, err := latestTx(tx, caseID)
		if err != nil {
			return err
		}
		if c.State != models.CaseClosed || inv == nil || inv.ExpiresOn < today {
			return fault.New(fault.Conflict, "rate.no_receipt")
		}
		if err := dropSlipsTx(tx, caseID); err != nil {
			return err
		}
		row := models.PaperSlip{UnitID: inv.UnitID, CaseID: &c.ID, ExpiresOn: inv.ExpiresOn.AddDays(KeyGrace)}
		number, err := s.slipTx(tx, now, who, row)
		if err != nil {
			return err
		}
		var n struct{ Unit, What string }
		err = tx.Table("matters AS m").Select("u.name AS unit, m.name AS what").
			Joins("JOIN units u ON u.id = ?", inv.UnitID).Where("m.id = ?", c.MatterID).Scan(&n).Error
		if err != nil {
			return fmt.Errorf("read names of slip: %w", err)
		}
		out = PaperSlip{Number: number, Unit: n.Unit, What: n.What, ValidTo: inv.ExpiresOn}
		return audit.Add(tx, now, who, audit.Event{Action: "case.paper_slip", Kind: "case", ID: caseID})
	})
	return out, err
}

// dropSlipsTx ends the slips of a case that nobody has keyed.
func dropSlipsTx(tx *gorm.DB, caseID string) error {
	err := tx.Where("case_id = ? AND state = ?", caseID, models.SlipOpen).Delete(&models.PaperSlip{}).Error
	if err != nil {
		return fmt.Errorf("drop older slips: %w", err)
	}
	return nil
}

// BlankSlips prints n slips for a window.
//
// Faults: NotFound "rate.stand.unknown"; Conflict "rate.stand.ended"; Invalid on "n".
func (s *Service) BlankSlips(ctx context.Context, who models.Actor, standID string, n int) ([]PaperSlip, error) {
	now := s.now()
	today := models.DateOf(now)
	switch {
	case n < 1:
		return nil, fault.Wrong(fault.On("n", "form.too_small", "min", 1))
	case n > MaxBlank:
		return nil, fault.Wrong(fault.On("n", "form.too_large", "max", MaxBlank))
	}
	var out []PaperSlip
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		out = nil
		st, err := standTx(tx, who, standID)
		switch {
		case err != nil:
			return err
		case st.ended(today):
			return fault.New(fault.Conflict, "rate.stand.ended")
		}
		for range n {
			row := models.PaperSlip{UnitID: st.UnitID, ExpiresOn: today.AddDays(BlankDays)}
			number, err := s.slipTx(tx, now, who, row)
			if err != nil {
				return err
			}
			out = append(out, PaperSlip{Number: number, Unit: st.Unit, What: st.Name, ValidTo: row.ExpiresOn})
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: "stand.paper_slips", Kind: "stand", ID: standID, Detail: fmt.Sprintf("n=%d", n),
		})
	})
	return out, err
}

// slipTx writes a slip under a number nobody has.
func (s *Service) slipTx(tx *gorm.DB, now time.Time, who models.Actor, row models.PaperSlip) (string, error) {
	for range 8 {
		number := newSlipNumber()
		row.ID, row.NumberHash, row.State = models.NewRandomID(), s.slipHash(number), models.SlipOpen
		row.IssuedBy, row.IssuedOn = who.ID, models.DateOf(now)
		var n int64
		err := tx.Model(&models.PaperSlip{}).Where("number_hash = ?", row.NumberHash).Count(&n).Error
		if err != nil {
			return "", fmt.Errorf("look for slip: %w", err)
		}
		if n > 0 {
			continue
		}
		if err := tx.Create(&row).Error; err != nil {
			return "", fmt.Errorf("write slip: %w", err)
		}
		return grouped(number), nil
	}
	return "", fault.New(fault.Busy, "error.busy")
}

func (s *Service) slipHash(number string) string { return s.vault.Hash("rating.slip", number) }

// grouped writes a number as it is printed.
func grouped(digits string) string { return digits[:4] + " " + digits[4:8] + " " + digits[8:] }

func newSlipNumber() string {
	n, _ := rand.Int(rand.Reader, big.NewInt(1_000_000_000)) // crypto/rand.Reader never fails
	body := fmt.Sprintf("%09d", n)
	return body + string(checkDigit(body))
}

// checkDigit is the digit after Luhn (ISO/IEC 7812-1): it finds every single wrong digit and nearly every swap of two.
func checkDigit(body string) byte {
	sum := 0
	for i := range len(body) {
		d := int(body[len(body)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return byte('0' + (10-sum%10)%10)
}

// slipNumber returns the digits of a number as it is typed or scanned; ok is false where they cannot be one.
func slipNumber(typed string) (digits string, ok bool) {
	digits = strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		}
		return -1
	}, typed)
	return digits, len(digits) == slipDigits && digits[slipDigits-1] == checkDigit(digits[:slipDigits-1])
}

// caseObject is what the policy judges a case by.
func caseObject(c models.Case, unitPath string) policy.Object {
	o := policy.Object{UnitPath: unitPath}
	if c.HandlerID != nil {
		o.PersonID = *c.HandlerID
	}
	return o
}
