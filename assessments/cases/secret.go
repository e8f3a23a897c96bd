package cases

import (
	"crypto/hmac"
	"encoding/hex"
	"strings"

	"shanzhi/models"
)

// secretDigits is the length of a follow-up code: with the pace of the page it cannot be guessed, and it can be typed.
const secretDigits = 10

// secretOf makes the follow-up code of a form's seed. It follows by a key, so that the same form sent twice gets the
// same code although only its hash is kept.
func (s *Service) secretOf(seed string) string {
	raw, _ := hex.DecodeString(s.vault.Hash("cases.secret", seed)) // always hexadecimal
	out := make([]byte, secretDigits)
	for i := range out {
		// 256 is no multiple of 10; two bytes make the bias smaller than one in 6,000
		out[i] = "0123456789"[(int(raw[2*i])<<8|int(raw[2*i+1]))%10]
	}
	return string(out)
}

// secretHash is what the database keeps of a follow-up code.
func (s *Service) secretHash(secret string) string {
	return s.vault.Hash("cases.secret.kept", digits(secret))
}

// fits compares a typed code with a kept hash in constant time. Without a row it compares with nothing, and as long.
func (s *Service) fits(secret, kept string) bool {
	given := s.secretHash(secret)
	if kept == "" {
		kept = strings.Repeat("0", len(given))
	}
	return hmac.Equal([]byte(given), []byte(kept))
}

// idOf makes an identifier of a keyed hash.
func idOf(hash string) string {
	const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	raw, err := hex.DecodeString(hash)
	if err != nil || len(raw) < 26 {
		return models.NewRandomID()
	}
	out := make([]byte, 26)
	for i := range out {
		out[i] = letters[raw[i]&31]
	}
	return string(out)
}
