package assessments

import (
	"gorm.io/gorm"

	"shanzhi/assessments/stats"
	"shanzhi/models"
)

// readSealed reads what is sealed once and never counted again, as of today: the run of ratings over time and, of
// units, what became of bad ratings, and what those who did not rate may think.
func (s *Service) readSealed(tx *gorm.DB, f *facts, today models.Date) error {
	handled, err := s.ratings.HandledTx(tx, f.Period.SpanFrom, f.Period.SpanTo, today)
	if err != nil {
		return err
	}
	f.Handled = map[string]HandledResult{}
	for id, h := range handled {
		r := HandledResult{Total: HandledRow(h.Total), NoLoop: h.NoLoop, Merged: h.Merged, Told: h.Told}
		for _, x := range h.Rows {
			r.Rows = append(r.Rows, HandledRow(x))
		}
		f.Handled[id] = r
	}
	if err := s.readTrends(tx, f); err != nil {
		return err
	}
	if err := s.readMarks(tx, f); err != nil {
		return err
	}
	return s.readWeighted(tx, f)
}

// readMarks reads the doubts about the data, and what those need that compare units.
func (s *Service) readMarks(tx *gorm.DB, f *facts) (err error) {
	from, to := f.Period.SpanFrom, f.Period.SpanTo
	if f.Marks, err = s.ratings.MarksTx(tx, from, to); err != nil {
		return err
	}
	if f.AllFive, err = s.ratings.AllFiveTx(tx, from, to); err != nil {
		return err
	}
	if f.ClosedDays, err = s.cases.ClosedDaysTx(tx, from, to); err != nil {
		return err
	}
	f.Works = s.days.Works
	return nil
}

// readWeighted reckons the share of levels 4–5 of units as if of each channel and outcome all had answered alike.
func (s *Service) readWeighted(tx *gorm.DB, f *facts) error {
	cells, err := s.ratings.AnsweredTx(tx, f.Period.SpanFrom, f.Period.SpanTo)
	if err != nil {
		return err
	}
	f.Weighted = map[string]stats.Weighted{}
	for id, all := range cells {
		in := make([]stats.Cell, len(all))
		for i, c := range all {
			in[i] = stats.Cell{Group: string(c.Channel), Invited: c.Invited, Answered: c.Answered, Good: c.Good}
		}
		w, ok, err := stats.WeightResponse(in, stats.MinCell)
		if err != nil {
			return err
		}
		if ok {
			f.Weighted[id] = w
		}
	}
	return nil
}

// readLeftOut reads what is not counted, by kind.
func (s *Service) readLeftOut(tx *gorm.DB, f *facts) error {
	rs, err := s.ratings.LeftOutTx(tx, f.Period.SpanFrom, f.Period.SpanTo)
	if err != nil {
		return err
	}
	cs, err := s.cases.LeftOutTx(tx, f.Period.SpanFrom, f.Period.SpanTo)
	if err != nil {
		return err
	}
	f.LeftOut = map[string]LeftOutResult{}
	for id, all := range rs {
		u := f.LeftOut[id]
		for _, x := range all {
			u.Ratings = append(u.Ratings, LeftOutRow(x))
		}
		f.LeftOut[id] = u
	}
	for id, all := range cs {
		u := f.LeftOut[id]
		for _, x := range all {
			u.Cases = append(u.Cases, LeftOutRow(x))
		}
		f.LeftOut[id] = u
	}
	return nil
}
