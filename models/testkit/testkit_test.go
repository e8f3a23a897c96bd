package testkit

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"shanzhi/models/db"
)

func TestStillClockMovesOnlyWhenTold(t *testing.T) {
	t.Parallel()
	c := Clock(t)
	if !c.Now().Equal(Now) || !Still()().Equal(Now) {
		t.Errorf("the clocks show %v and %v, want %v", c.Now(), Still()(), Now)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { c.Advance(time.Second + time.Microsecond); _ = c.Now() })
	}
	wg.Wait()
	if got, want := c.Now(), Now.Add(8*time.Second); !got.Equal(want) {
		t.Errorf("after 8 steps the clock shows %v, want %v", got, want)
	}
	c.Set(Now.In(time.FixedZone("CST", 8*3600)).Add(time.Nanosecond))
	if got := c.Now(); !got.Equal(Now) || got.Location() != time.UTC {
		t.Errorf("the clock shows %v, want %v", got, Now)
	}
}

const goodPage = `<!doctype html>
<html lang="zh-CN"><head><title>我的课程</title><link rel="stylesheet" href="/static/base.css">
<script src="/static/shanzhi.js" defer></script></head>
<body><a class="skip" href="#main">跳到正文</a><main id="main"><h1>我的课程</h1>
<form method="post" action="/learn">
<input type="hidden" name="csrf" value="t">
<label for="q">搜索</label><input id="q" name="q" value="调解" aria-describedby="hint"><p id="hint">按名称</p>
<label><input type="checkbox" name="all" checked> 全部</label>
<label><input type="radio" name="kind" value="a"> 甲</label><label><input type="radio" name="kind" value="b" checked> 乙</label>
<label for="n">说明</label><textarea id="n" name="note">
第一行</textarea>
<label for="s">单位</label><select id="s" name="unit"><option value="1">一</option><option value="2" selected>二</option></select>
<button name="go" value="1">提交</button>
</form>
<p class="note big">共 <b>12</b> 学时<br>已完成</p>
<svg role="img" aria-label="图"><title>图</title><use href="#main"></use></svg>
<img src="/blob/1" alt="">
</main></body></html>`

func TestGoodPagePasses(t *testing.T) {
	t.Parallel()
	page := CheckPage(t, goodPage)
	if got := page.One("p", Class("note"), Class("big")).Text(); got != "共 12 学时 已完成" {
		t.Errorf("text %q", got)
	}
	if got := len(page.All("label")); got != 6 {
		t.Errorf("%d labels, want 6", got)
	}
	if got := page.One("", ID("q")).Attr("value"); got != "调解" {
		t.Errorf("value %q", got)
	}
	page.One("button", TextIs("提交"), Has("name"))
	page.One("main").One("p", HasText("学时"))
	page.None("p", TextIs("学时"))
	form := page.One("form").Form()
	want := map[string]string{"csrf": "t", "q": "调解", "all": "on", "kind": "b", "note": "第一行", "unit": "2"}
	for name, v := range want {
		if len(form[name]) != 1 || form[name][0] != v {
			t.Errorf("%s = %q, want %q", name, form[name], v)
		}
	}
	if len(form) != len(want) {
		t.Errorf("the form sends %v", form)
	}
}

