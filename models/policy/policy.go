// Package policy says who may do what to whom. It is pure: one table of actions, Can for one object, Scope for lists.
//
// A role is held at a unit and reaches that unit's subtree. Assessment of a person follows the managing authority of
// the person's post, not the unit tree; and nobody handles himself. What an actor may not see is NotFound at the
// edge; what he sees but may not do is Forbidden.
package policy

import (
	"slices"
	"strings"

	"shanzhi/models"
	"shanzhi/models/fault"
)

// Action is something a route, a page or a command does.
type Action string

// The actions of the house.
const (
	Anybody Action = "anybody" // pages without an account
	Signed  Action = "signed"  // whoever is logged in: home, own record, own password, notices

	LearnTake   Action = "learn.take"
	TrainSee    Action = "train.see"    // hours, claims and tasks of the people of a unit
	TrainManage Action = "train.manage" // assign courses, credit hours, take entries back

	ClassSee     Action = "class.see"     // classes of a unit: plan, list, sign-in sheets
	ClassManage  Action = "class.manage"  // plan a class, put people on its list, sign them in, ask for its hours
	ClassConfirm Action = "class.confirm" // the second person who confirms the hours of a class

	BookSee     Action = "book.see"     // by which rule book hours are reckoned, and by which they were
	BookPropose Action = "book.propose" // write a version of it, take it back
	BookConfirm Action = "book.confirm" // the second person's yes or no to a version

	CaseSee      Action = "case.see"
	CaseTakeIn   Action = "case.take_in"
	CaseDispatch Action = "case.dispatch"
	CaseHandle   Action = "case.handle" // acknowledge, note, answer, close: the handler himself
	CaseInvite   Action = "case.invite" // print the receipt with the rating link: never the handler
	CaseContact  Action = "case.contact"
	CaseProvide  Action = "case.provide" // what a social organization does in a case that was handed to it
	SignalSee    Action = "signal.see"   // reports that somebody asked for a good rating

	CaseSupervise Action = "case.supervise" // remind, supervise, suspend, decide what is asked for
	CaseApprove   Action = "case.approve"   // what goes beyond a preset, and escalation; instructions
	CaseDecide    Action = "case.decide"    // what others ask for: the list of it
	LoopSee       Action = "loop.see"       // bad ratings one by one: by a unit above or apart alone
	CallMake      Action = "call.make"      // call residents back
	RatesSee      Action = "rates.see"      // the three rates of units by call-backs
	StandManage   Action = "stand.manage"   // standing QR codes of windows and blank paper slips
	PaperKey      Action = "paper.key"      // keys ratings that were ticked on paper
	PaperCheck    Action = "paper.check"    // slips that two people keyed differently: by a unit above alone
	LeakSee       Action = "leak.see"       // complaints that a rating leaked, for the unit above the rated one
	TipSee        Action = "tip.see"        // reports of wrongdoing; the object's unit is the one that receives them

	PeriodSee     Action = "period.see"
	PeriodSeal    Action = "period.seal"
	PeriodReview  Action = "period.review"
	PeriodRelease Action = "period.release"
	PersonSee     Action = "person.see" // the evidence and estimates of one cadre
	Answer        Action = "objection.answer"
	ReviewAnswer  Action = "objection.review" // the second person's yes or no to an exclusion
	MarkDecide    Action = "mark.decide"      // what was found of a doubt about the data; changes no figure
	ReportTake    Action = "report.take"
	ReportCompile Action = "report.compile"
	SchemeRead    Action = "scheme.read"    // what is asked of a post class, as it was published
	SchemeDraft   Action = "scheme.draft"   // write a version, submit it, publish what was approved
	SchemeApprove Action = "scheme.approve" // the second person's yes or no to a version or a correction

	HandOver Action = "work.hand_over" // give somebody's open work to another

	AdminUnits    Action = "admin.units"
	AdminPeople   Action = "admin.people"
	AdminRoles    Action = "admin.roles"
	AdminAudit    Action = "admin.audit"
	AdminJobs     Action = "admin.jobs"
	AdminFeedback Action = "admin.feedback"

	DeskReset Action = "desk.reset" // a one-time code for somebody who is there in person: the desk officer
	AccessSee Action = "access.see" // who may see what about whom, and why
)

