package demo_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/app/demo"
	"shanzhi/app/onboard"
	"shanzhi/assessments"
	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/courses"
	"shanzhi/courses/class"
	"shanzhi/courses/quiz"
	"shanzhi/courses/trainer"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
	"shanzhi/models/vault"
	"shanzhi/models/workday"
)

const password = "willow-brook-7731"

// wall is a Monday morning in Asia/Shanghai.
var wall clock.Clock = func() time.Time { return time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC) }

// county is a made-up county with its doors.
type county struct {
	t     *testing.T
	doors demo.Doors
	made  demo.Made
}

// training hands quizzes over as package main does.
type training struct {
	courses *courses.Service
	quiz    *quiz.Service
}

func (x training) QuizzesTx(tx *gorm.DB, people []string, from, to models.Date) (map[string][]assessments.QuizResult, error) {
	all, err := x.quiz.EvidenceTx(tx, people, from, to)
	out := map[string][]assessments.QuizResult{}
	for person, es := range all {
		for _, e := range es {
			out[person] = append(out[person], assessments.QuizResult{
				Course: e.CourseTitle, Attempts: e.Attempts, First: float64(e.First) / 100, Best: float64(e.Best) / 100,
				Passed: e.Passed, PassedOn: e.PassedOn, FirstN: e.N, FirstX: e.X,
			})
		}
	}
	return out, err
}

func (training) CoursesTx(*gorm.DB) (map[models.Competency][]assessments.Suggestion, error) {
	return map[models.Competency][]assessments.Suggestion{}, nil
}

