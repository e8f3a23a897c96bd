package pdf

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"shanzhi/templates/font"
)

// file writes numbered objects.
type file struct {
	bytes.Buffer
	room    *room
	offsets []int  // of object i+1; 0 while it is reserved, −n of the n-th in the stream of objects
	heads   []byte // of that stream: the numbers of its objects and where they begin in bodies
	bodies  []byte
	inside  int
	err     error
}

// reserve gives n numbers away and returns the first.
func (f *file) reserve(n int) int {
	first := len(f.offsets) + 1
	f.offsets = append(f.offsets, make([]int, n)...)
	return first
}

// writef writes to memory, which does not fail.
func (f *file) writef(format string, args ...any) { _, _ = fmt.Fprintf(f, format, args...) }

func (f *file) object(number int, parts ...string) {
	f.offsets[number-1] = f.Len()
	f.writef("%d 0 obj\n", number)
	for _, p := range parts {
		f.WriteString(p)
	}
	f.WriteString("\nendobj\n")
}

// packed puts an object that is no stream into the stream of objects, where it is compressed with the others.
func (f *file) packed(number int, body []byte) {
	f.inside++
	f.offsets[number-1] = -f.inside
	f.heads = append(strconv.AppendInt(f.heads, int64(number), 10), ' ')
	f.heads = append(strconv.AppendInt(f.heads, int64(len(f.bodies)), 10), ' ')
	f.bodies = append(append(f.bodies, body...), '\n')
}

// stream writes a compressed stream; dict are further entries of its dictionary.
func (f *file) stream(number int, dict string, body []byte) {
	packed, err := f.room.squeeze(body)
	if err != nil && f.err == nil {
		f.err = err
	}
	f.offsets[number-1] = f.Len()
	f.writef("%d 0 obj\n<</Filter /FlateDecode /Length %d%s>>\nstream\n", number, len(packed), dict)
	f.Write(packed)
	f.WriteString("\nendstream\nendobj\n")
}

// finish turns gofpdf's plain output into the final file: fonts, outline, metadata, compressed streams, a new table.
func finish(c *canvas, m Meta) ([]byte, error) {
	c.endPage()
	plain := &c.plain
	plain.Reset()
	if err := c.pdf.Output(plain); err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	r, err := readRaw(plain.Bytes())
	if err != nil {
		return nil, err
	}
	f := &file{room: c.room, heads: c.heads[:0], bodies: c.bodies[:0]}
	f.Grow(plain.Len()/2 + 64<<10)
	f.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	f.reserve(2 + 2*len(r.pages))
	f.object(1, string(r.tree))
	for i := range r.pages {
		page := bytes.TrimSuffix(r.pages[i], []byte(">>"))
		f.object(pageObject(i), string(page), fmt.Sprintf(" /StructParents %d /Tabs /S>>", i))
		f.stream(pageObject(i)+1, "", r.contents[i])
	}
	names, err := f.fonts(c)
	if err != nil {
		return nil, err
	}
	f.object(2, "<</ProcSet [/PDF /Text] /Font <<", names, ">>>>")
	outlines, structure := f.outline(c.marks), f.structure(c)
	info, xmp, root := f.reserve(1), f.reserve(1), f.reserve(1)
	f.object(info, m.info())
	body := m.xmp()
	f.object(xmp, fmt.Sprintf("<</Type /Metadata /Subtype /XML /Length %d>>\nstream\n", len(body)), body, "\nendstream")
	f.object(root, "<</Type /Catalog /Pages 1 0 R", outlines, structure, fmt.Sprintf(" /Metadata %d 0 R", xmp),
		" /Lang ", literal(m.lang()), " /ViewerPreferences <</DisplayDocTitle true>>>>")
	f.close(info, root)
	c.heads, c.bodies = f.heads, f.bodies
	return f.Bytes(), f.err
}

