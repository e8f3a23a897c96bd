package cases

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"shanzhi/models"
)

// Kinds of cases that are not counted, beside the statutory reasons.
const (
	LeftOutObjection = "objection" // after an objection of the assessed
	LeftOutOther     = "other"     // so imported
)

// LeftOut is how many cases are not counted for one kind of reason, and how many of them by two persons.
type LeftOut struct {
	Kind     string // one of ExcludeReasons, LeftOutObjection, LeftOutOther
	N, ByTwo int
}

// LeftOutTx counts the cases that touch a span and are not counted, by unit and kind, in the order of ExcludeReasons.
func (s *Service) LeftOutTx(tx *gorm.DB, from, to models.Date) (map[string][]LeftOut, error) {
	var rows []struct {
		ID, UnitID, Reason, AskedBy, DecidedBy string
		Objected                               bool
	}
	err := tx.Table("cases AS c").
		Select("c.id, c.unit_id, COALESCE(q.reason, '') AS reason, COALESCE(q.asked_by, '') AS asked_by, "+
			"COALESCE(q.decided_by, '') AS decided_by, CASE WHEN e.id IS NOT NULL THEN 1 ELSE 0 END AS objected").
		Joins("LEFT JOIN case_requests q ON q.case_id = c.id AND q.kind = ? AND q.state = ?",
			models.AskExclude, models.RequestGranted).
		Joins("LEFT JOIN case_events e ON e.case_id = c.id AND e.kind = ?", EventExcluded).
		Where("c.excluded = ? AND c.received_on <= ? AND (c.closed_on = '' OR c.closed_on >= ?)", true, to, from).
		Order("c.id, q.id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read cases left out: %w", err)
	}
	out, seen := map[string][]LeftOut{}, map[string]bool{}
	for _, r := range rows {
		if seen[r.ID] {
			continue
		}
		seen[r.ID] = true
		kind, two := r.Reason, r.DecidedBy != "" && r.DecidedBy != r.AskedBy
		switch {
		case kind == "" && r.Objected: // who agrees to such a correction is never who proposed it
			kind, two = LeftOutObjection, true
		case kind == "":
			kind = LeftOutOther
		}
		i := slices.IndexFunc(out[r.UnitID], func(l LeftOut) bool { return l.Kind == kind })
		if i < 0 {
			i = len(out[r.UnitID])
			out[r.UnitID] = append(out[r.UnitID], LeftOut{Kind: kind})
		}
		out[r.UnitID][i].N++
		if two {
			out[r.UnitID][i].ByTwo++
		}
	}
	order := append(ExcludeReasons(), LeftOutObjection, LeftOutOther)
	for _, all := range out {
		slices.SortFunc(all, func(a, b LeftOut) int {
			return slices.Index(order, a.Kind) - slices.Index(order, b.Kind)
		})
	}
	return out, nil
}
