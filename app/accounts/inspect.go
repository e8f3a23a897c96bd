package accounts

import (
	"context"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
)

// maxObject is the longest id of an object in the audit log.
const maxObject = 64

// Looked writes into the audit log that somebody who reads for a time has seen a page; see web.Sessions.
func (s *Service) Looked(ctx context.Context, actor models.Actor, path, about string) error {
	if len(about) > maxObject {
		about = about[:maxObject]
	}
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		return audit.Add(tx, now, actor, audit.Event{Action: "inspect.look", Kind: "page", ID: about, Detail: path})
	})
}
