package accounts

import (
	"context"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

// Export is a list that somebody takes away as a sheet. Filters are the names of what narrowed it: their values may be
// personal data and are not kept.
type Export struct {
	List    string // its name, such as "people"
	Rows    int
	Filters []string
}

// RecordExport keeps who took which list away and how many rows it had. It comes before the sheet is handed out: what
// could not be recorded is not exported.
//
// Fault: Unsigned when nobody is logged in.
func (s *Service) RecordExport(ctx context.Context, actor models.Actor, e Export) error {
	if err := policy.Check(actor, policy.Signed, policy.Object{PersonID: actor.ID}); err != nil {
		return err
	}
	now := s.now()
	detail := "rows=" + strconv.Itoa(e.Rows)
	if len(e.Filters) > 0 {
		detail += " filters=" + strings.Join(e.Filters, ",")
	}
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		return audit.Add(tx, now, actor, audit.Event{Action: "list.export", Kind: "list", ID: e.List, Detail: detail})
	})
}
