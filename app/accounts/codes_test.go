package accounts_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

const chosen = "another-good-one"

// enrolled makes somebody without a password.
func (h *house) enrolled(t *testing.T, no, name string, at models.Unit) models.Person {
	t.Helper()
	made, err := h.Enrol(t.Context(), h.sys, []accounts.PersonInput{{StaffNo: no, Name: name, Post: post(at)}})
	must(t, err)
	return made[0]
}

func (h *house) activate(t *testing.T, from, no, code string) (string, error) {
	t.Helper()
	return h.Activate(t.Context(), models.Actor{From: from}, accounts.ActivateInput{
		StaffNo: no, Code: code, New: chosen, Again: chosen,
	})
}

func TestActivationCodesOfAUnit(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	town, other := h.unit(t, h.root, "柳溪镇", models.Township), h.unit(t, h.root, "石桥镇", models.Township)
	village := h.unit(t, town, "上河村", models.Village)
	h.enrolled(t, "A001", "王𬭁", town)
	h.enrolled(t, "A002", "李𬒔", village)
	h.enrolled(t, "A003", "阿依古丽·买买提", other)
	h.cadre(t, "A004", "何静", town) // has a password
	waits, err := h.Waiting(t.Context(), h.sys, town.ID)
	if err != nil || waits.N != 2 || waits.Last != nil || waits.Live != 0 || len(waits.List) != 2 {
		t.Fatalf("%+v, %v: want the two of the town without a password", waits, err)
	}
	slips, unit, err := h.IssueCodes(t.Context(), h.sys, accounts.IssueInput{UnitID: town.ID, Choice: accounts.SlipsAll})
	must(t, err)
	if len(slips) != 2 || unit.ID != town.ID || slips[0].StaffNo != "A001" || slips[1].Unit != "上河村" ||
		slips[0].Until != "2026-07-29" || len(slips[0].Code) != 11 || slips[0].Code == slips[1].Code {
		t.Errorf("slips %+v", slips)
	}
	token, err := h.activate(t, "", "a001", " "+strings.ToLower(slips[0].Code))
	must(t, err)
	if in, err := h.Actor(t.Context(), token); err != nil || in.First != models.StepNone || in.Actor.Name != "王𬭁" {
		t.Errorf("signed in as %+v, %v", in, err)
	}
	_, err = h.activate(t, "", "A001", slips[0].Code)
	field(t, err, "code", "account.code.wrong") // single use
	if _, err := h.Login(t.Context(), models.Actor{}, "A001", chosen); err != nil {
		t.Errorf("the chosen password: %v", err)
	}
	again, _, err := h.IssueCodes(t.Context(), h.sys, accounts.IssueInput{UnitID: town.ID, Choice: accounts.SlipsAll})
	must(t, err)
	if len(again) != 1 || again[0].StaffNo != "A002" {
		t.Errorf("issued again: %+v, want the one who has not activated", again)
	}
	_, err = h.activate(t, "", "A002", slips[1].Code)
	field(t, err, "code", "account.code.wrong") // a later one took its place
	h.clock.Advance(15 * 24 * time.Hour)
	_, err = h.activate(t, "", "A002", again[0].Code)
	field(t, err, "code", "account.code.wrong") // past its day
}

