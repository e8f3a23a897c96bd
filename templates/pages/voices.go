package pages

import (
	"context"
	"strconv"

	"shanzhi/templates/ui"
)

// qrBox is the view box of a QR code over size modules, with a small quiet zone; the paper around it is white.
func qrBox(size int) string {
	side := strconv.Itoa(size + 4)
	return "-2 -2 " + side + " " + side
}

// askLabels names the fields of the form of a raised matter.
func askLabels(ctx context.Context) []string {
	return []string{
		"kind", ui.T(ctx, "ask.kind"), "unit", ui.T(ctx, "ask.unit"), "text", ui.T(ctx, "ask.text"),
		"name", ui.T(ctx, "ask.name"), "phone", ui.T(ctx, "word.phone"), "reply", ui.T(ctx, "ask.reply"),
	}
}

// trackLabels names the fields of the pages of a matter that is followed.
func trackLabels(ctx context.Context) []string {
	return []string{
		"no", ui.T(ctx, "track.no"), "secret", ui.T(ctx, "ask.code"), "words", ui.T(ctx, "track.words"),
		"reason", ui.T(ctx, "track.again.reason"),
	}
}

// paperLabels names the fields of the form for ratings on paper.
func paperLabels(ctx context.Context) []string {
	return append(rateLabels(ctx), "number", ui.T(ctx, "paper.number"), "reasons", ui.T(ctx, "paper.reasons"))
}
