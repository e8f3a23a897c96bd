package policy

import (
	"slices"
	"testing"

	"shanzhi/models"
)

func TestGraveActsAreThoseThatGiveTakeOrCarryAway(t *testing.T) {
	t.Parallel()
	for act, want := range map[string]bool{
		"role.grant": true, "role.revoke": true, "period.release": true, "factor.reset": true, "list.export": true,
		"": false, "case.note": false, "account.login": false, "role": false,
	} {
		if Grave(act) != want {
			t.Errorf("grave %q = %v, want %v", act, !want, want)
		}
	}
	if !slices.IsSorted(GraveActs()) || len(GraveActs()) != len(grave) {
		t.Errorf("got %v", GraveActs())
	}
	if !Carries("people") || Carries("units") {
		t.Error("a list of people carries persons away, one of units does not")
	}
}

func TestNobodyIsOfferedWhatHeCannotFind(t *testing.T) {
	t.Parallel()
	held := func(roles ...models.Role) models.Actor {
		a := models.Actor{ID: "x"}
		for _, r := range roles {
			a.Grants = append(a.Grants, models.Grant{Role: r, UnitPath: "/c/"})
		}
		return a
	}
	for _, c := range []struct {
		who  models.Actor
		want string
	}{
		{models.Actor{}, ""},
		{held(models.RoleSystem), "units"},
		{held(models.RoleSecurity), ""},
		{held(models.RoleAudit), ""},
		{held(models.RoleCadre), "cases"},
		{held(models.RoleCadre, models.RoleReviewer), "both"},
	} {
		if got := FindsOf(c.who).Name(); got != c.want {
			t.Errorf("%v finds %q, want %q", c.who.Grants, got, c.want)
		}
		if FindsOf(c.who).Any() != (c.want != "") {
			t.Errorf("%v: any is %v", c.who.Grants, FindsOf(c.who).Any())
		}
	}
}
