package vault

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

const (
	version   = "v1"
	dots      = "•••"
	nonceSize = 12
	tagSize   = 16
)

// ErrNotSealed means that something else than a sealed value was about to be read from or written to a sealed column.
var ErrNotSealed = errors.New("vault: not a sealed value")

// Sealed is a field's ciphertext, "v1:keyid:nonce:ciphertext" with nonce and ciphertext in unpadded base64url. It goes
// to and from the database as it is and never opens by itself (Vault.Open does). Printed, logged or marshalled it shows
// ••• only. The zero value is an empty field and is stored as "".
//
// Only Seal and Scan make one, so that no plain text can be converted into it by mistake.
type Sealed struct {
	box string
}

// IsZero reports whether the field is empty.
func (s Sealed) IsZero() bool { return s.box == "" }

// KeyID returns the id of the key that sealed s, "" for the empty field.
func (s Sealed) KeyID() string {
	id, _, _, _ := s.split()
	return id
}

// Value gives the ciphertext to the database; "" for the empty field.
func (s Sealed) Value() (driver.Value, error) { return s.box, nil }

// Scan takes the ciphertext from the database; NULL and "" give the zero value.
//
// Errors: ErrNotSealed for anything else, such as plain text written past this type.
func (s *Sealed) Scan(src any) error {
	var box string
	switch x := src.(type) {
	case nil:
	case string:
		box = x
	case []byte:
		box = string(x)
	default:
		return fmt.Errorf("%w: %T", ErrNotSealed, src)
	}
	read := Sealed{box: box}
	if _, _, _, ok := read.split(); !ok && box != "" {
		return ErrNotSealed
	}
	*s = read
	return nil
}

// GormDataType makes the column a text column.
func (Sealed) GormDataType() string { return "string" }

// String hides the value: ••• or "" for the empty field.
func (s Sealed) String() string {
	if s.IsZero() {
		return ""
	}
	return dots
}

// GoString hides the value from %#v.
func (s Sealed) GoString() string { return "vault.Sealed(" + s.String() + ")" }

// Format hides the value from every verb of fmt.
func (s Sealed) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// LogValue hides the value from logs.
func (s Sealed) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalJSON hides the value from JSON.
func (s Sealed) MarshalJSON() ([]byte, error) { return []byte(`"` + s.String() + `"`), nil }

// MarshalText hides the value from every other encoding.
func (s Sealed) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// split takes the parts of the box; ok is false where they cannot be a sealed value.
func (s Sealed) split() (id string, nonce, ct []byte, ok bool) {
	parts := strings.Split(s.box, ":")
	if len(parts) != 4 || parts[0] != version || !keyID.MatchString(parts[1]) {
		return "", nil, nil, false
	}
	nonce, good := decode(parts[2])
	if !good || len(nonce) != nonceSize {
		return "", nil, nil, false
	}
	ct, good = decode(parts[3])
	if !good || len(ct) <= tagSize {
		return "", nil, nil, false
	}
	return parts[1], nonce, ct, true
}

// Mark is how every value that the key has sealed begins in the database, and no other.
func Mark(keyID string) string { return version + ":" + keyID + ":" }
