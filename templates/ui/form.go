package ui

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"shanzhi/models/fault"
)

// Form holds what the inputs of a form show: the values to begin with, or those that were typed and why they are
// refused.
type Form struct {
	values url.Values
	fault  *fault.Error
	still  bool
}

// NewForm returns a form with values to begin with: name, value, name, value …; a repeated name adds a value.
func NewForm(pairs ...string) Form {
	v := make(url.Values)
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return Form{values: v}
}

// FormOf returns a form with the typed values and the refusal of err; a nil err refuses nothing.
func FormOf(values url.Values, err error) Form {
	f := Form{values: values}
	if err != nil {
		f.fault = fault.Of(err)
	}
	return f
}

// Still returns the form with an ErrorSummary that leaves the focus where it is: one that is shown among other things.
func (f Form) Still() Form {
	f.still = true
	return f
}

// Value returns the first value of an input, "" when there is none.
func (f Form) Value(name string) string { return f.values.Get(name) }

// Has reports whether value is among the values of an input.
func (f Form) Has(name, value string) bool { return slices.Contains(f.values[name], value) }

// Bad reports whether the form was refused.
func (f Form) Bad() bool { return f.fault != nil }

// Fault returns the refusal, nil when there is none.
func (f Form) Fault() *fault.Error { return f.fault }

// Error returns why an input is refused in the page's language, "" when it is not.
func (f Form) Error(ctx context.Context, name string) string {
	if f.fault == nil {
		return ""
	}
	var said []string
	for _, e := range f.fault.Fields {
		if e.Name == name && e.Row == 0 {
			said = append(said, T(ctx, e.Key, e.Args))
		}
	}
	return strings.Join(said, " ")
}

// Field describes one input of a form. Name is also the id unless ID is set, so that errors can link to it.
type Field struct {
	Name, ID, Label, Hint string
	Type                  string // of an input: text (default), password, date, number, tel, email, search, time
	LabelledBy            string // id of a heading that takes the place of Label (choices only)
	Accept                string // of a file input: ".xlsx,.csv"
	Autocomplete          string
	Inputmode             string // numeric, decimal, tel …
	Placeholder           string
	Min, Max, Step        string
	MaxLength             int // characters; 0 = no limit
	Required, Optional    bool
	Short                 bool // a narrow input
	Row                   bool // choices side by side
	ReadOnly, Disabled    bool
}

// Option is one choice of a select, of radio buttons or of check boxes.
type Option struct {
	Value, Text, Hint string
	Disabled          bool
	Group             string // heading above this choice of a select and those that follow with the same; "" = none
}

// groups are the choices of a select under their headings, in their order.
func groups(options []Option) (out [][]Option) {
	for _, o := range options {
		if n := len(out); n > 0 && out[n-1][0].Group == o.Group {
			out[n-1] = append(out[n-1], o)
			continue
		}
		out = append(out, []Option{o})
	}
	return out
}

func (f Field) id() string {
	if f.ID != "" {
		return f.ID
	}
	return f.Name
}

// part returns the id of a choice: the first has the field's own, so that the error summary leads to it.
func (f Field) part(i int, o Option) string {
	if i == 0 {
		return f.id()
	}
	return f.id() + "-" + o.Value
}

// describedBy returns the ids of the error and the hint of f, "" when there is neither.
func (f Field) describedBy(refused string) string {
	var ids []string
	if refused != "" {
		ids = append(ids, f.id()+"-e")
	}
	if f.Hint != "" {
		ids = append(ids, f.id()+"-h")
	}
	return strings.Join(ids, " ")
}

// To says where a form is posted.
type To struct {
	Action, ID string
	Class      string // "" = stack
	Multipart  bool   // the form holds files
	Autosave   string // address that takes the fields as they change
	Version    int    // of the answers on the server; with Autosave
	Tab        string // window that wrote that version, as it was posted in "tab"; with Autosave
}

func (t To) class() string {
	if t.Class == "" {
		return "stack"
	}
	return t.Class
}

func (t To) enctype() string {
	if t.Multipart {
		return "multipart/form-data"
	}
	return "application/x-www-form-urlencoded"
}
