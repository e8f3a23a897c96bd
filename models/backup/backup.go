// Package backup writes the whole house into one encrypted file and fills an empty house from it.
//
// The file is an age file around a zstd stream around a tar archive: head.json, the rows of every table as lines of
// JSON in pieces of about a mebibyte, the files by content, and manifest.json with what must be there. It depends on no
// dialect: what was written on SQLite can be restored on a server, and the other way round. Keys are not in it.
package backup

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"hash"
	"io"
	"time"

	"shanzhi/models/blob"
)

// format is the number of this way of writing.
const format = 1

// Files is where the files of the house lie; *blob.Disk is one.
type Files interface {
	blob.Store
	Walk(ctx context.Context, do func(hash string, size int64) error) error
}

// Head says what a backup is of, before anything else is read.
type Head struct {
	Format  int       `json:"format"`
	Program string    `json:"program"`              // version of the program that wrote it
	Schema  string    `json:"schema"`               // digest of its migrations
	Ran     []int64   `json:"migrations,omitempty"` // their numbers; older backups do not say
	Made    time.Time `json:"made"`
	Columns []Columns `json:"columns"`
}

// Columns are the columns of a table in the order in which each line holds them.
type Columns struct {
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
}

// Count is how many rows a table has, and the SHA-256 over their lines in the order of the primary key.
type Count struct {
	Rows   int    `json:"rows"`
	Digest string `json:"sha256"`
}

// Manifest is what a whole backup holds. It comes last, so a file that was cut has none.
type Manifest struct {
	Tables    map[string]Count `json:"tables"`
	Files     int              `json:"files"`
	FileBytes int64            `json:"fileBytes"`
	Keys      string           `json:"keys"` // fingerprint of the keys that open its sealed fields, "" where never used
}

// Rows is the number of rows of all tables.
func (m Manifest) Rows() int {
	n := 0
	for _, c := range m.Tables {
		n += c.Rows
	}
	return n
}

// Summary is what a backup is of and holds.
type Summary struct {
	Head
	Manifest
}

// Progress is told from time to time how far a backup or restore has come: the table, or "" while files go by, and
// the rows and files so far.
type Progress func(table string, rows, files int)

func (p Progress) tell(table string, rows, files int) {
	if p != nil {
		p(table, rows, files)
	}
}

// names of the entries of the archive.
const (
	headName     = "head.json"
	manifestName = "manifest.json"
	tablePrefix  = "table/"
	filePrefix   = "file/"
)

func sum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// line writes v as one line of JSON, without hiding <, > and & behind escapes.
func line(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
