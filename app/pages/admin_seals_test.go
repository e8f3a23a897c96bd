package pages

import (
	"strings"
	"testing"

	"gorm.io/gorm"

	"shanzhi/app/web/webtest"
	"shanzhi/models"
	"shanzhi/models/db"
)

// The audit administrator sees how far the log is sealed, and a check tells him of what was altered.
func TestTheAuditAdministratorChecksTheLog(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.login(t, h.aud)
	says(t, c.Get("/admin/audit/seals").Want(200), "尚无固化批次")
	if _, err := h.pages.Seals.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	p := c.Get("/admin/audit/seals").Want(200)
	says(t, p, "已固化 1 个批次")
	p.Has("a[href]", "/admin/audit/seals/check")
	says(t, c.Get("/admin/audit/seals/check").Want(200), "未发现改动")
	must(t, db.Tx(t.Context(), h.db, func(tx *gorm.DB) error {
		return tx.Model(&models.AuditEntry{}).Where("seal_no = 1").Update("detail", "改").Error
	}))
	says(t, c.Get("/admin/audit/seals/check").Want(200), "发现 1 处不一致")
	h.login(t, h.sys).Get("/admin/audit/seals").Want(403)
	h.login(t, h.sys).Get("/admin/audit/seals/check").Want(403)
}

func says(t *testing.T, p *webtest.Page, words string) {
	t.Helper()
	if text := entire(t, p).Text(); !strings.Contains(text, words) {
		t.Errorf("%s: %q is not among %.600s", p.Path, words, text)
	}
}

// The guides of operation are pages too, in both languages, for everybody.
func TestGuidesOfOperationArePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, topic := range []string{"deploy", "log"} {
		p := entire(t, h.visitor(t).Get("/help/run/"+topic).Want(200))
		p.Has("h1")
		if len(p.All("table")) == 0 {
			t.Errorf("%s: no table", topic)
		}
	}
}