// by says which unit of an object a grant must reach.
type by uint8

const (
	byUnit    by = iota // the unit the object belongs to
	byManager           // the unit with the managing authority over the person
)

// rule is one row of the table.
type rule struct {
	roles   []models.Role
	by      by
	own     bool // whoever the object is about or handled by may, too
	onlyOwn bool // and nobody else
	notSelf bool // nobody does this to himself
	apart   bool // a grant within the object's own unit does not count
	open    bool // no account needed
	signed  bool // any account
	work    bool // the business of the house: closed to the three administrators, even where it is about themselves
}

var assessors = []models.Role{
	models.RoleOfficer, models.RoleReviewer, models.RoleReleaser, models.RoleLeader, models.RoleInspector,
}

// table is the whole policy. An action without a row is refused.
var table = map[Action]rule{
	Anybody:   {open: true},
	Signed:    {signed: true},
	LearnTake: {signed: true, work: true},

	TrainSee:    {roles: []models.Role{models.RoleTrainer, models.RoleLeader, models.RoleInspector}},
	TrainManage: {roles: []models.Role{models.RoleTrainer}, notSelf: true},

	ClassSee:     {roles: []models.Role{models.RoleTrainer, models.RoleLeader, models.RoleInspector}},
	ClassManage:  {roles: []models.Role{models.RoleTrainer}, notSelf: true},
	ClassConfirm: {roles: []models.Role{models.RoleTrainer, models.RoleLeader}, notSelf: true},

	BookSee:     {roles: []models.Role{models.RoleTrainer, models.RoleLeader, models.RoleInspector}},
	BookPropose: {roles: []models.Role{models.RoleTrainer}},
	BookConfirm: {roles: []models.Role{models.RoleTrainer, models.RoleLeader}},

	CaseSee: {roles: []models.Role{
		models.RoleIntake, models.RoleSupervisor, models.RoleInterviewer, models.RoleLeader, models.RoleInspector,
	}, own: true, work: true},
	CaseTakeIn:   {roles: []models.Role{models.RoleIntake}},
	CaseDispatch: {roles: []models.Role{models.RoleIntake, models.RoleSupervisor}},
	CaseHandle:   {onlyOwn: true, work: true},
	CaseInvite:   {roles: []models.Role{models.RoleIntake}, notSelf: true},
	CaseContact:  {roles: []models.Role{models.RoleInterviewer}, notSelf: true, apart: true},
	CaseProvide:  {roles: []models.Role{models.RoleSocial}},
	SignalSee:    {roles: []models.Role{models.RoleSupervisor}, notSelf: true},
	StandManage:  {roles: []models.Role{models.RoleIntake}},
	PaperKey:     {roles: []models.Role{models.RoleIntake}, notSelf: true},
	PaperCheck:   {roles: []models.Role{models.RoleSupervisor}, notSelf: true, apart: true},
	LeakSee:      {roles: []models.Role{models.RoleSupervisor}},
	TipSee:       {roles: []models.Role{models.RoleSupervisor}},

	CaseSupervise: {roles: []models.Role{models.RoleSupervisor}, notSelf: true},
	CaseApprove:   {roles: []models.Role{models.RoleLeader}, notSelf: true},
	CaseDecide: {roles: []models.Role{
		models.RoleIntake, models.RoleSupervisor, models.RoleLeader,
	}, notSelf: true},
	LoopSee:  {roles: []models.Role{models.RoleSupervisor}, notSelf: true, apart: true},
	CallMake: {roles: []models.Role{models.RoleInterviewer}, notSelf: true, apart: true},
	RatesSee: {roles: []models.Role{models.RoleSupervisor, models.RoleLeader, models.RoleInspector}},

	PeriodSee:     {roles: assessors},
	PeriodSeal:    {roles: []models.Role{models.RoleOfficer}},
	PeriodReview:  {roles: []models.Role{models.RoleReviewer}},
	PeriodRelease: {roles: []models.Role{models.RoleReleaser}},
	PersonSee:     {roles: assessors, by: byManager, own: true},
	Answer:        {roles: []models.Role{models.RoleOfficer}, by: byManager, notSelf: true},
	ReviewAnswer:  {roles: []models.Role{models.RoleReviewer}, by: byManager, notSelf: true},
	MarkDecide:    {roles: []models.Role{models.RoleOfficer, models.RoleReviewer}},
	ReportTake:    {roles: assessors, by: byManager, own: true},
	ReportCompile: {roles: []models.Role{models.RoleOfficer}},
	SchemeRead:    {signed: true, work: true},
	SchemeDraft:   {roles: []models.Role{models.RoleOfficer}},
	SchemeApprove: {roles: []models.Role{models.RoleReviewer}},

	// The system administrator enters who leaves, so he says who takes over; the supervisor takes care of what is left.
	HandOver: {roles: []models.Role{models.RoleSystem, models.RoleSupervisor}},

	AdminUnits:    {roles: []models.Role{models.RoleSystem}},
	AdminPeople:   {roles: []models.Role{models.RoleSystem}},
	AdminRoles:    {roles: []models.Role{models.RoleSecurity}, notSelf: true},
	AdminAudit:    {roles: []models.Role{models.RoleAudit}},
	AdminJobs:     {roles: []models.Role{models.RoleSystem}},
	AdminFeedback: {roles: []models.Role{models.RoleSystem}},

	DeskReset: {roles: []models.Role{models.RoleDesk}, notSelf: true},
	AccessSee: {roles: []models.Role{models.RoleSecurity, models.RoleAudit}},
}

