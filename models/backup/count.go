package backup

import (
	"bytes"
	"crypto/sha256"
	"hash"
)

// counter counts the rows of each table and digests their lines.
type counter map[string]*tally

type tally struct {
	n      int
	digest hash.Hash
}

func (c counter) lines(table string, lines []byte) error {
	t := c[table]
	if t == nil {
		t = &tally{digest: sha256.New()}
		c[table] = t
	}
	t.n += bytes.Count(lines, []byte("\n"))
	t.digest.Write(lines)
	return nil
}

// counts are the counts of every table that the backup should hold, empty ones too.
func (c counter) counts(h Head) map[string]Count {
	out := map[string]Count{}
	for _, t := range h.Columns {
		if got := c[t.Table]; got != nil {
			out[t.Table] = Count{Rows: got.n, Digest: sum(got.digest)}
		} else {
			out[t.Table] = Count{Digest: sum(sha256.New())}
		}
	}
	return out
}
