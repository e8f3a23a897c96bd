package ui_test

import (
	"context"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"shanzhi/models/fault"
	"shanzhi/templates"
	"shanzhi/templates/i18n"
	"shanzhi/templates/static"
	"shanzhi/templates/ui"
	"shanzhi/templates/ui/uicheck"
)

// frame returns the frame of a signed-in cadre.
func frame(t *testing.T, lang string) ui.Frame {
	t.Helper()
	b, err := i18n.Load()
	if err != nil {
		t.Fatalf("load texts: %v", err)
	}
	return ui.Frame{
		Words: b.Printer(lang), Path: "/learn?page=2&q=<x>", Demo: true, CSRF: "secret",
		Site: ui.Site{
			Name: "青禾县干部学习与服务评价", Organizer: "中共青禾县委组织部", Support: "青禾县政务服务中心",
			Phone: "0000-1234567", Filing: []string{"示例ICP备00000000号"},
		},
		User: ui.User{Name: "周晓岚", RoleLabel: "干部"},
		Nav: []ui.NavItem{
			{Key: "home", Href: "/"},
			{Key: "learn", Href: "/learn", Current: true},
			{Key: "serve", Href: "/serve"},
			{Key: "assess", Href: "/assess"},
			{Key: "me", Href: "/me"},
		},
	}
}

// markup renders c in the frame.
func markup(t *testing.T, f ui.Frame, c templ.Component) []byte {
	t.Helper()
	var b strings.Builder
	if err := templates.Render(ui.WithFrame(t.Context(), f), &b, c); err != nil {
		t.Fatal(err)
	}
	return []byte(b.String())
}

// all renders components one after the other.
func all(parts ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for _, p := range parts {
			if err := p.Render(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
}

// with renders a component with children.
func with(c templ.Component, children ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return c.Render(templ.WithChildren(ctx, all(children...)), w)
	})
}

const lesson = `# 说清楚

窗口上最常见的不满，往往不是“没办成”。<script>alert(1)</script>

## 一、先说结论

> **试着改一改**
>
> 带身份证和银行卡就行。

| 文件里写的 | 窗口上可以说的 | 天 |
|---|---|---:|
| 自受理之日起二十日内 | 最晚 20 天给您结果 | 20 |

[法条](https://www.gov.cn/) [坏](javascript:alert(1)) ![图](/files/a.png) ![外](https://example.org/a.png)`

// refused is a form that came back with two faults.
func refused() ui.Form {
	typed := url.Values{
		"title": {"石桥村二组路灯不亮"}, "phone": {"1380013800"}, "secret": {"hunter2"}, "why": {"一\n二"},
		"family": {"b"}, "aspects": {"r1", "r3"}, "outcome": {"part"}, "agree": {"1"}, "level": {"4"},
	}
	return ui.FormOf(typed, fault.Wrong(fault.On("phone", "form.phone"), fault.On("outcome", "form.required_choice"),
		fault.On("file", "form.file_size", "max", "20 MB")))
}

func fields(form ui.Form) templ.Component {
	return with(ui.Post(ui.To{Action: "/x", ID: "f", Autosave: "/x/answers", Version: 3}),
		ui.Input(form, ui.Field{Name: "title", Label: "诉求标题", Hint: "一句话，不写群众姓名", Required: true, MaxLength: 50}),
		ui.Input(form, ui.Field{Name: "phone", Label: "联系电话", Hint: "手机号", Type: "tel", Short: true}),
		ui.Input(form, ui.Field{Name: "secret", Label: "密码", Type: "password"}),
		ui.Textarea(form, ui.Field{Name: "why", Label: "经过", Optional: true}),
		ui.Select(form, ui.Field{Name: "family", Label: "事项类别", Short: true},
			[]ui.Option{{Value: "", Text: "请选择"}, {Value: "a", Text: "基础设施"}, {Value: "b", Text: "生态环境"}}),
		ui.Radios(form, ui.Field{Name: "outcome", Label: "办理结果", Required: true},
			[]ui.Option{{Value: "yes", Text: "已解决"}, {Value: "part", Text: "部分解决", Hint: "写明还差什么"}}),
		ui.Checks(form, ui.Field{Name: "aspects", Label: "哪些方面？", Optional: true, Row: true},
			[]ui.Option{{Value: "r1", Text: "服务态度"}, {Value: "r2", Text: "办理速度"}, {Value: "r3", Text: "一次说清"}}),
		ui.Check(form, ui.Field{Name: "agree", Label: "承办人可以知道是我"}),
		ui.Drop(form, ui.Field{Name: "file", Hint: "xlsx、csv，不超过 20 MB", Accept: ".xlsx,.csv"}),
		ui.Faces(form, ui.Field{Name: "level", Label: "您对这次服务满意吗？"}, levels()),
		with(ui.Buttons(), ui.Submit("提交"), ui.LinkButton("/", "返回"), ui.DialogLink("ask", "/x/withdraw", "撤回"),
			ui.SaveState(), ui.ClockLeft(2292*time.Second, "f"), ui.PrintButton("打印"), ui.ReadAloud("text")))
}

