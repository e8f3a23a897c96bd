package policy

import "strings"

// Below is the condition, with its arguments, that the unit whose path stands in column lies below one of the reach's
// paths. What is the actor's own is asked for beside it.
//
// Paths are made of identifiers and slashes, so they hold no wildcard.
func (r Reach) Below(column string) (cond string, args []any) {
	switch {
	case r.All:
		return "1 = 1", nil
	case len(r.Paths) == 0:
		return "1 = 0", nil
	}
	args = make([]any, len(r.Paths))
	for i, p := range r.Paths {
		args[i] = p + "%"
	}
	return "(" + column + " LIKE ?" + strings.Repeat(" OR "+column+" LIKE ?", len(args)-1) + ")", args
}
