package accounts_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"shanzhi/app/accounts"
	"shanzhi/models"
	"shanzhi/models/fault"
)

// code is what an authenticator with the secret shows at an instant.
func code(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	c, err := totp.GenerateCode(secret, at)
	must(t, err)
	return c
}

// withFactor is a house that demands a second factor, and its system administrator's first session.
func withFactor(t *testing.T) (h *house, token string) {
	t.Helper()
	h = newHouse(t, accounts.Options{})
	h.Govern(accounts.FactorRequired, 0)
	must(t, h.changed(t, "SYS001"))
	return h, h.login(t, "SYS001", chosen)
}

// changed changes the first password of an administrator.
func (h *house) changed(t *testing.T, no string) error {
	t.Helper()
	token := h.login(t, no, password)
	_, err := h.ChangePassword(t.Context(), h.actor(t, no), token, password, chosen, chosen)
	return err
}

func (h *house) login(t *testing.T, no, password string) string {
	t.Helper()
	token, err := h.Login(t.Context(), models.Actor{}, no, password)
	must(t, err)
	return token
}

// first fails unless a session must do the step before anything else.
func (h *house) first(t *testing.T, token string, want models.Step) models.SignedIn {
	t.Helper()
	in, err := h.Actor(t.Context(), token)
	if err != nil || in.First != want {
		t.Fatalf("first %q, %v; want %q", in.First, err, want)
	}
	return in
}

// enrolFactor sets up a second factor for the actor of a session.
func (h *house) enrolFactor(t *testing.T, token string) (fresh, secret string, recovery []string) {
	t.Helper()
	in, err := h.Actor(t.Context(), token)
	must(t, err)
	x, err := h.NewFactor(t.Context(), in.Actor, token)
	must(t, err)
	fresh, recovery, err = h.EnrolFactor(t.Context(), in.Actor, token, x.Ticket, code(t, x.Secret, h.clock.Now()))
	must(t, err)
	return fresh, x.Secret, recovery
}

// RFC 6238, appendix B, last six digits of the codes for SHA-1 at 59 s, 1111111109 s and 20000000000 s.
func TestCodesOfTheStandard(t *testing.T) {
	t.Parallel()
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" // "12345678901234567890"
	for at, want := range map[int64]int64{59: 287082, 1111111109: 81804, 20000000000: 353130} {
		if got := accounts.StepOf(secret, fmt.Sprintf("%06d", want), time.Unix(at, 0)); got != at/30 {
			t.Errorf("at %d s: step %d, want %d", at, got, at/30)
		}
		if got := accounts.StepOf(secret, fmt.Sprintf("%06d", want), time.Unix(at+90, 0)); got != -1 {
			t.Errorf("90 s after %d s the code is still taken", at)
		}
	}
}

func TestAdministratorSetsUpASecondFactorFirst(t *testing.T) {
	t.Parallel()
	h, token := withFactor(t)
	in := h.first(t, token, models.StepEnrol)
	x, err := h.NewFactor(t.Context(), in.Actor, token)
	must(t, err)
	if !strings.HasPrefix(x.URI, "otpauth://totp/") || !strings.Contains(x.URI, "secret="+x.Secret) {
		t.Errorf("address %q of secret %q", x.URI, x.Secret)
	}
	_, _, err = h.EnrolFactor(t.Context(), in.Actor, token, x.Ticket, "000000")
	field(t, err, "code", "account.factor.first_wrong")
	_, _, err = h.EnrolFactor(t.Context(), h.sec, token, x.Ticket, code(t, x.Secret, h.clock.Now()))
	field(t, err, "code", "account.factor.expired") // somebody else's ticket
	same, err := h.SameFactor(t.Context(), in.Actor, token, x.Ticket)
	if err != nil || same.Secret != x.Secret {
		t.Errorf("the refused form shows %q, %v; want the same secret", same.Secret, err)
	}
	fresh, recovery, err := h.EnrolFactor(t.Context(), in.Actor, token, x.Ticket, code(t, x.Secret, h.clock.Now()))
	must(t, err)
	if len(recovery) != 10 || fresh == token {
		t.Errorf("%d recovery codes, session renewed %v", len(recovery), fresh != token)
	}
	h.first(t, fresh, models.StepNone)
	if _, err := h.Actor(t.Context(), token); !fault.Is(err, fault.Unsigned) {
		t.Errorf("the old session: %v, want none", err)
	}
	second := h.login(t, "SYS001", chosen)
	in = h.first(t, second, models.StepProve)
	if len(in.Actor.Grants) != 0 {
		t.Errorf("roles %v before the second factor", in.Actor.Grants)
	}
	now := h.clock.Now()
	_, err = h.ProveFactor(t.Context(), in.Actor, second, code(t, x.Secret, now))
	field(t, err, "code", "account.factor.wrong") // it was taken when the factor was set up
	h.clock.Advance(30 * time.Second)
	next := code(t, x.Secret, h.clock.Now())
	proved, err := h.ProveFactor(t.Context(), in.Actor, second, " "+next[:3]+" "+next[3:])
	must(t, err)
	if proved == second {
		t.Error("the session is not renewed")
	}
	if in := h.first(t, proved, models.StepNone); in.Stale || !in.Actor.Has(models.RoleSystem) {
		t.Errorf("signed in: %+v", in)
	}
	_, err = h.ProveFactor(t.Context(), in.Actor, proved, next)
	field(t, err, "code", "account.factor.wrong") // a code is taken once
	h.clock.Advance(15 * time.Minute)
	if in := h.first(t, proved, models.StepNone); !in.Stale {
		t.Error("after 15 minutes a grave step does not ask again")
	}
}

