package assessments

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// States and results of an objection.
const (
	ObjectionOpen     = "open"
	ObjectionAnswered = "answered"
	Upheld            = "upheld"    // 维持
	Corrected         = "corrected" // 更正
)

// PersonView is a cadre's sealed dossier with what is going on about it.
type PersonView struct {
	Period      models.Period
	Participant models.Participant
	Dossier     PersonDossier
	Digest      string
	Objections  []models.Objection
	MayObject   bool // the person himself, while the window is open
}

// Mine lists the sealed periods in which the actor is assessed, newest first.
func (s *Service) Mine(ctx context.Context, who models.Actor) ([]models.Period, error) {
	if err := policy.Check(who, policy.Signed, policy.Object{}); err != nil {
		return nil, err
	}
	var out []models.Period
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		mine := tx.Session(&gorm.Session{NewDB: true}).Model(&models.Participant{}).Select("period_id").
			Where("person_id = ?", who.ID)
		return tx.Where("id IN (?)", mine).Order("span_from DESC, code DESC").Find(&out).Error
	})
	return out, err
}

// Person returns what is sealed about a cadre: to himself (which is noted as seen), or to whoever holds the managing
// authority (which is audited as a look). Faults: NotFound "assess.not_assessed".
func (s *Service) Person(ctx context.Context, who models.Actor, code, personID string) (v PersonView, err error) {
	now := s.now()
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		v = PersonView{}
		if err := s.personTx(tx, now, who, code, personID, &v); err != nil {
			return err
		}
		if who.ID != personID {
			return audit.Add(tx, now, who, audit.Event{
				Action: "person.see", Kind: "person", ID: personID, Detail: v.Period.Code,
			})
		}
		if v.Participant.ViewedAt != nil {
			return nil
		}
		v.Participant.ViewedAt = &now
		return tx.Model(&models.Participant{}).Where("id = ? AND viewed_at IS NULL", v.Participant.ID).
			Update("viewed_at", now).Error
	})
	return v, err
}

func (s *Service) personTx(tx *gorm.DB, now time.Time, who models.Actor, code, personID string, v *PersonView,
) (err error) {
	if v.Period, err = PeriodTx(tx, code); err != nil {
		return err
	}
	var at policy.Object
	if v.Participant, at, err = participantTx(tx, v.Period.ID, personID); err != nil {
		return err
	}
	if !policy.Can(who, policy.PersonSee, at) {
		return fault.New(fault.NotFound, "assess.not_assessed")
	}
	row, err := DossierTx(tx, v.Period.ID, PersonKind, personID, &v.Dossier)
	if err != nil {
		return err
	}
	v.Digest = row.Digest
	v.MayObject = who.ID == personID && v.Period.State == models.PeriodSealed &&
		models.DateOf(now) <= v.Period.ObjectionTo
	return tx.Where("period_id = ? AND person_id = ?", v.Period.ID, personID).Order("id").Find(&v.Objections).Error
}

// Agree notes that the cadre has checked his figures and found them right (核对无误). Objecting stays possible.
// Fault: Conflict "assess.not_sealed" once the period was reviewed.
func (s *Service) Agree(ctx context.Context, who models.Actor, code string) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		var v PersonView
		if err := s.personTx(tx, now, who, code, who.ID, &v); err != nil {
			return err
		}
		switch {
		case v.Participant.AgreedAt != nil:
			return nil
		case v.Period.State != models.PeriodSealed:
			return fault.New(fault.Conflict, "assess.not_sealed")
		}
		err := tx.Model(&models.Participant{}).Where("id = ?", v.Participant.ID).Updates(map[string]any{
			"agreed_at": now, "viewed_at": gorm.Expr("COALESCE(viewed_at, ?)", now),
		}).Error
		if err != nil {
			return fmt.Errorf("note agreement: %w", err)
		}
		return audit.Add(tx, now, who, audit.Event{Action: "person.agree", Kind: "period", ID: v.Period.ID})
	})
}

// Object files an objection to one competency. The clock of the answer begins at once.
// Faults: Invalid with fields "item", "text"; Conflict "assess.objection_late", "assess.objection_twice".
//
// The period is locked first: objections are numbered one after the other, and none is filed behind a review.
func (s *Service) Object(ctx context.Context, who models.Actor, code string, item models.Competency, text string,
) (models.Objection, error) {
	now := s.now()
	text = strings.TrimSpace(text)
	o := models.Objection{
		ID: models.NewID(), PersonID: who.ID, Item: string(item), Text: text, FiledAt: now, State: ObjectionOpen,
		Version: 1,
	}
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if _, err := lockPeriodTx(tx, code); err != nil {
			return err
		}
		var v PersonView
		if err := s.personTx(tx, now, who, code, who.ID, &v); err != nil {
			return err
		}
		if !v.MayObject {
			return fault.New(fault.Conflict, "assess.objection_late", "to", v.Period.ObjectionTo)
		}
		if bad := checkObjection(v.Dossier, item, text); len(bad) > 0 {
			return fault.Wrong(bad...)
		}
		for _, old := range v.Objections {
			if old.Item == o.Item && old.State == ObjectionOpen {
				return fault.New(fault.Conflict, "assess.objection_twice")
			}
		}
		var n int64
		if err := tx.Model(&models.Objection{}).Where("period_id = ?", v.Period.ID).Count(&n).Error; err != nil {
			return err
		}
		o.PeriodID, o.No = v.Period.ID, fmt.Sprintf("YY-%s-%03d", v.Period.Code, n+1)
		o.DueOn = s.days.Add(models.DateOf(now), v.Period.AnswerDays)
		if err := tx.Create(&o).Error; err != nil {
			return fmt.Errorf("file objection: %w", err)
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: "objection.file", Kind: "objection", ID: o.ID, Detail: o.Item,
		})
	})
	return o, err
}

func checkObjection(d PersonDossier, item models.Competency, text string) (bad []fault.Field) {
	known := false
	for _, c := range d.Competencies {
		known = known || c.Competency == item
	}
	if !known {
		bad = append(bad, fault.On("item", "form.choice"))
	}
	switch n := len([]rune(text)); {
	case n == 0:
		bad = append(bad, fault.On("text", "form.required"))
	case n < 5:
		bad = append(bad, fault.On("text", "assess.objection_short"))
	case n > 2000:
		bad = append(bad, fault.On("text", "form.too_long", "max", 2000))
	}
	return bad
}
