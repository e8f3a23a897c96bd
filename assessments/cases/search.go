package cases

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

// mostByPhone bounds how many cases of one number are shown.
const mostByPhone = 50

// IsPhone reports whether a text that is looked for is a telephone number.
func IsPhone(text string) bool {
	text = strings.TrimSpace(text)
	return text != "" && isPhone(text)
}

// ByPhone returns the latest cases of a telephone number, found by its keyed hash: only to those who may be shown a
// contact, and of the cases of which they may be. The look is logged without the number.
//
// Faults: Unsigned, Forbidden.
func (s *Service) ByPhone(ctx context.Context, who models.Actor, phone string) ([]Entry, error) {
	if !policy.May(who, policy.CaseContact) {
		return nil, policy.Check(who, policy.CaseContact, policy.Object{})
	}
	now := s.now()
	var out []Entry
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		out = nil
		cond, args := ScopeCond(who, policy.CaseContact)
		var rows []struct {
			Entry
			Path      string
			HandlerID string
		}
		err := tx.Table("cases AS c").Joins("JOIN units u ON u.id = c.unit_id").
			Joins("LEFT JOIN persons h ON h.id = c.handler_id").
			Select("c.id, c.no, c.title, c.family, c.channel, c.state, c.due_on, c.closed_on, c.outcome, c.reopened, "+
				"u.name AS unit, u.path, COALESCE(h.name, '') AS handler, COALESCE(c.handler_id, '') AS handler_id").
			Where(cond, args...).Where("c.phone_hash = ?", *phoneHash(s.vault, phone)).
			Order("c.received_on DESC, c.no DESC").Limit(mostByPhone).Find(&rows).Error
		if err != nil {
			return fmt.Errorf("find cases by phone: %w", err)
		}
		today := models.DateOf(now)
		for _, r := range rows {
			if !policy.Can(who, policy.CaseContact, policy.Object{UnitPath: r.Path, PersonID: r.HandlerID}) {
				continue
			}
			if r.State != models.CaseClosed {
				r.DaysLeft = s.days.Between(today, r.DueOn)
			}
			out = append(out, r.Entry)
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: "case.by_phone", Kind: "case", Detail: fmt.Sprintf("n=%d", len(out)),
		})
	})
	return out, err
}
