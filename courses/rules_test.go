package courses

import (
	"strings"
	"testing"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/testkit"
)

// office is a world with two training administrators and the leader of the county, and one of a township.
type office struct {
	*world
	first, second, leader, town models.Actor
	year                        int
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{world: newWorld(t, small("a", 40, 20))}
	o.year = models.DateOf(o.clock.Now()).Year()
	grant := func(no, name string, r models.Role, path string) models.Actor {
		a := o.person(t, no, name, models.CivilServant)
		a.Grants = []models.Grant{{Role: r, UnitID: o.root.ID, UnitPath: path}}
		return a
	}
	o.first = grant("S2", "苏文", models.RoleTrainer, o.root.Path)
	o.second = grant("S3", "韩梅", models.RoleTrainer, o.root.Path)
	o.leader = grant("S4", "何静", models.RoleLeader, o.root.Path)
	o.town = grant("S5", "刘安", models.RoleTrainer, o.root.Path+"TOWN/")
	return o
}

func (o *office) input() RuleInput {
	return RuleInput{
		Name: "青禾县学时认定办法", Document: "青教培〔2026〕3号", FromYear: o.year, LongMinutes: 40, LongHours: 200,
		MidMinutes: 20, MidHours: 75, ShortHours: 10, Test: 25, AwayMost: 5,
		Asked: map[models.Category]Target{models.CivilServant: {Online: 3000, InPerson: 6000}},
	}
}

// set lets a version hold.
func (o *office) set(t *testing.T, in RuleInput) models.HourRule {
	t.Helper()
	made, err := o.ProposeRules(t.Context(), o.first, in)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.ConfirmRules(t.Context(), o.leader, made.ID, 1); err != nil {
		t.Fatal(err)
	}
	return made
}

