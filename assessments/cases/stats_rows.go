package cases

import (
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
)

// group is N cases that are alike in everything the figures look at.
type group struct {
	HandlerID, UnitID           string
	Family                      models.Family
	ReceivedOn, DueOn, ClosedOn models.Date
	Outcome                     models.Outcome
	Again                       bool // reopened at least once
	Excluded                    bool
	N                           int
}

// groupsTx reads every case that touches the span: received by its end and not closed before it.
func groupsTx(tx *gorm.DB, from, to models.Date) ([]group, error) {
	var out []group
	again := "CASE WHEN c.reopened > 0 THEN 1 ELSE 0 END"
	// While the clock of a case stands still it is not overdue.
	due := "CASE WHEN c.suspended_on <> '' THEN '9999-12-31' ELSE c.due_on END"
	same := "c.unit_id, c.family, c.received_on, c.closed_on, c.outcome, c.excluded"
	err := tx.Table("cases AS c").
		Select("COALESCE(c.handler_id, '') AS handler_id, "+same+", "+due+" AS due_on, "+again+" AS again, "+
			"COUNT(*) AS n").
		Where("c.received_on <= ? AND (c.closed_on = '' OR c.closed_on >= ?)", to, from).
		Group("c.handler_id, " + same + ", " + due + ", " + again).
		Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read figures of cases: %w", err)
	}
	return out, nil
}
