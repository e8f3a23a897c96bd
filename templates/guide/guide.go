// Package guide holds the short guides of the product, one for residents and one for each role, as Markdown in both
// languages.
package guide

import (
	"embed"
	"slices"
)

//go:embed zh-CN/*.md en/*.md
var files embed.FS

// Parts lists the guides: residents first, then the roles in the order of their work.
func Parts() []string {
	return []string{
		"resident", "cadre", "intake", "supervisor", "interviewer", "social", "trainer", "officer", "reviewer",
		"releaser", "leader", "inspector", "desk", "sysadmin", "secadmin", "auditadmin",
	}
}

// Text returns a guide as Markdown; ok is false when there is none of that name.
func Text(lang, part string) (text string, ok bool) {
	if !slices.Contains(Parts(), part) {
		return "", false
	}
	body, err := files.ReadFile(lang + "/" + part + ".md")
	return string(body), err == nil
}
