package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/vault"
)

// batch is the number of entries under one seal at most. Tests seal less.
const batch = 2000

// metaHead holds the number and digest of the newest seal with their keyed hash, so that cutting the chain shows.
const metaHead = "audit.head"

// Sealer seals entries in batches and checks the seals. Entries are written without it, so that the chain is no lock
// that every change of the house would wait for.
type Sealer struct {
	db    *db.DB
	vault *vault.Vault
	now   clock.Clock
	batch int
}

// NewSealer returns a Sealer on d; the keyed hashes are v's and outlive the rotation of its sealing keys.
func NewSealer(d *db.DB, v *vault.Vault, now clock.Clock) *Sealer {
	return &Sealer{db: d, vault: v, now: now, batch: batch}
}

// Seal puts every entry that stands under no seal yet under new ones and returns how many entries it sealed.
//
// Two servers at once do not both seal an entry: the seal's number is its key, and the slower one rolls back.
func (s *Sealer) Seal(ctx context.Context) (sealed int, err error) {
	for {
		n, err := s.sealBatch(ctx, s.now())
		if db.IsConflict(err) {
			return sealed, nil // another server seals just now
		}
		if err != nil || n == 0 {
			return sealed, err
		}
		sealed += n
	}
}

func (s *Sealer) sealBatch(ctx context.Context, now time.Time) (n int, err error) {
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		n = 0
		var rows []models.AuditEntry
		if err := tx.Where("seal_no IS NULL").Order("id").Limit(s.batch).Find(&rows).Error; err != nil {
			return fmt.Errorf("read unsealed entries: %w", err)
		}
		if len(rows) == 0 {
			return nil
		}
		last, err := lastSeal(tx)
		if err != nil {
			return err
		}
		seal := s.over(rows, last, now)
		if err := tx.Create(&seal).Error; err != nil {
			return fmt.Errorf("enter seal %d: %w", seal.No, err)
		}
		if err := putUnder(tx, seal.No, rows); err != nil {
			return err
		}
		n = len(rows)
		return db.SetMetaTx(tx, metaHead, s.head(seal))
	})
	return n, err
}

// over is the seal that follows last and covers rows, which are in the order of their ids.
func (s *Sealer) over(rows []models.AuditEntry, last models.AuditSeal, now time.Time) models.AuditSeal {
	t := tree{}
	seal := models.AuditSeal{No: last.No + 1, FirstAt: rows[0].At, LastAt: rows[0].At, SealedAt: now}
	for _, r := range rows {
		t.add(r)
		if r.At.Before(seal.FirstAt) {
			seal.FirstAt = r.At
		}
		if r.At.After(seal.LastAt) {
			seal.LastAt = r.At
		}
	}
	seal.Entries, seal.Root = t.n, t.root()
	if last.No > 0 {
		seal.Prev = Digest(last)
	}
	seal.Mac = s.mac(seal)
	return seal
}

func (s *Sealer) mac(seal models.AuditSeal) string { return s.vault.Hash("audit.seal", Digest(seal)) }

func (s *Sealer) head(seal models.AuditSeal) string {
	where := strconv.FormatInt(seal.No, 10) + " " + Digest(seal)
	return where + " " + s.vault.Hash("audit.head", where)
}

func lastSeal(tx *gorm.DB) (models.AuditSeal, error) {
	var last models.AuditSeal
	if err := tx.Order("no DESC").Limit(1).Find(&last).Error; err != nil {
		return last, fmt.Errorf("read last seal: %w", err)
	}
	return last, nil
}

func putUnder(tx *gorm.DB, no int64, rows []models.AuditEntry) error {
	for part := range slices.Chunk(rows, 500) {
		ids := make([]string, len(part))
		for i, r := range part {
			ids[i] = r.ID
		}
		res := tx.Model(&models.AuditEntry{}).Where("id IN ? AND seal_no IS NULL", ids).Update("seal_no", no)
		if res.Error != nil {
			return fmt.Errorf("put entries under seal %d: %w", no, res.Error)
		}
		if int(res.RowsAffected) != len(ids) {
			return fmt.Errorf("put entries under seal %d: %d of %d: %w", no, res.RowsAffected, len(ids),
				gorm.ErrDuplicatedKey) // another server has sealed some of them meanwhile
		}
	}
	return nil
}

// Digest is the SHA-256 of everything a seal says but its keyed hash and where its entries lie, in hexadecimal: what
// the next seal holds as Prev, and what may be written down outside the house to hold the chain against.
func Digest(s models.AuditSeal) string {
	return digest("shanzhi/seal/v1", s.No, s.Entries, stamp(s.FirstAt), stamp(s.LastAt), s.Root, s.Prev,
		stamp(s.SealedAt))
}

func digest(parts ...any) string {
	text, _ := json.Marshal(parts) // texts and whole numbers: it cannot fail
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// tree is a Merkle tree over entries, added in the order of their ids (RFC 6962, section 2.1).
type tree struct {
	n     int
	peaks [][]byte // of the full trees to the left, the largest first; their sizes are the bits of n
}

func (t *tree) add(e models.AuditEntry) {
	h := leaf(e)
	for n := t.n; n&1 == 1; n >>= 1 {
		last := len(t.peaks) - 1
		h = node(t.peaks[last], h)
		t.peaks = t.peaks[:last]
	}
	t.peaks = append(t.peaks, h)
	t.n++
}

func (t *tree) root() string {
	if t.n == 0 {
		empty := sha256.Sum256(nil)
		return hex.EncodeToString(empty[:])
	}
	h := t.peaks[len(t.peaks)-1]
	for _, left := range slices.Backward(t.peaks[:len(t.peaks)-1]) {
		h = node(left, h)
	}
	return hex.EncodeToString(h)
}

// leaf is the hash of one entry: every column but the seal's number, in an order of its own, whatever the database.
func leaf(e models.AuditEntry) []byte {
	actor := ""
	if e.ActorID != nil {
		actor = *e.ActorID
	}
	text, _ := json.Marshal([]string{ // texts: it cannot fail
		e.ID, stamp(e.At), actor, e.ActorName, e.Action, e.ObjectKind, e.ObjectID, e.Outcome, e.Detail, e.FromAddr,
		e.RequestID,
	})
	sum := sha256.Sum256(append([]byte{0}, text...))
	return sum[:]
}

func node(left, right []byte) []byte {
	sum := sha256.Sum256(slices.Concat([]byte{1}, left, right))
	return sum[:]
}
