package courses

import (
	"encoding/json"
	"fmt"

	"shanzhi/models"
)

// ClaimBasis is what an entry rests on that no course made; it is kept as JSON with the entry. A credited claim has all
// of it but Of, Attended and Sessions; a class has no Reason, and its By are whoever asked for the hours and whoever
// confirmed them; an entry that takes another back has Of, By and Reason.
type ClaimBasis struct {
	Title     string      `json:"title,omitempty"`
	Organizer string      `json:"organizer,omitempty"`
	From      models.Date `json:"from,omitempty"`
	To        models.Date `json:"to,omitempty"`
	Of        string      `json:"of,omitempty"` // the entry that is taken back
	By        string      `json:"by"`           // who decided
	Reason    string      `json:"reason,omitempty"`

	Attended int `json:"attended,omitempty"` // sessions of a class that somebody was at
	Sessions int `json:"sessions,omitempty"` // and how many counted
}

// JSON returns the form in which it is kept, at most 1,000 characters for texts within the limits of a claim.
func (b ClaimBasis) JSON() (string, error) {
	raw, err := json.Marshal(b)
	if err != nil {
		return "", fmt.Errorf("write basis of hours: %w", err)
	}
	return string(raw), nil
}

// readClaim reads the basis of an entry that no course made; the zero value for others.
func readClaim(e models.HoursEntry) ClaimBasis {
	var b ClaimBasis
	if e.SourceKind == SourceCourse || json.Unmarshal([]byte(e.Basis), &b) != nil {
		return ClaimBasis{}
	}
	return b
}
