package quiz

import "shanzhi/models"

// full is the score of a paper without a mistake: 100 points, in 0.01 point.
const full = 10000

// score returns what x right answers of n are worth, in 0.01 point: 100·x/n, halves rounded up.
//
// 0 ≤ x ≤ n, n ≥ 1. It depends on nothing but x and n, so that which questions were right decides nothing; all right
// gives exactly 100 points.
func score(x, n int) int { return (2*full*x + n) / (2 * n) }

// grade marks the answers of one paper and returns the score.
//
// An answer is right when it is exactly the key: of a multiple choice all right options and no other. The marks of
// the right answers add up to the score exactly: in the order of their places, the k-th is worth score(k, n) −
// score(k−1, n), so that what rounding takes from one it gives to the next. answers are in the order of their places;
// keys are by question.
func grade(answers []models.Answer, keys map[string]string) (total int) {
	x, n := 0, len(answers)
	for i := range answers {
		a := &answers[i]
		a.Right = a.Given != "" && a.Given == keys[a.QuestionID]
		a.Mark = 0
		if a.Right {
			x++
			a.Mark = score(x, n) - score(x-1, n)
		}
	}
	if n == 0 {
		return 0
	}
	return score(x, n)
}

// passes reports whether x right answers of n reach the pass mark. It compares the exact shares, not the rounded score.
func passes(x, n, passPercent int) bool { return n > 0 && 100*x >= passPercent*n }

func rights(answers []models.Answer) int {
	x := 0
	for _, a := range answers {
		if a.Right {
			x++
		}
	}
	return x
}
