package accounts

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

// AuditFilter narrows the audit log. From and To are days, both included.
type AuditFilter struct {
	Action, Person, Outcome string // Person: name or staff number, as a whole
	From, To                models.Date
	Page                    int
	Size                    int // 0 = 50
}

// MostCounted is how many entries of the log are counted: it grows without end.
const MostCounted = 1000

// AuditLog lists what was done and read, newest first, with the number of all that match; unless a whole sheet is asked
// for, that goes no further than one past MostCounted. Opening it is audited too.
func (s *Service) AuditLog(
	ctx context.Context, actor models.Actor, f AuditFilter,
) (rows []models.AuditEntry, total int, err error) {
	if !policy.May(actor, policy.AdminAudit) {
		return nil, 0, policy.Check(actor, policy.AdminAudit, policy.Object{})
	}
	now := s.now()
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		if rows, total, err = listAudit(tx, f); err != nil || f.Page > 1 {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{Action: "audit.read", Kind: "audit"})
	})
	return rows, total, err
}

// AuditNumbers returns the staff numbers of those who stand in entries of the log, by person: names alone do not tell
// two people apart.
func (s *Service) AuditNumbers(
	ctx context.Context, actor models.Actor, rows []models.AuditEntry,
) (map[string]string, error) {
	if !policy.May(actor, policy.AdminAudit) {
		return nil, policy.Check(actor, policy.AdminAudit, policy.Object{})
	}
	ids := []string{""}
	for _, r := range rows {
		if r.ActorID != nil {
			ids = append(ids, *r.ActorID)
		}
	}
	var people []models.Person
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		return tx.Select("id", "staff_no").Where("id IN ?", ids).Find(&people).Error
	})
	out := make(map[string]string, len(people))
	for _, p := range people {
		out[p.ID] = p.StaffNo
	}
	return out, wrap("read staff numbers", err)
}

// AuditActions lists the actions that stand in the log, for the filter.
func (s *Service) AuditActions(ctx context.Context, actor models.Actor) ([]string, error) {
	if !policy.May(actor, policy.AdminAudit) {
		return nil, policy.Check(actor, policy.AdminAudit, policy.Object{})
	}
	var out []string
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		// From one action to the next, along the index: SELECT DISTINCT would read the whole log.
		return tx.Raw(`WITH RECURSIVE known (action) AS (
			SELECT MIN(action) FROM audit_entries
			UNION ALL SELECT (SELECT MIN(e.action) FROM audit_entries e WHERE e.action > k.action) FROM known k
				WHERE k.action IS NOT NULL)
			SELECT action FROM known WHERE action IS NOT NULL ORDER BY action`).Scan(&out).Error
	})
	return out, wrap("list audited actions", err)
}

func listAudit(tx *gorm.DB, f AuditFilter) ([]models.AuditEntry, int, error) {
	q := tx.Model(&models.AuditEntry{})
	if f.Action != "" {
		q = q.Where("action = ?", f.Action)
	}
	if f.Outcome != "" {
		q = q.Where("outcome = ?", f.Outcome)
	}
	if who := strings.TrimSpace(f.Person); who != "" {
		q = q.Where("(actor_name = ? OR actor_id IN (SELECT id FROM persons WHERE staff_no = ?))", who,
			NormalStaffNo(who))
	}
	if f.From != "" {
		q = q.Where("at >= ?", f.From.Start())
	}
	if f.To != "" {
		q = q.Where("at < ?", f.To.End())
	}
	q = q.Session(&gorm.Session{})
	size := models.PageSize(f.Size, 50)
	total, err := countAudit(tx, q, size)
	if err != nil {
		return nil, 0, wrap("count audit entries", err)
	}
	// First the ids, which an index holds in this order: whole entries a server would rather sort.
	var ids []string
	err = q.Order("at DESC, id DESC").Limit(size).Offset((max(1, f.Page)-1)*size).Pluck("id", &ids).Error
	if err != nil {
		return nil, 0, wrap("find audit entries", err)
	}
	var rows []models.AuditEntry
	err = tx.Where("id IN ?", ids).Order("at DESC, id DESC").Find(&rows).Error
	return rows, total, wrap("list audit entries", err)
}

// countAudit counts no further than one past MostCounted, unless a whole sheet is asked for.
func countAudit(tx, q *gorm.DB, size int) (int, error) {
	var n int64
	if size > MostCounted {
		err := q.Count(&n).Error
		return int(n), err
	}
	err := tx.Table("(?) AS x", q.Select("id").Limit(MostCounted+1)).Count(&n).Error
	return int(n), err
}
