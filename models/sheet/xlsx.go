package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"

	"shanzhi/models/fault"
)

// book is an opened xlsx file (ECMA-376 part 1, SpreadsheetML, and part 2, packages).
type book struct {
	file    string
	parts   map[string]*zip.File // by folded name
	left    int64                // bytes that may still be unzipped
	limits  Limits
	strings []cell // shared strings, cleaned; col is unused
	styles  []style
	from04  bool // dates count from 1904
}

// readXLSX takes the first visible sheet of an xlsx file apart.
//
// Faults: Invalid "sheet.broken", "sheet.not_xlsx", "sheet.too_large_inside", and those of add.
func (g *grid) readXLSX(name string, data []byte) error {
	b := &book{file: name, left: g.limits.Unzipped, limits: g.limits, parts: map[string]*zip.File{}}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return b.broken(err)
	}
	for _, f := range archive.File {
		key := partName(f.Name)
		if b.parts[key] != nil {
			return b.broken(errors.New("part twice: " + key))
		}
		b.parts[key] = f
	}
	main, err := b.mainPart()
	if err != nil {
		return err
	}
	sheets, err := b.open(main)
	if err != nil {
		return err
	}
	return g.readSheets(b, sheets)
}

// readSheets reads the first sheet into g and looks whether the others hold anything.
func (g *grid) readSheets(b *book, sheets []sheetPart) error {
	for i, s := range sheets {
		if i == 0 {
			g.sheet = s.name
			if err := b.readCells(s.part, g.add); err != nil {
				return err
			}
			continue
		}
		if helpSheets[fold(s.name)] {
			continue
		}
		err := b.readCells(s.part, func(l line) error {
			if len(l.cells) > 0 {
				return errFound
			}
			return nil
		})
		if errors.Is(err, errFound) {
			g.others = append(g.others, s.name)
		} else if err != nil {
			return err
		}
	}
	return nil
}

var errFound = errors.New("found")

// broken turns whatever went wrong inside the file into a refusal; refusals stay what they are, and so does nil.
func (b *book) broken(err error) error {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f
	}
	if errors.Is(err, errFound) {
		return err
	}
	return fault.New(fault.Invalid, "sheet.broken", "file", b.file, "detail", err.Error())
}

// partName folds a part's name: some writers use backslashes, and capitals do not matter in a package.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// part opens a part for reading; what is read counts towards the limit. ok is false where there is none.
func (b *book) part(name string) (r io.ReadCloser, ok bool, err error) {
	f := b.parts[partName(name)]
	if f == nil {
		return nil, false, nil
	}
	r, err = f.Open()
	if err != nil {
		return nil, true, b.broken(err)
	}
	return &metered{ReadCloser: r, book: b}, true, nil
}

// metered stops a reader when the book's parts become too large together. The checksum at the end of a part is the zip
// reader's work.
type metered struct {
	io.ReadCloser
	book *book
}

// Read implements io.Reader.
func (m *metered) Read(p []byte) (int, error) {
	n, err := m.ReadCloser.Read(p)
	if m.book.left -= int64(n); m.book.left < 0 {
		return 0, fault.New(fault.Invalid, "sheet.too_large_inside", "mb", m.book.limits.Unzipped>>20)
	}
	return n, err //nolint:wrapcheck // broken says what was read
}

// decode reads a small part into a struct; a part that is not there leaves it as it is.
func (b *book) decode(name string, into any) error {
	r, ok, err := b.part(name)
	if err != nil || !ok {
		return err
	}
	text, err := io.ReadAll(r)
	if err = errors.Join(err, r.Close()); err != nil {
		return b.broken(err)
	}
	return b.broken(xml.Unmarshal(text, into))
}

type relations struct {
	List []struct {
		ID     string `xml:"Id,attr"`
		Type   string `xml:"Type,attr"`
		Target string `xml:"Target,attr"`
	} `xml:"Relationship"`
}

