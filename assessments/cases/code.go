package cases

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// Code issues the follow-up code of a matter that staff took in; the one issued before is worthless from then on. The
// code is nowhere else, so it cannot be had again.
//
// The handler issues none: with it he could take back, in the resident's name, what he has to answer. A matter raised
// online keeps the code of its form, for nobody at a window can tell whose it is.
//
// Faults: NotFound; Forbidden for whoever takes no matters in there; Conflict "serve.code.online".
func (s *Service) Code(ctx context.Context, who models.Actor, caseID string) (RaiseReceipt, error) {
	now := s.now()
	out := RaiseReceipt{Secret: s.secretOf(models.NewRandomID())}
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		c, err := caseTx(tx, who, caseID)
		if err != nil {
			return err
		}
		if err := policy.Check(who, policy.CaseTakeIn, policy.Object{UnitPath: c.UnitPath}); err != nil {
			return err
		}
		if !mayCode(who, c.Case, c.UnitPath) {
			return fault.New(fault.Conflict, "serve.code.online")
		}
		out.No, out.On = c.No, c.ReceivedOn
		if err := tx.Model(&models.Unit{}).Where("id = ?", c.UnitID).Pluck("name", &out.Unit).Error; err != nil {
			return fmt.Errorf("read unit: %w", err)
		}
		if err := s.keepCodeTx(tx, who, c.ID, out.Secret); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{Action: "case.code", Kind: "case", ID: c.ID, Detail: c.No})
	})
	return out, err
}

// mayCode reports whether the actor may issue the code of a case.
func mayCode(who models.Actor, c models.Case, path string) bool {
	return c.IntakeID != nil && models.Deref(c.HandlerID) != who.ID &&
		policy.Can(who, policy.CaseTakeIn, policy.Object{UnitPath: path})
}

// keepCodeTx keeps the hash of a code in place of an older one; what the resident did by the older one still counts.
func (s *Service) keepCodeTx(tx *gorm.DB, who models.Actor, caseID, secret string) error {
	row := models.CaseTrack{
		CaseID: caseID, SecretHash: s.secretHash(secret), IssuedBy: &who.ID, ReplyBy: models.ReplyTrack,
	}
	added, err := db.Insert(tx, &row)
	if err == nil && !added {
		err = tx.Model(&models.CaseTrack{}).Where("case_id = ?", caseID).
			Updates(map[string]any{"secret_hash": row.SecretHash, "issued_by": who.ID}).Error
	}
	if err != nil {
		return fmt.Errorf("write follow-up: %w", err)
	}
	return nil
}

// guardedTx reports whether the code of a case has been in the hands of a clerk although the case is hidden from
// somebody: a code shows then how far it is, and neither its words nor its answer, and takes nothing back.
func guardedTx(tx *gorm.DB, c models.Case) (bool, error) {
	if c.IntakeID == nil {
		return false, nil
	}
	hidden, err := hiddenTx(tx, c.ID)
	return len(hidden) > 0, err
}
