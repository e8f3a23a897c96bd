package vault

import (
	"regexp"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Number is a kind of number that does not belong into a free text.
type Number string

// The kinds.
const (
	NoNumber   Number = ""
	IDNumber   Number = "id"   // of a resident identity card
	BankNumber Number = "bank" // of a bank card
)

// chain is digits in groups, with a blank, a dash or a stop between two; the last may be the X of an identity number.
var chain = regexp.MustCompile(`[0-9]+(?:[ .·-]{1,2}[0-9]+)*(?:[ .·-]?[Xx])?`)

// maxNumber is the length of the longest of these numbers.
const maxNumber = 19

var groups = regexp.MustCompile(`[0-9]+[Xx]?|[Xx]`)

// Spot returns which kind of number a text seems to hold, NoNumber for none: an identity number of 18 characters with a
// day of birth and its check digit, or 16 to 19 digits that pass Luhn as bank cards do. Full-width digits count, and so
// do numbers written in groups; a number that is part of a longer one does not.
//
// Sources: GB 11643-1999, section 4 (ISO 7064, MOD 11-2); ISO/IEC 7812-1, annex B.
func Spot(text string) Number {
	found := NoNumber
	for _, run := range chain.FindAllString(norm.NFKC.String(text), -1) {
		parts := groups.FindAllString(run, -1)
		for from := range parts {
			for to := from + 1; to <= len(parts); to++ {
				s := strings.ToUpper(strings.Join(parts[from:to], ""))
				switch {
				case len(s) > maxNumber:
					to = len(parts) // longer still
				case isIDNumber(s):
					return IDNumber
				case isBankNumber(s):
					found = BankNumber
				}
			}
		}
	}
	return found
}

// isIDNumber takes capitals. A birth lies between 1900 and 2099: how old a writer may be is no matter here.
func isIDNumber(s string) bool {
	if len(s) != 18 {
		return false
	}
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		sum += int(s[i]-'0') * w
	}
	born, err := time.Parse("20060102", s[6:14])
	return err == nil && born.Year() >= 1900 && born.Year() < 2100 && s[0] != '0' && s[17] == "10X98765432"[sum%11]
}

// isBankNumber takes the leading digits of payment cards alone (3 to 6, and 9 for national use): a tenth of all numbers
// would pass Luhn.
func isBankNumber(s string) bool {
	if len(s) < 16 || len(s) > 19 || !strings.ContainsRune("34569", rune(s[0])) || strings.HasSuffix(s, "X") {
		return false
	}
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
