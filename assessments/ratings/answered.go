package ratings

import (
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
)

// AnsweredCell is the invited of a unit by channel and outcome of their cases: how many were invited in a span, and of
// the ratings in a batch of the span how many answer an invitation and are of level 4 or 5.
type AnsweredCell struct {
	Channel                 models.Channel
	Outcome                 models.Outcome
	Invited, Answered, Good int
}

// AnsweredTx reads the cells of all units, in a fixed order.
func (s *Service) AnsweredTx(tx *gorm.DB, from, to models.Date) (map[string][]AnsweredCell, error) {
	type row struct {
		UnitID string
		AnsweredCell
	}
	modes := []models.RatingMode{models.ModeInvited, models.ModeAssisted}
	var invited, rated []row
	err := tx.Table("invitations AS i").Select("i.unit_id, i.channel, c.outcome, COUNT(*) AS invited").
		Joins("JOIN cases c ON c.id = i.case_id").Where("i.issued_on BETWEEN ? AND ?", from, to).
		Group("i.unit_id, i.channel, c.outcome").Order("i.unit_id, i.channel, c.outcome").Find(&invited).Error
	if err != nil {
		return nil, fmt.Errorf("count invited by outcome: %w", err)
	}
	in := span{from: from, to: to, cond: "r.mode IN ?", args: []any{modes}}
	err = batched(tx, in).Select("r.unit_id, r.channel, c.outcome, COUNT(*) AS answered, " +
		"SUM(CASE WHEN r.level >= 4 THEN 1 ELSE 0 END) AS good").Joins("JOIN cases c ON c.id = r.case_id").
		Group("r.unit_id, r.channel, c.outcome").Order("r.unit_id, r.channel, c.outcome").Find(&rated).Error
	if err != nil {
		return nil, fmt.Errorf("count ratings by outcome: %w", err)
	}
	out := map[string][]AnsweredCell{}
	for _, r := range append(invited, rated...) {
		all := out[r.UnitID]
		i := 0
		for i < len(all) && (all[i].Channel != r.Channel || all[i].Outcome != r.Outcome) {
			i++
		}
		if i == len(all) {
			all = append(all, AnsweredCell{Channel: r.Channel, Outcome: r.Outcome})
		}
		all[i].Invited, all[i].Answered, all[i].Good =
			all[i].Invited+r.Invited, all[i].Answered+r.Answered, all[i].Good+r.Good
		out[r.UnitID] = all
	}
	return out, nil
}
