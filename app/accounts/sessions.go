package accounts

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"math"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// seenEvery is how often a session's last use is written at most.
const seenEvery = time.Minute

// Login opens a session for whoever knows the password of a staff number or mobile number; token goes into the cookie.
// who carries the address and the request id. Every outcome is audited.
//
// Faults: Invalid "account.login_wrong", the same for an unknown login, a disabled account and a wrong password; Busy
// "account.locked" after too many failures; Busy "error.busy".
func (s *Service) Login(ctx context.Context, who models.Actor, login, password string) (token string, err error) {
	now := s.now()
	p, err := s.findLogin(ctx, login)
	if err != nil {
		return "", err
	}
	if p == nil {
		return "", s.loginUnknown(ctx, now, who, login, password)
	}
	who.ID, who.Name = p.ID, p.Name
	if err := s.prove(ctx, now, who, p, password, "account.login"); err != nil {
		return "", err
	}
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if err := s.passedTx(tx, p.ID); err != nil {
			return err
		}
		if token, err = s.openTx(tx, now, p.ID, nil); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{Action: "account.login", Kind: "person", ID: p.ID})
	})
	return token, err
}

// loginUnknown refuses a login that nobody has, as slowly and, after as many tries, as finally as one that somebody
// has.
func (s *Service) loginUnknown(ctx context.Context, now time.Time, who models.Actor, login, password string) error {
	left := s.ghosts.knock(s.vault.Hash("login", login), now, s.o)
	if _, err := s.matches(ctx, password, ""); err != nil {
		return err
	}
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		return audit.Add(tx, now, who, audit.Event{
			Action: "account.login", Outcome: audit.Refused, Detail: "unknown login",
		})
	})
	switch {
	case err != nil:
		return err
	case left > 0:
		return locked(left)
	}
	return wrongLogin()
}

func wrongLogin() error { return fault.New(fault.Invalid, "account.login_wrong") }

func locked(left time.Duration) error {
	return fault.New(fault.Busy, "account.locked", "minutes", minutesOf(left))
}

func minutesOf(left time.Duration) int { return int(math.Ceil(left.Minutes())) }

// prove checks the password of a person. The try is counted before the password is looked at, so that many tries at the
// same time cannot go past the limit; a success is forgiven by whoever called.
func (s *Service) prove(
	ctx context.Context, now time.Time, who models.Actor, p *models.Person, password, action string,
) error {
	var try attempt
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		try, err = s.countTx(tx, now, p.ID)
		return err
	})
	if err != nil {
		return err
	}
	good, err := s.matches(ctx, password, p.PasswordHash)
	switch {
	case err != nil:
		return err
	case try.shut > 0:
		return s.refused(ctx, now, who, action, "locked", locked(try.shut))
	case good && closed(*p, now):
		return s.refused(ctx, now, who, action, "disabled", wrongLogin())
	case good:
		return nil
	case try.last:
		return s.refused(ctx, now, who, action, "wrong password, now locked", locked(s.o.Lock))
	}
	return s.refused(ctx, now, who, action, "wrong password", wrongLogin())
}

// closed reports whether an account is closed: by an administrator, or because its last day is over.
func closed(p models.Person, now time.Time) bool {
	return p.DisabledAt != nil || p.ClosesOn != "" && p.ClosesOn < models.DateOf(now)
}

// refused audits a refusal and returns it.
func (s *Service) refused(
	ctx context.Context, now time.Time, who models.Actor, action, why string, answer error,
) error {
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		return audit.Add(tx, now, who, audit.Event{
			Action: action, Kind: "person", ID: who.ID, Outcome: audit.Refused, Detail: why,
		})
	})
	if err != nil {
		return err
	}
	return answer
}

// passedTx forgives the failures before a right password. Where a second factor is still to come, only the try itself
// is taken back: else whoever knows the password could wipe out the failures of guessing the codes.
func (s *Service) passedTx(tx *gorm.DB, personID string) error {
	_, enrolled, err := s.factorTx(tx, personID)
	switch {
	case err != nil:
		return err
	case enrolled:
		return takeBackTx(tx, personID)
	}
	return forgiveTx(tx, personID)
}

// openTx makes a session and returns its token, of which only the hash is kept. proved says when the second factor was
// shown, nil when it was not.
func (s *Service) openTx(tx *gorm.DB, now time.Time, personID string, proved *time.Time) (token string, err error) {
	var raw, secret [32]byte
	_, _ = rand.Read(raw[:]) // crypto/rand.Read never fails
	_, _ = rand.Read(secret[:])
	token = base64.RawURLEncoding.EncodeToString(raw[:])
	return token, insertSession(tx, &models.Session{
		TokenHash: tokenHash(token), PersonID: personID, Secret: hex.EncodeToString(secret[:]),
		CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(s.o.Lifetime), ProvedAt: proved,
	})
}

