package notice

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"shanzhi/models"
)

// more is the end of the kind of a notice that stands for several of one day.
const more = "_more"

// DayTx tells the same to many people, each of whom has one notice of the kind a day at most. Who was told of the kind
// today already has that notice turned into notice.<kind>_more with n, how many there were today; it counts as not read
// again. A day is one of Asia/Shanghai.
func DayTx(tx *gorm.DB, now time.Time, people []string, kind string, args Args, href string) error {
	for chunk := range slices.Chunk(people, atOnce) {
		if err := dayTx(tx, now, chunk, kind, args, href); err != nil {
			return err
		}
	}
	return nil
}

func dayTx(tx *gorm.DB, now time.Time, people []string, kind string, args Args, href string) error {
	body, err := encode(kind, args)
	if err != nil {
		return err
	}
	once := make([]string, len(people))
	for i, p := range people {
		once[i] = kind + " " + p + " " + string(models.DateOf(now))
	}
	var before []models.Notice
	if err := tx.Where("once IN ?", once).Find(&before).Error; err != nil {
		return fmt.Errorf("look for notices %s of the day: %w", kind, err)
	}
	again, ids := map[string]bool{}, map[string][]string{}
	for _, b := range before {
		again[b.PersonID] = true
		ids[b.Args] = append(ids[b.Args], b.ID)
	}
	for old, group := range ids {
		if err := bundleTx(tx, group, kind, old); err != nil {
			return err
		}
	}
	var rows []models.Notice
	for i, p := range people {
		if !again[p] {
			rows = append(rows, models.Notice{
				ID: models.NewID(), PersonID: p, Kind: kind, Args: body, Href: href, Once: once[i], CreatedAt: now,
			})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	// Another server may tell the same people at the same time: one notice is enough.
	if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error; err != nil {
		return fmt.Errorf("write notices %s: %w", kind, err)
	}
	return nil
}

// bundleTx adds one to notices that say the same.
func bundleTx(tx *gorm.DB, ids []string, kind, old string) error {
	said := struct{ N int }{1}
	if err := json.Unmarshal([]byte(old), &said); err != nil {
		return fmt.Errorf("read notice %s: %w", kind, err)
	}
	body, err := encode(kind, Args{"n": said.N + 1})
	if err != nil {
		return err
	}
	set := map[string]any{"kind": kind + more, "args": body, "read_at": nil}
	if err := tx.Model(&models.Notice{}).Where("id IN ?", ids).Updates(set).Error; err != nil {
		return fmt.Errorf("bundle notices %s: %w", kind, err)
	}
	return nil
}
