package pdf

import (
	"strconv"
	"strings"
	"unicode"

	"shanzhi/templates/chart"
)

// kind is what a piece of a document is for a reader that does not see the page (ISO 32000-1, 14.8.4).
type kind uint8

const (
	document kind = iota
	heading1
	heading2
	heading3
	paragraph
	list
	listItem
	label
	listBody
	table
	caption
	tableHead
	tableBody
	tableRow
	headCell
	dataCell
	picture
)

var kindNames = [...]string{
	"Document", "H1", "H2", "H3", "P", "L", "LI", "Lbl", "LBody",
	"Table", "Caption", "THead", "TBody", "TR", "TH", "TD", "Figure",
}

// Attributes of elements.
const (
	numbered  = "/O/List/ListNumbering/Decimal"
	overBelow = "/O/Table/Scope/Column"
	overRight = "/O/Table/Scope/Row"
)

// tag names the element to which something drawn belongs, or says why it belongs to none.
type tag int32

const (
	ornament  tag = 0 // rules, frames, heads that are repeated
	trunk     tag = 1 // the document itself
	pageHead  tag = -1
	pageFoot  tag = -2
	watermark tag = -3
	nowhere   tag = -4 // nothing has been drawn since the page began
)

// artifacts begin what a reader that does not see the page passes over.
var artifacts = map[tag]string{
	ornament:  "/Artifact BMC\n",
	pageHead:  "/Artifact <</Type/Pagination/Subtype/Header>> BDC\n",
	pageFoot:  "/Artifact <</Type/Pagination/Subtype/Footer>> BDC\n",
	watermark: "/Artifact <</Type/Pagination/Subtype/Watermark>> BDC\n",
}

// node is one piece of the structure. Its kids are a chain in tree.kids; 0 is none.
type node struct {
	kind        kind
	parent      tag
	first, last int32
	attributes  string
	alt         string
}

// kid is an element below another, or marked content: the number mcid on a page.
type kid struct {
	element    tag // 0 for marked content
	page, mcid int32
	next       int32
}

// tree is the structure of a document: what is read, in the order in which it is read.
type tree struct {
	elements []node  // by tag; the first is not used
	kids     []kid   // the first is not used
	pages    [][]tag // for each page, the element of each marked content
}

func (t *tree) clear() {
	t.elements = append(t.elements[:0], node{}, node{kind: document})
	t.kids, t.pages = append(t.kids[:0], kid{}), t.pages[:0]
}

// add puts a new element at the end of parent.
func (t *tree) add(parent tag, k kind, attributes string) tag {
	t.elements = append(t.elements, node{kind: k, parent: parent, attributes: attributes})
	n := tag(len(t.elements) - 1) //nolint:gosec // G115: a document has fewer pieces
	t.hang(parent, kid{element: n})
	return n
}

// addRow puts a row of n cells at the end of a table's part and returns its first cell; the others follow it.
func (t *tree) addRow(parent tag, n int, k kind, attributes string) tag {
	row := t.add(parent, tableRow, "")
	for range n {
		t.add(row, k, attributes)
	}
	return row + 1
}

func (t *tree) hang(parent tag, k kid) {
	t.kids = append(t.kids, k)
	n, e := int32(len(t.kids)-1), &t.elements[parent] //nolint:gosec // G115: as above
	if e.first == 0 {
		e.first = n
	} else {
		t.kids[e.last].next = n
	}
	e.last = n
}

// newPage begins a page's list of marked content.
func (t *tree) newPage() {
	if n := len(t.pages); n < cap(t.pages) {
		t.pages = t.pages[:n+1]
		t.pages[n] = t.pages[n][:0]
		return
	}
	t.pages = append(t.pages, nil)
}

// claim gives an element the next marked content of the page and returns its number.
func (t *tree) claim(n tag) int32 {
	page := len(t.pages) - 1
	mcid := int32(len(t.pages[page])) //nolint:gosec // G115: a page has fewer pieces
	t.pages[page] = append(t.pages[page], n)
	t.hang(n, kid{page: int32(page), mcid: mcid}) //nolint:gosec // G115: as above
	return mcid
}

// belong begins the marked content of what is drawn next, if another is open.
func (c *canvas) belong() {
	if c.in == c.open {
		return
	}
	c.endContent()
	c.open = c.in
	if c.in <= ornament {
		c.ops = append(c.ops, artifacts[c.in]...)
		return
	}
	c.ops = append(append(append(c.ops, '/'), kindNames[c.elements[c.in].kind]...), " <</MCID "...)
	c.ops = append(strconv.AppendInt(c.ops, int64(c.claim(c.in)), 10), ">> BDC\n"...)
}

func (c *canvas) endContent() {
	if c.open != nowhere {
		c.ops = append(c.ops, "EMC\n"...)
		c.open = nowhere
	}
}

// piece is a new element of the document; words that are empty need none.
func (d *Doc) piece(k kind, words string) tag {
	if words == "" {
		return ornament
	}
	return d.canvas.add(trunk, k, "")
}

