package policy_test

import (
	"slices"
	"testing"

	"shanzhi/models"
	"shanzhi/models/policy"
)

func TestWhoBelongsToAUnitBelongsToThoseAboveItButNotToTheTop(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		grants []models.Grant
		want   []string
	}{
		"nobody":         {nil, []string{""}},
		"a role is none": {[]models.Grant{{Role: models.RoleSupervisor, UnitPath: "/A/B/"}}, []string{""}},
		"a post":         {[]models.Grant{{Role: models.RoleCadre, UnitPath: "/A/B/C/"}}, []string{"", "B", "C"}},
		"at the top":     {[]models.Grant{{Role: models.RoleCadre, UnitPath: "/A/"}}, []string{"", "A"}},
		"two posts": {[]models.Grant{
			{Role: models.RoleCadre, UnitPath: "/A/B/C/"}, {Role: models.RoleCadre, UnitPath: "/A/B/D/"},
		}, []string{"", "B", "C", "D"}},
	} {
		if got := policy.OwnUnits(models.Actor{ID: "p", Grants: tc.grants}); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}
