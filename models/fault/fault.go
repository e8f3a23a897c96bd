// Package fault defines the refusals a door may return on purpose. Everything else is an accident.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what sort of refusal it is; the edge maps it to a status and an exit code.
type Kind uint8

// The kinds.
const (
	Internal  Kind = iota // an accident: logged, never shown
	Invalid               // the input is wrong; Fields says where
	NotFound              // it does not exist, or the actor may not see it
	Forbidden             // the actor sees it but may not do this
	Conflict              // somebody was faster, or it is already done
	Busy                  // too much at once; the same request may pass later
	Unsigned              // nobody is logged in
)

// Field is one wrong input: its name in the form or sheet, the row where there is one, and why.
type Field struct {
	Row  int // line of a sheet, 1 = first; 0 outside a sheet
	Name string
	Key  string
	Args map[string]any
}

// Error carries a message key and named arguments, never a sentence: the edge translates it.
type Error struct {
	Kind   Kind
	Key    string
	Args   map[string]any
	Fields []Field
	err    error
}

// New returns a refusal; pairs are the named arguments of the message: "row", 12, "name", "x".
func New(k Kind, key string, pairs ...any) *Error {
	return &Error{Kind: k, Key: key, Args: Args(pairs...)}
}

// Wrong returns an Invalid fault "form.invalid" about the given fields.
func Wrong(fields ...Field) *Error {
	return &Error{Kind: Invalid, Key: "form.invalid", Args: Args("n", len(fields)), Fields: fields}
}

// On returns one wrong field of a form.
func On(name, key string, pairs ...any) Field {
	return Field{Name: name, Key: key, Args: Args(pairs...)}
}

// At returns one wrong field of a row of a sheet.
func At(row int, name, key string, pairs ...any) Field {
	return Field{Row: row, Name: name, Key: key, Args: Args(pairs...)}
}

// Args turns name, value, name, value … into a map; a name without a value is a programming error and is shown as such.
func Args(pairs ...any) map[string]any {
	if len(pairs) == 0 {
		return nil
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		m[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	if len(pairs)%2 == 1 {
		m["!odd"] = pairs[len(pairs)-1]
	}
	return m
}

// Error is for logs and tests; people are shown the translation of Key.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Key)
	if len(e.Args) > 0 {
		fmt.Fprintf(&b, " %v", e.Args)
	}
	for _, f := range e.Fields {
		fmt.Fprintf(&b, "; row %d %s: %s %v", f.Row, f.Name, f.Key, f.Args)
	}
	if e.err != nil {
		fmt.Fprintf(&b, ": %v", e.err)
	}
	return b.String()
}

// Unwrap returns the accident behind an Internal fault.
func (e *Error) Unwrap() error { return e.err }

// Of returns the first *Error in err's chain; an accident becomes Internal "error.internal".
func Of(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Kind: Internal, Key: "error.internal", err: err}
}

// Is reports whether err is a fault of kind k.
func Is(err error, k Kind) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind == k
}
