package testkit

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// CheckPage parses a whole page and fails the test wherever it breaks a rule that holds for every page: a language and
// a title, one h1, ids used once and references that lead to one, a name for every control and picture, no style or
// script in the page, nothing from another host. The page is returned for further questions.
func CheckPage[B string | []byte](tb testing.TB, body B) Node {
	tb.Helper()
	page := HTML(tb, body)
	for _, f := range pageFaults(page) {
		tb.Error(f)
	}
	return page
}

// pageFaults returns what is wrong with a page, in words.
func pageFaults(page Node) []string {
	return slices.Concat(outlineFaults(page), idFaults(page), nameFaults(page), inlineFaults(page), hostFaults(page))
}

func outlineFaults(page Node) (out []string) {
	first := page.n.FirstChild
	if first == nil || first.Type != html.DoctypeNode {
		out = append(out, "the page does not begin with a doctype")
	}
	if roots := page.All("html"); len(roots) == 0 || strings.TrimSpace(roots[0].Attr("lang")) == "" {
		out = append(out, "html has no lang")
	}
	titled := func(n Node) bool { return n.n.Namespace == "" && n.Text() != "" } // pictures have titles too
	if !slices.ContainsFunc(page.All("title"), titled) {
		out = append(out, "the page has no title")
	}
	switch h := page.All("h1"); {
	case len(h) != 1:
		out = append(out, fmt.Sprintf("%d h1, want one", len(h)))
	case h[0].Text() == "":
		out = append(out, "the h1 is empty")
	}
	if n := len(page.All("main")); n != 1 {
		out = append(out, fmt.Sprintf("%d main, want one", n))
	}
	return out
}

// references are the attributes whose value is the id, or several ids, of other elements.
var references = []string{
	"for", "form", "list", "headers", "aria-labelledby", "aria-describedby", "aria-controls", "aria-errormessage",
}

func idFaults(page Node) (out []string) {
	ids := map[string]int{}
	for _, e := range page.All("", Has("id")) {
		id := e.Attr("id")
		if id == "" || strings.ContainsAny(id, " \t\n") {
			out = append(out, "a bad id: "+e.start())
		}
		if ids[id]++; ids[id] == 2 {
			out = append(out, "the id "+id+" is used more than once")
		}
	}
	for _, e := range page.All("") {
		for _, a := range references {
			for id := range strings.FieldsSeq(e.Attr(a)) {
				if ids[id] == 0 {
					out = append(out, a+" leads to no element: "+e.start())
				}
			}
		}
		if to, ok := strings.CutPrefix(e.Attr("href"), "#"); ok && to != "" && ids[to] == 0 {
			out = append(out, "href leads to no element: "+e.start())
		}
	}
	return out
}

func nameFaults(page Node) (out []string) {
	labelled := map[string]bool{}
	inside := map[*html.Node]bool{}
	for _, l := range page.All("label") {
		if l.Text() == "" {
			out = append(out, "an empty label: "+l.start())
			continue
		}
		labelled[l.Attr("for")] = true
		for d := range l.n.Descendants() {
			inside[d] = true
		}
	}
	for _, e := range page.All("") {
		named := e.Attr("aria-label") != "" || e.Attr("aria-labelledby") != ""
		switch e.Tag() {
		case "input", "select", "textarea":
			if needsLabel(e) && !named && !inside[e.n] && (e.Attr("id") == "" || !labelled[e.Attr("id")]) {
				out = append(out, "no label for "+e.start())
			}
		case "button", "a":
			if (e.Tag() == "button" || e.Has("href")) && !named && e.Text() == "" && !picturesName(e) {
				out = append(out, "no name for "+e.start())
			}
		case "img":
			if !e.Has("alt") {
				out = append(out, "no alt for "+e.start())
			}
		}
	}
	return out
}

// picturesName reports whether a picture inside gives the element its name.
func picturesName(e Node) bool {
	return slices.ContainsFunc(e.All("img"), func(i Node) bool { return i.Attr("alt") != "" }) ||
		slices.ContainsFunc(e.All("svg"), func(s Node) bool { return s.Attr("aria-label") != "" })
}

func needsLabel(e Node) bool {
	switch e.Attr("type") {
	case "hidden":
		return false
	case "submit", "button", "reset":
		return e.Attr("value") == "" // its value is its name
	case "image":
		return e.Attr("alt") == ""
	}
	return true
}

func inlineFaults(page Node) (out []string) {
	for _, e := range page.All("") {
		switch {
		case e.Tag() == "style":
			out = append(out, "a style element in the page")
		case e.Tag() == "script" && e.raw() != "" && e.Attr("type") != "application/json":
			out = append(out, "a script in the page: "+e.start())
		case e.Tag() == "base":
			out = append(out, "a base element changes every address: "+e.start())
		}
		for _, a := range e.n.Attr {
			switch {
			case a.Key == "style":
				out = append(out, "a style in "+e.start())
			case strings.HasPrefix(a.Key, "on"):
				out = append(out, "a handler in "+e.start())
			case scheme(a.Val) == "javascript" && isAddress(a.Key):
				out = append(out, "a script as address in "+e.start())
			}
		}
	}
	return out
}

// addresses are the attributes that make a browser load or send.
var addresses = []string{
	"href", "src", "srcset", "imagesrcset", "action", "formaction", "poster", "data", "cite", "ping", "background",
	"manifest",
}

func isAddress(attr string) bool { return slices.Contains(addresses, attr) }

func hostFaults(page Node) (out []string) {
	for _, e := range page.All("") {
		for _, a := range e.n.Attr {
			if !isAddress(a.Key) {
				continue
			}
			if slices.ContainsFunc(listed(a), elsewhere) {
				out = append(out, "another host, or no address, in "+e.start())
			}
		}
		if strings.EqualFold(e.Attr("http-equiv"), "refresh") && strings.Contains(e.Attr("content"), "//") {
			out = append(out, "another host in "+e.start())
		}
	}
	return out
}

// listed returns the addresses in an attribute; a set of pictures holds several, each with its width.
func listed(a html.Attribute) []string {
	if !strings.HasSuffix(a.Key, "srcset") {
		return []string{strings.TrimSpace(a.Val)}
	}
	var out []string
	for part := range strings.SplitSeq(a.Val, ",") {
		if f := strings.Fields(part); len(f) > 0 {
			out = append(out, f[0])
		}
	}
	return out
}

// elsewhere reports whether an address leads to another host. Browsers take a backslash for a slash.
func elsewhere(address string) bool {
	u, err := url.Parse(strings.ReplaceAll(address, `\`, "/"))
	return err != nil || u.Host != ""
}

// scheme returns the scheme of an address as browsers read it: blanks and control characters are skipped.
func scheme(address string) string {
	clean := strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, address)
	s, _, ok := strings.Cut(clean, ":")
	if !ok {
		return ""
	}
	return strings.ToLower(s)
}

// start returns the opening tag.
func (n Node) start() string {
	alone := *n.n
	alone.FirstChild, alone.LastChild = nil, nil
	var b strings.Builder
	if err := html.Render(&b, &alone); err != nil {
		return n.Tag()
	}
	s, _, _ := strings.Cut(b.String(), "></")
	return strings.TrimSuffix(s, ">") + ">"
}
