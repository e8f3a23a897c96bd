package report

import (
	"slices"
	"strings"

	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/templates/chart"
	"shanzhi/templates/pdf"
)

// fewest is the number of ratings below which a channel shows no levels: one rating must not be told from its level
// (red line 6).
const fewest = 5

// maxComments is how many comments are printed; they come shuffled, so that the first are a random choice.
const maxComments = 30

// ratings are the ratings of a cadre or a unit: the sentence with its interval, the levels by channel, and what those
// who did not rate could change.
//
// peers are those towards whom the estimate is shrunken: "posts" that are comparable or "units" of the kind.
func (p *paper) ratings(r assessments.RatingResult, peers string) {
	waiting := ""
	if r.Waiting {
		waiting = p.say("report.ratings.waiting")
	}
	switch {
	case r.N == 0:
		p.para(p.invited(r), p.say("report.ratings.zero"), waiting)
		return
	case r.N < minN:
		few := "report.ratings.few"
		if peers == "units" {
			few = "report.unit.ratings_few"
		}
		p.para(p.invited(r), p.say(few, "n", r.N), waiting)
	default:
		p.para(p.estimate(r, peers), p.unrated(r), p.weighted(r), waiting)
	}
	p.para(p.solvedSaid(r), p.excludedRatings(r))
	p.levels(r)
	p.bounds(r)
}

// invited is how many were asked, where nothing can be reckoned from it.
func (p *paper) invited(r assessments.RatingResult) string {
	if !r.InvitedKnown || r.Invited == 0 {
		return ""
	}
	return p.say("report.ratings.invited", "i", p.n(r.Invited))
}

// estimate is sentence 1 in the form that the figures allow.
func (p *paper) estimate(r assessments.RatingResult, peers string) string {
	begin := p.received(r)
	share := p.share(float64(r.Good) / float64(r.N))
	if r.Shrunk95 == (assessments.Interval{}) {
		return p.join([]string{begin, p.say("report.ratings.plain", "x", p.n(r.Good), "p", share,
			"range", p.between(p.wilson(r.Good, r.N)))})
	}
	meaning := p.say("report.ratings.meaning")
	if p.annexed {
		meaning = ""
	}
	shrunk := p.say("report.ratings.shrunk", "x", p.n(r.Good), "p", share, "peers", p.say("report.peers."+peers),
		"m", p.share(r.Shrunk), "range", p.between(r.Shrunk95))
	return p.join([]string{begin, shrunk, meaning})
}

// Response is how many ratings answered the invitations of the span: x of n invitations. Only those that an invitation
// can bring count, by a link or at the window; what residents began themselves, paper keyed in and call-backs do not.
// ok is false where no response rate can be reckoned: without invitations of this system, or where more ratings answer
// than it has invitations for.
func Response(r assessments.RatingResult) (x, n int, ok bool) {
	for _, row := range r.Rows {
		if row.Mode == models.ModeInvited || row.Mode == models.ModeAssisted {
			x += row.N()
		}
	}
	return x, r.Invited, r.InvitedKnown && r.Invited > 0 && x+r.Unrated <= r.Invited
}

// received says how many ratings came in and how many of the invited answered.
func (p *paper) received(r assessments.RatingResult) string {
	x, n, ok := Response(r)
	if !ok {
		return p.say("report.ratings.received", "n", p.n(r.N))
	}
	key := "report.ratings.response"
	if x < r.N {
		key = "report.ratings.response_part"
	}
	return p.say(key, "i", p.n(n), "n", p.n(r.N), "k", p.n(x), "r", p.share(float64(x)/float64(n)))
}

// unrated is sentence 11.
func (p *sketch) unrated(r assessments.RatingResult) string {
	if !bounded(r) {
		return ""
	}
	return p.say("report.ratings.unrated", "u", p.n(r.Unrated), "lo", p.share(r.BoundLo), "hi", p.share(r.BoundHi))
}

// solvedSaid is what residents answered to "was it solved?".
func (p *paper) solvedSaid(r assessments.RatingResult) string {
	n := r.Solved[0] + r.Solved[1] + r.Solved[2]
	if n < fewest {
		return ""
	}
	return p.say("report.ratings.solved", "n", p.n(n), "a", p.n(r.Solved[0]), "b", p.n(r.Solved[1]),
		"c", p.n(r.Solved[2]))
}

func (p *paper) excludedRatings(r assessments.RatingResult) string {
	if r.Excluded == 0 {
		return ""
	}
	return p.say("report.ratings.excluded", "k", p.n(r.Excluded))
}

// levels is the figure of the five levels by channel and mode; channels are never put together.
func (p *paper) levels(r assessments.RatingResult) {
	c, beside := p.levelChart(r)
	if len(c.Rows) == 0 {
		return
	}
	c.Title = p.figureTitle(c.Title)
	note := c.Desc
	if p.annexed {
		note = "" // it stands in the report before the annex
	}
	if beside {
		note = p.join([]string{note, p.say("report.levels.beside")})
	}
	pic, err := chart.Levels(p.doc.Desk(), c)
	p.figure(pic, err, note)
}

