package cases

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

// Desk is what waits for one person.
type Desk struct {
	ToAcknowledge int    // given to him, not acknowledged
	InHand        int    // acknowledged, not closed
	Overdue       int    // of both, past their deadline
	Next          *Entry // the one with the nearest deadline, nil without any
	ToDispatch    int    // within his reach, for clerks and supervisors
}

// Desk returns what waits for the actor.
func (s *Service) Desk(ctx context.Context, who models.Actor) (Desk, error) {
	if !policy.May(who, policy.CaseSee) || who.ID == "" {
		return Desk{}, nil
	}
	today := models.DateOf(s.now())
	var out Desk
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		out = Desk{}
		see := sightOf(who)
		mine, err := s.listTx(tx, see, who, Filter{Mine: true, Open: true, Page: 1, Size: 1}, today)
		if err != nil {
			return err
		}
		out.ToAcknowledge = mine.States[models.CaseDispatched]
		out.InHand = mine.States[models.CaseInHand] + mine.States[models.CaseAnswered]
		if len(mine.Entries) > 0 {
			out.Next = &mine.Entries[0]
		}
		out.Overdue, err = s.countTx(tx, see, who, Filter{Mine: true, Open: true, Due: Overdue}, today)
		if err != nil {
			return err
		}
		out.ToDispatch, err = toDispatchTx(tx, who)
		return err
	})
	return out, err
}

func toDispatchTx(tx *gorm.DB, who models.Actor) (int, error) {
	cond, args := ScopeCond(who, policy.CaseDispatch)
	var n int64
	err := seenTx(tx, who).Where("c.state = ?", models.CaseReceived).Where(cond, args...).Count(&n).Error
	if err != nil {
		return 0, fmt.Errorf("count cases to dispatch: %w", err)
	}
	return int(n), nil
}
