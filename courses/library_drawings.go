package courses

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Drawing is one diagram of a course: a small SVG of shapes and words, and what it says in words.
type Drawing struct {
	Title string // its name
	Desc  string // its text twin: everything that the drawing says
	SVG   string
}

// maxDrawing is the size of a drawing's file in bytes.
const maxDrawing = 16_000

var (
	drawingFile = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}\.svg$`)
	drawingLine = regexp.MustCompile(`^!\[([^\]]+)\]\(([^()\s]+)\)$`)
	drawingBox  = regexp.MustCompile(`^0 0 320 [1-9][0-9]{1,3}$`)
	drawingArea = regexp.MustCompile(`^[-+0-9., MLHVZmlhvz]*$`)
)

// drawingColours are the paints of a drawing: the reader's text colour and the tokens of the pages, which follow the
// high contrast and the print.
func drawingColours() []string {
	return []string{
		"none", "currentColor", "var(--paper)", "var(--paper-2)", "var(--ink-2)", "var(--line-2)", "var(--accent)",
		"var(--tint)", "var(--ok-t)", "var(--warn-t)", "var(--bad-t)", "var(--info-t)",
	}
}

// drawingParts are the elements of a drawing and their attributes. A drawing holds no links, ids, styles or scripts.
func drawingParts() map[string][]string {
	shape := []string{"fill", "stroke", "stroke-width", "stroke-dasharray"}
	with := func(own ...string) []string { return append(own, shape...) }
	return map[string][]string{
		"svg":      {"xmlns", "viewBox", "class", "role", "font-size"},
		"title":    nil,
		"desc":     nil,
		"g":        with("font-size", "text-anchor", "font-weight"),
		"rect":     with("x", "y", "width", "height", "rx"),
		"line":     with("x1", "y1", "x2", "y2"),
		"circle":   with("cx", "cy", "r"),
		"polygon":  with("points"),
		"polyline": with("points"),
		"path":     with("d"),
		"text":     with("x", "y", "font-size", "font-weight", "text-anchor"),
		"tspan":    {"x", "y", "font-weight"},
	}
}

// drawings reads the SVG files of the folder that its lessons show.
func (r *reader) drawings(bodies map[string]string) map[string]Drawing {
	var out map[string]Drawing
	for lesson, body := range bodies {
		for _, p := range Parts(body) {
			if p.Drawing == "" {
				continue
			}
			if !drawingFile.MatchString(p.Drawing) {
				r.fail(lesson, p.Drawing, "a drawing is an SVG file of this folder: small letters, digits, hyphens")
				continue
			}
			if out == nil {
				out = map[string]Drawing{}
			}
			if _, known := out[p.Drawing]; !known {
				out[p.Drawing] = r.drawing(p.Drawing)
			}
		}
	}
	return out
}

func (r *reader) drawing(file string) Drawing {
	b, err := fs.ReadFile(r.files, path.Join(r.folder, file))
	switch {
	case err != nil:
		r.fail(file, "", "cannot be opened")
		return Drawing{}
	case len(b) > maxDrawing:
		r.fail(file, "", fmt.Sprintf("has %d bytes, at most %d", len(b), maxDrawing))
		return Drawing{}
	case !utf8.Valid(b):
		r.fail(file, "", "must be UTF-8")
		return Drawing{}
	}
	d, err := readDrawing(b)
	if err != nil {
		r.fail(file, "", err.Error())
	}
	r.text(file, "title", d.Title, 100)
	r.text(file, "desc", d.Desc, 1000)
	return d
}

// readDrawing checks a drawing element by element. It is 320 units wide with letters of 14 or more, so that it is read
// on a telephone as it stands; its first two elements are title and desc.
func readDrawing(b []byte) (Drawing, error) {
	d := Drawing{SVG: strings.TrimSpace(string(b))}
	in := xml.NewDecoder(bytes.NewReader(b))
	var open []string
	count := 0
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			return d, nil
		}
		if err != nil {
			return d, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			count++
			if err := drawingElement(token, len(open), count); err != nil {
				return d, err
			}
			open = append(open, token.Name.Local)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			switch words := string(token); {
			case strings.TrimSpace(words) == "" || len(open) == 0:
			case open[len(open)-1] == "title":
				d.Title += words
			case open[len(open)-1] == "desc":
				d.Desc += words
			}
		case xml.Comment:
		default:
			return d, fmt.Errorf("%T in a drawing", token)
		}
	}
}

func drawingElement(e xml.StartElement, depth, count int) error {
	name := e.Name.Local
	known, ok := drawingParts()[name]
	if want := map[int]string{1: "svg", 2: "title", 3: "desc"}[count]; want != "" && name != want {
		return fmt.Errorf("element %d is %s, want %s", count, name, want)
	}
	if !ok || (name == "svg") != (depth == 0) {
		return fmt.Errorf("element %s in a drawing", name)
	}
	for _, a := range e.Attr {
		if a.Name.Space != "" || !slices.Contains(known, a.Name.Local) || !drawingValue(a.Name.Local, a.Value) {
			return fmt.Errorf("%s %s=%q in a drawing", name, a.Name.Local, a.Value)
		}
	}
	if name == "svg" && len(e.Attr) != len(known) {
		return fmt.Errorf("svg has %d of the attributes %s", len(e.Attr), strings.Join(known, ", "))
	}
	return nil
}

func drawingValue(name, value string) bool {
	switch name {
	case "xmlns":
		return value == "http://www.w3.org/2000/svg"
	case "viewBox":
		return drawingBox.MatchString(value)
	case "class":
		return value == "tall"
	case "role":
		return value == "img"
	case "fill", "stroke":
		return slices.Contains(drawingColours(), value)
	case "font-size":
		return slices.Contains([]string{"14", "15", "16", "18", "20"}, value)
	case "font-weight":
		return value == "600"
	case "text-anchor":
		return value == "middle" || value == "end"
	}
	return drawingArea.MatchString(value)
}

// shippedDrawings are the drawings of the library by course.
var shippedDrawings = sync.OnceValue(func() map[string]map[string]Drawing {
	out := map[string]map[string]Drawing{}
	all, err := Library()
	if err != nil {
		return out // a test reads the whole library, and Install tells of it
	}
	for _, m := range all {
		out[m.Course.Code] = m.Drawings
	}
	return out
})

// DrawingOf returns a drawing of a course of the library; ok is false where there is none.
func DrawingOf(code, file string) (d Drawing, ok bool) {
	d, ok = shippedDrawings()[code][file]
	return d, ok
}

// Part is a piece of a section: Markdown, or a drawing with its caption.
type Part struct {
	Text             string
	Drawing, Caption string
}

// Parts cuts a section's Markdown at its drawings, each of which stands on a line of its own between empty lines:
// ![caption](file.svg).
func Parts(body string) []Part {
	var out []Part
	var text []string
	flush := func() {
		if t := strings.TrimSpace(strings.Join(text, "\n")); t != "" {
			out = append(out, Part{Text: t})
		}
		text = nil
	}
	for line := range strings.SplitSeq(body, "\n") {
		m := drawingLine.FindStringSubmatch(line)
		if m == nil {
			text = append(text, line)
			continue
		}
		flush()
		out = append(out, Part{Drawing: m[2], Caption: m[1]})
	}
	flush()
	return out
}
