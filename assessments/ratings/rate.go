package ratings

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// LinkState is what can be done with a rating link.
type LinkState string

// The states of a link. Who has a link must not learn from a page whether it was used, for clerks print
// links: only the browser that rated is shown that it did.
const (
	LinkOpen     LinkState = "open"
	LinkUsed     LinkState = "used"
	LinkExpired  LinkState = "expired"
	LinkReopened LinkState = "reopened" // the case is in hand again; closing it gives a new link
)

// Link is what the rating page shows: never who handled the matter, nor whose it is.
type Link struct {
	State        LinkState
	Unit, Matter string
	ValidTo      models.Date
	HasPhone     bool // a number was left, so a call back can be offered
}

var errUnknownLink = fault.New(fault.NotFound, "rate.unknown")

// Look returns what the link of a token leads to. Fault: NotFound "rate.unknown".
func (s *Service) Look(ctx context.Context, token string) (Link, error) {
	today := models.DateOf(s.now())
	var l linked
	if !isToken(token) {
		return Link{}, errUnknownLink
	}
	err := db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		l, err = linkTx(tx, token)
		return err
	})
	if err != nil {
		return Link{}, err
	}
	return Link{
		State: l.state(today), Unit: l.Unit, Matter: l.Matter, ValidTo: l.ExpiresOn,
		HasPhone: !l.ResidentPhone.IsZero(),
	}, nil
}

// state is where a link stands on a day.
func (l linked) state(today models.Date) LinkState {
	switch {
	case l.State == models.InvitationRated:
		return LinkUsed
	case l.State == models.InvitationNotRated || l.ExpiresOn < today:
		return LinkExpired
	case l.CaseState != models.CaseClosed:
		return LinkReopened
	}
	return LinkOpen
}

// Input is what the resident sends. Level 5 very satisfied … 1 very dissatisfied; there is no default.
type Input struct {
	Level    int
	Solved   models.Resolution // "" = not answered
	Reasons  []string          // codes of Reasons
	Comment  string
	Callback bool // wants to be called
	MayKnow  bool // the handler may know whose rating it is
	Unsure   bool // does not know who handled it: counts for the unit only
}

func (in Input) checked() (Input, error) {
	var bad []fault.Field
	if in.Level < 1 || in.Level > 5 {
		bad = append(bad, fault.On("level", "rate.level_missing"))
	}
	if in.Solved != "" && !slices.Contains(Solutions(), in.Solved) {
		bad = append(bad, fault.On("solved", "form.not_listed", "value", string(in.Solved)))
	}
	var kept []string
	for _, r := range Reasons() { // in our order, each once
		if slices.Contains(in.Reasons, r) {
			kept = append(kept, r)
		}
	}
	in.Reasons = kept
	in.Comment = strings.TrimSpace(strings.ReplaceAll(in.Comment, "\r\n", "\n"))
	if n := len([]rune(in.Comment)); n > MaxComment {
		bad = append(bad, fault.On("comment", "form.too_long", "max", MaxComment, "n", n))
	}
	if len(bad) > 0 {
		return in, fault.Wrong(bad...)
	}
	return in, nil
}

// Rate keeps the rating and uses the link up, in one step: of several that rate with the same link, one does.
//
// Faults: Invalid on "level", "solved", "comment"; NotFound "rate.unknown"; Conflict "rate.used", "rate.expired",
// "rate.reopened".
func (s *Service) Rate(ctx context.Context, token string, in Input) error {
	today := models.DateOf(s.now())
	in, err := in.checked()
	if err != nil {
		return err
	}
	if !isToken(token) {
		return errUnknownLink
	}
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		l, err := redeemTx(tx, token)
		if err != nil {
			return err
		}
		if err := usable(l.state(today)); err != nil {
			return err
		}
		res := tx.Model(&models.Invitation{}).
			Where("id = ? AND token_hash = ? AND state = ?", l.ID, hashOf(token), models.InvitationOpen).
			Update("state", models.InvitationRated)
		switch {
		case res.Error != nil:
			return fmt.Errorf("use link: %w", res.Error)
		case res.RowsAffected == 0:
			return usable(LinkUsed)
		}
		row := l.rating(in, today)
		if err := tx.Create(&row).Error; err != nil {
			return fmt.Errorf("write rating: %w", err)
		}
		return nil
	})
}

func usable(state LinkState) error {
	switch state {
	case LinkUsed:
		return fault.New(fault.Conflict, "rate.used")
	case LinkExpired:
		return fault.New(fault.Conflict, "rate.expired")
	case LinkReopened:
		return fault.New(fault.Conflict, "rate.reopened")
	case LinkOpen:
	}
	return nil
}

// rating is the row of a rating given by a link. It carries a random id and the day.
func (l linked) rating(in Input, today models.Date) models.Rating {
	r := models.Rating{
		ID: models.NewRandomID(), SubjectID: l.SubjectID, PostID: l.PostID, UnitID: l.UnitID, CaseID: &l.CaseID,
		Family: l.Family, Channel: l.Channel, Mode: l.Mode, Level: in.Level, Solved: in.Solved,
		Reasons: strings.Join(in.Reasons, ","), Comment: in.Comment, RatedOn: today, Callback: in.Callback,
		MayKnow: in.MayKnow,
	}
	if in.Unsure {
		r.SubjectID, r.PostID = nil, nil
	}
	return r
}

// Pressure keeps the resident's word that somebody asked for a good rating. The link stays as it is; of one matter one
// word a day is kept.
//
// Faults: Invalid on "comment"; NotFound "rate.unknown".
func (s *Service) Pressure(ctx context.Context, token, comment string) error {
	today := models.DateOf(s.now())
	comment = strings.TrimSpace(comment)
	if n := len([]rune(comment)); n > MaxComment {
		return fault.Wrong(fault.On("comment", "form.too_long", "max", MaxComment, "n", n))
	}
	if !isToken(token) {
		return errUnknownLink
	}
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		l, err := redeemTx(tx, token)
		if err != nil {
			return err
		}
		var n int64
		err = tx.Model(&models.PressureReport{}).Where("case_id = ? AND reported_on = ?", l.CaseID, today).
			Count(&n).Error
		if err != nil {
			return fmt.Errorf("read pressure reports: %w", err)
		}
		if n > 0 {
			return nil
		}
		row := models.PressureReport{
			ID: models.NewRandomID(), UnitID: l.UnitID, CaseID: &l.CaseID, Comment: comment, ReportedOn: today,
		}
		if err := tx.Create(&row).Error; err != nil {
			return fmt.Errorf("write pressure report: %w", err)
		}
		return nil
	})
}
