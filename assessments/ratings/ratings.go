// Package ratings is the ledger of residents' judgements: invitations, ratings, batches, reports of pressure.
//
// A resident who rates cannot be found out by the rated cadre or his unit. So a rating has a random id and a day
// instead of a time; what they see of ratings advances in batches of five, shuffled; and giving a rating writes no
// audit entry, whose id and instant would tell when it was given.
package ratings

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"

	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/vault"
	"shanzhi/models/workday"
)

// Service is the door of the room.
type Service struct {
	db    *db.DB
	now   clock.Clock
	vault *vault.Vault
	days  *workday.Calendar
	drawn func(slipID string, percent int) bool // for a second keying; by chance but in tests
}

// New returns a Service on d. days counts the deadlines of what is put right.
func New(d *db.DB, now clock.Clock, v *vault.Vault, days *workday.Calendar) *Service {
	s := &Service{db: d, now: now, vault: v, days: days}
	s.drawn = func(slipID string, percent int) bool { return s.chance(drawFor, slipID, percent) }
	return s
}

const (
	// ValidDays is how many days after it was issued an invitation can be used, the last one included.
	ValidDays = 30
	// BatchSize is the number of ratings that the rated and their unit get to see at once (red line 6).
	BatchSize = 5
	// MaxComment is the longest comment in characters.
	MaxComment = 500

	tokenBytes  = 32
	tokenLength = 43 // characters of an invitation's token
	minTexts    = 5  // fewer comments than this are not shown
)

// Reasons lists the codes of what a resident may tick, in the order of the page.
func Reasons() []string { return []string{"attitude", "speed", "clarity", "trips", "result", "place"} }

// Solutions lists the answers to "was it solved?" in the order of the page.
func Solutions() []models.Resolution {
	return []models.Resolution{models.ResolvedYes, models.ResolvedPart, models.ResolvedNo}
}

// hashOf is what the database keeps of a token.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// ReceiptNo returns the number on the resident's receipt: "PJ 4827 1960". It follows from the token alone, so it leads
// whoever has only the number nowhere.
func (s *Service) ReceiptNo(token string) string {
	n, _ := strconv.ParseUint(s.vault.Hash("receipt", token)[:15], 16, 64) // always 15 hexadecimal digits
	return fmt.Sprintf("PJ %04d %04d", n%10_000, n/10_000%10_000)
}

// isToken reports whether a text can be a token, before it costs a query.
func isToken(s string) bool {
	if digits, ok := Spoken(s); ok {
		return digits == s
	}
	return len(s) == tokenLength && !slices.ContainsFunc([]byte(s), func(c byte) bool {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		return !letter && (c < '0' || c > '9') && c != '-' && c != '_'
	})
}
