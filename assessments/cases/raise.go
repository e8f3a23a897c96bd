package cases

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/sheet"
)

const (
	askFor   = "cases.ask" // purpose of the signed ticket of the form
	askLife  = 12 * time.Hour
	maxRaise = 2000 // characters
	askTitle = 30   // characters of the text that make the title

	// AskMatter is the code of the entry of the duty list under which raised matters lie until a clerk has sorted them.
	AskMatter     = "ASK"
	askMatterDays = 5
)

// Raising is a matter that a resident raises without an account.
type Raising struct {
	Kind     models.CaseKind
	UnitID   string // where
	Text     string
	Name     string // "" = not given
	Phone    string
	ReplyBy  models.ReplyBy
	OfPerson bool   // it is about somebody's conduct
	Sure     bool   // it looks like a state secret, and the resident says that it is none
	Ticket   string // of the form: sent twice it is one matter
}

// ReplyWays lists how an answer can be had, in the order of the form.
func ReplyWays() []models.ReplyBy {
	return []models.ReplyBy{models.ReplyTrack, models.ReplyPhone, models.ReplyNone}
}

// RaiseReceipt is what the resident keeps. Secret is nowhere else: the database holds its keyed hash.
type RaiseReceipt struct {
	No, Secret string
	Unit       string // that has it now
	Tip        bool   // a report of wrongdoing: sealed, no case
	Above      bool   // a complaint about a person: with the unit above
	On         models.Date
}

// RaiseTicket returns the ticket that belongs into the form.
func (s *Service) RaiseTicket() string {
	return s.vault.Token(askFor, models.NewRandomID(), s.now().Add(askLife))
}

// Raise keeps what a resident raises and returns the receipt; the same form sent twice gets the same receipt.
//
// A report of wrongdoing is sealed and becomes no case. A complaint about a person goes to the unit above and is hidden
// from him and from his unit. Nothing is logged of where it came from.
//
// Faults: Invalid per field, or for a ticket that is wrong or too old.
func (s *Service) Raise(ctx context.Context, in Raising) (RaiseReceipt, error) {
	now := s.now()
	in, err := in.checked()
	if err != nil {
		return RaiseReceipt{}, err
	}
	seed, err := s.vault.CheckToken(askFor, in.Ticket, now)
	if err != nil {
		return RaiseReceipt{}, err
	}
	var out RaiseReceipt
	for range numberTries {
		err = db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
			unit, err := areaTx(tx, in.UnitID, models.DateOf(now))
			if err != nil {
				return err
			}
			if in.Kind == models.Wrongdoing {
				out, err = s.tipTx(tx, now, models.Actor{}, in, []models.Unit{unit}, seed)
			} else {
				out, err = s.askTx(tx, now, in, unit, seed)
			}
			return err
		})
		if !db.IsConflict(err) {
			break
		}
	}
	return out, err
}

func (in Raising) checked() (Raising, error) {
	bad := listed("kind", in.Kind, Kinds())
	if in.UnitID == "" {
		bad = append(bad, fault.On("unit", "form.required_choice"))
	}
	in.Text = text(&bad, "text", in.Text, maxRaise, true)
	if sheet.IsMarked(in.Text) && !in.Sure {
		bad = append(bad, fault.On("text", "ask.secret_mark"))
	}
	in.Name = text(&bad, "name", in.Name, maxName, false)
	in.Phone = text(&bad, "phone", in.Phone, maxPhone, false)
	if in.Phone != "" && !isPhone(in.Phone) {
		bad = append(bad, fault.On("phone", "form.phone"))
	}
	if in.ReplyBy == "" {
		in.ReplyBy = models.ReplyTrack
	}
	bad = append(bad, listed("reply", in.ReplyBy, ReplyWays())...)
	if in.ReplyBy == models.ReplyPhone && in.Phone == "" {
		bad = append(bad, fault.On("phone", "ask.phone_missing"))
	}
	return in, fault.Refuse(bad)
}

// askTx makes the case, hidden from those it is about.
func (s *Service) askTx(tx *gorm.DB, now time.Time, in Raising, unit models.Unit, seed string) (RaiseReceipt, error) {
	out := RaiseReceipt{Secret: s.secretOf(seed), On: models.DateOf(now)}
	at, hidden, err := routeTx(tx, in, unit, out.On)
	if err != nil {
		return out, err
	}
	out.Unit, out.Above = at.Name, len(hidden) > 0
	id := idOf(s.vault.Hash(askFor, seed))
	var sent models.Case
	if res := tx.Where("id = ?", id).Limit(1).Find(&sent); res.Error != nil || res.RowsAffected == 1 {
		out.No, out.On = sent.No, sent.ReceivedOn
		return out, res.Error
	}
	c, err := s.newAskTx(tx, now, in, at, id)
	if err != nil {
		return out, err
	}
	out.No = c.No
	if err := hideTx(tx, c.ID, hidden); err != nil {
		return out, err
	}
	track := models.CaseTrack{CaseID: c.ID, SecretHash: s.secretHash(out.Secret), ReplyBy: in.ReplyBy}
	if err := tx.Create(&track).Error; err != nil {
		return out, fmt.Errorf("write follow-up: %w", err)
	}
	nobody := models.Actor{}
	if err := s.eventTx(tx, now, nobody, c.ID, EventReceived, "", true); err != nil {
		return out, err
	}
	return out, audit.Add(tx, now, nobody, audit.Event{Action: "case.raise", Kind: "case", ID: c.ID, Detail: c.No})
}

