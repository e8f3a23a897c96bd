package cases

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

func requestsTx(tx *gorm.DB, caseID string) ([]models.CaseRequest, error) {
	var out []models.CaseRequest
	if err := tx.Where("case_id = ?", caseID).Order("asked_at DESC, id DESC").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read requests: %w", err)
	}
	return out, nil
}

// requestTx loads a request of a case that the actor may see. Faults: NotFound.
func requestTx(tx *gorm.DB, who models.Actor, caseID, id string) (placed, models.CaseRequest, error) {
	c, err := caseTx(tx, who, caseID)
	if err != nil {
		return c, models.CaseRequest{}, err
	}
	var found []models.CaseRequest
	if err := tx.Where("id = ? AND case_id = ?", id, caseID).Limit(1).Find(&found).Error; err != nil {
		return c, models.CaseRequest{}, fmt.Errorf("read request: %w", err)
	}
	if len(found) == 0 {
		return c, models.CaseRequest{}, fault.New(fault.NotFound, "serve.unknown_ask")
	}
	return c, found[0], nil
}

// HoldsPostAtTx reports whether somebody holds a post at a unit on a day: then he belongs to it, whatever roles he has
// elsewhere.
func HoldsPostAtTx(tx *gorm.DB, personID, unitID string, on models.Date) (bool, error) {
	var n int64
	err := tx.Model(&models.Post{}).Where("person_id = ? AND unit_id = ? AND valid_from <= ?", personID, unitID, on).
		Where("(valid_to = '' OR valid_to >= ?)", on).Count(&n).Error
	if err != nil {
		return false, fmt.Errorf("read posts: %w", err)
	}
	return n > 0, nil
}

// RequestEntry is one line of the list of requests.
type RequestEntry struct {
	models.CaseRequest
	No, Title, Unit, Asker string
}

// RequestPage is one page of requests with their number.
type RequestPage struct {
	Entries []RequestEntry
	Total   int
}

// Requests lists the requests that wait for the actor's decision, the oldest first; with all, also those decided within
// his reach, the latest first.
//
// Fault: Forbidden for who decides none.
func (s *Service) Requests(ctx context.Context, who models.Actor, all bool, page, size int) (RequestPage, error) {
	if !policy.May(who, policy.CaseDecide) {
		return RequestPage{}, policy.Check(who, policy.CaseDecide, policy.Object{})
	}
	page, size = max(1, page), models.PageSize(size, 20)
	var out RequestPage
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		out = RequestPage{}
		var n int64
		if err := waitingTx(tx, who, all).Count(&n).Error; err != nil {
			return fmt.Errorf("count requests: %w", err)
		}
		out.Total = int(n)
		order := "r.asked_at, r.id"
		if all {
			order = "r.asked_at DESC, r.id DESC"
		}
		return waitingTx(tx, who, all).
			Select("r.*, c.no, c.title, u.name AS unit, a.name AS asker").
			Joins("JOIN persons a ON a.id = r.asked_by").Order(order).
			Limit(size).Offset((page - 1) * size).Find(&out.Entries).Error
	})
	return out, err
}

// waitingTx is the requests, as r, that the actor decides, of cases that he sees.
func waitingTx(tx *gorm.DB, who models.Actor, all bool) *gorm.DB {
	var parts []string
	var args []any
	add := func(do policy.Action, cond string) {
		reach := policy.Scope(who, do)
		if !reach.All && len(reach.Paths) == 0 {
			return
		}
		in, more := reach.Below("u.path")
		parts = append(parts, "("+cond+" AND "+in+")")
		args = append(args, more...)
	}
	add(policy.CaseApprove, "r.by_leader = 1")
	add(policy.CaseDispatch, "r.by_leader = 0 AND r.kind = 'dispatch'")
	add(policy.CaseSupervise, "r.by_leader = 0 AND r.kind IN ('extend', 'exclude')")
	if len(parts) == 0 {
		parts = []string{"1 = 0"}
	}
	q := seenTx(tx, who).Joins("JOIN case_requests r ON r.case_id = c.id").
		Where("("+strings.Join(parts, " OR ")+")", args...).
		Where("r.asked_by <> ? AND (c.handler_id IS NULL OR c.handler_id <> ?)", who.ID, who.ID)
	posts := []string{""}
	for _, g := range who.Grants {
		if g.Role == models.RoleCadre {
			posts = append(posts, g.UnitID)
		}
	}
	q = q.Where("(r.kind <> 'exclude' OR c.unit_id NOT IN ?)", posts) // nobody of the handling unit confirms one
	if !all {
		q = q.Where("r.state = ?", models.RequestOpen)
	}
	return q
}