func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Actor returns who is behind a session with the roles held today; see web.Sessions. A post makes a cadre at its unit.
// Until the second factor is shown there are no roles.
func (s *Service) Actor(ctx context.Context, token string) (models.SignedIn, error) {
	now := s.now()
	var found models.Session
	var p models.Person
	var in models.SignedIn
	var enrolled bool
	err := db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		if found, err = s.sessionTx(tx, now, token); err != nil {
			return err
		}
		if p, err = personTx(tx, found.PersonID); err != nil {
			return err
		}
		if in.Actor, err = actorTx(tx, now, p); err != nil || found.ProvedAt != nil {
			return err
		}
		_, enrolled, err = s.factorTx(tx, p.ID)
		return err
	})
	switch {
	case db.IsNotFound(err):
		return models.SignedIn{}, unsigned()
	case err != nil:
		return models.SignedIn{}, err
	case closed(p, now):
		return models.SignedIn{}, unsigned()
	}
	in.Secret = found.Secret
	in.First = s.firstStep(found, p, in.Actor, enrolled)
	in.Stale = found.ProvedAt != nil && now.Sub(*found.ProvedAt) >= s.o.Fresh
	if in.First == models.StepProve {
		in.Actor.Grants = nil
	}
	if now.Sub(found.SeenAt) >= seenEvery {
		err = db.Tx(ctx, s.db, func(tx *gorm.DB) error { return touchSession(tx, found.TokenHash, now) })
		if db.TakesNoWrites(err) {
			err = nil // reading goes on; the session is idle a little sooner
		}
	}
	return in, err
}

// firstStep is what must be done before anything else.
func (s *Service) firstStep(found models.Session, p models.Person, who models.Actor, enrolled bool) models.Step {
	switch {
	case found.ProvedAt == nil && enrolled:
		return models.StepProve
	case p.MustChange:
		return models.StepPassword
	case found.ProvedAt == nil && s.demands(who):
		return models.StepEnrol
	}
	return models.StepNone
}

func unsigned() error { return fault.New(fault.Unsigned, "error.unsigned") }

// sessionTx returns a session that still runs.
func (s *Service) sessionTx(tx *gorm.DB, now time.Time, token string) (models.Session, error) {
	found, err := sessionByHash(tx, tokenHash(token))
	switch {
	case err != nil:
		return found, err
	case !now.Before(found.ExpiresAt), now.Sub(found.SeenAt) >= s.o.Idle:
		return found, unsigned()
	}
	return found, nil
}

// Logout ends the session of the token; without one it does nothing.
func (s *Service) Logout(ctx context.Context, actor models.Actor, token string) error {
	if token == "" {
		return nil
	}
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		n, err := deleteSession(tx, tokenHash(token))
		if err != nil || n == 0 {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{Action: "account.logout", Kind: "person", ID: actor.ID})
	})
}

// LogoutEverywhere ends every session of the actor, on all devices.
func (s *Service) LogoutEverywhere(ctx context.Context, actor models.Actor) error {
	if actor.ID == "" {
		return unsigned()
	}
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if err := deleteSessions(tx, actor.ID); err != nil {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{Action: "account.logout_all", Kind: "person", ID: actor.ID})
	})
}

// SessionRow is one login of the actor on one device.
type SessionRow struct {
	CreatedAt, SeenAt time.Time
	Current           bool
}

// Sessions lists the actor's own sessions that still run, newest first; token tells the present one.
func (s *Service) Sessions(ctx context.Context, actor models.Actor, token string) ([]SessionRow, error) {
	if actor.ID == "" {
		return nil, unsigned()
	}
	now := s.now()
	var out []SessionRow
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		rows, err := sessionsOf(tx, actor.ID, now, now.Add(-s.o.Idle))
		out = make([]SessionRow, 0, len(rows))
		for _, r := range rows {
			out = append(out, SessionRow{
				CreatedAt: r.CreatedAt, SeenAt: r.SeenAt, Current: r.TokenHash == tokenHash(token),
			})
		}
		return err
	})
	return out, err
}

// ChangePassword replaces the actor's own password, ends all sessions and opens a new one in place of that with the
// token session, whose token it returns.
//
// Faults: Invalid on the fields old, new, again; Busy "account.locked" after too many wrong old passwords.
func (s *Service) ChangePassword(
	ctx context.Context, actor models.Actor, session, old, fresh, again string,
) (string, error) {
	if actor.ID == "" {
		return "", unsigned()
	}
	now := s.now()
	p, err := s.person(ctx, actor.ID)
	if err != nil {
		return "", err
	}
	if err := s.prove(ctx, now, actor, &p, old, "account.password"); err != nil {
		if fault.Is(err, fault.Invalid) {
			return "", fault.Wrong(fault.On("old", "account.password.wrong"))
		}
		return "", err
	}
	if err := checkChange(p, old, fresh, again); err != nil {
		return "", s.forgive(ctx, p.ID, err)
	}
	hash, err := s.Hash(ctx, fresh)
	if err != nil {
		return "", err
	}
	var token string
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		proved, err := provedTx(tx, session)
		if err != nil {
			return err
		}
		if err = setPassword(tx, now, p.ID, hash, false); err != nil {
			return err
		}
		if err = deleteSessions(tx, p.ID); err != nil {
			return err
		}
		if token, err = s.openTx(tx, now, p.ID, proved); err != nil {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{Action: "account.password", Kind: "person", ID: p.ID})
	})
	return token, err
}

func checkChange(p models.Person, old, fresh, again string) error {
	fields := CheckPassword("new", fresh, p.StaffNo, 0)
	if len(fields) == 0 && fresh == old {
		fields = append(fields, fault.On("new", "account.password.same"))
	}
	if again != fresh {
		fields = append(fields, fault.On("again", "form.mismatch"))
	}
	return fault.Refuse(fields)
}

// forgive takes back the count of a try whose password was right, and returns the refusal that stopped it.
func (s *Service) forgive(ctx context.Context, personID string, answer error) error {
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error { return forgiveTx(tx, personID) })
	if err != nil {
		return err
	}
	return answer
}

// PurgeSessions deletes the sessions that have ended and returns their number.
func (s *Service) PurgeSessions(ctx context.Context) (int64, error) {
	now := s.now()
	var n int64
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		n, err = deleteEnded(tx, now, now.Add(-s.o.Idle))
		return err
	})
	return n, err
}
