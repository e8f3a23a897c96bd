package pages

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments/report"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/models/queue"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

const (
	reportsSize = 20
	zipTime     = 15 * time.Minute // for a whole package on a slow line
)

// showReports lists the reports that the reader may take; the filters stand in the address.
func (p *Pages) showReports(c *fiber.Ctx) error {
	return p.reports(c, fiber.StatusOK, web.Query(c), ui.Form{})
}

// reports shows the list; q are the filters and compile a refused form of compiling.
func (p *Pages) reports(c *fiber.Ctx, status int, q url.Values, compile ui.Form) error {
	ctx, who, w := web.Context(c), web.Actor(c), web.Words(c)
	periods, err := p.Assessments.Periods(ctx, who)
	if err != nil {
		return err
	}
	units, err := p.Accounts.UnitsFor(ctx, who, policy.ReportTake)
	if err != nil {
		return err
	}
	sealed := periodOptions(w, periods)
	v := view.ReportsView{
		Form: ui.FormOf(q, nil), Periods: append([]ui.Option{{Text: w.T("field.all")}}, sealed...),
		Units: unitOptions(w, units, "field.all"), Kinds: options(w, report.Kinds(), "reports.kind.", "field.all"),
		Filtered: q.Get("period")+q.Get("unit")+q.Get("kind") != "",
	}
	l := listAt(c, "reports", reportsSize, report.Orders()...)
	l.Query = q // a refused form of compiling has no filters in its address
	f := report.Filter{
		Period: q.Get("period"), UnitID: q.Get("unit"), Kind: models.ReportKind(q.Get("kind")), Order: l.Order,
	}
	lines, n, err := p.Reports.List(ctx, who, f, (l.Page-1)*l.Size, l.Size)
	if err != nil {
		return err
	}
	v.List = l.of(int(n))
	for _, r := range lines {
		v.Lines = append(v.Lines, reportLine(w, r))
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(ctx), int(n))
	}
	if f.UnitID != "" && n > 0 {
		v.ZipHref = "/assess/reports/zip" + ui.Query(q, "page", "")
	}
	if v.Work, err = p.reportWork(ctx, who, chosen(periods, f.Period)); err != nil {
		return err
	}
	if policy.May(who, policy.ReportCompile) && len(sealed) > 0 {
		if !compile.Bad() {
			compile = ui.NewForm("for", chosen(periods, f.Period).Code, "kinds", string(models.CompetencyReport),
				"kinds", string(models.ServiceReport), "within", f.UnitID)
		}
		mine, err := p.Accounts.UnitsFor(ctx, who, policy.ReportCompile)
		if err != nil {
			return err
		}
		v.Compile = &view.CompileForm{Form: compile, Periods: sealed, Units: unitOptions(w, mine, "field.all")}
	}
	return web.Page(c, status, view.Reports(v))
}

// periodOptions are the periods of which there can be reports.
func periodOptions(w *i18n.Printer, periods []models.Period) (out []ui.Option) {
	for _, x := range periods {
		if x.State != models.PeriodOpen {
			out = append(out, ui.Option{Value: x.Code, Text: periodTitle(w, x)})
		}
	}
	return out
}

// chosen is the period of the filter, or the newest of which there can be reports.
func chosen(periods []models.Period, code string) models.Period {
	for _, x := range periods {
		if x.State != models.PeriodOpen && (code == "" || x.Code == code) {
			return x
		}
	}
	return models.Period{}
}

func reportLine(w *i18n.Printer, r report.Line) view.ReportLine {
	name := reportName(w, r.Kind, r.SubjectKind)
	if r.SubjectName != "" {
		name = w.T("reports.name_of", "name", name, "person", r.SubjectName)
	}
	return view.ReportLine{
		No: r.No, Name: name, Unit: r.UnitName, Edition: w.T("assess.edition", "k", r.Edition),
		Stage: reportTag(w, r.Stage, r.ReplacedAt != nil), Compiled: w.ShortDateTime(r.CompiledAt),
		Size: kilobytes(r.Size), Href: "/assess/reports/" + url.PathEscape(r.ID) + "/pdf",
	}
}

// kilobytes writes a size as people read it: 118 KB, 1.2 MB.
func kilobytes(bytes int) string {
	if bytes >= 1<<20 {
		return strconv.FormatFloat(float64(bytes)/(1<<20), 'f', 1, 64) + " MB"
	}
	return strconv.Itoa(max(1, (bytes+512)/1024)) + " KB"
}

// reportWork is how far the compiling of a period has come; nil when nothing was ever promised.
func (p *Pages) reportWork(ctx context.Context, who models.Actor, x models.Period) (*view.ReportWork, error) {
	if x.Code == "" {
		return nil, nil
	}
	progress, err := p.Reports.Progress(ctx, who, x.Code)
	if err != nil || len(progress.Batches) == 0 {
		return nil, err
	}
	w, b := ui.P(ctx), progress.Batches[0]
	work := &view.ReportWork{
		Title: w.T("reports.work", "period", periodTitle(w, x)), Running: !b.Finished(),
		Done: b.Done + b.Aside, Total: b.Total,
		Words: w.T("reports.work.done", "done", w.Count(b.Done), "total", w.Count(b.Total)),
		Batch: b.Batch.ID, Period: x.Code, MayRedo: policy.May(who, policy.ReportCompile),
		More: b.Aside - len(progress.Asides),
	}
	if b.Aside > 0 {
		work.Words = w.TN("reports.work.aside", b.Aside, "done", w.Count(b.Done), "total", w.Count(b.Total))
	}
	for _, r := range progress.Asides {
		what, err := asideName(w, x.Code, r)
		if err != nil {
			return nil, err
		}
		work.Asides = append(work.Asides, view.AsideLine{What: what, Why: w.T(r.Key, r.Args)})
	}
	return work, nil
}

