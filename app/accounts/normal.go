package accounts

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"shanzhi/models/fault"
)

var (
	mobile  = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
	staffNo = regexp.MustCompile(`^[0-9A-Z][0-9A-Z._-]{1,31}$`)
)

// NormalStaffNo writes a staff number the one way it is kept: half width, capitals, without blanks around it.
func NormalStaffNo(s string) string { return strings.ToUpper(strings.TrimSpace(norm.NFKC.String(s))) }

// NormalMobile writes a mobile number as 11 digits: half width, without separators and country code. ok is false when
// it is none.
func NormalMobile(s string) (number string, ok bool) {
	number = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -()", r) {
			return -1
		}
		return r
	}, norm.NFKC.String(s))
	number = strings.TrimPrefix(strings.TrimPrefix(number, "+"), "86")
	return number, mobile.MatchString(number)
}

// creditSigns are the signs of a unified social credit code, in the order of their values (GB 32100-2015, table 3).
const creditSigns = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// CreditCode reports whether s is a unified social credit code of 18 characters whose last one checks.
//
// Source: GB 32100-2015, annex B: check = 31 − (Σ value·3^(i−1) mod 31) mod 31.
func CreditCode(s string) bool {
	if len(s) != 18 {
		return false
	}
	sum, weight := 0, 1
	for i := range 17 {
		v := strings.IndexByte(creditSigns, s[i])
		if v < 0 {
			return false
		}
		sum += v * weight
		weight = weight * 3 % 31
	}
	return strings.IndexByte(creditSigns, s[17]) == (31-sum%31)%31
}

// checkStaffNo refuses what is no staff number; it takes the normal form.
func checkStaffNo(field, s string) []fault.Field {
	switch {
	case s == "":
		return []fault.Field{fault.On(field, "form.required")}
	case !staffNo.MatchString(s):
		return []fault.Field{fault.On(field, "account.staff_no.wrong")}
	case mobile.MatchString(s): // it could be taken for somebody's number at the login
		return []fault.Field{fault.On(field, "account.staff_no.mobile")}
	}
	return nil
}

// checkName refuses what is no name of a person: letters of any script, and what stands between them.
func checkName(field, s string) []fault.Field {
	for _, r := range s {
		if !unicode.In(r, unicode.Letter, unicode.Han) && !unicode.IsMark(r) && !strings.ContainsRune("· -.’'", r) {
			return []fault.Field{fault.On(field, "form.characters", "value", string(r))}
		}
	}
	return fault.Text(field, s, 50)
}

// checkUnitName is fault.Text for the name of a unit: marks of direction and signs without width, which nobody sees,
// would let two units look alike. What people write at length may hold them.
func checkUnitName(field, s string) []fault.Field {
	if fields := fault.Text(field, s, 100); len(fields) > 0 {
		return fields
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Cf, r) }) {
		return []fault.Field{fault.On(field, "form.characters", "value", "⌃")}
	}
	return nil
}
