package vault

import (
	"crypto/hmac"
	"strconv"
	"strings"
	"time"

	"shanzhi/models/fault"
)

// tokenLimit is the longest token that is looked at, in bytes.
const tokenLimit = 8 << 10

// Token returns a signed token for a form of somebody without an account: "t1.keyid.expiry.payload.signature".
//
// The payload is signed, not hidden: whoever holds the token can read it. It is good for one purpose ("ask", "rate")
// and until expiry (to the second). It can be used any number of times; where once matters the caller keeps a row.
func (v *Vault) Token(purpose, payload string, expiry time.Time) string {
	r := v.follow()
	body := strings.Join([]string{"t1", r.current, strconv.FormatInt(expiry.Unix(), 10), encode([]byte(payload))}, ".")
	return body + "." + encode(r.signature(r.current, purpose, body))
}

// CheckToken returns the payload of a token made by Token for the same purpose, if now is before its expiry.
//
// Faults: Invalid "vault.token_wrong" for a token that is damaged, made up or made for another purpose,
// Invalid "vault.token_expired".
func (v *Vault) CheckToken(purpose, token string, now time.Time) (payload string, err error) {
	wrong := fault.New(fault.Invalid, "vault.token_wrong")
	cut := strings.LastIndexByte(token, '.')
	if cut < 0 || len(token) > tokenLimit {
		return "", wrong
	}
	body := token[:cut]
	parts := strings.Split(body, ".")
	if len(parts) != 4 || parts[0] != "t1" {
		return "", wrong
	}
	r := v.at.Load()
	if r.tokens[parts[1]] == nil { // perhaps signed with a key that was added a moment ago
		r = v.follow()
	}
	mac, ok := decode(token[cut+1:])
	if !ok || r.tokens[parts[1]] == nil || !hmac.Equal(mac, r.signature(parts[1], purpose, body)) {
		return "", wrong
	}
	// From here on the token is ours, so its parts are well made.
	expiry, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil {
		return "", wrong
	}
	if now.Unix() >= expiry {
		return "", fault.New(fault.Invalid, "vault.token_expired")
	}
	plain, ok := decode(parts[3])
	if !ok {
		return "", wrong
	}
	return string(plain), nil
}

// signature covers the purpose's length too, so that purpose and body cannot run into each other.
func (v *keyring) signature(id, purpose, body string) []byte {
	return sign(v.tokens[id], strconv.Itoa(len(purpose))+":"+purpose+":"+body)
}
