package demo

import "crypto/rand"

// LeastPassword is the least length of a password in characters: administrators have it too.
const LeastPassword = 12

// NewPassword makes a password for one demonstration: 12 signs in three groups, none easily confused (59 bits).
func NewPassword() string {
	const signs = "abcdefghjkmnpqrstuvwxyz23456789" // 31
	b := make([]byte, 0, 14)
	for len(b) < cap(b) {
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
