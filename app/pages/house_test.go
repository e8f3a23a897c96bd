package pages

import (
	"bytes"
	"context"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/app/web/webtest"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
	"shanzhi/models/vault"
	"shanzhi/templates/i18n"
	"shanzhi/templates/ui/uicheck"
)

// password is everybody's password in a house that was set up.
const password = "qing-he-xian-2026"

// house is the whole web side over a fresh database: a county with a township and a village, and the three
// administrators.
type house struct {
	db                        *db.DB
	clock                     *testkit.StillClock
	vault                     *vault.Vault
	pages                     *Pages
	app                       *web.App
	log                       *bytes.Buffer
	county, township, village models.Unit
	sys, sec, aud             string // staff numbers
	hash                      string // of password
}

// newHouse returns a house that is set up. more adds doors and routes of other areas before anything is asked for.
func newHouse(t *testing.T, more ...func(h *house)) *house {
	t.Helper()
	h := emptyHouse(t, more...)
	ctx := t.Context()
	h.sys, h.sec, h.aud = "SYS001", "SEC001", "AUD001"
	err := h.pages.Accounts.Setup(ctx, models.Actor{}, accounts.SetupInput{
		OnePassword: true,
		Code:        h.pages.Accounts.OpenSetup(), UnitName: "青禾县", UnitKind: models.County, SiteName: "青禾县干部学习与服务评价",
		Organizer: "中共青禾县委组织部", Phone: "0871-1234567", Filing: "滇ICP备00000000号",
		System:   accounts.Administrator{StaffNo: h.sys, Name: "何静", Password: password},
		Security: accounts.Administrator{StaffNo: h.sec, Name: "刘安", Password: password},
		Audit:    accounts.Administrator{StaffNo: h.aud, Name: "沈计", Password: password},
	})
	must(t, err)
	must(t, db.Tx(ctx, h.db, func(tx *gorm.DB) error {
		if err := tx.Exec("UPDATE persons SET must_change = ?", false).Error; err != nil {
			return err
		}
		if err := tx.Take(&h.county, "parent_id IS NULL").Error; err != nil {
			return err
		}
		var sys models.Person
		err := tx.Take(&sys, "staff_no = ?", h.sys).Error
		h.hash = sys.PasswordHash
		return err
	}))
	root := models.SystemActor("test")
	h.township, err = h.pages.Accounts.CreateUnit(ctx, root, accounts.UnitInput{
		ParentID: h.county.ID, Name: "柳溪镇", Kind: models.Township,
	})
	must(t, err)
	h.village, err = h.pages.Accounts.CreateUnit(ctx, root, accounts.UnitInput{
		ParentID: h.township.ID, Name: "石桥村", Kind: models.Village,
	})
	must(t, err)
	return h
}

// emptyHouse returns a house in which nobody has an account.
func emptyHouse(t *testing.T, more ...func(h *house)) *house {
	t.Helper()
	h := &house{clock: testkit.Clock(t), log: &bytes.Buffer{}}
	h.db = testkit.DBAt(t, h.clock.Now)
	keys, err := vault.NewKeys()
	must(t, err)
	h.vault, err = vault.New(keys)
	must(t, err)
	words, err := i18n.Load()
	must(t, err)
	service := accounts.New(h.db, h.vault, h.clock.Now, accounts.Options{HashMemory: testkit.HashMemory})
	h.pages = New(Deps{Clock: h.clock.Now, Accounts: service, Base: "https://shanzhi.test"})
	h.app, err = web.New(web.Config{}, web.Deps{
		Sessions: service, Words: words, Vault: h.vault, Clock: h.clock.Now, Log: slog.New(slog.NewTextHandler(h.log, nil)),
		Site: SiteOf(service), Unread: service.UnreadNotices, Ready: h.db.Ready,
	})
	must(t, err)
	h.pages.Seals = audit.NewSealer(h.db, h.vault, h.clock.Now)
	h.pages.accountRoutes(h.app)
	h.pages.opsRoutes(h.app)
	h.pages.tenureRoutes(h.app)
	for _, f := range more {
		f(h)
	}
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// person makes somebody with the password of the house, a post at the unit and the roles given there.
func (h *house) person(t *testing.T, staffNo, name string, at models.Unit, roles ...models.Role) models.Person {
	t.Helper()
	now := h.clock.Now()
	p := models.Person{
		ID: models.NewID(), StaffNo: staffNo, Name: name, PasswordHash: h.hash, Version: 1, CreatedAt: now, UpdatedAt: now,
	}
	must(t, db.Tx(t.Context(), h.db, func(tx *gorm.DB) error {
		if err := tx.Create(&p).Error; err != nil {
			return err
		}
		post := models.Post{
			ID: models.NewID(), PersonID: p.ID, UnitID: at.ID, ManagerID: h.county.ID, Title: "工作人员",
			Class: "township_staff", Category: models.CivilServant, ValidFrom: "2024-01-01", Version: 1,
		}
		if err := tx.Create(&post).Error; err != nil {
			return err
		}
		for _, r := range roles {
			g := models.RoleGrant{
				ID: models.NewID(), PersonID: p.ID, UnitID: at.ID, Role: r, ValidFrom: "2024-01-01", CreatedAt: now,
			}
			if err := tx.Create(&g).Error; err != nil {
				return err
			}
		}
		return nil
	}))
	return p
}

// actor is the person as doors see him.
func (h *house) actor(t *testing.T, personID string) models.Actor {
	t.Helper()
	var a models.Actor
	must(t, db.View(t.Context(), h.db, func(tx *gorm.DB) (err error) {
		a, err = accounts.ActorTx(tx, h.clock.Now(), personID)
		return err
	}))
	return a
}

// visitor is a browser of somebody without an account.
func (h *house) visitor(t *testing.T) *webtest.Client {
	t.Helper()
	return webtest.New(t, h.app)
}

// login is a browser of somebody who is signed in with the password of the house.
func (h *house) login(t *testing.T, staffNo string) *webtest.Client {
	t.Helper()
	c := h.visitor(t)
	c.Get("/login").Want(200)
	c.Post("/login", url.Values{"login": {staffNo}, "password": {password}}).Want(303)
	c.Get("/about").Want(200) // a token of the new session
	return c
}

// count returns the number of rows of a table that meet a condition.
func (h *house) count(t *testing.T, table, where string, args ...any) int {
	t.Helper()
	var n int64
	must(t, db.View(context.Background(), h.db, func(tx *gorm.DB) error {
		return tx.Table(table).Where(where, args...).Count(&n).Error
	}))
	return int(n)
}

// sound checks the structure of a page and that no message key is left in it.
func sound(t *testing.T, p *webtest.Page) {
	t.Helper()
	uicheck.Page(t, p.Body)
	for _, area := range []string{"account.", "admin.", "help.", "form.", "error.", "nav.", "word.", "do."} {
		for word := range strings.FieldsSeq(p.Text()) {
			if strings.HasPrefix(word, area) && !strings.HasSuffix(word, ".") {
				t.Errorf("%s: the page shows the key %s", p.Path, word)
			}
		}
	}
}
