package quiz

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"

	"shanzhi/courses"
	"shanzhi/models"
)

// stream is the second half of the generator's seed; another number would draw other papers from the stored seeds.
const stream = 0x7368616e7a6869

// Drawn is one question of a paper with the order in which its options are shown.
type Drawn struct {
	models.Question
	Shown string // letters of the bank, such as "CABD"
}

// Draw returns a paper of n questions from the bank, or all of them when it holds fewer. The same bank, n and seed
// give the same paper for ever, so that an appeal can replay it.
//
// The lessons have the same number of questions, or one more, as far as the bank allows. Questions and options come
// in an order of chance; true and false keep theirs. optionsOf tells how many options a question has.
func Draw(bank []models.Question, n int, seed int64, optionsOf func(models.Question) int) []Drawn {
	//nolint:gosec // chance in the domain is replayed from a stored seed
	rng := rand.New(rand.NewPCG(uint64(seed), stream))
	picked := balanced(rng, bank, n)
	rng.Shuffle(len(picked), func(i, j int) { picked[i], picked[j] = picked[j], picked[i] })
	out := make([]Drawn, len(picked))
	for i, q := range picked {
		out[i] = Drawn{Question: q, Shown: shown(rng, q, optionsOf(q))}
	}
	return out
}

// balanced takes one question of each lesson in turn, the lessons and their questions in an order of chance.
func balanced(rng *rand.Rand, bank []models.Question, n int) []models.Question {
	sorted := slices.SortedFunc(slices.Values(bank), func(a, b models.Question) int {
		return cmp.Or(cmp.Compare(a.LessonNo, b.LessonNo), strings.Compare(a.Code, b.Code))
	})
	var lessons [][]models.Question
	for _, q := range sorted {
		if last := len(lessons) - 1; last >= 0 && lessons[last][0].LessonNo == q.LessonNo {
			lessons[last] = append(lessons[last], q)
		} else {
			lessons = append(lessons, []models.Question{q})
		}
	}
	for _, l := range lessons {
		rng.Shuffle(len(l), func(i, j int) { l[i], l[j] = l[j], l[i] })
	}
	rng.Shuffle(len(lessons), func(i, j int) { lessons[i], lessons[j] = lessons[j], lessons[i] })
	var out []models.Question
	for round := 0; len(out) < min(n, len(bank)); round++ {
		for _, l := range lessons {
			if round < len(l) && len(out) < n {
				out = append(out, l[round])
			}
		}
	}
	return out
}

func shown(rng *rand.Rand, q models.Question, options int) string {
	letters := make([]string, options)
	for i := range letters {
		letters[i] = courses.Letter(i)
	}
	if q.Kind != models.TrueFalse {
		rng.Shuffle(options, func(i, j int) { letters[i], letters[j] = letters[j], letters[i] })
	}
	return strings.Join(letters, "")
}

// toBank turns letters as they are labelled on the paper (A is the first option shown) into letters of the bank, in
// order and each once. Blanks are nothing; ok is false for what is no letter of the paper.
func toBank(shown string, labels []string) (bank string, ok bool) {
	var out []byte
	for _, l := range labels {
		switch {
		case l == "":
			continue
		case len(l) != 1 || l[0] < 'A' || int(l[0]-'A') >= len(shown):
			return "", false
		}
		if b := shown[l[0]-'A']; !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	slices.Sort(out)
	return string(out), true
}

// toPaper turns letters of the bank into those of the paper, in the order of the paper.
func toPaper(shown, bank string) []string {
	var out []string
	for i, b := range shown {
		if strings.ContainsRune(bank, b) {
			out = append(out, courses.Letter(i))
		}
	}
	return out
}