// A slip for one person, or for newcomers, leaves those of others as they are; a new one voids the earlier one of its own.
func TestSlipsOfOthersStayValid(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	town := h.unit(t, h.root, "柳溪镇", models.Township)
	one, two := h.enrolled(t, "A001", "王芳", town), h.enrolled(t, "A002", "李强", town)
	issue := func(choice accounts.SlipChoice, people ...string) ([]accounts.Slip, error) {
		slips, _, err := h.IssueCodes(t.Context(), h.sys, accounts.IssueInput{UnitID: town.ID, Choice: choice, People: people})
		return slips, err
	}
	first, err := issue(accounts.SlipsNew)
	must(t, err)
	_, err = issue(accounts.SlipsNew)
	wants(t, err, fault.Conflict, "account.code.held")
	_, err = issue(accounts.SlipsSome)
	field(t, err, "person", "account.code.nobody")
	h.enrolled(t, "A003", "贺岩", town)
	newcomer, err := issue("")
	must(t, err)
	lost, err := issue(accounts.SlipsSome, two.ID)
	must(t, err)
	if len(first) != 2 || len(newcomer) != 1 || newcomer[0].StaffNo != "A003" || len(lost) != 1 || lost[0].StaffNo != "A002" {
		t.Fatalf("%+v, %+v, %+v", first, newcomer, lost)
	}
	waits, err := h.Waiting(t.Context(), h.sys, town.ID)
	must(t, err)
	if waits.N != 3 || waits.Live != 3 || waits.List[0].ID != one.ID || waits.List[0].Until == nil {
		t.Errorf("%+v", waits)
	}
	_, err = h.activate(t, "", "A002", first[1].Code)
	field(t, err, "code", "account.code.wrong")
	_, err = h.activate(t, "", "A001", first[0].Code)
	must(t, err)
	_, err = h.activate(t, "", "A002", lost[0].Code)
	must(t, err)
	h.clock.Advance(15 * 24 * time.Hour)
	if late, err := issue(accounts.SlipsNew); err != nil || len(late) != 1 || late[0].StaffNo != "A003" {
		t.Errorf("a slip that has run out: %+v, %v", late, err)
	}
	elsewhere := h.enrolled(t, "B001", "周岩", h.unit(t, h.root, "石桥镇", models.Township))
	_, err = issue(accounts.SlipsSome, elsewhere.ID)
	if err == nil {
		t.Error("a slip for somebody of another unit")
	}
}

func TestWhoGetsNoActivationCode(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	town := h.unit(t, h.root, "柳溪镇", models.Township)
	_, _, err := h.IssueCodes(t.Context(), h.sys, accounts.IssueInput{UnitID: town.ID, Choice: accounts.SlipsAll})
	wants(t, err, fault.Conflict, "account.code.none")
	_, _, err = h.IssueCodes(t.Context(), h.sec, accounts.IssueInput{UnitID: town.ID})
	wants(t, err, fault.Forbidden, "")
	p := h.enrolled(t, "A001", "王芳", town)
	must(t, db.Tx(t.Context(), h.db, func(tx *gorm.DB) error {
		return tx.Create(&models.RoleGrant{
			ID: models.NewID(), PersonID: p.ID, UnitID: h.root.ID, Role: models.RoleAudit, ValidFrom: "2026-01-01",
			CreatedAt: h.clock.Now(),
		}).Error
	}))
	_, _, err = h.IssueCodes(t.Context(), h.sys, accounts.IssueInput{UnitID: town.ID, Choice: accounts.SlipsAll})
	wants(t, err, fault.Conflict, "account.code.none") // the system administrator would become the audit administrator
}

// Who holds a role and no post gets a slip of the unit of the role.
func TestActivationCodeOfARoleWithoutAPost(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	town, other := h.unit(t, h.root, "柳溪镇", models.Township), h.unit(t, h.root, "石桥镇", models.Township)
	made, err := h.Enrol(t.Context(), h.sys, []accounts.PersonInput{{StaffNo: "A001", Name: "王芳"}})
	must(t, err)
	p := made[0]
	must(t, h.grant("A001", models.RoleIntake, town))
	h.enrolled(t, "A002", "李强", town)
	must(t, h.grant("A002", models.RoleTrainer, other)) // his slip is that of his post
	for unit, want := range map[string][]string{town.ID: {"A001", "A002"}, other.ID: nil, h.root.ID: {"A001", "A002"}} {
		waits, err := h.Waiting(t.Context(), h.sys, unit)
		must(t, err)
		var got []string
		slips, _, err := h.IssueCodes(t.Context(), h.sys, accounts.IssueInput{UnitID: unit, Choice: accounts.SlipsAll})
		if want != nil {
			must(t, err)
		}
		for _, s := range slips {
			got = append(got, s.StaffNo)
			if s.Unit != "柳溪镇" {
				t.Errorf("slip of %s at %s", s.StaffNo, s.Unit)
			}
		}
		if !slices.Equal(got, want) || waits.N != len(want) {
			t.Errorf("%d wait, slips of %v, want %v", waits.N, got, want)
		}
	}
	slips, _, err := h.IssueCodes(t.Context(), h.sys, accounts.IssueInput{UnitID: town.ID, Choice: accounts.SlipsAll})
	must(t, err)
	token, err := h.activate(t, "", "A001", slips[0].Code)
	must(t, err)
	if in, err := h.Actor(t.Context(), token); err != nil || in.Actor.ID != p.ID {
		t.Errorf("signed in as %+v, %v", in, err)
	}
}

