package policy_test

import (
	"slices"
	"testing"

	"shanzhi/models/policy"
)

func TestBelowNamesEveryPathOfAReach(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reach policy.Reach
		cond  string
		args  []any
	}{
		"everything":    {policy.Reach{All: true}, "1 = 1", nil},
		"nothing":       {policy.Reach{}, "1 = 0", nil},
		"only his own":  {policy.Reach{PersonID: "h"}, "1 = 0", nil},
		"one unit":      {policy.Reach{Paths: []string{"/c/"}}, "(u.path LIKE ?)", []any{"/c/%"}},
		"several units": {policy.Reach{Paths: []string{"/c/", "/d/"}}, "(u.path LIKE ? OR u.path LIKE ?)", []any{"/c/%", "/d/%"}},
	} {
		if cond, args := tc.reach.Below("u.path"); cond != tc.cond || !slices.Equal(args, tc.args) {
			t.Errorf("%s: got %s %v, want %s %v", name, cond, args, tc.cond, tc.args)
		}
	}
}
