// Package uicheck checks the structure of rendered pages in tests: what a screen reader, a keyboard and the content
// security policy need, whatever the page says.
package uicheck

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Test is the part of testing.TB that the checks need; this room is imported by tests alone.
type Test interface {
	Helper()
	Error(args ...any)
	Fatalf(format string, args ...any)
}

// Page fails t for every defect of a whole page.
func Page(t Test, page []byte) {
	t.Helper()
	for _, d := range Defects(page, true) {
		t.Error(d)
	}
}

// Part fails t for every defect of a component by itself: the page's own heading and title are not asked for.
func Part(t Test, part []byte) {
	t.Helper()
	for _, d := range Defects(part, false) {
		t.Error(d)
	}
}

// Parse returns the document of a page.
func Parse(t Test, page []byte) *html.Node {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatalf("parse page: %v", err)
	}
	return doc
}

// All returns the elements with the tag and, when class is not "", with that class, in document order.
func All(doc *html.Node, tag, class string) []*html.Node {
	var found []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == tag && (class == "" || HasClass(n, class)) {
			found = append(found, n)
		}
	}
	return found
}

// Attr returns an attribute of n, "" when it has none.
func Attr(n *html.Node, name string) string {
	v, _ := attr(n, name)
	return v
}

// HasClass reports whether n has the class.
func HasClass(n *html.Node, class string) bool {
	return slices.Contains(strings.Fields(Attr(n, "class")), class)
}

// Words returns the text beneath n with single spaces.
func Words(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Defects returns what is wrong with a page, or with a part of one when whole is false.
func Defects(page []byte, whole bool) []string {
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return []string{"parse page: " + err.Error()}
	}
	c := &checker{ids: make(map[string]int), labels: make(map[string]bool)}
	c.collect(doc)
	for id, n := range c.ids {
		c.want(n == 1, "id %q stands %d times", id, n)
	}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			c.element(n)
		}
	}
	if whole {
		c.whole(doc)
	}
	slices.Sort(c.found)
	return c.found
}

type checker struct {
	ids    map[string]int
	labels map[string]bool // ids that a label is for
	found  []string
}

func (c *checker) want(ok bool, format string, args ...any) {
	if !ok {
		c.found = append(c.found, fmt.Sprintf(format, args...))
	}
}

func (c *checker) collect(doc *html.Node) {
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if id, ok := attr(n, "id"); ok {
			c.ids[id]++
		}
		if target := Attr(n, "for"); n.Data == "label" && target != "" {
			c.labels[target] = true
		}
	}
}

func (c *checker) whole(doc *html.Node) {
	c.want(len(All(doc, "h1", "")) == 1, "%d h1, want 1", len(All(doc, "h1", "")))
	c.want(len(All(doc, "main", "")) == 1, "%d main, want 1", len(All(doc, "main", "")))
	c.want(len(All(doc, "title", "")) > 0 && Words(All(doc, "title", "")[0]) != "", "no title")
	for _, n := range All(doc, "html", "") {
		c.want(Attr(n, "lang") != "", "html without lang")
	}
}

func (c *checker) element(n *html.Node) {
	c.policy(n)
	c.references(n)
	switch n.Data {
	case "input", "select", "textarea":
		c.control(n)
	case "button", "a":
		_, named := attr(n, "aria-label")
		c.want(named || Words(n) != "", "%s without words", n.Data)
	case "img":
		_, ok := attr(n, "alt")
		c.want(ok, "img without alt")
	case "svg":
		_, hidden := attr(n, "aria-hidden")
		_, named := attr(n, "aria-label")
		named = named || len(All(n, "title", "")) > 0 || Attr(n.Parent, "aria-label") != ""
		c.want(hidden || named, "svg without a name")
	case "fieldset":
		_, named := attr(n, "aria-labelledby")
		c.want(named || len(All(n, "legend", "")) > 0, "fieldset without legend")
	case "table":
		c.want(len(All(n, "caption", "")) > 0 || within(n, "prose"), "table without caption")
	case "form":
		if strings.EqualFold(Attr(n, "method"), "post") {
			c.want(Attr(n, "action") != "", "form is posted to no address")
		}
	case "progress":
		c.want(Attr(n, "aria-label") != "" || Attr(n, "aria-labelledby") != "", "progress without a name")
	}
}

// policy holds what the content security policy forbids, and what another host would learn.
func (c *checker) policy(n *html.Node) {
	c.want(n.Data != "style", "inline <style>")
	if n.Data == "script" {
		src := Attr(n, "src")
		c.want(src != "" && n.FirstChild == nil, "inline <script>")
	}
	for _, a := range n.Attr {
		c.want(a.Key != "style", "%s has an inline style", n.Data)
		c.want(!strings.HasPrefix(a.Key, "on"), "%s has the handler %s", n.Data, a.Key)
		loads := a.Key == "src" || a.Key == "srcset" || a.Key == "poster" || (a.Key == "href" && n.Data == "link") ||
			a.Key == "action" || a.Key == "formaction"
		address, err := url.Parse(a.Val)
		if a.Key == "href" || loads {
			c.want(err == nil && address.Scheme != "javascript" && a.Val != "about:invalid#TemplFailedSanitizationURL",
				"%s has the address %q", n.Data, a.Val)
		}
		if loads && err == nil {
			c.want(address.Host == "" && address.Scheme == "", "%s loads from %q", n.Data, a.Val)
		}
	}
}

// references checks that ids named by other elements exist.
func (c *checker) references(n *html.Node) {
	naming := []string{"aria-describedby", "aria-labelledby", "aria-controls", "for", "data-dialog", "data-read"}
	for _, name := range naming {
		for id := range strings.FieldsSeq(Attr(n, name)) {
			c.want(c.ids[id] > 0, "%s %s names the missing id %q", n.Data, name, id)
		}
	}
	if href := Attr(n, "href"); n.Data == "a" && strings.HasPrefix(href, "#") && len(href) > 1 {
		c.want(c.ids[href[1:]] > 0, "link to the missing id %q", href)
	}
}

func (c *checker) control(n *html.Node) {
	if kind := Attr(n, "type"); kind == "hidden" || kind == "submit" {
		return
	}
	name := Attr(n, "name")
	c.want(name != "", "%s without name", n.Data)
	labelled := c.labels[Attr(n, "id")] || Attr(n, "aria-label") != "" || Attr(n, "aria-labelledby") != ""
	for p := n.Parent; p != nil && !labelled; p = p.Parent {
		labelled = p.Data == "label" && Words(p) != ""
	}
	c.want(labelled, "%s %q without label", n.Data, name)
	if Attr(n, "type") == "password" {
		c.want(Attr(n, "value") == "", "password %q is shown again", name)
	}
}

// within reports whether n lies in an element with the class.
func within(n *html.Node, class string) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if HasClass(p, class) {
			return true
		}
	}
	return false
}

func attr(n *html.Node, name string) (string, bool) {
	if n == nil {
		return "", false
	}
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}
