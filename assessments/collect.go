package assessments

import (
	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
)

// readLedgers reads the figures of cases and ratings of the span, of all people and units at once.
func (s *Service) readLedgers(tx *gorm.DB, f *facts) error {
	cs, err := s.cases.StatsTx(tx, f.Period.SpanFrom, f.Period.SpanTo)
	if err != nil {
		return err
	}
	f.Cases = ledger[CaseResult]{Person: caseResults(cs.Persons), Unit: caseResults(cs.Units)}
	f.Closed = ledger[map[string]int]{Person: closedByMonth(cs.Persons), Unit: closedByMonth(cs.Units)}
	return s.readRatings(tx, f)
}

func caseResults(in map[string]*cases.Figures) map[string]CaseResult {
	out := make(map[string]CaseResult, len(in))
	for id, f := range in {
		r := CaseResult{
			CarriedIn: f.CarriedIn, Received: f.Received, Closed: f.Closed, Open: f.Open, Excluded: f.Excluded,
			Outcomes: f.Outcomes, OnTime: f.OnTime, Reopened: f.Reopened, Solved: f.Solved, Asked: f.Asked,
		}
		for _, x := range f.Families {
			r.Families = append(r.Families, FamilyRow(x))
		}
		for _, x := range f.Ages {
			r.Ages = append(r.Ages, AgeRow(x))
		}
		out[id] = r
	}
	return out
}

func closedByMonth(in map[string]*cases.Figures) map[string]map[string]int {
	out := make(map[string]map[string]int, len(in))
	for id, f := range in {
		out[id] = f.Months
	}
	return out
}

// readRatings reads what the rated may see too: batched ratings only (red line 6).
func (s *Service) readRatings(tx *gorm.DB, f *facts) error {
	rs, err := s.ratings.StatsTx(tx, f.Period.SpanFrom, f.Period.SpanTo)
	if err != nil {
		return err
	}
	f.Ratings = ledger[RatingResult]{Person: ratingResults(rs.Persons), Unit: ratingResults(rs.Units)}
	return nil
}

func ratingResults(in map[string]*ratings.Figures) map[string]RatingResult {
	out := make(map[string]RatingResult, len(in))
	for id, f := range in {
		r := RatingResult{
			Invited: f.Invited, Unrated: f.Unrated, InvitedKnown: f.Invited > 0, Excluded: f.Excluded,
			Waiting: f.Waiting, Solved: f.Solved, Comments: f.Comments, CommentsN: f.CommentsN, Pressure: f.Pressure,
		}
		for _, x := range f.Rows {
			row := LevelRow(x)
			r.Rows = append(r.Rows, row)
			r.N += row.N()
			r.Good += row.Counts[0] + row.Counts[1]
		}
		out[id] = r
	}
	return out
}
