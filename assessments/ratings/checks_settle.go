package ratings

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// SettleCheck says after a look at the paper which of two keyings is right. The second one puts the rating right, as
// long as it is in no batch yet. Nobody settles what he keyed himself.
//
// Faults: NotFound "paper.check.unknown"; Forbidden "paper.check.yours"; Conflict "serve.stale"; Invalid on "right",
// "note".
func (s *Service) SettleCheck(ctx context.Context, who models.Actor, id, right, note string, version int) error {
	now := s.now()
	var bad []fault.Field
	if right != string(models.SlipCheckFirst) && right != string(models.SlipCheckSecond) {
		bad = append(bad, fault.On("right", "form.required_choice"))
	}
	note = plain(&bad, "note", note, maxNote)
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		v, err := s.checkTx(tx, who, id)
		switch {
		case err != nil:
			return err
		case v.State != models.SlipCheckDiffers || v.Version != version:
			return fault.New(fault.Conflict, "serve.stale")
		case v.FirstBy == who.ID || v.SecondBy != nil && *v.SecondBy == who.ID:
			return fault.New(fault.Forbidden, "paper.check.yours")
		}
		if right == string(models.SlipCheckSecond) && v.Batched {
			bad = append(bad, fault.On("right", "paper.check.batched"))
		}
		if len(bad) > 0 {
			return fault.Wrong(bad...)
		}
		if right == string(models.SlipCheckSecond) {
			if err := rightTx(tx, v); err != nil {
				return err
			}
		}
		return settleTx(tx, now, who, v, models.SlipCheckState(right), note)
	})
}

// rightTx puts a rating as the second person keyed it.
func rightTx(tx *gorm.DB, v CheckView) error {
	in := v.B
	set := map[string]any{
		"level": in.Level, "solved": in.Solved, "reasons": strings.Join(in.Reasons, ","), "comment": in.Comment,
	}
	if !v.Blank {
		set["may_know"], set["subject_id"], set["post_id"] = in.MayKnow, v.first.Subject, v.first.Post
		if in.Unsure {
			set["subject_id"], set["post_id"] = nil, nil
		}
	}
	res := tx.Model(&models.Rating{}).Where("id = ? AND batch_id IS NULL", v.first.Rating).Updates(set)
	switch {
	case res.Error != nil:
		return fmt.Errorf("put rating right: %w", res.Error)
	case res.RowsAffected == 0:
		return fault.New(fault.Conflict, "serve.stale")
	}
	return nil
}

// settleTx ends a second keying and empties what was keyed.
func settleTx(
	tx *gorm.DB, now time.Time, who models.Actor, v CheckView, state models.SlipCheckState, note string,
) error {
	res := tx.Model(&models.SlipCheck{}).Where("id = ? AND version = ?", v.ID, v.Version).Updates(map[string]any{
		"state": state, "note": note, "decided_by": who.ID, "decided_on": models.DateOf(now), "version": v.Version + 1,
		"first": sealedText{}, "second": sealedText{}, "number": sealedText{},
	})
	switch {
	case res.Error != nil:
		return fmt.Errorf("settle second keying: %w", res.Error)
	case res.RowsAffected == 0:
		return fault.New(fault.Conflict, "serve.stale")
	}
	return audit.Add(tx, now, who, audit.Event{
		Action: "paper.check_settle", Kind: "slip_check", ID: v.ID, Detail: string(state),
	})
}
