package cases

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"shanzhi/models"
)

// More is what stands on the page of a case besides its steps.
type More struct {
	Partial     bool   // seen through an organization: nothing that names the resident, nothing internal
	Responsible string // who answers for the case now: until a hand-over is accepted, the first receiver
	Requests    []Requested
	Parties     []Party
	MayPart     bool   // the actor assists and may say what he did
	MyPart      string // what he has said
	Rechecks    []models.CaseRecheck
	MayRecheck  bool
	Presets     map[string]int
	RepeatNo    string // number of the earlier case that it repeats
	RepeatID    string
	Earlier     []Earlier // suggestions, for clerks
}

// Requested is a request with names.
type Requested struct {
	models.CaseRequest
	Asker, Decider string
	MayDecide      bool
	Leaderless     bool // waits for a leader in charge, and nobody is one
}

// Party is an assisting party with names.
type Party struct {
	models.CaseParty
	Unit, Person string
}

// moreTx fills in what stands beside the steps, and hides what a provider does not need.
func moreTx(tx *gorm.DB, who models.Actor, c placed, v *View, today models.Date) error {
	m := &v.More
	m.Responsible = v.Handler
	if c.State == models.CaseReceived || c.State == models.CaseDispatched {
		m.Responsible = v.Intake // 首接负责
	}
	if err := partiesTx(tx, who, c, m); err != nil {
		return err
	}
	if m.Partial = isProvider(who, c); m.Partial {
		v.Name, v.Phone = "", ""
		v.Events = slices.DeleteFunc(v.Events, func(e Event) bool {
			return !e.Resident && (e.ActorID == nil || *e.ActorID != who.ID)
		})
		m.Parties = slices.DeleteFunc(m.Parties, func(p Party) bool { return !assists(who, p.CaseParty) })
		return nil
	}
	if err := askedTx(tx, who, c, m, today); err != nil {
		return err
	}
	var err error
	if m.Presets, err = PresetsTx(tx); err != nil {
		return err
	}
	err = tx.Where("case_id = ?", c.ID).Order("sent_on DESC, id").Find(&m.Rechecks).Error
	if err != nil {
		return fmt.Errorf("read rechecks: %w", err)
	}
	m.MayRecheck = slices.ContainsFunc(m.Rechecks, func(k models.CaseRecheck) bool {
		return k.RepliedOn == "" && k.HandlerID == who.ID // the handler, or who took it over from him
	})
	return repeatsTx(tx, who, c, v)
}

// isProvider reports whether the actor sees the case through a social organization and in no other way.
func isProvider(who models.Actor, c placed) bool {
	return who.Has(models.RoleSocial) && models.Deref(c.HandlerID) != who.ID
}

func assists(who models.Actor, p models.CaseParty) bool {
	return models.Deref(p.PersonID) == who.ID || slices.ContainsFunc(who.Grants, func(g models.Grant) bool {
		return g.Role == models.RoleSocial && g.UnitID == p.UnitID
	})
}

func partiesTx(tx *gorm.DB, who models.Actor, c placed, m *More) error {
	err := tx.Table("case_parties AS cp").Select("cp.*, u.name AS unit, COALESCE(p.name, '') AS person").
		Joins("JOIN units u ON u.id = cp.unit_id").Joins("LEFT JOIN persons p ON p.id = cp.person_id").
		Where("cp.case_id = ?", c.ID).Order("cp.added_at, cp.id").Find(&m.Parties).Error
	if err != nil {
		return fmt.Errorf("read assisting parties: %w", err)
	}
	for _, p := range m.Parties {
		if who.ID != "" && assists(who, p.CaseParty) {
			m.MayPart, m.MyPart = c.State != models.CaseClosed, p.Answer
			break
		}
	}
	return nil
}

func askedTx(tx *gorm.DB, who models.Actor, c placed, m *More, today models.Date) error {
	err := tx.Table("case_requests AS r").Select("r.*, a.name AS asker, COALESCE(d.name, '') AS decider").
		Joins("JOIN persons a ON a.id = r.asked_by").Joins("LEFT JOIN persons d ON d.id = r.decided_by").
		Where("r.case_id = ?", c.ID).Order("r.asked_at DESC, r.id DESC").Find(&m.Requests).Error
	if err != nil {
		return fmt.Errorf("read requests: %w", err)
	}
	for i := range m.Requests {
		r := &m.Requests[i]
		r.MayDecide = mayDecide(who, c.Case, c.UnitPath, r.CaseRequest)
		if !r.ByLeader || r.State != models.RequestOpen {
			continue
		}
		leaders, err := holdersTx(tx, c, models.RoleLeader, r.AskedBy, today) // two wait at most
		if err != nil {
			return err
		}
		r.Leaderless = len(leaders) == 0
	}
	return nil
}

func repeatsTx(tx *gorm.DB, who models.Actor, c placed, v *View) (err error) {
	if c.RepeatOfID != nil {
		var found []models.Case
		q := seenTx(tx, who).Select("c.*").Where("c.id = ?", *c.RepeatOfID)
		if err := q.Limit(1).Find(&found).Error; err != nil {
			return fmt.Errorf("read earlier case: %w", err)
		}
		if len(found) > 0 {
			v.More.RepeatNo, v.More.RepeatID = found[0].No, found[0].ID
		}
	}
	if v.May.Repeat {
		v.More.Earlier, err = earlierTx(tx, who, c.Case)
	}
	return err
}
