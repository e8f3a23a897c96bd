package pages

import (
	"math"
	"net/url"
	"strconv"
	"strings"

	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// assessed puts what is sealed about a cadre into words. objectTo is the address of the form of an objection to an
// item, "" where none can be filed.
func assessed(w *i18n.Printer, v assessments.PersonView, objectTo string) view.AssessedView {
	d := v.Dossier
	out := view.AssessedView{
		PeriodTitle: periodTitle(w, v.Period), Who: whoPairs(w, d), Ratings: ratingBlock(w, d.Ratings),
		Cases: caseBlock(w, d.Cases), Load: loadBlock(w, d.Load, d.Method.GroupSize), Facts: sealedPairs(w, v),
		Rights: rights(w, v.Period),
	}
	disputed := map[models.Competency]bool{}
	for _, o := range v.Objections {
		out.Objections = append(out.Objections, ownObjection(w, o, d.Objections))
		if o.State == assessments.ObjectionOpen {
			disputed[models.Competency(o.Item)] = true
		}
	}
	axis := axisFrom(d.Competencies)
	out.Axis = w.T("assess.axis", "from", strconv.Itoa(int(axis)))
	for _, c := range d.Competencies {
		line := competencyLine(w, c, axis)
		line.Disputed = disputed[c.Competency]
		if objectTo != "" {
			line.ObjectHref = objectTo + "?item=" + url.QueryEscape(string(c.Competency)) + "#objection"
		}
		if line.Group != "" {
			out.GroupKey = w.T("assess.key.group", "n", d.Method.GroupSize)
		}
		out.Competencies = append(out.Competencies, line)
	}
	for _, q := range d.Quizzes {
		out.Quizzes = append(out.Quizzes, quizRow(w, q))
	}
	return out
}

// axisFrom is where the axis begins: the multiple of 20 that holds every limit, 60 at most. It ends at 100.
func axisFrom(cs []assessments.CompetencyResult) float64 {
	lowest := 60.0
	for _, c := range cs {
		if c.State == assessments.Insufficient {
			continue
		}
		lowest = math.Min(lowest, math.Min(c.I95.Lo, c.Mean))
		if isCompared(c.State) {
			lowest = math.Min(lowest, c.GroupLo)
		}
	}
	return math.Max(0, 20*math.Floor(lowest/20))
}

// isCompared reports whether a state rests on a comparison with the group.
func isCompared(s assessments.State) bool {
	return s == assessments.NoDifference || s == assessments.Above || s == assessments.Below
}

func competencyLine(w *i18n.Printer, c assessments.CompetencyResult, axis float64) view.CompetencyLine {
	name := competencyWord(w, c.Competency)
	out := view.CompetencyLine{
		ID: "c-" + string(c.Competency), Name: name, Basis: basis(w, c.Sources),
		Sentence: w.T("assess.band." + string(c.State)),
	}
	for _, s := range c.Sources {
		out.Sources = append(out.Sources, sourceLine(w, s))
	}
	if c.State == assessments.Insufficient {
		out.Why = insufficient(w, c)
		return out
	}
	out.Value, out.I80, out.I95 = points(c.Mean), pointsRange(c.I80), pointsRange(c.I95)
	out.Interval = w.T("figure.interval95", "interval", out.I95)
	if isCompared(c.State) {
		out.Group = pointsRange(assessments.Interval{Lo: c.GroupLo, Hi: c.GroupHi})
	}
	out.Figure = dots(w, c, name, out, axis)
	out.Notes = []string{w.T("report.reliability", "rel", strconv.FormatFloat(c.Reliability, 'f', 2, 64))}
	if c.AvailableWeight < 100 {
		out.Notes = append(out.Notes, w.T("assess.note.weight", "w", c.AvailableWeight))
	}
	if isCompared(c.State) {
		out.Notes = append(out.Notes, w.T("assess.note.same", "p", w.Percent(c.SameBand)),
			w.T("assess.note.chance", "n", strconv.FormatFloat(c.ChanceSignals, 'f', 2, 64)))
	}
	return out
}

// dots places the marks of a figure on the axis.
func dots(w *i18n.Printer, c assessments.CompetencyResult, name string, l view.CompetencyLine, axis float64,
) *view.DotFigure {
	at := func(x float64) string {
		share := (math.Min(100, math.Max(axis, x)) - axis) / (100 - axis)
		return strconv.FormatFloat(math.Round(share*1e4)/100, 'f', -1, 64) + "%"
	}
	f := view.DotFigure{
		Label: w.T("assess.dot", "name", name, "value", l.Value, "interval", l.I95) + l.Sentence,
		Lo80:  at(c.I80.Lo), Hi80: at(c.I80.Hi), Lo95: at(c.I95.Lo), Hi95: at(c.I95.Hi), Dot: at(c.Mean),
		Hollow: c.State == assessments.OwnImprovement,
	}
	if l.Group != "" {
		f.BandX, f.BandW = at(c.GroupLo), at(axis+math.Max(0, c.GroupHi-math.Max(axis, c.GroupLo)))
		f.Label = w.T("assess.dot.group", "label", f.Label, "range", l.Group)
	}
	for x := axis; x <= 100; x += 10 {
		f.Grid = append(f.Grid, at(x))
	}
	return &f
}

// basis is what a competency rests on, in counts.
func basis(w *i18n.Printer, sources []assessments.SourceResult) string {
	var parts []string
	for _, s := range sources {
		if assessments.Collected(s.Source) {
			parts = append(parts, w.T("assess.count."+string(s.Source), "n", w.Count(s.N), "x", w.Count(s.X)))
		} else {
			parts = append(parts, w.T("assess.count.none", "source", sourceWord(w, s.Source)))
		}
	}
	return strings.Join(parts, w.T("assess.list"))
}

// insufficient says why there is no estimate.
func insufficient(w *i18n.Printer, c assessments.CompetencyResult) []string {
	out := []string{w.T("assess.band.insufficient")}
	for _, s := range c.Sources {
		switch {
		case !assessments.Collected(s.Source):
			out = append(out, w.T("assess.why.uncollected", "source", sourceWord(w, s.Source)))
		case s.N < s.MinN:
			word := sourceWord(w, s.Source)
			out = append(out, w.T("assess.why.few", "source", word, "n", w.Count(s.N), "min", s.MinN))
		}
	}
	if c.AvailableWeight < leastWeight {
		out = append(out, w.T("assess.why.weight", "w", c.AvailableWeight))
	}
	return out
}

func sourceLine(w *i18n.Printer, s assessments.SourceResult) view.SourceLine {
	out := view.SourceLine{
		Name: sourceWord(w, s.Source), Weight: strconv.Itoa(s.Weight) + "%", Min: strconv.Itoa(s.MinN),
	}
	if !assessments.Collected(s.Source) {
		out.Name = w.T("assess.source.uncollected", "source", out.Name)
		return out
	}
	out.Count = w.T("figure.ratio", "x", w.Count(s.X), "n", w.Count(s.N))
	if s.Missing || s.N < minN {
		return out
	}
	out.Raw, out.Shrunk, out.Gain = points(s.Score), points(s.Shrunk), gained(s.Contribution)
	return out
}

func whoPairs(w *i18n.Printer, d assessments.PersonDossier) []ui.Pair {
	p := d.Person
	return ui.KVText(
		w.T("report.fact.name"), p.Name, w.T("report.fact.staff_no"), p.StaffNo, w.T("report.fact.unit"), p.Unit,
		w.T("report.fact.post"), w.T("report.fact.post_since", "post", p.Post, "date", day(w, p.Since)),
		w.T("assess.category"), w.T("account.category."+string(p.Category)), w.T("account.manager"), p.Manager,
		w.T("report.fact.span"), w.T("assess.from_to", "from", day(w, p.CountedFrom), "to", day(w, p.CountedTo)),
		w.T("report.fact.group"), w.T("report.fact.group_people", "g", d.Method.GroupSize),
	)
}

func sealedPairs(w *i18n.Printer, v assessments.PersonView) []ui.Pair {
	d := v.Dossier
	title := either(w, d.Scheme.Title, d.Scheme.TitleEN)
	scheme := w.T("report.fact.scheme_edition", "title", title, "k", d.Scheme.Edition)
	pairs := []ui.Pair{
		{Key: w.T("word.version"), Value: ui.Text(w.T("assess.edition", "k", d.Edition))},
		{Key: w.T("report.fact.cutoff"), Value: ui.Text(day(w, d.Period.Cutoff))},
		{Key: w.T("assess.scheme"), Value: ui.Link(schemePath(d.Scheme.Code, d.Scheme.Edition), scheme)},
		{Key: w.T("assess.digest"), Value: ui.Num(shortDigest(v.Digest))},
	}
	if v.Period.SealedAt != nil {
		pairs = append(pairs, ui.Pair{Key: w.T("assess.sealed_at"), Value: ui.Text(w.DateTime(*v.Period.SealedAt))})
	}
	return pairs
}

// shortDigest is the beginning of a digest, to be compared by eye.
func shortDigest(digest string) string {
	if len(digest) < 12 {
		return digest
	}
	return digest[:4] + " " + digest[4:8] + " " + digest[8:12]
}

func rights(w *i18n.Printer, p models.Period) []string {
	return []string{
		w.T("assess.right.see"), w.T("assess.right.object", "on", day(w, p.ObjectionTo)),
		w.T("assess.right.answer", "n", p.AnswerDays), w.T("assess.right.both"), w.T("assess.right.harmless"),
	}
}

// ownObjection is one objection with its clock, its answer, and the values before and after a correction.
func ownObjection(w *i18n.Printer, o models.Objection, sealed []assessments.ObjectionInfo) view.OwnObjection {
	out := view.OwnObjection{
		No: o.No, Item: competencyWord(w, models.Competency(o.Item)), Text: o.Text, State: objectionTag(w, o),
		Filed: w.T("assess.filed_on", "on", w.Date(o.FiledAt)),
	}
	if o.State != assessments.ObjectionAnswered {
		out.Clock = w.T("assess.answer_by", "on", day(w, o.DueOn))
		return out
	}
	out.Answer = o.Answer
	if o.AnsweredAt != nil {
		out.AnsweredOn = w.Date(*o.AnsweredAt)
	}
	for _, s := range sealed {
		if s.No == o.No && s.Corrected {
			out.Change = w.T("report.objection.values", "old", estimated(w, s.Old), "new", estimated(w, s.New))
		}
	}
	return out
}

// estimated is a value that there may not have been.
func estimated(w *i18n.Printer, x *float64) string {
	if x == nil {
		return w.T("report.short.insufficient")
	}
	return points(*x)
}
