package accounts

import (
	"context"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

// maxObject is the longest id of an object in the audit log.
const maxObject = 64

// Looked writes into the audit log that somebody who reads for a time has seen a page; see web.Sessions. A door that
// wrote down what it showed, in the same request, is not repeated.
func (s *Service) Looked(ctx context.Context, actor models.Actor, path, about string) error {
	if len(about) > maxObject {
		about = about[:maxObject]
	}
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if noted, err := notedTx(tx, actor, about); err != nil || noted {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{Action: "inspect.look", Kind: "page", ID: about, Detail: path})
	})
}

// Refused writes into the audit log that somebody was refused; see web.Sessions.
func (s *Service) Refused(ctx context.Context, actor models.Actor, do policy.Action, route, about string) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		return audit.Add(tx, now, actor, audit.Event{
			Action: string(do), Kind: "page", ID: about, Outcome: audit.Refused, Detail: route,
		})
	})
}

// notedTx reports whether the log says of this request that the actor has seen the object.
func notedTx(tx *gorm.DB, actor models.Actor, about string) (bool, error) {
	if about == "" || actor.Req == "" {
		return false, nil
	}
	var n int64
	err := tx.Model(&models.AuditEntry{}).
		Where("object_id = ? AND actor_id = ? AND request_id = ?", about, actor.ID, actor.Req).Count(&n).Error
	return n > 0, wrap("look for what was noted", err)
}
