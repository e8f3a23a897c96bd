package ratings

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

// SlipLook is what the keyer sees of a slip: never the case, lest the paper lead him to a person.
type SlipLook struct {
	Unit  string
	Blank bool // for a window: counts for the unit
	Again bool // drawn by chance, to be keyed by a second person
}

// LookSlip tells whether a slip can be keyed by the actor. Faults: as KeySlip.
func (s *Service) LookSlip(ctx context.Context, who models.Actor, number string) (SlipLook, error) {
	today := models.DateOf(s.now())
	var out SlipLook
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		slip, err := s.keyableTx(tx, who, number, today)
		out = SlipLook{Unit: slip.Unit, Blank: slip.CaseID == nil, Again: slip.check != nil}
		return err
	})
	return out, err
}

// KeySlip keeps what a resident ticked on paper, and uses the slip up. Nobody keys a rating of a matter that he
// handled or took in, nor a slip, blank ones included, that he printed; a blank one he may key as the second. Chance
// draws some slips to be keyed by a second person; what he keys is compared and changes nothing by itself. The rating
// has the day of keying and, like any other, a random id; nothing leads from it to the slip.
//
// Faults: Forbidden without the role; Invalid on "number" (a digit is wrong, unknown, used, too old, not for this
// keyer, the matter is in hand again), "level", "solved", "comment".
func (s *Service) KeySlip(ctx context.Context, who models.Actor, number string, in Input) (Kept, error) {
	now := s.now()
	today := models.DateOf(now)
	in, wrong := in.checked()
	var out Kept
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		out = Kept{}
		slip, err := s.keyableTx(tx, who, number, today)
		switch {
		case err != nil:
			return err
		case wrong != nil:
			return wrong
		case slip.check != nil:
			out.Again = true
			if out.Same, err = s.keyAgainTx(tx, who, slip, in, today); err != nil {
				return err
			}
			return audit.Add(tx, now, who, audit.Event{Action: "rating.key_again", Kind: "rating"})
		}
		row, err := keyedTx(tx, &slip, in, today)
		if err != nil {
			return err
		}
		res := tx.Model(&models.PaperSlip{}).Where("id = ? AND state = ?", slip.ID, models.SlipOpen).
			Update("state", models.SlipUsed)
		switch {
		case res.Error != nil:
			return fmt.Errorf("use slip: %w", res.Error)
		case res.RowsAffected == 0:
			return onNumber("rate.paper.used")
		}
		row.ID, row.Channel, row.Mode = models.NewRandomID(), models.Paper, models.ModePaper
		if err := tx.Create(&row).Error; err != nil {
			return fmt.Errorf("write rating: %w", err)
		}
		if out.Drawn, err = s.drawTx(tx, who, slip, row, in); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{Action: "rating.key_paper", Kind: "rating"})
	})
	return out, err
}

// keyedTx is the rating of a slip; that of a case takes the right to rate from its invitation.
func keyedTx(tx *gorm.DB, slip *keyable, in Input, today models.Date) (models.Rating, error) {
	if slip.CaseID == nil {
		return unitRating(slip.UnitID, in, today), nil
	}
	inv, err := latestTx(tx, *slip.CaseID)
	if err != nil {
		return models.Rating{}, err
	}
	if inv == nil || inv.State == models.InvitationRated {
		return models.Rating{}, onNumber("rate.paper.used")
	}
	res := tx.Model(&models.Invitation{}).Where("id = ? AND state = ?", inv.ID, inv.State).
		Update("state", models.InvitationRated)
	switch {
	case res.Error != nil:
		return models.Rating{}, fmt.Errorf("use invitation: %w", res.Error)
	case res.RowsAffected == 0:
		return models.Rating{}, onNumber("rate.paper.used")
	}
	slip.inviteSubject, slip.invitePost = inv.SubjectID, inv.PostID
	return linked{Invitation: *inv, Family: slip.Family}.rating(in, today), nil
}

// keyable is a slip with what decides who may key it.
type keyable struct {
	models.PaperSlip
	Unit, UnitPath      string
	Family              models.Family
	CaseState           models.CaseState
	HandlerID, IntakeID string

	digits                    string
	check                     *models.SlipCheck // where it waits for a second person
	inviteSubject, invitePost *string
}

// keyableTx loads a slip that the actor may key today. Whoever had a part in the matter is told nothing of what became
// of the slip.
func (s *Service) keyableTx(tx *gorm.DB, who models.Actor, typed string, today models.Date) (keyable, error) {
	if !policy.May(who, policy.PaperKey) {
		return keyable{}, policy.Check(who, policy.PaperKey, policy.Object{})
	}
	number, ok := slipNumber(typed)
	if !ok {
		return keyable{}, onNumber("rate.paper.digits")
	}
	var found []struct {
		models.PaperSlip
		Unit, UnitPath      string
		Family              models.Family
		CaseState           models.CaseState
		HandlerID, IntakeID string
	}
	err := tx.Table("paper_slips AS s").
		Select("s.*, u.name AS unit, u.path AS unit_path, COALESCE(c.family, '') AS family, "+
			"COALESCE(c.state, '') AS case_state, COALESCE(c.handler_id, '') AS handler_id, "+
			"COALESCE(c.intake_id, '') AS intake_id").
		Joins("JOIN units u ON u.id = s.unit_id").Joins("LEFT JOIN cases c ON c.id = s.case_id").
		Where("s.number_hash = ?", s.slipHash(number)).Limit(1).Find(&found).Error
	if err != nil {
		return keyable{}, fmt.Errorf("read slip: %w", err)
	}
	if len(found) == 0 {
		return keyable{}, onNumber("rate.paper.unknown")
	}
	if !policy.Can(who, policy.PaperKey, policy.Object{UnitPath: found[0].UnitPath}) {
		return keyable{}, onNumber("rate.paper.elsewhere") // a good slip must not be thrown away
	}
	f := found[0]
	slip := keyable{
		PaperSlip: f.PaperSlip, Unit: f.Unit, UnitPath: f.UnitPath, Family: f.Family, CaseState: f.CaseState,
		HandlerID: f.HandlerID, IntakeID: f.IntakeID, digits: number,
	}
	ofCase := slip.CaseID != nil
	switch {
	case ofCase && (slip.HandlerID == who.ID || slip.IntakeID == who.ID || slip.IssuedBy == who.ID),
		slip.State == models.SlipOpen && slip.IssuedBy == who.ID:
		return slip, onNumber("rate.paper.yours")
	case slip.State == models.SlipUsed:
		return slip, againTx(tx, who, &slip, today)
	case slip.ExpiresOn < today:
		return slip, onNumber("rate.paper.expired")
	case ofCase && slip.CaseState != models.CaseClosed:
		return slip, onNumber("rate.paper.reopened")
	}
	return slip, nil
}

func onNumber(key string) *fault.Error { return fault.Wrong(fault.On("number", key)) }

// againTx lets a second person key a slip that was keyed and drawn, as long as its rating waits for it.
func againTx(tx *gorm.DB, who models.Actor, slip *keyable, today models.Date) error {
	c, err := waitingCheckTx(tx, slip.ID)
	switch {
	case err != nil:
		return err
	case c == nil || c.HeldUntil < today:
		return onNumber("rate.paper.used")
	case c.FirstBy == who.ID:
		return onNumber("rate.paper.second")
	}
	slip.check = c
	return nil
}
