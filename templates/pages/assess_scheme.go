package pages

import (
	"context"

	"shanzhi/templates/ui"
)

func schemeCrumbs(ctx context.Context, v SchemeView) []ui.Crumb {
	if v.Back == "" {
		return []ui.Crumb{{Text: ui.T(ctx, "nav.me"), Href: "/me"}, {Text: v.Title}}
	}
	return []ui.Crumb{{Text: ui.T(ctx, "nav.assess"), Href: v.Back}, {Text: v.Title}}
}

func schemeHeads(ctx context.Context) []string {
	return []string{
		ui.T(ctx, "assess.competency"), ui.T(ctx, "assess.source"), ui.T(ctx, "assess.source.weight"),
		ui.T(ctx, "assess.source.min"), ui.T(ctx, "assess.source.state"),
	}
}
