package policy_test

import (
	"slices"
	"strings"
	"testing"

	"shanzhi/models"
	"shanzhi/models/policy"
)

// The reason names the role that gives the right, and there is one exactly when there is the right.
func TestWhy(t *testing.T) {
	t.Parallel()
	two := actor("x", at(models.RoleIntake, otherTown), at(models.RoleOfficer, county))
	why, ok := policy.Why(two, policy.PersonSee, policy.Object{UnitPath: village, ManagerPath: town})
	if !ok || why.Basis != policy.BasisRole || why.Grant.Role != models.RoleOfficer || !why.ByManager {
		t.Errorf("%+v, %v: want the officer of the county by managing authority", why, ok)
	}
	why, ok = policy.Why(two, policy.CaseSee, policy.Object{UnitPath: town, PersonID: "x"})
	if !ok || why.Basis != policy.BasisOwn {
		t.Errorf("%+v, %v: want his own", why, ok)
	}
	if why, ok = policy.Why(two, policy.CaseSee, policy.Object{UnitPath: town}); ok {
		t.Errorf("%+v: the clerk of another town sees the case", why)
	}
	if why, ok = policy.Why(models.SystemActor("job"), policy.AdminAudit, policy.Object{}); !ok || why.Basis != policy.BasisSystem {
		t.Errorf("%+v, %v: want the system", why, ok)
	}
}

// Every action that sees somebody's data is among those that the page of access shows, but for whole units and periods.
func TestDataIsComplete(t *testing.T) {
	t.Parallel()
	for _, do := range policy.Actions() {
		sees := strings.HasSuffix(string(do), ".see") && do != policy.PeriodSee && do != policy.RatesSee
		if listed := slices.Contains(policy.Data(), do); sees && !listed {
			t.Errorf("%s is not shown", do)
		}
	}
	rule := policy.RuleOf(policy.CaseContact)
	if !rule.Apart || !rule.NotSelf || rule.Own || !slices.Equal(rule.Roles, []models.Role{models.RoleInterviewer}) {
		t.Errorf("rule of a resident's contact: %+v", rule)
	}
}

// Whoever reads for a time changes nothing; if he is a cadre besides, what is his own.
func TestMayChange(t *testing.T) {
	t.Parallel()
	reader := actor("i", at(models.RoleInspector, county))
	both := actor("i", at(models.RoleInspector, county), at(models.RoleCadre, town))
	for _, do := range policy.Actions() {
		if policy.MayChange(reader, do) {
			t.Errorf("an inspector changes by %s", do)
		}
		if !policy.MayChange(actor("o", at(models.RoleOfficer, county)), do) {
			t.Errorf("an officer is held for an inspector by %s", do)
		}
	}
	if !policy.MayChange(both, policy.Signed) || !policy.MayChange(both, policy.CaseHandle) ||
		policy.MayChange(both, policy.CaseDispatch) {
		t.Error("a cadre who inspects does what is his own, and nothing else")
	}
}
