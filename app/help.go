package main

import (
	"fmt"

	"shanzhi/app/guide"
)

// helpCmd is "shanzhi help deploy|log".
type helpCmd struct {
	Topic string `arg:"" help:"deploy or log." enum:"deploy,log"`
}

// Run prints a guide in the language of the terminal.
func (c helpCmd) Run(io streams) error {
	lang := "en"
	if p := printer(); p != nil {
		lang = p.Lang()
	}
	text, _ := guide.Text(c.Topic, lang)
	_, err := fmt.Fprint(io.out, text)
	return err
}
