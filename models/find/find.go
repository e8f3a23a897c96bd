// Package find keeps how names sound, so that people and cases are found by characters, by pinyin and by initials, and
// are sorted by pinyin.
//
// The keys repeat the name that they were made from. Whoever writes a name calls KeepTx in the same transaction; what
// was written otherwise is caught up by CatchUp, so that a forgotten call is a delay and no lasting fault.
package find

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/pinyin"
)

// Kind is what is found by its name.
type Kind string

// The kinds.
const (
	Person Kind = "person"
	Case   Kind = "case"
)

// Named is one thing with its name.
type Named struct {
	ID, Said string
}

// atOnce is how many keys are written together.
const atOnce = 500

// KeepTx keeps the keys of things, in place of those they had.
func KeepTx(tx *gorm.DB, kind Kind, things ...Named) error {
	for part := range slices.Chunk(things, atOnce) {
		rows := make([]models.SearchKey, 0, len(part))
		for _, t := range part {
			rows = append(rows, key(kind, t))
		}
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&rows).Error; err != nil {
			return fmt.Errorf("write search keys: %w", err)
		}
	}
	return nil
}

func key(kind Kind, t Named) models.SearchKey {
	readings := []pinyin.Reading{pinyin.Text(t.Said)}
	if kind == Person {
		readings = pinyin.Name(t.Said)
	}
	var finds []string
	for _, r := range readings {
		for _, s := range []string{r.Full, r.Initials} {
			if s != "" && !slices.Contains(finds, s) {
				finds = append(finds, s)
			}
		}
	}
	row := models.SearchKey{Kind: string(kind), ObjectID: t.ID, Said: t.Said, Pinyin: cut(readings[0].Full, 600)}
	if len(finds) > 0 {
		row.Finds = cut(" "+strings.Join(finds, " "), 1800)
	}
	return row
}

func cut(s string, n int) string { return s[:min(len(s), n)] }

// Cond is the condition that the thing whose id stands in column idColumn is called what was typed, if that is pinyin:
// a person from the beginning of the name or its initials, a case anywhere in its title. Without letters it is "".
func Cond(kind Kind, idColumn, typed string) (cond string, args []any) {
	q, ok := pinyin.Query(typed)
	if !ok || len(q) < 2 {
		return "", nil
	}
	pattern := "% " + q + "%"
	if kind == Case {
		pattern = "%" + q + "%"
	}
	return "EXISTS (SELECT 1 FROM search_keys sk WHERE sk.kind = ? AND sk.object_id = " + idColumn +
		" AND sk.finds LIKE ?)", []any{string(kind), pattern}
}

// Order is the expression that sorts by the pinyin of the thing whose id stands in column idColumn.
func Order(kind Kind, idColumn string) string {
	return "(SELECT sk.pinyin FROM search_keys sk WHERE sk.kind = '" + string(kind) + "' AND sk.object_id = " +
		idColumn + ")"
}

// Service is the door of what keeps the keys complete.
type Service struct {
	db *db.DB
}

// New returns the service on d.
func New(d *db.DB) *Service { return &Service{db: d} }

// sources say where the names of each kind stand.
var sources = []struct {
	kind         Kind
	table, named string
}{
	{Person, "persons", "name"},
	{Case, "cases", "title"},
}

// CatchUp makes the keys that are missing or older than their name, in batches, and returns how many. It is for the
// system alone. Fault: Forbidden.
func (s *Service) CatchUp(ctx context.Context, who models.Actor) (int, error) {
	if !who.System {
		return 0, fault.New(fault.Forbidden, "error.forbidden")
	}
	total := 0
	for _, src := range sources {
		for {
			n := 0
			err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
				var late []Named
				err := tx.Table(src.table+" AS x").Select("x.id, x."+src.named+" AS said").
					Joins("LEFT JOIN search_keys sk ON sk.kind = ? AND sk.object_id = x.id", string(src.kind)).
					Where("sk.said IS NULL OR sk.said <> x." + src.named).Limit(atOnce).Find(&late).Error
				if err != nil {
					return fmt.Errorf("look for late search keys of %s: %w", src.table, err)
				}
				n = len(late)
				return KeepTx(tx, src.kind, late...)
			})
			if err != nil {
				return total, err
			}
			if total += n; n < atOnce {
				break
			}
		}
	}
	return total, nil
}
