// Package pages holds the handlers: one file per page. A handler reads the request, calls one door, and shows the
// result.
package pages

import (
	"context"
	"sync"
	"time"

	"shanzhi/app/accounts"
	"shanzhi/app/onboard"
	"shanzhi/app/web"
	"shanzhi/assessments"
	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/assessments/report"
	"shanzhi/courses"
	"shanzhi/courses/class"
	"shanzhi/courses/quiz"
	"shanzhi/courses/trainer"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/clock"
	"shanzhi/models/queue"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// Deps are the doors and settings that handlers use.
type Deps struct {
	Clock    clock.Clock
	Accounts *accounts.Service
	Courses  *courses.Service
	Quiz     *quiz.Service
	Trainer  *trainer.Service
	Classes  *class.Service
	Cases    *cases.Service
	Ratings  *ratings.Service

	Assessments *assessments.Service
	Reports     *report.Ledger
	Figures     *report.Press // draws the figures of dossiers
	Onboard     *onboard.Service
	Jobs        Jobs
	Queue       *queue.Queue
	Seals       *audit.Sealer

	// Slips sets a sheet of slips as a PDF to be printed; nil where there is no press.
	Slips func(words *i18n.Printer, sheet view.SlipSheet, now time.Time) ([]byte, error)

	// Tour returns what the guided tour of a demonstration names; nil where the data is real.
	Tour func(ctx context.Context) (map[string]string, error)
	Base string // address of the site without a path, for links on paper: "https://shanzhi.example.gov.cn"
}

// Pages are the handlers of the house.
type Pages struct {
	Deps
	homeParts []HomePart
	samples   sync.Map // view.GalleryView by language and place: made-up figures, drawn once
}

// New returns the handlers over their doors.
func New(d Deps) *Pages { return &Pages{Deps: d} }

// SiteOf lets the kernel ask accounts for the identity of the site.
func SiteOf(a *accounts.Service) func(ctx context.Context) (web.Site, error) {
	return func(ctx context.Context) (web.Site, error) {
		s, err := a.Site(ctx)
		return web.Site{
			Site: ui.Site{Name: s.Name, Organizer: s.Organizer, Support: s.Support, Phone: s.Phone, Filing: s.Filing},
			Demo: s.Demo,
		}, err
	}
}

// options makes choices of values whose words are prefix + value, the first one empty with the given word ("" = none).
func options[T ~string](p *i18n.Printer, values []T, prefix, empty string) []ui.Option {
	out := make([]ui.Option, 0, len(values)+1)
	if empty != "" {
		out = append(out, ui.Option{Text: p.T(empty)})
	}
	for _, v := range values {
		out = append(out, ui.Option{Value: string(v), Text: p.T(prefix + string(v))})
	}
	return out
}

// unitOptions makes choices of units, each shifted by how deep it lies below the first.
func unitOptions(p *i18n.Printer, units []models.Unit, empty string) []ui.Option {
	out, names := []ui.Option{{Text: p.T(empty)}}, unitNames(units)
	for i, l := range unitLines(units) {
		out = append(out, ui.Option{Value: l.ID, Text: indent(l.Depth) + names[i]})
	}
	return out
}
