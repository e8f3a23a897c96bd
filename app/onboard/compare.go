package onboard

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/models/sheet"
)

// Note says one thing about a line: a message key with its arguments.
type Note struct {
	Key  string         `json:"k"`
	Args map[string]any `json:"a,omitempty"`
}

// Line is one difference between a sheet and the house.
type Line struct {
	Category Category
	Row      int // of the sheet; 0 for who is not in it
	Code     string
	Name     string
	Place    string
	Notes    []Note

	base string // ids and versions of the rows that it rests on
}

// note adds something to be said about the line.
func (l *Line) note(key string, pairs ...any) {
	l.Notes = append(l.Notes, Note{Key: key, Args: fault.Args(pairs...)})
}

// rows is what was read from a sheet of one kind, in a form that can be kept.
type rows interface {
	// compareTx finds out what the rows mean for the house: the lines, what is wrong, and how to keep it.
	compareTx(tx *gorm.DB, c *comparison) error
}

// reader reads the rows of a kind; it finds what is wrong with a row as such.
type reader struct {
	columns func() []sheet.Column
	read    func(s *Service, t *sheet.Table, today models.Date) rows
	empty   func() rows // to be filled from what was kept
}

var readers = map[Kind]reader{
	Units:    {unitColumns, readUnits, func() rows { return &unitSheet{} }},
	Matters:  {cases.MatterColumns, readMatters, func() rows { return &matterSheet{} }},
	Roster:   {rosterColumns, readRoster, func() rows { return &rosterSheet{} }},
	Posts:    {furtherColumns, readPosts, func() rows { return &postSheet{} }},
	Holidays: {holidayColumns, readHolidays, func() rows { return &holidaySheet{} }},
}

// Columns lists what a sheet of the kind may hold.
func Columns(k Kind) []sheet.Column { return readers[k].columns() }

// Known reports whether there is such a kind of sheet.
func Known(k Kind) bool {
	_, ok := readers[k]
	return ok
}

// comparison is one sheet held against the house.
type comparison struct {
	s         *Service
	who       models.Actor
	now       time.Time
	today     models.Date
	kind      Kind
	scope     *models.Unit
	leaveRest bool
	strict    bool              // a name that is another's is an error, for nobody is asked line by line
	heads     map[string]string // column → heading as in the file
	tree      *tree

	lines  []Line
	errors []fault.Field
	hints  []fault.Field // what is no error and must be known
	keep   func(tx *gorm.DB) error
}

// fail records what is wrong with a cell; once for each cell and reason.
func (c *comparison) fail(row int, column, key string, pairs ...any) {
	head := c.heads[column]
	for i := len(c.errors) - 1; i >= 0 && c.errors[i].Row == row; i-- {
		if c.errors[i].Name == head && c.errors[i].Key == key {
			return
		}
	}
	c.errors = append(c.errors, fault.At(row, head, key, pairs...))
}

// hint records what must be known of the sheet as a whole.
func (c *comparison) hint(key string, pairs ...any) {
	c.hints = append(c.hints, fault.At(0, "", key, pairs...))
}

// unit finds the unit of a cell within the reach of whoever brings the sheet.
func (c *comparison) unit(row int, column, text string) *models.Unit {
	if text == "" {
		return nil
	}
	u, why := c.tree.find(text)
	if u == nil {
		c.noUnit(row, column, why, text)
	}
	return u
}

// noUnit records that a unit is not found and names those that may be meant.
func (c *comparison) noUnit(row int, column, why, text string) {
	if near := c.tree.near(text); why == keyNoUnit && len(near) > 0 {
		c.fail(row, column, keyNearUnit, "value", text, "near", strings.Join(near, "”、“"))
		return
	}
	c.fail(row, column, why, "value", text)
}

// metaImport is written by every import that keeps something: of two at the same time one waits for the other.
const metaImport = "lock.import"

// holdTx makes other imports wait, and for units everybody else who changes the tree.
func (c *comparison) holdTx(tx *gorm.DB) error {
	if c.kind == Units {
		if err := accounts.HoldTreeTx(tx, c.now); err != nil {
			return err
		}
	}
	return db.SetMetaTx(tx, metaImport, c.now.Format(time.RFC3339Nano))
}

// runTx compares the rows anew; it may run several times.
func (c *comparison) runTx(tx *gorm.DB, r rows, before []fault.Field) (err error) {
	c.lines, c.errors, c.hints, c.keep = nil, slices.Clone(before), nil, nil
	if c.tree, err = treeTx(tx, policy.Scope(c.who, c.kind.action())); err != nil {
		return err
	}
	if c.scope != nil {
		if c.scope = c.tree.byID[c.scope.ID]; c.scope == nil {
			return fault.Wrong(fault.On("scope", "form.required_choice"))
		}
	}
	if err := r.compareTx(tx, c); err != nil {
		return err
	}
	slices.SortStableFunc(c.errors, func(a, b fault.Field) int { return cmp.Compare(a.Row, b.Row) })
	return nil
}

// counts says how many lines there are of each category.
func (c *comparison) counts() map[Category]int {
	out := map[Category]int{}
	for _, l := range c.lines {
		out[l.Category]++
	}
	return out
}

// base names the state of the house on which the lines rest, and the lines themselves.
func (c *comparison) base() (string, error) {
	h := sha256.New()
	for _, l := range c.lines {
		text, err := json.Marshal(l)
		if err != nil {
			return "", fmt.Errorf("write line: %w", err)
		}
		h.Write(text)
		h.Write([]byte(l.base + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// harmless reports whether the sheet only adds to what is there.
func harmless(n map[Category]int) bool {
	return n[Moved] == 0 && n[Changed] == 0 && n[Renamed] == 0 && n[Left] == 0
}

// idle reports whether the sheet leaves everything as it is.
func idle(n map[Category]int) bool { return harmless(n) && n[Joined] == 0 }
