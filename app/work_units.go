package main

import (
	"time"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/assessments"
	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
)

// caseHoldings tells the room of people what of the cases hangs on a unit.
type caseHoldings struct{ cases *cases.Service }

// HeldTx implements accounts.Holdings.
func (caseHoldings) HeldTx(tx *gorm.DB, unitID string, _ models.Date) ([]accounts.Held, error) {
	h, err := cases.HeldTx(tx, unitID)
	return some(
		accounts.Held{Kind: "case", N: h.Open}, accounts.Held{Kind: "matter", N: h.Matters},
		accounts.Held{Kind: "part", N: h.Parts},
	), err
}

// MergeTx implements accounts.Holdings.
func (w caseHoldings) MergeTx(
	tx *gorm.DB, now time.Time, actor models.Actor, from, into models.Unit, posts map[string]string,
) error {
	return w.cases.MergeTx(tx, now, actor, from, into, posts)
}

// standHoldings tells it what of the ratings does.
type standHoldings struct{ ratings *ratings.Service }

// HeldTx implements accounts.Holdings.
func (standHoldings) HeldTx(tx *gorm.DB, unitID string, _ models.Date) ([]accounts.Held, error) {
	n, err := ratings.HeldTx(tx, unitID)
	return some(accounts.Held{Kind: "stand", N: n}), err
}

// MergeTx implements accounts.Holdings.
func (w standHoldings) MergeTx(
	tx *gorm.DB, now time.Time, actor models.Actor, from, into models.Unit, _ map[string]string,
) error {
	return w.ratings.MergeTx(tx, now, actor, from, into)
}

// periodHoldings tells it what of the assessment does. A period stays with the unit whose it was: whoever is above goes
// on with it, and the spans before the merging still see the unit.
type periodHoldings struct{}

// HeldTx implements accounts.Holdings.
func (periodHoldings) HeldTx(tx *gorm.DB, unitID string, _ models.Date) ([]accounts.Held, error) {
	n, err := assessments.OpenPeriodsTx(tx, unitID)
	return some(accounts.Held{Kind: "period", N: n}), err
}

// MergeTx implements accounts.Holdings.
func (periodHoldings) MergeTx(*gorm.DB, time.Time, models.Actor, models.Unit, models.Unit, map[string]string) error {
	return nil
}

// some leaves out what there is none of.
func some(all ...accounts.Held) []accounts.Held {
	var out []accounts.Held
	for _, h := range all {
		if h.N > 0 {
			out = append(out, h)
		}
	}
	return out
}
