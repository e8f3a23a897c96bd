package pages

import (
	"context"

	"shanzhi/templates/ui"
)

// serveLabels names the fields of the forms of a case, for the summary of what is wrong.
func serveLabels(ctx context.Context) []string {
	return []string{
		"matter", ui.T(ctx, "serve.matter"), "unit", ui.T(ctx, "serve.unit"), "title", ui.T(ctx, "serve.title"),
		"detail", ui.T(ctx, "serve.detail"), "kind", ui.T(ctx, "serve.kind"), "channel", ui.T(ctx, "serve.channel"),
		"name", ui.T(ctx, "serve.name"), "phone", ui.T(ctx, "serve.phone"), "post", ui.T(ctx, "serve.post"),
		"reason", ui.T(ctx, "serve.reason"), "note", ui.T(ctx, "serve.note"), "answer", ui.T(ctx, "serve.answer"),
		"outcome", ui.T(ctx, "serve.outcome"), "close_note", ui.T(ctx, "serve.close.note"),
		"why", ui.T(ctx, "serve.contact.why"), "ask", ui.T(ctx, "serve.ask"), "days", ui.T(ctx, "serve.days"),
		"ground", ui.T(ctx, "serve.ground"), "say", ui.T(ctx, "serve.say"), "helper", ui.T(ctx, "serve.helper"),
		"task", ui.T(ctx, "serve.task"), "part", ui.T(ctx, "serve.part"), "repeat", ui.T(ctx, "serve.repeat"),
		"way", ui.T(ctx, "serve.way"), "plan", ui.T(ctx, "serve.plan"), "found", ui.T(ctx, "serve.found"),
		"decision", ui.T(ctx, "serve.decision"), "of_person", ui.T(ctx, "serve.of_person"),
		"about_unit", ui.T(ctx, "serve.about_unit"), "about", ui.T(ctx, "serve.about_person"),
	}
}

// rateLabels names the fields of the rating form.
func rateLabels(ctx context.Context) []string {
	return []string{
		"level", ui.T(ctx, "rate.level"), "solved", ui.T(ctx, "rate.solved"), "comment", ui.T(ctx, "rate.comment"),
	}
}

// serveName is what the button of an action says.
func serveName(ctx context.Context, v ServeCaseView, action string) string {
	switch {
	case action == "dispatch" && v.Redispatch:
		return ui.T(ctx, "serve.do.redispatch")
	case action == "answer" && v.Reanswer:
		return ui.T(ctx, "serve.do.answer.again")
	case action == "close" && v.Main != "close":
		return ui.T(ctx, "serve.do.close.other")
	}
	return ui.T(ctx, "serve.do."+action)
}
