package assessments

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"

	"shanzhi/models"
)

// The dossiers below are what a report says, sealed: every figure that is printed stands here, so that a report can be
// compiled again from its dossier alone and gives the same bytes. Shares are 0…1, scores 0…100, days models.Date.
// Slices are in a fixed order that is never the order of an assessment figure.

// Interval is the range from Lo to Hi, in the unit of the figure it belongs to.
type Interval struct{ Lo, Hi float64 }

// PeriodInfo is the period as the reports name it.
type PeriodInfo struct {
	Code, Title, TitleEN      string
	Kind                      models.PeriodKind
	From, To, Cutoff          models.Date
	PreviewTo, ObjectionTo    models.Date
	ObjectionDays, AnswerDays int    // working days
	Operator                  string // name of the unit whose period it is: the letterhead
}

// SchemeInfo is the scheme with its published weights.
type SchemeInfo struct {
	Code, Title, TitleEN string
	Edition              int
	PublishedOn          models.Date
	DocNo                string `json:",omitempty"` // of the document it was published with
}

// PersonInfo is the cadre as of the end of the span.
type PersonInfo struct {
	ID, StaffNo, Name, Post, Class string
	Category                       models.Category
	Since                          models.Date // of the post
	UnitID, Unit, Manager          string
	CountedFrom, CountedTo         models.Date // part of the span in which a post was held
}

// UnitInfo is the unit a service report is about.
type UnitInfo struct {
	ID, Name, Code string
	Kind           models.UnitKind
	Parent         string // name of the superior unit
}

// State is what can be said of a competency; the values are those of stats.Band.
type State string

// The states. Above and Below are signals to check, not conclusions.
const (
	Insufficient   State = "insufficient"    // available weight under 60 %, or a source under its minimum
	SmallGroup     State = "small_group"     // too few people to compare with
	GroupAlike     State = "group_alike"     // differences within the group not beyond chance
	NoOverlap      State = "no_overlap"      // few others handle such matters: no comparison
	OwnImprovement State = "own_improvement" // reliability under 0.70: no comparison
	NoDifference   State = "no_difference"
	Above          State = "above"
	Below          State = "below"
)

// SourceResult is one source within a competency.
type SourceResult struct {
	Source       models.Source
	N, X, MinN   int
	Weight       int     // per cent within the competency
	Missing      bool    // not collected, or N under MinN
	Score, SE    float64 // as obtained, 0…100
	Reliability  float64
	Shrunk       float64 // shrunken towards the group
	GroupMean    float64
	Contribution float64 // weight·(Shrunk − GroupMean)/available weight, points
}

// CompetencyResult is one competency of one cadre.
type CompetencyResult struct {
	Competency       models.Competency
	State            State
	Mean, SE         float64
	I80, I95         Interval
	Reliability      float64
	AvailableWeight  int // per cent
	GroupMean        float64
	GroupLo, GroupHi float64 // 10th and 90th percentile of the group's shrunken estimates
	SameBand         float64 // share of 1,000 random weight sets in which the band stays the same
	ChanceSignals    float64 // expected number of chance signals in the group
	Sources          []SourceResult
}

// LevelRow is the ratings of one channel and mode: Counts of the levels 5, 4, 3, 2, 1. Channels are never pooled
// silently.
type LevelRow struct {
	Channel models.Channel
	Mode    models.RatingMode
	Counts  [5]int
}

// N returns the number of ratings of the row.
func (r LevelRow) N() int { return r.Counts[0] + r.Counts[1] + r.Counts[2] + r.Counts[3] + r.Counts[4] }

