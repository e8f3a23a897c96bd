package pages

import (
	"context"

	"shanzhi/templates/ui"
)

// numbersFrom names the columns from..to (from 0) as numbers.
func numbersFrom(from, to int) map[int]bool {
	out := map[int]bool{}
	for i := from; i <= to; i++ {
		out[i] = true
	}
	return out
}

func quizHeads(ctx context.Context) []string {
	return []string{
		ui.T(ctx, "assess.quiz.course"), ui.T(ctx, "assess.quiz.attempts"), ui.T(ctx, "assess.quiz.first"),
		ui.T(ctx, "assess.quiz.best"), ui.T(ctx, "assess.quiz.passed"),
	}
}
