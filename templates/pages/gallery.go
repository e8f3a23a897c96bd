package pages

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"shanzhi/models/fault"
	"shanzhi/templates/ui"
)

// GalleryPath is the page that shows every component.
const GalleryPath = "/help/components"

// GallerySize is how many rows of the sample list one of its pages shows.
const GallerySize = 4

// GalleryView is what the page of components does not make up itself: the state of its list, drawings of the real
// pens, and a real code.
type GalleryView struct {
	List   ui.List
	Dots   ui.Drawn // for a telephone, as every figure of a page
	Levels ui.Drawn
	Trend  ui.Drawn
	Wide   ui.Drawn // levels at the width of paper
	QR     string   // d of the path of a QR code over Size modules
	Size   int
	Code   string // the same as a drawing
}

// sampleKinds are the kinds of notes and tags.
func sampleKinds() []ui.Kind { return []ui.Kind{ui.Plain, ui.Info, ui.OK, ui.Warn, ui.Bad, ui.Calm} }

// kindName is the last part of a kind's keys.
func kindName(k ui.Kind) string { return cmp.Or(string(k), "plain") }

// gallerySections are the parts of the page in their order, by the last part of their keys.
func gallerySections() []string {
	return []string{
		"buttons", "fields", "choices", "faces", "form", "list", "pager", "table", "lines", "notes", "tags", "empty",
		"rows", "steps", "progress", "figures", "timeline", "slips", "text", "dialog", "exam", "layout", "frames",
	}
}

// GalleryFrames are the whole pages that stand at an address of their own, in their order.
func GalleryFrames() []string {
	return []string{"resident", "exam", "confirm", "print", "401", "403", "404", "409", "410", "500", "503"}
}

// galleryFault is the error page with a status; ok is false for another frame.
func galleryFault(frame string) (v ui.ErrorView, ok bool) {
	v = ui.ErrorView{Href: GalleryPath + "#frames", RequestID: "7QX2-0715"}
	switch frame {
	case "401":
		v.Status, v.Key, v.Login = 401, "error.unsigned", true
	case "403":
		v.Status, v.Key = 403, "error.forbidden"
	case "404":
		v.Status, v.Key = 404, "error.not_found"
	case "409":
		v.Status, v.Key = 409, "error.conflict"
	case "410":
		v.Status, v.Key = 410, "error.gone"
	case "500":
		v.Status, v.Key, v.Retry = 500, "error.internal", true
	case "503":
		v.Status, v.Key, v.Retry = 503, "error.busy", true
	}
	return v, v.Key != ""
}

// galleryTo posts a sample form to the switches, which find nothing to change in it and lead back to its part.
func galleryTo(id string) ui.To { return ui.To{Action: "/mode", ID: id} }

// galleryBack is where a sample form leads.
func galleryBack(part string) string { return GalleryPath + "#" + part }

// sampleOptions are choices with the words gallery.NAME.1, gallery.NAME.2 …; their values are a, b …
func sampleOptions(ctx context.Context, name string) []ui.Option {
	var out []ui.Option
	for i, key := range numbered("gallery."+name+".", ui.P(ctx).Has) {
		out = append(out, ui.Option{Value: string(rune('a' + i)), Text: ui.T(ctx, key)})
	}
	return out
}

// hintedOptions are sampleOptions of which one is explained and the last cannot be chosen.
func hintedOptions(ctx context.Context, name string) []ui.Option {
	out := sampleOptions(ctx, name)
	out[1].Hint = ui.T(ctx, "gallery."+name+".hint")
	out[len(out)-1].Disabled = true
	return out
}

// groupedOptions are units under the headings of their kinds, with a first that is no choice.
func groupedOptions(ctx context.Context) []ui.Option {
	out := []ui.Option{{Text: ui.T(ctx, "gallery.unit.none")}}
	for i, o := range sampleOptions(ctx, "unit") {
		o.Group = ui.T(ctx, "gallery.unit.towns")
		if i >= 2 {
			o.Group = ui.T(ctx, "gallery.unit.offices")
		}
		out = append(out, o)
	}
	return out
}

// filledSamples is what stands in the fields of the page.
func filledSamples(ctx context.Context) ui.Form {
	text := func(key string) string { return ui.T(ctx, "gallery."+key) }
	return ui.NewForm(
		"f-filled", text("v.title"), "f-long", text("v.long"), "f-date", "2026-07-17", "f-count", "12",
		"f-readonly", "2607-0412", "f-off", text("v.off"), "f-why", text("v.why"), "f-unit", "b",
		"c-one-filled", "b", "c-many-filled", "a", "c-many-filled", "c", "c-tick-filled", "1", "face-filled", "4",
	)
}

