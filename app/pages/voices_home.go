package pages

import (
	"context"

	"shanzhi/models"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// voicesHome tells supervisors on the home page what residents have entrusted to them alone.
func (p *Pages) voicesHome(ctx context.Context, actor models.Actor) (*view.Hero, []view.HomeLine, error) {
	tips, err := p.Cases.TipsWaiting(ctx, actor)
	if err != nil {
		return nil, nil, err
	}
	leaks, err := p.Ratings.LeaksWaiting(ctx, actor)
	if err != nil {
		return nil, nil, err
	}
	checks, err := p.Ratings.ChecksWaiting(ctx, actor)
	if err != nil {
		return nil, nil, err
	}
	signals, err := p.Ratings.SignalsWaiting(ctx, actor)
	if err != nil {
		return nil, nil, err
	}
	w := ui.P(ctx)
	var lines []view.HomeLine
	if tips > 0 {
		lines = append(lines, view.HomeLine{
			Title: w.T("tip.home"), Href: "/serve/tips", Right: w.TN("serve.home.n", tips),
		})
	}
	if leaks > 0 {
		lines = append(lines, view.HomeLine{
			Title: w.T("leak.home"), Href: "/serve/leaks", Right: w.TN("serve.home.n", leaks),
		})
	}
	if signals > 0 {
		lines = append(lines, view.HomeLine{
			Title: w.T("signal.home"), Href: signalsPath, Right: w.TN("serve.home.n", signals),
		})
	}
	if checks > 0 {
		lines = append(lines, view.HomeLine{
			Title: w.T("paper.check.home"), Href: checksPath, Right: w.TN("serve.home.n", checks),
		})
	}
	return nil, lines, nil
}
