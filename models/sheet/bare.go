package sheet

import "strings"

// quoteBare puts quotes around the cells that hold paired quotes of their own, as 村（社区）"两委"成员 does where cells
// were copied out of a spreadsheet: they are text, and no sign that the cell is quoted. Cells that are quoted as they
// should be, and those with a quote that has no partner, stay as they are.
func quoteBare(text string, sep byte) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	var out strings.Builder
	out.Grow(len(text) + len(text)/16)
	for i := 0; i < len(text); {
		end := cellEnd(text, i, sep)
		cell := text[i:end]
		if n := strings.Count(cell, `"`); n > 0 && n%2 == 0 && !inQuotes(cell) {
			cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		out.WriteString(cell)
		if end < len(text) {
			out.WriteByte(text[end])
		}
		i = end + 1
	}
	return out.String()
}

// cellEnd is where the cell that begins at i ends: behind its closing quote, or, where it is not quoted as it should
// be, at the next separator or end of line.
func cellEnd(text string, i int, sep byte) int {
	stop := func(at int) bool { return at >= len(text) || text[at] == sep || text[at] == '\n' }
	for at := i + 1; text[i] == '"' && at < len(text); at++ {
		if text[at] != '"' {
			continue
		}
		if at+1 < len(text) && text[at+1] == '"' {
			at++
			continue
		}
		if stop(at + 1) {
			return at + 1
		}
		break // text goes on behind the quote: it quotes a word, not the cell
	}
	for !stop(i) {
		i++
	}
	return i
}

// inQuotes reports whether a cell stands in quotes, those inside it doubled.
func inQuotes(cell string) bool {
	inner, begins := strings.CutPrefix(cell, `"`)
	inner, ends := strings.CutSuffix(inner, `"`)
	return begins && ends && !strings.Contains(strings.ReplaceAll(inner, `""`, ""), `"`)
}
