package testkit

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Node is an element of a page, or the whole page, and what is below it.
type Node struct {
	t testing.TB
	n *html.Node
}

// HTML parses a page or a part of one.
func HTML[B string | []byte](tb testing.TB, body B) Node {
	tb.Helper()
	// As a browser without scripts reads it, so that what is in noscript counts.
	n, err := html.ParseWithOptions(strings.NewReader(string(body)), html.ParseOptionEnableScripting(false))
	if err != nil {
		tb.Fatalf("parse HTML: %v", err)
	}
	return Node{t: tb, n: n}
}

// Match is a condition on an element.
type Match struct {
	name  string
	holds func(Node) bool
}

// Class holds for elements that have the class.
func Class(name string) Match {
	return Match{"." + name, func(n Node) bool { return slices.Contains(strings.Fields(n.Attr("class")), name) }}
}

// Attr holds for elements whose attribute has exactly this value.
func Attr(name, value string) Match {
	return Match{"[" + name + "=" + value + "]", func(n Node) bool { return n.Has(name) && n.Attr(name) == value }}
}

// Has holds for elements that have the attribute, whatever its value.
func Has(name string) Match {
	return Match{"[" + name + "]", func(n Node) bool { return n.Has(name) }}
}

// ID holds for the element with the id.
func ID(id string) Match { return Attr("id", id) }

// TextIs holds for elements whose text, with white space folded, is exactly s.
func TextIs(s string) Match {
	return Match{"[text=" + s + "]", func(n Node) bool { return n.Text() == s }}
}

// HasText holds for elements whose text, with white space folded, contains s.
func HasText(s string) Match {
	return Match{"[text~" + s + "]", func(n Node) bool { return strings.Contains(n.Text(), s) }}
}

// All returns the elements below n with the tag ("" is any) for which all conditions hold, in the order of the page.
func (n Node) All(tag string, conditions ...Match) []Node {
	var found []Node
	for e := range n.n.Descendants() {
		if e.Type != html.ElementNode || (tag != "" && e.Data != tag) {
			continue
		}
		c := Node{t: n.t, n: e}
		if !slices.ContainsFunc(conditions, func(m Match) bool { return !m.holds(c) }) {
			found = append(found, c)
		}
	}
	return found
}

// One returns the only such element; none or several end the test.
func (n Node) One(tag string, conditions ...Match) Node {
	n.t.Helper()
	found := n.All(tag, conditions...)
	if len(found) != 1 {
		n.t.Fatalf("found %d elements %s, want 1, in:\n%s", len(found), describe(tag, conditions), n.source())
	}
	return found[0]
}

// None fails the test if there is such an element.
func (n Node) None(tag string, conditions ...Match) {
	n.t.Helper()
	if found := n.All(tag, conditions...); len(found) > 0 {
		n.t.Errorf("found %d elements %s, want none; the first: %s",
			len(found), describe(tag, conditions), found[0].source())
	}
}

// Tag returns the name of the element in small letters.
func (n Node) Tag() string { return n.n.Data }

// Has reports whether the element has the attribute.
func (n Node) Has(name string) bool {
	return slices.ContainsFunc(n.n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// Attr returns the value of the attribute, "" without one.
func (n Node) Attr(name string) string {
	for _, a := range n.n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// Text returns the text of the element and those below it, without that of scripts, white space folded to one blank.
func (n Node) Text() string {
	var b strings.Builder
	gather(&b, n.n)
	return strings.Join(strings.Fields(b.String()), " ")
}

func gather(b *strings.Builder, n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		b.WriteString(n.Data)
	case n.Type == html.ElementNode && (n.Data == "script" || n.Data == "style" || n.Data == "template"):
		return
	}
	for c := range n.ChildNodes() {
		gather(b, c)
	}
	if n.Type == html.ElementNode && block[n.Data] {
		b.WriteByte(' ')
	}
}

// block lists elements whose text does not run into that of the next.
var block = map[string]bool{
	"p": true, "div": true, "li": true, "td": true, "th": true, "tr": true, "br": true, "dt": true, "dd": true,
	"h1": true, "h2": true, "h3": true, "h4": true, "option": true, "label": true, "section": true, "legend": true,
	"button": true, "header": true, "footer": true, "nav": true, "main": true, "article": true, "fieldset": true,
}

// Form is what a browser would send if the form were submitted untouched: the values by name. Buttons are left out.
func (n Node) Form() map[string][]string {
	values := map[string][]string{}
	for _, c := range n.All("") {
		name := c.Attr("name")
		if name == "" || c.Has("disabled") {
			continue
		}
		switch c.Tag() {
		case "input":
			switch c.Attr("type") {
			case "submit", "button", "image", "reset", "file":
			case "checkbox", "radio":
				if c.Has("checked") {
					v := c.Attr("value")
					if !c.Has("value") {
						v = "on"
					}
					values[name] = append(values[name], v)
				}
			default:
				values[name] = append(values[name], c.Attr("value"))
			}
		case "textarea":
			values[name] = append(values[name], strings.TrimPrefix(c.raw(), "\n"))
		case "select":
			values[name] = append(values[name], c.chosen()...)
		}
	}
	return values
}

// chosen returns the values of the selected options; a plain list with none selected sends its first.
func (n Node) chosen() []string {
	options := n.All("option")
	var out []string
	for _, o := range options {
		if o.Has("selected") {
			out = append(out, o.value())
		}
	}
	if out == nil && !n.Has("multiple") && len(options) > 0 {
		out = []string{options[0].value()}
	}
	return out
}

func (n Node) value() string {
	if n.Has("value") {
		return n.Attr("value")
	}
	return n.Text()
}

func (n Node) raw() string {
	var b strings.Builder
	for c := range n.n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

func (n Node) source() string {
	var b strings.Builder
	if err := html.Render(&b, n.n); err != nil {
		return err.Error()
	}
	const most = 4000
	if s := b.String(); len(s) > most {
		return s[:most] + " …"
	}
	return b.String()
}

func describe(tag string, conditions []Match) string {
	parts := []string{cmp.Or(tag, "*")}
	for _, m := range conditions {
		parts = append(parts, m.name)
	}
	return strings.Join(parts, "")
}