// headingKind is that of a heading: below the title, if there is one, and never two steps down at once.
func (d *Doc) headingKind(level int) kind {
	k := heading1 + kind(level) //nolint:gosec // G115: 0 to 2
	if d.titled && level < 2 {
		k++
	}
	d.deepest = min(k, d.deepest+1)
	return d.deepest
}

// figure is a new element for a picture: with words for those who do not see it, or, where it has none, its text alone.
func (c *canvas) figure(p chart.Picture, english bool) tag {
	between := "："
	if english {
		between = ": "
	}
	alt := p.Desc
	if !strings.HasPrefix(alt, p.Title) {
		alt = p.Title + between + alt
	}
	if alt = strings.TrimSuffix(alt, between); alt == "" {
		return c.add(trunk, paragraph, "")
	}
	n := c.add(trunk, picture, "")
	c.elements[n].alt = alt
	return n
}

// putFigure draws a picture that has an element; its title is the caption.
func (c *canvas) putFigure(n tag, p chart.Picture, x, y float64) {
	lines := 0
	if c.elements[n].kind == picture {
		b := c.point([]byte("/O/Layout/Placement/Block/BBox["), x, y+p.H)
		c.elements[n].attributes = strings.TrimSpace(string(c.point(b, x+p.W, y))) + "]"
		lines = titleLines(p)
	}
	c.in = n
	if lines > 0 {
		c.in = c.add(n, caption, "")
	}
	c.picture(p, x, y, func(i int) {
		if i == lines {
			c.in = n
		}
	})
	c.in = ornament
}

// titleLines is how many marks at the beginning of a picture are its title.
func titleLines(p chart.Picture) int {
	rest := p.Title
	for i, m := range p.Marks {
		text, ok := m.(chart.Text)
		if !ok || text.S == "" || !strings.HasPrefix(rest, text.S) {
			return 0
		}
		if rest = strings.TrimLeftFunc(rest[len(text.S):], unicode.IsSpace); rest == "" {
			return i + 1
		}
	}
	return 0
}

// structure writes the tree as one stream of objects and returns the entries of the catalog.
func (f *file) structure(c *canvas) string {
	count := len(c.elements) - 1
	root := f.reserve(2 + count)
	ref := func(b []byte, number int) []byte { return append(strconv.AppendInt(b, int64(number), 10), " 0 R"...) }
	first := root + 2 - int(trunk) // number of an element less its tag
	b := append(ref([]byte("<</Type/StructTreeRoot/K "), first+int(trunk)), "/ParentTree "...)
	b = append(ref(b, root+1), "/ParentTreeNextKey "...)
	f.packed(root, append(strconv.AppendInt(b, int64(len(c.pages)), 10), ">>"...))
	b = append(b[:0], "<</Nums["...)
	for i, page := range c.pages {
		b = append(strconv.AppendInt(b, int64(i), 10), '[')
		for _, n := range page {
			b = append(ref(b, first+int(n)), ' ')
		}
		b = append(b, ']')
	}
	f.packed(root+1, append(b, "]>>"...))
	for i := range c.elements[trunk:] {
		n := int(trunk) + i
		e := &c.elements[n]
		b = append(append(b[:0], "<</S/"...), kindNames[e.kind]...)
		if e.parent == 0 {
			b = ref(append(b, "/P "...), root)
		} else {
			b = ref(append(b, "/P "...), first+int(e.parent))
		}
		if e.attributes != "" {
			b = append(append(append(b, "/A<<"...), e.attributes...), ">>"...)
		}
		if e.alt != "" {
			b = append(append(b, "/Alt"...), textString(e.alt)...)
		}
		f.packed(first+n, append(c.kidsOf(b, e, first), ">>"...))
	}
	return " /MarkInfo <</Marked true>> /StructTreeRoot " + strconv.Itoa(root) + " 0 R"
}

// kidsOf appends the kids of an element: elements by their number, content by its number on the page that Pg names.
func (t *tree) kidsOf(b []byte, e *node, first int) []byte {
	if e.first == 0 {
		return b
	}
	home, several := int32(-1), e.first != e.last
	b = append(b, "/K"...)
	if several {
		b = append(b, '[')
	}
	for i := e.first; i != 0; i = t.kids[i].next {
		switch k := &t.kids[i]; {
		case k.element != 0:
			b = append(strconv.AppendInt(append(b, ' '), int64(first)+int64(k.element), 10), " 0 R"...)
		case home < 0 || k.page == home:
			home = k.page
			b = strconv.AppendInt(append(b, ' '), int64(k.mcid), 10)
		default:
			b = strconv.AppendInt(append(b, "<</Type/MCR/Pg "...), int64(pageObject(k.page)), 10)
			b = append(strconv.AppendInt(append(b, " 0 R/MCID "...), int64(k.mcid), 10), ">>"...)
		}
	}
	if several {
		b = append(b, ']')
	}
	if home >= 0 {
		b = append(strconv.AppendInt(append(b, "/Pg "...), int64(pageObject(home)), 10), " 0 R"...)
	}
	return b
}

// pageObject is the number of the object of a page, counted from 0.
func pageObject[T int | int32](page T) T { return 3 + 2*page }
