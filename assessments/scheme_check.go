package assessments

import (
	"slices"
	"unicode/utf8"

	"shanzhi/models"
	"shanzhi/models/fault"
)

// bounds of a line: below ten trials a share is no evidence (STATISTICS), and a group of fewer than five is no ballot.
const (
	leastTrials = 10
	leastBallot = 5
	mostTrials  = 1000
)

// leastN is the least number with which a source may count.
func leastN(src models.Source) int {
	if Collected(src) {
		return leastTrials
	}
	return leastBallot
}

// checkScheme says what is wrong with a draft: weights of a competency add up to 100, no source stands twice in one,
// and there is something to assess. A competency without a line is left out.
func checkScheme(in SchemeInput) (bad []fault.Field) {
	bad = checkTexts(in)
	if len(in.Sources) == 0 {
		return append(bad, fault.On("scheme", "assess.scheme_empty"))
	}
	sum, first := map[models.Competency]int{}, map[models.Competency]string{}
	seen := map[string]bool{}
	for _, l := range in.Sources {
		bad = append(bad, checkLine(l, seen)...)
		sum[l.Competency] += l.Weight
		if first[l.Competency] == "" {
			first[l.Competency] = l.Field("weight")
		}
	}
	for _, c := range models.Competencies() {
		if first[c] != "" && sum[c] != 100 {
			bad = append(bad, fault.On(first[c], "assess.scheme_sum", "sum", sum[c]))
		}
	}
	return bad
}

func checkTexts(in SchemeInput) (bad []fault.Field) {
	switch n := utf8.RuneCountInString(in.Title); {
	case n == 0:
		bad = append(bad, fault.On("title", "form.required"))
	case n > 100:
		bad = append(bad, fault.On("title", "form.too_long", "max", 100))
	}
	if utf8.RuneCountInString(in.TitleEN) > 200 {
		bad = append(bad, fault.On("title_en", "form.too_long", "max", 200))
	}
	if utf8.RuneCountInString(in.Note) > 500 {
		bad = append(bad, fault.On("note", "form.too_long", "max", 500))
	}
	return bad
}

func checkLine(l SourceInput, seen map[string]bool) (bad []fault.Field) {
	key := string(l.Competency) + " " + string(l.Source)
	switch {
	case !slices.Contains(models.Sources(), l.Source) || !slices.Contains(models.Competencies(), l.Competency):
		bad = append(bad, fault.On(l.Field("source"), "form.choice"))
	case seen[key]:
		bad = append(bad, fault.On(l.Field("source"), "assess.scheme_twice"))
	}
	seen[key] = true
	if l.Weight < 1 || l.Weight > 100 {
		bad = append(bad, fault.On(l.Field("weight"), "assess.scheme_weight"))
	}
	if least := leastN(l.Source); l.MinN < least || l.MinN > mostTrials {
		bad = append(bad, fault.On(l.Field("min"), "assess.scheme_min", "min", least, "max", mostTrials))
	}
	return bad
}
