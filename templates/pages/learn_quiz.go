package pages

import (
	"context"
	"strconv"
	"strings"

	"shanzhi/templates/ui"
)

// quizPlaces lists numbers of questions: 2、5、9.
func quizPlaces(ctx context.Context, places []int) string {
	out := make([]string, len(places))
	for i, n := range places {
		out[i] = strconv.Itoa(n)
	}
	return strings.Join(out, ui.T(ctx, "quiz.and"))
}
