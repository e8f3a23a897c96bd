package report

import (
	"path"
	"slices"
	"strings"

	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/templates/pdf"
)

// items sets the numbered statements of a method note; empty ones are left out.
func (p *paper) items(texts ...string) {
	var items [][]pdf.Span
	for _, text := range texts {
		if text != "" {
			items = append(items, pdf.Plain(text))
		}
	}
	p.doc.Items(items...)
}

// personMethod is the note on method of the competency report.
func (p *paper) personMethod(d assessments.PersonDossier) {
	m := d.Method
	p.items(
		p.group(d),
		p.say("report.method.definitions"),
		p.priors(m, "report.method.people"),
		p.mixMethod(m.Mix),
		p.say("report.method.compose"),
		p.scheme(d.Scheme),
		p.threshold(d),
		p.ranks(m),
		p.say("report.method.intervals"),
		p.response(d.Ratings),
		p.limits(m, true),
	)
}

// ownMethod is the note on method of the sheet of one cadre.
func (p *paper) ownMethod(d assessments.PersonDossier) {
	p.items(
		p.loadGroup(d.Method.GroupSize),
		p.say("report.method.unit_definitions"),
		p.shrunk(d.Ratings, d.Method, "report.method.people"),
		p.say("report.method.no_ranks"),
		p.say("report.method.unit_intervals"),
		p.response(d.Ratings),
		p.limits(d.Method, false),
	)
}

// shrunk says how the ratings of a service report were shrunken, where an estimate of them is printed. It shrinks
// nothing else.
func (p *paper) shrunk(r assessments.RatingResult, m assessments.Method, who string) string {
	if r.N < minN || r.Shrunk95 == (assessments.Interval{}) {
		return ""
	}
	m.Priors = slices.DeleteFunc(slices.Clone(m.Priors), func(x assessments.Prior) bool {
		return x.Source != models.SourceRatings
	})
	return p.priors(m, who)
}

// group says with whom the competencies are compared and what the grey bands are.
func (p *paper) group(d assessments.PersonDossier) string {
	size := p.n(d.Method.GroupSize)
	if !slices.ContainsFunc(d.Competencies, compared) {
		return p.join([]string{p.say("report.method.group_alone", "g", size), p.loadBand(d.Method.GroupSize)})
	}
	return p.join([]string{p.say("report.method.group", "g", size), p.loadBand(d.Method.GroupSize)})
}

// loadGroup is that of a sheet on which only the workload is compared.
func (p *paper) loadGroup(size int) string {
	return p.join([]string{p.say("report.method.group_alone", "g", p.n(size)), p.loadBand(size)})
}

func (p *paper) loadBand(size int) string {
	if size < smallGroup {
		return p.say("report.method.no_band", "m", smallGroup)
	}
	return p.say("report.method.band")
}

// response defines the response rate where one is printed.
func (p *paper) response(r assessments.RatingResult) string {
	if _, _, ok := Response(r); !ok || r.N < minN {
		return ""
	}
	return p.say("report.method.response")
}

// priors says how each source was shrunken, by which parameters, and what the test of differences said.
func (p *paper) priors(m assessments.Method, who string) string {
	var out []string
	for _, x := range m.Priors {
		args := []any{
			"source", p.source(x.Source), "who", p.say(who, "n", p.n(x.Groups)),
			"a", fixed(x.Alpha, 2), "b", fixed(x.Beta, 2), "k", fixed(x.Alpha+x.Beta, 1),
		}
		key := "report.method.prior.fitted"
		switch {
		case x.Weak:
			key = "report.method.prior.weak"
		case x.NoDifference:
			key = "report.method.prior.alike"
		}
		text := p.say(key, args...)
		if x.Tau2 > 0 {
			text += p.say("report.method.prior.spread", "phi", fixed(x.Phi, 2), "tau", fixed(x.Tau2, 5))
		}
		out = append(out, text)
	}
	if len(out) == 0 {
		return ""
	}
	return p.say("report.method.prior", "list", strings.Join(out, p.semicolon()))
}

