package pages

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments"
	"shanzhi/assessments/report"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showUnitFigures lists the units with sealed figures by their place in the tree, never by a figure.
func (p *Pages) showUnitFigures(c *fiber.Ctx) error {
	ctx, who, w, q := web.Context(c), web.Actor(c), web.Words(c), web.Query(c)
	o, err := p.Assessments.Period(ctx, who, web.Param(c, "code"))
	if err != nil {
		return err
	}
	text := strings.TrimSpace(q.Get("q"))
	l := listAt(c, "unit_figures", participantsSize)
	lines, n, err := p.Assessments.UnitsOf(ctx, who, o.Period.Code, assessments.PeopleFilter{
		Text: text, Offset: (l.Page - 1) * l.Size, Limit: l.Size,
	})
	if err != nil {
		return err
	}
	v := view.UnitsQualityView{
		PeriodTitle: periodTitle(w, o.Period), PeriodHref: periodPath(o.Period.Code),
		Action: periodPath(o.Period.Code) + "/units", Form: ui.FormOf(q, nil), List: l.of(int(n)), Searched: text != "",
	}
	for _, r := range lines {
		v.Lines = append(v.Lines, view.UnitQualityLine{
			Href: v.Action + "/" + url.PathEscape(r.ID), Name: r.Name, Parent: r.ParentName,
			Kind: w.T("account.unit.kind." + string(r.Kind)),
		})
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(ctx), int(n))
	}
	return web.Page(c, fiber.StatusOK, view.UnitsQuality(v))
}

// showFiguresOfUnit shows the sealed figures of a unit, those of its service report; of its cadres it shows nothing.
func (p *Pages) showFiguresOfUnit(c *fiber.Ctx) error {
	w, code := web.Words(c), web.Param(c, "code")
	x, err := p.Assessments.UnitOf(web.Context(c), web.Actor(c), code, web.Param(c, "id"))
	if err != nil {
		return err
	}
	d := x.Dossier
	f, err := p.Figures.Unit(d, w.Lang(), placeOf(c))
	if err != nil {
		return err
	}
	charts := drawings{}
	v := view.UnitQualityView{
		PeriodTitle: periodTitle(w, x.Period), PeriodHref: periodPath(x.Period.Code),
		UnitsHref: periodPath(x.Period.Code) + "/units", Name: d.Unit.Name, Phase: phaseOf(x.Period, p.today()).tag(w),
		Parts: []view.QualityPart{
			{ID: "basics", Title: w.T("report.part.basics"), Figures: charts.all(f.Keys)},
			{
				ID: "cases", Title: w.T("report.part.cases"), Sentences: f.Cases,
				Figures: charts.all(f.Flow, f.Ages, f.Families, f.Outcomes),
			},
			{
				ID: "ratings", Title: w.T("report.part.ratings"), Sentences: f.Ratings,
				Figures: charts.all(f.Levels, f.Bounds),
			},
			{ID: "compare", Title: w.T("report.part.compare"), Sentences: f.Compared},
			{ID: "load", Title: w.T("report.part.load"), Figures: charts.all(f.Load)},
		},
		Facts: ui.KVText(
			w.T("report.fact.unit_span"),
			w.T("assess.from_to", "from", day(w, d.Period.From), "to", day(w, d.Period.To)),
			w.T("report.fact.cutoff"), day(w, d.Period.Cutoff),
			w.T("report.fact.on_duty"), w.T("report.fact.people", "n", w.Count(d.OnDuty)),
			w.T("report.fact.group"), w.T("report.fact.group_units", "g", w.Count(d.Method.GroupSize)),
			w.T("assess.digest"), shortDigest(x.Digest),
		),
	}
	past := view.QualityPart{ID: "past", Title: w.T("report.trend.unit"), Figures: charts.all(f.Trend)}
	if f.Trend == nil {
		past.Sentences = []string{report.Trendless(w, d.Trend, d.Ratings.N, "unit")}
	}
	v.Parts = append(v.Parts, past)
	for i := range f.Funnels {
		v.Parts[3].Figures = append(v.Parts[3].Figures, charts.all(&f.Funnels[i])...)
	}
	if charts.err != nil {
		return charts.err
	}
	return web.Page(c, fiber.StatusOK, view.UnitQuality(v))
}
