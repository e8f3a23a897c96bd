package accounts

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// Held is what of one kind hangs on a unit. Kind is a word of held.kind.
type Held struct {
	Kind string
	N    int
}

// Holdings is what a domain holds of units; app supplies one for each domain that holds anything.
type Holdings interface {
	// HeldTx counts what hangs on a unit, by kind, without what there is none of.
	HeldTx(tx *gorm.DB, unitID string, today models.Date) ([]Held, error)
	// MergeTx gives what is open of one unit to another, with its history; posts says which post follows which. What is
	// closed stays with the unit as it was.
	MergeTx(tx *gorm.DB, now time.Time, actor models.Actor, from, into models.Unit, posts map[string]string) error
}

// Merge is what merging a unit into another will do.
type Merge struct {
	From, Into models.Unit
	Posts      []PostOf   // go on at the other unit
	Managed    int        // posts elsewhere whose managing authority goes to it
	Ending     []GrantRow // roles that end: the security administrator grants them anew where they are needed
	Children   []models.Unit
	Held       []Held // of the domains
}

// PostOf is a post with who holds it.
type PostOf struct {
	models.Post
	Name, StaffNo string
}

// MergeInput merges a unit into another one (撤并) with effect from a day ("" = today).
type MergeInput struct {
	Version int
	IntoID  string
	From    models.Date
}

// PreviewMerge says what merging will do, without doing it. Faults: those of MergeUnit.
func (s *Service) PreviewMerge(ctx context.Context, actor models.Actor, id string, in MergeInput) (Merge, error) {
	now := s.now()
	var out Merge
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		u, err := seenUnit(tx, actor, policy.AdminUnits, id)
		if err != nil {
			return err
		}
		out, err = s.mergeOf(tx, now, actor, u, &in)
		return err
	})
	return out, err
}

// MergeUnit merges a unit into another one in one transaction: the unit ends the day before; its people go on in the
// same posts at the other unit; managing authority, open cases, entries of the duty list and the units below go over,
// each with its history. What is closed, and every rating, keeps the unit as it was; assessment of a span before still
// sees the unit.
//
// Roles held at the unit end: who may do what at a unit is the security administrator's to say, not a consequence of
// its being merged.
//
// Faults: Invalid with fields into, from; NotFound, Forbidden; Conflict "error.stale", "account.unit_over",
// "account.last_admin".
func (s *Service) MergeUnit(ctx context.Context, actor models.Actor, id string, in MergeInput) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		u, err := changeable(tx, now, actor, id, in.Version)
		if err != nil {
			return err
		}
		m, err := s.mergeOf(tx, now, actor, u, &in)
		if err != nil {
			return err
		}
		return s.mergeTx(tx, now, actor, m, in.From)
	})
}

// mergeOf finds what is to be done, and refuses what cannot be.
func (s *Service) mergeOf(
	tx *gorm.DB, now time.Time, actor models.Actor, u models.Unit, in *MergeInput,
) (m Merge, err error) {
	var bad []fault.Field
	in.From = since(&bad, "from", in.From, u, now)
	if in.From == u.ValidFrom {
		bad = append(bad, fault.On("from", "account.unit_before", "from", u.ValidFrom))
	}
	into, err := seenUnit(tx, actor, policy.AdminUnits, in.IntoID)
	switch {
	case fault.Is(err, fault.NotFound), err == nil && into.ValidTo != "":
		bad = append(bad, fault.On("into", "form.required_choice"))
	case err != nil:
		return m, err
	case u.ParentID == nil || policy.Within(into.Path, u.Path):
		bad = append(bad, fault.On("into", "account.merge.inside"))
	}
	if err := fault.Refuse(bad); err != nil {
		return m, err
	}
	m = Merge{From: u, Into: into}
	last := in.From.AddDays(-1)
	if m.Posts, err = postsBeyond(tx, u.ID, last); err != nil {
		return m, err
	}
	if m.Managed, err = managedBeyond(tx, u.ID, last); err != nil {
		return m, err
	}
	if m.Ending, err = grantsAt(tx, u.ID, last); err != nil {
		return m, err
	}
	if m.Children, err = childrenTx(tx, u.ID); err != nil {
		return m, err
	}
	m.Held, err = s.domainsHold(tx, u.ID, models.DateOf(now))
	return m, err
}

