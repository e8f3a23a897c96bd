package ratings_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/db"
)

// caseOf is a closed case of the handler.
func (c *circle) caseOf(no string, on models.Date) models.Case {
	c.t.Helper()
	row := models.Case{
		ID: models.NewID(), No: no, Channel: models.Window, Kind: models.Help, MatterID: c.matter.ID,
		Family: models.Housing, UnitID: c.town.ID, HandlerID: &c.handler.ID, State: models.CaseClosed, Version: 1,
		ReceivedOn: on, ClosedOn: on, DueOn: on, Outcome: models.Solved, ReceivedAt: c.clock.Now(),
		CreatedAt: c.clock.Now(), UpdatedAt: c.clock.Now(),
	}
	c.put(&row)
	return row
}

// badly puts a bad rating of the town in a batch, with a loop in a state and what the handler answered.
func (c *circle) badly(n int, reason string, l models.RatingLoop, k *models.CaseRecheck, rated models.Date) string {
	c.t.Helper()
	batch := models.RatingBatch{ID: models.NewRandomID(), UnitID: c.town.ID, Size: 5, EffectiveOn: rated, MadeOn: rated}
	row := c.caseOf(fmt.Sprintf("B%03d", n), rated)
	r := models.Rating{
		ID: models.NewRandomID(), SubjectID: &c.handler.ID, UnitID: c.town.ID, CaseID: &row.ID, Family: models.Housing,
		Channel: models.QR, Mode: models.ModeInvited, Level: 1, Reasons: reason, RatedOn: rated, BatchID: &batch.ID,
		Excluded: l.Finding == ratings.FoundMistaken,
	}
	c.put(&batch, &r)
	if l.State == "" {
		return row.ID
	}
	l.ID, l.Origin, l.RatingID, l.CaseID, l.UnitID = models.NewRandomID(), models.LoopRating, &r.ID, row.ID, c.town.ID
	l.OpenedOn, l.DueOn, l.Version = rated, rated, 1
	if k != nil {
		k.ID, k.CaseID, k.HandlerID, k.SentOn = models.NewRandomID(), row.ID, c.handler.ID, rated
		l.RecheckID = &k.ID
		c.put(k)
	}
	c.put(&l)
	return row.ID
}

// byChance sends the handler a case that nobody rated badly.
func (c *circle) byChance(n int, replied models.Date) {
	c.t.Helper()
	k := models.CaseRecheck{
		ID: models.NewRandomID(), CaseID: c.caseOf(fmt.Sprintf("X%03d", n), "2026-07-01").ID, HandlerID: c.handler.ID, SentOn: "2026-07-03",
		DueOn: "2026-07-08", RepliedOn: replied,
	}
	c.put(&k, &models.RatingLoop{
		ID: models.NewRandomID(), Origin: models.LoopCheck, CaseID: k.CaseID, UnitID: c.town.ID, OpenedOn: "2026-07-03",
		State: models.LoopDone, RecheckID: &k.ID, Version: 1,
	})
}