// Actions lists every action of the table in alphabetical order.
func Actions() []Action {
	out := make([]Action, 0, len(table))
	for a := range table {
		out = append(out, a)
	}
	slices.Sort(out)
	return out
}

// Object is what an action is done to. Leave a field empty where it has no meaning.
type Object struct {
	UnitPath    string // of the unit it belongs to
	ManagerPath string // of the unit with the managing authority
	PersonID    string // whom it is about, or who handles it
}

// Can reports whether the actor may do the action to the object.
func Can(a models.Actor, do Action, o Object) bool {
	_, ok := Why(a, do, o)
	return ok
}

// Check returns nil when the actor may, Unsigned when nobody is logged in, else Forbidden "error.forbidden".
func Check(a models.Actor, do Action, o Object) error {
	switch {
	case Can(a, do, o):
		return nil
	case a.ID == "":
		return fault.New(fault.Unsigned, "error.unsigned")
	default:
		return fault.New(fault.Forbidden, "error.forbidden")
	}
}

// Within reports whether the unit with path lies in the subtree of root. An empty path lies nowhere.
func Within(path, root string) bool {
	return path != "" && root != "" && strings.HasPrefix(path, root)
}

// May reports whether the actor may do the action to anything at all: it decides menus and the doors of lists.
func May(a models.Actor, do Action) bool {
	r, known := table[do]
	switch {
	case !known:
		return false
	case a.System || r.open:
		return true
	case a.ID == "", r.bars(a):
		return false
	case r.signed || r.own || r.onlyOwn:
		return true
	}
	return slices.ContainsFunc(a.Grants, func(g models.Grant) bool { return slices.Contains(r.roles, g.Role) })
}

// bars reports whether the row is closed to the actor for his office alone, whatever the object is.
func (r rule) bars(a models.Actor) bool { return r.work && !IsBusiness(a) }

// IsBusiness reports whether somebody has business data at all: the three administrators have none. What is kept about
// themselves, such as a report from before they took office, they see like anybody.
func IsBusiness(a models.Actor) bool {
	return !a.Has(models.RoleSystem) && !a.Has(models.RoleSecurity) && !a.Has(models.RoleAudit)
}

