package report

import (
	"math"
	"strings"

	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/templates/chart"
)

// smallGroup is the fewest people or units whose spread is drawn as a band.
const smallGroup = 8

// outcomes are the outcomes of closed cases in the order of the reports.
var outcomes = []models.Outcome{
	models.Solved, models.PartSolved, models.Explained, models.PassedOn, models.Withdrawn, models.NotAccepted,
}

// working is the part on workload and conditions of work.
func (p *paper) working(c assessments.CaseResult, load []assessments.MonthLoad, group int) {
	p.flow(c, "report.flow.person")
	p.loadOf(load, group, "person")
}

// flow says and draws where the cases of the span went.
func (p *paper) flow(c assessments.CaseResult, title string) {
	if c.CarriedIn+c.Received+c.Closed+c.Open+c.Excluded == 0 {
		p.para(p.say("report.flow.none"))
		return
	}
	p.para(p.flowed(c), p.ended(c), p.punctual(c))
	f := p.flowChart(c, title)
	if f.Title == "" {
		return
	}
	f.Title = p.figureTitle(f.Title)
	pic, err := chart.Flow(p.doc.Desk(), f)
	p.figure(pic, err, "")
}

// flowChart is where the cases of the span went; it has no title when there are none.
func (p *sketch) flowChart(c assessments.CaseResult, title string) (f chart.FlowChart) {
	solved, explained := c.Outcomes[models.Solved], c.Outcomes[models.PartSolved]+c.Outcomes[models.Explained]
	parts := [5]int{solved, explained, c.Closed - solved - explained, c.Open, c.Excluded}
	total := c.Closed + c.Open + c.Excluded
	if total == 0 {
		return f
	}
	for i, key := range []string{"solved", "explained", "other", "open", "excluded"} {
		f.Parts[i] = chart.FlowPart{Label: p.say("report.flow.part." + key), N: parts[i]}
	}
	f.Title, f.Desc = p.say(title, "n", p.n(total)), p.flowed(c)
	return f
}

func (p *sketch) flowed(c assessments.CaseResult) string {
	excluded := ""
	if c.Excluded > 0 {
		excluded = p.say("report.flow.excluded", "n", p.n(c.Excluded))
	}
	return p.join([]string{p.say("report.flow.balance", "carried", p.n(c.CarriedIn), "received", p.n(c.Received),
		"sum", p.n(c.CarriedIn+c.Received), "closed", p.n(c.Closed), "open", p.n(c.Open)), excluded})
}

// ended lists the outcomes of the closed cases.
func (p *sketch) ended(c assessments.CaseResult) string {
	var words []string
	for _, o := range outcomes {
		if n := c.Outcomes[o]; n > 0 {
			words = append(words, p.say("report.outcome_n", "outcome", p.say("report.outcome."+string(o)), "n", p.n(n)))
		}
	}
	if len(words) == 0 {
		return ""
	}
	sep := "，"
	if p.english() {
		sep = ", "
	}
	return p.say("report.flow.outcomes", "list", strings.Join(words, sep))
}

// punctual says how many were closed in time and how many were reopened.
func (p *sketch) punctual(c assessments.CaseResult) string {
	if c.Closed == 0 {
		return ""
	}
	return p.say("report.flow.on_time", "x", p.n(c.OnTime), "n", p.n(c.Closed), "rate", p.rate(c.OnTime, c.Closed),
		"reopened", p.n(c.Reopened))
}

// loadOf is the strip of months of a "person" or a "unit" against the comparable group; a small group has no band.
func (p *paper) loadOf(load []assessments.MonthLoad, group int, who string) {
	c := p.loadChart(load, group, who)
	if len(c.Months) == 0 {
		p.para(p.say("report.load.none"))
		return
	}
	c.Title = p.figureTitle(c.Title)
	pic, err := chart.Workload(p.doc.Desk(), c)
	p.figure(pic, err, "")
}

// loadChart is that strip; it has no months when nothing was closed in any.
func (p *sketch) loadChart(load []assessments.MonthLoad, group int, who string) (c chart.WorkChart) {
	some, decimals := 0.0, 0
	for _, m := range load {
		some += m.Own + m.Hi
		if m.Own != math.Trunc(m.Own) {
			decimals = 1
		}
	}
	if some == 0 {
		return c
	}
	compared := group >= smallGroup
	for i, m := range load {
		c.Months = append(c.Months, chart.WorkMonth{
			Label: p.month(m.Month, i == 0), Lo: m.Lo, Median: m.Median, Hi: m.Hi, HasBand: compared,
			Own: m.Own, OwnText: fixed(m.Own, decimals), HasOwn: true,
		})
	}
	aside := p.say("report.load.alone")
	if compared {
		aside = p.say("report.load.band."+who, "g", p.n(group))
	}
	c.Title, c.Aside, c.Desc = p.say("report.load."+who), aside, aside
	return c
}
