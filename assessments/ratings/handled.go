package ratings

import (
	"slices"
	"strings"

	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/models"
)

// OtherReason is where bad ratings without a reason go, and those whose reason fewer than five have named.
const OtherReason = "other"

// fewest is the number of bad ratings below which a reason has no row of its own.
const fewest = 5

// Handled is how far bad ratings have been looked into and put right, as counts.
//
// Received = True + Partly + Untrue + LeftOut + Pending and, where it is told, True + Partly = InTime + Late + Open.
type Handled struct {
	Reason       string // "" = of all
	Received     int    // valid bad ratings with a loop, and those left out
	True, Partly int    // found so
	Untrue       int
	LeftOut      int // mistaken or malicious, by two persons
	Pending      int // not verified
	InTime, Late int // put right by its deadline, after it
	Open         int // not put right
	Again        int // rated again, the rating in a batch
	Improved     int // of those: level 3 or higher
}

// HandledUnit is the bad ratings of one unit. Red line 6 shapes it: rows hold five or more each, or there are none, as
// a reason that fewer have named might tell who rated; and as a handler knows which of the cases sent to him he
// answered late, it is told how many were put right in time only where of each kind at least half were drawn by chance.
type HandledUnit struct {
	Total  Handled
	Rows   []Handled // by reason, in the order of the form, OtherReason last
	NoLoop int       // valid bad ratings that are about no case, or came by an import too late to be verified
	Merged bool      // some reasons were put together
	Told   bool      // InTime, Late and Open are given
}

// HandledTx counts what became of the bad ratings of a span, both days included, by unit, as of today. Only ratings in
// a batch count, and those left out (red line 6).
func (s *Service) HandledTx(tx *gorm.DB, from, to, today models.Date) (map[string]*HandledUnit, error) {
	rows, err := handledTx(tx, from, to)
	if err != nil {
		return nil, err
	}
	steps, err := stepDaysTx(tx, from, to)
	if err != nil {
		return nil, err
	}
	again, err := againRatedTx(tx, from, to)
	if err != nil {
		return nil, err
	}
	checks, err := checksTx(tx, from, today)
	if err != nil {
		return nil, err
	}
	presets, err := cases.PresetsTx(tx)
	if err != nil {
		return nil, err
	}
	by := map[string]*handling{}
	for _, r := range rows {
		r.days, r.again = steps[r.LoopID], again[r.LoopID]
		if r.RecheckDue == "" && r.days.verified != "" {
			r.settleBy = s.days.Add(r.days.verified, presets[cases.RecheckDays])
		}
		handlingOf(by, r.UnitID).add(r, today)
	}
	for _, c := range checks {
		if h := by[c.UnitID]; h != nil {
			h.chance[c.pace(today)]++
		}
	}
	out := make(map[string]*HandledUnit, len(by))
	for id, h := range by {
		out[id] = h.finish()
	}
	return out, nil
}

// handling is the bad ratings of one unit while they are counted.
type handling struct {
	HandledUnit
	reasons map[string]*Handled
	sent    [paces]int // to handlers, after a bad rating
	chance  [paces]int // to handlers, by chance
}

func handlingOf(by map[string]*handling, unit string) *handling {
	h := by[unit]
	if h == nil {
		h = &handling{reasons: map[string]*Handled{}}
		by[unit] = h
	}
	return h
}

func (h *handling) add(r handledRow, today models.Date) {
	if r.LoopID == "" {
		h.NoLoop++
		return
	}
	if r.RecheckDue != "" && !r.Excluded {
		h.sent[r.pace(today)]++
	}
	reason := firstReason(r.Reasons)
	if h.reasons[reason] == nil {
		h.reasons[reason] = &Handled{Reason: reason}
	}
	one := r.handled(today)
	h.reasons[reason].add(one)
	h.Total.add(one)
}

