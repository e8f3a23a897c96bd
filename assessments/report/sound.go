package report

import (
	"fmt"
	"slices"
	"unicode"

	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/models/fault"
)

// drawable refuses the first name that no face can draw: a report never prints a name with a hole in it.
func (p *paper) drawable(names []string) error {
	fonts := p.printer.Fonts()
	for _, name := range names {
		if missing := fonts.Missing(name); len(missing) > 0 {
			return fault.New(fault.Invalid, "report.undrawable", "name", name, "rune", visible(missing[0]))
		}
	}
	return nil
}

// visible names a rune by its number, and by itself where it has a shape.
func visible(r rune) string {
	if unicode.IsGraphic(r) && r != unicode.ReplacementChar {
		return fmt.Sprintf("%c (U+%04X)", r, r)
	}
	return fmt.Sprintf("U+%04X", r)
}

// personNames are the names in a cadre's dossier that are drawn as they are.
func personNames(d assessments.PersonDossier) []string {
	names := append(infoNames(d.Person), d.Scheme.Title, d.Scheme.TitleEN, d.Period.Operator)
	for _, q := range d.Quizzes {
		names = append(names, q.Course, q.CourseEN)
	}
	for _, s := range d.Suggestions {
		names = append(names, s.Course, s.CourseEN, s.CourseCode)
	}
	for _, o := range d.Objections {
		names = append(names, o.No)
	}
	return names
}

// unitNames are the names in a unit's dossier.
func unitNames(d assessments.UnitDossier) []string {
	names := []string{d.Unit.Name, d.Unit.Code, d.Unit.Parent, d.Period.Operator}
	for _, a := range d.Persons {
		names = append(names, infoNames(a.Person)...)
	}
	for _, o := range d.Objections {
		names = append(names, o.No)
	}
	return names
}

func infoNames(p assessments.PersonInfo) []string { return []string{p.Name, p.StaffNo, p.Post, p.Unit} }

// soundPerson refuses a dossier whose parts do not add up to its totals.
func soundPerson(d assessments.PersonDossier) error {
	if err := soundRatings(d.Ratings); err != nil {
		return err
	}
	if err := soundTrend(d.Trend, d.Ratings); err != nil {
		return err
	}
	return soundCases(d.Cases)
}

// soundTrend refuses steps that do not add up to the ratings of the period.
func soundTrend(t *assessments.TrendResult, r assessments.RatingResult) error {
	if t == nil {
		return nil
	}
	if t.Now < 0 || t.Now >= len(t.Steps) {
		return unsound("trend")
	}
	good, n := 0, 0
	for i, s := range t.Steps {
		if s.Good < 0 || s.Good > s.N || s.From > s.To || i > 0 && s.From <= t.Steps[i-1].To {
			return unsound("trend")
		}
		if i >= t.Now {
			good, n = good+s.Good, n+s.N
		}
	}
	if good != r.Good || n != r.N {
		return unsound("trend")
	}
	return nil
}

// soundUnit does so for a unit and every annex sheet.
func soundUnit(d assessments.UnitDossier) error {
	if err := soundRatings(d.Ratings); err != nil {
		return err
	}
	if err := soundTrend(d.Trend, d.Ratings); err != nil {
		return err
	}
	if err := soundCases(d.Cases); err != nil {
		return err
	}
	if err := soundHandled(d); err != nil {
		return err
	}
	for _, a := range d.Persons {
		if err := soundRatings(a.Ratings); err != nil {
			return err
		}
		if err := soundCases(a.Cases); err != nil {
			return err
		}
	}
	return nil
}

// soundHandled refuses bad ratings and exclusions whose kinds do not add up.
func soundHandled(d assessments.UnitDossier) error {
	if h := d.Handled; h != nil {
		sum := 0
		for _, r := range append(slices.Clone(h.Rows), h.Total) {
			sum += r.Received
			right := !h.Told || r.True+r.Partly == r.InTime+r.Late+r.Open
			if r.Received != r.True+r.Partly+r.Untrue+r.LeftOut+r.Pending || !right || r.Improved > r.Again {
				return unsound("handled")
			}
		}
		if len(h.Rows) > 0 && sum != 2*h.Total.Received {
			return unsound("handled")
		}
	}
	if l := d.LeftOut; l != nil {
		count := func(rows []assessments.LeftOutRow) (n int) {
			for _, r := range rows {
				n += r.N
			}
			return n
		}
		if count(l.Ratings) != d.Ratings.Excluded || count(l.Cases) != d.Cases.Excluded {
			return unsound("exclusions")
		}
	}
	return nil
}

func soundRatings(r assessments.RatingResult) error {
	n, good := 0, 0
	for _, row := range r.Rows {
		n, good = n+row.N(), good+row.Counts[0]+row.Counts[1]
		for _, c := range row.Counts {
			if c < 0 {
				return unsound("ratings")
			}
		}
	}
	if n != r.N || good != r.Good || len(r.Comments) > 0 && len(r.Comments) < 5 {
		return unsound("ratings")
	}
	return nil
}

func soundCases(c assessments.CaseResult) error {
	var sum assessments.FamilyRow
	for _, f := range c.Families {
		sum.Closed, sum.OnTime = sum.Closed+f.Closed, sum.OnTime+f.OnTime
		sum.Solved, sum.Asked = sum.Solved+f.Solved, sum.Asked+f.Asked
	}
	all := assessments.FamilyRow{Closed: c.Closed, OnTime: c.OnTime, Solved: c.Solved, Asked: c.Asked}
	if len(c.Families) > 0 && sum != all {
		return unsound("families")
	}
	ended := 0
	for _, n := range c.Outcomes {
		ended += n
	}
	if len(c.Outcomes) > 0 && ended != c.Closed {
		return unsound("outcomes")
	}
	open := 0
	for _, a := range c.Ages {
		open += a.Within + a.Overdue
	}
	if len(c.Ages) > 0 && open != c.Open {
		return unsound("ages")
	}
	if c.CarriedIn+c.Received != c.Closed+c.Open || c.OnTime > c.Closed || c.Solved > c.Asked || c.Asked > c.Closed {
		return unsound("cases")
	}
	return nil
}

func unsound(what string) error { return fault.New(fault.Invalid, "report.unsound", "what", what) }

// disputes are the competencies with an objection that is not answered yet.
func disputes(list []assessments.ObjectionInfo) map[models.Competency]bool {
	open := map[models.Competency]bool{}
	for _, o := range list {
		if !o.Answered {
			open[o.Item] = true
		}
	}
	return open
}
