package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// LeastMonths is how long entries stay in the database at least, where they are read on pages: the law wants the log of
// six months at hand.
const LeastMonths = 6

// atOnce is how many seals one transaction takes the entries from under, at most.
const atOnce = 20

// errSystemOnly is told to people: archiving is for whoever runs the server, not for an account.
var errSystemOnly = fault.New(fault.Forbidden, "error.forbidden")

// Archived is what an archive holds.
type Archived struct {
	From    int64  `json:"from"` // the first seal
	To      int64  `json:"to"`   // and the last
	Entries int    `json:"entries"`
	SHA256  string `json:"sha256"` // of its lines
}

// record is one line of an archive: a seal, or an entry under the seal before it.
type record struct {
	Seal  *models.AuditSeal  `json:"seal,omitempty"`
	Entry *models.AuditEntry `json:"entry,omitempty"`
}

// Export writes the oldest seals of the log to w, each with the entries under it, as far as all of these are older than
// the day before. Each is checked on the way: what was altered is not archived. Nothing is taken out yet.
//
// Faults: Invalid "audit.archive.young" where entries of the last six months would go, Conflict "audit.archive.none"
// where there is nothing so old, Conflict "audit.archive.broken" (no).
func (s *Sealer) Export(ctx context.Context, who models.Actor, before models.Date, w io.Writer,
) (a Archived, err error) {
	if !who.System {
		return a, errSystemOnly
	}
	now := s.now()
	if latest := models.DateOf(now.AddDate(0, -LeastMonths, 0)); before == "" || before > latest {
		return a, fault.Wrong(fault.On("before", "audit.archive.young", "latest", latest, "months", LeastMonths))
	}
	seals, err := s.oldSeals(ctx, before.Start())
	if err != nil {
		return a, err
	}
	if len(seals) == 0 {
		return a, fault.New(fault.Conflict, "audit.archive.none", "before", before)
	}
	a.From, a.To = seals[0].No, seals[len(seals)-1].No
	sum := sha256.New()
	lines := json.NewEncoder(io.MultiWriter(w, sum))
	for _, seal := range seals {
		rows, err := s.sound(ctx, seal)
		if err != nil {
			return a, err
		}
		if err := lines.Encode(record{Seal: &seal}); err != nil {
			return a, fmt.Errorf("write archive: %w", err)
		}
		for i := range rows {
			if err := lines.Encode(record{Entry: &rows[i]}); err != nil {
				return a, fmt.Errorf("write archive: %w", err)
			}
		}
		a.Entries += len(rows)
	}
	a.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return a, db.Tx(ctx, s.db, func(tx *gorm.DB) error { return Add(tx, now, who, a.event("written")) })
}

func (a Archived) event(what string) Event {
	return Event{
		Action: "audit.archive", Kind: "audit",
		Detail: fmt.Sprintf("%s seals=%d-%d entries=%d sha256=%s", what, a.From, a.To, a.Entries, a.SHA256),
	}
}

// oldSeals lists the seals whose entries are in the database and all older than an instant, from the oldest on without
// a gap.
func (s *Sealer) oldSeals(ctx context.Context, before time.Time) (seals []models.AuditSeal, err error) {
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		var young []int64
		err := tx.Model(&models.AuditSeal{}).Where("archive = '' AND last_at >= ?", before).Order("no").Limit(1).
			Pluck("no", &young).Error
		if err != nil {
			return err
		}
		q := tx.Where("archive = ''").Order("no")
		if len(young) > 0 {
			q = q.Where("no < ?", young[0])
		}
		return q.Find(&seals).Error
	})
	if err != nil {
		return nil, fmt.Errorf("list old seals: %w", err)
	}
	return seals, nil
}