func (s *Service) mergeTx(tx *gorm.DB, now time.Time, actor models.Actor, m Merge, from models.Date) error {
	last := from.AddDays(-1)
	posts, err := movePosts(tx, m, from)
	if err != nil {
		return err
	}
	ending := make([]models.RoleGrant, len(m.Ending))
	for i, g := range m.Ending {
		ending[i] = g.RoleGrant
	}
	if err := endGrantsTx(tx, ending, last, models.DateOf(now)); err != nil {
		return err
	}
	for _, child := range m.Children {
		if err := moveTx(tx, now, child, m.Into, from, "into"); err != nil {
			return err
		}
	}
	for _, d := range s.o.Holdings {
		if err := d.MergeTx(tx, now, actor, m.From, m.Into, posts); err != nil {
			return err
		}
	}
	end := map[string]any{"valid_to": last, "merged_into": m.Into.ID}
	if err := updateUnit(tx, m.From, end); err != nil {
		return err
	}
	return audit.Add(tx, now, actor, audit.Event{
		Action: "unit.merge", Kind: "unit", ID: m.From.ID,
		Detail: fmt.Sprintf("into=%s from=%s posts=%d roles=%d children=%d", m.Into.ID, from, len(posts), len(ending),
			len(m.Children)),
	})
}

// movePosts ends the posts at the unit, and those it manages elsewhere, and lets each go on with the other unit in its
// place from the day on. It returns which post follows which.
func movePosts(tx *gorm.DB, m Merge, from models.Date) (map[string]string, error) {
	rows, err := touchedPosts(tx, m.From.ID, from.AddDays(-1))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	follows := make(map[string]string, len(rows))
	made := make([]models.Post, len(rows))
	ids := make([]string, len(rows))
	for i, p := range rows {
		ids[i], made[i] = p.ID, p
		made[i].ID, made[i].ValidFrom, made[i].Version = models.NewID(), max(p.ValidFrom, from), 1
		if p.UnitID == m.From.ID {
			made[i].UnitID = m.Into.ID
		}
		if p.ManagerID == m.From.ID {
			made[i].ManagerID = m.Into.ID
		}
		follows[p.ID] = made[i].ID
	}
	if err := endPosts(tx, ids, from.AddDays(-1), models.UnitMerged); err != nil {
		return nil, err
	}
	if err := tx.CreateInBatches(made, 100).Error; err != nil {
		return nil, wrap("move posts", err)
	}
	return follows, followPlans(tx, rows, follows)
}

// HeldAt counts what hangs on a unit and keeps it from being ended. Faults: NotFound, Forbidden.
func (s *Service) HeldAt(ctx context.Context, actor models.Actor, id string) ([]Held, error) {
	now := s.now()
	var out []Held
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		u, err := seenUnit(tx, actor, policy.AdminUnits, id)
		if err != nil {
			return err
		}
		out, err = s.heldAtTx(tx, u.ID, models.DateOf(now))
		return err
	})
	return out, err
}

// heldAtTx counts what would last beyond the unit's last day.
func (s *Service) heldAtTx(tx *gorm.DB, unitID string, last models.Date) ([]Held, error) {
	own, err := ownHoldings(tx, unitID, last)
	if err != nil {
		return nil, err
	}
	more, err := s.domainsHold(tx, unitID, last)
	return append(own, more...), err
}

func (s *Service) domainsHold(tx *gorm.DB, unitID string, today models.Date) (out []Held, err error) {
	for _, d := range s.o.Holdings {
		held, err := d.HeldTx(tx, unitID, today)
		if err != nil {
			return nil, err
		}
		out = append(out, held...)
	}
	return out, nil
}

// UnitStory is a unit with what was otherwise of it.
type UnitStory struct {
	models.Unit
	Parent string            // name of the superior unit, "" for a root
	Into   string            // name of the unit it was merged into
	Took   []models.Unit     // units that were merged into it
	Pasts  []models.UnitPast // former names and superiors, the latest first; the Value of a superior is its name
}

// UnitStory returns one unit with its history. Faults: NotFound, Forbidden.
func (s *Service) UnitStory(ctx context.Context, actor models.Actor, id string) (UnitStory, error) {
	var out UnitStory
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		u, err := seenUnit(tx, actor, policy.AdminUnits, id)
		if err != nil {
			return err
		}
		out, err = storyTx(tx, u)
		return err
	})
	return out, err
}
