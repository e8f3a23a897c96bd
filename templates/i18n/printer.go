package i18n

import (
	"fmt"
	"maps"
	"strings"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
)

// Printer speaks one language. It is safe for concurrent use; a nil Printer answers every key with the key.
type Printer struct {
	lang      string
	plain     map[string]string          // texts that take no arguments
	forms     map[string]*goi18n.Message // all others; what go-i18n makes of a text is several times its size
	localizer *goi18n.Localizer
}

func newPrinter(lang string, messages []*goi18n.Message) *Printer {
	p := &Printer{
		lang:  lang,
		plain: make(map[string]string, len(messages)),
		forms: make(map[string]*goi18n.Message),
	}
	for _, m := range messages {
		if plain(m) {
			p.plain[m.ID] = m.Other
		} else {
			p.forms[m.ID] = m
		}
	}
	return p
}

// Lang returns the language spoken: "zh-CN" or "en".
func (p *Printer) Lang() string {
	if p == nil {
		return Default
	}
	return p.lang
}

// Has reports whether key has a text.
func (p *Printer) Has(key string) bool {
	if p == nil {
		return false
	}
	_, known := p.plain[key]
	return known || p.forms[key] != nil
}

// T returns the text of key. The arguments are name, value pairs, or one map[string]any. An unknown key comes back
// as it is, so that a missing text is seen and never breaks a page.
func (p *Printer) T(key string, pairs ...any) string {
	if p == nil {
		return key
	}
	if s, ok := p.plain[key]; ok {
		return s
	}
	return p.fill(key, nil, named(pairs))
}

// TN returns the text of key in the plural form for n; the argument n is set.
func (p *Printer) TN(key string, n int, pairs ...any) string {
	if p == nil {
		return key
	}
	if s, ok := p.plain[key]; ok {
		return s
	}
	args := maps.Clone(named(pairs))
	if args == nil {
		args = make(map[string]any, 1)
	}
	args["n"] = n
	return p.fill(key, n, args)
}

// fill executes the text of key; a text in plural forms that is asked for without a number chooses by the argument n.
func (p *Printer) fill(key string, n any, args map[string]any) string {
	m := p.forms[key]
	if m == nil {
		return key
	}
	args = p.offered(args)
	if n == nil && m.One != "" {
		if i, ok := args["n"].(int); ok {
			n = i
		}
	}
	s, err := p.localizer.Localize(&goi18n.LocalizeConfig{MessageID: key, TemplateData: args, PluralCount: n})
	if err != nil {
		return key
	}
	return s
}

// named turns name, value, name, value … into a map; one map is taken as it is.
func named(pairs []any) map[string]any {
	if len(pairs) == 1 {
		if m, ok := pairs[0].(map[string]any); ok {
			return m
		}
	}
	args := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			name = fmt.Sprint(pairs[i])
		}
		args[name] = pairs[i+1]
	}
	return args
}

// offered puts lists of message keys among the arguments into words: choices become the argument allowed, turn, what
// was and what is, becomes turned. Whoever finds a word wrong knows no language, and what a plan keeps of it has been
// through JSON.
func (p *Printer) offered(args map[string]any) map[string]any {
	for _, l := range [][3]string{{"choices", "allowed", " / "}, {"turn", "turned", " → "}} {
		if words := p.said(args[l[0]]); words != nil {
			args = maps.Clone(args)
			args[l[1]] = strings.Join(words, l[2])
		}
	}
	return args
}

// said puts a list of message keys into words.
func (p *Printer) said(list any) (words []string) {
	switch keys := list.(type) {
	case []string:
		for _, k := range keys {
			words = append(words, p.T(k))
		}
	case []any:
		for _, k := range keys {
			words = append(words, p.T(fmt.Sprint(k)))
		}
	}
	return words
}
