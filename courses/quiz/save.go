package quiz

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// Answers is what a window sends: by place the letters of the paper that are ticked. Whole says that it is the entire
// form, so that a question that is missing is not answered; else only the given places change.
type Answers struct {
	Version int // of the answers that the window knows
	Whole   bool
	Given   map[int][]string
}

// Saved is the receipt of a Save.
type Saved struct {
	Version int
	At      time.Time
}

// Save keeps answers as given. All of them are kept or none.
//
// It is not an event of the audit log: the answers themselves say when they were given, and by whom only one can.
// Faults: Unsigned; NotFound "quiz.not_found"; Invalid with fields "q<place>" for letters that are not on the paper;
// Conflict "quiz.stale" (version) when another window has saved since and said otherwise, and nothing is overwritten;
// "quiz.time_over" later than Grace after the due instant; "quiz.handed_in" when it is marked.
func (s *Service) Save(ctx context.Context, actor models.Actor, id string, in Answers) (out Saved, err error) {
	if err := taker(actor); err != nil {
		return out, err
	}
	now := s.now()
	var refused error // kept apart from err: marking an overdue attempt must not be rolled back
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		out, refused = Saved{}, nil
		a, err := attemptTx(tx, actor.ID, id, true)
		if err != nil {
			return err
		}
		if a.State == models.AttemptOpen && over(a, now) {
			refused = fault.New(fault.Conflict, "quiz.time_over")
			return s.closeTx(tx, now, actor, &a)
		}
		if a.State == models.AttemptMarked {
			return closedFault(a)
		}
		out, err = saveTx(tx, now, a, in)
		return err
	})
	if err == nil {
		err = refused
	}
	return out, err
}

// closedFault says why a marked attempt takes no answers.
func closedFault(a models.Attempt) error {
	if a.TimedOut {
		return fault.New(fault.Conflict, "quiz.time_over")
	}
	return fault.New(fault.Conflict, "quiz.handed_in")
}

func saveTx(tx *gorm.DB, now time.Time, a models.Attempt, in Answers) (Saved, error) {
	sh, err := sheetTx(tx, a)
	if err != nil {
		return Saved{}, err
	}
	changed, err := sh.changed(now, in)
	switch {
	case err != nil:
		return Saved{}, err
	case len(changed) == 0: // also of a window whose receipt was lost: what it says is what is kept
		return Saved{Version: a.Version, At: now}, nil
	case in.Version != a.Version:
		return Saved{}, fault.New(fault.Conflict, "quiz.stale", "version", a.Version)
	}
	if err := keepAnswers(tx, changed, "given", "saved_at"); err != nil {
		return Saved{}, err
	}
	err = tx.Model(&models.Attempt{}).Where("id = ?", a.ID).Update("version", a.Version+1).Error
	if err != nil {
		return Saved{}, fmt.Errorf("raise version: %w", err)
	}
	return Saved{Version: a.Version + 1, At: now}, nil
}

// changed returns the answers that in makes different, with the new content.
func (sh *sheet) changed(now time.Time, in Answers) ([]models.Answer, error) {
	var out []models.Answer
	var wrong []fault.Field
	for place := range in.Given {
		if place < 1 || place > len(sh.answers) {
			wrong = append(wrong, fault.On(FieldName(place), "quiz.no_such_question"))
		}
	}
	for _, ans := range sh.answers {
		labels, sent := in.Given[ans.Place]
		if !sent && !in.Whole {
			continue
		}
		given, ok := toBank(ans.Shown, labels)
		switch kind := sh.questions[ans.QuestionID].Kind; {
		case !ok:
			wrong = append(wrong, fault.On(FieldName(ans.Place), "quiz.no_such_option", "place", ans.Place))
		case kind != models.Multiple && len(given) > 1:
			wrong = append(wrong, fault.On(FieldName(ans.Place), "quiz.only_one", "place", ans.Place))
		case given != ans.Given:
			ans.Given, ans.SavedAt = given, &now
			out = append(out, ans)
		}
	}
	if len(wrong) > 0 {
		slices.SortFunc(wrong, func(a, b fault.Field) int { // q2 before q10
			return cmp.Or(len(a.Name)-len(b.Name), strings.Compare(a.Name, b.Name))
		})
		return nil, fault.Wrong(wrong...)
	}
	return out, nil
}

// FieldName is the name of a question's input on the page: "q7".
func FieldName(place int) string { return "q" + strconv.Itoa(place) }
