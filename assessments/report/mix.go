package report

import (
	"math"

	"shanzhi/assessments"
	"shanzhi/templates/chart"
)

// smallGap is the least share of a family that is drawn, and the least difference of which a reason is given.
const smallGap = 0.005

// mix is what the mix of matters does to the solved share, with the own mix beside that of the group.
func (p *paper) mix(m *assessments.MixResult) {
	if m == nil {
		return
	}
	p.doc.Subsection(p.say("report.mix"))
	p.para(p.mixSaid(m))
	p.doc.KeepNext()
	c := p.mixChart(m)
	c.Title = p.figureTitle(c.Title)
	pic, err := chart.Pairs(p.doc.Desk(), c)
	p.figure(pic, err, "")
}

// mixSaid is what the solved share would be had everyone handled the same mix of matters, or why that cannot be said.
func (p *sketch) mixSaid(m *assessments.MixResult) string {
	if !m.Adjusted {
		return p.say("report.mix.apart", "k", p.share(1-m.Covered))
	}
	return p.join([]string{p.say("report.mix.adjusted", "m", p.share(m.Mean), "range", p.between(m.I95),
		"p", p.share(float64(m.X)/float64(m.N)), "x", p.n(m.X), "n", p.n(m.N)), p.mixReason(m)})
}

func (p *sketch) mixChart(m *assessments.MixResult) chart.PairChart {
	c := chart.PairChart{Legend: [2]string{p.say("report.mix.own"), p.say("report.mix.group")}}
	for _, r := range m.Families {
		if r.N == 0 && r.Group < smallGap {
			continue
		}
		c.Rows = append(c.Rows, chart.PairRow{
			Label: p.say("report.family." + string(r.Family)), Own: r.Own, Area: r.Group,
			Value: p.say("report.mix.value", "own", p.share0(r.Own), "group", p.share0(r.Group)),
		})
	}
	c.Title, c.Desc = p.say("report.mix.title", "n", p.n(m.N)), p.say("report.mix.desc")
	return c
}

// mixReason names the family that moves the own share most in the direction in which the whole mix moves it.
func (p *sketch) mixReason(m *assessments.MixResult) string {
	var gap, most float64
	for _, r := range m.Families {
		gap += (r.Own - r.Group) * r.Typical
	}
	if math.Abs(gap) < smallGap {
		return p.say("report.mix.even")
	}
	level := 0.0
	for _, r := range m.Families {
		level += r.Group * r.Typical
	}
	var which assessments.MixRow
	for _, r := range m.Families {
		// What a family adds is reckoned against the level of all: more of an average family moves nothing.
		if moved := (r.Own - r.Group) * (r.Typical - level); moved*gap > 0 && math.Abs(moved) > most {
			most, which = math.Abs(moved), r
		}
	}
	key := "report.mix.more"
	if which.Own < which.Group {
		key = "report.mix.fewer"
	}
	return p.say(key, "family", p.say("report.family."+string(which.Family)))
}

// mixMethod says how solved cases were adjusted, in the note on method.
func (p *paper) mixMethod(m *assessments.MixMethod) string {
	if m == nil {
		return ""
	}
	text := p.say("report.method.mix", "n", p.n(m.Groups), "sigma", fixed(m.Sigma, 2), "lr", fixed(m.LR2, 1))
	if m.NoDifference {
		return p.join([]string{text, p.say("report.method.mix.alike")})
	}
	return text
}
