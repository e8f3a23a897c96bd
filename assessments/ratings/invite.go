package ratings

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// newToken returns an unguessable token: 32 random bytes in base64url.
func newToken() string {
	b := make([]byte, tokenBytes)
	_, _ = rand.Read(b) // crypto/rand.Read never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// pathOf is the address of the rating page of a token on this site.
func pathOf(token string) string { return "/r/" + token }

// notOfLoop leaves out the invitation that an interviewer gave the resident after a bad rating: the handler neither
// renews it, which would end the resident's link, nor learns that there is one.
const notOfLoop = "NOT EXISTS (SELECT 1 FROM rating_loops AS l WHERE l.invitation_id = invitations.id)"

// CaseClosedTx makes the invitation of a closed case, unless the outcome asks nobody. Nobody learns its token: who
// closed the case is rated by it, so a clerk who is not the handler prints a link (Reprint), or the resident fetches
// one with the code of the receipt (LinkFor).
//
// A case that is closed again keeps an invitation that was not used, with a new link; otherwise it gets another one, so
// that the link tells nobody whether the case was rated before. Slips of an earlier closing die: whoever printed them
// may be the handler by now. It is part of the transaction that closes the case.
func (s *Service) CaseClosedTx(tx *gorm.DB, now time.Time, c *models.Case) error {
	if !cases.IsAsked(c.Outcome) {
		return nil
	}
	if err := dropSlipsTx(tx, c.ID); err != nil {
		return err
	}
	today, token := models.DateOf(now), newToken()
	res := tx.Model(&models.Invitation{}).Where("case_id = ? AND state = ?", c.ID, models.InvitationOpen).
		Where(notOfLoop).Updates(map[string]any{
		"token_hash": hashOf(token), "issued_on": today, "expires_on": today.AddDays(ValidDays),
		"unit_id": c.UnitID, "subject_id": c.HandlerID, "post_id": c.HandlerPostID,
	})
	if res.Error != nil {
		return fmt.Errorf("renew invitation: %w", res.Error)
	}
	if res.RowsAffected > 0 {
		return nil
	}
	row := inviting(*c, token, models.QR, today)
	if err := tx.Create(&row).Error; err != nil {
		return fmt.Errorf("write invitation: %w", err)
	}
	return nil
}

// Slip is what a receipt needs: the path of the link and the last day on which it can be used.
type Slip struct {
	Link    string
	ValidTo models.Date
}

// Reprint gives the closed case a new link; the old one dies. It answers alike whether the case was rated or not.
//
// Faults: NotFound; Forbidden for whoever takes no matters in, and for the handler; Conflict "rate.no_receipt" when
// the case has no invitation or its time is over.
func (s *Service) Reprint(ctx context.Context, who models.Actor, caseID string) (Slip, error) {
	now := s.now()
	today := models.DateOf(now)
	var out Slip
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		c, path, err := cases.SeeTx(tx, who, caseID)
		if err != nil {
			return err
		}
		if err := policy.Check(who, policy.CaseInvite, caseObject(c, path)); err != nil {
			return err
		}
		inv, err := latestTx(tx, caseID)
		if err != nil {
			return err
		}
		if c.State != models.CaseClosed || inv == nil || inv.ExpiresOn < today {
			return fault.New(fault.Conflict, "rate.no_receipt")
		}
		token := newToken()
		err = tx.Model(&models.Invitation{}).Where("id = ?", inv.ID).Update("token_hash", hashOf(token)).Error
		if err != nil {
			return fmt.Errorf("renew link: %w", err)
		}
		out = Slip{Link: pathOf(token), ValidTo: inv.ExpiresOn}
		return audit.Add(tx, now, who, audit.Event{Action: "case.receipt", Kind: "case", ID: caseID})
	})
	return out, err
}

// latestTx returns the invitation that belongs to the last closing of a case: the one issued last, an unused one first.
func latestTx(tx *gorm.DB, caseID string) (*models.Invitation, error) {
	var all []models.Invitation
	err := tx.Where("case_id = ?", caseID).Where(notOfLoop).
		Order("issued_on DESC, CASE WHEN state = 'open' THEN 0 ELSE 1 END, id").
		Limit(1).Find(&all).Error
	if err != nil {
		return nil, fmt.Errorf("read invitation: %w", err)
	}
	if len(all) == 0 {
		return nil, nil
	}
	return &all[0], nil
}

// CloseExpired stores invitations whose time is over as not rated, and returns how many. For the job; idempotent.
//
// Fault: Forbidden for anybody but the program.
func (s *Service) CloseExpired(ctx context.Context, who models.Actor) (int, error) {
	if err := policy.Check(who, policy.AdminJobs, policy.Object{}); err != nil {
		return 0, err
	}
	now := s.now()
	n := 0
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		res := tx.Model(&models.Invitation{}).
			Where("state = ? AND expires_on < ?", models.InvitationOpen, models.DateOf(now)).
			Update("state", models.InvitationNotRated)
		if res.Error != nil {
			return fmt.Errorf("close invitations: %w", res.Error)
		}
		if n = int(res.RowsAffected); n == 0 {
			return nil
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: "rating.not_rated", Kind: "invitation", Detail: fmt.Sprintf("n=%d", n),
		})
	})
	return n, err
}
