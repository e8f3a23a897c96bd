package audit

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

// late is how long a transaction may take: an entry older than this when the newest seal was made and yet unsealed was
// written past the house.
const late = 24 * time.Hour

// Broken is one thing that is wrong with the log: a message key under "audit.broken." and the seal it shows at.
type Broken struct {
	No       int64    `json:"seal"` // 0 = not at a seal
	Key      string   `json:"key"`
	Got      int64    `json:"got,omitempty"`
	Want     int64    `json:"want,omitempty"`
	FirstAt  string   `json:"firstAt,omitempty"`
	LastAt   string   `json:"lastAt,omitempty"`
	EntryIDs []string `json:"entries,omitempty"`
}

// State is how far the log is sealed.
type State struct {
	Seals    int64            `json:"seals"`
	Sealed   int64            `json:"sealed"`   // entries under seals, archived ones too
	Archived int64            `json:"archived"` // of them
	Unsealed int64            `json:"unsealed"` // the tail that the next sealing takes
	Oldest   time.Time        `json:"oldest,omitzero"`
	Last     models.AuditSeal `json:"-"`
	Head     string           `json:"head"` // digest of the newest seal: to be written down outside
}

// Check is the result of Verify. Nothing is wrong where Broken is empty.
type Check struct {
	State
	Checked int64    `json:"checked"` // seals looked at
	Broken  []Broken `json:"broken"`
}

// State returns how far the log is sealed, and a page of seals, newest first.
func (s *Sealer) State(ctx context.Context, who models.Actor, page, size int,
) (st State, seals []models.AuditSeal, err error) {
	if !policy.May(who, policy.AdminAudit) {
		return st, nil, policy.Check(who, policy.AdminAudit, policy.Object{})
	}
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		if st, err = state(tx); err != nil {
			return err
		}
		return tx.Order("no DESC").Limit(size).Offset((max(1, page) - 1) * size).Find(&seals).Error
	})
	if err != nil {
		return st, nil, fmt.Errorf("state of the seals: %w", err)
	}
	return st, seals, nil
}

func state(tx *gorm.DB) (st State, err error) {
	var sum struct{ N, Entries, Archived int64 }
	err = tx.Model(&models.AuditSeal{}).Select("COUNT(*) AS n, COALESCE(SUM(entries), 0) AS entries, " +
		"COALESCE(SUM(CASE WHEN archive <> '' THEN entries ELSE 0 END), 0) AS archived").Scan(&sum).Error
	if err != nil {
		return st, err
	}
	st.Seals, st.Sealed, st.Archived = sum.N, sum.Entries, sum.Archived
	if st.Last, err = lastSeal(tx); err != nil {
		return st, err
	}
	if st.Last.No > 0 {
		st.Head = Digest(st.Last)
	}
	if err := tx.Model(&models.AuditEntry{}).Where("seal_no IS NULL").Count(&st.Unsealed).Error; err != nil {
		return st, err
	}
	var oldest []models.AuditEntry
	err = tx.Where("seal_no IS NULL").Order("at").Limit(1).Find(&oldest).Error
	for _, e := range oldest {
		st.Oldest = e.At
	}
	return st, err
}

// Verify checks the latest n seals and the entries under them, or all where n is 0, and says where the tail begins.
//
// It finds entries that were altered, taken out, added or moved between seals, and seals that were altered or taken
// out. It cannot find what was done to entries that no seal covers yet. The check itself is audited.
func (s *Sealer) Verify(ctx context.Context, who models.Actor, n int) (c Check, err error) {
	if !policy.May(who, policy.AdminAudit) {
		return c, policy.Check(who, policy.AdminAudit, policy.Object{})
	}
	now := s.now()
	if c, err = s.inspect(ctx, n); err != nil {
		return c, err
	}
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		return Add(tx, now, who, Event{
			Action: "audit.verify", Kind: "audit", Outcome: outcomeOf(c),
			Detail: fmt.Sprintf("seals=%d broken=%d", c.Checked, len(c.Broken)),
		})
	})
	return c, err
}

func outcomeOf(c Check) string {
	if len(c.Broken) > 0 {
		return Refused
	}
	return OK
}

// Inspect is Verify for the system itself, without a trace in the log: it writes nothing.
func (s *Sealer) Inspect(ctx context.Context, who models.Actor, n int) (Check, error) {
	if !who.System {
		return Check{}, policy.Check(models.Actor{}, policy.AdminAudit, policy.Object{})
	}
	return s.inspect(ctx, n)
}

func (s *Sealer) inspect(ctx context.Context, n int) (c Check, err error) {
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		c, err = s.verify(tx, int64(n))
		return err
	})
	if err != nil {
		return c, fmt.Errorf("verify the audit log: %w", err)
	}
	return c, nil
}

