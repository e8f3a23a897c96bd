package ratings

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// Wait is what whoever raised a matter is told about rating it.
type Wait struct {
	Key   string // message, "" = the matter asks for no rating
	Until models.Date
	Open  bool // a link can be had
}

// Wait says how the invitation of the matter of a ticket stands. Whether it was used is told only where nobody but the
// resident has ever had the code of the receipt.
//
// Fault: NotFound "track.closed".
func (s *Service) Wait(ctx context.Context, ticket string, self bool) (Wait, error) {
	now := s.now()
	id, err := cases.TicketCase(s.vault, ticket, now)
	if err != nil {
		return Wait{}, err
	}
	var inv *models.Invitation
	barred := false
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		if inv, err = latestTx(tx, id); err != nil || inv == nil {
			return err
		}
		barred, err = ratedPrintedTx(tx, inv)
		return err
	})
	switch {
	case err != nil || inv == nil:
		return Wait{}, err
	case barred:
		return Wait{Key: "track.rate.window", Until: inv.ExpiresOn}, nil
	case inv.State == models.InvitationRated && self:
		return Wait{Key: "track.rated"}, nil
	case inv.ExpiresOn < models.DateOf(now):
		return Wait{Key: "track.rate.over", Until: inv.ExpiresOn}, nil
	case self:
		return Wait{Key: "track.rate.waits", Until: inv.ExpiresOn, Open: true}, nil
	}
	return Wait{Key: "track.rate.may", Until: inv.ExpiresOn, Open: true}, nil
}

// LinkFor gives the closed matter of a ticket a new rating link and returns its path; the old link dies.
//
// Faults: NotFound "track.closed"; Conflict "track.rate.none" when there is nothing to rate any more, or the code has
// been in the hands of the one who would be rated.
func (s *Service) LinkFor(ctx context.Context, ticket string) (path string, err error) {
	now := s.now()
	id, err := cases.TicketCase(s.vault, ticket, now)
	if err != nil {
		return "", err
	}
	token := newToken()
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		var open int64
		err := tx.Model(&models.Case{}).Where("id = ? AND state = ?", id, models.CaseClosed).Count(&open).Error
		if err != nil {
			return fmt.Errorf("read matter: %w", err)
		}
		inv, err := latestTx(tx, id)
		switch {
		case err != nil:
			return err
		case open == 0 || inv == nil || inv.ExpiresOn < models.DateOf(now):
			return fault.New(fault.Conflict, "track.rate.none")
		}
		barred, err := ratedPrintedTx(tx, inv)
		switch {
		case err != nil:
			return err
		case barred:
			return fault.New(fault.Conflict, "track.rate.none")
		}
		err = tx.Model(&models.Invitation{}).Where("id = ?", inv.ID).Update("token_hash", hashOf(token)).Error
		if err != nil {
			return fmt.Errorf("renew link: %w", err)
		}
		return nil
	})
	return pathOf(token), err
}

// ratedPrintedTx reports whether the code by which a matter is followed was printed by the one who is rated now: a
// clerk who printed it and was given the matter afterwards. By it he could rate himself.
func ratedPrintedTx(tx *gorm.DB, inv *models.Invitation) (bool, error) {
	if inv.SubjectID == nil {
		return false, nil
	}
	var n int64
	err := tx.Model(&models.CaseTrack{}).
		Where("case_id = ? AND issued_by = ?", inv.CaseID, *inv.SubjectID).Count(&n).Error
	if err != nil {
		return false, fmt.Errorf("read who printed the code: %w", err)
	}
	return n > 0, nil
}
