package accounts

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/notice"
	"shanzhi/models/policy"
)

// FactorMode says who needs a second factor.
type FactorMode string

// The modes.
const (
	FactorRequired FactorMode = "required" // the three administrators and releasing officers must have one
	FactorOptional FactorMode = "optional" // whoever has one is asked for it
	FactorOff      FactorMode = "off"      // nobody is asked
)

const (
	factorPeriod  = 30 // seconds of one step (RFC 6238, 4.1)
	factorSecret  = 20 // bytes (RFC 4226, 4: at least 16, better 20)
	recoveryCodes = 10
	ticketLife    = 30 * time.Minute
	ticketUse     = "accounts.factor" // purpose of the signed secret of a form
)

// demanded are the roles that must have a second factor where it is required.
var demanded = []models.Role{models.RoleSystem, models.RoleSecurity, models.RoleAudit, models.RoleReleaser}

// demands reports whether somebody must have a second factor.
func (s *Service) demands(who models.Actor) bool {
	return s.o.Factor == FactorRequired && slices.ContainsFunc(demanded, who.Has)
}

// NeedsFactor reports whether a role is one whose holders ought to have a second factor.
func NeedsFactor(r models.Role) bool { return slices.Contains(demanded, r) }

// factorPlace binds a secret to its row.
func factorPlace(personID string) string { return "second_factors.secret." + personID }

// FactorState is how the actor's own second factor stands.
type FactorState struct {
	Mode     FactorMode
	Demanded bool       // the actor's role must have one
	Since    *time.Time // nil while none is set up
	Left     int        // recovery codes that are not used
}

// Factor tells how the actor's second factor stands.
func (s *Service) Factor(ctx context.Context, actor models.Actor) (FactorState, error) {
	if actor.ID == "" {
		return FactorState{}, unsigned()
	}
	out := FactorState{Mode: s.o.Factor, Demanded: s.demands(actor)}
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		f, found, err := factorByPerson(tx, actor.ID)
		if err != nil || !found {
			return err
		}
		out.Since = &f.EnrolledAt
		out.Left, err = countRecovery(tx, actor.ID)
		return err
	})
	return out, err
}

// factorTx returns the factor of a person that is asked for; none while nobody is asked.
func (s *Service) factorTx(tx *gorm.DB, personID string) (models.SecondFactor, bool, error) {
	if s.o.Factor == FactorOff {
		return models.SecondFactor{}, false, nil
	}
	return factorByPerson(tx, personID)
}

// FactorTicket is a secret that is about to become a second factor: signed for the form, in text for those who type it,
// and as the address that an authenticator reads from a QR code.
type FactorTicket struct {
	Ticket, Secret, URI string
}

// NewFactor makes the secret that the actor can set up in the session with the token: the same one in each of its tabs
// and after a reload, for a telephone that has read it once must fit what is sent later. It follows from the session,
// so nothing is kept before EnrolFactor.
func (s *Service) NewFactor(ctx context.Context, actor models.Actor, session string) (FactorTicket, error) {
	if actor.ID == "" {
		return FactorTicket{}, unsigned()
	}
	raw, err := hex.DecodeString(s.vault.Hash("second_factors.pending", actor.ID+" "+session))
	if err != nil {
		return FactorTicket{}, fmt.Errorf("make a secret: %w", err)
	}
	raw = raw[:factorSecret]
	if session == "" { // nothing that is secret to begin with
		_, _ = rand.Read(raw) // crypto/rand.Read never fails
	}
	secret := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw)
	ticket := s.vault.Token(ticketUse, actor.ID+" "+secret, s.now().Add(ticketLife))
	return s.ticketOf(ctx, actor, ticket, secret)
}

// SameFactor returns the secret of a form that was refused, that of NewFactor when its ticket no longer holds.
func (s *Service) SameFactor(
	ctx context.Context, actor models.Actor, session, ticket string,
) (FactorTicket, error) {
	secret, ok := s.readTicket(actor, ticket, s.now())
	if !ok {
		return s.NewFactor(ctx, actor, session)
	}
	return s.ticketOf(ctx, actor, ticket, secret)
}

func (s *Service) readTicket(actor models.Actor, ticket string, now time.Time) (secret string, ok bool) {
	text, err := s.vault.CheckToken(ticketUse, ticket, now)
	if err != nil {
		return "", false
	}
	id, secret, _ := strings.Cut(text, " ")
	return secret, id == actor.ID && actor.ID != ""
}

func (s *Service) ticketOf(ctx context.Context, actor models.Actor, ticket, secret string) (FactorTicket, error) {
	site, err := s.Site(ctx)
	if err != nil {
		return FactorTicket{}, err
	}
	p, err := s.person(ctx, actor.ID)
	if err != nil {
		return FactorTicket{}, err
	}
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return FactorTicket{}, fmt.Errorf("read secret of a ticket: %w", err)
	}
	name := site.Name
	if name == "" {
		name = "Shanzhi"
	}
	key, err := totp.Generate(totp.GenerateOpts{
		Issuer: name, AccountName: p.StaffNo, Secret: raw, Period: factorPeriod,
	})
	if err != nil {
		return FactorTicket{}, fmt.Errorf("describe authenticator: %w", err)
	}
	return FactorTicket{Ticket: ticket, Secret: secret, URI: key.URL()}, nil
}

