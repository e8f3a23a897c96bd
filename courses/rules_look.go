package courses

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

// Rules is what there is to see of the rule book.
type Rules struct {
	Year    int
	Book    RuleBook   // that holds this year
	Now     *RuleView  // its version; nil while it is the preset
	Waiting *RuleView  // that waits for a second person
	All     []RuleView // a page of all versions, the latest first
	Total   int

	MayPropose, MayConfirm, Mine bool // Mine: the reader proposed what waits
}

// Rules shows the rule book of this year, what waits, and a page of all versions. Fault: Forbidden.
func (s *Service) Rules(ctx context.Context, who models.Actor, page, size int) (v Rules, err error) {
	year := models.DateOf(s.now()).Year()
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		if err := mayRule(tx, who, policy.BookSee); err != nil {
			return err
		}
		v = Rules{Year: year, Book: ExampleBook()}
		if v.Now, err = ruleOfTx(tx, year); err != nil {
			return err
		}
		if v.Now != nil {
			v.Book = v.Now.Rules
		}
		if v.Waiting, err = pendingTx(tx); err != nil {
			return err
		}
		if err := v.allTx(tx, page, size); err != nil {
			return err
		}
		return v.mayTx(tx, who)
	})
	return v, err
}

func (v *Rules) allTx(tx *gorm.DB, page, size int) error {
	var n int64
	if err := tx.Model(&models.HourRule{}).Count(&n).Error; err != nil {
		return fmt.Errorf("count rule books: %w", err)
	}
	v.Total = int(n)
	err := ruleQuery(tx).Order("hour_rules.no DESC").Limit(size).Offset((max(1, page) - 1) * size).Scan(&v.All).Error
	if err != nil {
		return fmt.Errorf("list rule books: %w", err)
	}
	for i := range v.All {
		if err := v.All[i].open(); err != nil {
			return err
		}
	}
	return nil
}

func (v *Rules) mayTx(tx *gorm.DB, who models.Actor) error {
	at, err := bookAtTx(tx)
	if err != nil {
		return err
	}
	v.Mine = v.Waiting != nil && v.Waiting.ProposedBy != nil && *v.Waiting.ProposedBy == who.ID
	v.MayPropose = v.Waiting == nil && policy.Can(who, policy.BookPropose, at)
	v.MayConfirm = v.Waiting != nil && policy.Can(who, policy.BookConfirm, at)
	return nil
}

// RulesDue says of the rule book what somebody has to do: to set it, or to decide on a version of another.
type RulesDue struct{ Missing, Decide bool }

// RulesDue says what the actor has to do about the rule book; nothing for whoever may do nothing about it.
func (s *Service) RulesDue(ctx context.Context, who models.Actor) (due RulesDue, err error) {
	if !policy.May(who, policy.BookConfirm) {
		return due, nil
	}
	v, err := s.Rules(ctx, who, 1, 1)
	if err != nil {
		return due, err
	}
	return RulesDue{Missing: v.Book.Example && v.MayPropose, Decide: v.MayConfirm && !v.Mine}, nil
}
