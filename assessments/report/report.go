// Package report puts the results of a period on paper: the competency report of a cadre, the service report of a unit
// with one annex sheet for each cadre, and that sheet alone.
//
// The drawing half is pure: a sealed dossier and a stamp in, the bytes of a PDF out, the same bytes for the same input.
package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/templates/i18n"
	"shanzhi/templates/pdf"
)

// Press draws reports. It is safe for many goroutines.
type Press struct {
	printer *pdf.Printer
	words   *i18n.Bundle
}

// New returns a press with the given faces and words.
func New(printer *pdf.Printer, words *i18n.Bundle) *Press {
	return &Press{printer: printer, words: words}
}

// Stamp is what a report says about itself: everything that is not in its dossier.
type Stamp struct {
	No         string // report number: SZ-2026H1-C-0173-01
	Lang       string // "zh-CN" or "en"; "" is zh-CN
	Serial     int    // 份号, printed with six digits
	Edition    int    // 0: the dossier's
	Stage      models.ReportStage
	VerifyURL  string    // address /v/{code}; the code after its last slash is printed beside the QR code
	Digest     string    // SHA-256 of the canonical dossier, hex
	CompiledAt time.Time // the day printed in the head
	Secrecy    string    // 内部 (the default) or 工作秘密; nothing above may be printed (red line 11)
	Letterhead string    // "" is the unit whose period it is
	DocNo      string    // 文号, may be ""
	MadeUp     bool      // the data are a demonstration's: every page says so
	Large      bool      // in large print, laid out anew with the same parts, figures and numbers

	foot footing // of a stamped copy
}

// Competency draws the competency report (干部能力素质报告) of one cadre.
//
// Faults: Invalid "report.undrawable" (name, rune) for a name that no face can draw, "report.secrecy" (word), and
// "report.unsound" (what) for a dossier whose tables do not add up.
func (pr *Press) Competency(d assessments.PersonDossier, s Stamp) ([]byte, error) {
	if err := soundPerson(d); err != nil {
		return nil, err
	}
	p, err := pr.begin("competency", s, heading{
		Period: d.Period, Edition: d.Edition, Subject: d.Person.Name, Names: personNames(d),
	})
	if err != nil {
		return nil, err
	}
	p.disputed = disputes(d.Objections)
	p.doc.Facts(p.personFacts(d), p.replaced(d, personParts))
	for _, part := range personParts {
		p.part(part)
		switch part {
		case "summary":
			p.personSummary(d)
		case "sources":
			p.sources(d)
		case "abilities":
			p.abilities(d)
		case "past":
			p.past(d)
		case "work":
			p.working(d.Cases, d.Load, d.Method.GroupSize)
		case "training":
			p.training(d)
		case "statement":
			p.statement(d.Period)
		case "objections":
			p.objections(d.Objections)
		case "method":
			p.personMethod(d)
		case "rights":
			p.rights("report.rights.person", d.Period)
		case "receipt":
			p.signOff("report.sign.person", s)
		}
	}
	return p.bytes()
}

// Service draws the service report (服务质量报告) of a unit, with one annex sheet for each cadre, by staff number.
//
// Faults as in Competency.
func (pr *Press) Service(d assessments.UnitDossier, s Stamp) ([]byte, error) {
	if err := soundUnit(d); err != nil {
		return nil, err
	}
	p, err := pr.begin("service", s, heading{
		Period: d.Period, Edition: d.Edition, Subject: d.Unit.Name, Names: unitNames(d),
	})
	if err != nil {
		return nil, err
	}
	p.doc.Facts(p.unitFacts(d), p.reissued(d))
	for _, part := range unitParts {
		p.part(part)
		switch part {
		case "basics":
			p.unitSummary(d)
		case "cases":
			p.unitCases(d.Cases)
		case "ratings":
			p.unitRatings(d)
		case "compare":
			p.compare(d)
		case "load":
			p.unitLoad(d)
		case "bad":
			p.bad(d)
		case "excluded":
			p.excluded(d)
		case "marks":
			p.marks(d)
		case "objections":
			p.unitObjections(d.Objections)
		case "method":
			p.unitMethod(d)
		case "rights":
			p.rights("report.rights.unit", d.Period)
		case "receipt":
			p.signOff("report.sign.unit", s)
		}
	}
	people := slices.Clone(d.Persons)
	slices.SortStableFunc(people, func(a, b assessments.AnnexPerson) int {
		return strings.Compare(a.Person.StaffNo, b.Person.StaffNo)
	})
	for _, a := range people {
		p.annex(a, d.Period)
	}
	return p.bytes()
}