// EnrolFactor makes the secret of a ticket the actor's second factor, once a code of it was typed. The session with the
// token is replaced by a new one. The recovery codes are known only here.
//
// Faults: Invalid on code: "account.factor.expired" for a ticket that no longer holds, "account.factor.first_wrong";
// Conflict
// "account.factor.off", "account.factor.twice".
func (s *Service) EnrolFactor(
	ctx context.Context, actor models.Actor, session, ticket, code string,
) (token string, recovery []string, err error) {
	if actor.ID == "" {
		return "", nil, unsigned()
	}
	if s.o.Factor == FactorOff {
		return "", nil, fault.New(fault.Conflict, "account.factor.off")
	}
	now := s.now()
	secret, ok := s.readTicket(actor, ticket, now)
	if !ok {
		return "", nil, fault.Wrong(fault.On("code", "account.factor.expired"))
	}
	step := stepOf(secret, plainFactor(code), now)
	if step < 0 {
		return "", nil, fault.Wrong(fault.On("code", "account.factor.first_wrong"))
	}
	row := models.SecondFactor{PersonID: actor.ID, LastStep: step, EnrolledAt: now}
	if row.Secret, err = s.vault.Seal(secret, factorPlace(actor.ID)); err != nil {
		return "", nil, fmt.Errorf("seal second factor: %w", err)
	}
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if err := insertFactor(tx, &row); err != nil {
			if db.IsConflict(err) {
				return fault.New(fault.Conflict, "account.factor.twice")
			}
			return err
		}
		if recovery, err = s.renewRecovery(tx, actor.ID); err != nil {
			return err
		}
		if token, err = s.rotateTx(tx, now, actor.ID, session, &now); err != nil {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{Action: "factor.enrol", Kind: "person", ID: actor.ID})
	})
	return token, recovery, err
}

// rotateTx puts a new session in the place of an old one.
func (s *Service) rotateTx(tx *gorm.DB, now time.Time, personID, old string, proved *time.Time) (string, error) {
	if _, err := deleteSession(tx, tokenHash(old)); err != nil {
		return "", err
	}
	return s.openTx(tx, now, personID, proved)
}

// renewRecovery replaces the recovery codes of a person.
func (s *Service) renewRecovery(tx *gorm.DB, personID string) ([]string, error) {
	codes, rows := make([]string, 0, recoveryCodes), make([]models.RecoveryCode, 0, recoveryCodes)
	for range recoveryCodes {
		code := newCode(10)
		codes = append(codes, code)
		rows = append(rows, models.RecoveryCode{
			ID: models.NewRandomID(), PersonID: personID, Hash: s.recoveryHash(personID, code),
		})
	}
	if err := deleteRecovery(tx, personID); err != nil {
		return nil, err
	}
	return codes, insertRecovery(tx, rows)
}

func (s *Service) recoveryHash(personID, code string) string {
	return s.vault.Hash("recovery_codes.hash", personID+" "+plainCode(code))
}

// ProveFactor takes a code of the authenticator, or a recovery code, and puts a session that has shown it in the place
// of the one with the token. A code is taken once. Failures count towards the lock of the account like those of the
// password.
//
// Faults: Invalid "account.factor.wrong" on code; Busy "account.factor.locked"; Conflict "account.factor.none".
func (s *Service) ProveFactor(
	ctx context.Context, actor models.Actor, session, code string,
) (token string, err error) {
	now := s.now()
	err = s.withFactor(ctx, now, actor, code, "factor.prove", func(tx *gorm.DB) (err error) {
		token, err = s.rotateTx(tx, now, actor.ID, session, &now)
		return err
	})
	return token, err
}

// RenewRecovery makes new recovery codes; the old ones are worthless. Faults: see ProveFactor.
func (s *Service) RenewRecovery(ctx context.Context, actor models.Actor, code string) (codes []string, err error) {
	err = s.withFactor(ctx, s.now(), actor, code, "factor.renew", func(tx *gorm.DB) (err error) {
		codes, err = s.renewRecovery(tx, actor.ID)
		return err
	})
	return codes, err
}

// RemoveFactor takes the actor's second factor away, for instance before another telephone is set up. Whose role
// demands one is led to set it up at once. Faults: see ProveFactor.
func (s *Service) RemoveFactor(
	ctx context.Context, actor models.Actor, session, code string,
) (token string, err error) {
	now := s.now()
	err = s.withFactor(ctx, now, actor, code, "factor.remove", func(tx *gorm.DB) (err error) {
		if err := deleteFactor(tx, actor.ID); err != nil {
			return err
		}
		if err := deleteSessions(tx, actor.ID); err != nil {
			return err
		}
		token, err = s.openTx(tx, now, actor.ID, nil)
		return err
	})
	return token, err
}

