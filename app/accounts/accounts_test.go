package accounts_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/testkit"
	"shanzhi/models/vault"
)

const password = "qing-he-xian-2026"

// house is a county with three administrators.
type house struct {
	*accounts.Service
	db       *db.DB
	clock    *testkit.StillClock
	root     models.Unit
	sys, sec models.Actor
	aud      models.Actor
}

func newHouse(t *testing.T, o accounts.Options) *house {
	t.Helper()
	h := &house{clock: testkit.Clock(t)}
	h.db = testkit.DBAt(t, h.clock.Now)
	keys, err := vault.NewKeys()
	must(t, err)
	v, err := vault.New(keys)
	must(t, err)
	o.HashMemory = testkit.HashMemory
	h.Service = accounts.New(h.db, v, h.clock.Now, o)
	admin := func(no string) accounts.Administrator {
		return accounts.Administrator{StaffNo: no, Name: "管理员", Password: password}
	}
	must(t, h.Setup(t.Context(), models.Actor{}, accounts.SetupInput{
		OnePassword: true,
		Code:        strings.ToLower(h.OpenSetup()), UnitName: "青禾县", UnitKind: models.County, SiteName: "青禾",
		Organizer: "县委组织部", Phone: "12345", System: admin("SYS001"), Security: admin("SEC001"), Audit: admin("AUD001"),
	}))
	units, err := h.Units(t.Context(), models.SystemActor("test"))
	must(t, err)
	h.root = units[0]
	h.sys, h.sec, h.aud = h.in(t, "SYS001"), h.in(t, "SEC001"), h.in(t, "AUD001")
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// in is the actor of a login with the password of the house.
func (h *house) in(t *testing.T, login string) models.Actor {
	t.Helper()
	token, err := h.Login(t.Context(), models.Actor{}, login, password)
	must(t, err)
	in, err := h.Actor(t.Context(), token)
	must(t, err)
	return in.Actor
}

func (h *house) unit(t *testing.T, parent models.Unit, name string, kind models.UnitKind) models.Unit {
	t.Helper()
	u, err := h.CreateUnit(t.Context(), h.sys, accounts.UnitInput{ParentID: parent.ID, Name: name, Kind: kind})
	must(t, err)
	return u
}

func (h *house) cadre(t *testing.T, no, name string, at models.Unit) models.Person {
	t.Helper()
	p, _, err := h.CreatePerson(t.Context(), h.sys, accounts.PersonInput{StaffNo: no, Name: name, Post: post(at)})
	must(t, err)
	return p
}

// begun makes an account one whose holder has changed the first password.
func (h *house) begun(t *testing.T, id string) {
	t.Helper()
	must(t, db.Tx(t.Context(), h.db, func(tx *gorm.DB) error {
		return tx.Exec("UPDATE persons SET must_change = ? WHERE id = ?", false, id).Error
	}))
}

func post(at models.Unit) *accounts.PostInput {
	return &accounts.PostInput{UnitID: at.ID, Title: "科员", Class: "township_staff", Category: models.CivilServant}
}

// grant gives a role as the security administrator does; to accounts that nobody has begun also those that he does not.
func (h *house) grant(no string, role models.Role, at models.Unit) error {
	by := h.sec
	if role == models.RoleReviewer || role == models.RoleReleaser || role == models.RoleSystem {
		by = models.SystemActor("test")
	}
	_, err := h.Grant(context.Background(), by, accounts.GrantInput{StaffNo: no, UnitID: at.ID, Role: role})
	return err
}

// wants fails unless err is a fault of the kind with the key.
func wants(t *testing.T, err error, kind fault.Kind, key string) {
	t.Helper()
	if f := fault.Of(err); err == nil || f.Kind != kind || key != "" && f.Key != key {
		t.Errorf("got %v, want kind %d %s", err, kind, key)
	}
}

// field fails unless err refuses exactly the field.
func field(t *testing.T, err error, name, key string) {
	t.Helper()
	f := fault.Of(err)
	if err == nil || len(f.Fields) != 1 || f.Fields[0].Name != name || f.Fields[0].Key != key {
		t.Errorf("got %v, want field %s: %s", err, name, key)
	}
}

func TestPasswordsThatAreEasilyGuessed(t *testing.T) {
	t.Parallel()
	for password, want := range map[string]string{
		"qing-he-xian-2026": "", "我家门前有两棵大枣树呀": "account.password.short", "我家门前有两棵大枣树呀呀": "",
		"Ab1!xyzq": "", "abcdxyz1": "account.password.short", "Ab1!xyz": "account.password.short", "": "form.required",
		"P@ssw0rd": "account.password.common", "1qaz2wsx3edc": "account.password.common",
		"aaaaaaaaaaaab": "account.password.simple", "my-lx1001-secret": "account.password.staff_no",
		strings.Repeat("abcdefgh", 17): "form.too_long",
	} {
		got := ""
		if f := accounts.CheckPassword("p", password, "LX1001", 0); len(f) > 0 {
			got = f[0].Key
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", password, got, want)
		}
	}
	if f := accounts.CheckPassword("p", "Ab1!xyzq", "X", 12); len(f) != 1 {
		t.Error("a first administrator's password may be short")
	}
}

// The codes are those of the examples in the standard and of published registers; each differs from its neighbour in
// one place.
func TestCreditCodes(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"91350100M000100Y43": true, "91350100M000100Y44": false, "91350100M000100Y34": false, "91110000600037341L": true,
		"91110000600037341I": false, "11100000000013127D": true, "11100000000013127": false, "": false,
		"91350100m000100y43": false,
	} {
		if got := accounts.CreditCode(code); got != want {
			t.Errorf("%q: %v, want %v", code, got, want)
		}
	}
}

