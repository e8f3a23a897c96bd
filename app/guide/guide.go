// Package guide holds the guides for whoever runs the program: how to deploy it and how to read its log. They are
// compiled in, printed by "shanzhi help TOPIC" and shown under /help/run/TOPIC.
package guide

import "embed"

//go:embed *.md
var files embed.FS

// Topics lists the guides.
func Topics() []string { return []string{"deploy", "log"} }

// Text returns the guide of a topic in a language ("zh-CN" or "en"), as Markdown; ok is false where there is none.
func Text(topic, lang string) (text string, ok bool) {
	b, err := files.ReadFile(topic + "." + lang + ".md")
	return string(b), err == nil
}