func (s *Service) newAskTx(tx *gorm.DB, now time.Time, in Raising, at models.Unit, id string) (models.Case, error) {
	today := models.DateOf(now)
	m, err := askMatterTx(tx, today)
	if err != nil {
		return models.Case{}, err
	}
	serial, err := lastSerialTx(tx, today)
	if err != nil {
		return models.Case{}, err
	}
	c := models.Case{
		ID: id, No: caseNo(today, serial+1), Channel: models.Web, Kind: in.Kind, MatterID: m.ID, Family: m.Family,
		Difficulty: m.Difficulty, Title: titleOf(in.Text), Detail: in.Text, PhoneHash: phoneHash(s.vault, in.Phone),
		UnitID: at.ID, State: models.CaseReceived, ReceivedAt: now, ReceivedOn: today, DueOn: s.days.Add(today, m.Days),
		Version: 1, CreatedAt: now, UpdatedAt: now,
	}
	if err := s.seal(&c, in.Name, in.Phone); err != nil {
		return c, err
	}
	if err := tx.Create(&c).Error; err != nil {
		return c, fmt.Errorf("write case: %w", err)
	}
	return c, nil
}

// titleOf is the begin of a text, at most to the end of its first sentence.
func titleOf(text string) string {
	line := strings.TrimSpace(text)
	if i := strings.IndexAny(line, "\n。！？!?"); i > 0 {
		line = line[:i]
	}
	if r := []rune(line); len(r) > askTitle {
		return string(r[:askTitle]) + "…"
	}
	return line
}

// askMatterTx returns the entry of the duty list for what is not sorted yet, and makes it the first time.
func askMatterTx(tx *gorm.DB, today models.Date) (models.Matter, error) {
	var m models.Matter
	res := tx.Where("code = ?", AskMatter).Limit(1).Find(&m)
	if res.Error != nil || res.RowsAffected == 1 {
		return m, res.Error
	}
	var root models.Unit
	if err := tx.Where("parent_id IS NULL").Order("id").Limit(1).Take(&root).Error; err != nil {
		return m, fmt.Errorf("read the unit of the operator: %w", err)
	}
	m = models.Matter{
		ID: models.NewID(), Code: AskMatter, Name: "群众反映（待归类）", Family: models.OtherFamily, UnitID: root.ID,
		Days: askMatterDays, Difficulty: 2, ValidFrom: today,
	}
	return m, tx.Create(&m).Error
}

// Areas lists the units that a resident can choose from: all that exist and have one above them.
func (s *Service) Areas(ctx context.Context) ([]models.Unit, error) {
	today := models.DateOf(s.now())
	var units []models.Unit
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		units = nil
		err := areas(tx, today).Order("path").Find(&units).Error
		if err != nil {
			return fmt.Errorf("list units: %w", err)
		}
		return nil
	})
	return units, err
}

func areas(tx *gorm.DB, today models.Date) *gorm.DB {
	return tx.Model(&models.Unit{}).Where("parent_id IS NOT NULL AND valid_from <= ?", today).
		Where("(valid_to = '' OR valid_to >= ?)", today)
}

func areaTx(tx *gorm.DB, id string, today models.Date) (models.Unit, error) {
	var u models.Unit
	res := areas(tx, today).Where("id = ?", id).Limit(1).Find(&u)
	if res.Error != nil {
		return u, fmt.Errorf("read unit: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return u, fault.Wrong(fault.On("unit", "form.choice"))
	}
	return u, nil
}

// routeTx says which unit gets a matter, and from whom it is hidden. A complaint that is about a person, or names one,
// goes to the unit above the highest unit on the way up that one of the named works at; at the unit at the top it can
// be hidden from those persons only.
func routeTx(
	tx *gorm.DB, in Raising, unit models.Unit, today models.Date,
) (at models.Unit, hidden []string, err error) {
	if in.Kind != models.Complaint {
		return unit, nil, nil
	}
	named, err := mentionedTx(tx, in.Text, today)
	if err != nil || len(named) == 0 && !in.OfPerson {
		return unit, nil, err
	}
	chain, err := chainTx(tx, unit)
	if err != nil {
		return unit, nil, err
	}
	about := len(chain) - 1 // the unit itself
	for _, n := range named {
		if !slices.Contains(hidden, n.PersonID) {
			hidden = append(hidden, n.PersonID)
		}
		if i := slices.IndexFunc(chain, func(u models.Unit) bool { return u.ID == n.UnitID }); i > 0 {
			about = min(about, i)
		}
	}
	if about == 0 {
		return chain[0], hidden, nil
	}
	return chain[about-1], append(hidden, chain[about].ID), nil
}

// chainTx returns the units from the top down to u.
func chainTx(tx *gorm.DB, u models.Unit) ([]models.Unit, error) {
	var chain []models.Unit
	err := tx.Where("id IN ?", unitsOf(u.Path)).Order("LENGTH(path)").Find(&chain).Error
	if err != nil {
		return nil, fmt.Errorf("read units above: %w", err)
	}
	return chain, nil
}

// mentioned is somebody with an account whose name stands in a text, and where he works.
type mentioned struct{ PersonID, Name, UnitID string }

// mentionedTx finds everybody whose name stands in a text; of one name all who bear it.
func mentionedTx(tx *gorm.DB, text string, today models.Date) ([]mentioned, error) {
	var all []mentioned
	err := tx.Table("persons AS p").Select("p.id AS person_id, p.name, COALESCE(o.unit_id, '') AS unit_id").
		Joins("LEFT JOIN posts o ON o.person_id = p.id AND (o.valid_to = '' OR o.valid_to >= ?)", today).
		Order("p.id, o.id").Find(&all).Error
	if err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	return slices.DeleteFunc(all, func(n mentioned) bool {
		return len([]rune(n.Name)) < 2 || !strings.Contains(text, n.Name)
	}), nil
}
