package ui

import (
	"bytes"
	"regexp"
	"strconv"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Markdown turns a lesson's or an answer's Markdown into sanitised markup: no raw HTML, no pictures from
// elsewhere. A title of the first level becomes one of the second (the page has its own); headings get the ids
// s-1, s-2 …; tables fold.
func Markdown(src string) SafeHTML {
	var out bytes.Buffer
	if err := converter().Convert([]byte(src), &out); err != nil {
		return SafeHTML{} // a Buffer does not fail, and goldmark knows no other error
	}
	return SafeHTML{html: policy().Sanitize(out.String())}
}

var converter = sync.OnceValue(func() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(extension.Table, extension.Strikethrough),
		goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(shape{}, 500))),
		goldmark.WithRendererOptions(
			html.WithXHTML(),
			renderer.WithNodeRenderers(util.Prioritized(folding{}, 100)),
		),
	)
})

var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowStandardURLs()
	p.AllowElements("p", "br", "hr", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li",
		"h2", "h3", "h4", "h5", "h6", "div", "table", "thead", "tbody", "tr", "th", "td", "span", "a", "img")
	p.AllowAttrs("id").Matching(regexp.MustCompile(`^s-\d+$`)).OnElements("h2", "h3", "h4", "h5", "h6")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^(tw|fold|note calm|t|n)$`)).
		OnElements("div", "table", "blockquote", "th", "td")
	p.AllowAttrs("role").Matching(regexp.MustCompile(`^(table|rowgroup|row|columnheader|cell)$`)).
		OnElements("table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("scope").Matching(regexp.MustCompile(`^col$`)).OnElements("th")
	p.AllowAttrs("data-l").Globally()
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("href", "title").OnElements("a")
	p.AllowAttrs("src").Matching(regexp.MustCompile(`^/[^/\\]`)).OnElements("img")
	p.AllowAttrs("alt", "title").OnElements("img")
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnFullyQualifiedLinks(true)
	return p
})

// shape settles headings and quotations in the tree.
type shape struct{}

// Transform numbers the headings, lowers a first-level one and gives quotations the look of a note.
func (shape) Transform(doc *ast.Document, _ text.Reader, _ parser.Context) {
	n := 0
	for node := range nodes(doc) {
		switch node := node.(type) {
		case *ast.Heading:
			n++
			node.Level = max(2, node.Level)
			node.SetAttributeString("id", []byte("s-"+strconv.Itoa(n)))
		case *ast.Blockquote:
			node.SetAttributeString("class", []byte("note calm"))
		}
	}
}

// nodes yields every node beneath doc once, parents first.
func nodes(doc ast.Node) func(func(ast.Node) bool) {
	return func(yield func(ast.Node) bool) {
		// The walker returns no error but its visitor's, and this one has none.
		_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			if entering && !yield(n) {
				return ast.WalkStop, nil
			}
			return ast.WalkContinue, nil
		})
	}
}

// folding writes tables in the markup that folds on a narrow screen: roles, and the column's name on each cell.
type folding struct{}

// RegisterFuncs takes the four kinds of a table's nodes over from goldmark.
func (folding) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(tables.KindTable, both(`<div class="tw"><table class="fold" role="table">`, "</tbody></table></div>\n"))
	r.Register(tables.KindTableHeader,
		both(`<thead role="rowgroup"><tr role="row">`, `</tr></thead><tbody role="rowgroup">`))
	r.Register(tables.KindTableRow, both(`<tr role="row">`, "</tr>"))
	r.Register(tables.KindTableCell, cell)
}

func both(open, end string) renderer.NodeRendererFunc {
	return func(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
		tag := end
		if entering {
			tag = open
		}
		_, err := w.WriteString(tag)
		return ast.WalkContinue, err
	}
}

func cell(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	column := 0
	for s := node.PreviousSibling(); s != nil; s = s.PreviousSibling() {
		column++
	}
	class := ""
	if c, ok := node.(*tables.TableCell); ok && c.Alignment == tables.AlignRight {
		class = ` class="n"`
	}
	var tag string
	switch head := node.Parent().Kind() == tables.KindTableHeader; {
	case head && entering:
		tag = `<th scope="col" role="columnheader"` + class + ">"
	case head:
		tag = "</th>"
	case entering:
		label := util.EscapeHTML(headOf(node, column, source))
		tag = `<td role="cell"` + class + ` data-l="` + string(label) + `"><span>`
	default:
		tag = "</span></td>"
	}
	_, err := w.WriteString(tag)
	return ast.WalkContinue, err
}

// headOf returns the plain words at the head of a cell's column.
func headOf(node ast.Node, column int, source []byte) []byte {
	head := node.Parent().Parent().FirstChild().FirstChild()
	for ; column > 0 && head != nil; column-- {
		head = head.NextSibling()
	}
	var words []byte
	if head == nil {
		return words
	}
	for n := range nodes(head) {
		if t, ok := n.(*ast.Text); ok {
			words = append(words, t.Segment.Value(source)...)
		}
	}
	return words
}
