package cases_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/testkit"
)

// many puts n cases of a unit and a handler, every tenth of them open, and returns them in the order of the list.
func (w *world) many(n int, at models.Unit, handler models.Actor) (open, closed []string) {
	w.t.Helper()
	rows := make([]models.Case, n)
	for i := range rows {
		c := models.Case{
			ID: models.NewID(), No: fmt.Sprintf("X%s%05d", at.ID[20:], i), Channel: models.Window, Kind: models.Help,
			MatterID: w.matter.ID, Family: models.Livelihood, Difficulty: 2, Title: fmt.Sprintf("第 %d 件事", i),
			UnitID: at.ID, HandlerID: &handler.ID, State: models.CaseClosed, ReceivedAt: testkit.Now,
			ReceivedOn: "2026-01-05", DueOn: models.Date(fmt.Sprintf("2026-02-%02d", i%28+1)),
			ClosedOn: models.Date(fmt.Sprintf("2026-03-%02d", i*7%31+1)), Outcome: models.Solved, Version: 1,
			CreatedAt: testkit.Now, UpdatedAt: testkit.Now,
		}
		if i%10 == 0 {
			c.State, c.ClosedOn, c.Outcome = models.CaseInHand, "", ""
		}
		rows[i] = c
	}
	for part := range slices.Chunk(rows, 200) {
		w.put(&part)
	}
	slices.SortFunc(rows, func(a, b models.Case) int {
		if a.ClosedOn == "" && b.ClosedOn == "" {
			return cmp.Or(cmp.Compare(a.DueOn, b.DueOn), cmp.Compare(b.No, a.No))
		}
		return cmp.Or(cmp.Compare(b.ClosedOn, a.ClosedOn), cmp.Compare(b.No, a.No))
	})
	for _, c := range rows {
		if c.ClosedOn == "" {
			open = append(open, c.No)
		} else {
			closed = append(closed, c.No)
		}
	}
	return open, closed
}

// walk reads a list page by page to its end.
func (w *world) walk(who models.Actor, f cases.Filter) (nos []string, first cases.Found) {
	w.t.Helper()
	for f.Page = 1; ; f.Page++ {
		found, err := w.cases.List(w.t.Context(), who, f)
		if err != nil {
			w.t.Fatal(err)
		}
		if f.Page == 1 {
			first = found
		}
		for _, e := range found.Entries {
			nos = append(nos, e.No)
		}
		if len(found.Entries) < f.Size {
			if found.More || len(found.Entries) > 0 && found.Total != len(nos) {
				w.t.Errorf("at the end of %+v: %d of %d, more %v", f, len(nos), found.Total, found.More)
			}
			return nos, first
		}
	}
}

// Closed cases grow without end: they are counted up to a limit, and the pages still lead to every one, whether the
// reader sees few of the house's cases or nearly all.
func TestListIsCountedUpToALimitAndPagedToItsEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	open, closed := w.many(1200, w.town, w.handler)
	openThere, closedThere := w.many(70, w.elsewhere, w.stranger)
	sorted := slices.Sorted(slices.Values(slices.Concat(openThere, closedThere)))
	last := closed[len(closed)-1]
	for name, x := range map[string]struct {
		who    models.Actor
		filter cases.Filter
		want   []string
		total  int
		more   bool
	}{
		"closed, many":   {w.clerk, cases.Filter{State: models.CaseClosed}, closed, 1000, true},
		"all, many":      {w.clerk, cases.Filter{}, slices.Concat(open, closed), 1120, true},
		"open, many":     {w.clerk, cases.Filter{Open: true}, open, 120, false},
		"his own":        {w.handler, cases.Filter{Mine: true}, slices.Concat(open, closed), 1120, true},
		"closed, few":    {w.stranger, cases.Filter{State: models.CaseClosed}, closedThere, 63, false},
		"all, few":       {w.stranger, cases.Filter{}, slices.Concat(openThere, closedThere), 70, false},
		"looked for":     {w.clerk, cases.Filter{Text: last}, []string{last}, 1, false},
		"not his":        {w.villager, cases.Filter{}, nil, 0, false},
		"sorted upwards": {w.stranger, cases.Filter{Order: models.Order{Key: "no"}}, sorted, 70, false},
	} {
		x.filter.Size = 50
		got, first := w.walk(x.who, x.filter)
		if first.Total != x.total || first.More != x.more {
			t.Errorf("%s: total %d, more %v, want %d, %v", name, first.Total, first.More, x.total, x.more)
		}
		if !slices.Equal(got, x.want) {
			t.Errorf("%s: %d lines, want %d in their order", name, len(got), len(x.want))
		}
	}
	found, err := w.cases.List(t.Context(), w.clerk, cases.Filter{Open: true})
	if err != nil || !found.Many || found.States[models.CaseClosed] != cases.MostCounted {
		t.Errorf("%+v, %v", found.States, err)
	}
	sheet, err := w.cases.List(t.Context(), w.clerk, cases.Filter{Size: models.ListMost})
	if err != nil || sheet.Total != 1200 || sheet.More || len(sheet.Entries) != 1200 {
		t.Errorf("as a sheet: total %d, more %v, %d lines, %v", sheet.Total, sheet.More, len(sheet.Entries), err)
	}
}
