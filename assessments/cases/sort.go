package cases

import (
	"context"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/policy"
)

// EventSorted says that a clerk put a case under an entry of the duty list.
const EventSorted = "sorted"

// Sort puts a case that nobody has in hand under another entry of the duty list; the deadline follows the entry and
// runs from the day it came in.
//
// Faults: NotFound, Forbidden, Conflict, Invalid on "matter".
func (s *Service) Sort(
	ctx context.Context, who models.Actor, id, matterID string, version int,
) (*models.Case, error) {
	st := step{
		action: "case.sort", may: mayDirect, event: EventSorted, from: []models.CaseState{models.CaseReceived},
	}
	return s.run(ctx, who, id, version, st, func(
		tx *gorm.DB, now time.Time, c *placed, st *step,
	) (map[string]any, error) {
		m, err := matterTx(tx, matterID, models.DateOf(now))
		if err != nil {
			return nil, err
		}
		st.note = m.Name
		return map[string]any{
			"matter_id": m.ID, "family": m.Family, "difficulty": m.Difficulty,
			"due_on": s.days.Add(c.ReceivedOn, m.Days),
		}, nil
	})
}

// maySort reports whether the actor may put the case under another entry now.
func maySort(who models.Actor, c models.Case, path string) bool {
	return c.State == models.CaseReceived && policy.Can(who, policy.CaseDispatch, object(c, path))
}
