package ratings_test

import (
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

func state(t *testing.T, w *world, token string) ratings.LinkState {
	t.Helper()
	l, err := w.ratings.Look(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return l.State
}

func TestALinkRatesOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	_, token := w.closed(w.handler)
	l, err := w.ratings.Look(ctx, token)
	want := ratings.Link{
		State: ratings.LinkOpen, Unit: "柳溪镇", Matter: "高龄津贴申请", ValidTo: "2026-08-14", HasPhone: true,
	}
	if diff := cmp.Diff(want, l); err != nil || diff != "" {
		t.Fatalf("%v %s", err, diff)
	}
	in := ratings.Input{
		Level: 2, Solved: models.ResolvedPart, Reasons: []string{"trips", "made-up", "speed"}, Comment: " 跑了三趟 ",
	}
	if err := w.ratings.Rate(ctx, token, in); err != nil {
		t.Fatal(err)
	}
	if err := w.ratings.Rate(ctx, token, ratings.Input{Level: 5}); !fault.Is(err, fault.Conflict) {
		t.Errorf("rated twice: %v", err)
	}
	rows := all[models.Rating](w)
	if len(rows) != 1 {
		t.Fatalf("%d ratings, want 1", len(rows))
	}
	r := rows[0]
	if r.Level != 2 || r.Solved != models.ResolvedPart || r.Reasons != "speed,trips" || r.Comment != "跑了三趟" ||
		*r.SubjectID != w.handler.ID || r.UnitID != w.town.ID || r.Mode != models.ModeInvited || r.RatedOn != "2026-07-15" {
		t.Errorf("stored: %+v", r)
	}
	if s := state(t, w, token); s != ratings.LinkUsed {
		t.Errorf("the link is %s", s)
	}
}

func TestManyAtOnceRateOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, token := w.closed(w.handler)
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() { errs[i] = w.ratings.Rate(t.Context(), token, ratings.Input{Level: 1 + i%5}) })
	}
	wg.Wait()
	good := 0
	for _, err := range errs {
		switch {
		case err == nil:
			good++
		case !fault.Is(err, fault.Conflict):
			t.Errorf("refused as %v, want a Conflict", err)
		}
	}
	if n := len(all[models.Rating](w)); good != 1 || n != 1 {
		t.Errorf("%d passed and %d ratings are stored, want one", good, n)
	}
}

func TestRefusedRatingsLeaveTheLinkOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	_, token := w.closed(w.handler)
	for name, in := range map[string]ratings.Input{
		"no level":  {Solved: models.ResolvedYes},
		"level six": {Level: 6},
		"solved":    {Level: 3, Solved: "perhaps"},
		"too long":  {Level: 3, Comment: string(make([]rune, 501))},
	} {
		if err := w.ratings.Rate(ctx, token, in); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, bad := range []string{"", "x", token[:42] + "!", token[1:] + "A"} {
		if _, err := w.ratings.Look(ctx, bad); !fault.Is(err, fault.NotFound) {
			t.Errorf("token %q: %v", bad, err)
		}
		if err := w.ratings.Rate(ctx, bad, ratings.Input{Level: 5}); !fault.Is(err, fault.NotFound) {
			t.Errorf("token %q rated: %v", bad, err)
		}
	}
	if s := state(t, w, token); s != ratings.LinkOpen {
		t.Errorf("the link is %s", s)
	}
}

func TestUnusedLinksBecomeNotRated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	_, used := w.closed(w.handler)
	_, unused := w.closed(w.handler)
	if err := w.ratings.Rate(ctx, used, ratings.Input{Level: 5}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ratings.CloseExpired(ctx, w.supervisor); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a supervisor closes links: %v", err)
	}
	w.clock.Advance(30 * 24 * time.Hour)
	if s := state(t, w, unused); s != ratings.LinkOpen {
		t.Errorf("on its last day the link is %s", s)
	}
	if n, err := w.ratings.CloseExpired(ctx, system); n != 0 || err != nil {
		t.Errorf("closed %d on the last day, %v", n, err)
	}
	w.clock.Advance(24 * time.Hour)
	if err := w.ratings.Rate(ctx, unused, ratings.Input{Level: 5}); !fault.Is(err, fault.Conflict) {
		t.Errorf("rated after the last day: %v", err)
	}
	for i, want := range []int{1, 0} {
		if n, err := w.ratings.CloseExpired(ctx, system); n != want || err != nil {
			t.Errorf("run %d closed %d, want %d, %v", i, n, want, err)
		}
	}
	if len(all[models.Rating](w)) != 1 {
		t.Error("not rated is not a rating")
	}
}

func TestReprintKillsTheOldLinkAndTellsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	fresh, old := w.closed(w.handler)
	rated, token := w.closed(w.handler)
	if err := w.ratings.Rate(ctx, token, ratings.Input{Level: 4}); err != nil {
		t.Fatal(err)
	}
	a, err := w.ratings.Reprint(ctx, w.clerk, fresh.ID)
	if err != nil {
		t.Fatal(err)
	}
	b, err := w.ratings.Reprint(ctx, w.clerk, rated.ID)
	if err != nil || a.ValidTo != b.ValidTo || len(a.Link) != len(b.Link) {
		t.Errorf("a rated case's receipt differs: %v %v %v", a, b, err)
	}
	if _, err := w.ratings.Look(ctx, old); !fault.Is(err, fault.NotFound) {
		t.Errorf("the old link lives: %v", err)
	}
	if err := w.ratings.Rate(ctx, b.Link[3:], ratings.Input{Level: 1}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a reprint gives a second rating: %v", err)
	}
	if err := w.ratings.Rate(ctx, a.Link[3:], ratings.Input{Level: 1}); err != nil {
		t.Errorf("the new link: %v", err)
	}
	if _, err := w.ratings.Reprint(ctx, w.colleague, fresh.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("somebody else prints: %v", err)
	}
	w.clock.Advance(31 * 24 * time.Hour)
	for _, c := range []*models.Case{fresh, rated} {
		if _, err := w.ratings.Reprint(ctx, w.clerk, c.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("printed after the last day: %v", err)
		}
	}
}

func TestReopenedCasesWaitForTheirNewLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c, first := w.closed(w.handler)
	c, err := w.cases.Reopen(ctx, w.clerk, c.ID, "没解决", c.Version)
	if err != nil {
		t.Fatal(err)
	}
	if s := state(t, w, first); s != ratings.LinkReopened {
		t.Errorf("the link is %s", s)
	}
	if err := w.ratings.Rate(ctx, first, ratings.Input{Level: 5}); !fault.Is(err, fault.Conflict) {
		t.Errorf("rated while in hand: %v", err)
	}
	if c, err = w.cases.Acknowledge(ctx, w.handler, c.ID, c.Version); err != nil {
		t.Fatal(err)
	}
	if c, err = w.cases.Answer(ctx, w.handler, c.ID, "再次办理", c.Version); err != nil {
		t.Fatal(err)
	}
	_, second := w.close(w.handler, c)
	if err := w.ratings.Rate(ctx, second, ratings.Input{Level: 3}); err != nil {
		t.Error(err)
	}
	if n := len(all[models.Invitation](w)); n != 1 {
		t.Errorf("%d invitations, want the unused one again", n)
	}
}

