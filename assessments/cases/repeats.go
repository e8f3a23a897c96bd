package cases

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/fault"
)

// Earlier is a case that may be the same resident's earlier one.
type Earlier struct {
	ID, No, Title, Matter string
	State                 models.CaseState
	ReceivedOn            models.Date
	SameMatter            bool
}

const (
	repeatDays = 365 // how far back an earlier case of the same number is suggested
	mostRepeat = 5   // suggestions
)

// earlierTx suggests the cases of the same telephone number that the clerk may see, those of the same matter first.
// Only the keyed hash is compared.
func earlierTx(tx *gorm.DB, who models.Actor, c models.Case) ([]Earlier, error) {
	if c.PhoneHash == nil {
		return nil, nil
	}
	var out []Earlier
	err := seenTx(tx, who).
		Select("c.id, c.no, c.title, c.state, c.received_on, m.name AS matter, "+
			"CASE WHEN c.matter_id = ? THEN 1 ELSE 0 END AS same_matter", c.MatterID).
		Joins("JOIN matters m ON m.id = c.matter_id").
		Where("c.phone_hash = ? AND c.id <> ? AND c.received_at <= ?", *c.PhoneHash, c.ID, c.ReceivedAt).
		Where("c.received_on >= ?", c.ReceivedOn.AddDays(-repeatDays)).
		Order("same_matter DESC, c.received_at DESC, c.id").Limit(mostRepeat).Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read earlier cases: %w", err)
	}
	return out, nil
}

// Repeat links the case to the earlier one that it repeats (重复诉求), by its number. Both stay and are handled; whether
// it counts is decided by an exclusion.
//
// Faults: NotFound, Forbidden, Conflict; Invalid on "repeat" for a number that is unknown, its own, or later.
func (s *Service) Repeat(ctx context.Context, who models.Actor, id, no string, version int) (*models.Case, error) {
	var bad []fault.Field
	no = strings.ToUpper(text(&bad, "repeat", no, 20, true))
	if err := fault.Refuse(bad); err != nil {
		return nil, err
	}
	st := step{action: "case.repeat", may: mayDirect, event: EventRepeat, from: States(), note: no}
	return s.run(ctx, who, id, version, st, func(
		tx *gorm.DB, _ time.Time, c *placed, _ *step,
	) (map[string]any, error) {
		var found []models.Case
		err := seenTx(tx, who).Select("c.*").Where("c.no = ?", no).Limit(1).Find(&found).Error
		switch {
		case err != nil:
			return nil, fmt.Errorf("read earlier case: %w", err)
		case len(found) == 0:
			return nil, fault.Wrong(fault.On("repeat", "serve.repeat_unknown", "no", no))
		case found[0].ID == c.ID || found[0].ReceivedAt.After(c.ReceivedAt):
			return nil, fault.Wrong(fault.On("repeat", "serve.repeat_later", "no", no))
		}
		return map[string]any{"repeat_of_id": found[0].ID}, nil
	})
}
