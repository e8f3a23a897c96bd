package pages

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
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
