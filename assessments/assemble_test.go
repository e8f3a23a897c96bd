package assessments

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"shanzhi/models"
)

// county makes facts of one comparison group: n cadres with 40 ratings and cases each whose true shares differ.
func county(n int) *facts {
	chance := rand.New(rand.NewPCG(1, 2))
	f := &facts{
		Period: models.Period{ID: "p", SpanFrom: "2026-01-01", SpanTo: "2026-06-30"}, Info: PeriodInfo{Code: "2026H1"},
		Months: months("2026-01-01", "2026-06-30"), CalendarKnown: true, Quizzes: map[string][]QuizResult{},
		Cases:   ledger[CaseResult]{map[string]CaseResult{}, map[string]CaseResult{}},
		Ratings: ledger[RatingResult]{map[string]RatingResult{}, map[string]RatingResult{}},
		Closed:  ledger[map[string]int]{map[string]map[string]int{}, map[string]map[string]int{}},
	}
	f.Scheme.Sources = preset
	for u := range 12 {
		f.Units = append(f.Units, UnitInfo{ID: fmt.Sprint("u", u), Name: fmt.Sprint("单位", u), Kind: models.Village})
	}
	for i := range n {
		id := fmt.Sprintf("c%02d", i)
		unit := fmt.Sprint("u", i%12)
		f.People = append(f.People, member{
			Participant: models.Participant{PersonID: id, UnitID: unit, Class: "window"},
			Info:        PersonInfo{ID: id, StaffNo: id, Class: "window", UnitID: unit},
		})
		good, solved := draw(chance, 40, 0.5+0.45*chance.Float64()), draw(chance, 40, 0.5+0.45*chance.Float64())
		f.Ratings.Person[id] = RatingResult{
			N: 40, Good: good, Invited: 60, Unrated: 20, InvitedKnown: true,
			Rows: []LevelRow{{Channel: models.Window, Mode: models.ModeInvited, Counts: [5]int{good, 0, 40 - good, 0, 0}}},
		}
		f.Cases.Person[id] = CaseResult{Closed: 40, Asked: 40, Solved: solved, OnTime: draw(chance, 40, 0.9)}
		f.Closed.Person[id] = map[string]int{"2026-01": i, "2026-02": 1}
		f.Quizzes[id] = []QuizResult{{Course: "调解", FirstN: 15, FirstX: draw(chance, 15, 0.8), Passed: true}}
		r, c := f.Ratings.Unit[unit], f.Cases.Unit[unit]
		r.N, r.Good, c.Closed, c.Asked, c.Solved = r.N+40, r.Good+good, c.Closed+40, c.Asked+40, c.Solved+solved
		f.Ratings.Unit[unit], f.Cases.Unit[unit] = r, c
	}
	return f
}

func draw(chance *rand.Rand, n int, p float64) (x int) {
	for range n {
		if chance.Float64() < p {
			x++
		}
	}
	return x
}

