package accounts

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"shanzhi/models/fault"
)

// The cost of a hash (OWASP Password Storage Cheat Sheet: argon2id, 19 MiB, 2 passes, 1 lane).
const (
	hashMemory = 19 << 10 // KiB, unless Options say otherwise
	hashPasses = 2
	hashLanes  = 1
	hashSize   = 32 // bytes
	saltSize   = 16 // bytes
)

// The length of a password in characters.
const (
	longEnough = 12  // any characters
	shortest   = 8   // of three kinds
	longest    = 128 // a hash of more is a burden
	distinct   = 5   // different characters at least
)

//go:embed common.txt
var commonList string

// common holds passwords that are tried first by whoever guesses, in small letters.
var common = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for line := range strings.Lines(commonList) {
		m[strings.ToLower(strings.TrimSpace(line))] = true
	}
	return m
})

var b64 = base64.RawStdEncoding

// CheckPassword refuses a password that is too easily guessed: shorter than 12 characters (or than 8 of three of the
// four kinds: small and capital letters, digits, others), in the list of common ones, of too few different characters,
// or with the staff number in it. least raises the length from which any characters will do.
//
// Faults are returned as fields named field; none means that it will do.
func CheckPassword(field, password, staffNo string, least int) []fault.Field {
	n := utf8.RuneCountInString(password)
	switch {
	case n == 0:
		return []fault.Field{fault.On(field, "form.required")}
	case n > longest:
		return []fault.Field{fault.On(field, "form.too_long", "max", longest, "n", n)}
	case n < least, n < longEnough && (n < shortest || kinds(password) < 3):
		return []fault.Field{fault.On(field, "account.password.short", "n", n, "least", longEnough)}
	case common()[strings.ToLower(password)]:
		return []fault.Field{fault.On(field, "account.password.common")}
	case different(password) < distinct:
		return []fault.Field{fault.On(field, "account.password.simple")}
	case len(staffNo) >= 3 && strings.Contains(NormalStaffNo(password), staffNo):
		return []fault.Field{fault.On(field, "account.password.staff_no")}
	}
	return nil
}

// kinds counts the kinds of characters: small letters, capitals, digits, others.
func kinds(s string) int {
	var seen [4]int
	for _, r := range s {
		switch {
		case unicode.IsLower(r):
			seen[0] = 1
		case unicode.IsUpper(r):
			seen[1] = 1
		case unicode.IsDigit(r):
			seen[2] = 1
		default:
			seen[3] = 1
		}
	}
	return seen[0] + seen[1] + seen[2] + seen[3]
}

func different(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// Hash returns the argon2id hash of a password in PHC form. It waits for its turn.
//
// Fault: Busy "error.busy" when too many passwords are being hashed.
func (s *Service) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // crypto/rand.Read never fails
	sum, err := s.digest(ctx, password, salt)
	if err != nil {
		return "", err
	}
	return s.hashHead() + b64.EncodeToString(salt) + "$" + b64.EncodeToString(sum), nil
}

// hashHead is how a PHC text of our own cost begins.
func (s *Service) hashHead() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, s.o.HashMemory, hashPasses, hashLanes)
}

// matches reports whether the password belongs to the hash. A hash it cannot read takes as long and matches nothing, so
// that an unknown login cannot be told by the time it takes.
func (s *Service) matches(ctx context.Context, password, hash string) (bool, error) {
	salt, want, ok := s.readHash(hash)
	if !ok {
		salt, want = make([]byte, saltSize), make([]byte, hashSize)
	}
	got, err := s.digest(ctx, password, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && ok, nil
}

// digest hashes when it is its turn. Different ways of typing the same characters give the same hash.
func (s *Service) digest(ctx context.Context, password string, salt []byte) ([]byte, error) {
	waiting, cancel := context.WithTimeout(ctx, s.o.HashWait)
	defer cancel()
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
	case <-waiting.Done():
		return nil, fault.New(fault.Busy, "error.busy")
	}
	plain := []byte(norm.NFKC.String(password))
	return argon2.IDKey(plain, salt, hashPasses, s.o.HashMemory, hashLanes, hashSize), nil
}

// readHash takes a PHC text of our own cost apart.
func (s *Service) readHash(hash string) (salt, sum []byte, ok bool) {
	rest, ok := strings.CutPrefix(hash, s.hashHead())
	if !ok {
		return nil, nil, false
	}
	x, y, ok := strings.Cut(rest, "$")
	if !ok {
		return nil, nil, false
	}
	salt, err1 := b64.DecodeString(x)
	sum, err2 := b64.DecodeString(y)
	return salt, sum, err1 == nil && err2 == nil && len(salt) == saltSize && len(sum) == hashSize
}

// firstPassword makes a password that is told once: 12 characters in three groups, none easily confused.
func firstPassword() string {
	const signs = "abcdefghjkmnpqrstuvwxyz23456789" // 31 signs, 59 bits
	b := make([]byte, 0, 14)
	for len(b) < 14 {
		if len(b) == 4 || len(b) == 9 {
			b = append(b, '-')
			continue
		}
		var x [1]byte
		_, _ = rand.Read(x[:])                     // crypto/rand.Read never fails
		if int(x[0]) < 256/len(signs)*len(signs) { // no sign is likelier than another
			b = append(b, signs[int(x[0])%len(signs)])
		}
	}
	return string(b)
}
