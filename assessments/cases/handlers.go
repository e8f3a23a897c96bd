package cases

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/find"
	"shanzhi/models/policy"
)

// Handler is somebody to whom a case can be given.
type Handler struct {
	PostID, PersonID, UnitID   string
	Name, StaffNo, Title, Unit string
	Above                      string // the unit above theirs, which tells two of one name apart
	Open                       int    // cases in hand now: the load stands beside what is asked
	Idle                       bool   // has not activated the account yet: sees nothing of the case
	Near                       bool   // works at the unit where the matter lies, or at the one responsible for it
}

// MostHandlers is how many people are offered at once: beyond that they are looked for.
const MostHandlers = 100

// Offered are the people to whom a case can be given, at most MostHandlers of Total.
type Offered struct {
	List  []Handler
	Total int
}

// Handlers lists to whom a case can be given: those with a post today at or below the responsible unit, within the
// actor's reach, the nearest first, then by unit and staff number. A text narrows them to those whose name, also by how
// it sounds, or whose unit holds it.
//
// Faults: NotFound, Forbidden.
func (s *Service) Handlers(ctx context.Context, who models.Actor, caseID, text string) (Offered, error) {
	now := s.now()
	var out Offered
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		c, err := caseTx(tx, who, caseID)
		if err != nil {
			return err
		}
		if err := policy.Check(who, policy.CaseDispatch, object(c.Case, c.UnitPath)); err != nil {
			return err
		}
		h, err := handlingTx(tx, who, c.Case, models.DateOf(now))
		if err != nil {
			return err
		}
		h.text = strings.TrimSpace(text)
		if out.List, err = h.listTx(tx, MostHandlers); err != nil {
			return err
		}
		if out.Total = len(out.List); out.Total < MostHandlers {
			return nil
		}
		var n int64
		if err := h.postsTx(tx).Count(&n).Error; err != nil {
			return fmt.Errorf("count handlers: %w", err)
		}
		out.Total = int(n)
		return nil
	})
	return out, err
}

// handling says who may have a case.
type handling struct {
	models.Case
	who    models.Actor
	on     models.Date
	home   string   // path below which it can be handled
	hidden []string // from whom it is hidden
	text   string   // that a name or unit holds; "" = any
}

func handlingTx(tx *gorm.DB, who models.Actor, c models.Case, on models.Date) (h handling, err error) {
	h = handling{Case: c, who: who, on: on}
	if h.home, err = homeTx(tx, c); err != nil {
		return h, err
	}
	h.hidden, err = hiddenTx(tx, c.ID)
	return h, err
}

// homeTx returns the path below which the case can be handled: that of the matter's unit, or of the one above it when
// the case was escalated.
func homeTx(tx *gorm.DB, c models.Case) (string, error) {
	var home []string
	q := tx.Table("matters AS m").Joins("JOIN units u ON u.id = m.unit_id").Where("m.id = ?", c.MatterID)
	path := "u.path"
	if c.Escalated {
		q, path = q.Joins("LEFT JOIN units above ON above.id = u.parent_id"), "COALESCE(above.path, u.path)"
	}
	if err := q.Pluck(path, &home).Error; err != nil || len(home) == 0 {
		return "", fmt.Errorf("read responsible unit: %w", err)
	}
	return home[0], nil
}

// postsTx is the posts, as p, of those who may have the case, with their unit, as u, and person, as pe.
func (h handling) postsTx(tx *gorm.DB) *gorm.DB {
	cond, args := policy.Scope(h.who, policy.CaseDispatch).Below("u.path")
	q := sparing(tx.Table("posts AS p"), h.hidden, "p.person_id").
		Joins("JOIN units u ON u.id = p.unit_id").
		Joins("JOIN persons pe ON pe.id = p.person_id AND pe.disabled_at IS NULL").
		Where("u.path LIKE ? AND p.valid_from <= ? AND (p.valid_to = '' OR p.valid_to >= ?)", h.home+"%", h.on, h.on).
		Where(cond, args...)
	if h.text == "" {
		return q
	}
	holds, with := "pe.name LIKE ? ESCAPE '!' OR u.name LIKE ? ESCAPE '!'", []any{like(h.text), like(h.text)}
	if sounds, more := find.Cond(find.Person, "p.person_id", h.text); sounds != "" {
		holds, with = holds+" OR "+sounds, append(with, more...)
	}
	return q.Where("("+holds+")", with...)
}

// listTx lists at most so many of them.
func (h handling) listTx(tx *gorm.DB, most int) (out []Handler, err error) {
	err = h.postsTx(tx).
		Select("p.id AS post_id, p.person_id, p.unit_id, p.title, pe.name, pe.staff_no, u.name AS unit, "+
			"COALESCE(a.name, '') AS above, CASE WHEN pe.password_hash = '' THEN 1 ELSE 0 END AS idle, "+
			"CASE WHEN u.path = ? OR p.unit_id = ? THEN 1 ELSE 0 END AS near, "+
			"(SELECT COUNT(*) FROM cases x WHERE x.handler_id = p.person_id AND x.state IN (?, ?, ?)) AS open",
			h.home, h.UnitID, models.CaseDispatched, models.CaseInHand, models.CaseAnswered).
		Joins("LEFT JOIN units a ON a.id = u.parent_id").
		Order("near DESC, u.path, pe.staff_no, p.id").Limit(most).Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read handlers: %w", err)
	}
	return out, nil
}

// oneTx returns who of them holds a post; false when nobody does.
func (h handling) oneTx(tx *gorm.DB, postID string) (one Handler, ok bool, err error) {
	var found []Handler
	err = h.postsTx(tx).Select("p.id AS post_id, p.person_id, p.unit_id, pe.name, u.name AS unit").
		Where("p.id = ?", postID).Limit(1).Find(&found).Error
	if err != nil || len(found) == 0 {
		return Handler{}, false, err
	}
	return found[0], true, nil
}