func TestNumbersAreKeptOneWay(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"　ｌｘ１００１": "LX1001", "lx-1.a": "LX-1.A"} {
		if got := accounts.NormalStaffNo(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"13812340926": "13812340926", "+86 138 1234 0926": "13812340926", "138-1234-0926": "13812340926",
		"１３８１２３４０９２６": "13812340926", "1381234092": "", "12812340926": "", "LX1001": "",
	} {
		got, ok := accounts.NormalMobile(in)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q %v, want %q", in, got, ok, want)
		}
	}
}

// Twenty guesses at the same time are as many as five one after the other.
func TestGuessesAtTheSameTimeAreCounted(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{HashWait: time.Minute})
	var wrong, locked atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			_, err := h.Login(context.Background(), models.Actor{}, "SYS001", "not the password")
			switch f := fault.Of(err); f.Key {
			case "account.login_wrong":
				wrong.Add(1)
			case "account.locked":
				locked.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if wrong.Load() != 4 || locked.Load() != 16 {
		t.Errorf("%d times wrong and %d times locked, want 4 and 16", wrong.Load(), locked.Load())
	}
	_, err := h.Login(t.Context(), models.Actor{}, "SYS001", password)
	wants(t, err, fault.Busy, "account.locked")
	h.clock.Advance(15 * time.Minute)
	_, err = h.Login(t.Context(), models.Actor{}, "SYS001", password)
	must(t, err)
	for range 4 { // a success begins a new count
		_, err := h.Login(t.Context(), models.Actor{}, "SYS001", "wrong")
		wants(t, err, fault.Invalid, "account.login_wrong")
	}
}

func TestAHashCostsWhatOWASPAdvises(t *testing.T) {
	t.Parallel()
	hash, err := accounts.New(nil, nil, testkit.Still(), accounts.Options{}).Hash(t.Context(), password)
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("%q, %v", hash, err)
	}
}

func TestLoginWaitsForItsTurnAndGivesUp(t *testing.T) {
	t.Parallel()
	h := accounts.New(nil, nil, testkit.Still(), accounts.Options{Hashes: 1, HashWait: time.Nanosecond})
	var busy atomic.Int32
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			_, err := h.Hash(context.Background(), fmt.Sprint("password of ", i))
			if fault.Is(err, fault.Busy) {
				busy.Add(1)
			}
		})
	}
	all.Wait()
	if busy.Load() == 0 {
		t.Error("nobody was told to come back although one hash runs at a time")
	}
}