// Each row breaks one rule of the good page.
func TestEachFaultOfAPageIsFound(t *testing.T) {
	t.Parallel()
	if f := pageFaults(HTML(t, goodPage)); len(f) > 0 {
		t.Fatalf("the good page: %v", f)
	}
	for name, c := range map[string]struct{ old, new, says string }{
		"no doctype":       {"<!doctype html>", "", "doctype"},
		"no lang":          {` lang="zh-CN"`, "", "lang"},
		"no title":         {"<title>我的课程</title>", "", "title"},
		"no h1":            {"<h1>我的课程</h1>", "", "0 h1"},
		"two h1":           {"<form", "<h1>x</h1><form", "2 h1"},
		"empty h1":         {"<h1>我的课程", "<h1>", "h1 is empty"},
		"no main":          {"main", "div", "0 main"},
		"id twice":         {`id="hint"`, `id="q"`, "more than once"},
		"lost reference":   {`aria-describedby="hint"`, `aria-describedby="hints"`, "leads to no element"},
		"lost label":       {`for="q"`, `for="other"`, "no label"},
		"lost anchor":      {`href="#main">跳`, `href="#content">跳`, "href leads"},
		"empty label":      {">搜索<", "><", "empty label"},
		"nameless button":  {">提交<", "><", "no name"},
		"nameless link":    {"跳到正文", "", "no name"},
		"picture":          {` alt=""`, "", "no alt"},
		"style":            {`<p class`, `<p style="color:red" class`, "a style in"},
		"style element":    {"</head>", "<style>p{}</style></head>", "style element"},
		"script":           {"</head>", "<script>go()</script></head>", "script in the page"},
		"handler":          {"<form", `<form onsubmit="go()"`, "handler"},
		"script address":   {`action="/learn"`, `action=" java&#10;script:go()"`, "script as address"},
		"other host":       {`src="/blob/1"`, `src="https://example.org/1"`, "another host"},
		"scheme-less host": {`src="/blob/1"`, `src="//example.org/1"`, "another host"},
		"backslashes":      {`src="/blob/1"`, `src="\\example.org/1"`, "another host"},
		"other style":      {`href="/static/base.css"`, `href="https://fonts.example/a.css"`, "another host"},
		"other form":       {`action="/learn"`, `action="https://example.org/"`, "another host"},
		"picture set":      {`src="/blob/1"`, `srcset="/a 1x, https://example.org/b 2x"`, "another host"},
		"in noscript":      {"</form>", `</form><noscript><img src="https://example.org/p" alt=""></noscript>`, "another host"},
		"refresh":          {"</title>", `</title><meta http-equiv="refresh" content="0;url=//example.org">`, "another host"},
		"base":             {"</title>", `</title><base href="/x/">`, "base"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := strings.ReplaceAll(goodPage, c.old, c.new)
			if body == goodPage {
				t.Fatal("the page was not changed")
			}
			if got := strings.Join(pageFaults(HTML(t, body)), "\n"); !strings.Contains(got, c.says) {
				t.Errorf("found %q, want %q", got, c.says)
			}
		})
	}
}

func TestDatabases(t *testing.T) {
	t.Parallel()
	a, b := DB(t), DB(t)
	if a == b {
		t.Error("two tests share a database")
	}
	if err := a.Ready(t.Context()); err != nil {
		t.Errorf("not migrated: %v", err)
	}
	if empty, err := Open(t, URL(t), Still(), db.Options{}).Empty(t.Context()); err != nil || !empty {
		t.Errorf("URL leads to a database that is not empty: %v", err)
	}
}

// A copy has what its original has, and neither learns what is done to the other.
func TestCopiesAreTheirOwn(t *testing.T) {
	t.Parallel()
	kept, err := Keep(filepath.Join(t.TempDir(), "kept.db"))
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	put := func(url, v string) (before string) {
		d, err := db.Open(ctx, url, Still(), db.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Migrate(ctx, d); err != nil {
			t.Fatal(err)
		}
		before, _ = d.Meta(ctx, "k") // none at first
		if err := errors.Join(d.SetMeta(ctx, "k", v), d.Close()); err != nil {
			t.Fatal(err)
		}
		return before
	}
	if got := put(kept, "original"); got != "" {
		t.Errorf("a kept database has %q at first", got)
	}
	a, b := Copied(t, kept), Copied(t, kept)
	for _, url := range []string{a, b} {
		if got := put(url, "copy of "+url); got != "original" {
			t.Errorf("a copy has %q", got)
		}
	}
	if got := put(a, ""); got != "copy of "+a {
		t.Errorf("the first copy has %q", got)
	}
	if got := put(kept, ""); got != "original" {
		t.Errorf("afterwards the original has %q", got)
	}
}

// What makes no use of a server is skipped there, because make test has run everything on files before.
func TestEverythingRunsOnFiles(t *testing.T) {
	t.Parallel()
	makefile, err := os.ReadFile(filepath.Join("..", "..", "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	_, recipe, found := strings.Cut(string(makefile), "\ntest:")
	recipe, _, _ = strings.Cut(recipe, "\n\n")
	files, server := -1, -1
	for i, line := range strings.Split(recipe, "\n") {
		switch {
		case strings.Contains(line, "mariadbd --"):
			server = i
		case strings.Contains(line, "$(GO) test") && strings.HasSuffix(line, " ./...") && !strings.Contains(line, "-run"):
			files = i
		}
	}
	if !found || files < 0 || server < files {
		t.Errorf("make test no longer runs every test on files before those on a server:%s", recipe)
	}
}
