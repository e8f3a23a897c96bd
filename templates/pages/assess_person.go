package pages

import (
	"context"

	"shanzhi/templates/ui"
)

// dotClass is filled for an estimate to compare, hollow for one that is for the cadre's own improvement only.
func dotClass(hollow bool) string {
	if hollow {
		return "dot-o"
	}
	return "dot-me"
}

// numbersFrom names the columns from..to (from 0) as numbers.
func numbersFrom(from, to int) map[int]bool {
	out := map[int]bool{}
	for i := from; i <= to; i++ {
		out[i] = true
	}
	return out
}

// levelsGrid is the ratings by channel.
func levelsGrid(ctx context.Context, r RatingBlock) ui.Grid {
	return textGrid(ui.T(ctx, "assess.ratings.by_channel"), false, r.Heads, numbersFrom(2, 7), r.Rows)
}

func quizHeads(ctx context.Context) []string {
	return []string{
		ui.T(ctx, "assess.quiz.course"), ui.T(ctx, "assess.quiz.attempts"), ui.T(ctx, "assess.quiz.first"),
		ui.T(ctx, "assess.quiz.best"), ui.T(ctx, "assess.quiz.passed"),
	}
}