// refusedSample is a form that came back: what was typed, and what is wrong with it.
func refusedSample(ctx context.Context) ui.Form {
	typed := url.Values{
		"r-title": {ui.T(ctx, "gallery.v.title")}, "r-phone": {"1380013800"}, "r-why": {ui.T(ctx, "gallery.v.short")},
		"r-aspects": {"a", "b", "c"},
	}
	return ui.FormOf(typed, fault.Wrong(
		fault.On("r-phone", "form.phone"), fault.On("r-why", "form.too_short", "min", 10, "n", 4),
		fault.On("r-unit", "form.required_choice"), fault.On("r-outcome", "form.required_choice"),
		fault.On("r-aspects", "form.too_many", "max", 2), fault.On("r-sure", "gallery.sure.missing"),
		fault.On("r-file", "form.file_size", "max", "20 MB"),
	)).Still()
}

// refusedLabels names the fields of refusedSample.
func refusedLabels(ctx context.Context) []string {
	text := func(key string) string { return ui.T(ctx, "gallery."+key) }
	return []string{
		"r-phone", ui.T(ctx, "word.phone"), "r-why", text("l.why"), "r-unit", text("l.unit"),
		"r-outcome", text("l.outcome"), "r-aspects", text("l.aspects"), "r-sure", text("l.sure"),
		"r-file", text("l.file"),
	}
}

// wrongRows is a roster that was refused.
func wrongRows(ctx context.Context) *fault.Error {
	return fault.Wrong(
		fault.At(17, ui.T(ctx, "gallery.l.unit"), "form.unknown", "value", ui.T(ctx, "gallery.v.unit")),
		fault.At(42, ui.T(ctx, "gallery.l.staff_no"), "form.taken", "value", "QH-0217"),
		fault.At(103, ui.T(ctx, "gallery.l.since"), "form.date"),
	)
}

// sampleCase is a row of the sample list.
type sampleCase struct {
	no, title string
	kind      ui.Kind
	state     string // last part of the key of its words
	days      int    // working days since it was received, 0 = received today
}

func sampleCases(ctx context.Context) []sampleCase {
	list := []sampleCase{
		{"2607-0412", "", ui.Info, "handled", 3},
		{"2607-0388", "", ui.Warn, "overdue", 12},
		{"2607-0371", "", ui.OK, "closed", 5},
		{"2607-0356", "", ui.Plain, "waiting", 0},
		{"2607-0340", "", ui.Info, "handled", 8},
		{"2607-0333", "", ui.OK, "closed", 2},
		{"2607-0317", "", ui.Plain, "waiting", 1},
	}
	for i, key := range numbered("gallery.case.", ui.P(ctx).Has) {
		list[i].title = ui.T(ctx, key)
	}
	return list
}

// GalleryList is the sample list as its address asks for it, and how many rows there are on all its pages.
func GalleryList(ctx context.Context, l ui.List) (ui.Grid, int) {
	rows := slices.DeleteFunc(sampleCases(ctx), func(c sampleCase) bool {
		return !strings.Contains(strings.ToLower(c.title), strings.ToLower(strings.TrimSpace(l.Query.Get("q"))))
	})
	slices.SortStableFunc(rows, func(a, b sampleCase) int {
		by := 0
		switch l.Order.Key {
		case "no":
			by = cmp.Compare(a.no, b.no)
		case "days":
			by = cmp.Compare(a.days, b.days)
		}
		if l.Order.Desc {
			return -by
		}
		return by
	})
	l.Total = len(rows)
	from := l.Offset()
	g := ui.Grid{Caption: ui.T(ctx, "gallery.list.caption"), Cols: []ui.Col{
		l.Col("no", ui.T(ctx, "gallery.l.no"), "id"),
		{Head: ui.T(ctx, "gallery.l.title"), Class: "t"},
		{Head: ui.T(ctx, "gallery.l.state")},
		l.Col("days", ui.T(ctx, "gallery.l.days"), "n"),
	}}
	for _, c := range rows[from:min(len(rows), from+max(1, l.Size))] {
		days := ui.None()
		if c.days > 0 {
			days = ui.Num(ui.P(ctx).Count(c.days))
		}
		g.Rows = append(g.Rows, []templ.Component{
			ui.Num(c.no), ui.Link(galleryBack("timeline"), c.title),
			ui.Tag(c.kind, ui.T(ctx, "gallery.state."+c.state)), days,
		})
	}
	return g, len(rows)
}

// GalleryKeys are what the sample list can be sorted by.
func GalleryKeys() []string { return []string{"no", "days"} }