// relations returns the targets of a part's relations: by id, and by the last word of their type.
func (b *book) relations(of string) (byID, byType map[string]string, err error) {
	var rels relations
	dir, file := path.Split(of)
	if err := b.decode(dir+"_rels/"+file+".rels", &rels); err != nil {
		return nil, nil, err
	}
	byID, byType = map[string]string{}, map[string]string{}
	for _, r := range rels.List {
		target := strings.ReplaceAll(r.Target, `\`, "/")
		if !strings.HasPrefix(target, "/") {
			target = path.Join("/", dir, target)
		}
		byID[r.ID] = path.Clean(target)
		byType[path.Base(r.Type)] = path.Clean(target)
	}
	return byID, byType, nil
}

// mainPart returns the name of the workbook.
func (b *book) mainPart() (string, error) {
	_, byType, err := b.relations("")
	if err != nil {
		return "", err
	}
	for _, name := range []string{byType["officeDocument"], "/xl/workbook.xml"} {
		if b.parts[partName(name)] != nil && strings.Contains(partName(name), "workbook") {
			return partName(name), nil
		}
	}
	return "", fault.New(fault.Invalid, "sheet.not_xlsx", "file", b.file)
}

type workbook struct {
	Settings struct {
		From04 string `xml:"date1904,attr"`
	} `xml:"workbookPr"`
	Sheets []struct {
		Name  string `xml:"name,attr"`
		State string `xml:"state,attr"`
		ID    string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		// Strict files have another name space.
		StrictID string `xml:"http://purl.oclc.org/ooxml/officeDocument/relationships id,attr"`
	} `xml:"sheets>sheet"`
}

// sheetPart is a visible sheet.
type sheetPart struct{ name, part string }

// open reads workbook, styles and shared strings, and returns the visible sheets in their order.
func (b *book) open(main string) ([]sheetPart, error) {
	var w workbook
	if err := b.decode(main, &w); err != nil {
		return nil, err
	}
	b.from04 = w.Settings.From04 == "1" || w.Settings.From04 == "true"
	byID, byType, err := b.relations(main)
	if err != nil {
		return nil, err
	}
	if err := b.readStyles(byType["styles"]); err != nil {
		return nil, err
	}
	if err := b.readStrings(byType["sharedStrings"]); err != nil {
		return nil, err
	}
	var sheets []sheetPart
	for _, s := range w.Sheets {
		part := byID[s.ID+s.StrictID]
		if strings.Contains(strings.ToLower(s.State), "hidden") || strings.Contains(part, "/chartsheets/") {
			continue
		}
		if b.parts[partName(part)] == nil {
			return nil, b.broken(errors.New("sheet without its part: " + s.Name))
		}
		sheets = append(sheets, sheetPart{name: s.Name, part: part})
	}
	if len(sheets) == 0 {
		return nil, fault.New(fault.Invalid, "sheet.empty", "file", b.file)
	}
	return sheets, nil
}

// markup opens a part and calls visit for each start of an element until the end of the part.
func (b *book) markup(name string, visit func(d *xml.Decoder, start xml.StartElement) error) (err error) {
	r, ok, err := b.part(name)
	if err != nil || !ok {
		return err
	}
	defer func() {
		if e := r.Close(); e != nil && err == nil {
			err = b.broken(e)
		}
	}()
	d := xml.NewDecoder(r)
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return b.broken(err)
		}
		if start, ok := token.(xml.StartElement); ok {
			if err := visit(d, start); err != nil {
				return b.broken(err)
			}
		}
	}
}

// readStrings reads the shared strings, cleaned once however many cells share them.
func (b *book) readStrings(name string) error {
	return b.markup(name, func(d *xml.Decoder, start xml.StartElement) error {
		if start.Name.Local != "si" {
			return nil
		}
		if len(b.strings) >= b.limits.Cells {
			return fault.New(fault.Invalid, "sheet.too_many_cells", "max", b.limits.Cells)
		}
		text, err := richText(d)
		if err != nil {
			return err
		}
		text, n := clean(unescape(text))
		b.strings = append(b.strings, cell{text: text, note: n})
		return nil
	})
}
