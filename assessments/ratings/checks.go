package ratings

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/fault"
)

// Two people key paper. Whoever printed a slip, handled its matter or took it in does not key it; and of the slips that
// were keyed chance draws some for a second person, who does not see what the first one keyed. What differs goes to a
// supervisor of a unit above, who has the paper fetched. Chance alone draws: were a slip drawn for what stands on it,
// keying would bend towards what is not drawn.

const (
	// CheckDays is how many days a rating waits for the second keying of its slip, and as many again for the
	// supervisor, before it joins a batch as it was keyed first.
	CheckDays = 14

	drawFor = "paper.check" // what the chance is of
	maxNote = 500           // characters of what a supervisor writes down

	// Places to which the sealed fields are bound, before the id.
	checkNumberAt = "slip_checks.number."
	checkFirstAt  = "slip_checks.first."
	checkSecondAt = "slip_checks.second."
)

// keyedSlip is what the first person keyed, and the rating that it became.
type keyedSlip struct {
	Rating  string  `json:"rating"`
	Subject *string `json:"subject,omitempty"` // of the invitation, also where the resident was not sure
	Post    *string `json:"post,omitempty"`
	Input
}

// Kept says what became of a keyed slip.
type Kept struct {
	Drawn bool // chance has drawn it: it goes to a second person
	Again bool // this was the second keying
	Same  bool // as the first
}

// drawTx draws a slip for a second keying, by chance alone.
func (s *Service) drawTx(tx *gorm.DB, who models.Actor, slip keyable, row models.Rating, in Input) (bool, error) {
	presets, err := cases.PresetsTx(tx)
	if err != nil {
		return false, err
	}
	if !s.drawn(slip.ID, presets[cases.PaperPercent]) {
		return false, nil
	}
	c := models.SlipCheck{
		ID: models.NewRandomID(), SlipID: slip.ID, UnitID: slip.UnitID, SubjectID: models.Ref(slip.HandlerID),
		FirstBy: who.ID,
		State:   models.SlipCheckWaits, DrawnOn: row.RatedOn, HeldUntil: row.RatedOn.AddDays(CheckDays), Version: 1,
	}
	first := keyedSlip{Rating: row.ID, Subject: slip.inviteSubject, Post: slip.invitePost, Input: in}
	if c.First, err = s.sealKeyed(first, checkFirstAt+c.ID); err != nil {
		return false, err
	}
	if c.Number, err = s.vault.Seal(slip.digits, checkNumberAt+c.ID); err != nil {
		return false, fmt.Errorf("seal number of slip: %w", err)
	}
	if err := tx.Create(&c).Error; err != nil {
		return false, fmt.Errorf("write second keying: %w", err)
	}
	return true, nil
}

func (s *Service) sealKeyed(k keyedSlip, place string) (sealed sealedText, err error) {
	body, err := json.Marshal(k)
	if err != nil {
		return sealed, fmt.Errorf("encode keyed slip: %w", err)
	}
	if sealed, err = s.vault.Seal(string(body), place); err != nil {
		return sealed, fmt.Errorf("seal keyed slip: %w", err)
	}
	return sealed, nil
}

func (s *Service) openKeyed(sealed sealedText, place string) (k keyedSlip, err error) {
	body, err := s.vault.Open(sealed, place)
	if err != nil {
		return k, fmt.Errorf("open keyed slip: %w", err)
	}
	if err := json.Unmarshal([]byte(body), &k); err != nil {
		return k, fmt.Errorf("decode keyed slip: %w", err)
	}
	return k, nil
}

// waitingCheckTx is the open second keying of a slip that was keyed, nil for none.
func waitingCheckTx(tx *gorm.DB, slipID string) (*models.SlipCheck, error) {
	var all []models.SlipCheck
	err := tx.Where("slip_id = ? AND state = ?", slipID, models.SlipCheckWaits).Limit(1).Find(&all).Error
	if err != nil {
		return nil, fmt.Errorf("read second keying: %w", err)
	}
	if len(all) == 0 {
		return nil, nil
	}
	return &all[0], nil
}

// keyAgainTx compares what a second person keyed with what the first did.
func (s *Service) keyAgainTx(
	tx *gorm.DB, who models.Actor, slip keyable, in Input, today models.Date,
) (same bool, err error) {
	c := *slip.check
	first, err := s.openKeyed(c.First, checkFirstAt+c.ID)
	if err != nil {
		return false, err
	}
	same = len(differing(first.Input, in, slip.CaseID == nil)) == 0
	set := map[string]any{"second_by": who.ID, "version": c.Version + 1}
	if same {
		set["state"], set["decided_on"] = models.SlipCheckSame, today
		set["first"], set["number"] = sealedText{}, sealedText{}
	} else {
		second, err := s.sealKeyed(keyedSlip{Input: in}, checkSecondAt+c.ID)
		if err != nil {
			return false, err
		}
		set["state"], set["second"] = models.SlipCheckDiffers, second
		set["held_until"] = max(c.HeldUntil, today.AddDays(CheckDays))
	}
	res := tx.Model(&models.SlipCheck{}).Where("id = ? AND version = ?", c.ID, c.Version).Updates(set)
	switch {
	case res.Error != nil:
		return false, fmt.Errorf("write second keying: %w", res.Error)
	case res.RowsAffected == 0:
		return false, onNumber("rate.paper.used")
	}
	return same, nil
}

// Parts of a slip that two people may have keyed differently.
const (
	PartLevel   = "level"
	PartSolved  = "solved"
	PartReasons = "reasons"
	PartComment = "comment"
	PartUnsure  = "unsure"
	PartMayKnow = "may_know"
)

// differing lists the parts in which two keyings differ, in the order of the slip. A blank slip has no last two. Of the
// text the letters count: two people seldom set the same blanks and commas.
func differing(a, b Input, blank bool) []string {
	var out []string
	for _, p := range []struct {
		name string
		same bool
	}{
		{PartLevel, a.Level == b.Level},
		{PartSolved, a.Solved == b.Solved},
		{PartReasons, slices.Equal(a.Reasons, b.Reasons)},
		{PartComment, letters(a.Comment) == letters(b.Comment)},
		{PartUnsure, blank || a.Unsure == b.Unsure},
		{PartMayKnow, blank || a.MayKnow == b.MayKnow},
	} {
		if !p.same {
			out = append(out, p.name)
		}
	}
	return out
}

// letters leaves of a text its letters and digits, in one form.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(text))
}

// heldTx lists the ratings that wait for the second keying of their slips, or for a supervisor. They are few: the rows
// lead to them only when they are opened.
func (s *Service) heldTx(tx *gorm.DB, today models.Date) (map[string]bool, error) {
	var open []models.SlipCheck
	err := tx.Where("state IN ? AND held_until >= ?",
		[]models.SlipCheckState{models.SlipCheckWaits, models.SlipCheckDiffers}, today).Find(&open).Error
	if err != nil {
		return nil, fmt.Errorf("read second keyings: %w", err)
	}
	held := map[string]bool{}
	for _, c := range open {
		k, err := s.openKeyed(c.First, checkFirstAt+c.ID)
		if err != nil {
			return nil, err
		}
		held[k.Rating] = true
	}
	return held, nil
}

// errUnknownCheck says that there is no such second keying, or none that the actor may see.
var errUnknownCheck = fault.New(fault.NotFound, "paper.check.unknown")