func TestSessionIsSeenOnceAMinute(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	token, err := h.Login(t.Context(), models.Actor{}, "AUD001", password)
	must(t, err)
	seen := func() time.Time {
		h.look(t, token)
		rows, err := h.Sessions(t.Context(), h.aud, token)
		must(t, err)
		for _, r := range rows {
			if r.Current {
				return r.SeenAt
			}
		}
		t.Fatal("the session is not listed")
		return time.Time{}
	}
	start := seen()
	h.clock.Advance(59 * time.Second)
	if got := seen(); !got.Equal(start) {
		t.Errorf("written after %v", got.Sub(start))
	}
	h.clock.Advance(time.Second)
	if got := seen(); got.Sub(start) != time.Minute {
		t.Errorf("after a minute %v is written", got.Sub(start))
	}
	h.clock.Advance(30 * time.Minute)
	_, err = h.Actor(t.Context(), token)
	wants(t, err, fault.Unsigned, "")
	n, err := h.PurgeSessions(t.Context())
	if err != nil || n < 1 {
		t.Errorf("%d sessions deleted, %v", n, err)
	}
}

func (h *house) look(t *testing.T, token string) {
	t.Helper()
	_, err := h.Actor(t.Context(), token)
	must(t, err)
}

// A post makes a cadre at its unit on its days, and nothing else does.
func TestActorHoldsRolesOfToday(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	town := h.unit(t, h.root, "柳溪镇", models.Township)
	p := h.cadre(t, "LX1001", "周晓岚", town)
	must(t, h.grant("LX1001", models.RoleLeader, town))
	_, err := h.Grant(t.Context(), h.sec, accounts.GrantInput{
		StaffNo: "LX1001", UnitID: h.root.ID, Role: models.RoleInspector, From: "2026-08-01", To: "2026-08-31",
	})
	must(t, err)
	for day, want := range map[models.Date]string{
		"2026-07-14": "", "2026-07-15": "cadre leader", "2026-08-01": "cadre inspector leader",
		"2026-08-31": "cadre inspector leader", "2026-09-01": "cadre leader",
	} {
		var a models.Actor
		must(t, db.View(t.Context(), h.db, func(tx *gorm.DB) (err error) {
			a, err = accounts.ActorTx(tx, day.Start(), p.ID)
			return err
		}))
		var got []string
		for _, r := range models.Roles() {
			if a.Has(r) {
				got = append(got, string(r))
			}
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", day, got, want)
		}
	}
}

// Of all pairs of roles exactly those that policy keeps apart are refused, whichever comes first; and no administrator
// has a post.
func TestRolesThatLieWithDifferentPeople(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	p, _, err := h.CreatePerson(t.Context(), h.sys, accounts.PersonInput{StaffNo: "NEW01", Name: "新人"})
	must(t, err)
	h.begun(t, p.ID)
	for _, x := range accounts.GrantableRoles() {
		for _, y := range accounts.GrantableRoles() {
			if x == y {
				continue
			}
			must(t, db.Tx(t.Context(), h.db, func(tx *gorm.DB) error {
				return tx.Exec("DELETE FROM role_grants WHERE person_id = ?", p.ID).Error
			}))
			give := func(r models.Role) error {
				_, err := h.Grant(t.Context(), h.sec, accounts.GrantInput{
					StaffNo: "NEW01", UnitID: h.root.ID, Role: r, To: "2026-09-30",
				})
				return err
			}
			must(t, give(x))
			err := give(y)
			if want := apart(x, y); want != (err != nil) {
				t.Errorf("%s then %s: %v", x, y, err)
			} else if want {
				wants(t, err, fault.Conflict, "account.apart")
			}
		}
	}
	_, err = h.AddPost(t.Context(), h.sys, h.aud.ID, *post(h.root))
	wants(t, err, fault.Conflict, "account.apart")
	wants(t, h.grant("SEC001", models.RoleTrainer, h.root), fault.Forbidden, "")
}

// apart is the rule in the test's own words.
func apart(x, y models.Role) bool {
	admin := map[models.Role]bool{models.RoleSystem: true, models.RoleSecurity: true, models.RoleAudit: true}
	report := map[models.Role]bool{models.RoleOfficer: true, models.RoleReviewer: true, models.RoleReleaser: true}
	social := x == models.RoleSocial || y == models.RoleSocial
	// An inspector changes nothing: only the leader in charge, who changes nothing either, may be one.
	inspects := x == models.RoleInspector && y != models.RoleLeader || y == models.RoleInspector && x != models.RoleLeader
	return admin[x] || admin[y] || report[x] && report[y] || social || inspects
}

