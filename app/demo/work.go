package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"shanzhi/models"
	"shanzhi/models/workday"
)

// matterCase is one made-up case; closed is "" while it is open.
type matterCase struct {
	no, title, answer     string
	duty                  duty
	handler               cadre
	channel               models.Channel
	kind                  models.CaseKind
	resident, phone       string
	received, due, closed models.Date
	outcome               models.Outcome
	reopened              int
}

// asked reports whether the case invites a rating.
func (c matterCase) asked() bool {
	switch c.outcome {
	case models.Solved, models.PartSolved, models.Explained:
		return true
	default:
		return false
	}
}

// solved reports whether the case counts as solved: so recorded, and never reopened.
func (c matterCase) solved() bool { return c.outcome == models.Solved && c.reopened == 0 }

// invite is the invitation of a closed case; rating is nil while or when nobody has rated.
type invite struct {
	of      *matterCase
	channel models.Channel
	mode    models.RatingMode
	rating  *voice
}

// voice is one made-up rating. of is nil for one without a code: it counts for unit alone.
type voice struct {
	no, unit string
	of       *matterCase
	channel  models.Channel
	mode     models.RatingMode
	level    int
	solved   models.Resolution
	reasons  []string
	comment  string
	on       models.Date
	family   models.Family
}

// work is everything that happened between from and today.
type work struct {
	cases   []*matterCase // by day of receipt
	invites []*invite
	voices  []*voice // of invites and of standing codes, by day
}

// weaver makes work from true effects.
type weaver struct {
	rng    *rand.Rand
	calls  *rand.Rand // of the call-backs
	words  *rand.Rand // of how residents put it
	days   *workday.Calendar
	plan   plan
	duties []duty
	serial map[models.Date]int
	out    work
}

// response is the share of invitations that are rated, whoever was the handler and however it ended.
const response = 0.6

// perMonth is how many cases a cadre of a class gets in a month.
func perMonth(class string) float64 {
	switch class {
	case Windows:
		return 6.8
	case Leaders:
		return 3.3
	default:
		return 2.3
	}
}

// weave makes the cases and ratings of a seed, from what was still open when the first period began to today.
func weave(seed uint64, p plan, days *workday.Calendar) work {
	w := &weaver{
		rng: stream(seed, 2), calls: stream(seed, 12), words: stream(seed, 13), days: days, plan: p, duties: duties(),
		serial: map[models.Date]int{},
	}
	truths := Truths(seed)
	for i, c := range cadres() {
		w.cadre(c, truths[i])
	}
	slices.SortStableFunc(w.out.cases, func(a, b *matterCase) int { return compareDays(a.received, b.received) })
	for _, c := range w.out.cases {
		w.serial[c.received]++
		c.no = fmt.Sprintf("QHZW-%s-%03d", compact(c.received), w.serial[c.received])
	}
	w.fromStandingCodes()
	w.urged()
	w.fillLastBatch()
	for _, v := range w.out.invites {
		if v.rating != nil {
			w.out.voices = append(w.out.voices, v.rating)
		}
	}
	slices.SortStableFunc(w.out.voices, func(a, b *voice) int { return compareDays(a.on, b.on) })
	for i, v := range w.out.voices {
		v.no = fmt.Sprintf("PJ-%s-%05d", compact(v.on)[:4], i+1)
	}
	return w.out
}

func compareDays(a, b models.Date) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// compact writes 2026-07-15 as 260715.
func compact(d models.Date) string { return string(d[2:4] + d[5:7] + d[8:10]) }

// backlog is how many days before the first period the first case may have come in: the longest that one takes. Of
// those before the period only what was still open at its beginning is kept; without it the late ones would be
// missing there.
const backlog = 46

// cadre makes the work of one cadre, month by month.
func (w *weaver) cadre(c cadre, t Truth) {
	for day := w.plan.from.AddDays(-backlog); day <= w.plan.today; {
		next := models.NewDate(day.Year(), day.Day().Month()+1, 1)
		var open []models.Date
		for d := day; d < next && d <= w.plan.today; d = d.AddDays(1) {
			if w.days.Works(d) {
				open = append(open, d)
			}
		}
		expected := perMonth(c.class) * float64(len(open)) / 21 * (0.8 + 0.4*w.rng.Float64())
		n := int(math.Floor(expected + w.rng.Float64()))
		for range n {
			if len(open) > 0 {
				w.one(c, t, pick(w.rng, open))
			}
		}
		day = next
	}
}

