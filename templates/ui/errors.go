package ui

import (
	"context"
	"slices"
	"strings"

	"shanzhi/models/fault"
)

// formFields returns the refused inputs of a form, without the cells of sheets.
func formFields(f *fault.Error) []fault.Field {
	var lines []fault.Field
	for _, e := range f.Fields {
		if e.Row == 0 && e.Name != "" {
			lines = append(lines, e)
		}
	}
	return lines
}

// inOrder puts the refused inputs in the order of the labels, which is that of the form; the others come last.
func inOrder(lines []fault.Field, labels []string) []fault.Field {
	place := func(e fault.Field) int {
		for i := 0; i+1 < len(labels); i += 2 {
			if labels[i] == e.Name {
				return i
			}
		}
		return len(labels)
	}
	slices.SortStableFunc(lines, func(a, b fault.Field) int { return place(a) - place(b) })
	return lines
}

// summary returns the line of a refused input: its label, when it is known, and what is wrong.
func summary(ctx context.Context, e fault.Field, labels []string) string {
	message := T(ctx, e.Key, e.Args)
	for i := 0; i+1 < len(labels); i += 2 {
		if labels[i] == e.Name {
			return T(ctx, "form.summary", "label", strings.TrimRight(labels[i+1], "？?"), "message", message)
		}
	}
	return message
}
