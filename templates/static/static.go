// Package static embeds the styles, scripts and pictures of the pages under names that hold a fingerprint of their
// bytes, so that a browser may keep them for ever. The sources are in src; dist is what is served and is
// committed.
package static

import (
	"embed"
	"io/fs"
	"path"
	"strings"
	"sync"
)

//go:generate sh build.sh

//go:embed dist
var dist embed.FS

// Prefix is the path under which the files are served.
const Prefix = "/static/"

// File is one file to serve.
type File struct {
	Type string // media type with charset
	ETag string // quoted fingerprint
	Body []byte // shared: not to be changed
}

// names maps "base.css" to "base.XXXXXXXX.css"; the folder is the manifest.
var names = sync.OnceValue(func() map[string]string {
	m := make(map[string]string)
	files, err := fs.ReadDir(dist, "dist")
	if err != nil {
		return m // the folder is embedded; a test names every file
	}
	for _, f := range files {
		if parts := strings.Split(f.Name(), "."); len(parts) == 3 {
			m[parts[0]+"."+parts[2]] = f.Name()
		}
	}
	return m
})

// Href returns the address of a file by its plain name: "base.css", "desk.css", "shanzhi.js", "seal.svg".
// An unknown name gives Prefix and the name, which is not served.
func Href(name string) string {
	if full, ok := names()[name]; ok {
		return Prefix + full
	}
	return Prefix + name
}

// Open returns the file with the fingerprinted name (the address without Prefix); ok is false when there is none.
func Open(name string) (File, bool) {
	parts := strings.Split(name, ".")
	if len(parts) != 3 || strings.ContainsAny(name, `/\`) {
		return File{}, false
	}
	body, err := dist.ReadFile(path.Join("dist", name))
	if err != nil {
		return File{}, false
	}
	return File{Type: mediaType(parts[2]), ETag: `"` + parts[1] + `"`, Body: body}, true
}

func mediaType(ext string) string {
	switch ext {
	case "css":
		return "text/css; charset=utf-8"
	case "js":
		return "text/javascript; charset=utf-8"
	case "svg":
		return "image/svg+xml"
	}
	return "application/octet-stream"
}
