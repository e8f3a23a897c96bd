package ratings_test

import (
	"testing"

	"shanzhi/assessments/ratings"
)

func TestACodeToldOnTheTelephoneIsReadHoweverItIsTyped(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"1234 5678 9012 3456": "1234567890123456", "1234-5678-9012-3456": "1234567890123456",
		"１２３４５６７８９０１２３４５６": "1234567890123456", "1234 5678": "", "": "", "abcd 5678 9012 3456": "",
	} {
		got, ok := ratings.Spoken(typed)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %v; want %q", typed, got, ok, want)
		}
	}
	if got := ratings.InFours("1234567890123456"); got != "1234 5678 9012 3456" {
		t.Errorf("read out as %q", got)
	}
}
