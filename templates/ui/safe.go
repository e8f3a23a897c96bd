package ui

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/a-h/templ"
)

// SafeHTML is markup that was sanitised; only Markdown makes it.
type SafeHTML struct{ html string }

// Empty reports whether there is nothing to show.
func (s SafeHTML) Empty() bool { return strings.TrimSpace(s.html) == "" }

// drawn returns a component that writes an SVG drawing; rendering fails when the drawing holds anything but shapes.
func drawn(svg string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		clean, err := cleanSVG(svg)
		if err != nil {
			return fmt.Errorf("draw svg: %w", err)
		}
		_, err = io.WriteString(w, clean)
		return err
	})
}

func svgElements() []string {
	return []string{
		"svg", "g", "path", "rect", "line", "circle", "ellipse", "polyline", "polygon", "text", "tspan",
		"title", "desc",
	}
}

func svgAttributes() []string {
	return []string{
		"aria-hidden", "aria-label", "class", "cx", "cy", "d", "dominant-baseline", "dx", "dy", "fill",
		"fill-opacity", "fill-rule", "font-family", "font-size", "font-weight", "height", "lang",
		"letter-spacing", "opacity", "points", "preserveAspectRatio", "r", "role", "rx", "ry",
		"shape-rendering", "stroke", "stroke-dasharray", "stroke-linecap", "stroke-linejoin",
		"stroke-opacity", "stroke-width", "text-anchor", "transform", "vector-effect", "viewBox",
		"width", "x", "x1", "x2", "y", "y1", "y2",
	}
}

// cleanSVG writes svg anew, element by element; it refuses what is not a shape or a word: scripts, links, styles,
// other documents' parts.
func cleanSVG(svg string) (string, error) {
	in := xml.NewDecoder(strings.NewReader(svg))
	var out bytes.Buffer
	depth := 0
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if depth == 0 && token.Name.Local != "svg" {
				return "", fmt.Errorf("element %q outside svg", token.Name.Local)
			}
			depth++
			if err := openSVG(&out, token); err != nil {
				return "", err
			}
		case xml.EndElement:
			depth--
			out.WriteString("</" + token.Name.Local + ">")
		case xml.CharData:
			if err := xml.EscapeText(&out, token); err != nil {
				return "", err
			}
		case xml.Comment:
		default:
			return "", fmt.Errorf("%T in a drawing", token)
		}
	}
	return out.String(), nil
}

func openSVG(out *bytes.Buffer, e xml.StartElement) error {
	if !slices.Contains(svgElements(), e.Name.Local) {
		return fmt.Errorf("element %q in a drawing", e.Name.Local)
	}
	out.WriteString("<" + e.Name.Local)
	for _, a := range e.Attr {
		if a.Name.Local == "xmlns" {
			continue // HTML knows where an svg begins
		}
		if a.Name.Space != "" || !slices.Contains(svgAttributes(), a.Name.Local) || strings.Contains(a.Value, "url(") {
			return fmt.Errorf("attribute %q in a drawing", a.Name.Local)
		}
		out.WriteString(" " + a.Name.Local + `="` + templ.EscapeString(a.Value) + `"`)
	}
	out.WriteByte('>')
	return nil
}
