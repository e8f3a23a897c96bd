package onboard

import (
	"strings"
	"time"

	"shanzhi/models"
	"shanzhi/models/vault"
)

// idWeights and idChecks are those of the check digit of a citizen identity number.
var idWeights = [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}

const idChecks = "10X98765432"

// IDCard reports whether s is a citizen identity number of 18 characters: a day of birth that was, and a check digit
// that fits. It takes half width and capitals.
//
// Source: GB 11643-1999, section 4: Σ digit·weight mod 11 chooses the check digit (ISO 7064, MOD 11-2).
func IDCard(s string, today models.Date) bool {
	if len(s) != 18 {
		return false
	}
	sum := 0
	for i := range 17 {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		sum += int(s[i]-'0') * idWeights[i]
	}
	born, err := time.Parse("20060102", s[6:14])
	if err != nil || born.Year() < 1900 || models.Date(born.Format(time.DateOnly)) > today {
		return false
	}
	return s[17] == idChecks[sum%11]
}

// normalID writes an identity number the one way it is hashed.
func normalID(s string) string {
	return strings.NewReplacer(" ", "", "-", "").Replace(plain(s))
}

// idHash is the keyed hash by which the number is found again; the number is kept nowhere.
func idHash(v *vault.Vault, number string) string { return v.Hash("id_cards.hash", number) }
