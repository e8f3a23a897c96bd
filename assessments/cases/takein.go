package cases

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"
	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/find"
	"shanzhi/models/policy"
	"shanzhi/models/vault"
)

// Places to which the sealed fields of a case are bound, before its id.
const (
	nameAt  = "cases.resident_name."
	phoneAt = "cases.resident_phone."
)

// Intake is a case as it is taken in.
type Intake struct {
	Once     string // identifier made with the form: sent twice it is one case; "" = none
	MatterID string
	Kind     models.CaseKind
	Channel  models.Channel
	UnitID   string // "" = the responsible unit, or the clerk's own below it
	Title    string
	Detail   string
	Name     string // of the resident, may be ""
	Phone    string // of the resident, may be ""

	OfPerson bool   // a complaint: it is about somebody's conduct
	AboutID  string // the unit that a complaint or a report of wrongdoing is about; "" = whose the matter is
	About    string // whom it is about, may be ""
}

// numberTries is how often a number is drawn again because another server took it first.
const numberTries = 8

// Registered is what came of an intake. The clerk who does not see the case gets the receipt alone.
type Registered struct {
	Case    *models.Case // nil for a report of wrongdoing
	Seen    bool         // the clerk sees the case: he prints its receipt from there
	Receipt RaiseReceipt // with its code, empty when Seen
}

// TakeIn registers a matter that is no report of wrongdoing and returns its case: as Register does, for callers that
// need no receipt.
//
// Faults: those of Register; Invalid on "kind" for a report of wrongdoing.
func (s *Service) TakeIn(ctx context.Context, who models.Actor, in Intake) (*models.Case, error) {
	if in.Kind == models.Wrongdoing {
		return nil, fault.Wrong(fault.On("kind", "form.not_listed", "value", string(in.Kind)))
	}
	out, err := s.register(ctx, who, in)
	return out.Case, err
}

// Register takes a matter in at a window or by telephone: it has its number and deadline, and nobody has it in hand.
//
// A report of wrongdoing is sealed and becomes no case. A complaint about a person goes to the unit above and is hidden
// from him and his unit from the first moment, the clerk included when it is his. The same form sent twice is one
// matter.
//
// Faults: Forbidden without the role of an intake clerk at the unit; Invalid per field.
func (s *Service) Register(ctx context.Context, who models.Actor, in Intake) (Registered, error) {
	return s.register(ctx, who, in)
}

func (s *Service) register(ctx context.Context, who models.Actor, in Intake) (out Registered, err error) {
	now := s.now()
	if !policy.May(who, policy.CaseTakeIn) {
		return out, policy.Check(who, policy.CaseTakeIn, policy.Object{})
	}
	if in, err = in.checked(); err != nil {
		return out, err
	}
	for range numberTries {
		err = db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
			out, err = s.registerTx(tx, now, who, in)
			return err
		})
		if !db.IsConflict(err) {
			break
		}
	}
	if err != nil {
		return Registered{}, err
	}
	return out, nil
}

// checked returns the input trimmed, or what is wrong with it.
func (in Intake) checked() (Intake, error) {
	var bad []fault.Field
	if in.MatterID == "" && !in.aboutSomebody() {
		bad = append(bad, fault.On("matter", "form.required_choice"))
	}
	bad = append(bad, listed("kind", in.Kind, Kinds())...)
	bad = append(bad, listed("channel", in.Channel, Channels())...)
	in.Title = text(&bad, "title", in.Title, maxTitle, true)
	in.Detail = text(&bad, "detail", in.Detail, maxText, false)
	in.Name = text(&bad, "name", in.Name, maxName, false)
	in.Phone = text(&bad, "phone", in.Phone, maxPhone, false)
	in.About = text(&bad, "about", in.About, maxName, false)
	if in.OfPerson && in.Kind != "" && in.Kind != models.Complaint && in.Kind != models.Wrongdoing {
		bad = append(bad, fault.On("of_person", "serve.about_kind"))
	}
	if in.Phone != "" && !isPhone(in.Phone) {
		bad = append(bad, fault.On("phone", "form.phone"))
	}
	return in, fault.Refuse(bad)
}

func listed[T ~string](name string, value T, all []T) []fault.Field {
	switch {
	case value == "":
		return []fault.Field{fault.On(name, "form.required_choice")}
	case !slices.Contains(all, value):
		return []fault.Field{fault.On(name, "form.not_listed", "value", string(value))}
	}
	return nil
}

// digits returns the digits of a telephone number, full-width ones made plain.
func digits(phone string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		}
		return -1
	}, phone)
}

// isPhone reports whether a text is a mobile number (11 digits, with or without +86) or a fixed one with its area code.
func isPhone(phone string) bool {
	if strings.Trim(phone, "+-0123456789０１２３４５６７８９ ()（）－") != "" {
		return false
	}
	d := digits(phone)
	if len(d) > 11 {
		d = strings.TrimPrefix(d, "86")
	}
	if strings.HasPrefix(d, "1") {
		return len(d) == 11
	}
	return len(d) >= 10 && len(d) <= 14
}