// one makes a case received on a day, and the rating it leads to.
func (w *weaver) one(c cadre, t Truth, received models.Date) {
	weights := make([]float64, len(w.duties))
	for i, d := range w.duties {
		weights[i] = map[string]float64{Windows: d.window, Villages: d.village, Leaders: d.leaders}[c.class]
	}
	d := w.duties[weighted(w.rng, weights...)]
	m := &matterCase{
		title: pick(w.rng, d.asks), duty: d, handler: c, received: received, due: w.days.Add(received, d.days),
		resident: pick(w.rng, surnames()) + pick(w.rng, givenNames()),
		phone:    fmt.Sprintf("1990000%04d", 2000+w.rng.IntN(8000)),
	}
	m.channel, m.kind = w.way(c.class)
	w.end(m, t)
	if m.closed != "" && m.closed < w.plan.from {
		return
	}
	w.out.cases = append(w.out.cases, m)
	if m.asked() {
		w.invite(m, t)
		w.callBack(m, t)
	}
}

func (w *weaver) way(class string) (models.Channel, models.CaseKind) {
	kinds := []models.CaseKind{models.Help, models.Enquiry, models.Complaint, models.Suggestion}
	kind := kinds[weighted(w.rng, 6, 2, 2, 0.4)]
	if class == Windows {
		return []models.Channel{models.Window, models.Web, models.Hotline}[weighted(w.rng, 7, 2, 1)], kind
	}
	return []models.Channel{models.Visit, models.Hotline, models.Web, models.Window}[weighted(w.rng, 4, 4, 1, 1)], kind
}

// end closes a case, or leaves it open when its day has not come yet.
func (w *weaver) end(m *matterCase, t Truth) {
	spent := w.rng.IntN(m.duty.days + 1)
	if other := w.rng.IntN(m.duty.days + 1); other < spent {
		spent = other // sooner rather than later
	}
	if !chance(w.rng, share01(t.OnTime)) {
		spent = m.duty.days + 1
		for chance(w.rng, 0.7) && spent < m.duty.days+12 {
			spent++
		}
	}
	ended := w.outcome(m, share01(t.Solved))
	if closed := w.days.Add(m.received, spent); closed < w.plan.today {
		m.closed = closed
		ended()
	}
}

// outcome draws how a case ends; the draw is the same whether or not its day has come.
func (w *weaver) outcome(m *matterCase, solved float64) func() {
	outcome, reopened := models.Solved, 0
	answer := m.duty.done
	switch {
	case chance(w.rng, 0.08):
		outcome = []models.Outcome{models.PassedOn, models.Withdrawn, models.NotAccepted}[weighted(w.rng, 4, 3, 1)]
		answer = otherAnswers()[outcome]
	case chance(w.rng, solved):
	default:
		switch weighted(w.rng, 4, 3.5, 2.5) {
		case 0:
			outcome, answer = models.PartSolved, pick(w.rng, partlyAnswers())
		case 1:
			outcome, answer = models.Explained, pick(w.rng, explainedAnswers())
		default:
			reopened = 1
		}
	}
	return func() { m.outcome, m.reopened, m.answer = outcome, reopened, answer }
}

// invite invites the resident of a closed case; about half of them answer.
func (w *weaver) invite(m *matterCase, t Truth) {
	v := &invite{of: m, mode: models.ModeInvited}
	v.channel = []models.Channel{models.QR, models.SMS, models.Web, models.Window}[weighted(w.rng, 5, 3, 1, 1)]
	if v.channel == models.Window {
		v.mode = models.ModeAssisted
	}
	w.out.invites = append(w.out.invites, v)
	late := 0
	for chance(w.rng, 0.55) && late < 28 {
		late++
	}
	rating := w.voice(m, share01(t.Good), share01(t.Solved))
	rating.channel, rating.mode, rating.on = v.channel, v.mode, m.closed.AddDays(late)
	if chance(w.rng, response) && rating.on < w.plan.today {
		v.rating = rating
	}
}