// asideName is the report that an item was to become.
func asideName(w *i18n.Printer, period string, r queue.Reason) (string, error) {
	var job struct {
		Kind        models.ReportKind
		SubjectKind string
		Serial      int
	}
	if err := queue.Decode(r.Item, &job); err != nil {
		return "", err
	}
	return w.T("reports.aside", "name", reportName(w, job.Kind, job.SubjectKind), "period", period,
		"serial", fmt.Sprintf("%04d", job.Serial)), nil
}

// backToReports leads to the list: the address of a refused form is asked for when the page is loaded anew.
func (p *Pages) backToReports(c *fiber.Ctx) error { return web.See(c, "/assess/reports") }

// compileReports promises the reports that are missing.
func (p *Pages) compileReports(c *fiber.Ctx) error {
	form := web.Form(c)
	o := report.Order{Period: form.Get("for"), UnitID: form.Get("within"), Personal: form.Get("personal") != ""}
	var bad []fault.Field
	for _, k := range report.Kinds() {
		for _, v := range form["kinds"] {
			if v == string(k) {
				o.Kinds = append(o.Kinds, k)
			}
		}
	}
	if len(o.Kinds) == 0 {
		bad = append(bad, fault.On("kinds", "form.required_choice"))
	}
	if o.Period == "" {
		bad = append(bad, fault.On("for", "form.required_choice"))
	}
	back := "/assess/reports" + ui.Query(url.Values{}, "period", o.Period)
	filters := url.Values{"period": {o.Period}}
	if len(bad) > 0 {
		return p.reports(c, fiber.StatusUnprocessableEntity, url.Values{}, ui.FormOf(form, fault.Wrong(bad...)))
	}
	_, n, err := p.Reports.Compile(web.Context(c), web.Actor(c), o)
	switch {
	case fault.Is(err, fault.Conflict):
		return p.reports(c, fiber.StatusConflict, filters, ui.FormOf(form, err))
	case err != nil:
		return err
	}
	web.Flash(c, ui.OK, "reports.promised", "n", n)
	return web.See(c, back)
}

// redoReports tries again what was set aside.
func (p *Pages) redoReports(c *fiber.Ctx) error {
	form := web.Form(c)
	period := form.Get("period")
	if err := p.Reports.Redo(web.Context(c), web.Actor(c), period, form.Get("batch")); err != nil {
		return err
	}
	web.Flash(c, ui.OK, "reports.redone")
	return web.See(c, "/assess/reports"+ui.Query(url.Values{}, "period", period))
}

// takeReport hands out a report's bytes as they are kept; who may take it is the ledger's to say.
func (p *Pages) takeReport(c *fiber.Ctx) error {
	form, err := report.ParseForm(web.Query(c).Get("form"))
	if err != nil {
		return err
	}
	t, err := p.Reports.Copy(web.Context(c), web.Actor(c), web.Param(c, "id"), form)
	if err != nil {
		return err
	}
	d := web.Download{Name: t.Name(), Type: "application/pdf", Body: t.Body}
	if t.Form == (report.Form{}) {
		d.ETag = t.Blob
	}
	return web.Send(c, d)
}

// zipReports streams the current reports of a unit. An error on the way breaks the connection: a package that is cut
// short must not look whole.
func (p *Pages) zipReports(c *fiber.Ctx) error {
	ctx, q := web.Context(c), web.Query(c)
	f := report.Filter{Period: q.Get("period"), UnitID: q.Get("unit"), Kind: models.ReportKind(q.Get("kind"))}
	pack, err := p.Reports.Zip(ctx, web.Actor(c), f)
	if err != nil {
		return err
	}
	name := web.Words(c).T("reports.zip.name", "period", orDash(f.Period)) + ".zip"
	if err := web.Send(c, web.Download{Name: name, Type: "application/zip"}); err != nil {
		return err
	}
	r, w := io.Pipe()
	go func() { // ends when the package is written or the reader closes r
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), zipTime)
		defer cancel()
		_ = w.CloseWithError(pack.Write(ctx, w))
	}()
	c.Response().SetBodyStream(r, -1)
	return nil
}

// verifyReport tells anybody who holds a report whether it is ours and current. It names nobody.
func (p *Pages) verifyReport(c *fiber.Ctx) error {
	w := web.Words(c)
	r, err := p.Reports.Verify(web.Context(c), web.Param(c, "code"))
	if err != nil {
		return err
	}
	v := view.VerifyView{
		State: reportTag(w, r.Stage, r.Replaced), SHA256: r.Blob, Sentence: w.T("reports.verify.final"),
		Facts: ui.KVText(
			w.T("reports.no"), r.No, w.T("word.kind"), reportName(w, r.Kind, r.SubjectKind),
			w.T("reports.period"), r.PeriodTitle,
			w.T("word.version"), w.T("assess.edition", "k", r.Edition),
			w.T("reports.compiled_on"), day(w, r.CompiledOn), w.T("report.verify.digest"), shortDigest(r.Digest),
		),
	}
	switch {
	case r.Replaced:
		v.Sentence = w.T("reports.verify.replaced")
	case r.Stage == models.DraftStage:
		v.Sentence = w.T("reports.verify.draft")
	default:
		v.State = view.PhaseTag{Kind: ui.OK, Text: w.T("reports.current")}
	}
	return web.Page(c, fiber.StatusOK, view.Verify(v))
}