func levels() []ui.Option {
	return []ui.Option{
		{Value: "5", Text: "非常满意"},
		{Value: "4", Text: "满意"},
		{Value: "3", Text: "基本满意"},
		{Value: "2", Text: "不满意"},
		{Value: "1", Text: "非常不满意"},
	}
}

func grid() ui.Grid {
	return ui.Grid{
		Caption: "在办诉求", CaptionHidden: true, Cols: []ui.Col{
			{Head: "编号", Class: "id"},
			{Head: "事项", Class: "t"},
			{Head: "状态"},
			{Head: "学时", Class: "n", Sort: "?sort=hours", Sorted: "descending"},
		},
		Rows: [][]templ.Component{
			{ui.Text("2607-0412"), ui.Link("/serve/1", "惠民小区渗水"), ui.Tag(ui.Info, "办理中"), ui.Num("2")},
			{ui.Text("2607-0388"), ui.Link("/serve/2", "低保待遇停发"), ui.Tag(ui.Warn, "超期"), ui.None()},
		},
	}
}

const drawing = `<svg xmlns="http://www.w3.org/2000/svg" role="img" class="figure" viewBox="0 0 156 30"><title>t</title>` +
	`<rect x="1" y="8" width="90" height="9" fill="#1D5A8A"/><text x="1" y="5" font-size="3">渠道 &lt;a&gt;</text></svg>`

// gallery is a page with every component of the desk.
func gallery(form ui.Form) templ.Component {
	wide := grid()
	wide.Wide, wide.Caption = true, "宽表"
	steps := []ui.Step{
		{Title: "公布指标", Note: "12-20", State: ui.Done},
		{Title: "异议", Note: "到 07-17", State: ui.Now},
		{Title: "签发", Note: "07-28"},
	}
	at := time.Date(2026, 7, 15, 1, 20, 0, 0, time.UTC)
	body := []templ.Component{
		with(ui.PageHead("组件", "本页列出全部组件和状态。"), ui.LinkButton("/export", "导出表格")),
		ui.ErrorSummary(form, "phone", "联系电话"),
		fields(form),
		with(ui.Dialog("ask", "撤回诉求"), ui.ConfirmForm(ui.Confirm{
			Action: "/x/withdraw", Text: "撤回后不再办理。",
			Button: "撤回", Hidden: []string{"id", "7"},
		})),
		ui.Note(ui.Bad, "有 2 处需要改正"),
		with(ui.Note(ui.OK, "已保存"), ui.Text("答复已送达。")),
		ui.Tabs("诉求状态", []ui.Tab{{Text: "在办 6", Href: "?tab=a", Current: true}, {Text: "已办结 128", Href: "?tab=b"}}),
		with(ui.Filters("/serve", "筛选诉求"), ui.Input(form, ui.Field{Name: "k", Label: "关键词", Type: "search"})),
		ui.Table(grid()), ui.Table(wide),
		ui.Pager(ui.Paging{Page: 5, Size: 20, Total: 460, Query: url.Values{"q": {"水"}}}),
		with(ui.Lines(), with(ui.Line("/learn/1", "1. 接待从第一句话开始", "18 分钟"), ui.Tag(ui.OK, "已学完"))),
		ui.Empty(ui.Hollow{Title: "没有在办的诉求", Text: "新的诉求派来时，会出现在这里。"}),
		ui.Steps("周期进度", true, steps), ui.Steps("设置步骤", false, steps),
		with(ui.Live("job", 3), ui.Progress("正在编制报告", 163, 247, "")),
		ui.Stat(ui.Figure{
			Label: "网络自学", Value: "31.5", Unit: "/ 50 学时",
			Lines: []string{"还差 18.5 学时"}, Done: 3150, Total: 5000,
		}),
		with(ui.Chart("五级评价", drawing), with(ui.Twin("用表格查看以上数字"), ui.Table(ui.Grid{Caption: "数字"}))),
		with(ui.Timeline(),
			with(ui.Event(ui.Moment{At: at, Title: "首次联系", Note: "周晓岚", Now: true}), ui.Text("约定次日查看。"))),
		with(ui.Receipt("受理回执", "BJ 2607 0412"), ui.KV(ui.KVText("事项", "共用部位维修", "电话", "0000-12345"))),
		ui.QRCard(ui.QR{Title: "请您评价这次服务", Path: "M0 0h7v1h-7z", Size: 29, Place: "7 号窗口"}),
		ui.QRCard(ui.QR{Title: "核验报告", SVG: drawing}),
		with(ui.SectionID("text", "课文"), ui.Prose(ui.Markdown(lesson))),
		with(ui.More("补充原因"), ui.Text("可以不填。")), ui.DisabledButton("签发", "异议全部答复后可以签发。"),
		ui.RowErrors(fault.Wrong(fault.At(17, "单位", "form.unknown", "value", "柳溪镇服务中心"))),
	}
	return with(ui.Page("组件", ui.Crumb{Text: "学习培训", Href: "/learn"}, ui.Crumb{Text: "组件"}), stack(body...))
}

