// Package i18n turns message keys into sentences: zh-CN first, en complete.
//
// The texts are TOML files, one per language and area, with one flat quoted key per line. A placeholder is
// {{.name}} and nothing else; a message that depends on a number is {one = "…", other = "…"}.
package i18n

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed locales
var locales embed.FS

// Default is the language of a reader who asks for none of ours.
const Default = "zh-CN"

// Langs returns the languages, the default first.
func Langs() []string { return []string{Default, "en"} }

// Bundle holds every text of every language; it does not change after Load.
type Bundle struct {
	printers map[string]*Printer
}

// Load reads the embedded texts. An error means that a file is not TOML, or that a key stands twice.
func Load() (*Bundle, error) { return load(locales) }

func load(fsys fs.FS) (*Bundle, error) {
	words := goi18n.NewBundle(language.MustParse(Default))
	words.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	b := &Bundle{printers: make(map[string]*Printer)}
	for _, lang := range Langs() {
		messages, err := read(fsys, lang)
		if err != nil {
			return nil, err
		}
		p := newPrinter(lang, messages)
		if err := words.AddMessages(language.MustParse(lang), slices.Collect(maps.Values(p.forms))...); err != nil {
			return nil, fmt.Errorf("add texts of %s: %w", lang, err)
		}
		b.printers[lang] = p
	}
	for lang, p := range b.printers {
		p.localizer = goi18n.NewLocalizer(words, lang)
	}
	return b, nil
}

// read returns the messages of every area of lang.
func read(fsys fs.FS, lang string) ([]*goi18n.Message, error) {
	names, err := fs.Glob(fsys, path.Join("locales", lang, "*.toml"))
	if err != nil {
		return nil, fmt.Errorf("list texts of %s: %w", lang, err)
	}
	slices.Sort(names)
	var all []*goi18n.Message
	from := make(map[string]string)
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read texts %s: %w", name, err)
		}
		file, err := goi18n.ParseMessageFileBytes(text, name, map[string]goi18n.UnmarshalFunc{"toml": toml.Unmarshal})
		if err != nil {
			return nil, fmt.Errorf("parse texts %s: %w", name, err)
		}
		for _, m := range file.Messages {
			if first, twice := from[m.ID]; twice {
				return nil, fmt.Errorf("text %q stands in %s and in %s", m.ID, first, name)
			}
			from[m.ID] = name
		}
		all = append(all, file.Messages...)
	}
	return all, nil
}

// Printer returns the speaker of lang; an unknown language gets the default one.
func (b *Bundle) Printer(lang string) *Printer {
	if p := b.printers[lang]; p != nil {
		return p
	}
	return b.printers[Default]
}

// Keys returns the message keys of lang in alphabetical order.
func (b *Bundle) Keys(lang string) []string {
	p := b.Printer(lang)
	keys := slices.AppendSeq(slices.Collect(maps.Keys(p.plain)), maps.Keys(p.forms))
	slices.Sort(keys)
	return keys
}

// Match chooses a language: the one kept in the cookie if it is ours, else the best of the Accept-Language header.
func Match(acceptLanguage, cookie string) string {
	if slices.Contains(Langs(), cookie) {
		return cookie
	}
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(wanted) == 0 || len(acceptLanguage) > 500 {
		return Default
	}
	for _, tag := range wanted {
		switch base, _ := tag.Base(); base.String() {
		case "zh":
			return Default
		case "en":
			return "en"
		}
	}
	return Default
}

// forms returns the texts of a message, "other" last; zh-CN has one, en at most two.
func forms(m *goi18n.Message) []string {
	all := []string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other}
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}

// plain reports whether a message needs no arguments.
func plain(m *goi18n.Message) bool {
	f := forms(m)
	return len(f) == 1 && m.Other != "" && !strings.Contains(m.Other, "{{")
}
