package pages

import (
	"shanzhi/app/accounts"
	"shanzhi/models"
	"shanzhi/templates/i18n"
	"shanzhi/templates/ui"
)

// slipChoices are for whom slips can be made, each with what becomes of those that are out.
func slipChoices(w *i18n.Printer, waits accounts.Waiting) []ui.Option {
	fresh := waits.N - waits.Live
	all := ui.Option{
		Value: string(accounts.SlipsAll), Text: w.T("access.slips.who.all", "n", w.Count(waits.N)),
	}
	if waits.Live > 0 {
		all.Hint = w.T("access.slips.who.all.hint", "n", w.Count(waits.Live))
	}
	return []ui.Option{
		{
			Value: string(accounts.SlipsNew), Text: w.T("access.slips.who.new", "n", w.Count(fresh)),
			Hint: w.T("access.slips.who.new.hint"), Disabled: fresh == 0,
		},
		{
			Value: string(accounts.SlipsSome), Text: w.T("access.slips.who.some"),
			Hint: w.T("access.slips.who.some.hint"),
		},
		all,
	}
}

// usualSlips is the choice to begin with: whoever holds a slip keeps it.
func usualSlips(waits accounts.Waiting) accounts.SlipChoice {
	if waits.Live == waits.N {
		return accounts.SlipsSome
	}
	return accounts.SlipsNew
}

// waitingOptions are the people who wait, each with the slip that he holds.
func waitingOptions(w *i18n.Printer, list []accounts.WaitingRow) []ui.Option {
	out := make([]ui.Option, 0, len(list))
	for _, r := range list {
		o := ui.Option{
			Value: r.ID, Text: r.Name + " · " + r.StaffNo, Hint: w.T("access.slips.holds.none", "unit", r.Unit),
		}
		if r.Until != nil {
			o.Hint = w.T("access.slips.holds", "unit", r.Unit, "on", w.Date(models.DateOf(*r.Until).AddDays(-1).Day()))
		}
		out = append(out, o)
	}
	return out
}
