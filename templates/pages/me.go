package pages

import (
	"context"

	"shanzhi/templates/ui"
)

// orDash is a text, or a dash where there is none.
func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func postHeads(ctx context.Context) []string {
	return []string{
		ui.T(ctx, "word.post"), ui.T(ctx, "word.unit"), ui.T(ctx, "assess.me.manager"), ui.T(ctx, "assess.me.span"),
	}
}

func roleHeads(ctx context.Context) []string {
	return []string{ui.T(ctx, "word.role"), ui.T(ctx, "word.unit"), ui.T(ctx, "assess.me.span")}
}

func sessionHeads(ctx context.Context) []string {
	return []string{
		ui.T(ctx, "assess.me.session"), ui.T(ctx, "assess.me.session.began"),
		ui.T(ctx, "assess.me.session.seen"),
	}
}