// An administrator of a township sees and changes nothing beside it: elsewhere there is nothing.
func TestAdministratorsReachTheirUnitsOnly(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	here, there := h.unit(t, h.root, "柳溪镇", models.Township), h.unit(t, h.root, "青山镇", models.Township)
	mine, other := h.cadre(t, "LX1001", "周晓岚", here), h.cadre(t, "QS1001", "李强", there)
	_, first, err := h.CreatePerson(t.Context(), h.sys, accounts.PersonInput{StaffNo: "LXSYS", Name: "镇管理员"})
	must(t, err)
	must(t, h.grant("LXSYS", models.RoleSystem, here))
	token, err := h.Login(t.Context(), models.Actor{}, "LXSYS", first)
	must(t, err)
	in, err := h.Actor(t.Context(), token)
	must(t, err)
	a := in.Actor
	if in.First != models.StepPassword {
		t.Error("a first password need not be changed")
	}
	units, err := h.Units(t.Context(), a)
	if err != nil || len(units) != 1 || units[0].ID != here.ID {
		t.Errorf("sees %d units, %v", len(units), err)
	}
	rows, total, err := h.People(t.Context(), a, accounts.PeopleFilter{})
	if err != nil || total != 2 || rows[0].StaffNo != "LX1001" || rows[0].Unit != "柳溪镇" {
		t.Errorf("sees %d people, %v", total, err)
	}
	_, err = h.Person(t.Context(), a, mine.ID)
	must(t, err)
	_, err = h.Person(t.Context(), a, other.ID)
	wants(t, err, fault.NotFound, "")
	_, err = h.ResetPassword(t.Context(), a, other.ID)
	wants(t, err, fault.NotFound, "")
	wants(t, h.Disable(t.Context(), a, other.ID, other.Version), fault.NotFound, "")
	wants(t, h.RenameUnit(t.Context(), a, there.ID, 1, "新名", ""), fault.NotFound, "")
	_, err = h.CreateUnit(t.Context(), a, accounts.UnitInput{ParentID: h.root.ID, Name: "第三镇", Kind: models.Township})
	wants(t, err, fault.Forbidden, "")
	_, _, err = h.CreatePerson(t.Context(), a, accounts.PersonInput{StaffNo: "X01", Name: "甲", Post: post(there)})
	field(t, err, "unit", "form.required_choice")
	_, _, err = h.CreatePerson(t.Context(), a, accounts.PersonInput{StaffNo: "X02", Name: "乙"})
	field(t, err, "unit", "form.required_choice")
	_, err = h.AuditActions(t.Context(), a)
	wants(t, err, fault.Forbidden, "")
	_, _, err = h.Grants(t.Context(), a, accounts.GrantFilter{})
	wants(t, err, fault.Forbidden, "")
	_, err = h.Units(t.Context(), models.Actor{})
	wants(t, err, fault.Unsigned, "")
}

// The system administrator cannot become one of the other two by resetting a password.
func TestAdministratorsAccountsAreTheirOwn(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	_, err := h.ResetPassword(t.Context(), h.sys, h.sec.ID)
	wants(t, err, fault.Forbidden, "account.reset_admin")
	wants(t, h.Disable(t.Context(), h.sys, h.aud.ID, 1), fault.Forbidden, "account.disable_admin")
	wants(t, h.Disable(t.Context(), h.sys, h.sys.ID, 1), fault.Forbidden, "account.disable_self")
	first, err := h.ResetPassword(t.Context(), models.SystemActor("cli"), h.sec.ID)
	must(t, err)
	_, err = h.Login(t.Context(), models.Actor{}, "SEC001", first)
	must(t, err)
}

