package report

import (
	"shanzhi/models"
)

// sketch makes the figures of a dossier in one language: what is drawn, with every number and word, before anybody says
// on paper or on a page.
type sketch struct {
	tongue
	large    bool // the heads of large print
	annexed  bool // figures and tables of an annex sheet have numbers of their own
	disputed map[models.Competency]bool
	err      error // the first thing that went wrong
}

// fail keeps the first accident.
func (p *sketch) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}
