package db

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// metaRow is a row of the table meta(k, v): settings that travel with the data, such as the mark of a demonstration.
type metaRow struct {
	K string `gorm:"primaryKey;size:64"`
	V string
}

// TableName fixes the table name.
func (metaRow) TableName() string { return "meta" }

// Meta returns the setting named key.
//
// Errors: one for which IsNotFound is true where it was never set; any other where the database has no such table yet.
func (d *DB) Meta(ctx context.Context, key string) (string, error) {
	var r metaRow
	err := View(ctx, d, func(tx *gorm.DB) error { return tx.Take(&r, "k = ?", key).Error })
	if err != nil {
		return "", fmt.Errorf("read setting %s: %w", key, err)
	}
	return r.V, nil
}

// SetMeta keeps value as the setting named key.
func (d *DB) SetMeta(ctx context.Context, key, value string) error {
	return Tx(ctx, d, func(tx *gorm.DB) error { return SetMetaTx(tx, key, value) })
}

// SetMetaTx is SetMeta inside a transaction.
func SetMetaTx(tx *gorm.DB, key, value string) error {
	onKey := clause.OnConflict{
		Columns:   []clause.Column{{Name: "k"}},
		DoUpdates: clause.AssignmentColumns([]string{"v"}),
	}
	if err := tx.Clauses(onKey).Create(&metaRow{K: key, V: value}).Error; err != nil {
		return fmt.Errorf("keep setting %s: %w", key, err)
	}
	return nil
}
