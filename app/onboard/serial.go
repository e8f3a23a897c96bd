package onboard

import (
	"fmt"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
)

// Made-up staff numbers are SZ, a serial number of six digits from 000001 on, and a check digit (Luhn, ISO/IEC 7812-1),
// so that a slip of the hand is nobody's number: SZ0000018. Somebody keeps the number once given: the next sheet finds
// him by his identity number. A number that somebody has already is left out.
const madePrefix = "SZ"

// metaSerial holds the last serial number given; writing it makes everybody else who gives numbers wait.
const metaSerial = "roster.serial"

// madeNumber returns the staff number of a serial number.
func madeNumber(serial int) string {
	digits := fmt.Sprintf("%06d", serial)
	return madePrefix + digits + strconv.Itoa(luhn(digits))
}

// luhn returns the check digit of a string of digits.
func luhn(digits string) int {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return (10 - sum%10) % 10
}

// IsMade reports whether a staff number is one that the program has made up.
func IsMade(staffNo string) bool {
	digits, ok := strings.CutPrefix(staffNo, madePrefix)
	if !ok || len(digits) != 7 || strings.Trim(digits, "0123456789") != "" {
		return false
	}
	return luhn(digits[:6]) == int(digits[6]-'0')
}

// giveNumbersTx gives those without a staff number one each; taken tells which numbers somebody has.
func giveNumbersTx(tx *gorm.DB, people []*models.Person, taken map[string]string) error {
	if len(people) == 0 {
		return nil
	}
	last := 0
	var row models.Meta
	err := tx.Take(&row, "k = ?", metaSerial).Error
	switch {
	case err == nil:
		if last, err = strconv.Atoi(row.V); err != nil {
			return fmt.Errorf("read last serial number %q: %w", row.V, err)
		}
	case !db.IsNotFound(err):
		return fmt.Errorf("read last serial number: %w", err)
	}
	for _, p := range people {
		for last++; taken[madeNumber(last)] != ""; last++ { // numbers of another house that were brought in
		}
		p.StaffNo = madeNumber(last)
	}
	return db.SetMetaTx(tx, metaSerial, strconv.Itoa(last))
}