func newCounty(t *testing.T, d func(clock.Clock) *db.DB, seed uint64) *county {
	t.Helper()
	clk, err := demo.NewClock(wall)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := vault.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.New(keys)
	if err != nil {
		t.Fatal(err)
	}
	days, err := workday.Load()
	if err != nil {
		t.Fatal(err)
	}
	c := &county{t: t}
	c.doors.DB = d(clk.Now)
	c.doors.Accounts = accounts.New(c.doors.DB, v, clk.Now, accounts.Options{HashMemory: testkit.HashMemory})
	c.doors.Courses = courses.New(c.doors.DB, clk.Now)
	c.doors.Quiz = quiz.New(c.doors.DB, clk.Now, c.doors.Courses)
	c.doors.Ratings = ratings.New(c.doors.DB, clk.Now, v, days)
	c.doors.Cases = cases.New(c.doors.DB, clk.Now, v, days, c.doors.Ratings)
	c.doors.Assessments = assessments.New(c.doors.DB, clk.Now, days, c.doors.Cases, c.doors.Ratings,
		training{c.doors.Courses, c.doors.Quiz})
	c.doors.Trainer = trainer.New(c.doors.DB, clk.Now, c.doors.Courses)
	c.doors.Classes = class.New(c.doors.DB, clk.Now, c.doors.Courses)
	c.doors.Onboard = onboard.New(c.doors.DB, clk.Now, v, days, c.doors.Accounts)
	c.doors.Sealer = audit.NewSealer(c.doors.DB, v, clk.Now)
	ctx := t.Context()
	if err := c.doors.Courses.Install(ctx, models.SystemActor("test")); err != nil {
		t.Fatal(err)
	}
	if err := c.doors.Assessments.Install(ctx); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	c.made, err = demo.Make(ctx, c.doors, clk, demo.Options{Today: models.DateOf(wall()), Seed: seed, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("made in %v: %+v", time.Since(begin).Round(time.Millisecond), c.made)
	if got := clk.Now(); !got.Equal(wall()) {
		t.Errorf("the clock shows %v afterwards, want the wall", got)
	}
	return c
}

func fresh(t *testing.T) func(clock.Clock) *db.DB {
	t.Helper()
	return func(now clock.Clock) *db.DB { return testkit.DBAt(t, now) }
}

func rows[T any](c *county, cond string, args ...any) []T {
	c.t.Helper()
	var out []T
	err := db.View(c.t.Context(), c.doors.DB, func(tx *gorm.DB) error { return tx.Where(cond, args...).Find(&out).Error })
	if err != nil {
		c.t.Fatal(err)
	}
	return out
}

func (c *county) actor(staffNo string) models.Actor {
	c.t.Helper()
	p := rows[models.Person](c, "staff_no = ?", staffNo)
	var who models.Actor
	err := db.View(c.t.Context(), c.doors.DB, func(tx *gorm.DB) (err error) {
		who, err = accounts.ActorTx(tx, wall(), p[0].ID)
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return who
}

// TestCounty makes one county and holds it against what it must be: making one takes seconds.
func TestCounty(t *testing.T) {
	t.Parallel()
	c := newCounty(t, fresh(t), demo.Seed)
	for name, check := range map[string]func(*county){
		"units and people":           unitsAndPeople,
		"everybody can log in":       logins,
		"a year of cases":            aYear,
		"ratings keep the red lines": redLines,
		"no real telephone number":   numbers,
		"cases in hand":              inHand,
		"a year of quizzes":          quizzes,
		"routine period is released": routinePeriod,
		"annual period can close":    annualPeriod,
		"special period can begin":   specialPeriod,
		"the visitor's cadre":        visitor,
		"true effects come back":     recovery,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			own := *c
			own.t = t
			check(&own)
		})
	}
}

func unitsAndPeople(c *county) {
	t := c.t
	kinds := map[models.UnitKind]int{}
	for _, u := range rows[models.Unit](c, "1 = 1") {
		kinds[u.Kind]++
	}
	want := map[models.UnitKind]int{
		models.County: 1, models.Department: 10, models.Township: 6, models.Village: 33, models.Community: 8,
	}
	for k, n := range want {
		if kinds[k] != n {
			t.Errorf("units of kind %s: got %d, want %d", k, kinds[k], n)
		}
	}
	classes := map[string]int{}
	holds := map[string]bool{}
	for _, p := range rows[models.Post](c, "1 = 1") {
		if !holds[p.PersonID] {
			classes[p.Class]++
		}
		holds[p.PersonID] = true
	}
	// Beside the two hundred: one who was transferred, and three newcomers.
	if classes[demo.Leaders] != 12 || classes[demo.Windows] != 49 || classes[demo.Villages] != 143 || len(classes) != 3 {
		t.Errorf("people by class: got %v, want 12, 49 and 143", classes)
	}
	names := map[string]int{}
	for _, p := range rows[models.Person](c, "1 = 1") {
		names[p.Name]++
	}
	for name, n := range map[string]int{
		"王𬭁": 1, "李𬒔": 1, "沈𬍡": 1, "钱𬬮": 1, "唐𬱖": 1, "袁𫖯": 1, "阿依古丽·买买提": 1, "王建国": 3, "张伟": 2, "黎小燕": 2,
		"李衍": 0,
	} {
		if names[name] != n {
			t.Errorf("people called %s: got %d, want %d", name, names[name], n)
		}
	}
	site, err := c.doors.Accounts.Site(t.Context())
	if err != nil || !site.Demo || len(site.Filing) != 2 || !strings.Contains(strings.Join(site.Filing, ""), "示例") {
		t.Errorf("site %+v, error %v: want it marked as made up, with example numbers", site, err)
	}
}

func logins(c *county) {
	t := c.t
	if len(c.made.Logins) != len(models.Roles())+2 {
		t.Errorf("%d logins, want one per role, the township's organiser and its desk officer", len(c.made.Logins))
	}
	for _, l := range c.made.Logins {
		who := c.actor(l.StaffNo)
		if !who.Has(l.Role) {
			t.Errorf("%s %s does not hold %s", l.StaffNo, l.Name, l.Role)
		}
	}
	for _, l := range []demo.Login{c.made.Logins[0], c.made.Logins[len(c.made.Logins)-1]} {
		token, err := c.doors.Accounts.Login(t.Context(), models.Actor{}, l.StaffNo, password)
		if err != nil {
			t.Fatalf("%s: %v", l.StaffNo, err)
		}
		if in, err := c.doors.Accounts.Actor(t.Context(), token); err != nil || in.First != models.StepNone {
			t.Errorf("%s: must do %q first, error %v", l.StaffNo, in.First, err)
		}
	}
}

func aYear(c *county) {
	t := c.t
	if c.made.From != "2025-11-01" || c.made.To != "2026-10-31" || c.made.Sealed != "2026ND1110" ||
		c.made.Released != "2025PS1104" {
		t.Errorf("span %s to %s, code %s", c.made.From, c.made.To, c.made.Sealed)
	}
	n := 0
	months := map[models.Date]int{}
	for _, x := range rows[models.Case](c, "received_on BETWEEN ? AND ?", c.made.From, c.made.To) {
		n++
		months[x.ReceivedOn[:7]]++
	}
	if n < 7800 || n > 8600 || len(months) != 12 {
		t.Errorf("%d cases in %v, want about 8,000 in twelve months", n, months)
	}
	all := len(rows[models.Rating](c, "outside_no IS NOT NULL"))
	span := len(rows[models.Rating](c, "rated_on BETWEEN ? AND ?", c.made.From, c.made.To))
	if span < 5300 || span > 5900 || all != c.made.Ratings {
		t.Errorf("%d ratings in the span, %d of %d imported, want about 5,600", span, all, c.made.Ratings)
	}
	var rated, not int
	for _, i := range rows[models.Invitation](c, "state <> ?", models.InvitationOpen) {
		if i.State == models.InvitationRated {
			rated++
		} else {
			not++
		}
	}
	if share := float64(rated) / float64(rated+not); share < 0.55 || share > 0.65 || not < 2500 {
		t.Errorf("%d rated, %d stored as not rated: share %.3f, want about 0.6", rated, not, share)
	}
	if got := len(rows[models.Matter](c, "1 = 1")); got != 25 { // with the one for what is raised online
		t.Errorf("%d matters, want 25", got)
	}
}

func redLines(c *county) {
	t := c.t
	in := map[string][]models.Rating{}
	loose := map[string]int{}
	cs := map[string]models.Case{}
	for _, x := range rows[models.Case](c, "1 = 1") {
		cs[x.ID] = x
	}
	comments := map[string]bool{}
	for _, r := range rows[models.Rating](c, "1 = 1") {
		called := r.Mode == models.ModeCallback && r.CaseID != nil
		if r.InteractionNo == nil && r.SubjectID != nil && !called || r.InteractionNo != nil && r.CaseID == nil {
			t.Errorf("rating %s: visit %v, person %v: without a number it counts for the unit only", r.ID,
				r.InteractionNo, r.SubjectID)
		}
		if r.CaseID != nil && (cs[*r.CaseID].ClosedOn > r.RatedOn || *cs[*r.CaseID].HandlerID != *r.SubjectID) {
			t.Errorf("rating %s of %s on %s: before closing, or of somebody else", r.ID, cs[*r.CaseID].No, r.RatedOn)
		}
		comments[r.Comment] = true
		if r.Excluded && r.BatchID == nil {
			continue
		}
		if r.BatchID == nil {
			key := r.UnitID
			if r.SubjectID != nil {
				key += *r.SubjectID
			}
			loose[key]++
			continue
		}
		in[*r.BatchID] = append(in[*r.BatchID], r)
	}
	for _, b := range rows[models.RatingBatch](c, "1 = 1") {
		if b.Size != 5 || len(in[b.ID]) != 5 {
			t.Errorf("batch of %d with %d ratings, want 5", b.Size, len(in[b.ID]))
		}
	}
	for key, n := range loose {
		if n > 4 {
			t.Errorf("%s: %d ratings wait, want at most 4", key, n)
		}
	}
	if len(comments) < 60 {
		t.Errorf("%d different comments, want 60", len(comments))
	}
}

func numbers(c *county) {
	t := c.t
	long := regexp.MustCompile(`[0-9]{11}`)
	for _, r := range rows[models.Rating](c, "comment <> ''") {
		if long.MatchString(r.Comment) {
			t.Errorf("comment with a number: %s", r.Comment)
		}
	}
	caller := c.actor("QH0109")
	for _, x := range rows[models.Case](c, "state <> ?", models.CaseClosed)[:10] {
		got, err := c.doors.Cases.Contact(t.Context(), caller, x.ID, "回访")
		if err != nil || !strings.HasPrefix(got.Phone, "1990000") || got.Name == "" {
			t.Errorf("contact %+v, error %v: want a number that begins with 1990000", got, err)
		}
	}
}

func inHand(c *county) {
	t := c.t
	states := map[models.CaseState]int{}
	overdue := 0
	for _, x := range rows[models.Case](c, "state <> ?", models.CaseClosed) {
		states[x.State]++
		if x.DueOn < models.DateOf(wall()) {
			overdue++
		}
		if x.ReceivedOn < "2026-09-15" {
			t.Errorf("case %s of %s is still open", x.No, x.ReceivedOn)
		}
	}
	for s, least := range map[models.CaseState]int{
		models.CaseReceived: 6, models.CaseDispatched: 4, models.CaseInHand: 30, models.CaseAnswered: 3,
	} {
		if states[s] < least {
			t.Errorf("%d cases in state %s, want at least %d", states[s], s, least)
		}
	}
	if overdue < 4 {
		t.Errorf("%d overdue, want some", overdue)
	}
}

func quizzes(c *county) {
	var first, again, open int
	for _, a := range rows[models.Attempt](c, "1 = 1") {
		switch {
		case a.SubmittedAt == nil:
			open++
		case a.No == 1:
			first++
		default:
			again++
		}
	}
	if n := first + again; n < 560 || n > 640 || again < 30 || open != 0 {
		c.t.Errorf("%d first attempts, %d more, %d open: want about 600 in all", first, again, open)
	}
}

// participants are the two hundred and the one who was transferred.
const participants = 201

func routinePeriod(c *county) {
	t := c.t
	o, err := c.doors.Assessments.Period(t.Context(), c.actor("QH0101"), c.made.Released)
	if err != nil {
		t.Fatal(err)
	}
	if o.Period.State != models.PeriodReleased || o.Participants != participants || o.Objections != 0 {
		t.Errorf("state %s, %d participants, %d objections", o.Period.State, o.Participants, o.Objections)
	}
}

func annualPeriod(c *county) {
	t := c.t
	ctx := t.Context()
	o, err := c.doors.Assessments.Period(ctx, c.actor("QH0102"), c.made.Sealed)
	if err != nil {
		t.Fatal(err)
	}
	if o.Period.State != models.PeriodSealed || o.Blocked != nil || !o.CanReview {
		t.Errorf("state %s, blocked %v, may be reviewed %v", o.Period.State, o.Blocked, o.CanReview)
	}
	if o.Participants != participants || o.Viewed < 140 || o.Viewed >= 200 || o.Agreed < 60 || o.Agreed >= o.Viewed {
		t.Errorf("%d participants, %d have looked, %d agree", o.Participants, o.Viewed, o.Agreed)
	}
	if o.Objections != 3 || o.OpenObjections != 0 {
		t.Errorf("%d objections, %d open, want 3 and none", o.Objections, o.OpenObjections)
	}
	results := map[string]int{}
	for _, x := range rows[models.Objection](c, "1 = 1") {
		results[x.Result]++
		if x.AnsweredAt == nil || models.DateOf(*x.AnsweredAt) > x.DueOn {
			t.Errorf("objection %s answered %v, due %s", x.No, x.AnsweredAt, x.DueOn)
		}
	}
	if results[assessments.Corrected] != 1 || results[assessments.Upheld] != 2 {
		t.Errorf("results %v, want one corrected and two upheld", results)
	}
	asked := rows[models.CaseRequest](c, "kind = ? AND asked_at < ?", models.AskExclude, c.made.To.Start())
	if got := rows[models.Case](c, "excluded = ? AND outside_no IS NOT NULL", true); len(got) != len(asked)+1 {
		t.Errorf("%d excluded cases of the span, %d asked for, want one more", len(got), len(asked))
	}
	if got := rows[models.Report](c, "1 = 1"); len(got) != 0 {
		t.Errorf("%d reports are there, want none: the scheduled job compiles them", len(got))
	}
}

func specialPeriod(c *county) {
	t := c.t
	o, err := c.doors.Assessments.Period(t.Context(), c.actor("QH0101"), c.made.Open)
	if err != nil {
		t.Fatal(err)
	}
	if !o.CanSeal || o.Blocked != nil || o.Period.SpanFrom != "2026-11-01" || o.Period.SpanTo != models.DateOf(wall()) {
		t.Errorf("may be sealed %v, blocked %v, span %s to %s", o.CanSeal, o.Blocked, o.Period.SpanFrom, o.Period.SpanTo)
	}
}

func visitor(c *county) {
	t := c.t
	ctx := t.Context()
	who := c.actor(c.made.Logins[0].StaffNo)
	desk, err := c.doors.Cases.Desk(ctx, who)
	if err != nil || desk.ToAcknowledge != 1 || desk.InHand < 3 || desk.Overdue < 1 || desk.Next == nil {
		t.Errorf("desk %+v, error %v", desk, err)
	}
	mine, err := c.doors.Assessments.Mine(ctx, who)
	if err != nil || len(mine) != 2 || mine[0].Code != c.made.Sealed {
		t.Fatalf("sealed periods %v, error %v", mine, err)
	}
	if p := rows[models.Participant](c, "person_id = ? AND period_id = ?", who.ID, mine[0].ID); p[0].ViewedAt != nil {
		t.Error("the preview has been looked at already")
	}
	halfway, err := c.doors.Courses.Course(ctx, who, "serving-residents")
	if err != nil || halfway.DoneCount() != 2 {
		t.Errorf("half-finished course: %d lessons, error %v", halfway.DoneCount(), err)
	}
	if n := len(rows[models.Rating](c, "subject_id = ? AND batch_id IS NULL", who.ID)); n != 4 {
		t.Errorf("%d ratings wait, want 4: the visitor's is the fifth", n)
	}
}

// TestTheSameSeedMakesTheSameCounty compares what is said in two counties, leaving ids and secrets aside.
func TestTheSameSeedMakesTheSameCounty(t *testing.T) {
	t.Parallel()
	if testkit.OnServer() {
		t.Skip("tried on files: the seed does not reach the database; a county and the end of an earlier one are tried here too")
	}
	if a, b := demo.Truths(7), demo.Truths(7); !slices.Equal(a, b) {
		t.Error("two sets of true effects from one seed")
	}
	if a, b := demo.Truths(7), demo.Truths(8); slices.Equal(a, b) {
		t.Error("one set of true effects from two seeds")
	}
	// One in a new database, one where an earlier demonstration was thrown away.
	a, b := newCounty(t, fresh(t), 7), newCounty(t, open(t, replaced(t)), 7)
	for what, of := range map[string]func(*county) []string{
		"cases": func(c *county) (out []string) {
			for _, x := range rows[models.Case](c, "1 = 1") {
				out = append(out, fmt.Sprint(x.No, x.Title, x.ReceivedOn, x.ClosedOn, x.Outcome, x.State, x.Reopened))
			}
			return out
		},
		"ratings": func(c *county) (out []string) {
			for _, x := range rows[models.Rating](c, "outside_no IS NOT NULL") {
				out = append(out, fmt.Sprint(*x.OutsideNo, x.Level, x.Comment, x.RatedOn, x.Channel, x.Mode, x.Solved))
			}
			return out
		},
		"attempts": func(c *county) (out []string) {
			for _, x := range rows[models.Attempt](c, "1 = 1") {
				out = append(out, fmt.Sprint(x.StartedAt, x.No, x.Score))
			}
			return out
		},
	} {
		x, y := of(a), of(b)
		slices.Sort(x)
		slices.Sort(y)
		if !slices.Equal(x, y) {
			t.Errorf("%s differ: %d and %d", what, len(x), len(y))
		}
	}
	if a.made.Objections != 3 {
		t.Errorf("%d objections with another seed", a.made.Objections)
	}
}
