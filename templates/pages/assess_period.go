package pages

import "shanzhi/templates/ui"

// inDialog is the same question with a button that closes the dialog in place of the way back.
func inDialog(c ui.Confirm) ui.Confirm {
	c.Back = ""
	return c
}