// take finishes the course for somebody and returns what was booked.
func (o *office) take(t *testing.T, who models.Actor) models.HoursEntry {
	t.Helper()
	for no := 1; no <= 2; no++ {
		if err := o.FinishLesson(t.Context(), who, "a", no); err != nil {
			t.Fatal(err)
		}
	}
	a := o.pass(t, who, "a")
	var c models.Course
	o.row(t, &c, "code = ?", "a")
	err := db.Tx(t.Context(), o.d, func(tx *gorm.DB) error {
		_, err := o.CompleteTx(tx, o.clock.Now(), who, c.ID, Pass{who.ID, a.ID, a.Score, o.clock.Now()})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var e models.HoursEntry
	o.row(t, &e, "person_id = ?", who.ID)
	return e
}

func TestTheExampleHoldsUntilASecondPersonConfirms(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	l, err := o.Ledger(ctx, o.me, 0)
	if err != nil || !l.Book.Example || l.Online.Asked != 5000 {
		t.Fatalf("at first %+v, asked %d, error %v; want the example", l.Book, l.Online.Asked, err)
	}
	before := o.take(t, o.me)
	if before.Rule != ExampleBook().Code || before.Hours != 200 {
		t.Errorf("by the example %d by %s", before.Hours, before.Rule)
	}
	if due, err := o.RulesDue(ctx, o.first); err != nil || !due.Missing || due.Decide {
		t.Errorf("before: %+v %v, want missing", due, err)
	}
	made, err := o.ProposeRules(ctx, o.first, o.input())
	if err != nil {
		t.Fatal(err)
	}
	if due, err := o.RulesDue(ctx, o.leader); err != nil || due.Missing || !due.Decide {
		t.Errorf("the leader: %+v %v, want a decision", due, err)
	}
	if due, err := o.RulesDue(ctx, o.first); err != nil || due.Decide {
		t.Errorf("whoever proposed it: %+v %v, want no decision", due, err)
	}
	if l, err = o.Ledger(ctx, o.me, 0); err != nil || !l.Book.Example {
		t.Errorf("a proposal holds already: %+v %v", l.Book, err)
	}
	_, err = o.ProposeRules(ctx, o.second, o.input())
	wantKind(t, err, fault.Conflict, "book.pending")
	wantKind(t, o.ConfirmRules(ctx, o.first, made.ID, 1), fault.Forbidden, "book.same")
	wantKind(t, o.ConfirmRules(ctx, o.town, made.ID, 1), fault.Forbidden, "error.forbidden")
	wantKind(t, o.ConfirmRules(ctx, o.second, made.ID, 2), fault.Conflict, "error.stale")
	wantKind(t, o.ConfirmRules(ctx, o.second, models.NewID(), 1), fault.NotFound, "error.not_found")
	if err := o.ConfirmRules(ctx, o.second, made.ID, 1); err != nil {
		t.Fatal(err)
	}
	wantKind(t, o.ConfirmRules(ctx, o.leader, made.ID, 2), fault.Conflict, "error.stale")

	after := o.take(t, o.second)
	if after.Rule != made.ID || after.Hours != 200+75+25 {
		t.Errorf("by the county's rule book %d by %s", after.Hours, after.Rule)
	}
	l, err = o.Ledger(ctx, o.me, 0)
	if err != nil || l.Book.Example || l.Book.Name != "青禾县学时认定办法" || l.Online.Asked != 3000 || l.InPerson.Asked != 6000 {
		t.Errorf("afterwards %+v, asked %d and %d, error %v", l.Book, l.Online.Asked, l.InPerson.Asked, err)
	}
	if l.Online.Hours != 200 || l.Online.Entries[0].By != "" {
		t.Errorf("what was credited before changed: %+v", l.Online)
	}
	if l, err = o.Ledger(ctx, o.second, 0); err != nil || l.Online.Entries[0].By != "青禾县学时认定办法" {
		t.Errorf("an entry does not name its rule book: %v", err)
	}
	if l, err = o.Ledger(ctx, o.me, o.year-1); err != nil || !l.Book.Example || l.Online.Asked != 5000 {
		t.Errorf("an earlier year goes by the new rule book: %v", err)
	}
	for _, action := range []string{"book.propose", "book.confirm"} {
		if n := o.count(t, &models.AuditEntry{}, "action = ?", action); n != 1 {
			t.Errorf("%s: %d audit rows, want 1", action, n)
		}
	}
}

func TestALaterRuleBookHoldsFromItsYear(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ahead, now := o.input(), o.input()
	ahead.Name, ahead.FromYear = "明年的办法", o.year+1
	now.Name = "今年的办法"
	next, this := o.set(t, ahead), o.set(t, now)
	for year, want := range map[int]string{o.year: this.ID, o.year + 1: next.ID, o.year + 5: next.ID} {
		err := db.View(t.Context(), o.d, func(tx *gorm.DB) error {
			b, err := o.BookOfTx(tx, year)
			if b.Code != want {
				t.Errorf("%d goes by %q", year, b.Name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	now.Name = "今年修订的办法"
	again := o.set(t, now)
	x, err := o.Rules(t.Context(), o.town, 1, 2)
	if err != nil || x.Now == nil || x.Now.ID != again.ID || x.Total != 3 || len(x.All) != 2 || x.All[0].ID != again.ID ||
		x.Now.Proposer != "苏文" || x.Now.Decider != "何静" || x.MayPropose || x.MayConfirm {
		t.Errorf("rules: %+v %v", x, err)
	}
}

func TestARuleBookIsReturnedWithAReason(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	made, err := o.ProposeRules(ctx, o.first, o.input())
	if err != nil {
		t.Fatal(err)
	}
	wantRuleFields(t, o.ReturnRules(ctx, o.leader, made.ID, 1, " "), "reason")
	wantRuleFields(t, o.ReturnRules(ctx, o.leader, made.ID, 1, strings.Repeat("长", 301)), "reason")
	wantKind(t, o.ReturnRules(ctx, o.me, made.ID, 1, "看看"), fault.Forbidden, "error.forbidden")
	if err := o.ReturnRules(ctx, o.leader, made.ID, 1, "漏了村干部"); err != nil {
		t.Fatal(err)
	}
	if n := o.count(t, &models.Notice{}, "person_id = ? AND kind = 'book_returned'", o.first.ID); n != 1 {
		t.Errorf("%d notices, want 1", n)
	}
	if made, err = o.ProposeRules(ctx, o.first, o.input()); err != nil {
		t.Fatal(err)
	}
	if err := o.ReturnRules(ctx, o.first, made.ID, 1, "文号写错"); err != nil { // he takes it back
		t.Fatal(err)
	}
	if n := o.count(t, &models.Notice{}, "person_id = ?", o.first.ID); n != 1 {
		t.Errorf("whoever takes it back is told of it: %d notices", n)
	}
	made, err = o.ProposeRules(ctx, o.first, o.input())
	if err != nil {
		t.Fatal(err)
	}
	o.clock.Set(testkit.Now.AddDate(1, 0, 0))
	wantKind(t, o.ConfirmRules(ctx, o.leader, made.ID, 1), fault.Conflict, "book.late")
}

func TestARuleBookIsRefusedFieldByField(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for want, spoil := range map[string]func(*RuleInput){
		"name":           func(in *RuleInput) { in.Name = " " },
		"document":       func(in *RuleInput) { in.Document = strings.Repeat("长", 201) },
		"year":           func(in *RuleInput) { in.FromYear = o.year - 1 },
		"long_minutes":   func(in *RuleInput) { in.LongMinutes, in.MidMinutes, in.MidHours = 0, 0, 0 },
		"long_hours":     func(in *RuleInput) { in.LongHours = 0 },
		"mid_minutes":    func(in *RuleInput) { in.MidMinutes = in.LongMinutes },
		"mid_hours":      func(in *RuleInput) { in.MidHours = in.LongHours + 1 },
		"short_hours":    func(in *RuleInput) { in.ShortHours = in.MidHours + 1 },
		"test":           func(in *RuleInput) { in.Test = -1 },
		"away":           func(in *RuleInput) { in.AwayMost = 1 },
		"online_village": func(in *RuleInput) { in.Asked[models.VillageCadre] = Target{Online: -1} },
		"in_person_civil": func(in *RuleInput) {
			in.Asked[models.CivilServant] = Target{InPerson: 50001}
		},
	} {
		in := o.input()
		spoil(&in)
		_, err := o.ProposeRules(t.Context(), o.first, in)
		wantRuleFields(t, err, want)
	}
	in := o.input()
	in.Name, in.FromYear, in.Test = "", o.year+3, -1
	_, err := o.ProposeRules(t.Context(), o.first, in)
	wantRuleFields(t, err, "name", "year", "test")
	for _, who := range []models.Actor{o.town, o.leader, o.me} {
		_, err := o.ProposeRules(t.Context(), who, o.input())
		wantKind(t, err, fault.Forbidden, "error.forbidden")
	}
	if n := o.count(t, &models.HourRule{}, "1 = 1"); n != 0 {
		t.Errorf("%d rows of refused rule books", n)
	}
}

func TestAMiddleStepMayBeLeftOut(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	in := o.input()
	in.MidMinutes, in.MidHours, in.AwayMost = 0, 0, 0
	o.set(t, in)
	err := db.View(t.Context(), o.d, func(tx *gorm.DB) error {
		b, err := o.BookOfTx(tx, o.year)
		if b.LessonHours(39) != 10 || b.LessonHours(40) != 200 || !b.Completed(90, 100) || b.ClassHours(90) != 400 {
			t.Errorf("rules: %+v", b)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// wantRuleFields wants a refusal of exactly these fields.
func wantRuleFields(t *testing.T, err error, names ...string) {
	t.Helper()
	f := fault.Of(err)
	if f == nil || f.Kind != fault.Invalid {
		t.Errorf("got %v, want fields %v refused", err, names)
		return
	}
	var got []string
	for _, x := range f.Fields {
		got = append(got, x.Name)
	}
	if strings.Join(got, " ") != strings.Join(names, " ") {
		t.Errorf("refused %v, want %v", got, names)
	}
}