func TestTreeOfUnits(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	ctx := t.Context()
	town := h.unit(t, h.root, "柳溪镇", models.Township)
	if !strings.HasPrefix(town.Path, h.root.Path) || !strings.HasSuffix(town.Path, "/"+town.ID+"/") {
		t.Errorf("path %s below %s", town.Path, h.root.Path)
	}
	create := func(in accounts.UnitInput) error { _, err := h.CreateUnit(ctx, h.sys, in); return err }
	field(t, create(accounts.UnitInput{ParentID: h.root.ID, Name: "柳溪镇", Kind: models.Township}), "name", "form.taken")
	field(t, create(accounts.UnitInput{ParentID: h.root.ID, Name: "甲", Kind: "x"}), "kind", "form.required_choice")
	field(t, create(accounts.UnitInput{ParentID: "x", Name: "甲", Kind: models.Village}), "parent", "form.required_choice")
	field(t, create(accounts.UnitInput{ParentID: town.ID, Name: " ", Kind: models.Village}), "name", "form.required")
	field(t, create(accounts.UnitInput{ParentID: town.ID, Name: "甲", Kind: models.Village, Code: "91350100M000100Y44"}),
		"code", "form.credit_code")
	must(t, create(accounts.UnitInput{ParentID: town.ID, Name: "甲", Kind: models.Village, Code: "91350100m000100y43"}))
	field(t, create(accounts.UnitInput{ParentID: town.ID, Name: "乙", Kind: models.Village, Code: "91350100M000100Y43"}),
		"code", "form.taken")
	must(t, h.RenameUnit(ctx, h.sys, town.ID, town.Version, "柳溪街道", ""))
	wants(t, h.RenameUnit(ctx, h.sys, town.ID, town.Version, "柳河镇", ""), fault.Conflict, "error.stale")
	deep := town
	var err error
	for i := 0; err == nil && i < 20; i++ {
		var next models.Unit
		if next, err = h.CreateUnit(ctx, h.sys, accounts.UnitInput{ParentID: deep.ID, Name: "村", Kind: models.Village}); err == nil {
			deep = next
		}
	}
	field(t, err, "parent", "account.unit_deep")
}

func TestPersonMayTransferAndKeepsTheAccount(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	a, b := h.unit(t, h.root, "柳溪镇", models.Township), h.unit(t, h.root, "青山镇", models.Township)
	p := h.cadre(t, "LX1001", "王𬭁", a)
	v, err := h.Person(t.Context(), h.sys, p.ID)
	must(t, err)
	move := accounts.TransferInput{
		PostID: v.Posts[0].ID, Version: v.Posts[0].Version, Last: "2026-07-31", Post: *post(b),
	}
	made, out, err := h.Transfer(t.Context(), h.sys, p.ID, move)
	must(t, err)
	if made.ValidFrom != "2026-08-01" || out.Post.ValidTo != "2026-07-31" || out.Post.EndReason != models.Transferred {
		t.Errorf("from %s, before to %s (%s)", made.ValidFrom, out.Post.ValidTo, out.Post.EndReason)
	}
	_, _, err = h.Transfer(t.Context(), h.sys, p.ID, move)
	wants(t, err, fault.Conflict, "error.stale")
	h.clock.Set(models.Date("2026-08-01").Start())
	rows, _, err := h.People(t.Context(), models.SystemActor("test"), accounts.PeopleFilter{Text: "王𬭁"})
	if err != nil || len(rows) != 1 || rows[0].Unit != "青山镇" {
		t.Errorf("got %+v, %v", rows, err)
	}
}

// The log of the audit administrator holds what happened, and nobody else reads it.
func TestAuditLog(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	_, err := h.Login(t.Context(), models.Actor{From: "192.0.2.7", Req: "r1"}, "SYS001", "wrong")
	wants(t, err, fault.Invalid, "account.login_wrong")
	rows, total, err := h.AuditLog(t.Context(), h.aud, accounts.AuditFilter{
		Action: "account.login", Outcome: "refused", Person: "sys001", From: "2026-07-15", To: "2026-07-15",
	})
	if err != nil || total != 1 || rows[0].FromAddr != "192.0.2.7" || rows[0].RequestID != "r1" || rows[0].ActorID == nil {
		t.Errorf("got %+v, %v", rows, err)
	}
	_, total, err = h.AuditLog(t.Context(), h.aud, accounts.AuditFilter{From: "2026-07-16"})
	if err != nil || total != 0 {
		t.Errorf("tomorrow's entries: %d, %v", total, err)
	}
	for _, a := range []models.Actor{h.sys, h.sec} {
		_, _, err := h.AuditLog(t.Context(), a, accounts.AuditFilter{})
		wants(t, err, fault.Forbidden, "")
	}
}