// scheme names the version of the weights and the day of their publication.
func (p *paper) scheme(s assessments.SchemeInfo) string {
	if s.Title == "" {
		return ""
	}
	title := p.either(s.Title, s.TitleEN)
	if s.PublishedOn == "" {
		return p.say("report.method.scheme_open", "title", title, "k", s.Edition)
	}
	return p.say("report.method.scheme", "title", title, "k", s.Edition, "date", p.day(s.PublishedOn))
}

// threshold is the rule of a signal with the number of chance signals to be expected in the group.
func (p *paper) threshold(d assessments.PersonDossier) string {
	rule := p.say("report.method.threshold", "q", trimmed(d.Method.Threshold))
	var list []string
	for _, c := range d.Competencies {
		if compared(c) {
			name := p.competency(c.Competency)
			list = append(list, p.say("report.method.chance_one", "name", name, "n", p.tiny(c.ChanceSignals)))
		}
	}
	if len(list) == 0 {
		return p.join([]string{rule, p.say("report.method.chance_none")})
	}
	return p.join([]string{rule, p.say("report.method.chance", "g", p.n(d.Method.GroupSize), "list", p.list(list))})
}

// trimmed writes a probability with as many decimals as it has, up to four.
func trimmed(v float64) string { return strings.TrimRight(fixed(v, 4), "0") }

// tiny writes a small expected number; what is not nothing is not printed as 0.
func (t tongue) tiny(v float64) string {
	if v > 0 && v < 0.005 {
		return t.say("report.less", "v", "0.01")
	}
	return fixed(v, 2)
}

// ranks is sentence 15: there are none, and how little they would mean.
func (p *paper) ranks(m assessments.Method) string {
	var list []string
	for _, c := range models.Competencies() {
		if rho, ok := m.Rankability[c]; ok {
			list = append(list, p.say("report.method.rho_one", "name", p.competency(c), "rho", fixed(rho, 2)))
		}
	}
	if len(list) == 0 {
		return p.say("report.method.no_ranks")
	}
	return p.say("report.method.ranks", "list", p.list(list))
}

// limits are the known limits of the figures.
func (p *paper) limits(m assessments.Method, composed bool) string {
	key := "report.method.limits"
	if composed && m.Mix != nil {
		key = "report.method.limits_mix"
	}
	out := []string{p.say(key)}
	if composed {
		out = append(out, p.say("report.method.limits_sources"))
	}
	if !m.CalendarOK {
		out = append(out, p.say("report.method.limits_calendar"))
	}
	return p.join(out)
}

// rights is sentence 17, and the sentence that stands on every report.
func (p *paper) rights(key string, period assessments.PeriodInfo) {
	p.small(p.say(key, "objection", period.ObjectionDays, "answer", period.AnswerDays), p.say("report.rights.fixed"))
	p.doc.KeepNext() // nobody signs on a page that holds nothing but the boxes
}

// signOff sets the boxes of those who sign, the QR code, and the digest of the sealed data.
func (p *paper) signOff(key string, s Stamp) {
	var boxes [4]pdf.SignCell
	for i, who := range []string{"own", "officer", "reviewer", "releaser"} {
		boxes[i] = pdf.SignCell{
			Role: p.say(key + "." + who), Meaning: p.say("report.sign.meaning." + who), Date: p.say("report.sign.date"),
		}
	}
	v := pdf.Verify{
		Address: s.VerifyURL, DigestLabel: p.say("report.verify.digest"), Digest: s.Digest,
		Lines: []string{p.say("report.verify.scan")},
	}
	code := halves(path.Base(s.VerifyURL), 13)
	v.Strong = [2]int{1, 1 + len(code)}
	v.Lines = append(append(v.Lines, code...), halves(s.No, 19)...)
	v.Lines = append(v.Lines, p.say("report.verify.only"))
	p.doc.SignOff(boxes, v)
}

// halves breaks what is longer than width into two lines, at the hyphen nearest to its middle where there is one.
func halves(s string, width int) []string {
	if len(s) <= width {
		return []string{s}
	}
	middle := (len(s) + 1) / 2
	at := middle
	for i := range len(s) {
		if s[i] == '-' && (at == middle && s[at-1] != '-' || abs(i+1-middle) < abs(at-middle)) {
			at = i + 1
		}
	}
	return []string{s[:at], s[at:]}
}

func abs(n int) int { return max(n, -n) }