// close writes the stream of objects and the table of places; the identifier is a digest of everything before it.
func (f *file) close(info, root int) {
	holder, table := f.reserve(1), f.reserve(1)
	dict := fmt.Sprintf(" /Type /ObjStm /N %d /First %d", f.inside, len(f.heads))
	f.heads = append(f.heads, f.bodies...)
	f.stream(holder, dict, f.heads)
	sum := sha256.Sum256(f.Bytes())
	start := f.Len()
	f.offsets[table-1] = start
	rows := append(make([]byte, 0, 9*len(f.offsets)+9), 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF) // no object has the number 0
	for _, at := range f.offsets {
		if at < 0 {
			rows = append(rows, 2)
			rows = binary.BigEndian.AppendUint32(rows, uint32(holder)) //nolint:gosec // G115: a number of an object
			rows = binary.BigEndian.AppendUint32(rows, uint32(-at-1))
			continue
		}
		rows = binary.BigEndian.AppendUint32(append(rows, 1), uint32(at)) //nolint:gosec // G115: under 4 GB
		rows = append(rows, 0, 0, 0, 0)
	}
	f.stream(table, fmt.Sprintf(" /Type /XRef /W [1 4 4] /Size %d /Root %d 0 R /Info %d 0 R /ID [<%X> <%X>]",
		len(f.offsets)+1, root, info, sum[:16], sum[:16]), rows)
	f.writef("startxref\n%d\n%%%%EOF\n", start)
}

// fonts writes five objects for each face in use and returns the entries of the resources.
func (f *file) fonts(c *canvas) (string, error) {
	var names strings.Builder
	for face := range c.used {
		runes := c.used[face].runes
		if len(runes) == 0 {
			continue
		}
		program, err := c.fonts.Font(font.Face(face)).AppendSubset(c.program[:0], runes)
		if err != nil {
			return "", err
		}
		c.program = program
		first := f.reserve(5)
		f.font(first, c.fonts.Font(font.Face(face)), runes, program)
		_, _ = fmt.Fprintf(&names, "/F%d %d 0 R ", face, first)
	}
	return names.String(), nil
}

// font writes Type0 font, CIDFontType2, descriptor, program and map to Unicode.
func (f *file) font(first int, face *font.Font, runes []rune, program []byte) {
	sum := sha256.Sum256([]byte(string(runes)))
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	name := string(tag) + "+" + face.Name()
	f.packed(first, fmt.Appendf(nil, "<</Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H "+
		"/DescendantFonts [%d 0 R] /ToUnicode %d 0 R>>", name, first+1, first+4))
	widths := make([]byte, 0, 5*len(runes))
	for _, r := range runes {
		widths = append(strconv.AppendInt(widths, int64(face.Advance(r)), 10), ' ')
	}
	f.packed(first+1, fmt.Appendf(nil, "<</Type /Font /Subtype /CIDFontType2 /BaseFont /%s /CIDSystemInfo "+
		"<</Registry (Adobe) /Ordering (Identity) /Supplement 0>> /FontDescriptor %d 0 R /CIDToGIDMap /Identity "+
		"/DW 1000 /W [1 [%s]]>>", name, first+2, widths))
	m := face.Metrics()
	family, _, _ := strings.Cut(face.Name(), "-")
	f.packed(first+2, fmt.Appendf(nil, "<</Type /FontDescriptor /FontName /%s /FontFamily (%s) /Flags 4 "+
		"/FontBBox [%d %d %d %d] /ItalicAngle 0 /Ascent %d /Descent %d /CapHeight %d /StemV 80 /FontFile2 %d 0 R>>",
		name, family, m.Box[0], m.Box[1], m.Box[2], m.Box[3], m.Ascent, m.Descent, m.CapHeight, first+3))
	f.stream(first+3, fmt.Sprintf(" /Length1 %d", len(program)), program)
	f.stream(first+4, "", toUnicode(runes))
}
