package ratings_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/vault"
)

// circle is a world with a county above: its supervisors and interviewer, apart from the township.
type circle struct {
	*world
	county                        models.Unit
	above, second, caller, inTown models.Actor
}

func newCircle(t *testing.T) *circle {
	t.Helper()
	w := newWorld(t)
	c := &circle{world: w}
	c.county = w.unit("青禾县", models.County, nil)
	// The township is moved below the county: its path is what the policy goes by.
	w.town.Path = c.county.Path + w.town.ID + "/"
	w.village.Path = w.town.Path + w.village.ID + "/"
	err := db.Tx(t.Context(), w.db, func(tx *gorm.DB) error {
		for _, u := range []models.Unit{w.village, w.town} {
			if err := tx.Model(&models.Unit{}).Where("id = ?", u.ID).Update("path", u.Path).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []*models.Actor{&w.clerk, &w.handler, &w.supervisor} {
		a.Grants[0].UnitPath = w.town.Path
	}
	w.colleague.Grants[0].UnitPath = w.village.Path
	for i := 0; c.lucky(); i++ {
		w.handler = w.person(fmt.Sprintf("H%d", i), "周晓岚", w.town, models.RoleCadre)
	}
	c.above = w.person("C1", "县督", c.county, models.RoleSupervisor)
	c.second = w.person("C2", "县督二", c.county, models.RoleSupervisor)
	c.caller = w.person("C3", "县访", c.county, models.RoleInterviewer)
	// He supervises for the county and has his post at the township.
	c.inTown = w.person("C4", "两头", w.town)
	c.inTown.Grants = []models.Grant{{Role: models.RoleSupervisor, UnitID: c.county.ID, UnitPath: c.county.Path}}
	return c
}

// lucky reports whether chance sends the handler a set in the first days of a test, which count what they make.
func (c *circle) lucky() bool {
	for day := models.Date("2026-07-15"); day < "2026-07-18"; day = day.AddDays(1) {
		if c.ratings.Chosen(c.handler.ID, day, 10) {
			return true
		}
	}
	return false
}

func (w *world) turn() int {
	w.t.Helper()
	n, err := w.ratings.TurnLoops(w.t.Context(), system)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// presets sets the two shares of what is drawn by chance.
func (w *world) presets(sample, check int) {
	w.t.Helper()
	err := db.Tx(w.t.Context(), w.db, func(tx *gorm.DB) error {
		if err := db.SetMetaTx(tx, "serve."+cases.SamplePercent, strconv.Itoa(sample)); err != nil {
			return err
		}
		return db.SetMetaTx(tx, "serve."+cases.CheckPercent, strconv.Itoa(check))
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// bad rates a fresh case of the handler badly and returns the case.
func (w *world) bad(in ratings.Input) *models.Case {
	w.t.Helper()
	c, token := w.closed(w.handler)
	in.Level = 1
	if err := w.ratings.Rate(w.t.Context(), token, in); err != nil {
		w.t.Fatal(err)
	}
	return c
}

// loopOf is the loop of a case.
func (c *circle) loopOf(id string) models.RatingLoop {
	c.t.Helper()
	for _, l := range all[models.RatingLoop](c.world) {
		if l.CaseID == id {
			return l
		}
	}
	c.t.Fatal("the case has no loop")
	return models.RatingLoop{}
}

func (c *circle) verify(id, finding string) {
	c.t.Helper()
	l := c.loopOf(id)
	if err := c.ratings.Verify(c.t.Context(), c.above, l.ID, finding, "核实过", l.Version); err != nil {
		c.t.Fatal(err)
	}
}

func isKey(err error, key string) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && f.Key == key
}

func TestABadRatingIsSeenOnlyApartFromTheHandlersUnit(t *testing.T) {
	t.Parallel()
	c := newCircle(t)
	ctx := t.Context()
	row := c.bad(ratings.Input{Comment: "态度不好，赵大爷"})
	c.turn()
	l := c.loopOf(row.ID)
	for name, who := range map[string]models.Actor{
		"the unit's own supervisor": c.supervisor, "a county supervisor with a post there": c.inTown,
	} {
		if page, err := c.ratings.Loops(ctx, who, ratings.LoopFilter{}); err != nil || page.Total != 0 {
			t.Errorf("%s sees %d loops, %v", name, page.Total, err)
		}
		if _, err := c.ratings.Loop(ctx, who, l.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s opens it: %v", name, err)
		}
		err := c.ratings.Verify(ctx, who, l.ID, ratings.FoundTrue, "x", l.Version)
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("%s verifies it: %v", name, err)
		}
	}
	for name, who := range map[string]models.Actor{"the handler": c.handler, "the clerk": c.clerk, "the interviewer": c.caller} {
		if _, err := c.ratings.Loops(ctx, who, ratings.LoopFilter{}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	v, err := c.ratings.Loop(ctx, c.above, l.ID)
	if err != nil || v.Rating == nil || v.Rating.Level != 1 || strings.Contains(v.Rating.Comment, "赵大爷") {
		t.Errorf("the supervisor above sees %+v, %v", v, err)
	}
}

// Red line 6: of what a handler is sent at once at most half stems from bad ratings, in the same words with the same
// deadline, and nothing that the handler or his unit can open tells which.
func TestTheHandlerCannotTellWhichCaseWasRatedBadly(t *testing.T) {
	t.Parallel()
	c := newCircle(t)
	c.presets(5, 10)

	for range 3 {
		_, token := c.closed(c.handler)
		if err := c.ratings.Rate(t.Context(), token, ratings.Input{Level: 5}); err != nil {
			t.Fatal(err)
		}
	}
	row := c.bad(ratings.Input{Callback: true, Comment: "办事拖拉"})
	before := c.seenBy()
	c.turn()
	if got := c.seenBy(); got != before {
		t.Errorf("opening a loop changes what the unit sees:\n%s\nwas\n%s", got, before)
	}
	c.verify(row.ID, ratings.FoundTrue)
	if got := c.seenBy(); got != before {
		t.Errorf("verifying changes what the unit sees:\n%s\nwas\n%s", got, before)
	}
	c.turn()
	sent := all[models.CaseRecheck](c.world)
	if len(sent) != 3 {
		t.Fatalf("%d cases were sent, want the bad one and two others", len(sent))
	}
	if k := c.loopOf(row.ID); k.State != models.LoopRight {
		t.Errorf("the loop is %s", k.State)
	}
	told := map[string]int{}
	for _, n := range c.toldTo(c.handler) {
		if strings.HasPrefix(n, "case_recheck ") {
			told[strings.Fields(n)[1]]++
		}
	}
	if len(told) != 1 || told[`{"due":"2026-07-22"}`] != 3 {
		t.Errorf("the handler is told %v, want the same three times", told)
	}
	// Read as the handler, the clerk and the unit's supervisor read it, each of the three looks the same.
	for _, who := range []models.Actor{c.handler, c.clerk, c.supervisor} {
		var shape string
		for _, k := range sent {
			got := c.shapeOf(who, k.CaseID)
			if shape == "" {
				shape = got
			}
			if got != shape {
				t.Errorf("%s can tell a case from the others:\n%s\nand\n%s", who.Name, got, shape)
			}
		}
	}
	// The handler answers all; the loop goes on and nothing more is to be seen.
	for _, k := range sent {
		in := cases.Looked{Way: cases.WayFixed, Text: "已再次核对"}
		if err := c.cases.Recheck(t.Context(), c.handler, k.CaseID, in); err != nil {
			t.Fatal(err)
		}
	}
	before = c.seenBy()
	c.turn()
	l := c.loopOf(row.ID)
	if l.State != models.LoopCall {
		t.Fatalf("after the answer the loop is %s", l.State)
	}
	link, err := c.ratings.Called(t.Context(), c.caller, l.ID, ratings.CallResult{
		Contacted: "yes", Solved: models.ResolvedYes, Level: 4,
	}, l.Version)
	if err != nil || link == "" {
		t.Fatalf("link %q, %v", link, err)
	}
	// A receipt printed again neither ends the resident's link nor tells that there is one.
	if _, err := c.ratings.Reprint(t.Context(), c.clerk, row.ID); err != nil {
		t.Fatal(err)
	}
	if err := c.ratings.Rate(t.Context(), strings.TrimPrefix(link, "/r/"), ratings.Input{Level: 4}); err != nil {
		t.Fatalf("rate again: %v", err)
	}
	c.turn()
	if got := c.seenBy(); got != before {
		t.Errorf("calling back and rating again changes what the unit sees:\n%s\nwas\n%s", got, before)
	}
	if l = c.loopOf(row.ID); l.State != models.LoopDone {
		t.Errorf("the loop ends as %s", l.State)
	}
	v, err := c.ratings.Loop(t.Context(), c.above, l.ID)
	if err != nil || v.Rating.Level != 1 || len(v.Again) != 1 || v.Again[0].Level != 4 || v.Again[0].Mode != models.ModeInvited {
		t.Errorf("both ratings are not kept: %+v, %v", v.Again, err)
	}
}

// seenBy is everything that the handler and his unit can open, as one text: lists, counts, pages, figures.
func (c *circle) seenBy() string {
	c.t.Helper()
	ctx := c.t.Context()
	var out []any
	for _, who := range []models.Actor{c.handler, c.clerk, c.supervisor, c.colleague} {
		list, err := c.cases.List(ctx, who, cases.Filter{Size: 200})
		if err != nil {
			c.t.Fatal(err)
		}
		desk, err := c.cases.Desk(ctx, who)
		if err != nil {
			c.t.Fatal(err)
		}
		out = append(out, list, desk)
		for _, e := range list.Entries {
			v, err := c.cases.Get(ctx, who, e.ID)
			if err != nil {
				c.t.Fatal(err)
			}
			out = append(out, v)
		}
		out = append(out, c.toldTo(who))
		seen := c.mine(who)
		seen.Waiting = false // one to four wait: it says so by design, and not of which
		out = append(out, seen)
	}
	text, err := json.Marshal(out)
	if err != nil {
		c.t.Fatal(err)
	}
	return string(text)
}

// toldTo is the notices of somebody, without what numbers them.
func (c *circle) toldTo(who models.Actor) (out []string) {
	for _, n := range all[models.Notice](c.world) {
		if n.PersonID == who.ID {
			out = append(out, n.Kind+" "+n.Args+" "+n.Href)
		}
	}
	slices.Sort(out)
	return out
}

// shapeOf is the page of a case without what names it, as somebody reads it.
func (c *circle) shapeOf(who models.Actor, id string) string {
	c.t.Helper()
	v, err := c.cases.Get(c.t.Context(), who, id)
	if err != nil {
		c.t.Fatal(err)
	}
	events := []string{}
	for _, e := range v.Events {
		events = append(events, e.Kind+"|"+e.Note+"|"+e.Actor)
	}
	var rechecks []models.CaseRecheck
	for _, k := range v.More.Rechecks {
		k.ID, k.CaseID = "", ""
		rechecks = append(rechecks, k)
	}
	v.Case.ID, v.Case.No, v.Case.Title, v.Events, v.More.Rechecks, v.More.Earlier = "", "", "", nil, nil, nil
	v.Case.ResidentName, v.Case.ResidentPhone = vault.Sealed{}, vault.Sealed{}
	text, err := json.Marshal([]any{v, events, rechecks})
	if err != nil {
		c.t.Fatal(err)
	}
	return string(text)
}

func TestASetHoldsNoMoreBadOnesThanOthers(t *testing.T) {
	t.Parallel()
	c := newCircle(t)
	c.presets(5, 10)
	var rated []*models.Case
	for range 3 {
		rated = append(rated, c.bad(ratings.Input{}))
	}
	c.closed(c.handler)
	c.turn()
	for _, r := range rated {
		c.verify(r.ID, ratings.FoundPartly)
	}
	c.turn()
	if n := len(all[models.CaseRecheck](c.world)); n != 2 {
		t.Fatalf("%d were sent, want one bad rating and the one other case", n)
	}
	c.turn()
	if n := len(all[models.CaseRecheck](c.world)); n != 2 {
		t.Errorf("a second set of the same day: %d", n)
	}
	// What waits can be settled by the supervisor.
	for _, r := range rated {
		l := c.loopOf(r.ID)
		if l.State != models.LoopSend {
			continue
		}
		if err := c.ratings.Settle(t.Context(), c.above, l.ID, "已协调解决", l.Version); err != nil {
			t.Fatal(err)
		}
		if l = c.loopOf(r.ID); l.State != models.LoopDone {
			t.Errorf("settled without a wish to be called: %s", l.State)
		}
	}
}

func TestSetsByChanceAloneComeToo(t *testing.T) {
	t.Parallel()
	c := newCircle(t)
	c.presets(5, 100)
	for range 16 {
		c.closed(c.handler)
	}
	for range 14 { // the second week is a whole one
		c.turn()
		c.clock.Advance(24 * time.Hour)
	}
	sent := all[models.CaseRecheck](c.world)
	if len(sent) == 0 || len(sent)%3 != 0 || len(sent) > 9 {
		t.Fatalf("in a fortnight %d were sent, want sets of three, one a week at most", len(sent))
	}
	for _, k := range sent {
		if err := c.cases.Recheck(t.Context(), c.handler, k.CaseID, cases.Looked{Way: cases.WayExplained, Text: "已说明"}); err != nil {
			t.Fatal(err)
		}
	}
	c.turn()
	answered := map[string]bool{} // the last turn may have sent another set
	for _, k := range sent {
		answered[k.ID] = true
	}
	for _, l := range all[models.RatingLoop](c.world) {
		if l.RecheckID != nil && answered[*l.RecheckID] && l.State != models.LoopDone {
			t.Errorf("a case drawn by chance is %s after the answer", l.State)
		}
	}
}

func TestACaseIsSentOnce(t *testing.T) {
	t.Parallel()
	c := newCircle(t)
	c.presets(5, 10)
	c.closed(c.handler)
	c.closed(c.handler)
	row := c.bad(ratings.Input{Callback: true})
	c.turn()
	c.verify(row.ID, ratings.FoundTrue)
	c.turn()
	if err := c.cases.Recheck(t.Context(), c.handler, row.ID, cases.Looked{Way: cases.WayFixed, Text: "已补正"}); err != nil {
		t.Fatal(err)
	}
	c.turn()
	l := c.loopOf(row.ID)
	link, err := c.ratings.Called(t.Context(), c.caller, l.ID, ratings.CallResult{Contacted: "no", Solved: models.ResolvedNo}, l.Version)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.ratings.Rate(t.Context(), strings.TrimPrefix(link, "/r/"), ratings.Input{Level: 2}); err != nil {
		t.Fatal(err)
	}
	c.turn()
	var again models.RatingLoop
	for _, x := range all[models.RatingLoop](c.world) {
		if x.CaseID == row.ID && x.ID != l.ID {
			again = x
		}
	}
	if again.ID == "" {
		t.Fatal("the second bad rating opened no loop")
	}
	if err := c.ratings.Verify(t.Context(), c.above, again.ID, ratings.FoundTrue, "仍未解决", again.Version); err != nil {
		t.Fatal(err)
	}
	n := len(all[models.CaseRecheck](c.world))
	c.clock.Advance(24 * time.Hour)
	c.turn()
	if got := len(all[models.CaseRecheck](c.world)); got != n {
		t.Errorf("%d were sent after the second rating, want none", got-n)
	}
	v, err := c.ratings.Loop(t.Context(), c.above, again.ID)
	if err != nil || !v.SentBefore || !v.MaySettle {
		t.Errorf("the supervisor is not told to settle it: %+v, %v", v, err)
	}
}

func TestWhereTheResidentAllowsItTheHandlerIsToldAtOnce(t *testing.T) {
	t.Parallel()
	c := newCircle(t)
	row := c.bad(ratings.Input{MayKnow: true, Comment: "证件少了一页"})
	c.turn()
	c.verify(row.ID, ratings.FoundTrue)
	v, err := c.cases.Get(t.Context(), c.handler, row.ID)
	if err != nil || !v.More.MayRecheck || v.Events[0].Note != "证件少了一页" {
		t.Errorf("the handler reads %+v, %v", v.Events[0], err)
	}
}

func TestAMistakenRatingIsLeftOutByASecondPersonAndCounted(t *testing.T) {
	t.Parallel()
	c := newCircle(t)
	ctx := t.Context()
	row := c.bad(ratings.Input{})
	c.turn()
	c.verify(row.ID, ratings.FoundMistaken)
	l := c.loopOf(row.ID)
	if r := all[models.Rating](c.world)[0]; r.Excluded {
		t.Error("the first person alone left it out")
	}
	if err := c.ratings.Review(ctx, c.above, l.ID, true, "同意", l.Version); !isKey(err, "loop.second_person") {
		t.Errorf("the first person reviews: %v", err)
	}
	if err := c.ratings.Review(ctx, c.second, l.ID, false, "证据不足", l.Version); err != nil {
		t.Fatal(err)
	}
	if l = c.loopOf(row.ID); l.State != models.LoopVerify || l.Finding != "" {
		t.Errorf("not agreed: %s, %q", l.State, l.Finding)
	}
	c.verify(row.ID, ratings.FoundMalicious)
	l = c.loopOf(row.ID)
	if err := c.ratings.Review(ctx, c.second, l.ID, true, "录音和监控可证", l.Version); err != nil {
		t.Fatal(err)
	}
	if r := all[models.Rating](c.world)[0]; !r.Excluded || r.Level != 1 {
		t.Errorf("the rating is %+v, want it kept and excluded", r)
	}
	var f *ratings.Figures
	err := db.View(ctx, c.db, func(tx *gorm.DB) error {
		s, err := c.ratings.StatsTx(tx, "2026-07-01", "2026-07-31")
		f = s.Units[c.town.ID]
		return err
	})
	if err != nil || f == nil || f.Excluded != 1 {
		t.Errorf("excluded in the figures of the unit: %+v, %v", f, err)
	}
	if c.turn(); c.loopOf(row.ID).State != models.LoopDone {
		t.Error("an excluded rating is opened again")
	}
}

func TestCallsAreMadeByAnotherUnitAndNeverPooled(t *testing.T) {
	t.Parallel()
	c := newCircle(t)
	ctx := t.Context()
	c.presets(10, 10)
	townCaller := c.person("C8", "镇访", c.town, models.RoleInterviewer)
	var page ratings.CallPage
	made := 0
	for made < 400 && page.Total < 2 {
		for range 20 {
			c.closed(c.handler)
		}
		made += 20
		c.clock.Advance(24 * time.Hour)
		c.turn()
		var err error
		if page, err = c.ratings.Calls(ctx, c.caller, 1, 200); err != nil {
			t.Fatal(err)
		}
	}
	if page.Total < 2 || page.Total > made/2 {
		t.Fatalf("of %d closed cases %d are drawn, want a tenth", made, page.Total)
	}
	if n := c.turn(); n != 0 {
		t.Errorf("a second turn of the day touched %d", n)
	}
	if got, err := c.ratings.Calls(ctx, townCaller, 1, 200); err != nil || got.Total != 0 {
		t.Errorf("the unit's own interviewer has %d calls, %v", got.Total, err)
	}
	id := page.Entries[0].ID
	if _, err := c.ratings.OpenContact(ctx, townCaller, id, "回访"); !fault.Is(err, fault.NotFound) {
		t.Errorf("he opens the contact: %v", err)
	}
	if _, err := c.ratings.OpenContact(ctx, c.caller, id, " "); !fault.Is(err, fault.Invalid) {
		t.Errorf("without a purpose: %v", err)
	}
	contact, err := c.ratings.OpenContact(ctx, c.caller, id, "回访")
	if err != nil || contact.Phone != "13812340926" {
		t.Errorf("contact %+v, %v", contact, err)
	}
	v, err := c.ratings.Call(ctx, c.caller, id)
	if err != nil || strings.Contains(v.Name, "大爷") {
		t.Errorf("the page shows the name %q, %v", v.Name, err)
	}
	link, err := c.ratings.Called(ctx, c.caller, id, ratings.CallResult{Contacted: "yes", Solved: models.ResolvedYes, Level: 5}, v.Version)
	if err != nil || link != "" {
		t.Errorf("a call of the sample gives the link %q, %v", link, err)
	}
	if _, err := c.ratings.Call(ctx, c.caller, id); !fault.Is(err, fault.NotFound) {
		t.Errorf("the call can be opened afterwards: %v", err)
	}
	rows := all[models.Rating](c.world)
	if len(rows) != 1 || rows[0].Mode != models.ModeCallback || rows[0].Channel != models.Hotline {
		t.Errorf("the answer is kept as %+v", rows)
	}
	id = page.Entries[1].ID
	for i := range 3 {
		if err := c.ratings.Missed(ctx, c.caller, id, "无人接听", 1+i); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.ratings.Call(ctx, c.caller, id); !fault.Is(err, fault.NotFound) {
		t.Errorf("after three attempts the call waits: %v", err)
	}
}

func TestTheThreeRatesAdvanceByFives(t *testing.T) {
	t.Parallel()
	c := newCircle(t)
	answer := func(n int) {
		for range n {
			row, _ := c.closed(c.handler)
			c.put(&models.RatingLoop{
				ID: models.NewRandomID(), Origin: models.LoopSample, CaseID: row.ID, UnitID: c.town.ID, SubjectID: &c.handler.ID,
				OpenedOn: "2026-07-14", DueOn: "2026-07-21", State: models.LoopDone, CalledOn: "2026-07-15", Contacted: true,
				Solved: models.ResolvedYes, Level: 3, ClosedOn: "2026-07-15", Version: 2,
			})
		}
	}
	rates := func() ratings.UnitRates {
		got, err := c.ratings.Rates(t.Context(), c.above)
		if err != nil || len(got) != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		return got[0]
	}
	answer(9)
	if r := rates(); !r.Few || r.Valid != 0 {
		t.Errorf("of nine calls rates are shown: %+v", r)
	}
	answer(5)
	r := rates()
	response, resolution, satisfaction := r.Shares()
	if r.Valid != 10 || response != 1 || resolution != 1 || satisfaction < 0.899 || satisfaction > 0.901 {
		t.Errorf("of fourteen calls: %+v, satisfaction %.3f, want ten and 0.9", r, satisfaction)
	}
	if _, err := c.ratings.Rates(t.Context(), c.caller); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an interviewer: %v", err)
	}
}