func assembled1(t *testing.T, f *facts) assembled {
	t.Helper()
	out, err := assemble(f)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func competencyOf(d PersonDossier, c models.Competency) CompetencyResult {
	i := slices.IndexFunc(d.Competencies, func(r CompetencyResult) bool { return r.Competency == c })
	return d.Competencies[i]
}

func TestAssemble(t *testing.T) {
	t.Parallel()
	out := assembled1(t, county(40))
	if len(out.People) != 40 || len(out.Units) != 12 {
		t.Fatalf("%d people, %d units", len(out.People), len(out.Units))
	}
	for _, d := range out.People {
		for _, c := range d.Competencies {
			switch c.Competency {
			case models.Coordination, models.Improvement: // nothing collects their sources yet: missing, never zero
				if c.State != Insufficient || c.Mean != 0 || c.AvailableWeight != 0 {
					t.Errorf("%s %s: %s %v", d.Person.ID, c.Competency, c.State, c.Mean)
				}
			default:
				inOrder := c.I95.Lo <= c.I80.Lo && c.I80.Lo <= c.Mean && c.Mean <= c.I80.Hi && c.I80.Hi <= c.I95.Hi
				if c.State == Insufficient || !inOrder || c.GroupLo > c.GroupHi {
					t.Errorf("%s %s: %+v", d.Person.ID, c.Competency, c)
				}
				sum := 0.0
				for _, s := range c.Sources {
					sum += s.Contribution
				}
				if diff := sum - (c.Mean - c.GroupMean); diff > 1e-9 || diff < -1e-9 {
					t.Errorf("%s %s: contributions add up to %v, want %v", d.Person.ID, c.Competency, sum, c.Mean-c.GroupMean)
				}
			}
		}
	}
}

// An estimate lies between the own share and the group's: shrinkage never overshoots.
func TestEstimatesAreShrunkenTowardsTheGroup(t *testing.T) {
	t.Parallel()
	f := county(40)
	for _, d := range assembled1(t, f).People {
		c := competencyOf(d, models.MassWork)
		own := c.Sources[0].Score
		if lo, hi := min(own, c.GroupMean), max(own, c.GroupMean); c.Mean < lo-1e-9 || c.Mean > hi+1e-9 {
			t.Errorf("%s: %.2f is not between own %.2f and group %.2f", d.Person.ID, c.Mean, own, c.GroupMean)
		}
	}
}

// Below ten there are counts only: no rate, no interval, no bounds, no comparison.
func TestFewerThanTenAreCountsOnly(t *testing.T) {
	t.Parallel()
	f := county(40)
	r := f.Ratings.Person["c03"]
	r.N, r.Good = 9, 9
	f.Ratings.Person["c03"] = r
	d := assembled1(t, f).People[3]
	if d.Ratings.Wilson != (Interval{}) || d.Ratings.Shrunk != 0 || d.Ratings.BoundHi != 0 || d.Ratings.N != 9 {
		t.Errorf("ratings %+v", d.Ratings)
	}
	if c := competencyOf(d, models.MassWork); c.State != Insufficient || c.Mean != 0 || !c.Sources[0].Missing {
		t.Errorf("competency %+v", c)
	}
}

func TestASmallGroupIsNotCompared(t *testing.T) {
	t.Parallel()
	for _, d := range assembled1(t, county(7)).People {
		if c := competencyOf(d, models.MassWork); c.State != SmallGroup {
			t.Errorf("%s: %s, want %s", d.Person.ID, c.State, SmallGroup)
		}
	}
}

// Somebody far below the others is a signal, and gets the courses of that competency suggested.
func TestAClearSignal(t *testing.T) {
	t.Parallel()
	f := county(40)
	r := f.Ratings.Person["c05"]
	r.N, r.Good = 200, 20
	f.Ratings.Person["c05"] = r
	f.Courses = map[models.Competency][]Suggestion{models.MassWork: {{Course: "服务群众与沟通", CourseCode: "serving-residents"}}}
	d := assembled1(t, f).People[5]
	c := competencyOf(d, models.MassWork)
	if c.State != Below || c.Reliability < 0.9 || len(d.Suggestions) != 1 {
		t.Errorf("state %s, reliability %.2f, suggestions %v", c.State, c.Reliability, d.Suggestions)
	}
}

// A failed quiz suggests its own course, whatever competency that course is for.
func TestAFailedQuizSuggestsItsCourse(t *testing.T) {
	t.Parallel()
	f := county(40)
	f.Quizzes["c07"] = []QuizResult{{Course: "调解", FirstN: 15, FirstX: 3}}
	f.Courses = map[models.Competency][]Suggestion{
		models.PolicyLaw: {{Course: "依法办事"}}, models.MassWork: {{Course: "调解"}},
	}
	people := assembled1(t, f).People
	if got := people[7].Suggestions; len(got) != 1 || got[0].Course != "调解" {
		t.Errorf("suggestions %v", got)
	}
	if got := people[8].Suggestions; len(got) != 0 {
		t.Errorf("passed, yet suggested %v", got)
	}
}

// Cases per person on duty: a unit with nobody on duty has no such figure and does not move the others' range.
func TestLoadLeavesOutUnitsWithoutStaff(t *testing.T) {
	t.Parallel()
	closed := map[string]map[string]int{"a": {"2026-01": 10}, "b": {"2026-01": 20}, "empty": {"2026-01": 900}}
	l := newLoads([]string{"2026-01"}, []string{"a", "b", "empty"}, closed, map[string]int{"a": 2, "b": 2})
	if got := l.of("a")[0]; got.Own != 5 || got.Median != 7.5 || got.Hi > 10 {
		t.Errorf("load %+v, want 5 of 5 and 10", got)
	}
	if got := l.of("empty")[0].Own; got != 0 {
		t.Errorf("a unit without staff has a load of %v", got)
	}
}

// The rankability of a source stands beside the competencies of the scheme of the period, not those of the preset.
func TestRankabilityFollowsTheScheme(t *testing.T) {
	t.Parallel()
	f := county(40)
	f.Scheme.Sources = []models.SchemeSource{
		{Competency: models.Coordination, Source: models.SourceRatings, Weight: 100, MinN: 10},
	}
	m := assembled1(t, f).People[0].Method
	if _, stray := m.Rankability[models.MassWork]; stray || m.Rankability[models.Coordination] == 0 {
		t.Errorf("rankability %v", m.Rankability)
	}
}

// The same facts give the same canonical bytes; a changed figure changes the digest.
func TestCanonical(t *testing.T) {
	t.Parallel()
	one, two := assembled1(t, county(25)), assembled1(t, county(25))
	for i := range one.People {
		a, da, err := Canonical(one.People[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, db, _ := Canonical(two.People[i]); da != db {
			t.Fatalf("%s: digests differ", one.People[i].Person.ID)
		}
		if strings.Contains(string(a), "NaN") || strings.ContainsAny(string(a), "\n\t") {
			t.Errorf("not canonical: %s", a)
		}
	}
	two.People[0].Ratings.Good++
	if _, da, _ := Canonical(one.People[0]); da == "" {
		t.Error("no digest")
	} else if _, db, _ := Canonical(two.People[0]); da == db {
		t.Error("a changed figure has the same digest")
	}
}

func TestFunnelNamesOnlyTheOwnUnit(t *testing.T) {
	t.Parallel()
	for _, u := range assembled1(t, county(40)).Units {
		for _, f := range u.Funnels {
			own := 0
			for _, p := range f.Points {
				if p.Own {
					own++
				}
			}
			if own != 1 || f.Own95.Lo >= f.Own95.Hi || f.Own998.Hi < f.Own95.Hi {
				t.Errorf("%s %s: own points %d, limits %v %v", u.Unit.Name, f.Figure, own, f.Own95, f.Own998)
			}
		}
	}
}

func BenchmarkAssemble1000(b *testing.B) {
	f := county(1000)
	for b.Loop() {
		if _, err := assemble(f); err != nil {
			b.Fatal(err)
		}
	}
}
