package pages

import (
	"strings"
	"testing"
)

// An address that nobody else can open, or that is not encrypted, is told before anything is printed.
func TestTheAddressOnPaperIsLookedAt(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{
		"http://127.0.0.1:8080": "local", "http://localhost": "local", "https://[::1]:8": "local", "http://0.0.0.0:80": "local",
		"": "local", "http://shanzhi.example.gov.cn": "plain", "https://shanzhi.example.gov.cn": "",
	} {
		if got := addressFault(base); got != want {
			t.Errorf("%q: %q, want %q", base, got, want)
		}
	}
	h, c := guided(t)
	for _, at := range []string{"/admin/onboarding"} {
		h.pages.Base = "https://shanzhi.test"
		if strings.Contains(c.Get(at).Want(200).Text(), "纸上的网址") {
			t.Errorf("%s warns of a good address", at)
		}
		h.pages.Base = "http://127.0.0.1:8080"
		p := c.Get(at).Want(200)
		sound(t, p)
		if !strings.Contains(p.Text(), "纸上的网址别人打不开") || !strings.Contains(p.Text(), "--public-url") {
			t.Errorf("%s says nothing of the address: %s", at, p.Text())
		}
	}
}
