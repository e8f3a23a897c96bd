package accounts_test

import (
	"testing"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// posts returns a person's posts, the latest first.
func (h *house) posts(t *testing.T, id string) []accounts.PostRow {
	t.Helper()
	v, err := h.Person(t.Context(), models.SystemActor("test"), id)
	must(t, err)
	return v.Posts
}

// roleEnd is the last day of a person's only grant of a role.
func (h *house) roleEnd(t *testing.T, id string, role models.Role) models.Date {
	t.Helper()
	v, err := h.Person(t.Context(), models.SystemActor("test"), id)
	must(t, err)
	for _, g := range v.Grants {
		if g.Role == role {
			return g.ValidTo
		}
	}
	t.Fatalf("no role %s", role)
	return ""
}

// townAdmin is a system administrator of one unit.
func (h *house) townAdmin(t *testing.T, no string, at models.Unit) models.Actor {
	t.Helper()
	p, _, err := h.CreatePerson(t.Context(), h.sys, accounts.PersonInput{StaffNo: no, Name: "镇管理员"})
	must(t, err)
	must(t, h.grant(no, models.RoleSystem, at))
	var a models.Actor
	must(t, db.View(t.Context(), h.db, func(tx *gorm.DB) (err error) {
		a, err = accounts.ActorTx(tx, h.clock.Now(), p.ID)
		return err
	}))
	return a
}

func endOf(p accounts.PostRow, last models.Date, why models.EndReason) accounts.EndInput {
	return accounts.EndInput{PostID: p.ID, Version: p.Version, Last: last, Reason: why}
}

// Roles were given for the work at a unit: they end with the last post there, and stay while another goes on.
func TestRolesEndWithThePostTheyCameWith(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	a, b := h.unit(t, h.root, "柳溪镇", models.Township), h.unit(t, h.root, "青山镇", models.Township)
	p := h.cadre(t, "LX1001", "周晓岚", a)
	must(t, h.grant("LX1001", models.RoleIntake, a))
	must(t, h.grant("LX1001", models.RoleTrainer, h.root))
	within, out, err := h.Transfer(t.Context(), h.sys, p.ID, accounts.TransferInput{
		PostID: h.posts(t, p.ID)[0].ID, Last: "2026-07-31", Post: *post(a),
	})
	must(t, err)
	if len(out.Grants) != 0 || h.roleEnd(t, p.ID, models.RoleIntake) != "" {
		t.Errorf("a transfer within the unit ended %d roles", len(out.Grants))
	}
	_, out, err = h.Transfer(t.Context(), h.sys, p.ID, accounts.TransferInput{
		PostID: within.ID, Last: "2026-08-31", Post: *post(b),
	})
	must(t, err)
	if len(out.Grants) != 1 || out.Grants[0].Role != models.RoleIntake {
		t.Errorf("ended %+v, want the role of the unit left", out.Grants)
	}
	if got := h.roleEnd(t, p.ID, models.RoleIntake); got != "2026-08-31" {
		t.Errorf("the role ends on %q", got)
	}
	if got := h.roleEnd(t, p.ID, models.RoleTrainer); got != "" {
		t.Errorf("a role of another unit ends on %q", got)
	}
}

// What is entered late does not rewrite what a role has done since.
func TestRoleDoesNotEndInThePast(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	a := h.unit(t, h.root, "柳溪镇", models.Township)
	in := post(a)
	in.From = "2026-01-01"
	p, _, err := h.CreatePerson(t.Context(), h.sys, accounts.PersonInput{StaffNo: "LX1001", Name: "周晓岚", Post: in})
	must(t, err)
	must(t, h.grant("LX1001", models.RoleIntake, a))
	_, err = h.EndPost(t.Context(), h.sys, p.ID, endOf(h.posts(t, p.ID)[0], "2026-06-30", models.LeftPost))
	must(t, err)
	if got := h.roleEnd(t, p.ID, models.RoleIntake); got != "2026-07-14" {
		t.Errorf("the role ends on %s, want yesterday", got)
	}
	if got := h.posts(t, p.ID)[0]; got.ValidTo != "2026-06-30" {
		t.Errorf("the post ends on %s", got.ValidTo)
	}
}

func TestPostsEndForAReason(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	a := h.unit(t, h.root, "柳溪镇", models.Township)
	p := h.cadre(t, "LX1001", "周晓岚", a)
	row := h.posts(t, p.ID)[0]
	end := func(last models.Date, why models.EndReason) error {
		_, err := h.EndPost(t.Context(), h.sys, p.ID, endOf(row, last, why))
		return err
	}
	field(t, end("2026-07-31", ""), "reason", "form.required_choice")
	field(t, end("2026-07-31", models.TermOver), "reason", "form.required_choice") // no loan
	field(t, end("", models.LeftPost), "to", "form.date")
	field(t, end("2026-07-14", models.LeftPost), "to", "account.post_before")
	must(t, end("", models.Corrected))
	row = h.posts(t, p.ID)[0]
	if row.ValidTo != "2026-07-14" || row.Current {
		t.Errorf("a post that never was holds from %s to %s", row.ValidFrom, row.ValidTo)
	}
	wants(t, end("2026-07-31", models.LeftPost), fault.Conflict, "account.post_over")
}

// A loan stands beside the post the person is appointed to, which stays the main one, and ends by itself.
func TestLoanStandsBesideTheMainPost(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	a, b := h.unit(t, h.root, "柳溪镇", models.Township), h.unit(t, h.root, "组织部", models.Department)
	nobody, _, err := h.CreatePerson(t.Context(), h.sys, accounts.PersonInput{StaffNo: "NEW01", Name: "新人"})
	must(t, err)
	lend := *post(b)
	lend.Kind, lend.From, lend.To = models.OnLoan, "2026-07-01", "2026-07-31"
	_, err = h.Lend(t.Context(), h.sys, nobody.ID, lend)
	wants(t, err, fault.Conflict, "account.lend.no_main")
	p := h.cadre(t, "LX1001", "周晓岚", a)
	lend.From = ""
	without := lend
	without.To = ""
	_, err = h.Lend(t.Context(), h.sys, p.ID, without)
	field(t, err, "to", "account.lend.until")
	early := lend
	early.To = "2026-07-01"
	_, err = h.Lend(t.Context(), h.sys, p.ID, early)
	field(t, err, "to", "form.date_order")
	_, err = h.Lend(t.Context(), h.sys, p.ID, *post(b))
	field(t, err, "kind", "form.required_choice")
	_, err = h.Lend(t.Context(), h.sys, p.ID, lend)
	must(t, err)
	rows, _, err := h.People(t.Context(), h.sys, accounts.PeopleFilter{Text: "LX1001"})
	if err != nil || rows[0].Unit != "柳溪镇" {
		t.Errorf("the main post is at %s, %v", rows[0].Unit, err)
	}
	if rows, _, _ = h.People(t.Context(), h.sys, accounts.PeopleFilter{UnitID: b.ID}); len(rows) != 1 {
		t.Errorf("the unit of the loan sees %d people", len(rows))
	}
	h.clock.Set(models.Date("2026-08-01").Start())
	if rows, _, _ = h.People(t.Context(), h.sys, accounts.PeopleFilter{UnitID: b.ID}); len(rows) != 0 {
		t.Error("a loan goes on after its last day")
	}
}

// An administrator of a township moves nobody into another one, and takes nobody out of it.
func TestTransferNeedsBothUnitsInReach(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	a, b := h.unit(t, h.root, "柳溪镇", models.Township), h.unit(t, h.root, "青山镇", models.Township)
	admin := h.townAdmin(t, "LXSYS", a)
	p, other := h.cadre(t, "LX1001", "周晓岚", a), h.cadre(t, "QS1001", "李强", b)
	out := accounts.TransferInput{PostID: h.posts(t, p.ID)[0].ID, Last: "2026-07-31", Post: *post(b)}
	_, _, err := h.Transfer(t.Context(), admin, p.ID, out)
	field(t, err, "unit", "form.required_choice")
	in := accounts.TransferInput{PostID: h.posts(t, other.ID)[0].ID, Last: "2026-07-31", Post: *post(a)}
	_, _, err = h.Transfer(t.Context(), admin, other.ID, in)
	wants(t, err, fault.NotFound, "")
	if got := h.posts(t, p.ID); len(got) != 1 || got[0].ValidTo != "" {
		t.Errorf("a refused transfer left %+v", got)
	}
	_, _, err = h.Transfer(t.Context(), h.sys, p.ID, out)
	must(t, err)
	// Now somebody with a post in both townships: the one ends his own alone.
	_, err = h.AddPost(t.Context(), h.sys, other.ID, *post(a))
	must(t, err)
	_, err = h.Leave(t.Context(), admin, other.ID, accounts.LeaveInput{Last: "2026-07-31", Reason: models.Retired})
	wants(t, err, fault.Forbidden, "account.leave_elsewhere")
	_, err = h.EndPost(t.Context(), admin, other.ID, endOf(h.posts(t, other.ID)[1], "2026-07-31", models.LeftPost))
	wants(t, err, fault.NotFound, "")
}

// Who retires keeps his record and, as long as is allowed, a look at it; roles and posts end on the last day.
func TestRetirementEndsEverythingButTheRecord(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	a := h.unit(t, h.root, "柳溪镇", models.Township)
	p, first, err := h.CreatePerson(t.Context(), h.sys, accounts.PersonInput{
		StaffNo: "LX1001", Name: "周晓岚", Post: post(a),
	})
	must(t, err)
	must(t, h.grant("LX1001", models.RoleIntake, a))
	later := *post(a)
	later.From = "2026-09-01"
	_, err = h.AddPost(t.Context(), h.sys, p.ID, later)
	must(t, err)
	leave := func(in accounts.LeaveInput) error { _, err := h.Leave(t.Context(), h.sys, p.ID, in); return err }
	field(t, leave(accounts.LeaveInput{Last: "2026-07-31", Reason: models.Transferred}), "reason", "form.required_choice")
	field(t, leave(accounts.LeaveInput{Last: "x", Reason: models.Retired}), "to", "form.date")
	in := accounts.LeaveInput{Last: "2026-07-31", Reason: models.Retired, LoginTo: "2026-07-30"}
	field(t, leave(in), "login_to", "form.date_order")
	in.LoginTo = "2027-12-31"
	field(t, leave(in), "login_to", "account.login_long")
	in.LoginTo, in.Version = "2026-08-31", 99
	wants(t, leave(in), fault.Conflict, "error.stale")
	in.Version = 0
	must(t, leave(in))
	if rows := h.posts(t, p.ID); rows[0].ValidTo >= rows[0].ValidFrom || rows[1].ValidTo != "2026-07-31" ||
		rows[1].EndReason != models.Retired {
		t.Errorf("posts %+v", rows)
	}
	if got := h.roleEnd(t, p.ID, models.RoleIntake); got != "2026-07-31" {
		t.Errorf("the role ends on %s", got)
	}
	may := func(day models.Date) (models.Actor, error) {
		h.clock.Set(day.Start())
		token, err := h.Login(t.Context(), models.Actor{}, "LX1001", first)
		if err != nil {
			return models.Actor{}, err
		}
		in, err := h.Actor(t.Context(), token)
		return in.Actor, err
	}
	if who, err := may("2026-07-31"); err != nil || len(who.Grants) != 2 {
		t.Errorf("on the last day: %d roles, %v", len(who.Grants), err)
	}
	if who, err := may("2026-08-31"); err != nil || len(who.Grants) != 0 {
		t.Errorf("after the last day: %d roles, %v", len(who.Grants), err)
	}
	_, err = may("2026-09-01")
	wants(t, err, fault.Invalid, "account.login_wrong")
}

// The three administrators are not sent away by one of them.
func TestAdministratorsAreNotRetiredByOneAnother(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	for id, key := range map[string]string{
		h.sec.ID: "account.disable_admin", h.aud.ID: "account.disable_admin", h.sys.ID: "account.disable_self",
	} {
		_, err := h.Leave(t.Context(), h.sys, id, accounts.LeaveInput{Last: "2026-07-31", Reason: models.Retired})
		wants(t, err, fault.Forbidden, key)
	}
	cli := models.SystemActor("cli")
	_, err := h.Leave(t.Context(), cli, h.sec.ID, accounts.LeaveInput{Last: "2026-07-31", Reason: models.Retired})
	wants(t, err, fault.Conflict, "account.last_admin")
}

// Who comes back keeps the account, and the last day is off it.
func TestComingBackTakesTheLastDayOff(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	a := h.unit(t, h.root, "柳溪镇", models.Township)
	p := h.cadre(t, "LX1001", "周晓岚", a)
	_, err := h.Leave(t.Context(), h.sys, p.ID, accounts.LeaveInput{Last: "2026-07-31", Reason: models.LeftPost})
	must(t, err)
	back := *post(a)
	back.From = "2026-08-15"
	_, err = h.AddPost(t.Context(), h.sys, p.ID, back)
	must(t, err)
	v, err := h.Person(t.Context(), h.sys, p.ID)
	if err != nil || v.ClosesOn != "" {
		t.Errorf("the login still ends on %q, %v", v.ClosesOn, err)
	}
}

// Former names are kept with the day until which they were used; a name is changed once per version.
func TestFormerNamesAreKept(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	a := h.unit(t, h.root, "柳溪镇", models.Township)
	p := h.cadre(t, "LX1001", "王鉴", a)
	v, err := h.Person(t.Context(), h.sys, p.ID)
	must(t, err)
	rename := func(in accounts.RenameInput) error { _, err := h.Rename(t.Context(), h.sys, p.ID, in); return err }
	in := accounts.RenameInput{Version: v.Version, Name: "王鉴", Reason: models.NameCorrected}
	field(t, rename(in), "name", "account.name_same")
	in.Name = "王1"
	field(t, rename(in), "name", "form.characters")
	in.Name, in.Reason = "王𬭁", "because"
	field(t, rename(in), "reason", "form.required_choice")
	in.Reason, in.From = models.NameCorrected, "2026-07-16"
	field(t, rename(in), "from", "account.name_future")
	in.From = "2026-07-01"
	must(t, rename(in))
	wants(t, rename(accounts.RenameInput{Version: v.Version, Name: "王建", Reason: models.NameChanged}),
		fault.Conflict, "error.stale")
	if v, err = h.Person(t.Context(), h.sys, p.ID); err != nil || v.Name != "王𬭁" || len(v.Names) != 1 {
		t.Fatalf("got %s with %d former names, %v", v.Name, len(v.Names), err)
	}
	if n := v.Names[0]; n.Name != "王鉴" || n.UsedTo != "2026-06-30" || n.Reason != models.NameCorrected {
		t.Errorf("the former name: %+v", n)
	}
	var keys []string
	must(t, db.View(t.Context(), h.db, func(tx *gorm.DB) error {
		return tx.Model(&models.SearchKey{}).Where("object_id = ?", p.ID).Pluck("said", &keys).Error
	}))
	if len(keys) != 1 || keys[0] != "王𬭁" {
		t.Errorf("searched for as %v", keys)
	}
	other := h.townAdmin(t, "QSSYS", h.unit(t, h.root, "青山镇", models.Township))
	_, err = h.Rename(t.Context(), other, p.ID, accounts.RenameInput{Version: v.Version, Name: "王建", Reason: models.NameChanged})
	wants(t, err, fault.NotFound, "")
}

// Who has left is still found where his last post was, and nowhere else.
func TestWhoHasLeftIsStillFound(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	a, b := h.unit(t, h.root, "柳溪镇", models.Township), h.unit(t, h.root, "青山镇", models.Township)
	here, there := h.townAdmin(t, "LXSYS", a), h.townAdmin(t, "QSSYS", b)
	p := h.cadre(t, "LX1001", "周晓岚", a)
	_, _, err := h.Transfer(t.Context(), h.sys, p.ID, accounts.TransferInput{
		PostID: h.posts(t, p.ID)[0].ID, Last: "2026-07-31", Post: *post(b),
	})
	must(t, err)
	_, err = h.Leave(t.Context(), h.sys, p.ID, accounts.LeaveInput{Last: "2026-08-31", Reason: models.Retired})
	must(t, err)
	h.clock.Set(models.Date("2026-10-01").Start())
	for name, tc := range map[string]struct {
		who  models.Actor
		want int
	}{"the last unit": {there, 1}, "the one before": {here, 0}, "the county": {h.sys, 1}} {
		_, n, err := h.People(t.Context(), tc.who, accounts.PeopleFilter{Text: "LX1001"})
		if err != nil || n != tc.want {
			t.Errorf("%s finds %d, want %d, %v", name, n, tc.want, err)
		}
	}
}
