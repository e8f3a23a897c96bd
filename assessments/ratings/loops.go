package ratings

import (
	"fmt"
	"strings"

	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// The loop of a bad rating: verified by somebody of another unit, sent to the handler, put right, the resident called
// back, rated again. Red line 6 shapes it:
//
//   - A loop is read by supervisors and interviewers apart from the handler's unit alone, by grant and by post.
//   - What the handler gets is a recheck of the matter. Rechecks come in sets in which at least two of three, and never
//     less than half, are cases drawn by chance whose residents rated well or not at all; sets of such cases alone come
//     too, so that the arrival of a set tells nothing. Words and deadline are the same for all.
//   - A case is sent once. A second bad rating of it is settled by the supervisor, for cases drawn by chance are never
//     sent twice.
//   - Loops have random ids and days for times, so that nothing leads from a loop to the minute of a rating.

// What a supervisor finds.
const (
	FoundTrue      = "true"
	FoundPartly    = "partly"
	FoundUntrue    = "untrue"
	FoundMistaken  = "mistaken"  // the resident meant another level, or another matter
	FoundMalicious = "malicious" // proven, not supposed
)

// Findings lists what a supervisor may find, in the order of the form.
func Findings() []string {
	return []string{FoundTrue, FoundPartly, FoundUntrue, FoundMistaken, FoundMalicious}
}

// leftOut reports whether a finding would leave the rating out, which a second person decides.
func leftOut(finding string) bool { return finding == FoundMistaken || finding == FoundMalicious }

// Steps of a loop, as its history names them.
const (
	StepOpened    = "opened"
	StepDrawn     = "drawn"
	StepVerified  = "verified"
	StepProposed  = "proposed"   // to leave the rating out
	StepLeftOut   = "left_out"   // a second person agreed
	StepKept      = "kept"       // a second person did not
	StepSent      = "sent"       // to the handler
	StepReplied   = "replied"    // by the handler
	StepSettled   = "settled"    // by the supervisor himself
	StepMissed    = "missed"     // a call that reached nobody
	StepCalled    = "called"     // the resident answered
	StepGaveUp    = "gave_up"    // nobody was reached
	StepRated     = "rated"      // again
	StepNotRated  = "not_rated"  // the invitation was not used
	StepAwaitPlan = "await_plan" // the handler has a plan with a date
)

// LoopSteps lists the steps of loops.
func LoopSteps() []string {
	return []string{
		StepOpened, StepDrawn, StepVerified, StepProposed, StepLeftOut, StepKept, StepSent, StepReplied, StepSettled,
		StepMissed, StepCalled, StepGaveUp, StepRated, StepNotRated, StepAwaitPlan,
	}
}

// LoopStates lists the states of loops in order.
func LoopStates() []models.LoopState {
	return []models.LoopState{
		models.LoopVerify, models.LoopReview, models.LoopSend, models.LoopRight, models.LoopCall, models.LoopAgain,
		models.LoopDone,
	}
}

// openLoops are every state but done: named, so that an index leads to the few that wait.
func openLoops() []models.LoopState {
	all := LoopStates()
	return all[:len(all)-1]
}

// LoopOrigins lists why matters are looked into again.
func LoopOrigins() []models.LoopOrigin {
	return []models.LoopOrigin{models.LoopRating, models.LoopSample, models.LoopCheck}
}

const (
	bad       = 2  // the highest level of a bad rating
	loopDays  = 30 // a bad rating older than this, come by an import, opens no loop
	mostCalls = 3  // that reach nobody, before it is given up
	maxStep   = 1000
)

// apartTx is the loops, as l, with their cases, as c, that the actor may see for an action: within his reach, of cases
// that he sees, and never of a unit to which he belongs by a grant or a post, nor of his own.
func apartTx(tx *gorm.DB, who models.Actor, do policy.Action, today models.Date) *gorm.DB {
	q := cases.SeenTx(tx, who).Joins("JOIN rating_loops l ON l.case_id = c.id")
	reach := policy.Scope(who, do)
	if reach.All {
		return q
	}
	within, args := reach.Below("u.path")
	q = q.Where(within, args...)
	own := []string{""} // an empty list is no SQL
	for _, g := range who.Grants {
		own = append(own, g.UnitID)
	}
	held := "SELECT p.unit_id FROM posts AS p WHERE p.person_id = ? AND p.valid_from <= ? " +
		"AND (p.valid_to = '' OR p.valid_to >= ?)"
	return q.Where("l.unit_id NOT IN ? AND c.unit_id NOT IN ?", own, own).
		Where("l.unit_id NOT IN ("+held+")", who.ID, today, today).
		Where("c.unit_id NOT IN ("+held+")", who.ID, today, today).
		Where("(l.subject_id IS NULL OR l.subject_id <> ?)", who.ID).
		Where("(c.handler_id IS NULL OR c.handler_id <> ?)", who.ID)
}

var errUnknownLoop = fault.New(fault.NotFound, "loop.unknown")

// loopTx loads a loop that the actor may see for an action. Fault: NotFound "loop.unknown".
func loopTx(
	tx *gorm.DB, who models.Actor, do policy.Action, id string, today models.Date,
) (models.RatingLoop, error) {
	var found []models.RatingLoop
	err := apartTx(tx, who, do, today).Select("l.*").Where("l.id = ?", id).Limit(1).Find(&found).Error
	if err != nil {
		return models.RatingLoop{}, fmt.Errorf("read loop: %w", err)
	}
	if len(found) == 0 {
		return models.RatingLoop{}, errUnknownLoop
	}
	return found[0], nil
}

// change is what a step does to a loop.
type change struct {
	step, note string
	set        map[string]any
}

// changeTx takes a step of a loop if nobody was faster. Fault: Conflict "serve.stale".
func changeTx(
	tx *gorm.DB, l models.RatingLoop, today models.Date, who models.Actor, version int, c change,
) error {
	if l.Version != version {
		return fault.New(fault.Conflict, "serve.stale")
	}
	if c.set == nil {
		c.set = map[string]any{}
	}
	c.set["version"] = version + 1
	res := tx.Model(&models.RatingLoop{}).Where("id = ? AND version = ?", l.ID, version).Updates(c.set)
	switch {
	case res.Error != nil:
		return fmt.Errorf("write loop: %w", res.Error)
	case res.RowsAffected == 0:
		return fault.New(fault.Conflict, "serve.stale")
	}
	if err := tx.Create(stepOf(l.ID, version+1, today, who, c.step, c.note)).Error; err != nil {
		return fmt.Errorf("write step of loop: %w", err)
	}
	return nil
}

// stepOf is a row of a loop's history; its number is the version that it makes.
func stepOf(loopID string, no int, today models.Date, who models.Actor, kind, note string) *models.LoopStep {
	return &models.LoopStep{
		ID: models.NewRandomID(), LoopID: loopID, No: no, TakenOn: today, ActorID: models.Ref(who.ID), Kind: kind,
		Note: note,
	}
}

// plain trims a text and checks its length; an empty one is refused.
func plain(refused *[]fault.Field, name, value string, most int) string {
	value = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n"))
	switch n := len([]rune(value)); {
	case n == 0:
		*refused = append(*refused, fault.On(name, "form.required"))
	case n > most:
		*refused = append(*refused, fault.On(name, "form.too_long", "max", most, "n", n))
	}
	return value
}
