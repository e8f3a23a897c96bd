package ratings

import (
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
)

// unitMark is a mark with its unit, as a query counts it.
type unitMark struct {
	UnitID string
	N      int
	Of     int `gorm:"column:total"`
}

// marked keeps the units where something was found.
func marked(rows []unitMark, kind string) map[string]Mark {
	out := map[string]Mark{}
	for _, r := range rows {
		if r.N > 0 {
			out[r.UnitID] = Mark{Kind: kind, N: r.N, Of: r.Of}
		}
	}
	return out
}

// pressureMarksTx counts the reports that somebody asked for a good rating, and how many were found true or partly.
func pressureMarksTx(tx *gorm.DB, from, to models.Date) (map[string]Mark, error) {
	var rows []unitMark
	err := tx.Table("pressure_reports AS p").
		Select("p.unit_id, COUNT(*) AS n, SUM(CASE WHEN x.finding IN ('true', 'partly') THEN 1 ELSE 0 END) AS total").
		Joins("LEFT JOIN pressure_results x ON x.report_id = p.id").
		Where("p.reported_on BETWEEN ? AND ?", from, to).Group("p.unit_id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count reports of pressure: %w", err)
	}
	return marked(rows, MarkPressure), nil
}

// keyedMarksTx counts, of the slips drawn to be keyed twice, those that two people keyed differently.
func keyedMarksTx(tx *gorm.DB, from, to models.Date) (map[string]Mark, error) {
	var rows []unitMark
	differs := []models.SlipCheckState{models.SlipCheckDiffers, models.SlipCheckFirst, models.SlipCheckSecond}
	err := tx.Table("slip_checks AS k").
		Select("k.unit_id, SUM(CASE WHEN k.state IN ? THEN 1 ELSE 0 END) AS n, COUNT(*) AS total", differs).
		Where("k.drawn_on BETWEEN ? AND ? AND k.second_by IS NOT NULL", from, to).Group("k.unit_id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count slips keyed twice: %w", err)
	}
	return marked(rows, MarkKeyedTwice), nil
}

// ownKeyedMarksTx counts, of the slips drawn, those that somebody with a post at the rated unit keyed first. Of the
// others nothing is kept that leads from a rating to who keyed it.
func ownKeyedMarksTx(tx *gorm.DB, from, to models.Date) (map[string]Mark, error) {
	var rows []unitMark
	own := "EXISTS (SELECT 1 FROM posts AS o WHERE o.person_id = k.first_by AND o.unit_id = k.unit_id AND " +
		"o.valid_from <= k.drawn_on AND (o.valid_to = '' OR o.valid_to >= k.drawn_on))"
	err := tx.Table("slip_checks AS k").
		Select("k.unit_id, SUM(CASE WHEN "+own+" THEN 1 ELSE 0 END) AS n, COUNT(*) AS total").
		Where("k.drawn_on BETWEEN ? AND ?", from, to).Group("k.unit_id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count slips keyed by the rated unit: %w", err)
	}
	return marked(rows, MarkKeyedOwn), nil
}

// sameTextMarksTx compares the texts of each unit that has five or more.
func sameTextMarksTx(tx *gorm.DB, from, to models.Date) (map[string]Mark, error) {
	var rows []struct{ UnitID, Comment string }
	err := batched(tx, span{from: from, to: to}).Select("r.unit_id, r.comment").Where("r.comment <> ''").
		Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read texts of ratings: %w", err)
	}
	texts := map[string][]string{}
	for _, r := range rows {
		texts[r.UnitID] = append(texts[r.UnitID], r.Comment)
	}
	out := map[string]Mark{}
	for unit, all := range texts {
		if m, ok := sameText(all); ok && len(all) >= minTexts {
			out[unit] = m
		}
	}
	return out, nil
}

// daysTx counts ratings by unit and day. Those from paper and by call-back have the day of the work of staff, and are
// left out.
func daysTx(tx *gorm.DB, from, to models.Date) (map[string][]Day, error) {
	var rows []struct {
		UnitID  string
		RatedOn models.Date
		N       int
	}
	err := batched(tx, span{from: from, to: to}).Select("r.unit_id, r.rated_on, COUNT(*) AS n").
		Where("r.mode NOT IN ?", []models.RatingMode{models.ModePaper, models.ModeCallback}).
		Where("r.rated_on BETWEEN ? AND ?", from, to).
		Group("r.unit_id, r.rated_on").Order("r.unit_id, r.rated_on").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count ratings by day: %w", err)
	}
	out := map[string][]Day{}
	for _, r := range rows {
		out[r.UnitID] = append(out[r.UnitID], Day{r.RatedOn, r.N})
	}
	return out, nil
}

// AllFiveTx counts by unit how many of those who were asked gave the best level without a word.
func (s *Service) AllFiveTx(tx *gorm.DB, from, to models.Date) (map[string]AllFive, error) {
	var rows []struct {
		UnitID string
		AllFive
	}
	err := batched(tx, span{from: from, to: to}).
		Select("r.unit_id, SUM(CASE WHEN r.level = 5 AND r.comment = '' THEN 1 ELSE 0 END) AS silent, "+
			"COUNT(*) AS rated").
		Where("r.mode IN ?", []models.RatingMode{models.ModeInvited, models.ModeAssisted}).Group("r.unit_id").
		Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count silent best levels: %w", err)
	}
	out := map[string]AllFive{}
	for _, r := range rows {
		out[r.UnitID] = r.AllFive
	}
	return out, nil
}
