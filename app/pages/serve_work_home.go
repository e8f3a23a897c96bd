package pages

import (
	"context"

	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/policy"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// duty is something that waits for a role: how many, where, and under which words.
type duty struct {
	key, href string
	n         int
}

// serveWorkHome is the part of the home page for supervisors, leaders, interviewers and assisting parties. The first
// duty with something waiting is the sentence, the others are lines.
func (p *Pages) serveWorkHome(ctx context.Context, actor models.Actor) (*view.Hero, []view.HomeLine, error) {
	if !policy.May(actor, policy.CaseSee) {
		return nil, nil, nil
	}
	duties, err := p.serveDuties(ctx, actor)
	if err != nil {
		return nil, nil, err
	}
	var hero *view.Hero
	var lines []view.HomeLine
	for _, d := range duties {
		switch {
		case d.n == 0:
		case hero == nil && d.key != "recheck": // a handler's sentence is about his cases in hand
			hero = &view.Hero{
				Sentence: ui.TN(ctx, "serve.home.hero."+d.key, d.n), Href: d.href,
				Button: ui.T(ctx, "serve.home.go."+d.key),
			}
		default:
			lines = append(lines, view.HomeLine{
				Title: ui.T(ctx, "serve.home.go."+d.key), Href: d.href, Right: ui.TN(ctx, "serve.home.n", d.n),
			})
		}
	}
	if hero == nil && (actor.Has(models.RoleInterviewer) || actor.Has(models.RoleSocial)) {
		hero = serveIdle(ctx, actor)
	}
	return hero, lines, nil
}

// serveIdle is the sentence of an interviewer or provider for whom nothing waits.
func serveIdle(ctx context.Context, actor models.Actor) *view.Hero {
	if actor.Has(models.RoleInterviewer) {
		return &view.Hero{
			Sentence: ui.T(ctx, "serve.home.idle.calls"), Href: "/serve/calls",
			Button: ui.T(ctx, "serve.home.go.calls"), Urgency: view.Idle,
		}
	}
	return &view.Hero{
		Sentence: ui.T(ctx, "serve.home.idle.parts"), Button: ui.T(ctx, "serve.home.go.cases"), Href: "/serve",
		Urgency: view.Idle,
	}
}

// serveDuties counts what waits for the actor in each of his roles.
func (p *Pages) serveDuties(ctx context.Context, actor models.Actor) ([]duty, error) {
	var out []duty
	if policy.May(actor, policy.LoopSee) {
		for _, s := range []models.LoopState{models.LoopVerify, models.LoopReview} {
			found, err := p.Ratings.Loops(ctx, actor, ratings.LoopFilter{State: s, Size: 1})
			if err != nil {
				return nil, err
			}
			out = append(out, duty{string(s), "/serve/loops?state=" + string(s), found.Total})
		}
	}
	if policy.May(actor, policy.CaseDecide) {
		found, err := p.Cases.Requests(ctx, actor, false, 1, 1)
		if err != nil {
			return nil, err
		}
		out = append(out, duty{"requests", "/serve/requests", found.Total})
	}
	if policy.May(actor, policy.CallMake) {
		found, err := p.Ratings.Calls(ctx, actor, 1, 1)
		if err != nil {
			return nil, err
		}
		out = append(out, duty{"calls", "/serve/calls", found.Total})
	}
	counts, err := p.Cases.Counts(ctx, actor, cases.Filter{Mark: cases.Assisting}, cases.Filter{Mark: cases.ToRecheck})
	if err != nil {
		return nil, err
	}
	for i, m := range []cases.Mark{cases.Assisting, cases.ToRecheck} {
		out = append(out, duty{string(m), "/serve?state=all&mark=" + string(m), counts[i]})
	}
	return out, nil
}