// finish leaves out what might tell who rated.
func (h *handling) finish() *HandledUnit {
	u := h.HandledUnit
	u.Rows, u.Merged = apartReasons(h.reasons)
	u.Told = u.Total.Received >= fewest
	for at, n := range h.sent {
		u.Told = u.Told && h.chance[at] >= n
	}
	if !u.Told {
		u.Total.untold()
		for i := range u.Rows {
			u.Rows[i].untold()
		}
	}
	return &u
}

func (h *Handled) untold() { h.InTime, h.Late, h.Open = 0, 0, 0 }

// firstReason is the reason under which a rating is counted: the first that was ticked.
func firstReason(reasons string) string {
	first, _, _ := strings.Cut(reasons, ",")
	if first == "" {
		return OtherReason
	}
	return first
}

func (h *Handled) add(o Handled) {
	h.Received, h.True, h.Partly, h.Untrue = h.Received+o.Received, h.True+o.True, h.Partly+o.Partly, h.Untrue+o.Untrue
	h.LeftOut, h.Pending = h.LeftOut+o.LeftOut, h.Pending+o.Pending
	h.InTime, h.Late, h.Open = h.InTime+o.InTime, h.Late+o.Late, h.Open+o.Open
	h.Again, h.Improved = h.Again+o.Again, h.Improved+o.Improved
}

// handled counts one bad rating.
func (r handledRow) handled(today models.Date) Handled {
	h := Handled{Received: 1}
	switch {
	case r.Excluded:
		h.LeftOut = 1
		return h
	case r.State == models.LoopVerify || r.State == models.LoopReview:
		h.Pending = 1
		return h
	case r.Finding == FoundTrue:
		h.True = 1
	case r.Finding == FoundPartly:
		h.Partly = 1
	case r.Finding == FoundUntrue:
		h.Untrue = 1
	default:
		h.Pending = 1
		return h
	}
	if r.again > 0 {
		h.Again = 1
		if r.again > bad {
			h.Improved = 1
		}
	}
	if h.Untrue == 1 {
		return h
	}
	switch r.pace(today) {
	case inTime:
		h.InTime = 1
	case late:
		h.Late = 1
	default:
		h.Open = 1
	}
	return h
}

// pace is whether a matter was put right, and when.
type pace uint8

const (
	stillOpen pace = iota
	inTime
	late
)

// paces is how many there are.
const paces = 3

// pace goes by the handler's answer, where he had a plan by its day too, or by the supervisor who settled it himself.
func (r handledRow) pace(today models.Date) pace {
	on, done := r.RepliedOn, r.RepliedOn != "" && r.PlanOn <= today
	if r.RepliedOn == "" {
		on, done = r.days.settled, r.days.settled != ""
	}
	switch {
	case !done:
		return stillOpen
	case on <= max(r.RecheckDue, r.settleBy):
		return inTime
	}
	return late
}

// apartReasons merges reasons that fewer than five have named, and where these are fewer than five together the
// smallest others too, as the total less the rows would tell them. Of fewer than five in all, or where nothing is left
// to tell apart, there are no rows.
func apartReasons(by map[string]*Handled) (rows []Handled, merged bool) {
	other := Handled{Reason: OtherReason}
	for _, reason := range Reasons() {
		if h := by[reason]; h != nil && h.Received >= fewest {
			rows = append(rows, *h)
		}
	}
	for reason, h := range by {
		if reason == OtherReason || h.Received < fewest {
			other.add(*h)
			merged = merged || reason != OtherReason
		}
	}
	for other.Received > 0 && other.Received < fewest && len(rows) > 0 {
		least := 0
		for i, r := range rows {
			if r.Received < rows[least].Received {
				least = i
			}
		}
		other.add(rows[least])
		rows, merged = slices.Delete(rows, least, least+1), true
	}
	if len(rows) == 0 {
		return nil, merged
	}
	if other.Received > 0 {
		rows = append(rows, other)
	}
	return rows, merged
}