// withFactor counts a try, checks a code and, when it is right, forgives the failures, does the work and writes the
// entry, all in one transaction.
func (s *Service) withFactor(
	ctx context.Context, now time.Time, actor models.Actor, code, action string, do func(tx *gorm.DB) error,
) error {
	if actor.ID == "" {
		return unsigned()
	}
	var try attempt
	var good bool
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		try, err = s.countTx(tx, now, actor.ID)
		return err
	})
	if err != nil {
		return err
	}
	if try.shut > 0 {
		return s.refused(ctx, now, actor, action, "locked", factorLocked(try.shut))
	}
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		f, found, err := s.factorTx(tx, actor.ID)
		switch {
		case err != nil:
			return err
		case !found:
			return fault.New(fault.Conflict, "account.factor.none")
		}
		if good, err = s.acceptTx(tx, now, f, code); err != nil || !good {
			return err
		}
		if err := forgiveTx(tx, actor.ID); err != nil {
			return err
		}
		if err := do(tx); err != nil {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{Action: action, Kind: "person", ID: actor.ID})
	})
	switch {
	case err != nil || good:
		return err
	case try.last:
		return s.refused(ctx, now, actor, action, "wrong code, now locked", factorLocked(s.o.Lock))
	}
	return s.refused(ctx, now, actor, action, "wrong code", wrongFactor())
}

func factorLocked(left time.Duration) error {
	return fault.New(fault.Busy, "account.factor.locked", "minutes", minutesOf(left))
}

func wrongFactor() error { return fault.Wrong(fault.On("code", "account.factor.wrong")) }

// acceptTx takes a code of the authenticator that is newer than the last one taken, or a recovery code that is not
// used.
func (s *Service) acceptTx(tx *gorm.DB, now time.Time, f models.SecondFactor, code string) (bool, error) {
	if digits := plainFactor(code); sixDigits.MatchString(digits) {
		secret, err := s.vault.Open(f.Secret, factorPlace(f.PersonID))
		if err != nil {
			return false, fmt.Errorf("open second factor: %w", err)
		}
		step := stepOf(secret, digits, now)
		if step < 0 {
			return false, nil
		}
		return takeStep(tx, f.PersonID, step)
	}
	return takeRecovery(tx, now, f.PersonID, s.recoveryHash(f.PersonID, code))
}

var sixDigits = regexp.MustCompile(`^[0-9]{6}$`)

// plainFactor is a code as it is compared: half width, without blanks.
func plainFactor(code string) string {
	return strings.Join(strings.Fields(norm.NFKC.String(code)), "")
}

// stepOf is the step of 30 seconds that a code belongs to: the present one or one of its neighbours, for clocks differ
// (RFC 6238, 5.2); -1 when it belongs to none.
func stepOf(secret, code string, now time.Time) int64 {
	step := now.Unix() / factorPeriod
	for _, at := range []int64{step, step - 1, step + 1} {
		counter := uint64(max(at, 0)) // #nosec G115 -- not negative
		ok, err := hotp.ValidateCustom(code, counter, secret, hotp.ValidateOpts{
			Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1,
		})
		if err == nil && ok {
			return at
		}
	}
	return -1
}

// FactorRow is somebody who has a second factor.
type FactorRow struct {
	PersonID, Name, StaffNo string
	EnrolledAt              time.Time
	Admin                   bool // an administrator: reset on the machine itself
}

// Factors lists those below the security administrator who have a second factor, by staff number.
func (s *Service) Factors(
	ctx context.Context, actor models.Actor, text string, page, size int,
) (rows []FactorRow, total int, err error) {
	if !policy.May(actor, policy.AdminRoles) {
		return nil, 0, policy.Check(actor, policy.AdminRoles, policy.Object{})
	}
	today := models.DateOf(s.now())
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		rows, total, err = listFactors(tx, policy.Scope(actor, policy.AdminRoles), text, today, page, size)
		return err
	})
	return rows, total, err
}

// ResetFactor takes away the second factor of somebody who has lost it, and ends his sessions; he sets up another at
// the next login and is told. Nobody but himself knows his password, so that the reset alone opens nothing. That of an
// administrator is reset on the machine itself only: else the security administrator could become him.
//
// Faults: NotFound; Forbidden "account.factor.admin".
func (s *Service) ResetFactor(ctx context.Context, actor models.Actor, personID string) error {
	if !policy.May(actor, policy.AdminRoles) {
		return policy.Check(actor, policy.AdminRoles, policy.Object{})
	}
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		rows, err := factorOf(tx, policy.Scope(actor, policy.AdminRoles), personID, models.DateOf(now))
		switch {
		case err != nil:
			return err
		case len(rows) == 0:
			return notFound()
		case !actor.System && (rows[0].Admin || personID == actor.ID):
			return fault.New(fault.Forbidden, "account.factor.admin")
		}
		if err := deleteFactor(tx, personID); err != nil {
			return err
		}
		if err := deleteSessions(tx, personID); err != nil {
			return err
		}
		told := notice.Args{"by": actor.Name, "at": models.DateOf(now)}
		if err := notice.AddTx(tx, now, personID, "factor_reset", told, "/me/second-factor"); err != nil {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{Action: "factor.reset", Kind: "person", ID: personID})
	})
}
