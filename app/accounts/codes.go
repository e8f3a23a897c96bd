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

// listedMost is how many of those who wait are listed to be chosen.
const listedMost = 100

// Waiting is who waits for a slip in a unit's subtree.
type Waiting struct {
	N    int          // people with an account and no password
	Live int          // of whom so many hold a slip that can still be used
	Last *time.Time   // when codes were issued last; nil = never
	List []WaitingRow // the first of them
}

// WaitingRow is somebody who waits; Until is the last moment of a slip that can still be used, nil without.
type WaitingRow struct {
	PersonRow
	Until *time.Time
}

// Waiting says who of a unit's subtree has an account and no password, and who holds a slip. Faults: NotFound,
// Forbidden.
func (s *Service) Waiting(ctx context.Context, actor models.Actor, unitID string) (out Waiting, err error) {
	now := s.now()
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		out = Waiting{}
		u, err := seenUnit(tx, actor, policy.AdminPeople, unitID)
		if err != nil {
			return err
		}
		reach, today := policy.Scope(actor, policy.AdminPeople), models.DateOf(now)
		if out.N, err = countWaiting(waiting(tx, reach, u.Path, today)); err != nil {
			return err
		}
		live, args := liveCond(now)
		if out.Live, err = countWaiting(waiting(tx, reach, u.Path, today).Where(live, args...)); err != nil {
			return err
		}
		if out.List, err = waitingRows(tx, now, reach, u.Path); err != nil {
			return err
		}
		out.Last, err = lastIssue(tx, u.Path, models.CodeActivate)
		return err
	})
	return out, err
}

// SlipChoice says for whom of those who wait slips are made.
type SlipChoice string

// The choices.
const (
	SlipsNew  SlipChoice = "new"  // who holds none that can still be used
	SlipsSome SlipChoice = "some" // those named
	SlipsAll  SlipChoice = "all"
)

// IssueInput chooses the people of a unit's subtree who get a slip; People are ids, for SlipsSome. Choice "" is
// SlipsNew.
type IssueInput struct {
	UnitID string
	Choice SlipChoice
	People []string
}

// IssueCodes makes activation codes for those chosen of a unit's subtree who have an account and no password. Codes
// that they were given before are worthless from now on; those of others stay. Who has a role there and no post at all
// is among them. Who holds a role that asks for two administrators gets none (see AskReset), nor who holds one beyond
// the actor's reach: else the actor could become them.
//
// Faults: NotFound, Forbidden; Invalid with field person when nobody is named; Conflict "account.code.none" when nobody
// waits, "account.code.held" when all who wait hold a slip, "account.code.many" when more than can be printed at once
// do.
func (s *Service) IssueCodes(ctx context.Context, actor models.Actor, in IssueInput) ([]Slip, models.Unit, error) {
	now := s.now()
	if in.Choice == SlipsSome && len(in.People) == 0 {
		return nil, models.Unit{}, fault.Wrong(fault.On("person", "account.code.nobody"))
	}
	var slips []Slip
	var u models.Unit
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		if u, err = seenUnit(tx, actor, policy.AdminPeople, in.UnitID); err != nil {
			return err
		}
		today := models.DateOf(now)
		q := in.of(waiting(tx, policy.Scope(actor, policy.AdminPeople), u.Path, today), now)
		people, err := listWaiting(q, u.Path, today, mostSlips+1)
		switch {
		case err != nil:
			return err
		case len(people) == 0:
			return s.nobodyTx(tx, actor, u, today)
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

// of narrows those who wait to those chosen.
func (in IssueInput) of(q *gorm.DB, now time.Time) *gorm.DB {
	switch in.Choice {
	case SlipsAll:
		return q
	case SlipsSome:
		return q.Where("persons.id IN ?", in.People)
	case SlipsNew:
	}
	live, args := liveCond(now)
	return q.Where("NOT "+live, args...)
}

// nobodyTx says why there is nobody to make a slip for.
func (s *Service) nobodyTx(tx *gorm.DB, actor models.Actor, u models.Unit, today models.Date) error {
	n, err := countWaiting(waiting(tx, policy.Scope(actor, policy.AdminPeople), u.Path, today))
	switch {
	case err != nil:
		return err
	case n > 0:
		return fault.New(fault.Conflict, "account.code.held", "unit", u.Name)
	}
	return fault.New(fault.Conflict, "account.code.none", "unit", u.Name)
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
