package demo

import (
	"math"
	"math/rand/v2"

	"shanzhi/models"
)

// Truth is what the generator knows of one cadre and the assessment has to find out: true logits.
type Truth struct {
	StaffNo, Name, Class string
	Good                 float64 // that a rating is of level 4 or 5
	Solved               float64 // that a case which could be solved is solved and not reopened
	OnTime               float64 // that a case is closed by its deadline
	Quiz                 float64 // that a question of a first attempt is answered rightly
}

// Share returns the true probability behind a source of evidence; ok is false for one that the generator does not
// make.
func (t Truth) Share(s models.Source) (share float64, ok bool) {
	switch s {
	case models.SourceRatings:
		return share01(t.Good), true
	case models.SourceSolved:
		return share01(t.Solved), true
	case models.SourceOnTime:
		return share01(t.OnTime), true
	case models.SourceQuiz:
		return share01(t.Quiz), true
	default:
		return 0, false
	}
}

func share01(logit float64) float64 { return 1 / (1 + math.Exp(-logit)) }

// level is the mean of a class, in logits.
type level struct{ good, solved, onTime, quiz float64 }

// levels and spreadOf are the table of the package comment.
func levels() map[string]level {
	return map[string]level{
		Leaders: {1.1, 0.8, 1.4, 1.3}, Windows: {1.5, 1.0, 1.8, 1.2}, Villages: {1.2, 0.6, 1.2, 0.8},
	}
}

// spreadOf returns the standard deviation between the cadres of a class, in logits.
func spreadOf() level { return level{good: 0.95, solved: 0.75, onTime: 0.9, quiz: 0.7} }

// visitorQuiz is the quiz logit of the visitor's cadre, who has passed a course.
const visitorQuiz = 2.2

// commonPart is the share of the variance that a cadre's effects have in common.
const commonPart = 0.4

// Truths returns the true effects of the cadres by staff number. The same seed gives the same effects for ever.
func Truths(seed uint64) []Truth {
	rng := stream(seed, 1)
	at, spread := levels(), spreadOf()
	all := cadres()
	out := make([]Truth, len(all))
	for i, c := range all {
		m, shared := at[c.class], rng.NormFloat64()
		draw := func(mean, sd float64) float64 {
			e := math.Sqrt(commonPart)*shared + math.Sqrt(1-commonPart)*rng.NormFloat64()
			return mean + sd*min(max(e, -2.2), 2.2)
		}
		out[i] = Truth{
			StaffNo: c.staffNo, Name: c.name, Class: c.class, Good: draw(m.good, spread.good),
			Solved: draw(m.solved, spread.solved), OnTime: draw(m.onTime, spread.onTime),
			Quiz: draw(m.quiz, spread.quiz),
		}
		if c.staffNo == visitorNo {
			out[i].Quiz = visitorQuiz
		}
	}
	return out
}

// stream is one of the generators of a seed; each purpose has its own, so that a change of one leaves the others
// alone.
func stream(seed, purpose uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, 0x71696e67686500+purpose))
}

// pick returns one of the list.
func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

// chance reports whether something of probability p happens.
func chance(rng *rand.Rand, p float64) bool { return rng.Float64() < p }

// weighted returns the place of a draw by weights.
func weighted(rng *rand.Rand, weights ...float64) int {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	x := rng.Float64() * total
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}