func (c *circle) handled() *ratings.HandledUnit {
	c.t.Helper()
	var out map[string]*ratings.HandledUnit
	err := db.View(c.t.Context(), c.db, func(tx *gorm.DB) (err error) {
		out, err = c.ratings.HandledTx(tx, "2026-07-01", "2026-07-31", "2026-08-03")
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return out[c.town.ID]
}

func TestWhatBecameOfBadRatingsIsCountedByUnitAndReason(t *testing.T) {
	t.Parallel()
	c := newCircle(t)
	done := models.RatingLoop{State: models.LoopDone, Finding: ratings.FoundTrue}
	answered := func(on models.Date) *models.CaseRecheck {
		return &models.CaseRecheck{DueOn: "2026-07-08", RepliedOn: on}
	}
	for i := range 5 {
		c.badly(i, "speed,attitude", done, answered("2026-07-07"), "2026-07-02")
	}
	partly := models.RatingLoop{State: models.LoopCall, Finding: ratings.FoundPartly}
	c.badly(10, "attitude", partly, answered("2026-07-09"), "2026-07-02")
	c.badly(11, "", models.RatingLoop{State: models.LoopRight, Finding: ratings.FoundTrue}, answered(""), "2026-07-02")
	c.badly(12, "result", models.RatingLoop{State: models.LoopDone, Finding: ratings.FoundUntrue}, nil, "2026-07-02")
	c.badly(13, "result", models.RatingLoop{State: models.LoopDone, Finding: ratings.FoundMistaken}, nil, "2026-07-02")
	c.badly(14, "result", models.RatingLoop{State: models.LoopVerify}, nil, "2026-07-02")
	c.badly(15, "result", models.RatingLoop{}, nil, "2026-07-02") // has no loop
	c.badly(16, "result", done, nil, "2026-06-30")                // before the span
	called := done
	called.CalledOn = "2026-07-10"
	again := c.badly(17, "clarity", called, answered("2026-07-08"), "2026-07-02")
	batch := models.RatingBatch{ID: models.NewRandomID(), UnitID: c.town.ID, Size: 5, EffectiveOn: "2026-07-12"}
	c.put(&batch, &models.Rating{
		ID: models.NewRandomID(), UnitID: c.town.ID, CaseID: &again, Family: models.Housing, Channel: models.SMS,
		Mode: models.ModeInvited, Level: 3, RatedOn: "2026-07-12", BatchID: &batch.ID,
	})
	for i, on := range []models.Date{"2026-07-04", "2026-07-05", "2026-07-06", "2026-07-07", "2026-07-07", "2026-07-07"} {
		c.byChance(i, on)
	}
	want := &ratings.HandledUnit{
		Total:  ratings.Handled{Received: 11, True: 7, Partly: 1, Untrue: 1, LeftOut: 1, Pending: 1, Again: 1, Improved: 1},
		NoLoop: 1, Merged: true,
		Rows: []ratings.Handled{
			{Reason: "speed", Received: 5, True: 5},
			{Reason: ratings.OtherReason, Received: 6, True: 2, Partly: 1, Untrue: 1, LeftOut: 1, Pending: 1, Again: 1, Improved: 1},
		},
	}
	// Nobody but those who were rated badly answered late or not at all: it is not told how many did.
	if diff := cmp.Diff(want, c.handled()); diff != "" {
		t.Errorf("nobody else was late (-want +got):\n%s", diff)
	}
	c.byChance(20, "2026-07-09")
	c.byChance(21, "")
	want.Told = true
	want.Total.InTime, want.Total.Late, want.Total.Open = 6, 1, 1
	want.Rows[0].InTime = 5
	want.Rows[1].InTime, want.Rows[1].Late, want.Rows[1].Open = 1, 1, 1
	if diff := cmp.Diff(want, c.handled()); diff != "" {
		t.Errorf("others were, too (-want +got):\n%s", diff)
	}
}

func TestReasonsThatFewHaveNamedAreNotTold(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		named map[string]int
		want  map[string]int
	}{
		"four in all":                    {map[string]int{"speed": 4}, nil},
		"each under five":                {map[string]int{"speed": 4, "result": 4}, nil},
		"the rest is under five":         {map[string]int{"speed": 9, "result": 6, "place": 1}, map[string]int{"speed": 9, "other": 7}},
		"the rest would tell the only":   {map[string]int{"speed": 9, "place": 1}, nil},
		"five are enough":                {map[string]int{"speed": 5, "result": 5}, map[string]int{"speed": 5, "result": 5}},
		"the rest is five":               {map[string]int{"speed": 5, "result": 3, "other": 2}, map[string]int{"speed": 5, "other": 5}},
		"nothing was ticked by anybody":  {map[string]int{"other": 30}, nil},
		"four without, six with reasons": {map[string]int{"other": 4, "speed": 6}, nil},
	} {
		got, _ := ratings.ApartReasons(tc.named)
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
