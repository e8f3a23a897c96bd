package web

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/url"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/models/fault"
)

const (
	maxFields   = 2000     // of a form; an exam sends a few hundred
	maxFiles    = 10       // of an upload
	drainFactor = 4        // so many times the limit is thrown away before the answer, so that a browser shows the page
	maxDrain    = 16 << 20 // bytes
	maxName     = 255      // bytes of a file's name
)

// File is one uploaded file. Name is the last part of what the sender called it: it is shown, never a path to write to.
type File struct {
	Name string
	Body []byte
}

// readBody reads the body of the request, at most as much as the route takes, whether its length was told or not.
func (a *App) readBody(c *fiber.Ctx, v *visit) error {
	if v.bodyRead {
		return nil
	}
	v.bodyRead = true
	limit := a.cfg.BodyLimit
	if v.route != nil && v.route.limit > 0 {
		limit = v.route.limit
	}
	body, err := a.take(c, limit)
	if err != nil {
		return err
	}
	c.Request().SetBodyRaw(body)
	return v.parse(c.Get(fiber.HeaderContentType), body)
}

// take reads the stream up to limit bytes.
func (a *App) take(c *fiber.Ctx, limit int) ([]byte, error) {
	stream := conn(c).RequestBodyStream()
	if stream == nil {
		return c.Request().Body(), nil
	}
	if told := c.Request().Header.ContentLength(); told > limit {
		drain(c, stream, limit)
		return nil, tooLarge(limit)
	}
	body, err := io.ReadAll(io.LimitReader(stream, int64(limit)+1))
	switch {
	case err != nil:
		return nil, hung(err)
	case len(body) > limit:
		drain(c, stream, limit)
		return nil, tooLarge(limit)
	}
	return body, nil
}

// drain throws away the rest of too large a body, so that the sender stops sending and reads the answer, and lets the
// connection end with it. A sender who goes on and on is cut off.
func drain(c *fiber.Ctx, stream io.Reader, limit int) {
	conn(c).SetConnectionClose()
	_, _ = io.CopyN(io.Discard, stream, int64(min(limit*drainFactor, maxDrain)))
}

// hung turns an error of reading the body into the refusal that it means: too slow, or malformed.
func hung(err error) error {
	if ne, ok := errors.AsType[net.Error](err); ok && ne.Timeout() {
		return errTooSlow
	}
	return errMalformed
}

// parse takes the fields and files out of a form's body; other bodies are left to the handler.
func (v *visit) parse(contentType string, body []byte) error {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || len(body) == 0 {
		return nil //nolint:nilerr // not a form: nothing to parse
	}
	switch kind {
	case fiber.MIMEApplicationForm:
		return v.parseFields(string(body))
	case fiber.MIMEMultipartForm:
		return v.parseParts(body, params["boundary"])
	}
	return nil
}

func (v *visit) parseFields(body string) error {
	if strings.Count(body, "&") >= maxFields {
		return errTooMany
	}
	form, err := url.ParseQuery(body)
	if err != nil {
		return errMalformed
	}
	v.form = form
	return nil
}

// parseParts reads the parts one by one: everything is in memory already and limited, no file touches the disk.
func (v *visit) parseParts(body []byte, boundary string) error {
	if boundary == "" {
		return errMalformed
	}
	r := multipart.NewReader(bytes.NewReader(body), boundary)
	v.form, v.files = url.Values{}, map[string]File{}
	for n := 0; ; n++ {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errMalformed
		}
		if n >= maxFields || len(v.files) > maxFiles {
			return errTooMany
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return errMalformed
		}
		name := part.FormName()
		if file := part.FileName(); file != "" {
			v.files[name] = File{Name: baseName(file), Body: data}
		} else if !strings.Contains(part.Header.Get("Content-Disposition"), "filename") {
			v.form.Add(name, string(data))
		}
	}
}

// baseName is the last part of a file's name, whichever way the sender's system writes paths.
func baseName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, name)
	if len(name) > maxName {
		name = strings.ToValidUTF8(name[len(name)-maxName:], "")
	}
	return name
}

// Form returns the fields of a POST, read and limited before the handler ran; empty, never nil.
func Form(c *fiber.Ctx) url.Values {
	v := visitOf(c)
	if v.form == nil {
		v.form = url.Values{}
	}
	return v.form
}

// GetFile returns the uploaded file of a field.
//
// Faults: Invalid on the field, "form.file_missing" when none was chosen, "form.file_empty" when there is nothing in
// it.
func GetFile(c *fiber.Ctx, field string) (File, error) {
	f, ok := visitOf(c).files[field]
	switch {
	case !ok:
		return File{}, fault.Wrong(fault.On(field, "form.file_missing"))
	case len(f.Body) == 0:
		return File{}, fault.Wrong(fault.On(field, "form.file_empty", "file", f.Name))
	}
	return f, nil
}
