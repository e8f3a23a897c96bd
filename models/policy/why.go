package policy

import (
	"slices"
	"strings"

	"shanzhi/models"
)

// Basis is what a right rests on.
type Basis string

// The bases.
const (
	BasisOpen   Basis = "open"   // open to everybody
	BasisSigned Basis = "signed" // open to whoever is signed in
	BasisOwn    Basis = "own"    // it is about himself, or he handles it
	BasisRole   Basis = "role"   // a role held at a unit
	BasisSystem Basis = "system" // the program itself
)

// Reason says why an actor may do an action to an object. Grant is the role that gives the right, with BasisRole.
type Reason struct {
	Basis     Basis
	Grant     models.Grant
	ByManager bool // the role reaches the unit with the managing authority; else the unit itself
}

// Why returns on what the right of the actor to do the action to the object rests; false when he has none.
func Why(a models.Actor, do Action, o Object) (Reason, bool) {
	r, known := table[do]
	switch {
	case !known:
		return Reason{}, false
	case a.System:
		return Reason{Basis: BasisSystem}, true
	case r.open:
		return Reason{Basis: BasisOpen}, true
	case a.ID == "", r.bars(a):
		return Reason{}, false
	case r.signed:
		return Reason{Basis: BasisSigned}, true
	}
	self := o.PersonID != "" && o.PersonID == a.ID
	switch {
	case self && r.notSelf:
		return Reason{}, false
	case self && (r.own || r.onlyOwn):
		return Reason{Basis: BasisOwn}, true
	case r.onlyOwn:
		return Reason{}, false
	}
	return r.reached(a, o)
}

// reached finds the grant by which a row of the table reaches an object.
func (r rule) reached(a models.Actor, o Object) (Reason, bool) {
	target := o.UnitPath
	if r.by == byManager {
		target = o.ManagerPath
	}
	for _, g := range a.Grants {
		if r.apart && g.UnitPath == o.UnitPath {
			continue
		}
		if slices.Contains(r.roles, g.Role) && Within(target, g.UnitPath) {
			return Reason{Basis: BasisRole, Grant: g, ByManager: r.by == byManager}, true
		}
	}
	return Reason{}, false
}

// Rule is a row of the table, for those who ask what the policy is.
type Rule struct {
	Do        Action
	Roles     []models.Role
	ByManager bool // follows the managing authority of the person's post, not the unit tree
	Own       bool // whoever it is about may, too
	NotSelf   bool // nobody does it to himself
	Apart     bool // a role within the object's own unit does not count
}

// RuleOf returns the row of an action.
func RuleOf(do Action) Rule {
	r := table[do]
	return Rule{
		Do: do, Roles: slices.Clone(r.roles), ByManager: r.by == byManager, Own: r.own || r.onlyOwn, NotSelf: r.notSelf,
		Apart: r.apart,
	}
}

// dataFirst are the actions by which data about a person is reached, in the order in which they are shown.
var dataFirst = []Action{
	AdminPeople, AdminRoles, DeskReset, TrainSee, CaseSee, CaseContact, LoopSee, PersonSee, Answer, ReportTake,
	HandOver, AccessSee, AdminAudit,
}

// notOfPersons see units and periods as a whole.
var notOfPersons = []Action{PeriodSee, RatesSee}

// Data lists the actions by which data about a person is reached: those above, and every further one that sees.
func Data() []Action {
	out := slices.Clone(dataFirst)
	for _, do := range Actions() {
		if strings.HasSuffix(string(do), ".see") && !slices.Contains(out, do) && !slices.Contains(notOfPersons, do) {
			out = append(out, do)
		}
	}
	return out
}
