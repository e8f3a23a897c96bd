package sheet

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/xuri/excelize/v2"
)

// Say translates a message key; args are its named arguments.
type Say func(key string, args map[string]any) string

// Template writes an empty xlsx sheet for an import: the headings of columns in the language ("zh-CN" or "en"), *
// behind the required ones, cells that keep what is typed and offer their choices, and a second sheet that explains
// each heading with its Help, lists the choices and, where there are examples, shows one.
//
// Read takes the filled-in file as it is. Errors: those of w.
func Template(w io.Writer, columns []Column, language string, say Say) (err error) {
	file := excelize.NewFile()
	defer func() { err = errors.Join(err, file.Close()) }()
	s, err := newStyles(file)
	if err != nil {
		return err
	}
	cols := make([]Col, len(columns))
	for i, c := range columns {
		cols[i].Head = c.Heading(language)
		if c.Required {
			cols[i].Head += "*"
		}
	}
	stream, err := file.NewStreamWriter(sheetName)
	if err != nil {
		return fmt.Errorf("sheet: begin template: %w", err)
	}
	for i := range cols {
		if err := stream.SetColStyle(i+1, i+1, s.text); err != nil {
			return fmt.Errorf("sheet: column style: %w", err)
		}
	}
	if err := writeHead(stream, nil, cols, s); err != nil {
		return err
	}
	if err := offer(file, columns, say); err != nil {
		return err
	}
	if err := stream.Flush(); err != nil {
		return fmt.Errorf("sheet: write template: %w", err)
	}
	if err := explain(file, columns, language, say, s); err != nil {
		return err
	}
	if err := file.Write(w); err != nil {
		return fmt.Errorf("sheet: write template: %w", err)
	}
	return nil
}

// listRows is how far down the cells of a template offer their choices.
const listRows = 20_001

// listRunes is the longest list that a spreadsheet program takes for a cell.
const listRunes = 255

// offer lets the cells of columns with choices list them; a list too long for a cell stands on the second sheet alone.
func offer(file *excelize.File, columns []Column, say Say) error {
	for i, c := range columns {
		words := said(c.Choices, say)
		joined := strings.Join(words, ",")
		if len(words) == 0 || runes(joined) > listRunes || strings.Count(joined, ",") != len(words)-1 {
			continue
		}
		at := letters(int32(i)) // #nosec G115 -- few columns
		list := excelize.NewDataValidation(true)
		list.SetSqref(fmt.Sprintf("%[1]s2:%[1]s%d", at, listRows))
		if err := list.SetDropList(words); err != nil {
			return fmt.Errorf("sheet: choices: %w", err)
		}
		if err := file.AddDataValidation(sheetName, list); err != nil {
			return fmt.Errorf("sheet: choices: %w", err)
		}
	}
	return nil
}

func said(keys []string, say Say) []string {
	out := make([]string, 0, len(keys))
	for _, k := range keys {
		out = append(out, say(k, nil))
	}
	return out
}

// explain writes the second sheet.
func explain(file *excelize.File, columns []Column, language string, say Say, s styles) error {
	name := say("sheet.help_sheet", nil)
	if _, err := file.NewSheet(name); err != nil {
		return fmt.Errorf("sheet: second sheet: %w", err)
	}
	stream, err := file.NewStreamWriter(name)
	if err != nil {
		return fmt.Errorf("sheet: second sheet: %w", err)
	}
	heads := []Col{
		{Head: say("sheet.help_heading", nil), Width: 24},
		{Head: say("sheet.help_required", nil), Width: 12},
		{Head: say("sheet.help_text", nil), Width: 64},
		{Head: say("sheet.help_also", nil), Width: 40},
	}
	rich := slices.ContainsFunc(columns, func(c Column) bool { return c.Example != "" || c.Choices != nil })
	if rich {
		heads = append(heads,
			Col{Head: say("sheet.help_choices", nil), Width: 40}, Col{Head: say("sheet.help_example", nil)})
	}
	if err := writeHead(stream, nil, heads, s); err != nil {
		return err
	}
	for i, c := range columns {
		head := c.Heading(language)
		required, help := say("sheet.help_no", nil), ""
		if c.Required {
			required = say("sheet.help_yes", nil)
		}
		if c.Help != "" {
			help = say(c.Help, nil)
		}
		var also []string
		for _, h := range c.Heads {
			if h != head {
				also = append(also, h)
			}
		}
		texts := []string{head, required, help, strings.Join(also, " / ")}
		if rich {
			texts = append(texts, strings.Join(said(c.Choices, say), " / "), say(c.Example, nil))
		}
		row := []any{}
		for _, text := range texts {
			row = append(row, excelize.Cell{StyleID: s.wrap, Value: text})
		}
		if err := stream.SetRow(fmt.Sprintf("A%d", i+2), row); err != nil {
			return fmt.Errorf("sheet: second sheet: %w", err)
		}
	}
	if err := stream.Flush(); err != nil {
		return fmt.Errorf("sheet: second sheet: %w", err)
	}
	return nil
}

// Heading returns the first accepted heading of a language: one with Chinese characters, or for "en" one without; where
// there is none, the first.
func (c Column) Heading(language string) string {
	chinese := !strings.HasPrefix(strings.ToLower(language), "en")
	for _, h := range c.Heads {
		if chinese == strings.ContainsFunc(h, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			return h
		}
	}
	return c.Heads[0]
}