// wideTable is a table with too many columns to fold.
func wideTable(ctx context.Context) ui.Grid {
	g := ui.Grid{Caption: ui.T(ctx, "gallery.wide.caption"), Wide: true}
	g.Cols = append(g.Cols, ui.Col{Head: ui.T(ctx, "gallery.l.unit"), Class: "t"})
	for _, key := range numbered("gallery.month.", ui.P(ctx).Has) {
		g.Cols = append(g.Cols, ui.Col{Head: ui.T(ctx, key), Class: "n"})
	}
	for i, o := range sampleOptions(ctx, "unit") {
		row := []templ.Component{ui.Text(o.Text)}
		for m := range len(g.Cols) - 1 {
			if i == 2 && m < 2 {
				row = append(row, ui.None())
				continue
			}
			row = append(row, ui.Num(ui.P(ctx).Count(1286/(i+1)+17*m)))
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

// narrowTable is a table that folds on a telephone, sorted by its first column.
func narrowTable(ctx context.Context) ui.Grid {
	text := func(key string) templ.Component { return ui.Text(ui.T(ctx, "gallery."+key)) }
	proof := func(key string) templ.Component { return ui.Link("#table", ui.T(ctx, "gallery.proof."+key)) }
	return ui.Grid{
		Caption: ui.T(ctx, "gallery.narrow.caption"),
		Cols: []ui.Col{
			{Head: ui.T(ctx, "gallery.l.day"), Class: "id", Sort: "#table", Sorted: "descending"},
			{Head: ui.T(ctx, "gallery.l.class"), Class: "t"},
			{Head: ui.T(ctx, "gallery.l.hours"), Class: "n"},
			{Head: ui.T(ctx, "gallery.l.proof")},
			{Head: ui.T(ctx, "gallery.l.due")},
		},
		Rows: [][]templ.Component{
			{ui.Num("2026-05-12"), text("class.1"), ui.Num("18"), proof("1"), ui.None()},
			{ui.Num("2026-03-20"), text("class.2"), ui.Num("6"), proof("2"), ui.None()},
			{ui.Num("2026-02-27"), text("class.3"), ui.None(), ui.None(), ui.Late(ui.T(ctx, "gallery.late"))},
		},
	}
}

// sampleTabs are the parts of a list, the first of which is shown.
func sampleTabs(ctx context.Context) []ui.Tab {
	var out []ui.Tab
	for i, o := range sampleOptions(ctx, "tab") {
		out = append(out, ui.Tab{Text: o.Text, Href: "#pager", Current: i == 0})
	}
	return out
}

// samplePages are pagers at the first page, in the middle, at the end, of one page, of none and of an uncounted list.
func samplePages() []ui.Paging {
	return []ui.Paging{
		{Page: 1, Size: 20, Total: 460},
		{Page: 12, Size: 20, Total: 460},
		{Page: 23, Size: 20, Total: 460},
		{Page: 50, Size: 20, Total: 1000, More: true},
		{Page: 1, Size: 20, Total: 7},
		{Page: 1, Size: 20},
	}
}

// sampleSteps are the steps of a period, of which two are done.
func sampleSteps(ctx context.Context) []ui.Step {
	var out []ui.Step
	for i, o := range sampleOptions(ctx, "step") {
		s := ui.Step{Title: o.Text, Note: []string{"2025-12-20", "2026-06-30", "2026-07-17", "2026-07-28"}[i]}
		switch {
		case i < 2:
			s.State = ui.Done
		case i == 2:
			s.State = ui.Now
		}
		out = append(out, s)
	}
	return out
}

// sampleFigures are the three kinds of figure: a share with its interval, hours with their bar, too few.
func sampleFigures(ctx context.Context) []ui.Figure {
	text := func(key string) string { return ui.T(ctx, "gallery.stat."+key) }
	return []ui.Figure{
		{Label: text("good"), Value: "94.9", Unit: "%", Lines: []string{text("good.interval"), text("good.of")}},
		{
			Label: text("hours"), Value: "31.5", Unit: text("hours.unit"), Lines: []string{text("hours.left")},
			Done: 3150, Total: 5000,
		},
		{Label: text("few"), Value: "4", Unit: text("few.unit"), Lines: []string{text("few.why")}},
	}
}

// sampleEvents is the course of a case, the latest first.
func sampleEvents(ctx context.Context) []ui.Moment {
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 7, day, hour-8, minute, 0, 0, time.UTC) }
	text := func(key string) string { return ui.T(ctx, "gallery.event."+key) }
	return []ui.Moment{
		{At: at(15, 9, 20), Title: text("1"), Note: text("1.note"), Now: true},
		{At: at(13, 10, 52), Title: text("2"), Note: text("2.note")},
		{At: at(13, 9, 0), DateOnly: true, Title: text("3")},
		{At: at(1, 9, 0), DateOnly: true, Year: true, Title: text("4")},
	}
}

// sampleWithdrawal asks whether a request is withdrawn; it posts to the switches, as galleryTo does. back is where the
// second button leads, "" in a dialog.
func sampleWithdrawal(ctx context.Context, part, back string) ui.Confirm {
	return ui.Confirm{
		Action: "/mode", Title: ui.T(ctx, "gallery.withdraw"), Text: ui.T(ctx, "gallery.withdraw.text"),
		Button: ui.T(ctx, "gallery.withdraw.do"), Back: back, Hidden: []string{"back", galleryBack(part)},
	}
}
