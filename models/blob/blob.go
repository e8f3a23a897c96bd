// Package blob keeps files under the SHA-256 of their content, so that what was handed out can be proved unchanged.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
)

// Store keeps files by content. A hash is 64 lower-case hexadecimal digits, the SHA-256 of the content.
//
// Faults of all methods: Invalid "blob.hash" for a name that is not a hash. Stores are safe for concurrent use.
type Store interface {
	// Put keeps data and returns its hash. When it returns nil the data is safely on the disk; when it fails nothing is
	// half-made, and a full disk is the fault Busy "error.disk_full". Putting the same data again does nothing, or
	// mends a damaged copy.
	Put(ctx context.Context, data []byte) (hash string, err error)
	// Open returns the content and its size in bytes; the caller closes it. The content is checked against the hash:
	// the reader ends with io.EOF only if all of it was right.
	// Faults: NotFound "blob.not_found"; Internal "blob.damaged", here or from the reader.
	Open(ctx context.Context, hash string) (content io.ReadCloser, size int64, err error)
	// Has reports whether there is a file of that hash, without checking its content.
	Has(ctx context.Context, hash string) (bool, error)
}

// HashOf returns the hash under which data is kept.
func HashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Valid reports whether hash is 64 lower-case hexadecimal digits.
func Valid(hash string) bool {
	if len(hash) != 2*sha256.Size {
		return false
	}
	for _, c := range []byte(hash) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
