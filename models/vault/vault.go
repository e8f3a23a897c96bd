// Package vault encrypts single fields of personal data and makes keyed hashes to search by.
//
// The keys lie outside the database (see Open). What is sealed carries the id of its key, so that keys can be rotated
// while old rows stay readable. A sealed value is bound to its place ("table.column.id"): copied to another row or
// column it does not open.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
)

// SecretSize is the length of every secret of a key ring in bytes.
const SecretSize = 32

var (
	// ErrDamaged means that a sealed value was altered, cut, or sealed for another place.
	ErrDamaged = errors.New("vault: sealed value does not open")
	// ErrNoKey means that a value was sealed with a key which this ring does not hold.
	ErrNoKey = errors.New("vault: key is not in the ring")
	// ErrNoPlace means that a caller gave no place ("table.column.id") to bind a value to.
	ErrNoPlace = errors.New("vault: no place given to bind the value to")
)

var keyID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`)

// Key is one sealing key. ID is 1–32 letters, digits, - or _; Secret is SecretSize random bytes.
type Key struct {
	ID     string `json:"id"`
	Secret []byte `json:"secret"`
}

// Keys is a key ring. Current names the key that seals; all keys open. Index is the secret of the search hashes: it is
// never rotated, for every stored hash depends on it.
type Keys struct {
	Version int    `json:"version"`
	Current string `json:"current"`
	Keys    []Key  `json:"keys"`
	Index   []byte `json:"index"`
}

// Vault seals, opens, hashes and signs. It is safe for concurrent use.
//
// One that Open has made follows its file: a key that another program adds to the ring is used from the next sealing
// on.
type Vault struct {
	dir string                  // of the file it follows; "" = none
	at  atomic.Pointer[keyring] // never nil
}

// keyring is a key ring made ready for use. It never changes.
type keyring struct {
	current string
	seals   map[string]cipher.AEAD
	tokens  map[string][]byte
	index   []byte
	file    os.FileInfo // as it was read; nil without a file
}

// New returns a vault over a key ring.
//
// An error says what is wrong with the ring: no current key, a doubled or malformed id, a secret of wrong length.
func New(keys Keys) (*Vault, error) {
	r, err := newRing(keys)
	if err != nil {
		return nil, err
	}
	v := &Vault{}
	v.at.Store(r)
	return v, nil
}

func newRing(keys Keys) (*keyring, error) {
	if len(keys.Index) != SecretSize {
		return nil, fmt.Errorf("vault: index secret has %d bytes, want %d", len(keys.Index), SecretSize)
	}
	v := &keyring{
		current: keys.Current,
		seals:   make(map[string]cipher.AEAD, len(keys.Keys)),
		tokens:  make(map[string][]byte, len(keys.Keys)),
		index:   append([]byte(nil), keys.Index...),
	}
	for _, k := range keys.Keys {
		if err := v.add(k); err != nil {
			return nil, err
		}
	}
	if v.seals[v.current] == nil {
		return nil, fmt.Errorf("vault: current key %q is not in the ring", keys.Current)
	}
	return v, nil
}

func (v *keyring) add(k Key) error {
	switch {
	case !keyID.MatchString(k.ID):
		return fmt.Errorf("vault: malformed key id %q", k.ID)
	case v.seals[k.ID] != nil:
		return fmt.Errorf("vault: key id %q twice", k.ID)
	case len(k.Secret) != SecretSize:
		return fmt.Errorf("vault: key %q has %d bytes, want %d", k.ID, len(k.Secret), SecretSize)
	}
	sealing, err := derive(k.Secret, "seal/v1")
	if err != nil {
		return err
	}
	block, err := aes.NewCipher(sealing)
	if err != nil {
		return fmt.Errorf("vault: cipher of key %q: %w", k.ID, err)
	}
	if v.seals[k.ID], err = cipher.NewGCM(block); err != nil {
		return fmt.Errorf("vault: mode of key %q: %w", k.ID, err)
	}
	v.tokens[k.ID], err = derive(k.Secret, "token/v1")
	return err
}

// derive gives each use a secret of its own, so that none tells anything about another (HKDF-SHA256, RFC 5869).
func derive(secret []byte, use string) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "shanzhi/vault/"+use, SecretSize)
	if err != nil {
		return nil, fmt.Errorf("vault: derive %s: %w", use, err)
	}
	return key, nil
}

// Seal encrypts plain with the current key (AES-256-GCM, random nonce) and binds it to aad, "table.column.id".
//
// The empty text seals to the zero Sealed: whether a field is filled in is not hidden, nor is its length.
// Errors: ErrNoPlace for an empty aad.
func (v *Vault) Seal(plain, aad string) (Sealed, error) {
	if aad == "" {
		return Sealed{}, ErrNoPlace
	}
	if plain == "" {
		return Sealed{}, nil
	}
	r := v.follow()
	seal := r.seals[r.current]
	nonce := make([]byte, seal.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return Sealed{}, fmt.Errorf("vault: nonce: %w", err)
	}
	ct := seal.Seal(nil, nonce, []byte(plain), bound(r.current, aad)) // #nosec G407 -- the nonce is random, see above
	return Sealed{box: strings.Join([]string{version, r.current, encode(nonce), encode(ct)}, ":")}, nil
}

// Open decrypts s, which must have been sealed for the same aad. The zero Sealed opens to "".
//
// Errors: ErrNoPlace, ErrNoKey, ErrDamaged.
func (v *Vault) Open(s Sealed, aad string) (string, error) {
	if aad == "" {
		return "", ErrNoPlace
	}
	if s.IsZero() {
		return "", nil
	}
	id, nonce, ct, ok := s.split()
	if !ok {
		return "", ErrDamaged
	}
	seal := v.at.Load().seals[id]
	if seal == nil { // perhaps sealed with a key that was added a moment ago
		seal = v.follow().seals[id]
	}
	if seal == nil {
		return "", fmt.Errorf("%w: %s", ErrNoKey, id)
	}
	plain, err := seal.Open(nil, nonce, ct, bound(id, aad))
	if err != nil {
		return "", ErrDamaged
	}
	return string(plain), nil
}

// Stale reports whether s is sealed with another key than the current one and should be sealed anew.
func (v *Vault) Stale(s Sealed) bool {
	return !s.IsZero() && s.KeyID() != v.CurrentID()
}

// CurrentID returns the id of the key that seals.
func (v *Vault) CurrentID() string { return v.follow().current }

// bound is what GCM authenticates besides the text: format, key and place.
func bound(id, aad string) []byte { return []byte(version + ":" + id + ":" + aad) }

// Hash returns the keyed hash of value for equality search: HMAC-SHA256, 64 hexadecimal digits.
//
// kind separates fields: the same number as "phone" and as "login" gives unrelated hashes. The value is hashed as it
// is; the caller normalises it first. The hash does not change when sealing keys are rotated.
func (v *Vault) Hash(kind, value string) string {
	// The kind is hashed on its own first, so that no kind and value run into each other.
	key := sign(v.at.Load().index, "hash/v1:"+kind)
	return hex.EncodeToString(sign(key, value))
}

// Fingerprint tells key rings apart without giving anything away: 16 hexadecimal digits, the same as long as the search
// secret is the same. Kept in the database it shows at start that the keys belong to another database.
func (v *Vault) Fingerprint() string {
	return hex.EncodeToString(sign(v.at.Load().index, "fingerprint/v1")[:8])
}

func sign(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// strict refuses a second spelling of the same bytes, which would let a signed text be altered unnoticed.
var strict = base64.RawURLEncoding.Strict()

func encode(b []byte) string { return strict.EncodeToString(b) }

func decode(s string) ([]byte, bool) {
	if strings.ContainsAny(s, "\r\n") { // the decoder would skip them
		return nil, false
	}
	b, err := strict.DecodeString(s)
	return b, err == nil
}
