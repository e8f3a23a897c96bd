package pages

import (
	"github.com/gofiber/fiber/v2"

	"shanzhi/models/fault"
	"shanzhi/templates/i18n"
)

// refusal is an error to be shown in the form that caused it.
type refusal struct {
	status int
	err    error
}

// inForm tells the refusals that a form shows by itself: wrong input, and roles that must lie with different people,
// whose codes become words.
func inForm(err error, words *i18n.Printer) (refusal, bool) {
	switch f := fault.Of(err); {
	case err == nil:
		return refusal{}, false
	case f.Kind == fault.Invalid:
		return refusal{fiber.StatusUnprocessableEntity, err}, true
	case f.Key == "account.apart":
		one, other := words.T("account.role."+arg(f, "one")), words.T("account.role."+arg(f, "other"))
		said := fault.New(fault.Conflict, "account.apart", "one", one, "other", other)
		return refusal{fiber.StatusConflict, said}, true
	case f.Key == "account.grant_self":
		return refusal{fiber.StatusForbidden, err}, true
	}
	return refusal{}, false
}

func arg(f *fault.Error, name string) string {
	s, _ := f.Args[name].(string)
	return s
}

// inAct is inForm that also shows in the form what cannot be done as things stand, so that nothing typed is lost. A
// form that is older than the row has to be opened anew.
func inAct(err error, words *i18n.Printer) (refusal, bool) {
	if shown, ok := inForm(err, words); ok {
		return shown, true
	}
	if f := fault.Of(err); err != nil && f.Kind == fault.Conflict && f.Key != "error.stale" {
		return refusal{fiber.StatusConflict, err}, true
	}
	return refusal{}, false
}