// A system administrator of a township opens no account that reaches beyond it: neither by a slip nor by a password.
func TestNoAccountThatReachesFurther(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	town := h.unit(t, h.root, "柳溪镇", models.Township)
	local := models.Actor{ID: models.NewID(), Name: "镇系统管理员", Grants: []models.Grant{
		{Role: models.RoleSystem, UnitID: town.ID, UnitPath: town.Path},
	}}
	wide, near := h.enrolled(t, "A001", "王芳", town), h.enrolled(t, "A002", "李强", town)
	must(t, h.grant("A001", models.RoleReleaser, h.root))
	must(t, h.grant("A002", models.RoleIntake, town))
	slips, _, err := h.IssueCodes(t.Context(), local, accounts.IssueInput{UnitID: town.ID})
	must(t, err)
	if len(slips) != 1 || slips[0].StaffNo != "A002" {
		t.Errorf("slips %+v, want that of the clerk of the town alone", slips)
	}
	_, err = h.ResetPassword(t.Context(), local, wide.ID)
	wants(t, err, fault.Forbidden, "account.wider")
	wants(t, h.Disable(t.Context(), local, wide.ID, 1), fault.Forbidden, "account.wider")
	if _, err = h.ResetPassword(t.Context(), local, near.ID); err != nil {
		t.Errorf("the clerk of the town: %v", err)
	}
	_, err = h.ResetPassword(t.Context(), h.sys, wide.ID)
	wants(t, err, fault.Forbidden, "account.reset.two") // by the county, but not alone
}

// Five wrong tries make a code worthless; what is wrong with the password is said before the code is looked at, and
// costs no try; what is answered is the same for an unknown number.
func TestGuessingACode(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	town := h.unit(t, h.root, "柳溪镇", models.Township)
	h.enrolled(t, "A001", "王芳", town)
	slips, _, err := h.IssueCodes(t.Context(), h.sys, accounts.IssueInput{UnitID: town.ID, Choice: accounts.SlipsAll})
	must(t, err)
	for range 6 {
		_, err = h.Activate(t.Context(), models.Actor{}, accounts.ActivateInput{
			StaffNo: "A001", Code: slips[0].Code, New: "short", Again: "short",
		})
		field(t, err, "new", "account.password.short")
	}
	for range 5 {
		_, err = h.activate(t, "", "A001", "AAAAA-AAAAA")
		field(t, err, "code", "account.code.wrong")
	}
	_, err = h.activate(t, "", "A001", slips[0].Code)
	field(t, err, "code", "account.code.wrong")
	_, err = h.activate(t, "", "NOBODY", slips[0].Code)
	field(t, err, "code", "account.code.wrong")
	n := h.count(t, "action = 'account.activate' AND outcome = 'refused'")
	if n != 7 {
		t.Errorf("%d refusals in the log, want 7", n)
	}
}

func (h *house) count(t *testing.T, where string) (n int64) {
	t.Helper()
	must(t, db.View(t.Context(), h.db, func(tx *gorm.DB) error {
		return tx.Model(&models.AuditEntry{}).Where(where).Count(&n).Error
	}))
	return n
}

func TestOneAddressGuessesThirtyTimes(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	town := h.unit(t, h.root, "柳溪镇", models.Township)
	h.enrolled(t, "A001", "王芳", town)
	slips, _, err := h.IssueCodes(t.Context(), h.sys, accounts.IssueInput{UnitID: town.ID, Choice: accounts.SlipsAll})
	must(t, err)
	for range 30 {
		_, err = h.activate(t, "10.0.0.1", "NOBODY", "AAAAA-AAAAA")
		field(t, err, "code", "account.code.wrong")
	}
	_, err = h.activate(t, "10.0.0.1", "A001", slips[0].Code)
	wants(t, err, fault.Busy, "account.code.wait")
	if _, err = h.activate(t, "10.0.0.2", "A001", slips[0].Code); err != nil {
		t.Errorf("from another address: %v", err)
	}
	h.clock.Advance(15 * time.Minute)
	_, err = h.activate(t, "10.0.0.1", "A001", slips[0].Code)
	field(t, err, "code", "account.code.wrong") // used; but it is looked at again
}