// Reach is what of a list an actor sees: everything, or what lies below Paths, or is his own.
type Reach struct {
	All      bool
	Paths    []string // unit paths (or manager paths for actions that follow the managing authority)
	PersonID string   // own objects are seen too; "" = none
}

// Empty reports whether nothing can be seen.
func (r Reach) Empty() bool { return !r.All && len(r.Paths) == 0 && r.PersonID == "" }

// Scope returns the reach of the actor for lists of the action's objects. Paths inside one another are merged.
func Scope(a models.Actor, do Action) Reach {
	r, known := table[do]
	if !known {
		return Reach{}
	}
	if a.System {
		return Reach{All: true}
	}
	if r.bars(a) {
		return Reach{}
	}
	var out Reach
	if (r.own || r.onlyOwn) && a.ID != "" {
		out.PersonID = a.ID
	}
	for _, g := range a.Grants {
		reached := slices.ContainsFunc(out.Paths, func(p string) bool { return Within(g.UnitPath, p) })
		if reached || !slices.Contains(r.roles, g.Role) {
			continue
		}
		out.Paths = slices.DeleteFunc(out.Paths, func(p string) bool { return Within(p, g.UnitPath) })
		out.Paths = append(out.Paths, g.UnitPath)
	}
	slices.Sort(out.Paths)
	return out
}

// Personal reports whether what an action shows is about others: all but what is open to anybody and to whoever is
// signed in.
func Personal(do Action) bool {
	r, known := table[do]
	return known && !r.open && !r.signed
}

// MayChange reports whether the actor may change anything by the action. Whoever reads for a time changes nothing; if
// he is a cadre besides, he still does what is his own: he learns, handles his cases and objects to his figures.
func MayChange(a models.Actor, do Action) bool {
	if !a.Has(models.RoleInspector) {
		return true
	}
	r := table[do]
	return a.Has(models.RoleCadre) && (r.signed || r.onlyOwn)
}

// apartPairs are roles that one person never holds together: the three administrators are disjoint from each other
// and from business roles; drafting, reviewing and releasing are three people; who works for a social organization is
// not one of those who hand it cases, watch over them or assess; and an inspector changes nothing.
var apartPairs = [][2][]models.Role{
	{{models.RoleSystem}, {models.RoleSecurity, models.RoleAudit}},
	{{models.RoleSecurity}, {models.RoleAudit}},
	{{models.RoleSystem, models.RoleSecurity, models.RoleAudit}, {
		models.RoleCadre, models.RoleTrainer, models.RoleIntake, models.RoleSupervisor, models.RoleInterviewer,
		models.RoleOfficer, models.RoleReviewer, models.RoleReleaser, models.RoleLeader, models.RoleInspector,
		models.RoleSocial, models.RoleDesk,
	}},
	{{models.RoleSocial}, {
		models.RoleCadre, models.RoleTrainer, models.RoleIntake, models.RoleSupervisor, models.RoleInterviewer,
		models.RoleOfficer, models.RoleReviewer, models.RoleReleaser, models.RoleLeader, models.RoleInspector,
	}},
	{{models.RoleInspector}, {
		models.RoleTrainer, models.RoleIntake, models.RoleSupervisor, models.RoleInterviewer, models.RoleOfficer,
		models.RoleReviewer, models.RoleReleaser, models.RoleDesk,
	}},
	{{models.RoleOfficer}, {models.RoleReviewer, models.RoleReleaser}},
	{{models.RoleReviewer}, {models.RoleReleaser}},
}

// Apart reports whether one person may not hold both roles.
func Apart(x, y models.Role) bool {
	for _, p := range apartPairs {
		xy := slices.Contains(p[0], x) && slices.Contains(p[1], y)
		yx := slices.Contains(p[0], y) && slices.Contains(p[1], x)
		if xy || yx {
			return true
		}
	}
	return false
}