func (s *Sealer) verify(tx *gorm.DB, n int64) (c Check, err error) {
	if c.State, err = state(tx); err != nil {
		return c, err
	}
	from := int64(1)
	if n > 0 {
		from = max(1, c.Last.No-n+1)
	}
	if err := s.verifyHead(tx, &c); err != nil {
		return c, err
	}
	if err := s.verifySeals(tx, &c, from); err != nil {
		return c, err
	}
	return c, strays(tx, &c)
}

// verifyHead holds the newest seal against the one that was newest when the house sealed last.
func (s *Sealer) verifyHead(tx *gorm.DB, c *Check) error {
	var kept models.Meta
	if err := tx.Where("k = ?", metaHead).Limit(1).Find(&kept).Error; err != nil {
		return err
	}
	want := ""
	if c.Last.No > 0 {
		want = s.head(c.Last)
	}
	if kept.V != want {
		c.Broken = append(c.Broken, Broken{No: c.Last.No, Key: "head"})
	}
	return nil
}

// verifySeals goes along the chain in pieces, so that memory does not grow with it.
func (s *Sealer) verifySeals(tx *gorm.DB, c *Check, from int64) error {
	var prev *models.AuditSeal
	if from > 1 {
		var before []models.AuditSeal
		if err := tx.Where("no = ?", from-1).Find(&before).Error; err != nil {
			return err
		}
		if len(before) == 1 {
			prev = &before[0]
		}
	}
	next := from
	for {
		var seals []models.AuditSeal
		if err := tx.Where("no >= ?", next).Order("no").Limit(200).Find(&seals).Error; err != nil {
			return err
		}
		for i := range seals {
			if err := s.verifySeal(tx, c, next, prev, seals[i]); err != nil {
				return err
			}
			next, prev = seals[i].No+1, &seals[i]
		}
		if len(seals) == 0 {
			return nil
		}
	}
}

func (s *Sealer) verifySeal(tx *gorm.DB, c *Check, want int64, prev *models.AuditSeal, seal models.AuditSeal) error {
	c.Checked++
	say := func(key string, got, want int64) {
		c.Broken = append(c.Broken, Broken{
			No: seal.No, Key: key, Got: got, Want: want, FirstAt: stamp(seal.FirstAt), LastAt: stamp(seal.LastAt),
		})
	}
	if seal.No != want {
		say("missing", seal.No, want)
	} else if prev != nil && seal.Prev != Digest(*prev) || seal.No == 1 && seal.Prev != "" {
		say("chain", 0, 0)
	}
	if seal.Mac != s.mac(seal) {
		say("mac", 0, 0)
	}
	if seal.Archive != "" && seal.Archive != s.archived(seal) {
		say("mark", 0, 0)
	}
	t := tree{}
	err := under(tx, seal.No, func(e models.AuditEntry) error { t.add(e); return nil })
	switch {
	case err != nil:
		return err
	case seal.Archive != "": // its entries lie in a file; the chain goes on over it
		if t.n > 0 {
			say("count", int64(t.n), 0)
		}
	case t.n != seal.Entries:
		say("count", int64(t.n), int64(seal.Entries))
	case t.root() != seal.Root:
		say("root", 0, 0)
	}
	return nil
}

// under calls do with each entry under a seal, in the order of ids.
func under(tx *gorm.DB, no int64, do func(e models.AuditEntry) error) error {
	after := ""
	for {
		var rows []models.AuditEntry
		if err := tx.Where("seal_no = ? AND id > ?", no, after).Order("id").Limit(1000).Find(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			if err := do(r); err != nil {
				return err
			}
		}
		if len(rows) < 1000 {
			return nil
		}
		after = rows[len(rows)-1].ID
	}
}

// strays looks for entries under seals that do not exist, and for unsealed ones that a sealing should have taken. Where
// no number is missing it looks past both ends of the seals, instead of at every entry.
func strays(tx *gorm.DB, c *Check) error {
	find := func(key, where string, args ...any) error {
		var ids []string
		err := tx.Model(&models.AuditEntry{}).Where(where, args...).Order("id").Limit(20).Pluck("id", &ids).Error
		if err == nil && len(ids) > 0 {
			c.Broken = append(c.Broken, Broken{Key: key, EntryIDs: ids})
		}
		return err
	}
	where, args := "seal_no < 1 OR seal_no > ?", []any{c.Last.No}
	if c.Seals != c.Last.No {
		where, args = "seal_no IS NOT NULL AND seal_no NOT IN (?)", []any{tx.Model(&models.AuditSeal{}).Select("no")}
	}
	err := find("stray", where, args...)
	if err != nil || c.Last.No == 0 {
		return err
	}
	return find("late", "seal_no IS NULL AND at < ?", c.Last.SealedAt.Add(-late))
}
