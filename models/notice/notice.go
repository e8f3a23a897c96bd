// Package notice tells people what concerns them, inside the transaction of what has happened: a message key with its
// arguments, put into the reader's words when it is read.
package notice

import (
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
)

// Args are the arguments of a notice by name: numbers and texts. A models.Date is written as people write days, and a
// text that begins with @ is itself a message key, such as "@account.role.officer". A title that has an English twin
// brings it under its name with _en. Nothing in them tells the reader what he could not see behind the notice's
// address.
type Args map[string]any

// AddTx tells a person something: its words are the text notice.<kind>, href is the page that it leads to ("" = none).
// It does nothing for nobody ("").
func AddTx(tx *gorm.DB, now time.Time, personID, kind string, args Args, href string) error {
	return add(tx, now, "", personID, kind, args, href)
}

// ManyTx tells the same to many people.
func ManyTx(tx *gorm.DB, now time.Time, people []string, kind string, args Args, href string) error {
	if len(people) == 0 {
		return nil
	}
	body, err := encode(kind, args)
	if err != nil {
		return err
	}
	rows := make([]models.Notice, 0, len(people))
	for _, p := range people {
		id := models.NewID()
		rows = append(rows, models.Notice{
			ID: id, PersonID: p, Kind: kind, Args: body, Href: href, Once: id, CreatedAt: now,
		})
	}
	if err := tx.CreateInBatches(rows, atOnce).Error; err != nil {
		return fmt.Errorf("write notices %s: %w", kind, err)
	}
	return nil
}

// atOnce is how many notices are written together.
const atOnce = 200

func encode(kind string, args Args) (string, error) {
	if args == nil {
		args = Args{}
	}
	body, err := json.Marshal(args)
	if err != nil {
		return "", fmt.Errorf("encode notice %s: %w", kind, err)
	}
	return string(body), nil
}

// OnceTx is AddTx for what a person is told once alone, however often it is found: once names it, such as
// "role_ending 01J… 2026-12-31".
func OnceTx(tx *gorm.DB, now time.Time, once, personID, kind string, args Args, href string) (bool, error) {
	if once != "" {
		var n int64
		if err := tx.Model(&models.Notice{}).Where("once = ?", once).Count(&n).Error; err != nil {
			return false, fmt.Errorf("look for notice %s: %w", kind, err)
		}
		if n > 0 {
			return false, nil
		}
	}
	err := add(tx, now, once, personID, kind, args, href)
	if db.IsConflict(err) {
		return false, nil // another server was faster
	}
	return err == nil, err
}

func add(tx *gorm.DB, now time.Time, once, personID, kind string, args Args, href string) error {
	if personID == "" {
		return nil
	}
	body, err := encode(kind, args)
	if err != nil {
		return err
	}
	row := models.Notice{
		ID: models.NewID(), PersonID: personID, Kind: kind, Args: body, Href: href, Once: once, CreatedAt: now,
	}
	if once == "" {
		row.Once = row.ID
	}
	if err := tx.Create(&row).Error; err != nil {
		return fmt.Errorf("write notice %s: %w", kind, err)
	}
	return nil
}