// voice is what the resident of a case says. Whoever's matter is solved is the more satisfied; over all asked cases
// the share of levels 4 and 5 is good.
func (w *weaver) voice(m *matterCase, good, solved float64) *voice {
	unhappy := 0.75 * good
	happy := (good - (1-solved)*unhappy) / solved
	if happy > 0.995 {
		happy = 0.995
		unhappy = min(1, max(0, (good-solved*happy)/(1-solved)))
	}
	p := unhappy
	if m.solved() {
		p = happy
	}
	v := &voice{of: m, unit: m.handler.unit, family: m.duty.family, level: 3 - weighted(w.rng, 5, 3, 2)}
	if chance(w.rng, p) {
		v.level = 5 - weighted(w.rng, 6, 4)
	}
	v.solved = w.solution(m)
	w.say(v)
	return v
}

func (w *weaver) solution(m *matterCase) models.Resolution {
	answers := []models.Resolution{models.ResolvedYes, models.ResolvedPart, models.ResolvedNo, ""}
	switch {
	case m.solved():
		return answers[weighted(w.rng, 85, 8, 2, 5)]
	case m.outcome == models.PartSolved:
		return answers[weighted(w.rng, 15, 60, 20, 5)]
	default:
		return answers[weighted(w.rng, 10, 30, 50, 10)]
	}
}

// say adds reasons and words to a level.
func (w *weaver) say(v *voice) {
	codes := []string{"attitude", "speed", "clarity", "trips", "result", "place"}
	if v.level <= 3 && chance(w.rng, 0.7) || chance(w.rng, 0.25) {
		v.reasons = append(v.reasons, codes[weighted(w.rng, 3, 4, 3, 3, 4, 1)])
	}
	if !chance(w.rng, 0.45) {
		return
	}
	all := badVoices()
	switch {
	case v.level >= 4:
		all = gladVoices()
	case v.level == 3:
		all = fairVoices()
	}
	v.comment = pick(w.rng, all)
	if w.words != nil { // no two residents use the same words
		v.comment = pick(w.words, openings()) + v.comment + pick(w.words, all)
	}
}

// fromStandingCodes adds ratings without any case: they count for the unit alone.
func (w *weaver) fromStandingCodes() {
	spanDays := w.plan.from.DaysUntil(w.plan.today)
	for _, p := range places() {
		n := 0
		switch p.kind {
		case models.Department:
			if p.parent != County {
				n = 70
			}
		case models.Village, models.Community:
			n = 4
		default:
		}
		for range n {
			v := &voice{
				unit: p.name, channel: models.QR, mode: models.ModeActive,
				level: 5 - weighted(w.rng, 4, 3, 1.5, 1, 0.5),
				on:    w.plan.from.AddDays(w.rng.IntN(spanDays)), family: models.OtherFamily,
			}
			if chance(w.rng, 0.2) {
				v.channel, v.mode = models.Paper, models.ModePaper
			}
			w.say(v)
			w.out.voices = append(w.out.voices, v)
		}
	}
}

// urged adds ratings that came in on one day at one window, some in the same words: a doubt about the data, for a human
// to look into.
func (w *weaver) urged() {
	day := w.plan.to.AddDays(-70)
	for !w.days.Works(day) {
		day = day.AddDays(1)
	}
	for i := range 10 {
		v := &voice{
			unit: townships()[1].center(), channel: models.QR, mode: models.ModeActive, level: 5, on: day,
			family: models.OtherFamily,
		}
		if i < 4 {
			v.comment = "服务很好，办事效率高，非常满意。"
		}
		w.out.voices = append(w.out.voices, v)
	}
}

// fillLastBatch lets four ratings of the visitor's cadre wait: the fifth, which whoever tries the demonstration gives,
// completes a batch.
func (w *weaver) fillLastBatch() {
	waiting := 0
	var rated []*invite
	for _, v := range w.out.invites {
		if v.of.handler.staffNo == visitorNo && v.rating != nil {
			waiting++
			rated = append(rated, v)
		}
	}
	slices.SortStableFunc(rated, func(a, b *invite) int { return compareDays(b.rating.on, a.rating.on) })
	for i := 0; waiting%5 != 4 && i < len(rated); i++ {
		rated[i].rating = nil
		waiting--
	}
}
