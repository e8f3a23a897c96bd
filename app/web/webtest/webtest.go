// Package webtest is a browser for tests: it keeps cookies, sends the CSRF token of the page it last saw and reads
// pages by their structure.
package webtest

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"shanzhi/app/web"
)

// Client is one browser. It follows no redirect by itself.
type Client struct {
	T      testing.TB
	App    *web.App
	Lang   string            // Accept-Language, "zh-CN" to begin with
	Header map[string]string // sent with every request
	jar    map[string]string
	csrf   string
}

// New returns a browser without cookies.
func New(tb testing.TB, app *web.App) *Client {
	tb.Helper()
	return &Client{T: tb, App: app, Lang: "zh-CN", Header: map[string]string{}, jar: map[string]string{}}
}

// Page is an answer.
type Page struct {
	T      testing.TB
	Path   string
	Status int
	Header http.Header
	Body   []byte
	Doc    *html.Node // nil when the answer is no page
}

// Get asks for a page.
func (c *Client) Get(path string) *Page {
	c.T.Helper()
	return c.do(c.request(http.MethodGet, path, nil, ""))
}

// Post sends a form with the CSRF token of the page seen last, unless values holds one; the names of values are the
// fields.
func (c *Client) Post(path string, values url.Values) *Page {
	c.T.Helper()
	return c.do(c.form(path, values))
}

// JSON sends a form as a script does and expects JSON.
func (c *Client) JSON(path string, values url.Values) *Page {
	c.T.Helper()
	r := c.form(path, values)
	r.Header.Set("Accept", "application/json")
	return c.do(r)
}

func (c *Client) form(path string, values url.Values) *http.Request {
	c.T.Helper()
	all := url.Values{"csrf": {c.csrf}}
	maps.Copy(all, values)
	return c.request(http.MethodPost, path, strings.NewReader(all.Encode()), "application/x-www-form-urlencoded")
}

// PostFile sends a form with one file.
func (c *Client) PostFile(path string, values url.Values, field, name string, file []byte) *Page {
	c.T.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	all := url.Values{"csrf": {c.csrf}}
	maps.Copy(all, values)
	for k, vs := range all {
		for _, v := range vs {
			c.must(w.WriteField(k, v))
		}
	}
	part, err := w.CreateFormFile(field, name)
	c.must(err)
	_, err = part.Write(file)
	c.must(err)
	c.must(w.Close())
	return c.do(c.request(http.MethodPost, path, &b, w.FormDataContentType()))
}

// Follow asks for the page to which p leads.
func (c *Client) Follow(p *Page) *Page {
	c.T.Helper()
	if p.Status != http.StatusSeeOther {
		c.T.Fatalf("%s: status %d, want a way on (303)\n%s", p.Path, p.Status, p.Text())
	}
	return c.Get(p.Location())
}

// Cookie returns the value of a cookie, "" without.
func (c *Client) Cookie(name string) string { return c.jar[name] }

// SetCookie plants a cookie.
func (c *Client) SetCookie(name, value string) { c.jar[name] = value }

// CSRF returns the token of the page seen last.
func (c *Client) CSRF() string { return c.csrf }

func (c *Client) request(method, path string, body io.Reader, kind string) *http.Request {
	c.T.Helper()
	r := httptest.NewRequest(method, path, body)
	r.Host = "shanzhi.test"
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Language", c.Lang)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for k, v := range c.Header {
		r.Header.Set(k, v)
	}
	for k, v := range c.jar {
		r.AddCookie(&http.Cookie{Name: k, Value: v}) // #nosec G124 -- sent, not set
	}
	return r
}

func (c *Client) do(r *http.Request) *Page {
	c.T.Helper()
	res, err := c.App.Test(r)
	c.must(err)
	defer func() { c.must(res.Body.Close()) }()
	body, err := io.ReadAll(res.Body)
	c.must(err)
	for _, k := range res.Cookies() {
		if k.Value == "" {
			delete(c.jar, k.Name)
		} else {
			c.jar[k.Name] = k.Value
		}
	}
	p := &Page{T: c.T, Path: r.URL.Path, Status: res.StatusCode, Header: res.Header, Body: body}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		p.Doc, err = html.Parse(bytes.NewReader(body))
		c.must(err)
		for _, n := range p.All("input[name=csrf]") {
			c.csrf = Attr(n, "value")
		}
	}
	return p
}

func (c *Client) must(err error) {
	c.T.Helper()
	if err != nil {
		c.T.Fatal(err)
	}
}

// Want fails the test unless the answer has the status and carries the headers that every answer carries.
func (p *Page) Want(status int) *Page {
	p.T.Helper()
	if p.Status != status {
		p.T.Fatalf("%s: status %d, want %d (Location %q)\n%s", p.Path, p.Status, status, p.Location(), p.Text())
	}
	for name, value := range map[string]string{
		"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "X-Request-Id": "",
	} {
		if got := p.Header.Get(name); got == "" || !strings.HasPrefix(got, value) {
			p.T.Errorf("%s: header %s is %q", p.Path, name, got)
		}
	}
	return p
}

// Location is where the answer leads.
func (p *Page) Location() string { return p.Header.Get("Location") }

// Text is what a reader sees of the page: its text with single blanks.
func (p *Page) Text() string {
	if p.Doc == nil {
		return string(p.Body)
	}
	var b strings.Builder
	for n := range p.Doc.Descendants() {
		if n.Type == html.TextNode && n.Parent != nil && n.Parent.Data != "script" && n.Parent.Data != "style" {
			b.WriteString(n.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Decode reads a JSON answer into out.
func (p *Page) Decode(out any) {
	p.T.Helper()
	if err := json.Unmarshal(p.Body, out); err != nil {
		p.T.Fatalf("%s: %v in %s", p.Path, err, p.Body)
	}
}

// All returns the elements of a simple selector: tag, tag.class, tag[attribute] or tag[attribute=value].
func (p *Page) All(selector string) []*html.Node {
	p.T.Helper()
	if p.Doc == nil {
		return nil
	}
	tag, attribute, _ := strings.Cut(strings.TrimSuffix(selector, "]"), "[")
	tag, class, _ := strings.Cut(tag, ".")
	name, value, valued := strings.Cut(attribute, "=")
	var out []*html.Node
	for n := range p.Doc.Descendants() {
		if n.Type != html.ElementNode || tag != "" && n.Data != tag {
			continue
		}
		if class != "" && !slices.Contains(strings.Fields(Attr(n, "class")), class) {
			continue
		}
		if name == "" || hasAttr(n, name) && (!valued || Attr(n, name) == value) {
			out = append(out, n)
		}
	}
	return out
}

// Has fails the test unless an element of the selector exists; with values, one whose first attribute has that value.
func (p *Page) Has(selector string, values ...string) {
	p.T.Helper()
	if len(values) == 0 && len(p.All(selector)) == 0 {
		p.T.Errorf("%s: no %s in\n%s", p.Path, selector, p.Text())
	}
	for _, v := range values {
		if len(p.All(strings.TrimSuffix(selector, "]")+"="+v+"]")) == 0 {
			p.T.Errorf("%s: no %s with %q", p.Path, selector, v)
		}
	}
}

// Count returns the number of elements of a selector.
func (p *Page) Count(selector string) int {
	p.T.Helper()
	return len(p.All(selector))
}

// Links returns the addresses of all links.
func (p *Page) Links() []string {
	p.T.Helper()
	var out []string
	for _, n := range p.All("a[href]") {
		out = append(out, Attr(n, "href"))
	}
	return out
}

// Attr returns an attribute of an element, "" without.
func Attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}
