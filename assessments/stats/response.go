package stats

import (
	"cmp"
	"slices"
)

// MinCell is the preset of the fewest invited in a cell with a response rate of its own.
const MinCell = 10

// Cell is the invited who are alike: how many, how many of them answered, and how many of those said good. Cells of one
// Group are the first to be put together.
type Cell struct {
	Group                   string
	Invited, Answered, Good int
}

// Weighted is a share weighted by inverse response.
type Weighted struct {
	Share  float64 // in [0, 1]
	Cells  int     // cells it was reckoned from
	Merged int     // cells that were put together with others
}

// WeightResponse returns the share of good answers among all invited if in each cell those who did not answer think as
// those who did: Σ Nₕ·gₕ/nₕ / Σ Nₕ for N invited, n answers and g good ones.
//
// A cell with fewer than least invited, or without an answer, is put together with other such cells of its group, then
// of all groups, at last with the smallest cell that stands. ok is false where nobody answered or was invited.
// Fault: Invalid "stats.count" for a cell of negative numbers or more good answers than answers.
// Source: Little (1986), Int. Statist. Rev. 54, 139–157 (weighting classes).
func WeightResponse(cells []Cell, least int) (w Weighted, ok bool, err error) {
	for _, c := range cells {
		if c.Invited < 0 || c.Good < 0 || c.Good > c.Answered {
			return w, false, invalid("stats.count", "x", c.Good, "n", c.Answered)
		}
	}
	kept := slices.DeleteFunc(slices.Clone(cells), func(c Cell) bool { return c.Invited+c.Answered == 0 })
	before := len(kept)
	stands := func(c Cell) bool { return c.Invited >= least && c.Answered > 0 }
	for _, of := range []func(Cell) string{func(c Cell) string { return c.Group }, func(Cell) string { return "" }} {
		kept = together(kept, stands, of)
	}
	slices.SortStableFunc(kept, func(a, b Cell) int { return cmp.Compare(a.Invited, b.Invited) })
	if i := slices.IndexFunc(kept, func(c Cell) bool { return !stands(c) }); i >= 0 && len(kept) > 1 {
		rest := kept[i]
		kept = slices.Delete(kept, i, i+1)
		kept[0] = plus(kept[0], rest)
	}
	invited, good := 0, 0.0
	for _, c := range kept {
		if c.Answered == 0 || c.Invited == 0 {
			return Weighted{}, false, nil
		}
		invited += c.Invited
		good += float64(c.Invited) * float64(c.Good) / float64(c.Answered)
	}
	if invited == 0 {
		return Weighted{}, false, nil
	}
	return Weighted{Share: good / float64(invited), Cells: len(kept), Merged: before - len(kept)}, true, nil
}

// together puts the cells that do not stand together by a name, in the order in which the names come.
func together(cells []Cell, stands func(Cell) bool, of func(Cell) string) []Cell {
	var out, rest []Cell
	for _, c := range cells {
		if stands(c) {
			out = append(out, c)
			continue
		}
		i := slices.IndexFunc(rest, func(r Cell) bool { return of(r) == of(c) })
		if i < 0 {
			rest = append(rest, c)
			continue
		}
		rest[i] = plus(rest[i], c)
	}
	return append(out, rest...)
}

func plus(a, b Cell) Cell {
	a.Invited, a.Answered, a.Good = a.Invited+b.Invited, a.Answered+b.Answered, a.Good+b.Good
	return a
}