// RatingResult is residents' ratings of a cadre or a unit. Only batched ratings are in it (red line 6): Waiting says
// that fewer than five more wait for their batch, without saying how many.
type RatingResult struct {
	Invited, Unrated int  // invitations issued in the span; closed without a rating
	InvitedKnown     bool // false when no rating came by an invitation of this system
	N, Good          int  // valid ratings; levels 4–5
	Excluded         int
	Waiting          bool
	Rows             []LevelRow // by channel and mode
	Solved           [3]int     // the residents' answer: yes, partly, no
	Wilson           Interval   // of Good/N, shares; zero when N < 10
	Shrunk           float64    // posterior mean of the share of levels 4–5
	Shrunk95         Interval
	BoundLo, BoundHi float64  // share if all unrated were dissatisfied / satisfied
	Comments         []string // at least five or none; shuffled by a stored seed; names, numbers and dates masked
	CommentsN        int      // ratings with text, 0 when fewer than five
	Pressure         int      // reports that somebody asked for a good rating (units only)

	// Share of levels 4–5 weighted by inverse response (units only), from how many cells; 0 of them = not reckoned.
	Weighted    float64 `json:",omitempty"`
	WeightCells int     `json:",omitempty"`
}

// FamilyRow is the cases of one family. Asked are the closed cases that could be solved: all but withdrawn, not
// accepted and passed on.
type FamilyRow struct {
	Family                        models.Family
	Closed, OnTime, Solved, Asked int
	MedianDays, P90Days           float64 // working days from receipt to closing
}

// AgeRow is the open cases of one class of age in calendar days, oldest class first.
type AgeRow struct {
	Class           string // ">90", "61-90", "31-60", "16-30", "8-15", "<=7"
	Within, Overdue int
}

// CaseResult is the cases of a cadre or a unit in the span.
type CaseResult struct {
	CarriedIn, Received, Closed, Open, Excluded int
	Outcomes                                    map[models.Outcome]int // of the closed
	OnTime                                      int
	Reopened                                    int // closed cases reopened at least once
	Solved, Asked                               int // solved and not reopened, of those that could be solved
	OnTimeWilson, SolvedWilson                  Interval
	Families                                    []FamilyRow
	Ages                                        []AgeRow
}

// MixRow is one family of matters among the cases that could be solved: shares of the own cases and of the group's,
// and the share that the group solves of it.
type MixRow struct {
	Family              models.Family
	N                   int
	Own, Group, Typical float64
}

// MixResult is the share of solved cases had everyone handled the same mix of matters. Not Adjusted where less than
// 80 % of the cases are Covered: of a family that at least two others of the group handle too.
type MixResult struct {
	Families []MixRow // in the order of the reports
	X, N     int      // solved, of those that could be solved
	Covered  float64
	Adjusted bool
	Mean     float64  // standardised share; only where Adjusted
	I95      Interval // credible
}

// MixMethod is the model behind MixResult: the standard deviation between people in logits, and the test of it.
type MixMethod struct {
	Groups       int
	Sigma, LR2   float64
	NoDifference bool
}

// MonthLoad is the load of one month against the comparable group: cases closed.
type MonthLoad struct {
	Month          string // 2026-07
	Own            float64
	Lo, Median, Hi float64 // 10th percentile, median, 90th percentile of the group
}

// QuizResult is one quiz of one cadre in the span. Hours stand nowhere (red line 2).
type QuizResult struct {
	Course, CourseEN string
	Attempts         int
	First, Best      float64 // 0…100
	Passed           bool
	PassedOn         models.Date
	FirstN, FirstX   int // questions of the first finished attempt, right ones
}

// Suggestion is a course suggested by a weak competency or a frequent reason; it needs a human's approval.
type Suggestion struct {
	Course, CourseEN, CourseCode string
	For                          models.Competency
}

// ObjectionInfo is one objection as the report prints it; Old and New are the means before and after a correction.
type ObjectionInfo struct {
	No             string
	Item           models.Competency
	FiledOn, DueOn models.Date
	Answered       bool
	Corrected      bool
	AnsweredOn     models.Date
	Answer         string
	Old, New       *float64
}

// Prior is how a source was shrunken: group size, parameters and what the test of differences said.
type Prior struct {
	Source       models.Source
	Groups       int // people with evidence
	Alpha, Beta  float64
	Weak         bool // fixed weak prior: fewer than 20 people
	NoDifference bool // variance between people not above the binomial one
	Phi, Tau2    float64
}

