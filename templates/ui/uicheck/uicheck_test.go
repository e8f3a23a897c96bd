package uicheck

import (
	"slices"
	"strings"
	"testing"
)

const sound = `<!doctype html><html lang="zh-CN"><head><title>x</title>
<link rel="stylesheet" href="/a.css"></head><body>
<main><h1>x</h1><form method="post" action="/x"><label for="a">A</label><p id="a-h">h</p>
<input id="a" name="a" aria-describedby="a-h"><label><input type="radio" name="r"><span>R</span></label>
<button>ok</button></form><a href="https://www.gov.cn/">x</a></main></body></html>`

func TestASoundPagePasses(t *testing.T) {
	t.Parallel()
	if d := Defects([]byte(sound), true); len(d) > 0 {
		t.Errorf("got %q, want nothing", d)
	}
}

func TestEveryDefectIsNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ bad, want string }{
		{`<h1>second</h1>`, "2 h1"},
		{`<main></main>`, "2 main"},
		{`<input name="b">`, `input "b" without label`},
		{`<label>b<input></label>`, "input without name"},
		{`<input id="a" type="hidden">`, `id "a" stands 2 times`},
		{`<p aria-describedby="none">`, `missing id "none"`},
		{`<a href="#none">x</a>`, `link to the missing id "#none"`},
		{`<a href="/x"></a>`, "a without words"},
		{`<a href="javascript:alert(1)">x</a>`, "has the address"},
		{`<p style="color:red">x</p>`, "inline style"},
		{`<style>p{}</style>`, "inline <style>"},
		{`<script>alert(1)</script>`, "inline <script>"},
		{`<p onclick="x()">x</p>`, "handler onclick"},
		{`<img src="https://example.org/x.png" alt="">`, "loads from"},
		{`<form method="post" action="//example.org/x"></form>`, "loads from"},
		{`<img src="/x.png">`, "img without alt"},
		{`<svg></svg>`, "svg without a name"},
		{`<fieldset></fieldset>`, "fieldset without legend"},
		{`<table></table>`, "table without caption"},
		{`<form method="post"></form>`, "posted to no address"},
		{`<progress max="1"></progress>`, "progress without a name"},
		{`<label>p<input name="p" type="password" value="secret"></label>`, `password "p" is shown again`},
	} {
		page := strings.Replace(sound, "</main>", c.bad+"</main>", 1)
		found := Defects([]byte(page), true)
		if !slices.ContainsFunc(found, func(s string) bool { return strings.Contains(s, c.want) }) {
			t.Errorf("%s: got %q, want %q", c.bad, found, c.want)
		}
	}
}
