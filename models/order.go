package models

import "strings"

// ListMost is the most rows a list hands out at once: what one sheet of an export holds.
const ListMost = 10_000

// Order is how a list is to be sorted: by one of the keys that its door knows, upwards unless Desc. The zero value is
// the list's own order.
type Order struct {
	Key  string
	Desc bool
}

// By returns what follows ORDER BY. columns is the door's own table of what may be sorted by (key → SQL expressions
// between commas, none of which holds a comma itself): nothing of an address ever becomes SQL. own is the list's own
// order, in which rows that are equal by the chosen key stay; it ends with something unique, so that no row is on two
// pages or on none.
func (o Order) By(columns map[string]string, own string) string {
	by, known := columns[o.Key]
	if !known {
		return own
	}
	if o.Desc {
		parts := strings.Split(by, ",")
		for i := range parts {
			parts[i] += " DESC"
		}
		by = strings.Join(parts, ",")
	}
	return by + ", " + own
}

// PageSize bounds how many rows of a list are asked for: n, or usual when none or too many are.
func PageSize(n, usual int) int {
	if n < 1 || n > ListMost {
		return usual
	}
	return n
}
