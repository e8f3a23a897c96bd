package accounts

import (
	"context"
	"crypto/subtle"
	"sync"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// mostKnocks is how many wrong codes may come from one address before it has to wait: many people activate behind one
// address of an office, and nobody needs so many mistakes.
const mostKnocks = 30

// knocks counts wrong codes per address. They are forgotten when the program ends.
type knocks struct {
	mu   sync.Mutex
	seen map[string]knock
}

type knock struct {
	n    int
	last time.Time
}

// shut is how long an address must wait, 0 when it need not.
func (k *knocks) shut(from string, now time.Time, wait time.Duration) time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	x, known := k.seen[from]
	switch {
	case !known:
		return 0
	case now.Sub(x.last) >= wait:
		delete(k.seen, from)
		return 0
	case x.n >= mostKnocks:
		return wait - now.Sub(x.last)
	}
	return 0
}

// miss counts a wrong code.
func (k *knocks) miss(from string, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.seen) >= maxGhosts {
		clear(k.seen)
	}
	k.seen[from] = knock{n: k.seen[from].n + 1, last: now}
}

// ActivateInput is what somebody types from the slip.
type ActivateInput struct {
	StaffNo, Code, New, Again string
}

// Activate lets whoever holds a code on paper choose the password of the account it was issued for; every session of
// the account ends and a new one is opened, whose token it returns. A second factor that is set up is asked for all the
// same.
//
// Faults: Invalid on the fields staff_no, new, again; Invalid "account.code.wrong" on code, the same for an unknown
// staff number and a code that is wrong, used up or past its day; Busy "account.code.wait" after too many wrong codes
// from one address.
func (s *Service) Activate(ctx context.Context, who models.Actor, in ActivateInput) (token string, err error) {
	now := s.now()
	in.StaffNo = NormalStaffNo(in.StaffNo)
	if err := in.check(); err != nil {
		return "", err
	}
	if left := s.knocks.shut(who.From, now, s.o.Lock); left > 0 {
		return "", fault.New(fault.Busy, "account.code.wait", "minutes", int(left.Minutes())+1)
	}
	p, err := s.findStaff(ctx, in.StaffNo)
	if err != nil {
		return "", err
	}
	who.ID, who.Name = p.ID, p.Name
	code, good, err := s.tryCode(ctx, now, who, p, in.Code)
	switch {
	case err != nil:
		return "", err
	case !good:
		s.knocks.miss(who.From, now)
		return "", wrongCode()
	}
	hash, err := s.Hash(ctx, in.New)
	if err != nil {
		return "", err
	}
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		token, err = s.activateTx(tx, now, who, code, hash)
		return err
	})
	return token, err
}

func wrongCode() error { return fault.Wrong(fault.On("code", "account.code.wrong")) }

// check looks at everything but the code, so that what it says tells nothing about the code.
func (in ActivateInput) check() error {
	fields := checkStaffNo("staff_no", in.StaffNo)
	if plainCode(in.Code) == "" {
		fields = append(fields, fault.On("code", "form.required"))
	}
	fields = append(fields, CheckPassword("new", in.New, in.StaffNo, 0)...)
	if in.Again != in.New {
		fields = append(fields, fault.On("again", "form.mismatch"))
	}
	return fault.Refuse(fields)
}

// findStaff returns the person of a staff number; nobody where there is none.
func (s *Service) findStaff(ctx context.Context, no string) (p models.Person, err error) {
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		p, err = personByStaffNo(tx, no)
		return err
	})
	if db.IsNotFound(err) {
		return models.Person{}, nil
	}
	return p, err
}

// tryCode counts the try and compares the code in constant time. A person or a code that is not there takes the same
// way: one transaction, one hash, one entry.
func (s *Service) tryCode(
	ctx context.Context, now time.Time, who models.Actor, p models.Person, given string,
) (code models.AccessCode, good bool, err error) {
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		var live, counted bool
		if code, live, err = liveCode(tx, now, p.ID); err != nil {
			return err
		}
		if counted, err = countCode(tx, code.ID); err != nil {
			return err
		}
		hash := s.wholeHash(code.Kind, p.ID, given)
		same := subtle.ConstantTimeCompare([]byte(hash), []byte(code.Hash)) == 1
		if good = same && live && counted && p.DisabledAt == nil; good {
			return nil
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: "account.activate", Kind: "person", ID: p.ID, Outcome: audit.Refused, Detail: "wrong code",
		})
	})
	return code, good, err
}

// activateTx uses the code up and sets the password.
func (s *Service) activateTx(
	tx *gorm.DB, now time.Time, who models.Actor, code models.AccessCode, hash string,
) (string, error) {
	if code.Kind != models.CodeTwo { // the person may have been given a role since that asks for two administrators
		if err := guardedTx(tx, now, who.ID); err != nil {
			return "", wrongCode()
		}
	}
	used, err := useCode(tx, now, code.ID)
	switch {
	case err != nil:
		return "", err
	case !used:
		return "", wrongCode()
	}
	if err := setPassword(tx, now, who.ID, hash, false); err != nil {
		return "", err
	}
	if err := deleteSessions(tx, who.ID); err != nil {
		return "", err
	}
	token, err := s.openTx(tx, now, who.ID, nil)
	if err != nil {
		return "", err
	}
	return token, audit.Add(tx, now, who, audit.Event{
		Action: "account.activate", Kind: "person", ID: who.ID, Detail: string(code.Kind),
	})
}
