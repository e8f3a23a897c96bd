package ui_test

import (
	"context"
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"shanzhi/models/fault"
	"shanzhi/templates"
	"shanzhi/templates/i18n"
	"shanzhi/templates/ui"
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

const drawing = `<svg xmlns="http://www.w3.org/2000/svg" role="img" class="figure" viewBox="0 0 156 30"><title>t</title>` +
	`<rect x="1" y="8" width="90" height="9" fill="#1D5A8A"/><text x="1" y="5" font-size="3">渠道 &lt;a&gt;</text></svg>`

// desk is a page of the desk with what the script looks for.
func desk(form ui.Form) templ.Component {
	return with(ui.Page("组件"), ui.PageHead("组件", ""), fields(form), with(ui.Live("job", 3)),
		with(ui.Dialog("ask", "撤回诉求")), with(ui.Section("课文"), templ.Raw(`<div id="text">课文</div>`)))
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
