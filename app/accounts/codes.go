package accounts

import (
	"context"
	"crypto/rand"
	"strconv"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

const (
	codeTries    = 5    // so many wrong ones make a code worthless
	activateDays = 14   // an activation code holds until the end of this day after today
	resetDays    = 1    // and a reset code
	mostSlips    = 1000 // that are issued at once
)

// codeSigns are the signs of codes on paper: 32, none easily confused.
const codeSigns = "23456789ABCDEFGHJKMNPQRSTVWXYZ23"

// Slip is a one-time code on paper. The code is known only here: the row keeps its hash.
type Slip struct {
	Name, StaffNo, Unit, Code string
	Until                     models.Date // last day
}

// newCode makes n signs in groups of five.
func newCode(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // crypto/rand.Read never fails
	out := make([]byte, 0, n+n/halfSize)
	for i := range b {
		if i > 0 && i%halfSize == 0 {
			out = append(out, '-')
		}
		out = append(out, codeSigns[b[i]&31])
	}
	return string(out)
}

// codeHash is what is kept of a code: it holds for one person only, and cannot be guessed without the keys.
func (s *Service) codeHash(personID, code string) string {
	return s.vault.Hash("access_codes.hash", personID+" "+plainCode(code))
}

// Waiting counts the people of a unit's subtree who have an account and no password, and says when codes were issued
// for it last (nil = never). Faults: NotFound, Forbidden.
func (s *Service) Waiting(ctx context.Context, actor models.Actor, unitID string) (n int, last *time.Time, err error) {
	now := s.now()
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		u, err := seenUnit(tx, actor, policy.AdminPeople, unitID)
		if err != nil {
			return err
		}
		reach := policy.Scope(actor, policy.AdminPeople)
		if n, err = countWaiting(tx, reach, u.Path, models.DateOf(now)); err != nil {
			return err
		}
		last, err = lastIssue(tx, u.Path, models.CodeActivate)
		return err
	})
	return n, last, err
}

// IssueCodes makes an activation code for everybody of a unit's subtree who has an account and no password. Codes that
// were issued before are worthless from now on. Who has a role there and no post at all is among them. Who holds a role
// that asks for two administrators gets none (see AskReset), nor who holds one beyond the actor's reach: else the actor
// could become them.
//
// Faults: NotFound, Forbidden; Conflict "account.code.none" when nobody waits, "account.code.many" when more than can
// be printed at once do.
func (s *Service) IssueCodes(ctx context.Context, actor models.Actor, unitID string) ([]Slip, models.Unit, error) {
	now := s.now()
	var slips []Slip
	var u models.Unit
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		if u, err = seenUnit(tx, actor, policy.AdminPeople, unitID); err != nil {
			return err
		}
		people, err := listWaiting(tx, policy.Scope(actor, policy.AdminPeople), u.Path, models.DateOf(now), mostSlips+1)
		switch {
		case err != nil:
			return err
		case len(people) == 0:
			return fault.New(fault.Conflict, "account.code.none", "unit", u.Name)
		case len(people) > mostSlips:
			return fault.New(fault.Conflict, "account.code.many", "most", mostSlips)
		}
		if slips, err = s.issueTx(tx, now, actor, u.ID, models.CodeActivate, "", people); err != nil {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{
			Action: "code.issue", Kind: "unit", ID: u.ID, Detail: strconv.Itoa(len(people)),
		})
	})
	return slips, u, err
}

// issueTx makes a code for each of the people and voids those that they had.
func (s *Service) issueTx(
	tx *gorm.DB, now time.Time, actor models.Actor, unitID string, kind models.CodeKind, reason string,
	people []PersonRow,
) ([]Slip, error) {
	days := activateDays
	if kind == models.CodeReset {
		days = resetDays
	}
	until := models.DateOf(now).AddDays(days)
	ids := make([]string, 0, len(people))
	rows, slips := make([]models.AccessCode, 0, len(people)), make([]Slip, 0, len(people))
	for _, p := range people {
		code := newCode(10) // 50 bits, five tries
		row := models.AccessCode{
			ID: models.NewID(), PersonID: p.ID, UnitID: unitID, Kind: kind, Hash: s.codeHash(p.ID, code),
			Reason: reason, IssuedBy: orNil(actor.ID), IssuedAt: now, ExpiresAt: until.End(),
		}
		ids, rows = append(ids, p.ID), append(rows, row)
		slips = append(slips, Slip{Name: p.Name, StaffNo: p.StaffNo, Unit: p.Unit, Code: code, Until: until})
	}
	if err := voidCodes(tx, now, ids); err != nil {
		return nil, err
	}
	return slips, insertCodes(tx, rows)
}

// CodeNotice is a reset code that was issued for the reader.
type CodeNotice struct {
	models.AccessCode
	Issuer, Unit string
}

// CodesForMe lists the reset codes that were issued for the actor, newest first; new are those that he was not told
// yet.
func (s *Service) CodesForMe(ctx context.Context, actor models.Actor, onlyNew bool) ([]CodeNotice, error) {
	if actor.ID == "" {
		return nil, unsigned()
	}
	var rows []CodeNotice
	err := db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		rows, err = codesOf(tx, actor.ID, onlyNew)
		return err
	})
	return rows, err
}

// ToldCodes notes that the actor has read which codes were issued for him.
func (s *Service) ToldCodes(ctx context.Context, actor models.Actor) error {
	if actor.ID == "" {
		return unsigned()
	}
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		n, err := tellCodes(tx, now, actor.ID)
		if err != nil || n == 0 {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{Action: "code.told", Kind: "person", ID: actor.ID})
	})
}
