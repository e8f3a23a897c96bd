package cases

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/vault"
)

// View is a case as its page shows it. Name and Phone of the resident are masked.
type View struct {
	Case        models.Case
	Matter      string
	Unsorted    bool // under the entry of what residents raised, until a clerk has sorted it
	Unit        string
	Handler     string // "" while nobody has it
	HandlerPost string
	Intake      string // first receiver
	Name, Phone string // masked, "" when not given
	DaysLeft    int    // working days to the deadline; negative when it has passed; 0 when closed
	Provisional bool   // the holidays of the deadline's year are not known yet
	Restricted  bool   // a complaint about a person, hidden from him and from his unit
	ReplyBy     models.ReplyBy
	Coded       bool // the resident has a follow-up code
	Events      []Event
	May         May
	More        More
}

// Event is a step of the history with the name of who did it.
type Event struct {
	models.CaseEvent
	Actor string
}

// Get returns a case with its history, the latest step first. A look of an inspector is logged.
//
// Fault: NotFound "serve.unknown_case".
func (s *Service) Get(ctx context.Context, who models.Actor, id string) (*View, error) {
	now := s.now()
	var v *View
	read := func(tx *gorm.DB) (err error) {
		v, err = s.viewTx(tx, who, id, models.DateOf(now))
		return err
	}
	var err error
	if who.Has(models.RoleInspector) {
		err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
			if err := read(tx); err != nil {
				return err
			}
			return audit.Add(tx, now, who, audit.Event{Action: "case.see", Kind: "case", ID: id})
		})
	} else {
		err = db.View(ctx, s.db, read)
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

func (s *Service) viewTx(tx *gorm.DB, who models.Actor, id string, today models.Date) (*View, error) {
	c, err := caseTx(tx, who, id)
	if err != nil {
		return nil, err
	}
	v := View{Case: c.Case, May: mayNow(who, c.Case, c.UnitPath), Provisional: !s.days.Known(c.DueOn.Year())}
	if c.State != models.CaseClosed && c.SuspendedOn == "" {
		v.DaysLeft = s.days.Between(today, c.DueOn)
	}
	if err := namesTx(tx, &v); err != nil {
		return nil, err
	}
	hidden, err := hiddenTx(tx, id)
	if err != nil {
		return nil, err
	}
	v.Restricted = len(hidden) > 0
	var ways []models.ReplyBy
	if err := tx.Model(&models.CaseTrack{}).Where("case_id = ?", id).Pluck("reply_by", &ways).Error; err != nil {
		return nil, fmt.Errorf("read follow-up: %w", err)
	}
	for _, w := range ways {
		v.ReplyBy, v.Coded = w, true
	}
	contact, err := s.open(c.Case)
	if err != nil {
		return nil, err
	}
	v.Name, v.Phone = vault.MaskName(contact.Name), vault.MaskPhone(contact.Phone)
	err = tx.Table("case_events AS e").Select("e.*, COALESCE(p.name, '') AS actor").
		Joins("LEFT JOIN persons p ON p.id = e.actor_id").
		Where("e.case_id = ?", id).Order("e.at DESC, e.id DESC").Find(&v.Events).Error
	if err != nil {
		return nil, fmt.Errorf("read case events: %w", err)
	}
	return &v, moreTx(tx, who, c, &v, today)
}

// namesTx fills in the names beside the ids of a case.
func namesTx(tx *gorm.DB, v *View) error {
	c := v.Case
	var n struct{ Code, Matter, Unit, Handler, HandlerPost, Intake string }
	err := tx.Table("cases AS c").
		Select("m.code, "+nameThen+" AS matter, u.name AS unit, COALESCE(h.name, '') AS handler, "+
			"COALESCE(p.title, '') AS handler_post, COALESCE(i.name, '') AS intake").
		Joins("JOIN matters m ON m.id = c.matter_id").Joins("JOIN units u ON u.id = c.unit_id").
		Joins("LEFT JOIN persons h ON h.id = c.handler_id").Joins("LEFT JOIN posts p ON p.id = c.handler_post_id").
		Joins("LEFT JOIN persons i ON i.id = c.intake_id").Where("c.id = ?", c.ID).Limit(1).Scan(&n).Error
	if err != nil {
		return fmt.Errorf("read names of case: %w", err)
	}
	v.Unsorted = n.Code == AskMatter
	v.Matter, v.Unit, v.Handler, v.HandlerPost, v.Intake = n.Matter, n.Unit, n.Handler, n.HandlerPost, n.Intake
	return nil
}