// phoneHash is the keyed hash a number is searched by, nil for none.
func phoneHash(v *vault.Vault, phone string) *string {
	if phone == "" {
		return nil
	}
	d := digits(phone)
	if len(d) == 13 && strings.HasPrefix(d, "861") {
		d = d[2:]
	}
	return models.Ref(v.Hash("phone", d))
}

// takeInTx makes the case of a matter that is hidden from nobody.
func (s *Service) takeInTx(
	tx *gorm.DB, now time.Time, who models.Actor, in Intake, m models.Matter, unit models.Unit,
) (*models.Case, error) {
	c, err := s.writeTx(tx, now, who, in, m, unit)
	if err != nil {
		return nil, err
	}
	if err := find.KeepTx(tx, find.Case, find.Named{ID: c.ID, Said: c.Title}); err != nil {
		return nil, err
	}
	return c, nil
}

// writeTx writes the row of a matter that staff took in, with its first step.
func (s *Service) writeTx(
	tx *gorm.DB, now time.Time, who models.Actor, in Intake, m models.Matter, unit models.Unit,
) (*models.Case, error) {
	today := models.DateOf(now)
	serial, err := lastSerialTx(tx, today)
	if err != nil {
		return nil, err
	}
	c := models.Case{
		ID: idFor(in.Once), No: caseNo(today, serial+1), Channel: in.Channel, Kind: in.Kind, MatterID: m.ID,
		Family: m.Family, Difficulty: m.Difficulty, Title: in.Title, Detail: in.Detail,
		PhoneHash: phoneHash(s.vault, in.Phone), UnitID: unit.ID, IntakeID: models.Ref(who.ID),
		State: models.CaseReceived, ReceivedAt: now, ReceivedOn: today,
		DueOn: s.days.Add(today, m.Days), Version: 1, CreatedAt: now, UpdatedAt: now,
	}
	if err := s.seal(&c, in.Name, in.Phone); err != nil {
		return nil, err
	}
	if err := tx.Create(&c).Error; err != nil {
		return nil, fmt.Errorf("write case: %w", err)
	}
	if err := s.eventTx(tx, now, who, c.ID, EventReceived, "", true); err != nil {
		return nil, err
	}
	return &c, audit.Add(tx, now, who, audit.Event{Action: "case.take_in", Kind: "case", ID: c.ID, Detail: c.No})
}

// seal puts the resident's name and number into the case, bound to its id.
func (s *Service) seal(c *models.Case, name, phone string) (err error) {
	if c.ResidentName, err = s.vault.Seal(name, nameAt+c.ID); err != nil {
		return fmt.Errorf("seal name: %w", err)
	}
	if c.ResidentPhone, err = s.vault.Seal(phone, phoneAt+c.ID); err != nil {
		return fmt.Errorf("seal phone: %w", err)
	}
	return nil
}

// month is how case numbers begin: 2607 for July 2026.
func month(d models.Date) string { return string(d)[2:4] + string(d)[5:7] }

// caseNo is the number of the serial-th case received in the month of d: "2607-0412".
func caseNo(d models.Date, serial int) string { return fmt.Sprintf("%s-%04d", month(d), serial) }

// lastSerialTx returns the highest serial of the month of d, 0 when there is none. Serials above 9999 are longer.
func lastSerialTx(tx *gorm.DB, d models.Date) (int, error) {
	var nos []string
	err := tx.Model(&models.Case{}).Where("no LIKE ?", month(d)+"-%").
		Order("LENGTH(no) DESC, no DESC").Limit(1).Pluck("no", &nos).Error
	if err != nil {
		return 0, fmt.Errorf("read last case number: %w", err)
	}
	if len(nos) == 0 {
		return 0, nil
	}
	n, err := strconv.Atoi(nos[0][len("2607-"):])
	if err != nil {
		return 0, fmt.Errorf("read last case number %q: %w", nos[0], err)
	}
	return n, nil
}

// eventTx adds a step to the history of a case.
func (s *Service) eventTx(
	tx *gorm.DB, now time.Time, who models.Actor, caseID, kind, note string, resident bool,
) error {
	return eventTx(tx, now, who, caseID, kind, note, resident)
}

func eventTx(
	tx *gorm.DB, now time.Time, who models.Actor, caseID, kind, note string, resident bool,
) error {
	e := models.CaseEvent{
		ID: models.NewID(), CaseID: caseID, At: now, ActorID: models.Ref(who.ID), Kind: kind, Note: note,
		Resident: resident,
	}
	if err := tx.Create(&e).Error; err != nil {
		return fmt.Errorf("write case event: %w", err)
	}
	return nil
}

// idFor is the identifier of a new case: the one its form came with, where that is one.
func idFor(once string) string {
	if id, err := ulid.ParseStrict(once); err == nil {
		return id.String()
	}
	return models.NewID()
}
