package pages

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments"
	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/assessments/report"
	"shanzhi/assessments/stats"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
)

// rate is a share with its interval; below ten there is none.
func rate(w *i18n.Printer, x, n int) string {
	if n < minN {
		return w.T("report.few.rate")
	}
	i, err := stats.Wilson(x, n, stats.Z95)
	if err != nil { // x ≤ n is kept by the ledgers
		return w.T("report.few.rate")
	}
	return w.T("report.rate", "p", w.Percent(float64(x)/float64(n)), "range", w.Interval(i.Lo, i.Hi))
}

// ratingBlock is residents' ratings of a cadre in words and counts, batched as they are sealed.
func ratingBlock(w *i18n.Printer, r assessments.RatingResult) view.RatingBlock {
	out := view.RatingBlock{Comments: r.Comments}
	say := func(key string, args ...any) { out.Sentences = append(out.Sentences, plain(w.T(key, args...))) }
	switch {
	case r.N == 0:
		say("report.ratings.zero")
	case r.N < minN:
		say("report.ratings.few", "n", w.Count(r.N))
	default:
		ratedWords(w, r, say)
	}
	if n := r.Solved[0] + r.Solved[1] + r.Solved[2]; n >= fewest {
		say("report.ratings.solved", "n", w.Count(n), "a", w.Count(r.Solved[0]),
			"b", w.Count(r.Solved[1]), "c", w.Count(r.Solved[2]))
	}
	if r.Waiting {
		say("report.ratings.waiting")
	}
	if r.Excluded > 0 {
		say("report.ratings.excluded", "k", w.Count(r.Excluded))
	}
	return out
}

// ratedWords are the sentences about ten ratings or more.
func ratedWords(w *i18n.Printer, r assessments.RatingResult, say func(key string, args ...any)) {
	switch x, invited, ok := report.Response(r); {
	case !ok:
		say("report.ratings.received", "n", w.Count(r.N))
	default:
		key := "report.ratings.response"
		if x < r.N {
			key = "report.ratings.response_part"
		}
		say(key, "i", w.Count(invited), "n", w.Count(r.N), "k", w.Count(x),
			"r", w.Percent(float64(x)/float64(invited)))
	}
	share := w.Percent(float64(r.Good) / float64(r.N))
	if r.Shrunk95 == (assessments.Interval{}) {
		say("report.ratings.plain", "x", w.Count(r.Good), "p", share, "range", w.Interval(r.Wilson.Lo, r.Wilson.Hi))
	} else {
		say("report.ratings.shrunk", "x", w.Count(r.Good), "p", share, "peers", w.T("report.peers.posts"),
			"m", w.Percent(r.Shrunk), "range", w.Interval(r.Shrunk95.Lo, r.Shrunk95.Hi))
	}
	if r.InvitedKnown && r.Unrated > 0 {
		say("report.ratings.unrated", "u", w.Count(r.Unrated), "lo", w.Percent(r.BoundLo), "hi", w.Percent(r.BoundHi))
	}
}

// myRatings is what the actor sees of his ratings today: batched, by channel, without times.
func (p *Pages) myRatings(c *fiber.Ctx, s ratings.Seen) (view.RatingBlock, error) {
	w, out, r := web.Words(c), view.RatingBlock{Comments: s.Comments}, assessments.RatingResult{}
	for _, row := range s.Rows {
		r.Rows = append(r.Rows, assessments.LevelRow(row))
	}
	f, err := p.Figures.Rated(r, w.Lang(), placeOf(c))
	if err != nil {
		return out, err
	}
	charts := drawings{}
	out.Figures = charts.all(f)
	if n := s.N(); n == 0 {
		out.Sentences = append(out.Sentences, w.T("report.ratings.zero"))
	} else {
		out.Sentences = append(out.Sentences, w.T("assess.me.ratings", "n", w.Count(n),
			"x", w.Count(s.Good()), "rate", rate(w, s.Good(), n)))
	}
	if s.Waiting {
		out.Sentences = append(out.Sentences, w.T("report.ratings.waiting"))
	}
	return out, charts.err
}

func caseBlock(w *i18n.Printer, c assessments.CaseResult) view.CaseBlock {
	var out view.CaseBlock
	if c.CarriedIn+c.Received+c.Closed+c.Open+c.Excluded == 0 {
		out.Sentences = []string{w.T("report.flow.none")}
		return out
	}
	out.Sentences = []string{w.T("report.flow.sentence", "carried", w.Count(c.CarriedIn),
		"received", w.Count(c.Received), "closed", w.Count(c.Closed), "excluded", w.Count(c.Excluded),
		"open", w.Count(c.Open))}
	var words []string
	for _, o := range cases.Outcomes() {
		if n := c.Outcomes[o]; n > 0 {
			words = append(words, w.T("report.outcome_n", "outcome", w.T("report.outcome."+string(o)), "n", w.Count(n)))
		}
	}
	if len(words) > 0 {
		list := strings.Join(words, w.T("assess.list"))
		out.Sentences = append(out.Sentences, w.T("report.flow.outcomes", "list", list))
	}
	if c.Closed > 0 {
		out.Sentences = append(out.Sentences, w.T("report.flow.on_time", "x", w.Count(c.OnTime), "n", w.Count(c.Closed),
			"rate", rate(w, c.OnTime, c.Closed), "reopened", w.Count(c.Reopened)))
	}
	if c.Asked > 0 {
		out.Sentences = append(out.Sentences, w.T("assess.cases.solved", "x", w.Count(c.Solved), "n", w.Count(c.Asked),
			"rate", rate(w, c.Solved, c.Asked)))
	}
	out.Heads = []string{
		w.T("report.families.family"), w.T("assess.cases.closed"), w.T("assess.cases.on_time"),
		w.T("report.families.solved"), w.T("assess.cases.median"), w.T("assess.cases.p90"),
	}
	for _, f := range c.Families {
		row := []string{
			w.T("report.family." + string(f.Family)), w.Count(f.Closed), w.Count(f.OnTime),
			w.T("figure.ratio", "x", w.Count(f.Solved), "n", w.Count(f.Asked)), "", "",
		}
		if f.Closed >= minN {
			row[4], row[5] = points(f.MedianDays), points(f.P90Days)
		}
		out.Families = append(out.Families, row)
	}
	return out
}

// loadBlock says how many cases were closed, and in how many months more than in most comparable posts; a small group
// is no range.
func loadBlock(w *i18n.Printer, load []assessments.MonthLoad, group int) view.LoadBlock {
	sum, busy := 0.0, 0
	for _, m := range load {
		if sum += m.Own; m.Own > m.Hi {
			busy++
		}
	}
	words := strconv.FormatFloat(sum, 'f', -1, 64)
	switch {
	case len(load) == 0:
		return view.LoadBlock{Sentence: w.T("report.load.none")}
	case group < smallGroup:
		return view.LoadBlock{Sentence: w.T("assess.load.alone", "n", words)}
	case busy == 0:
		return view.LoadBlock{Sentence: w.T("assess.load.usual", "sum", words)}
	}
	return view.LoadBlock{Sentence: w.TN("assess.load.busy", busy, "sum", words)}
}

// quizRow is one quiz: course, attempts, first and best result, when it was passed.
func quizRow(w *i18n.Printer, q assessments.QuizResult) []string {
	passed := w.T("report.quiz.not_passed")
	if q.Passed {
		passed = w.T("report.quiz.passed_on", "date", day(w, q.PassedOn))
	}
	return []string{either(w, q.Course, q.CourseEN), w.Count(q.Attempts), points(q.First), points(q.Best), passed}
}