// levelChart are the levels by channel; beside says that a channel of five or more shows none because of others.
func (p *sketch) levelChart(r assessments.RatingResult) (c chart.LevelChart, beside bool) {
	c = chart.LevelChart{Heads: [4]string{
		p.say("report.levels.channel"), p.say("report.levels.mode"), p.say("report.levels.n"),
		p.say("report.levels.share"),
	}}
	for i := range c.Legend {
		c.Legend[i] = p.say("report.levels.legend." + string(rune('5'-i)))
	}
	hidden := Withheld(r.Rows)
	for i, row := range r.Rows {
		if row.N() > 0 {
			c.Rows = append(c.Rows, p.levelRow(row, hidden[i]))
			beside = beside || hidden[i] && row.N() >= fewest
		}
	}
	c.Title, c.Desc = p.say("report.levels.title"), p.say("report.levels.note")
	return c, beside
}

// Withheld are the rows whose levels are not shown: those with fewer than five ratings, and where these are fewer than
// five together the smallest others too, because the totals of the report less the rows shown would tell them
// (red line 6).
func Withheld(rows []assessments.LevelRow) map[int]bool {
	hidden, sum := map[int]bool{}, 0
	var shown []int
	for i, row := range rows {
		switch n := row.N(); {
		case n == 0:
		case n < fewest:
			hidden[i] = true
			sum += n
		default:
			shown = append(shown, i)
		}
	}
	slices.SortStableFunc(shown, func(a, b int) int { return rows[a].N() - rows[b].N() })
	for _, i := range shown {
		if sum == 0 || sum >= fewest {
			break
		}
		hidden[i] = true
		sum += rows[i].N()
	}
	return hidden
}

func (p *sketch) levelRow(row assessments.LevelRow, hidden bool) chart.LevelRow {
	n := row.N()
	out := chart.LevelRow{
		Label: p.named("report.channel.", string(row.Channel)), Mode: p.named("report.mode.", string(row.Mode)),
		Counts: row.Counts, Count: p.n(n),
	}
	if n < minN || hidden {
		out.Words, out.Rate, out.Grey = p.fewLevels(row, hidden), p.say("report.short.not_computed"), true
		return out
	}
	good := row.Counts[0] + row.Counts[1]
	out.Bad = p.say("report.levels.bad", "n", row.Counts[3]+row.Counts[4])
	out.Rate = p.share0(float64(good)/float64(n)) + p.bracket(percents(p.wilson(good, n)), 0)
	return out
}

// fewLevels are the counts of a channel with fewer than ten ratings, unless the levels are not to be told at all.
func (p *sketch) fewLevels(row assessments.LevelRow, hidden bool) string {
	switch {
	case row.N() < fewest:
		return p.say("report.levels.hidden")
	case hidden:
		return p.say("report.levels.withheld")
	}
	var words []string
	for i, n := range row.Counts {
		if n > 0 {
			words = append(words, p.say("report.levels.level", "level", 5-i, "n", n))
		}
	}
	sep := "，"
	if p.english() {
		sep = ", "
	}
	return p.say("report.levels.few", "counts", strings.Join(words, sep))
}

// bounded says that there is a range which those who did not rate could change.
func bounded(r assessments.RatingResult) bool { return r.N >= minN && r.InvitedKnown && r.Unrated > 0 }

// bounds is the figure of what those who did not rate could change.
func (p *paper) bounds(r assessments.RatingResult) {
	if !bounded(r) {
		return
	}
	c := p.boundsChart(r)
	c.Title = p.figureTitle(c.Title)
	pic, err := chart.Bounds(p.doc.Desk(), c)
	p.figure(pic, err, "")
}

// boundsChart is the range of the share with those who did not rate, beside what was received.
func (p *sketch) boundsChart(r assessments.RatingResult) chart.BoundsChart {
	share := float64(r.Good) / float64(r.N)
	c := chart.BoundsChart{Rows: []chart.BoundsRow{
		{
			Label: p.say("report.bounds.range"), Kind: chart.BoundsRange,
			I: chart.Interval{Lo: r.BoundLo, Hi: r.BoundHi}, LoText: p.share(r.BoundLo), HiText: p.share(r.BoundHi),
		},
		{
			Label: p.say("report.bounds.raw", "n", p.n(r.N)), Kind: chart.BoundsDot, At: share,
			I: chart.Interval(p.wilson(r.Good, r.N)), Value: p.share(share),
		},
	}}
	c.Rows = append(c.Rows, p.calibrated(r)...)
	c.Title, c.Desc = p.say("report.bounds.title"), p.unrated(r)
	return c
}

// comments are the residents' own words: at least five or none, shuffled, names and dates masked before the sealing.
func (p *paper) comments(r assessments.RatingResult) {
	if r.CommentsN < fewest || len(r.Comments) < fewest {
		p.para(p.say("report.comments.few"))
		return
	}
	shown := r.Comments[:min(len(r.Comments), maxComments)]
	rest := ""
	if len(r.Comments) > len(shown) {
		rest = p.say("report.comments.rest", "k", len(shown))
	}
	p.para(p.say("report.comments.some", "n", p.n(r.CommentsN)), p.themes(r.Comments), rest)
	p.doc.KeepNext()
	items := make([][]pdf.Span, len(shown))
	for i, c := range shown {
		items[i] = pdf.Plain(p.printer.Fonts().Visible(c))
	}
	p.doc.Items(items...)
}