// A new first password makes a code on paper worthless.
func TestPasswordEndsTheCode(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	town := h.unit(t, h.root, "柳溪镇", models.Township)
	p := h.enrolled(t, "A001", "王芳", town)
	slips, _, err := h.IssueCodes(t.Context(), h.sys, accounts.IssueInput{UnitID: town.ID, Choice: accounts.SlipsAll})
	must(t, err)
	_, err = h.ResetPassword(t.Context(), h.sys, p.ID)
	must(t, err)
	_, err = h.activate(t, "", "A001", slips[0].Code)
	field(t, err, "code", "account.code.wrong")
}

// desk is a house with an officer of the desk of a town.
func desk(t *testing.T) (h *house, town models.Unit, officer models.Actor) {
	t.Helper()
	h = newHouse(t, accounts.Options{})
	town = h.unit(t, h.root, "柳溪镇", models.Township)
	h.cadre(t, "D001", "卢静", town)
	_, err := h.Delegate(t.Context(), h.sys, accounts.DelegateInput{StaffNo: "D001", UnitID: town.ID, To: "2026-12-31"})
	must(t, err)
	return h, town, h.actor(t, "D001")
}

// actor is the person of a staff number with the roles held now.
func (h *house) actor(t *testing.T, no string) (a models.Actor) {
	t.Helper()
	must(t, db.View(t.Context(), h.db, func(tx *gorm.DB) error {
		var p models.Person
		if err := tx.Take(&p, "staff_no = ?", no).Error; err != nil {
			return err
		}
		var err error
		a, err = accounts.ActorTx(tx, h.clock.Now(), p.ID)
		return err
	}))
	return a
}

func TestDeskOfficerIssuesAResetCode(t *testing.T) {
	t.Parallel()
	h, town, officer := desk(t)
	p := h.cadre(t, "A001", "王芳", town)
	in := accounts.DeskInput{Reason: "忘记密码", Checked: true}
	_, err := h.IssueReset(t.Context(), officer, p.ID, accounts.DeskInput{Reason: "忘记密码"})
	field(t, err, "checked", "account.desk.unchecked")
	_, err = h.IssueReset(t.Context(), officer, p.ID, accounts.DeskInput{Checked: true})
	field(t, err, "reason", "form.required")
	slip, err := h.IssueReset(t.Context(), officer, p.ID, in)
	must(t, err)
	if slip.Until != "2026-07-16" || slip.Name != "王芳" || slip.Unit != "柳溪镇" {
		t.Errorf("slip %+v", slip)
	}
	token, err := h.activate(t, "", "A001", slip.Code)
	must(t, err)
	signed, err := h.Actor(t.Context(), token)
	must(t, err)
	told, err := h.CodesForMe(t.Context(), signed.Actor, true)
	must(t, err)
	if len(told) != 1 || told[0].Issuer != "卢静" || told[0].Reason != "忘记密码" || told[0].Unit != "柳溪镇" {
		t.Errorf("told %+v", told)
	}
	notices, n, err := h.Notices(t.Context(), signed.Actor, true, 1, 20)
	must(t, err)
	if n != 1 || notices[0].Kind != "reset_code" || notices[0].Href != "/me/codes" ||
		!strings.Contains(notices[0].Args, "卢静") || strings.Contains(notices[0].Args, slip.Code) {
		t.Errorf("notices %+v", notices)
	}
	must(t, h.ToldCodes(t.Context(), signed.Actor))
	if told, err = h.CodesForMe(t.Context(), signed.Actor, true); err != nil || len(told) != 0 {
		t.Errorf("told again %+v, %v", told, err)
	}
	if n := h.count(t, "action = 'desk.reset'"); n != 1 {
		t.Errorf("%d entries of the code, want 1", n)
	}
}

