package pages

import (
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/templates/chart"
	view "shanzhi/templates/pages"
)

// showGallery shows every component of the pages; its sample list is sorted, filtered and taken away like any other.
func (p *Pages) showGallery(c *fiber.Ctx) error {
	l := listAt(c, "components", view.GallerySize, view.GalleryKeys()...)
	if l.wanted {
		g, total := view.GalleryList(web.Context(c), l.List)
		d, err := p.spread(c, g, total)
		if err != nil {
			return err
		}
		return web.Send(c, d)
	}
	lang, place := web.Words(c).Lang(), placeOf(c)
	key := [2]any{lang, place}
	kept, ok := p.samples.Load(key)
	if !ok {
		v, err := p.gallerySamples(lang, place)
		if err != nil {
			return err
		}
		kept, _ = p.samples.LoadOrStore(key, v)
	}
	v := kept.(view.GalleryView)
	v.List = l.List
	return web.Page(c, fiber.StatusOK, view.Gallery(v))
}

// showGalleryFrame shows one whole page of the gallery.
func (p *Pages) showGalleryFrame(c *fiber.Ctx) error {
	frame := web.Param(c, "frame")
	if !slices.Contains(view.GalleryFrames(), frame) {
		return fault.New(fault.NotFound, "error.not_found")
	}
	return web.Page(c, fiber.StatusOK, view.GalleryFrame(frame))
}

// gallerySamples draws made-up figures with the pens of the real ones.
func (p *Pages) gallerySamples(lang string, place chart.Place) (v view.GalleryView, err error) {
	if v.QR, v.Size, err = qrPath(p.Base + "/r"); err != nil {
		return v, err
	}
	code, err := chart.QR(p.Base+"/track", 56)
	if err != nil {
		return v, err
	}
	svg, err := code.SVG()
	if err != nil {
		return v, err
	}
	v.Code = string(svg)
	person, err := p.Figures.Person(assessments.PersonDossier{
		Competencies: sampleCompetencies(), Method: assessments.Method{GroupSize: 36}, Ratings: sampleRatings(),
		Trend: sampleTrend(),
	}, nil, lang, place)
	if err != nil {
		return v, err
	}
	wide, err := p.Figures.Rated(sampleRatings(), lang, chart.Sheet)
	if err != nil {
		return v, err
	}
	var s drawings
	drawn := s.all(person.Dots, person.Levels, person.Trend, wide)
	v.Dots, v.Levels, v.Trend, v.Wide = drawn[0], drawn[1], drawn[2], drawn[3]
	return v, s.err
}

func sampleRatings() assessments.RatingResult {
	return assessments.RatingResult{N: 88, Good: 76, Rows: []assessments.LevelRow{
		{Channel: models.Window, Mode: models.ModeInvited, Counts: [5]int{34, 12, 4, 2, 1}},
		{Channel: models.QR, Mode: models.ModeActive, Counts: [5]int{15, 9, 2, 1, 1}},
		{Channel: models.Hotline, Mode: models.ModeCallback, Counts: [5]int{4, 2, 1, 0, 0}},
	}}
}

// sampleCompetencies are one that lies clearly above, one without a difference, one that cannot be estimated.
func sampleCompetencies() []assessments.CompetencyResult {
	return []assessments.CompetencyResult{
		{
			Competency: models.MassWork, State: assessments.Above, Mean: 86.2, SE: 2.1, Reliability: 0.84,
			AvailableWeight: 100,
			I80:             assessments.Interval{Lo: 83.5, Hi: 88.9}, I95: assessments.Interval{Lo: 82.1, Hi: 90.3},
			GroupMean: 76.4, GroupLo: 70.2, GroupHi: 82.5, Sources: []assessments.SourceResult{{N: 120}},
		},
		{
			Competency: models.Problem, State: assessments.NoDifference, Mean: 74.8, SE: 3.4, Reliability: 0.75,
			AvailableWeight: 100,
			I80:             assessments.Interval{Lo: 70.4, Hi: 79.2}, I95: assessments.Interval{Lo: 68.1, Hi: 81.5},
			GroupMean: 75.1, GroupLo: 69.0, GroupHi: 81.3, Sources: []assessments.SourceResult{{N: 64}},
		},
		{Competency: models.Coordination, State: assessments.Insufficient, AvailableWeight: 45},
	}
}

// sampleTrend are quarters, of which the last two are the period.
func sampleTrend() *assessments.TrendResult {
	step := func(year, quarter, good, n int) assessments.TrendStep {
		from := models.NewDate(year, time.Month(3*quarter-2), 1)
		return assessments.TrendStep{From: from, To: models.DateOf(from.Day().AddDate(0, 3, -1)), Good: good, N: n}
	}
	return &assessments.TrendResult{Now: 4, Steps: []assessments.TrendStep{
		step(2025, 1, 29, 36), step(2025, 2, 37, 43), step(2025, 3, 5, 7), step(2025, 4, 31, 38), step(2026, 1, 33, 41),
		step(2026, 2, 43, 47),
	}}
}
