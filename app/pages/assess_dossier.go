package pages

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments"
	"shanzhi/assessments/report"
	"shanzhi/models"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// assessed puts what is sealed about a cadre into words and figures. objectTo is the address of the form of an
// objection to an item, "" where none can be filed.
func (p *Pages) assessed(c *fiber.Ctx, v assessments.PersonView, objectTo string) (view.AssessedView, error) {
	w, d := web.Words(c), v.Dossier
	disputed := map[models.Competency]bool{}
	var objections []view.OwnObjection
	for _, o := range v.Objections {
		objections = append(objections, ownObjection(w, o, d.Objections))
		if o.State == assessments.ObjectionOpen {
			disputed[models.Competency(o.Item)] = true
		}
	}
	f, err := p.Figures.Person(d, disputed, w.Lang(), placeOf(c))
	if err != nil {
		return view.AssessedView{}, err
	}
	charts := drawings{}
	out := view.AssessedView{
		PeriodTitle: periodTitle(w, v.Period), Who: whoPairs(w, d), Dots: charts.one(f.Dots),
		Ratings: ratingBlock(w, d.Ratings), Cases: caseBlock(w, d.Cases),
		Load: loadBlock(w, d.Load, d.Method.GroupSize), Facts: sealedPairs(w, v), Rights: rights(w, v.Period),
		Objections: objections,
	}
	out.Ratings.Figures, out.Cases.Figures = charts.all(f.Levels, f.Bounds), charts.all(f.Flow, f.Mix)
	out.Load.Figures = charts.all(f.Load)
	for _, r := range d.Competencies {
		line := competencyLine(w, r)
		if drawn, ok := f.Contributions[r.Competency]; ok {
			line.Drawn = charts.one(&drawn)
		}
		line.Disputed = disputed[r.Competency]
		if objectTo != "" {
			line.ObjectHref = objectTo + "?item=" + url.QueryEscape(string(r.Competency)) + "#objection"
		}
		out.Competencies = append(out.Competencies, line)
	}
	if out.Past.Figures = charts.all(f.Trend); f.Trend == nil {
		out.Past.Sentence = report.Trendless(w, d.Trend, d.Ratings.N, "person")
	}
	for _, q := range d.Quizzes {
		out.Quizzes = append(out.Quizzes, quizRow(w, q))
	}
	return out, charts.err
}

// isCompared reports whether a state rests on a comparison with the group.
func isCompared(s assessments.State) bool {
	return s == assessments.NoDifference || s == assessments.Above || s == assessments.Below
}

func competencyLine(w *i18n.Printer, c assessments.CompetencyResult) view.CompetencyLine {
	out := view.CompetencyLine{
		ID: "c-" + string(c.Competency), Name: competencyWord(w, c.Competency), Basis: basis(w, c.Sources),
	}
	switch {
	case c.State == assessments.Insufficient:
		out.Why = insufficient(w, c)
	case isCompared(c.State):
		out.Notes = []string{
			w.T("assess.note.same", "p", w.Percent(c.SameBand)),
			w.T("assess.note.chance", "n", strconv.FormatFloat(c.ChanceSignals, 'f', 2, 64)),
		}
	}
	return out
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

// insufficient says of every source that is not enough why it is not.
func insufficient(w *i18n.Printer, c assessments.CompetencyResult) []string {
	var out []string
	for _, s := range c.Sources {
		switch {
		case !assessments.Collected(s.Source):
			out = append(out, w.T("assess.why.uncollected", "source", sourceWord(w, s.Source)))
		case s.N < s.MinN:
			word := sourceWord(w, s.Source)
			out = append(out, w.T("assess.why.few", "source", word, "n", w.Count(s.N), "min", s.MinN))
		}
	}
	return out
}

func whoPairs(w *i18n.Printer, d assessments.PersonDossier) []ui.Pair {
	p := d.Person
	return ui.KVText(
		w.T("report.fact.name"), p.Name, w.T("report.fact.staff_no"), p.StaffNo, w.T("report.fact.unit"), p.Unit,
		w.T("report.fact.post"), w.T("report.fact.post_since", "post", p.Post, "month", w.Month(p.Since.Day())),
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
