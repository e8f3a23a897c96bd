package ratings

import (
	"crypto/rand"
	"math/big"
	"strings"
)

// spokenDigits is how long a link is that is told on the telephone: too long to be found by trying at the pace that
// one address is allowed, within the days that it is good for.
const spokenDigits = 16

// newSpoken returns a token that can be read out: digits alone.
func newSpoken() string {
	var b strings.Builder
	for range spokenDigits {
		n, _ := rand.Int(rand.Reader, big.NewInt(10)) // never fails
		b.WriteString(n.String())
	}
	return b.String()
}

// Spoken returns the digits of a code that was told on the telephone, however they were typed; false where it is none.
func Spoken(typed string) (token string, ok bool) {
	for _, r := range typed {
		switch {
		case r >= '0' && r <= '9':
			token += string(r)
		case r >= '０' && r <= '９':
			token += string(r - '０' + '0')
		case r == ' ' || r == '-' || r == '－' || r == '\u3000':
		default:
			return "", false
		}
	}
	return token, len(token) == spokenDigits
}

// InFours writes a code in groups of four, as it is read out.
func InFours(token string) string {
	var groups []string
	for len(token) > 4 {
		groups, token = append(groups, token[:4]), token[4:]
	}
	return strings.Join(append(groups, token), " ")
}
