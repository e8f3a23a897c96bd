package accounts

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// FeedbackInput is a suggestion or complaint about the system. Contact may be empty, and is kept sealed.
type FeedbackInput struct {
	Page, Text, Contact string
}

// FeedbackRow is one suggestion with the name of who is signed in; HasContact tells that one was left.
type FeedbackRow struct {
	models.Feedback
	Person     string
	HasContact bool
}

func contactPlace(id string) string { return "feedback.contact." + id }

// SendFeedback keeps what somebody, with or without an account, says about the system.
//
// Faults: Invalid with fields text and contact.
func (s *Service) SendFeedback(ctx context.Context, actor models.Actor, in FeedbackInput) error {
	in.Text, in.Contact = strings.TrimSpace(in.Text), strings.TrimSpace(in.Contact)
	if err := fault.Refuse(fault.Text("text", in.Text, 1000), checkContact(in.Contact)); err != nil {
		return err
	}
	now := s.now()
	row := models.Feedback{ID: models.NewRandomID(), Page: cut(in.Page, 200), Text: in.Text, CreatedAt: now}
	if actor.ID != "" {
		row.PersonID = &actor.ID
	}
	var err error
	if row.Contact, err = s.vault.Seal(in.Contact, contactPlace(row.ID)); err != nil {
		return err
	}
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if err := tx.Create(&row).Error; err != nil {
			return wrap("keep feedback", err)
		}
		return audit.Add(tx, now, actor, audit.Event{Action: "feedback.send", Kind: "feedback", ID: row.ID})
	})
}

// checkContact keeps the sealed contact within its column: 40 characters, 120 bytes.
func checkContact(s string) []fault.Field {
	if fields := fault.Optional("contact", s, 40); len(fields) > 0 || len(s) <= 120 {
		return fields
	}
	return []fault.Field{fault.On("contact", "form.too_long", "max", 40, "n", len(s)/3)}
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// Feedback lists suggestions, newest first, with the number of all.
func (s *Service) Feedback(
	ctx context.Context, actor models.Actor, page, size int,
) (rows []FeedbackRow, total int, err error) {
	if !policy.May(actor, policy.AdminFeedback) {
		return nil, 0, policy.Check(actor, policy.AdminFeedback, policy.Object{})
	}
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		var n int64
		if err := tx.Model(&models.Feedback{}).Count(&n).Error; err != nil {
			return wrap("count feedback", err)
		}
		total = int(n)
		err := tx.Table("feedback").Select("feedback.*, p.name AS person").
			Joins("LEFT JOIN persons p ON p.id = feedback.person_id").
			Order("feedback.created_at DESC, feedback.id").Limit(size).Offset((max(1, page) - 1) * size).
			Find(&rows).Error
		for i := range rows {
			rows[i].HasContact = !rows[i].Contact.IsZero()
		}
		return wrap("list feedback", err)
	})
	return rows, total, err
}

// FeedbackContact opens the contact of one suggestion, for a stated reason; the look is audited.
//
// Faults: Invalid with field reason; NotFound; Forbidden.
func (s *Service) FeedbackContact(ctx context.Context, actor models.Actor, id, reason string) (string, error) {
	if !policy.May(actor, policy.AdminFeedback) {
		return "", policy.Check(actor, policy.AdminFeedback, policy.Object{})
	}
	if err := fault.Refuse(fault.Text("reason", strings.TrimSpace(reason), 200)); err != nil {
		return "", err
	}
	now := s.now()
	var contact string
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		var row models.Feedback
		if err := tx.Take(&row, "id = ?", id).Error; db.IsNotFound(err) {
			return fault.New(fault.NotFound, "error.not_found")
		} else if err != nil {
			return wrap("read feedback", err)
		}
		var err error
		if contact, err = s.vault.Open(row.Contact, contactPlace(id)); err != nil {
			return wrap("open contact", err)
		}
		return audit.Add(tx, now, actor, audit.Event{
			Action: "feedback.contact", Kind: "feedback", ID: id, Detail: strings.TrimSpace(reason),
		})
	})
	return contact, err
}
