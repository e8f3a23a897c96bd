package accounts_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// guarded makes somebody with a role that asks for two administrators, and returns his password.
func (h *house) guarded(t *testing.T, no string, role models.Role) (models.Person, string) {
	t.Helper()
	p, password, err := h.CreatePerson(t.Context(), h.sys, accounts.PersonInput{StaffNo: no, Name: "秦正"})
	must(t, err)
	h.begun(t, p.ID)
	_, err = h.Grant(t.Context(), h.sec, accounts.GrantInput{StaffNo: no, UnitID: h.root.ID, Role: role})
	must(t, err)
	return p, password
}

// TestNobodyTakesAReviewersAccountAlone: neither administrator resets alone, neither half opens anything, both halves
// together let the holder choose a password; his sessions end, he is told, and both administrators are in the log.
func TestNobodyTakesAReviewersAccountAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	for i, role := range []models.Role{models.RoleReviewer, models.RoleReleaser, models.RoleSystem} {
		no := "G" + strconv.Itoa(i)
		p, password := h.guarded(t, no, role)
		_, err := h.ResetPassword(t.Context(), h.sys, p.ID)
		wants(t, err, fault.Forbidden, "account.reset.two")
		if two, err := h.NeedsTwo(t.Context(), h.sys, p.ID); err != nil || !two {
			t.Errorf("%s: needs two is %v, %v", role, two, err)
		}
		session, err := h.Login(t.Context(), models.Actor{}, no, password)
		must(t, err)
		_, err = h.AskReset(t.Context(), h.sys, p.ID, " ")
		field(t, err, "reason", "form.required")
		first, err := h.AskReset(t.Context(), h.sys, p.ID, "本人忘记密码")
		must(t, err)
		if _, err := h.Actor(t.Context(), session); err != nil {
			t.Errorf("%s: a mere request ends a session: %v", role, err)
		}
		rows, _, err := h.Resets(t.Context(), h.sec, 1, 20)
		must(t, err)
		if rows[0].PersonID != p.ID || !rows[0].Open || rows[0].Reason != "本人忘记密码" {
			t.Fatalf("%s: the security administrator sees %+v", role, rows)
		}
		_, err = h.ConfirmReset(t.Context(), h.sys, rows[0].ID)
		wants(t, err, fault.Forbidden, "error.forbidden")
		second, err := h.ConfirmReset(t.Context(), h.sec, rows[0].ID)
		must(t, err)
		_, err = h.ConfirmReset(t.Context(), h.sec, rows[0].ID)
		wants(t, err, fault.Conflict, "account.reset.closed")
		if _, err := h.Actor(t.Context(), session); !fault.Is(err, fault.Unsigned) {
			t.Errorf("%s: a session outlives the reset: %v", role, err)
		}
		if _, err := h.Login(t.Context(), models.Actor{}, no, password); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: the old password: %v", role, err)
		}
		for _, half := range []string{first.Code, second.Code, second.Code + first.Code} {
			_, err = h.activate(t, "", no, half)
			field(t, err, "code", "account.code.wrong")
		}
		token, err := h.activate(t, "", no, strings.ToLower(first.Code)+" - "+second.Code)
		must(t, err)
		if in, err := h.Actor(t.Context(), token); err != nil || !in.Actor.Has(role) {
			t.Errorf("%s: signed in as %+v, %v", role, in, err)
		}
		told, err := h.CodesForMe(t.Context(), models.Actor{ID: p.ID}, true)
		if err != nil || len(told) != 1 || told[0].Reason != "本人忘记密码" {
			t.Errorf("%s: told %+v, %v", role, told, err)
		}
		for action, by := range map[string]string{"reset.ask": h.sys.ID, "reset.confirm": h.sec.ID} {
			if n := h.logged(t, action, by, p.ID); n != 1 {
				t.Errorf("%s: %d entries %s", role, n, action)
			}
		}
	}
}

func (h *house) logged(t *testing.T, action, by, about string) int64 {
	t.Helper()
	var n int64
	must(t, db.View(t.Context(), h.db, func(tx *gorm.DB) error {
		return tx.Model(&models.AuditEntry{}).
			Where("action = ? AND actor_id = ? AND object_id = ?", action, by, about).Count(&n).Error
	}))
	return n
}