func TestWhomTheDeskDoesNotReach(t *testing.T) {
	t.Parallel()
	h, town, officer := desk(t)
	elsewhere := h.cadre(t, "A001", "王芳", h.root)
	releaser, reviewer := h.cadre(t, "A002", "秦正", town), h.cadre(t, "A003", "郭志诚", town)
	wide := h.cadre(t, "A004", "乔安", town)
	must(t, h.grant("A002", models.RoleReleaser, town))
	must(t, h.grant("A003", models.RoleReviewer, town))
	must(t, h.grant("A004", models.RoleSupervisor, h.root))
	in := accounts.DeskInput{Reason: "忘记密码", Checked: true}
	for id, key := range map[string]string{
		officer.ID: "account.desk.self", releaser.ID: "account.desk.guarded", reviewer.ID: "account.desk.guarded",
		wide.ID: "account.desk.wider",
	} {
		_, err := h.IssueReset(t.Context(), officer, id, in)
		wants(t, err, fault.Forbidden, key)
		_, barred, err := h.DeskPerson(t.Context(), officer, id)
		must(t, err)
		wants(t, barred, fault.Forbidden, key)
	}
	for _, id := range []string{elsewhere.ID, h.sys.ID, "nobody"} {
		_, err := h.IssueReset(t.Context(), officer, id, in)
		wants(t, err, fault.NotFound, "")
	}
	_, err := h.IssueReset(t.Context(), h.sys, elsewhere.ID, in)
	wants(t, err, fault.Forbidden, "")
}

// A code that was issued before its holder was given a grave role does not open the account any more.
func TestResetCodeOfSomebodyWhoIsGuardedNow(t *testing.T) {
	t.Parallel()
	h, town, officer := desk(t)
	p := h.cadre(t, "A001", "王芳", town)
	slip, err := h.IssueReset(t.Context(), officer, p.ID, accounts.DeskInput{Reason: "忘记密码", Checked: true})
	must(t, err)
	must(t, h.grant("A001", models.RoleReleaser, town))
	_, err = h.activate(t, "", "A001", slip.Code)
	field(t, err, "code", "account.code.wrong")
}

func TestDelegationEnds(t *testing.T) {
	t.Parallel()
	h, town, officer := desk(t)
	p := h.cadre(t, "A001", "王芳", town)
	for to, key := range map[models.Date]string{
		"": "form.required", "2026-02-30": "form.date", "2026-07-14": "form.date_order", "2028-01-01": "account.desk.long",
	} {
		_, err := h.Delegate(t.Context(), h.sys, accounts.DelegateInput{StaffNo: "A001", UnitID: town.ID, To: to})
		field(t, err, "to", key)
	}
	_, err := h.Delegate(t.Context(), h.sys, accounts.DelegateInput{StaffNo: "SEC001", UnitID: town.ID, To: "2026-12-31"})
	wants(t, err, fault.Conflict, "account.apart")
	_, err = h.Delegate(t.Context(), h.sec, accounts.DelegateInput{StaffNo: "A001", UnitID: town.ID, To: "2026-12-31"})
	wants(t, err, fault.Forbidden, "")
	wants(t, h.grant("D001", models.RoleSystem, h.root), fault.Conflict, "account.apart")
	rows, total, err := h.Delegations(t.Context(), h.sys, 1, 20)
	if err != nil || total != 1 || rows[0].Person != "卢静" || rows[0].Ended || rows[0].Grantor != "管理员" {
		t.Fatalf("%+v, %d, %v", rows, total, err)
	}
	if !officer.Has(models.RoleDesk) {
		t.Fatal("the officer has no desk")
	}
	must(t, h.EndDelegation(t.Context(), h.sys, rows[0].ID))
	officer = h.actor(t, "D001")
	_, err = h.IssueReset(t.Context(), officer, p.ID, accounts.DeskInput{Reason: "忘记密码", Checked: true})
	wants(t, err, fault.Forbidden, "")
}

// Whoever leaves the post at the unit no longer sits at its desk.
func TestDelegationEndsWithThePost(t *testing.T) {
	t.Parallel()
	h, _, officer := desk(t)
	v, err := h.Person(t.Context(), h.sys, officer.ID)
	must(t, err)
	h.clock.Advance(24 * time.Hour)
	_, err = h.EndPost(t.Context(), h.sys, officer.ID, accounts.EndInput{
		PostID: v.Posts[0].ID, Version: v.Posts[0].Version, Last: models.DateOf(h.clock.Now()), Reason: models.LeftPost,
	})
	must(t, err)
	h.clock.Advance(24 * time.Hour)
	if h.actor(t, "D001").Has(models.RoleDesk) {
		t.Error("the desk goes on after the post has ended")
	}
}
