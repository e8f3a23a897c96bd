// Package ui holds the components of every page: frame, forms, tables, figures, states. They take plain values;
// words come from the frame in the context. Markup and class names are those of the sheets in
// templates/static/src.
package ui

import (
	"context"

	"shanzhi/templates/i18n"
)

//go:generate go tool templ generate

// Kind colours a note or a tag; a word always says the same.
type Kind string

// The kinds.
const (
	Plain Kind = ""
	Info  Kind = "info"
	OK    Kind = "ok"
	Warn  Kind = "warn"
	Bad   Kind = "bad"
	Calm  Kind = "calm"
)

// Audiences of a page: they choose the accent colour.
const (
	Cadre    = ""
	Resident = "resident"
)

// CSRFName is the form field that carries Frame.CSRF.
const CSRFName = "csrf"

// Frame is what every page shows around its content; app/web puts it into the context of each request.
type Frame struct {
	Words    *i18n.Printer
	Path     string // path and query of the page, where the switches lead back to
	Mode     string // "elder" or ""
	Contrast string // "high" or ""
	Audience string // Cadre or Resident
	Demo     bool   // the data is made up, and the page says so
	Notice   string // stands above every page of the reader, "" = none
	Site     Site
	User     User
	Nav      []NavItem
	CSRF     string
	Flash    *Flash
	Search   string // what the reader can look for: "cases", "people", "both", "units" (with people), "" = nothing
	Unread   int    // notices that wait to be read
	Today    string // the day in the reader's words, for paper
}

// Site is who answers for the site; it stands on every page.
type Site struct {
	Name      string   // "青禾县干部学习与服务评价"
	Organizer string   // 主办单位
	Support   string   // technical support, may be ""
	Phone     string   // telephone for questions
	Filing    []string // filing numbers, each as it is to be printed
}

// User is who is signed in; Name "" is nobody.
type User struct {
	Name, RoleLabel string
}

// NavItem is one entry of the main menu; its words are the text nav.<Key>.
type NavItem struct {
	Key, Href string
	Current   bool
}

// Flash is the outcome of the request before, shown once; Text is a translated sentence.
type Flash struct {
	Kind Kind
	Text string
}

// frameKey is the context key of the frame.
type frameKey struct{}

// WithFrame returns ctx carrying f.
func WithFrame(ctx context.Context, f Frame) context.Context {
	return context.WithValue(ctx, frameKey{}, &f)
}

// FrameOf returns the frame of ctx; without one an empty frame whose texts are their keys.
func FrameOf(ctx context.Context) Frame {
	if f, ok := ctx.Value(frameKey{}).(*Frame); ok {
		return *f
	}
	return Frame{}
}

// P returns the printer of the page's language.
func P(ctx context.Context) *i18n.Printer {
	if f, ok := ctx.Value(frameKey{}).(*Frame); ok {
		return f.Words
	}
	return nil
}

// T returns the text of key in the page's language; see i18n.Printer.T.
func T(ctx context.Context, key string, pairs ...any) string { return P(ctx).T(key, pairs...) }

// TN returns the text of key in the plural form for n; see i18n.Printer.TN.
func TN(ctx context.Context, key string, n int, pairs ...any) string {
	return P(ctx).TN(key, n, pairs...)
}
