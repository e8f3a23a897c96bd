package pages

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments"
	"shanzhi/assessments/report"
	"shanzhi/templates/chart"
	"shanzhi/templates/ui"
)

// placeOf is where the figures of the reader's pages are drawn.
func placeOf(c *fiber.Ctx) chart.Place {
	if ui.FrameOf(web.Context(c)).Mode == "elder" {
		return chart.Elder
	}
	return chart.Phone
}

// drawings make the figures of a report those of a page, and keeps what went wrong.
type drawings struct{ err error }

// one writes a figure; nil where there is none.
func (s *drawings) one(f *report.Figure) *ui.Drawn {
	if f == nil {
		return nil
	}
	svg, err := f.Picture.SVG()
	s.err = errors.Join(s.err, err)
	return &ui.Drawn{Title: f.Picture.Title, Said: f.Picture.Desc, SVG: string(svg), Heads: f.Heads, Rows: f.Rows}
}

// past draws the periods before beside this one, or says that there is nothing to draw.
func (p *Pages) past(c *fiber.Ctx, s *drawings, steps []assessments.PastStep, d assessments.PeriodInfo,
	r assessments.RatingResult, x assessments.CaseResult,
) ([]ui.Drawn, string) {
	w := web.Words(c)
	now := assessments.PastStep{From: d.From, To: d.To, Good: r.Good, Rated: r.N, Solved: x.Solved, Asked: x.Asked}
	list, err := p.Figures.Past(steps, now, w.Lang(), placeOf(c))
	s.err = errors.Join(s.err, err)
	var out []ui.Drawn
	for i := range list {
		out = append(out, s.all(&list[i])...)
	}
	if len(out) == 0 {
		return nil, w.T("report.trend.none")
	}
	return out, w.T("report.trend.how")
}

// all writes the figures that there are.
func (s *drawings) all(figures ...*report.Figure) []ui.Drawn {
	var out []ui.Drawn
	for _, f := range figures {
		if d := s.one(f); d != nil {
			out = append(out, *d)
		}
	}
	return out
}
