package onboard

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/fault"
)

// noteUndoes marks a line of a plan that was computed anew: since it was shown somebody has changed what it would set
// back to what the older sheet says.
const noteUndoes = "onboard.note.undoes"

// renewTx shows the plan as it is now, and what of it would undo a later change.
func (s *Service) renewTx(tx *gorm.DB, now time.Time, p models.ImportPlan, c *comparison, base string) error {
	counts, err := json.Marshal(c.counts())
	if err != nil {
		return fmt.Errorf("write counts: %w", err)
	}
	said := c.errors[:min(len(c.errors), maxErrors)]
	var lines []Line
	if len(said) == 0 {
		before, err := linesOf(tx, p.ID)
		if err != nil {
			return err
		}
		var n int
		lines, n = undoes(before, c.lines)
		said = slices.Concat(renewed(CountsOf(p), c.counts(), n), c.hints)
	}
	text, err := json.Marshal(said)
	if err != nil {
		return fmt.Errorf("write what must be known: %w", err)
	}
	if p.Errors, err = s.vault.Seal(string(text), "import_plans.errors."+p.ID); err != nil {
		return err
	}
	if len(c.errors) > 0 {
		return faultyPlan(tx, p, now)
	}
	p.Counts, p.Base = string(counts), base
	return renewPlan(tx, p, lines)
}

// undoes marks those of the lines that change somebody who was new, the same, or to be changed otherwise when the plan
// was shown; n is how many there are.
func undoes(before, lines []Line) (out []Line, n int) {
	was := map[int]Line{}
	for _, l := range before {
		was[l.Row] = l
	}
	out = slices.Clone(lines)
	for i, l := range out {
		old, shown := was[l.Row]
		if !shown || l.Row == 0 || l.Category != Changed && l.Category != Moved && l.Category != Renamed {
			continue
		}
		marked := slices.ContainsFunc(old.Notes, func(n Note) bool { return n.Key == noteUndoes })
		if marked || old.Category != l.Category || !sameNotes(old.Notes, l.Notes) {
			out[i].Notes = append(slices.Clone(l.Notes), Note{Key: noteUndoes})
			n++
		}
	}
	return out, n
}

// sameNotes compares what was kept with what was just found: through JSON numbers and lists change their types.
func sameNotes(a, b []Note) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// renewed says how the figures have changed, and how many lines would undo a later change.
func renewed(was, now map[Category]int, undone int) []fault.Field {
	var args []any
	for _, c := range Categories() {
		args = append(args, "was_"+string(c), was[c], "now_"+string(c), now[c])
	}
	out := []fault.Field{fault.At(0, "", "onboard.hint.renewed", args...)}
	if undone > 0 {
		out = append(out, fault.At(0, "", "onboard.hint.undoes", "n", undone))
	}
	return out
}

// linesOf reads all lines of a plan.
func linesOf(tx *gorm.DB, planID string) ([]Line, error) {
	var found []models.ImportLine
	if err := tx.Where("plan_id = ?", planID).Order("no").Find(&found).Error; err != nil {
		return nil, fmt.Errorf("read lines: %w", err)
	}
	return opened(found)
}

// opened turns rows into lines.
func opened(found []models.ImportLine) ([]Line, error) {
	out := make([]Line, 0, len(found))
	for _, r := range found {
		l := Line{Category: Category(r.Category), Row: r.RowNo, Code: r.Code, Name: r.Name, Place: r.Place}
		if err := decode(r.Notes, &l.Notes); err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// undoing counts the lines of a plan that would undo a later change.
func undoing(tx *gorm.DB, planID string) (int, error) {
	var n int64
	err := tx.Model(&models.ImportLine{}).Where("plan_id = ? AND notes LIKE ?", planID, "%"+noteUndoes+"%").
		Count(&n).Error
	if err != nil {
		return 0, fmt.Errorf("count lines that undo: %w", err)
	}
	return int(n), nil
}

// newer says which sheets of the same kind were carried out after an open plan was brought.
func newer(tx *gorm.DB, p models.ImportPlan) ([]fault.Field, error) {
	var found []models.ImportPlan
	err := tx.Select("id, file, ended_at").Where("kind = ? AND state = ? AND id <> ? AND ended_at > ?",
		p.Kind, models.PlanApplied, p.ID, p.CreatedAt).Order("ended_at DESC").Find(&found).Error
	if err != nil {
		return nil, fmt.Errorf("look for later sheets: %w", err)
	}
	if len(found) == 0 {
		return nil, nil
	}
	last := found[0]
	return []fault.Field{fault.At(0, "", "onboard.hint.newer", "n", len(found), "file", last.File,
		"on", string(models.DateOf(*last.EndedAt)))}, nil
}
