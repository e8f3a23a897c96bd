package assessments

import (
	"shanzhi/assessments/ratings"
	"shanzhi/models"
)

// What the service report says of a unit beyond its cases and ratings. Dossiers sealed before these were counted do not
// have them, and their reports say so.

// OtherReason is the row of bad ratings without a reason, and of those put together.
const OtherReason = ratings.OtherReason

// Reasons lists the codes of what a resident may tick, in the order of the rating page.
func Reasons() []string { return ratings.Reasons() }

// HandledRow is how far bad ratings have been looked into and put right; see ratings.Handled.
type HandledRow struct {
	Reason       string `json:",omitempty"` // code of what was ticked; "" in the total
	Received     int
	True, Partly int
	Untrue       int
	LeftOut      int // mistaken or malicious
	Pending      int // not verified at the sealing
	InTime, Late int // put right, of true and partly
	Open         int // not put right, of true and partly
	Again        int // rated again
	Improved     int // of those: level 3 or higher
}

// HandledResult is the bad ratings of a unit. A reason with fewer than five has no row of its own (red line 6).
type HandledResult struct {
	Total  HandledRow
	Rows   []HandledRow `json:",omitempty"` // by reason; none where they would tell who rated
	NoLoop int          // valid bad ratings that could not be verified one by one
	Merged bool         // some reasons were put together
	Told   bool         // InTime, Late and Open are given; else they might tell who rated
}

// LeftOutRow is what is not counted for one kind of reason, and how much of it by the word of two persons.
type LeftOutRow struct {
	Kind     string
	N, ByTwo int
}

// LeftOutResult is what is not counted of a unit's ratings and cases.
type LeftOutResult struct {
	Ratings []LeftOutRow `json:",omitempty"`
	Cases   []LeftOutRow `json:",omitempty"`
}

// What a human finds of a mark. Either changes no figure; an exclusion takes its own way, with a second person.
const (
	MarkKept   = "kept"   // looked into, the data stand (保留)
	MarkPassed = "passed" // handed to somebody to inquire (移交核查)
)

// MarkFindings lists them in the order of the form.
func MarkFindings() []string { return []string{MarkKept, MarkPassed} }

// MarkRow is one integrity mark (数据疑点) of a unit, as ratings.Mark, with what a human has found. It names nobody.
type MarkRow struct {
	Kind    string
	N, Of   int
	Month   string      `json:",omitempty"`
	Usual   float64     `json:",omitempty"`
	Finding string      `json:",omitempty"` // one of MarkFindings, "" while nobody has looked
	Reason  string      `json:",omitempty"`
	FoundOn models.Date `json:",omitempty"`
}

// MarkResult is the integrity marks of a unit.
type MarkResult struct {
	Rows []MarkRow `json:",omitempty"` // in a fixed order of kinds
}
