package pages

import "strings"

// spaced writes a digest in groups of eight, so that it can be compared by eye and broken into lines.
func spaced(digest string) string {
	var parts []string
	for len(digest) > 8 {
		parts, digest = append(parts, digest[:8]), digest[8:]
	}
	return strings.Join(append(parts, digest), " ")
}