// Wrong codes count towards the lock, and a right password between them does not wipe them out.
func TestGuessingTheSecondFactorLocks(t *testing.T) {
	t.Parallel()
	h, token := withFactor(t)
	_, secret, _ := h.enrolFactor(t, token)
	for i := range 5 {
		token = h.login(t, "SYS001", chosen)
		in := h.first(t, token, models.StepProve)
		_, err := h.ProveFactor(t.Context(), in.Actor, token, "000000")
		if i < 4 {
			field(t, err, "code", "account.factor.wrong")
		} else {
			wants(t, err, fault.Busy, "account.factor.locked")
		}
	}
	_, err := h.Login(t.Context(), models.Actor{}, "SYS001", chosen)
	wants(t, err, fault.Busy, "account.locked")
	h.clock.Advance(15 * time.Minute)
	for range 6 { // right passwords that are given up before the code lock nobody out
		token = h.login(t, "SYS001", chosen)
	}
	in := h.first(t, token, models.StepProve)
	_, err = h.ProveFactor(t.Context(), in.Actor, token, code(t, secret, h.clock.Now()))
	must(t, err)
}

func TestRecoveryCodesWorkOnce(t *testing.T) {
	t.Parallel()
	h, token := withFactor(t)
	_, secret, recovery := h.enrolFactor(t, token)
	token = h.login(t, "SYS001", chosen)
	in := h.first(t, token, models.StepProve)
	token, err := h.ProveFactor(t.Context(), in.Actor, token, strings.ToLower(recovery[3]))
	must(t, err)
	in = h.first(t, token, models.StepNone)
	_, err = h.ProveFactor(t.Context(), in.Actor, token, recovery[3])
	field(t, err, "code", "account.factor.wrong")
	state, err := h.Factor(t.Context(), in.Actor)
	if err != nil || state.Left != 9 || !state.Demanded || state.Since == nil {
		t.Errorf("%+v, %v", state, err)
	}
	h.clock.Advance(time.Minute)
	codes, err := h.RenewRecovery(t.Context(), in.Actor, code(t, secret, h.clock.Now()))
	must(t, err)
	_, err = h.ProveFactor(t.Context(), in.Actor, token, recovery[4])
	field(t, err, "code", "account.factor.wrong") // an old one
	_, err = h.ProveFactor(t.Context(), in.Actor, token, codes[0])
	must(t, err)
}

// Whoever changes the telephone takes the factor away with a code, and whose role demands one is led to set it up.
func TestRemovingTheSecondFactor(t *testing.T) {
	t.Parallel()
	h, token := withFactor(t)
	token, secret, _ := h.enrolFactor(t, token)
	in := h.first(t, token, models.StepNone)
	_, _, err := h.EnrolFactor(t.Context(), in.Actor, token, ticket(t, h, in.Actor), "")
	field(t, err, "code", "account.factor.first_wrong")
	h.clock.Advance(time.Minute)
	token, err = h.RemoveFactor(t.Context(), in.Actor, token, code(t, secret, h.clock.Now()))
	must(t, err)
	h.first(t, token, models.StepEnrol)
}

func ticket(t *testing.T, h *house, who models.Actor) string {
	t.Helper()
	x, err := h.NewFactor(t.Context(), who, "")
	must(t, err)
	return x.Ticket
}