func TestPressureIsKeptAndLeavesTheLinkOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	_, token := w.closed(w.handler)
	for range 2 {
		if err := w.ratings.Pressure(ctx, token, "周晓岚让我打五分，电话 13812340926"); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.ratings.Pressure(ctx, token[1:]+"x", ""); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unknown link: %v", err)
	}
	if s := state(t, w, token); s != ratings.LinkOpen {
		t.Errorf("the link is %s", s)
	}
	got, err := w.ratings.Signals(ctx, w.supervisor, 1, 20)
	if err != nil || len(got.Signals) != 1 {
		t.Fatalf("%d signals; %v", len(got.Signals), err)
	}
	want := []ratings.Signal{{
		ID: got.Signals[0].ID, Unit: "柳溪镇", Matter: "高龄津贴申请", On: "2026-07-15", Comment: "＊＊让我打五分，电话 ＊＊",
		DueOn: "2026-07-22", DaysLeft: 5,
	}}
	if diff := cmp.Diff(want, got.Signals); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if _, err := w.ratings.Signals(ctx, w.handler, 1, 20); !fault.Is(err, fault.Forbidden) {
		t.Errorf("the handler reads signals: %v", err)
	}
	about := w.handler
	about.Grants = w.supervisor.Grants
	if got, err := w.ratings.Signals(ctx, about, 1, 20); err != nil || got.Total != 0 {
		t.Errorf("a supervisor reads what is about himself: %v %v", got, err)
	}
	if got, err := w.ratings.Signals(ctx, w.inRated("Y1", w.town), 1, 20); err != nil || got.Total != 0 {
		t.Errorf("a supervisor reads what is about the unit of his post: %v %v", got, err)
	}
}

func TestReceiptNumberFollowsFromTheToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.ratings.ReceiptNo("token-a"), w.ratings.ReceiptNo("token-b")
	if !regexp.MustCompile(`^PJ \d{4} \d{4}$`).MatchString(a) || a == b || a != w.ratings.ReceiptNo("token-a") {
		t.Errorf("got %q and %q", a, b)
	}
}

func TestUnsureCountsForTheUnitOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 5 {
		w.rate(w.handler, ratings.Input{Level: 1, Unsure: true})
	}
	if n := w.batch(); n != 1 {
		t.Errorf("%d batches, want the unit's", n)
	}
	if got := w.mine(w.handler); got.N() != 0 || got.Waiting {
		t.Errorf("counted for a cadre: %+v", got)
	}
	unit, err := w.ratings.UnitFigures(t.Context(), w.supervisor, w.town.ID)
	if err != nil || unit.N() != 5 {
		t.Errorf("the unit has %d, %v", unit.N(), err)
	}
}

func TestFiguresAdvanceInFives(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	for i, level := range []int{5, 4, 3, 2} {
		w.rate(w.handler, ratings.Input{Level: level, Solved: models.ResolvedYes, Comment: "意见"})
		if n := w.batch(); n != 0 {
			t.Fatalf("a batch of %d", i+1)
		}
	}
	w.rate(w.colleague, ratings.Input{Level: 1})
	if got := w.mine(w.handler); got.N() != 0 || len(got.Comments) != 0 || !got.Waiting {
		t.Errorf("four are visible: %+v", got)
	}
	w.clock.Advance(24 * time.Hour)
	w.rate(w.handler, ratings.Input{Level: 1, Solved: models.ResolvedNo, Comment: "我叫赵大爷，电话13812340926"})
	for i, want := range []int{1, 0} {
		if n := w.batch(); n != want {
			t.Errorf("run %d made %d batches, want %d", i, n, want)
		}
	}
	got := w.mine(w.handler)
	if got.Levels() != [5]int{1, 1, 1, 1, 1} || got.Good() != 2 || got.Solved != [3]int{4, 0, 1} || got.Waiting {
		t.Errorf("five are seen as %+v", got)
	}
	if len(got.Comments) != 5 {
		t.Errorf("%d comments, want 5", len(got.Comments))
	}
	for _, c := range got.Comments {
		if regexp.MustCompile(`赵大爷|\d{4}`).MatchString(c) {
			t.Errorf("a comment names its writer: %s", c)
		}
	}
	b := all[models.RatingBatch](w)
	if len(b) != 1 || b[0].EffectiveOn != "2026-07-16" || b[0].MadeOn != "2026-07-16" || b[0].Size != 5 {
		t.Errorf("batches %+v", b)
	}
	if _, err := w.ratings.UnitFigures(ctx, w.colleague, w.town.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("a cadre reads another unit's ratings: %v", err)
	}
	village, err := w.ratings.UnitFigures(ctx, w.supervisor, w.village.ID)
	if err != nil || village.N() != 0 || !village.Waiting {
		t.Errorf("one rating of the village is visible: %+v %v", village, err)
	}
}

