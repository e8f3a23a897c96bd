package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// errForm says that the bytes are not what gofpdf v1.16.2 writes.
var errForm = errors.New("pdf: not the object form of gofpdf v1.16.2")

// emptyResources is object 2 of a document without fonts and images.
const emptyResources = "<<\n/ProcSet [/PDF /Text /ImageB /ImageC /ImageI]\n/Font <<\n>>\n/XObject <<\n>>\n" +
	"/ColorSpace <<\n>>\n>>"

// raw are the objects of gofpdf's output that are kept: the page tree and, per page, its object and its operators.
type raw struct {
	tree     []byte
	pages    [][]byte
	contents [][]byte
}

// readRaw takes gofpdf's uncompressed output apart and refuses every other form.
func readRaw(b []byte) (raw, error) {
	objects, err := readObjects(b)
	if err != nil {
		return raw{}, err
	}
	// 1 page tree, 2 resources, a pair for each page, information, catalog.
	if len(objects) < 6 || len(objects)%2 != 0 {
		return raw{}, fmt.Errorf("%w: %d objects", errForm, len(objects))
	}
	if string(objects[1]) != emptyResources || !bytes.HasPrefix(objects[0], []byte("<</Type /Pages\n")) {
		return raw{}, fmt.Errorf("%w: resources or page tree", errForm)
	}
	r := raw{tree: objects[0]}
	for i := 2; i < len(objects)-2; i += 2 {
		tail := fmt.Sprintf("/Resources 2 0 R\n/Contents %d 0 R>>", i+2)
		if !bytes.HasPrefix(objects[i], []byte("<</Type /Page\n/Parent 1 0 R\n")) ||
			!bytes.HasSuffix(objects[i], []byte(tail)) {
			return raw{}, fmt.Errorf("%w: page object %d", errForm, i+1)
		}
		content, err := streamOf(objects[i+1])
		if err != nil {
			return raw{}, err
		}
		r.pages, r.contents = append(r.pages, objects[i]), append(r.contents, content)
	}
	return r, nil
}

// readObjects cuts the file along its cross-reference table.
func readObjects(b []byte) ([][]byte, error) {
	at := bytes.LastIndex(b, []byte("startxref\n"))
	if at < 0 || !bytes.HasPrefix(b, []byte("%PDF-1.")) {
		return nil, errForm
	}
	end := bytes.IndexByte(b[at+10:], '\n')
	if end < 0 {
		return nil, errForm
	}
	start, err := strconv.Atoi(string(b[at+10 : at+10+end]))
	if err != nil || start < 0 || start >= at || !bytes.HasPrefix(b[start:], []byte("xref\n0 ")) {
		return nil, errForm
	}
	rows := bytes.Split(b[start:at], []byte("\n"))
	count, err := strconv.Atoi(string(rows[1][2:]))
	if err != nil || count < 2 || len(rows) < count+2 {
		return nil, errForm
	}
	objects := make([][]byte, 0, count-1)
	for i := 1; i < count; i++ {
		object, err := objectAt(b[:start], rows[2+i], i)
		if err != nil {
			return nil, err
		}
		objects = append(objects, object)
	}
	return objects, nil
}

func objectAt(b, row []byte, number int) ([]byte, error) {
	if len(row) < 10 {
		return nil, errForm
	}
	from, err := strconv.Atoi(string(row[:10]))
	head := []byte(strconv.Itoa(number) + " 0 obj\n")
	if err != nil || from > len(b) || !bytes.HasPrefix(b[from:], head) {
		return nil, fmt.Errorf("%w: object %d", errForm, number)
	}
	body, _, ok := bytes.Cut(b[from+len(head):], []byte("\nendobj\n"))
	if !ok {
		return nil, fmt.Errorf("%w: object %d has no end", errForm, number)
	}
	return body, nil
}

// streamOf takes the operators out of an uncompressed content object.
func streamOf(object []byte) ([]byte, error) {
	var size int
	if _, err := fmt.Sscanf(string(object[:min(len(object), 40)]), "<</Length %d>>\nstream\n", &size); err != nil {
		return nil, fmt.Errorf("%w: content", errForm)
	}
	head := fmt.Sprintf("<</Length %d>>\nstream\n", size)
	if len(object) != len(head)+size+len("\nendstream") || !bytes.HasSuffix(object, []byte("\nendstream")) {
		return nil, fmt.Errorf("%w: content length", errForm)
	}
	return object[len(head) : len(head)+size], nil
}
