package main

import (
	"time"

	"shanzhi/templates/i18n"
	"shanzhi/templates/pages"
	"shanzhi/templates/pdf"
)

// slipPress sets activation and reset slips on paper. The codes are in the document alone, which is kept nowhere.
func slipPress(press *pdf.Printer) func(*i18n.Printer, pages.SlipSheet, time.Time) ([]byte, error) {
	return func(w *i18n.Printer, sheet pages.SlipSheet, now time.Time) ([]byte, error) {
		out := make([]pdf.Slip, 0, len(sheet.Slips))
		for _, s := range sheet.Slips {
			out = append(out, pdf.Slip{
				Title: w.T(sheet.Title), Name: s.Name,
				Lines:    []string{w.T("account.staff_no") + " " + s.StaffNo, s.Unit},
				CodeWord: w.T("access.code"), Code: s.Code,
				Steps: []string{
					w.T("access.slip.until", "on", w.Date(s.Until.Day())), w.T("access.slip.how"), sheet.Link,
					w.T("access.slip.care") + " " + w.T("app.unclassified"),
				},
				Sign: w.T("access.slip.sign"),
			})
		}
		meta := pdf.Meta{Title: w.T(sheet.Title) + " · " + sheet.Unit, Lang: w.Lang(), Created: now}
		return press.Slips(meta, sheet.Link, out)
	}
}
