package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

const county, orgDept, town, otherTown, village = "/c/", "/c/o/", "/c/t/", "/c/u/", "/c/t/v/"

func actor(id string, grants ...models.Grant) models.Actor {
	return models.Actor{ID: id, Grants: grants}
}

func at(r models.Role, path string) models.Grant { return models.Grant{Role: r, UnitPath: path} }

func TestCan(t *testing.T) {
	t.Parallel()
	townOfficer := actor("o", at(models.RoleOfficer, town))
	countyOfficer := actor("p", at(models.RoleOfficer, county))
	clerk := actor("k", at(models.RoleIntake, town))
	caller := actor("i", at(models.RoleInterviewer, county))
	for name, tc := range map[string]struct {
		who  models.Actor
		do   policy.Action
		to   policy.Object
		want bool
	}{
		"subtree reached":                  {clerk, policy.CaseSee, policy.Object{UnitPath: village}, true},
		"other subtree not":                {clerk, policy.CaseSee, policy.Object{UnitPath: otherTown}, false},
		"superior unit not":                {clerk, policy.CaseSee, policy.Object{UnitPath: county}, false},
		"handler sees his own":             {actor("h"), policy.CaseSee, policy.Object{UnitPath: otherTown, PersonID: "h"}, true},
		"handler handles his own":          {actor("h"), policy.CaseHandle, policy.Object{PersonID: "h"}, true},
		"clerk does not handle":            {clerk, policy.CaseHandle, policy.Object{UnitPath: town, PersonID: "h"}, false},
		"managed by the town":              {townOfficer, policy.ReportTake, policy.Object{UnitPath: village, ManagerPath: town}, true},
		"in the town, managed above":       {townOfficer, policy.ReportTake, policy.Object{UnitPath: town, ManagerPath: orgDept}, false},
		"county reaches both":              {countyOfficer, policy.ReportTake, policy.Object{UnitPath: town, ManagerPath: orgDept}, true},
		"own report":                       {actor("h"), policy.ReportTake, policy.Object{ManagerPath: orgDept, PersonID: "h"}, true},
		"no manager, no reach":             {countyOfficer, policy.ReportTake, policy.Object{UnitPath: town}, false},
		"nobody answers his own objection": {countyOfficer, policy.Answer, policy.Object{ManagerPath: town, PersonID: "p"}, false},
		"interviewer of another unit":      {caller, policy.CaseContact, policy.Object{UnitPath: town, PersonID: "h"}, true},
		"interviewer of the same unit":     {caller, policy.CaseContact, policy.Object{UnitPath: county, PersonID: "h"}, false},
		"nobody":                           {models.Actor{}, policy.Signed, policy.Object{}, false},
		"anybody":                          {models.Actor{}, policy.Anybody, policy.Object{}, true},
		"the system":                       {models.SystemActor("job"), policy.PeriodSeal, policy.Object{}, true},
		"an action without a row":          {countyOfficer, "made.up", policy.Object{UnitPath: county}, false},
		"a path that only looks alike":     {actor("x", at(models.RoleIntake, "/c/t/")), policy.CaseSee, policy.Object{UnitPath: "/c/tt/"}, false},
	} {
		if got := policy.Can(tc.who, tc.do, tc.to); got != tc.want {
			t.Errorf("%s: got %v, want %v", name, got, tc.want)
		}
	}
}

func TestCheckTellsUnsignedFromForbidden(t *testing.T) {
	t.Parallel()
	if err := policy.Check(models.Actor{}, policy.PeriodSeal, policy.Object{}); !fault.Is(err, fault.Unsigned) {
		t.Errorf("nobody: %v", err)
	}
	if err := policy.Check(actor("a"), policy.PeriodSeal, policy.Object{UnitPath: county}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a cadre: %v", err)
	}
}

func TestScopeMergesPaths(t *testing.T) {
	t.Parallel()
	a := actor("a", at(models.RoleIntake, village), at(models.RoleIntake, town), at(models.RoleSupervisor, otherTown),
		at(models.RoleOfficer, county))
	want := policy.Reach{Paths: []string{town, otherTown}, PersonID: "a"}
	if diff := cmp.Diff(want, policy.Scope(a, policy.CaseSee)); diff != "" {
		t.Error(diff)
	}
	if r := policy.Scope(actor("a"), policy.PeriodSee); !r.Empty() {
		t.Errorf("a cadre sees no periods of the department: %+v", r)
	}
}

// The three administrators are disjoint from each other and from every business role.
func TestApart(t *testing.T) {
	t.Parallel()
	admins := []models.Role{models.RoleSystem, models.RoleSecurity, models.RoleAudit}
	for _, x := range models.Roles() {
		for _, y := range admins {
			if x != y && !policy.Apart(x, y) {
				t.Errorf("%s and %s must be two people", x, y)
			}
		}
		if x != models.RoleSocial && !policy.Apart(x, models.RoleSocial) {
			t.Errorf("%s and a social organization must be two people", x)
		}
		if policy.Apart(x, x) {
			t.Errorf("%s is apart from itself", x)
		}
	}
	for _, p := range [][2]models.Role{
		{models.RoleOfficer, models.RoleReviewer},
		{models.RoleOfficer, models.RoleReleaser},
		{models.RoleReviewer, models.RoleReleaser},
	} {
		if !policy.Apart(p[0], p[1]) || !policy.Apart(p[1], p[0]) {
			t.Errorf("%v must be two people", p)
		}
	}
}

// The three administrators reach nothing of the business, not even what is about themselves; what is kept about them
// they still see.
func TestAdministratorsHaveNoBusiness(t *testing.T) {
	t.Parallel()
	for _, r := range []models.Role{models.RoleSystem, models.RoleSecurity, models.RoleAudit} {
		admin := actor("a", at(r, county))
		for _, do := range []policy.Action{
			policy.LearnTake, policy.CaseSee, policy.CaseHandle, policy.SchemeRead,
		} {
			own := policy.Object{UnitPath: town, PersonID: "a"}
			if policy.May(admin, do) || !fault.Is(policy.Check(admin, do, own), fault.Forbidden) {
				t.Errorf("%s passes the door of %s", r, do)
			}
			if reach := policy.Scope(admin, do); !reach.Empty() {
				t.Errorf("%s reaches %+v by %s", r, reach, do)
			}
			if !policy.May(actor("c"), do) {
				t.Errorf("a cadre is kept from %s", do)
			}
		}
		if !policy.Can(admin, policy.ReportTake, policy.Object{ManagerPath: town, PersonID: "a"}) {
			t.Errorf("%s does not see his own report", r)
		}
	}
}