// TestARequestEnds: it runs out, is refused, or gives way to a later one, and changes nothing then.
func TestARequestEnds(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	p, password := h.guarded(t, "G001", models.RoleReleaser)
	plain := h.cadre(t, "C001", "王芳", h.root)
	_, err := h.AskReset(t.Context(), h.sys, plain.ID, "忘记密码")
	wants(t, err, fault.Conflict, "account.reset.alone")
	open := func() accounts.ResetRow {
		rows, _, err := h.Resets(t.Context(), h.sec, 1, 20)
		must(t, err)
		return rows[0]
	}
	_, err = h.AskReset(t.Context(), h.sys, p.ID, "第一次")
	must(t, err)
	early := open()
	_, err = h.AskReset(t.Context(), h.sys, p.ID, "第二次")
	must(t, err)
	_, err = h.ConfirmReset(t.Context(), h.sec, early.ID)
	wants(t, err, fault.Conflict, "account.reset.closed")
	if row := open(); row.Reason != "第二次" || !row.Open {
		t.Fatalf("what waits comes first: %+v", row)
	}
	must(t, h.RefuseReset(t.Context(), h.sec, open().ID))
	if _, err := h.Login(t.Context(), models.Actor{}, "G001", password); err != nil {
		t.Errorf("a refused request touches the password: %v", err)
	}
	_, err = h.AskReset(t.Context(), h.sys, p.ID, "第三次")
	must(t, err)
	late := open()
	h.clock.Advance(4 * 24 * time.Hour)
	_, err = h.ConfirmReset(t.Context(), h.sec, late.ID)
	wants(t, err, fault.Conflict, "account.reset.closed")
	if row, err := h.ResetByID(t.Context(), h.sec, late.ID); err != nil || row.Open {
		t.Errorf("after its days: %+v, %v", row, err)
	}
	other := h.unit(t, h.root, "柳溪镇", models.Township)
	far := models.Actor{ID: "far", Grants: []models.Grant{{Role: models.RoleSecurity, UnitID: other.ID, UnitPath: other.Path}}}
	_, err = h.ResetByID(t.Context(), far, late.ID)
	wants(t, err, fault.NotFound, "error.not_found")
	if rows, total, err := h.Resets(t.Context(), far, 1, 20); err != nil || total != 0 || len(rows) != 0 {
		t.Errorf("another unit's administrator sees %d, %v", total, err)
	}
}

// TestNoGuardedRoleForAnUnusedAccount: whoever has printed or told a first password could become its holder.
func TestNoGuardedRoleForAnUnusedAccount(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	h.enrolled(t, "N001", "王𬭁", h.root)
	for _, role := range []models.Role{models.RoleReviewer, models.RoleReleaser} {
		_, err := h.Grant(t.Context(), h.sec, accounts.GrantInput{StaffNo: "N001", UnitID: h.root.ID, Role: role})
		field(t, err, "staff_no", "account.grant_unused")
	}
	if _, err := h.Grant(t.Context(), h.sec, accounts.GrantInput{
		StaffNo: "N001", UnitID: h.root.ID, Role: models.RoleTrainer,
	}); err != nil {
		t.Errorf("a role that asks for nobody's confirmation: %v", err)
	}
	// One that was granted past the door gets no slip, and no code that was printed before opens the account.
	slips, _, err := h.IssueCodes(t.Context(), h.sys, accounts.IssueInput{UnitID: h.root.ID, Choice: accounts.SlipsAll})
	must(t, err)
	_, err = h.Grant(t.Context(), models.SystemActor("test"), accounts.GrantInput{
		StaffNo: "N001", UnitID: h.root.ID, Role: models.RoleReviewer,
	})
	must(t, err)
	_, err = h.activate(t, "", "N001", slips[0].Code)
	field(t, err, "code", "account.code.wrong")
	_, _, err = h.IssueCodes(t.Context(), h.sys, accounts.IssueInput{UnitID: h.root.ID, Choice: accounts.SlipsAll})
	wants(t, err, fault.Conflict, "account.code.none")
	if policy.May(models.Actor{ID: "d", Grants: []models.Grant{{Role: models.RoleDesk}}}, policy.AdminRoles) {
		t.Error("a desk officer confirms resets")
	}
}