func TestABatchSpansOneUnit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 5 {
		r := models.Rating{
			ID: models.NewRandomID(), SubjectID: &w.handler.ID, UnitID: w.town.ID, Family: models.Health, Channel: models.Paper,
			Mode: models.ModePaper, Level: 5, RatedOn: "2026-07-01",
		}
		if i < 2 {
			r.UnitID = w.village.ID
		}
		w.put(&r)
	}
	if n := w.batch(); n != 0 {
		t.Errorf("%d batches of three and two ratings at two units", n)
	}
}

func TestStatsOfAllAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 5 {
		w.rate(w.handler, ratings.Input{Level: 5, Comment: "谢谢"})
	}
	w.rate(w.handler, ratings.Input{Level: 1})
	_, token := w.closed(w.handler)
	if err := w.ratings.Pressure(t.Context(), token, ""); err != nil {
		t.Fatal(err)
	}
	w.put(&models.Rating{
		ID: models.NewRandomID(), SubjectID: &w.handler.ID, UnitID: w.town.ID, Family: models.Health, Channel: models.Paper,
		Mode: models.ModePaper, Level: 1, RatedOn: "2026-07-10", Excluded: true,
	})
	w.clock.Advance(31 * 24 * time.Hour)
	if _, err := w.ratings.CloseExpired(t.Context(), system); err != nil {
		t.Fatal(err)
	}
	w.batch()
	stats := func(from, to models.Date) (got ratings.Stats) {
		err := db.View(t.Context(), w.db, func(tx *gorm.DB) (err error) {
			got, err = w.ratings.StatsTx(tx, from, to)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	got := stats("2026-07-01", "2026-07-31")
	want := &ratings.Figures{
		Seen: ratings.Seen{
			Rows:     []ratings.Row{{Channel: models.QR, Mode: models.ModeInvited, Counts: [5]int{5}}},
			Comments: []string{"谢谢", "谢谢", "谢谢", "谢谢", "谢谢"}, Waiting: true,
		},
		Invited: 7, Unrated: 1, Excluded: 1, CommentsN: 5,
	}
	// Which of the six made the batch is chance; the one level 1 may be among the five.
	if got.Persons[w.handler.ID].Levels()[4] == 1 {
		want.Rows[0].Counts, want.Comments, want.CommentsN = [5]int{4, 0, 0, 0, 1}, nil, 0
	}
	if diff := cmp.Diff(want, got.Persons[w.handler.ID]); diff != "" {
		t.Errorf("the cadre (-want +got):\n%s", diff)
	}
	want.Pressure = 1
	if diff := cmp.Diff(want, got.Units[w.town.ID]); diff != "" {
		t.Errorf("the unit (-want +got):\n%s", diff)
	}
	if early := stats("2026-06-01", "2026-06-30"); early.Persons[w.handler.ID] != nil {
		t.Errorf("June has %+v", early.Persons[w.handler.ID])
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"电话138 1234 0926找我":         "电话＊＊找我",
		"身份证53010219900101123X":     "身份证＊＊",
		"7月15日下午三点来的":               "＊＊＊＊来的",
		"住惠民小区3号楼502室":              "住惠民小区＊＊＊＊",
		"周晓岚态度好，周晓不认识":              "＊＊态度好，＊＊不认识",
		"我叫张三，办得好":                  "＊＊办得好",
		"一三八一二三四零九二六":               "＊＊",
		"王𬭁同志":                      "＊＊同志",
		"跑了3趟，办得慢":                  "跑了3趟，办得慢",
		"十分满意，提两点意见":                "十分满意，提两点意见",
		"zhao.daye@example.cn 给我写信": "＊＊ 给我写信",
		"2026-07-15 10:30 到窗口":      "＊＊ ＊＊ 到窗口",
	} {
		if got := ratings.Mask(in, "周晓岚", "周晓", "王𬭁", "好"); got != want {
			t.Errorf("%q → %q, want %q", in, got, want)
		}
	}
}
