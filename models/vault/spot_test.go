package vault_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"shanzhi/models/vault"
)

// The first is the example of GB 11643-1999; the bank numbers are test numbers of payment schemes.
func TestSpotFindsNumbersAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]vault.Number{
		"我的身份证号是11010519491231002X，请查。": vault.IDNumber,
		"11010519491231002x":                    vault.IDNumber,
		"号码 110105 19491231 002X":               vault.IDNumber,
		"110105-19491231-002-X":                 vault.IDNumber,
		"１１０１０５１９４９１２３１００２Ｘ":                    vault.IDNumber,
		"110105188012310023":                    vault.NoNumber, // born in 1880
		"110105194912310021":                    vault.NoNumber, // check digit
		"110105194913310028":                    vault.NoNumber, // no such month
		"电话13812340926，110105194912310":         vault.NoNumber, // the old form of 15 digits has no check digit
		"卡号6222 0212 3456 7891 128":             vault.NoNumber,
		"请打到4111 1111 1111 1111":                vault.BankNumber,
		"4111111111111111":                      vault.BankNumber,
		"4111111111111112":                      vault.NoNumber,
		"工单 SQ20261126000123，电话 0871-1234567":   vault.NoNumber,
		"13812340926 13912340926":               vault.NoNumber,
		"X":                                     vault.NoNumber,
		"":                                      vault.NoNumber,
		"1110105194912310020411111111111111111": vault.NoNumber, // inside a longer number
	} {
		if got := vault.Spot(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// idOf makes a valid identity number; spaced sets blanks into it.
func idOf(r *rand.Rand) string {
	body := fmt.Sprintf("%06d%04d%02d%02d%03d", 110000+r.IntN(540000), 1930+r.IntN(90), 1+r.IntN(12), 1+r.IntN(28), r.IntN(1000))
	weights, sum := []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}, 0
	for i, w := range weights {
		sum += int(body[i]-'0') * w
	}
	return body + string("10X98765432"[sum%11])
}

func bankOf(r *rand.Rand) string {
	n := 15 + r.IntN(4)
	body := "62"
	for len(body) < n {
		body += string(rune('0' + r.IntN(10)))
	}
	sum := 0
	for i := range len(body) {
		d := int(body[len(body)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return body + string(rune('0'+(10-sum%10)%10))
}

func TestSpotFindsEveryValidNumberAndNoWrongDigit(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 11))
	for range 3000 {
		id := idOf(r)
		at := 1 + r.IntN(16)
		for _, text := range []string{id, "号" + id + "。", id[:at] + " " + id[at:], strings.ToLower(id)} {
			if got := vault.Spot(text); got != vault.IDNumber {
				t.Fatalf("%q: %q", text, got)
			}
		}
		// ISO 7064 MOD 11-2 finds every single wrong digit of the seventeen.
		i := r.IntN(17)
		wrong := id[:i] + string(rune('0'+(int(id[i]-'0')+1+r.IntN(9))%10)) + id[i+1:]
		if vault.Spot(wrong) == vault.IDNumber {
			t.Fatalf("%q passes for %q", wrong, id)
		}
		bank := bankOf(r)
		if got := vault.Spot("卡号" + bank); got == vault.NoNumber {
			t.Fatalf("%q is not found", bank)
		}
		j := 2 + r.IntN(len(bank)-2)
		wrong = bank[:j] + string(rune('0'+(int(bank[j]-'0')+1+r.IntN(9))%10)) + bank[j+1:]
		if vault.Spot(wrong) == vault.BankNumber { // Luhn finds every single wrong digit
			t.Fatalf("%q passes for %q", wrong, bank)
		}
	}
}

func FuzzSpot(f *testing.F) {
	f.Add("11010519491231002X 4111-1111-1111-1111 Ⅻ٣")
	f.Fuzz(func(t *testing.T, text string) {
		if len([]rune(text)) < 16 && len(text) < 16 && vault.Spot(text) != vault.NoNumber {
			t.Errorf("%q holds a number", text)
		}
	})
}
