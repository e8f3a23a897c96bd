package report

import (
	"slices"
	"strconv"

	"shanzhi/assessments"
)

// replaced is the sentence of an edition above the first: what was corrected and where the values before and after
// stand, or that an objection was answered and the figures are what they were.
func (p *paper) replaced(d assessments.PersonDossier, parts []string) string {
	if d.Edition < 2 {
		return ""
	}
	args := []any{"k", d.Edition - 1, "part", p.partNumber(parts, "objections")}
	at := slices.IndexFunc(d.Objections, func(o assessments.ObjectionInfo) bool { return o.No == d.Replaces })
	answered := slices.ContainsFunc(d.Objections, func(o assessments.ObjectionInfo) bool { return o.Answered })
	switch {
	case d.Replaces == assessments.NameCorrected:
		return p.say("report.replaces.name", args...)
	case at >= 0:
		return p.say("report.replaces.objection", append(args, "item", p.competency(d.Objections[at].Item))...)
	case d.Replaces != "":
		return p.say("report.replaces", append(args, "what", p.printer.Fonts().Visible(d.Replaces))...)
	case answered:
		return p.say("report.replaces.upheld", args...)
	}
	return p.say("report.replaces.plain", args...)
}

// reissued is that sentence of a unit: its dossier is written again when an objection of one of its cadres is answered.
func (p *paper) reissued(d assessments.UnitDossier) string {
	if d.Edition < 2 {
		return ""
	}
	args := []any{"k", d.Edition - 1, "part", p.partNumber(unitParts, "objections")}
	if d.Replaces == assessments.NameCorrected {
		return p.say("report.replaces.name", args...)
	}
	if d.Replaces == assessments.MarkDecided {
		return p.say("report.replaces.mark", "k", d.Edition-1, "part", p.partNumber(unitParts, "marks"))
	}
	if slices.ContainsFunc(d.Objections, func(o assessments.ObjectionInfo) bool { return o.Answered }) {
		return p.say("report.replaces.unit", args...)
	}
	return p.say("report.replaces.plain", args...)
}

// partNumber is the number of a part as its heading writes it.
func (p *paper) partNumber(parts []string, name string) string {
	n := partOf(parts, name)
	if p.english() {
		return strconv.Itoa(n)
	}
	return numeral(n)
}
