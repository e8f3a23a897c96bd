package pages

import (
	"net/url"
	"strings"

	"shanzhi/templates/ui"
)

// addressFault says what is wrong with the address that is printed on paper: "local" where only the server itself can
// open it, "plain" where it is not encrypted, "" for nothing.
func addressFault(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return "local"
	}
	host := u.Hostname()
	switch {
	case host == "", host == "localhost", host == "0.0.0.0", host == "::", host == "::1",
		strings.HasPrefix(host, "127."):
		return "local"
	case u.Scheme != "https":
		return "plain"
	}
	return ""
}

// addressWarning is what whoever prints must know of the address on paper; no title for nothing.
func (p *Pages) addressWarning(t func(string, ...any) string) ui.Hollow {
	bad := addressFault(p.Base)
	if bad == "" {
		return ui.Hollow{}
	}
	return ui.Hollow{Title: t("address." + bad), Text: t("address."+bad+".hint", "base", p.Base)}
}