// ServiceOfPerson draws the annex sheet of one cadre as a document of its own. Faults as in Competency.
func (pr *Press) ServiceOfPerson(d assessments.PersonDossier, s Stamp) ([]byte, error) {
	if err := soundPerson(d); err != nil {
		return nil, err
	}
	p, err := pr.begin("own_service", s, heading{
		Period: d.Period, Edition: d.Edition, Subject: d.Person.Name, Names: personNames(d),
	})
	if err != nil {
		return nil, err
	}
	p.disputed = disputes(d.Objections)
	p.doc.Facts(p.personFacts(d), p.replaced(d, ownParts))
	for _, part := range ownParts {
		p.part(part)
		switch part {
		case "own":
			p.ownFigures(d.Cases, d.Ratings)
		case "ratings":
			p.ratings(d.Ratings, "posts")
		case "work":
			p.loadOf(d.Load, d.Method.GroupSize, "person")
		case "objections":
			p.objections(d.Objections)
		case "method":
			p.ownMethod(d)
		case "rights":
			p.rights("report.rights.person", d.Period)
		case "receipt":
			p.signOff("report.sign.person", s)
		}
	}
	return p.bytes()
}

// The parts of each report, in order; their titles are report.part.*.
var (
	personParts = []string{
		"summary", "sources", "abilities", "past", "work", "training", "statement", "objections", "method", "rights",
		"receipt",
	}
	unitParts = []string{
		"basics", "cases", "ratings", "compare", "load", "bad", "excluded", "marks", "objections", "method", "rights",
		"receipt",
	}
	ownParts = []string{"own", "ratings", "work", "objections", "method", "rights", "receipt"}
)

// partOf is the number of a part, from 1.
func partOf(parts []string, name string) int { return slices.Index(parts, name) + 1 }

// heading is what the head of a report needs from its dossier.
type heading struct {
	Period  assessments.PeriodInfo
	Edition int
	Subject string
	Names   []string // everything written by people that must be drawn as it is
}

// begin checks every name, opens the document and draws the head.
func (pr *Press) begin(kind string, s Stamp, h heading) (*paper, error) {
	p := &paper{sketch: sketch{tongue: tongue{w: pr.words.Printer(s.Lang)}, large: s.Large}, printer: pr.printer}
	if s.Edition == 0 {
		s.Edition = h.Edition
	}
	secrecy, err := p.secrecy(s.Secrecy)
	if err != nil {
		return nil, err
	}
	letterhead := s.Letterhead
	if letterhead == "" {
		letterhead = h.Period.Operator
	}
	period := p.either(h.Period.Title, h.Period.TitleEN)
	names := append([]string{letterhead, s.DocNo, s.No, s.Digest, s.VerifyURL, period, h.Subject}, h.Names...)
	if err := p.drawable(names); err != nil {
		return nil, err
	}
	draft := ""
	if s.Stage != models.FinalStage {
		draft = p.say("report.draft")
	}
	if s.MadeUp {
		draft = strings.TrimSpace(p.say("report.made_up") + "　" + draft)
	}
	title := p.say("report.title." + kind)
	number := s.DocNo
	if number == "" {
		number = s.No
	}
	open, large := pr.printer.New, ""
	running := title + "　" + clip(h.Subject, 20)
	if s.Large {
		open, large = pr.printer.NewLarge, p.say("report.large")
	} else {
		running += "　" + p.clipPeriod(period) // in large print there is no room for it
	}
	p.doc = open(pdf.Meta{
		Title: title + " " + h.Subject, Author: letterhead, Subject: period, Keywords: s.No, Lang: p.w.Lang(),
		Created: s.CompiledAt.In(models.Zone),
	}, pdf.Frame{
		HeadLeft: running, HeadRight: clip(number, 40) + "　" + secrecy, Draft: draft,
		Continued: p.say("report.continued"),
		Footer:    pr.printer.Fonts().Visible(p.footer(s.foot, s.No, s.Digest)),
	})
	p.doc.Head(pdf.Head{
		Serial: fmt.Sprintf("%06d", s.Serial), Secrecy: secrecy,
		Edition:    p.say("report.edition", "k", s.Edition, "date", p.w.Date(s.CompiledAt)),
		Number:     p.say("report.number", "no", s.No),
		Letterhead: letterhead, DocNo: s.DocNo, Title: title, Large: large,
		Subtitle: p.subtitle(s, h.Subject, period),
	})
	if words := p.overtaken(s.foot); words != "" {
		p.doc.Replaced(words)
	}
	return p, nil
}

// subtitle is the period, in large print with the subject before it.
func (p *paper) subtitle(s Stamp, subject, period string) string {
	if s.Large {
		return subject + "　" + period
	}
	return p.say("report.subtitle", "period", period)
}

// secrecy returns the word in the head. Only 内部 and 工作秘密 may stand there.
func (t tongue) secrecy(word string) (string, error) {
	internal, work := t.say("report.secrecy.internal"), t.say("report.secrecy.work")
	switch word {
	case "", "内部", internal:
		return internal, nil
	case "工作秘密", work:
		return work, nil
	}
	return "", fault.New(fault.Invalid, "report.secrecy", "word", word)
}