// sound returns the entries under a seal, if they and the seal are as they were sealed.
func (s *Sealer) sound(ctx context.Context, seal models.AuditSeal) (rows []models.AuditEntry, err error) {
	t := tree{}
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		rows, t = nil, tree{}
		return under(tx, seal.No, func(e models.AuditEntry) error {
			rows = append(rows, e)
			t.add(e)
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read entries under seal %d: %w", seal.No, err)
	}
	if seal.Mac != s.mac(seal) || t.n != seal.Entries || t.root() != seal.Root {
		return nil, fault.New(fault.Conflict, "audit.archive.broken", "no", seal.No)
	}
	return rows, nil
}

// TakeOut removes the entries that Export has written, once the archive is safe, and marks their seals, which stay: the
// chain is checked over them as before. Where it is interrupted the rest is still in the database and goes into the
// next archive.
//
// Fault: Conflict "audit.archive.broken" (no) where entries are no longer as they were written.
func (s *Sealer) TakeOut(ctx context.Context, who models.Actor, a Archived) error {
	if !who.System {
		return errSystemOnly
	}
	now := s.now()
	for no := a.From; no <= a.To; no += atOnce {
		part := Archived{From: no, To: min(no+atOnce-1, a.To), SHA256: a.SHA256}
		err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
			part.Entries = 0
			for no := part.From; no <= part.To; no++ {
				n, err := s.takeOutTx(tx, no)
				if err != nil {
					return err
				}
				part.Entries += n
			}
			return Add(tx, now, who, part.event("taken out"))
		})
		if err != nil {
			return fmt.Errorf("take entries out: %w", err)
		}
	}
	return nil
}

func (s *Sealer) takeOutTx(tx *gorm.DB, no int64) (int, error) {
	broken := fault.New(fault.Conflict, "audit.archive.broken", "no", no)
	var seal models.AuditSeal
	err := tx.Where("no = ? AND archive = ''", no).Take(&seal).Error
	if db.IsNotFound(err) {
		return 0, broken // somebody else was quicker
	}
	if err != nil {
		return 0, err
	}
	gone := tx.Where("seal_no = ?", no).Delete(&models.AuditEntry{})
	if gone.Error != nil {
		return 0, gone.Error
	}
	if int(gone.RowsAffected) != seal.Entries {
		return 0, broken
	}
	return seal.Entries, tx.Model(&models.AuditSeal{}).Where("no = ?", no).Update("archive", s.archived(seal)).Error
}

// archived is the mark of a seal whose entries were archived. Only the house can make it, so that nobody can take
// entries out of the database and say that they are archived.
func (s *Sealer) archived(seal models.AuditSeal) string {
	return s.vault.Hash("audit.archive", Digest(seal))
}

// Compare holds an archive against the seals of the database: it has what was sealed, all of it and nothing else.
// Broken has the key "archive" for each seal of which that is not so.
//
// Fault: Invalid "audit.archive.damaged" for what is no archive, or only a part of one.
func (s *Sealer) Compare(ctx context.Context, who models.Actor, r io.Reader) (c Check, err error) {
	if !who.System {
		return c, errSystemOnly
	}
	now := s.now()
	lines := json.NewDecoder(r)
	var seal *models.AuditSeal
	t := tree{}
	for {
		var line record
		err := lines.Decode(&line)
		end := errors.Is(err, io.EOF)
		if err != nil && !end || !end && (line.Seal == nil) == (line.Entry == nil) || seal == nil && line.Seal == nil {
			return c, fault.New(fault.Invalid, "audit.archive.damaged")
		}
		if line.Entry != nil {
			t.add(*line.Entry)
			continue
		}
		if seal != nil {
			if err := s.compareSeal(ctx, &c, *seal, t); err != nil {
				return c, err
			}
		}
		if end {
			break
		}
		seal, t = line.Seal, tree{}
	}
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		return Add(tx, now, who, Event{
			Action: "audit.verify", Kind: "audit", Outcome: outcomeOf(c),
			Detail: fmt.Sprintf("archive seals=%d broken=%d", c.Checked, len(c.Broken)),
		})
	})
	return c, err
}

func (s *Sealer) compareSeal(ctx context.Context, c *Check, seal models.AuditSeal, t tree) error {
	var rows []models.AuditSeal
	err := db.View(ctx, s.db, func(tx *gorm.DB) error { return tx.Where("no = ?", seal.No).Find(&rows).Error })
	if err != nil {
		return fmt.Errorf("read seal %d: %w", seal.No, err)
	}
	c.Checked++
	if len(rows) != 1 || rows[0].Mac != s.mac(rows[0]) || Digest(rows[0]) != Digest(seal) ||
		t.n != rows[0].Entries || t.root() != rows[0].Root {
		c.Broken = append(c.Broken, Broken{
			No: seal.No, Key: "archive", FirstAt: stamp(seal.FirstAt), LastAt: stamp(seal.LastAt),
		})
	}
	return nil
}
