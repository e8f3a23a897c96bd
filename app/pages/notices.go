package pages

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

const noticesSize = 20

// showNotices lists what the reader was told.
func (p *Pages) showNotices(c *fiber.Ctx) error {
	ctx, who, w, q := web.Context(c), web.Actor(c), web.Words(c), web.Query(c)
	l, unread := listAt(c, "notices", noticesSize), q.Get("show") == "unread"
	rows, total, err := p.Accounts.Notices(ctx, who, unread, l.Page, l.Size)
	if err != nil {
		return err
	}
	v := view.NoticesView{List: l.of(total), Unread: web.Frame(c).Unread > 0, Tabs: []ui.Tab{
		{Text: w.T("notice.tab.all"), Href: "/notices", Current: !unread},
		{Text: w.T("notice.tab.unread"), Href: "/notices?show=unread", Current: unread},
	}}
	for _, n := range rows {
		line := view.NoticeLine{
			Text: noticeText(w, n), At: w.IsoDate(n.CreatedAt) + " " + w.Clock(n.CreatedAt), Read: n.ReadAt != nil,
		}
		if n.Href != "" || !line.Read {
			line.Href = "/notices/" + n.ID
		}
		v.Lines = append(v.Lines, line)
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(ctx), total)
	}
	return web.Page(c, fiber.StatusOK, view.Notices(v))
}

// noticeText puts a notice into the reader's words: days as people write them, keys as their texts, and of a title with
// its twin (course, course_en) the one in the reader's language.
func noticeText(w *i18n.Printer, n models.Notice) string {
	var args map[string]any
	dec := json.NewDecoder(strings.NewReader(n.Args))
	dec.UseNumber()
	if dec.Decode(&args) != nil {
		args = map[string]any{}
	}
	for name, value := range args {
		s := fmt.Sprint(value)
		if en, both := args[name+"_en"]; both {
			s = either(w, s, fmt.Sprint(en))
		}
		if d, ok := models.ParseDate(s); ok {
			s = day(w, d)
		} else if key, isKey := strings.CutPrefix(s, "@"); isKey && w.Has(key) {
			s = w.T(key)
		}
		args[name] = s
	}
	return w.T("notice."+n.Kind, args)
}

// openNotice marks a notice as read and leads to what it is about. A look is enough: nothing is changed but that the
// reader was told.
func (p *Pages) openNotice(c *fiber.Ctx) error {
	href, err := p.Accounts.ReadNotice(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	if href == "" {
		href = "/notices"
	}
	return web.See(c, href)
}

// backToNotices is for a browser that comes back to the address of the form.
func (p *Pages) backToNotices(c *fiber.Ctx) error { return web.See(c, "/notices") }

// readNotices marks all as read.
func (p *Pages) readNotices(c *fiber.Ctx) error {
	if err := p.Accounts.ReadNotices(web.Context(c), web.Actor(c)); err != nil {
		return err
	}
	return web.See(c, "/notices")
}
