package pdf

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// Meta is what the file says about itself. Lang is "zh-CN" (also for "") or "en"; Created is the time of the report,
// never now.
type Meta struct {
	Title, Author, Subject, Keywords string
	Lang                             string
	Created                          time.Time
}

const producer = "Shanzhi"

func (m Meta) lang() string {
	if m.Lang == "" {
		return "zh-CN"
	}
	return m.Lang
}

func (m Meta) english() bool { return strings.HasPrefix(m.Lang, "en") }

// info is the information dictionary.
func (m Meta) info() string {
	var b strings.Builder
	b.WriteString("<<")
	for _, e := range [][2]string{
		{"Title", m.Title},
		{"Author", m.Author},
		{"Subject", m.Subject},
		{"Keywords", m.Keywords},
		{"Producer", producer},
	} {
		if e[1] != "" {
			b.WriteString("/" + e[0] + " " + textString(e[1]) + " ")
		}
	}
	if !m.Created.IsZero() {
		stamp := m.Created.Format("20060102150405-07'00'")
		fmt.Fprintf(&b, "/CreationDate (D:%s) /ModDate (D:%s)", stamp, stamp)
	}
	b.WriteString(">>")
	return b.String()
}

// textString writes a text as UTF-16BE with its mark, so that every plane of Unicode is right.
func textString(s string) string {
	b := append(make([]byte, 0, 6+4*len(s)), "<FEFF"...)
	for _, r := range s {
		b = utf16Hex(b, r)
	}
	return string(append(b, '>'))
}

// utf16Hex appends a rune as one or two units of UTF-16.
func utf16Hex(b []byte, r rune) []byte {
	if high, low := utf16.EncodeRune(r); r > 0xFFFF {
		return hexed(hexed(b, uint16(high)), uint16(low)) //nolint:gosec // G115: surrogates have 16 bits
	}
	return hexed(b, uint16(r)) //nolint:gosec // G115: what is above has been written
}

// literal writes an ASCII string.
func literal(s string) string {
	return "(" + strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`, "\r", `\r`).Replace(s) + ")"
}

// xmp is the metadata stream: the same facts as info, for archives.
func (m Meta) xmp() string {
	var b bytes.Buffer
	b.WriteString("<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n" +
		"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">" +
		"<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" " +
		"xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" " +
		"xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\">\n")
	element(&b, `<dc:title><rdf:Alt><rdf:li xml:lang="x-default">`, m.Title, "</rdf:li></rdf:Alt></dc:title>\n")
	element(&b, "<dc:creator><rdf:Seq><rdf:li>", m.Author, "</rdf:li></rdf:Seq></dc:creator>\n")
	element(&b, `<dc:description><rdf:Alt><rdf:li xml:lang="x-default">`, m.Subject,
		"</rdf:li></rdf:Alt></dc:description>\n")
	element(&b, "<dc:language><rdf:Bag><rdf:li>", m.lang(), "</rdf:li></rdf:Bag></dc:language>\n")
	element(&b, "<pdf:Keywords>", m.Keywords, "</pdf:Keywords>\n")
	element(&b, "<pdf:Producer>", producer, "</pdf:Producer>\n")
	if !m.Created.IsZero() {
		stamp := m.Created.Format("2006-01-02T15:04:05-07:00")
		element(&b, "<xmp:CreateDate>", stamp, "</xmp:CreateDate>")
		element(&b, "<xmp:ModifyDate>", stamp, "</xmp:ModifyDate>\n")
	}
	b.WriteString("</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>")
	return b.String()
}

func element(b *bytes.Buffer, open, words, end string) {
	if words == "" {
		return
	}
	b.WriteString(open)
	_ = xml.EscapeText(b, []byte(words)) // a Buffer does not fail
	b.WriteString(end)
}

// toUnicode maps glyph i+1 to the i-th rune, with surrogate pairs above U+FFFF.
func toUnicode(runes []rune) []byte {
	b := []byte("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for from := 0; from < len(runes); from += 100 {
		to := min(from+100, len(runes))
		b = append(strconv.AppendInt(b, int64(to-from), 10), " beginbfchar\n"...)
		for i := from; i < to; i++ {
			b = hexed(append(b, '<'), uint16(i+1))
			b = append(utf16Hex(append(b, "> <"...), runes[i]), ">\n"...)
		}
		b = append(b, "endbfchar\n"...)
	}
	b = append(b, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\n"...)
	return append(b, "end"...)
}
