package cases_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/db"
)

// row puts a case with these days into the database.
func (w *world) row(no string, handler *models.Actor, received, due, closed models.Date, o models.Outcome, edit ...func(*models.Case)) {
	w.t.Helper()
	c := models.Case{
		ID: models.NewID(), No: no, MatterID: w.matter.ID, Family: models.Livelihood, UnitID: w.town.ID, Version: 1,
		State: models.CaseInHand, ReceivedAt: received.Start(), ReceivedOn: received, DueOn: due, ClosedOn: closed, Outcome: o,
		CreatedAt: received.Start(), UpdatedAt: received.Start(),
	}
	if closed != "" {
		c.State = models.CaseClosed
	}
	if handler != nil {
		c.HandlerID = &handler.ID
	}
	for _, e := range edit {
		e(&c)
	}
	w.put(&c)
}

func TestFiguresOfCases(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := &w.handler
	w.row("1", h, "2026-06-25", "2026-07-02", "2026-07-02", models.Solved) // carried in, on the last day, 5 working days
	w.row("2", h, "2026-07-01", "2026-07-08", "2026-07-09", models.Solved) // one day late, 6 working days
	w.row("3", h, "2026-07-01", "2026-07-08", "2026-07-03", models.Solved, func(c *models.Case) { c.Reopened = 1 })
	w.row("4", h, "2026-07-01", "2026-07-08", "2026-07-01", models.Withdrawn)
	w.row("5", h, "2026-07-01", "2026-07-08", "2026-07-02", models.Explained, func(c *models.Case) { c.Family = models.Health })
	w.row("6", h, "2026-06-20", "2026-06-27", "2026-06-26", models.Solved)                                             // before the span
	w.row("7", h, "2026-07-01", "2026-07-08", "2026-07-02", models.Solved, func(c *models.Case) { c.Excluded = true }) // not counted
	w.row("8", h, "2026-04-01", "2026-04-08", "", "")                                                                  // 121 days old
	w.row("9", h, "2026-07-25", "2026-08-03", "2026-08-01", models.Solved)                                             // open at the end
	w.row("10", nil, "2026-07-31", "2026-08-07", "", "")                                                               // nobody has it
	w.row("11", h, "2026-08-01", "2026-08-10", "", "")                                                                 // after the span
	var got cases.Stats
	err := db.View(t.Context(), w.db, func(tx *gorm.DB) (err error) {
		got, err = w.cases.StatsTx(tx, "2026-07-01", "2026-07-31")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	ages := func(old, fresh cases.AgeFigures) []cases.AgeFigures {
		return []cases.AgeFigures{
			old, {Class: "61-90"}, {Class: "31-60"}, {Class: "16-30"}, {Class: "8-15"}, fresh,
		}
	}
	want := cases.Figures{
		CarriedIn: 2, Received: 5, Closed: 5, Open: 2, Excluded: 1, OnTime: 4, Reopened: 1, Asked: 4, Solved: 2,
		Outcomes: map[models.Outcome]int{models.Solved: 3, models.Withdrawn: 1, models.Explained: 1},
		Families: []cases.FamilyFigures{
			// Days 5, 6, 2, 0: median (2+5)/2, 90th percentile 5 + 0.7·(6−5).
			{Family: models.Livelihood, Closed: 4, OnTime: 3, Solved: 2, Asked: 3, MedianDays: 3.5, P90Days: 5.7},
			{Family: models.Health, Closed: 1, OnTime: 1, Asked: 1, MedianDays: 1, P90Days: 1},
		},
		Ages:   ages(cases.AgeFigures{Class: ">90", Overdue: 1}, cases.AgeFigures{Class: "<=7", Within: 1}),
		Months: map[string]int{"2026-07": 5},
	}
	opts := cmp.Options{cmpopts.IgnoreUnexported(cases.Figures{}), cmpopts.EquateApprox(0, 1e-9)}
	if diff := cmp.Diff(&want, got.Persons[h.ID], opts); diff != "" {
		t.Errorf("the handler (-want +got):\n%s", diff)
	}
	want.Received, want.Open = 6, 3
	want.Ages = ages(cases.AgeFigures{Class: ">90", Overdue: 1}, cases.AgeFigures{Class: "<=7", Within: 2})
	if diff := cmp.Diff(&want, got.Units[w.town.ID], opts); diff != "" {
		t.Errorf("the unit (-want +got):\n%s", diff)
	}
}