// stack spaces its children as a page does.
func stack(children ...templ.Component) templ.Component {
	return all(templ.Raw(`<div class="stack loose">`), all(children...), templ.Raw(`</div>`))
}

// resident is the rating page's skeleton.
func resident(form ui.Form) templ.Component {
	return with(ui.ResidentPage("评价服务"), with(ui.Post(ui.To{Action: "/r/x"}),
		templ.Raw(`<h1 class="kp" id="ask">您对这次服务满意吗？</h1>`),
		ui.Faces(form, ui.Field{Name: "level", LabelledBy: "ask", Required: true}, levels()),
		ui.Radios(form, ui.Field{Name: "solved", Label: "您的问题解决了吗？", Row: true},
			[]ui.Option{{Value: "yes", Text: "解决了"}, {Value: "part", Text: "部分解决"}, {Value: "no", Text: "没有解决"}}),
		ui.SubmitBig("提交评价"), ui.WideButton("有人要求我打好评", "pressure", "1")))
}

func TestEveryPageIsSoundInEveryMode(t *testing.T) {
	t.Parallel()
	pages := map[string]templ.Component{
		"gallery":  gallery(ui.NewForm("title", "路灯", "family", "a")),
		"refused":  gallery(refused()),
		"resident": resident(ui.Form{}),
		"narrow":   with(ui.NarrowPage("登录"), with(ui.PageHead("登录", ""))),
		"exam":     with(ui.ExamPage("在线考试"), ui.PageHead("在线考试", "共 20 题")),
		"print":    with(ui.PrintPage("回执"), ui.PageHead("回执", "")),
		"confirm":  ui.ConfirmPage(ui.Confirm{Action: "/x", Title: "确认交卷？", Text: "不能再改。", Button: "交卷", Back: "/"}),
		"lost":     ui.ErrorPage(ui.ErrorView{Status: 404, Key: "error.not_found", RequestID: "7QX2"}),
		"unsigned": ui.ErrorPage(ui.ErrorView{Status: 401, Key: "error.unsigned", Login: true}),
		"busy":     ui.ErrorPage(ui.ErrorView{Status: 503, Key: "error.busy", Href: "/learn", Retry: true}),
		"odd":      ui.ErrorPage(ui.ErrorView{Status: 409, Key: "error.conflict", Href: "/learn"}),
	}
	for name, page := range pages {
		for _, lang := range i18n.Langs() {
			t.Run(name+" "+lang, func(t *testing.T) {
				t.Parallel()
				f := frame(t, lang)
				uicheck.Page(t, markup(t, f, page))
				f.Mode, f.Contrast, f.Audience, f.User, f.Nav, f.Demo = "elder", "high", ui.Resident, ui.User{}, nil, false
				f.Flash = &ui.Flash{Kind: ui.OK, Text: "已保存"}
				uicheck.Page(t, markup(t, f, page))
			})
		}
	}
}

func TestNothingIsWrittenWhenAPageFails(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	ctx := ui.WithFrame(t.Context(), frame(t, "zh-CN"))
	fails := templ.ComponentFunc(func(context.Context, io.Writer) error { return errors.New("broken") })
	broken := with(ui.Page("x"), fails)
	if err := templates.Render(ctx, &b, broken); err == nil || b.Len() > 0 {
		t.Errorf("got error %v and %d bytes, want an error and none", err, b.Len())
	}
	for range 3 { // the buffer of the failed page holds nothing that could leak into the next
		b.Reset()
		if err := templates.Render(ctx, &b, ui.Text("x")); err != nil || b.String() != "x" {
			t.Fatalf("got %q, %v", b.String(), err)
		}
	}
}

// TestWriteGallery leaves the pages and their files in $UI_GALLERY for a look with a browser; without it, it renders only.
func TestWriteGallery(t *testing.T) {
	t.Parallel()
	out := os.Getenv("UI_GALLERY")
	if out == "" {
		out = t.TempDir()
	}
	if err := os.MkdirAll(filepath.Join(out, "static"), 0o750); err != nil {
		t.Fatal(err)
	}
	save := func(name string, body []byte) {
		if err := os.WriteFile(filepath.Join(out, name), body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"base.css", "desk.css", "shanzhi.js", "seal.svg"} {
		f, ok := static.Open(strings.TrimPrefix(static.Href(name), static.Prefix))
		if !ok {
			t.Fatalf("%s is not served", name)
		}
		save(static.Href(name), f.Body)
	}
	desk := frame(t, "zh-CN")
	elder := desk
	elder.Mode = "elder"
	save("desk.html", markup(t, desk, gallery(ui.Form{})))
	save("refused.html", markup(t, desk, gallery(refused())))
	save("elder.html", markup(t, elder, gallery(refused())))
	save("en.html", markup(t, frame(t, "en"), gallery(refused())))
	save("resident.html", markup(t, desk, resident(ui.Form{})))
	save("lost.html", markup(t, desk, ui.ErrorPage(ui.ErrorView{Status: 404, Key: "error.not_found", RequestID: "7QX2"})))
}