func TestWhoResetsALostSecondFactor(t *testing.T) {
	t.Parallel()
	h, token := withFactor(t)
	h.enrolFactor(t, token)
	town := h.unit(t, h.root, "柳溪镇", models.Township)
	h.enrolled(t, "R001", "秦正", town)
	slips, _, err := h.IssueCodes(t.Context(), h.sys, accounts.IssueInput{UnitID: town.ID, Choice: accounts.SlipsAll})
	must(t, err)
	token, err = h.activate(t, "", "R001", slips[0].Code)
	must(t, err)
	must(t, h.grant("R001", models.RoleReleaser, town))
	h.first(t, token, models.StepEnrol) // a releasing officer must have one, too
	token, _, _ = h.enrolFactor(t, token)
	releaser := h.first(t, token, models.StepNone).Actor
	rows, total, err := h.Factors(t.Context(), h.sec, "", 1, 20)
	if err != nil || total != 2 || rows[0].StaffNo != "R001" || rows[0].Admin || !rows[1].Admin {
		t.Fatalf("%+v, %d, %v", rows, total, err)
	}
	wants(t, h.ResetFactor(t.Context(), h.sys, releaser.ID), fault.Forbidden, "")
	wants(t, h.ResetFactor(t.Context(), h.sec, h.sys.ID), fault.Forbidden, "account.factor.admin")
	wants(t, h.ResetFactor(t.Context(), h.sec, h.aud.ID), fault.NotFound, "") // has none
	must(t, h.ResetFactor(t.Context(), h.sec, releaser.ID))
	if _, err := h.Actor(t.Context(), token); !fault.Is(err, fault.Unsigned) {
		t.Errorf("the session goes on: %v", err)
	}
	h.first(t, h.login(t, "R001", chosen), models.StepEnrol)
	must(t, h.ResetFactor(t.Context(), models.SystemActor("command line"), h.sys.ID))
}

// Where it is optional nobody must have a second factor, and whoever has one is asked; where it is off nobody is asked.
func TestSecondFactorAsTheSettingSays(t *testing.T) {
	t.Parallel()
	h, token := withFactor(t)
	h.Govern(accounts.FactorOptional, 0)
	h.first(t, token, models.StepNone)
	h.enrolFactor(t, token)
	token = h.login(t, "SYS001", chosen)
	h.first(t, token, models.StepProve)
	h.Govern(accounts.FactorOff, 0)
	h.first(t, token, models.StepNone)
	_, _, err := h.EnrolFactor(t.Context(), h.sys, token, "", "")
	wants(t, err, fault.Conflict, "account.factor.off")
}

// A new password keeps the proof of the session; a code on paper does not replace the second factor.
func TestPasswordAndSecondFactorStandApart(t *testing.T) {
	t.Parallel()
	h, token := withFactor(t)
	token, _, _ = h.enrolFactor(t, token)
	in := h.first(t, token, models.StepNone)
	token, err := h.ChangePassword(t.Context(), in.Actor, token, chosen, "a-third-good-one", "a-third-good-one")
	must(t, err)
	h.first(t, token, models.StepNone)
	first, err := h.ResetPassword(t.Context(), models.SystemActor("command line"), h.sys.ID)
	must(t, err)
	h.first(t, h.login(t, "SYS001", first), models.StepProve)
}

func TestInspectorsTime(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	p, _, err := h.CreatePerson(t.Context(), h.sys, accounts.PersonInput{StaffNo: "I001", Name: "贺岩"})
	must(t, err)
	give := func(to models.Date) error {
		_, err := h.Grant(t.Context(), h.sec, accounts.GrantInput{
			StaffNo: "I001", UnitID: h.root.ID, Role: models.RoleInspector, To: to,
		})
		return err
	}
	field(t, give(""), "to", "account.inspector_until")
	field(t, give("2026-10-14"), "to", "account.inspector_long") // 91 days after 2026-07-15
	must(t, give("2026-10-13"))
	a := h.actor(t, "I001")
	if len(a.Grants) != 1 || a.Grants[0].Until != "2026-10-13" {
		t.Errorf("grants %+v, want them to say until when", a.Grants)
	}
	must(t, h.Looked(t.Context(), a, "/serve/cases/01", strings.Repeat("x", 80)))
	if n := h.count(t, "action = 'inspect.look' AND actor_id = '"+p.ID+"' AND detail = '/serve/cases/01'"); n != 1 {
		t.Errorf("%d looks in the log, want 1", n)
	}
}

// TestTheSecretStaysUntilItIsSetUp: a reload and a second tab show the key that the telephone has read; another session,
// and another person, have another one.
func TestTheSecretStaysUntilItIsSetUp(t *testing.T) {
	t.Parallel()
	h, token := withFactor(t)
	in := h.first(t, token, models.StepEnrol)
	secret := func(who models.Actor, session string) string {
		x, err := h.NewFactor(t.Context(), who, session)
		must(t, err)
		return x.Secret
	}
	first := secret(in.Actor, token)
	if again := secret(in.Actor, token); again != first || len(first) != 32 {
		t.Errorf("a reload shows %s after %s", again, first)
	}
	if other := secret(in.Actor, h.login(t, "SYS001", chosen)); other == first {
		t.Error("another session has the same key")
	}
	unbound := secret(in.Actor, "")
	if again := secret(in.Actor, ""); secret(h.sec, token) == first || again == unbound {
		t.Error("the key can be foreseen")
	}
	ticket, err := h.NewFactor(t.Context(), in.Actor, token)
	must(t, err)
	_, _, err = h.EnrolFactor(t.Context(), in.Actor, token, ticket.Ticket, "000000")
	field(t, err, "code", "account.factor.first_wrong") // no word of recovery codes, of which there are none yet
}
