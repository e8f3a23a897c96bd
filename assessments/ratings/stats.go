package ratings

import (
	"cmp"
	"slices"

	"gorm.io/gorm"

	"shanzhi/models"
)

// Row is the ratings of one channel and mode: Counts of the levels 5, 4, 3, 2, 1. They are never pooled silently.
type Row struct {
	Channel models.Channel
	Mode    models.RatingMode
	Counts  [5]int
}

// Stats are the figures of all cadres and units at once, by id. A unit's are those of its own ratings.
type Stats struct {
	Persons, Units map[string]*Figures
}

// Figures are the ratings of one cadre or unit in a span. A batch counts in the span that holds its EffectiveOn.
type Figures struct {
	Seen
	Invited   int // invitations issued in the span
	Unrated   int // of those: closed without a rating
	Excluded  int // ratings of the span that are not counted
	CommentsN int // ratings with text, 0 when fewer than five
	Pressure  int // reports that somebody asked for a good rating; units only
}

func newFigures() *Figures { return &Figures{} }

// span is which ratings are read: r.* and, with b.*, their batches.
type span struct {
	from, to models.Date // of EffectiveOn; "" = all
	cond     string
	args     []any
}

// add counts a group of equal ratings.
func (f *Figures) add(g group) {
	i := slices.IndexFunc(f.Rows, func(r Row) bool { return r.Channel == g.Channel && r.Mode == g.Mode })
	if i < 0 {
		f.Rows = append(f.Rows, Row{Channel: g.Channel, Mode: g.Mode})
		i = len(f.Rows) - 1
	}
	if g.Level >= 1 && g.Level <= 5 {
		f.Rows[i].Counts[5-g.Level] += g.N
	}
	if k := slices.Index(Solutions(), g.Solved); k >= 0 {
		f.Solved[k] += g.N
	}
}

// finish sorts the rows and drops comments of fewer than five.
func (f *Figures) finish() {
	slices.SortFunc(f.Rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Mode, b.Mode))
	})
	if len(f.Comments) < minTexts {
		f.Comments = nil
	}
	f.CommentsN = len(f.Comments)
}

// StatsTx reads the figures of the span, both days included, for all cadres and units in seven queries.
func (s *Service) StatsTx(tx *gorm.DB, from, to models.Date) (Stats, error) {
	out := Stats{Persons: map[string]*Figures{}, Units: map[string]*Figures{}}
	in := span{from: from, to: to}
	groups, err := groupsTx(tx, in)
	if err != nil {
		return out, err
	}
	for _, g := range groups {
		out.each(g.SubjectID, g.UnitID, func(f *Figures) { f.add(g) })
	}
	texts, err := s.textsTx(tx, in)
	if err != nil {
		return out, err
	}
	for _, t := range texts {
		out.each(t.SubjectID, t.UnitID, func(f *Figures) { f.Comments = append(f.Comments, t.Comment) })
	}
	if err := out.countsTx(tx, from, to); err != nil {
		return out, err
	}
	for _, m := range []map[string]*Figures{out.Persons, out.Units} {
		for _, f := range m {
			f.finish()
		}
	}
	return out, nil
}

// each applies do to the figures of the cadre, where one is named, and of the unit.
func (s Stats) each(person, unit string, do func(*Figures)) {
	for m, id := range map[*map[string]*Figures]string{&s.Persons: person, &s.Units: unit} {
		if id == "" {
			continue
		}
		f := (*m)[id]
		if f == nil {
			f = newFigures()
			(*m)[id] = f
		}
		do(f)
	}
}

// countsTx adds what is not about single levels: invitations, exclusions, waiting ratings, pressure.
func (s Stats) countsTx(tx *gorm.DB, from, to models.Date) error {
	invited, err := invitedTx(tx, from, to)
	if err != nil {
		return err
	}
	for _, c := range invited {
		s.each(c.SubjectID, c.UnitID, func(f *Figures) {
			f.Invited += c.N
			if c.State == models.InvitationNotRated {
				f.Unrated += c.N
			}
		})
	}
	excluded, err := excludedTx(tx, from, to)
	if err != nil {
		return err
	}
	for _, c := range excluded {
		s.each(c.SubjectID, c.UnitID, func(f *Figures) { f.Excluded += c.N })
	}
	waiting, err := waitingTx(tx, to)
	if err != nil {
		return err
	}
	for _, c := range waiting {
		s.each(c.SubjectID, c.UnitID, func(f *Figures) { f.Waiting = true })
	}
	pressure, err := pressureTx(tx, from, to)
	if err != nil {
		return err
	}
	for _, c := range pressure {
		s.each("", c.UnitID, func(f *Figures) { f.Pressure += c.N })
	}
	return nil
}