// Method is what the note on method prints.
type Method struct {
	GroupSize   int
	Threshold   float64 // posterior probability of a signal
	Rankability map[models.Competency]float64
	Priors      []Prior
	CalendarOK  bool       // holidays of all years of the span were known
	Mix         *MixMethod `json:",omitempty"` // nil where solved cases were not adjusted
}

// PersonDossier is everything the reports say about one cadre.
type PersonDossier struct {
	Format       int // 1
	Edition      int
	Period       PeriodInfo
	Scheme       SchemeInfo
	Person       PersonInfo
	Competencies []CompetencyResult
	Ratings      RatingResult
	Cases        CaseResult
	Mix          *MixResult   `json:",omitempty"`
	Trend        *TrendResult `json:",omitempty"` // nil without ratings, and in a dossier of before it was sealed
	Load         []MonthLoad
	Quizzes      []QuizResult
	Suggestions  []Suggestion
	Objections   []ObjectionInfo
	Replaces     string // what an edition above 1 corrected
	Method       Method
}

// FunnelPoint is a unit in the comparison: never named but the own one.
type FunnelPoint struct {
	N   int
	P   float64
	Own bool
}

// Funnel is a comparison of units of the same kind by one proportion.
type Funnel struct {
	Figure           string // good (levels 4–5) or solved
	Points           []FunnelPoint
	Theta, Phi, Tau2 float64
	Exact            bool // fewer than 10 units: plain exact limits, no over-dispersion estimated
	NotPlotted       int  // units under 10
	Out95, Out998    int
	Own95, Own998    Interval // limits at the own denominator
}

// AnnexPerson is the annex sheet of one cadre of the unit.
type AnnexPerson struct {
	Person  PersonInfo
	Ratings RatingResult
	Cases   CaseResult
	Load    []MonthLoad
}

// UnitDossier is everything the service report says about one unit.
type UnitDossier struct {
	Format     int // 1
	Edition    int
	Replaces   string `json:",omitempty"` // NameCorrected where an edition above 1 puts a name right, else ""
	Period     PeriodInfo
	Unit       UnitInfo
	Ratings    RatingResult
	Cases      CaseResult
	Load       []MonthLoad // cases per person on duty
	OnDuty     int         // people with a post at the unit at the end of the span
	Funnels    []Funnel
	Objections []ObjectionInfo // of its cadres, without names
	Persons    []AnnexPerson   // by staff number
	Method     Method
	Handled    *HandledResult `json:",omitempty"` // nil in a dossier of before it was sealed
	LeftOut    *LeftOutResult `json:",omitempty"` // likewise
	Marks      *MarkResult    `json:",omitempty"` // likewise
	Trend      *TrendResult   `json:",omitempty"` // likewise; nil without ratings, too
}

// Canonical returns the canonical JSON of a dossier and its SHA-256 in hex: keys sorted, no spaces, floats rounded to
// six decimals, so that the same evidence has the same digest on every machine.
func Canonical(dossier any) (body []byte, digest string, err error) {
	raw, err := json.Marshal(dossier)
	if err != nil {
		return nil, "", fmt.Errorf("encode dossier: %w", err)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		return nil, "", fmt.Errorf("decode dossier: %w", err)
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(rounded(tree)); err != nil {
		return nil, "", fmt.Errorf("encode dossier: %w", err)
	}
	body = bytes.TrimSpace(out.Bytes())
	sum := sha256.Sum256(body)
	return body, hex.EncodeToString(sum[:]), nil
}

// rounded rounds every number that is not whole to six decimals; maps come out of json with sorted keys.
func rounded(v any) any {
	switch x := v.(type) {
	case map[string]any:
		for k, e := range x {
			x[k] = rounded(e)
		}
	case []any:
		for i, e := range x {
			x[i] = rounded(e)
		}
	case json.Number:
		if _, err := x.Int64(); err == nil {
			return x
		}
		f, err := x.Float64()
		if err != nil {
			return x
		}
		return json.Number(fmt.Sprintf("%.6f", math.Round(f*1e6)/1e6))
	}
	return v
}
