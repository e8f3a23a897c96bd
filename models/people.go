package models

import (
	"slices"
	"time"

	"shanzhi/models/vault"
)

// UnitKind is the level or sort of a unit.
type UnitKind string

// The kinds of units.
const (
	Province   UnitKind = "province"
	County     UnitKind = "county"
	Department UnitKind = "department"
	Township   UnitKind = "township"
	Village    UnitKind = "village"
	Community  UnitKind = "community"
	SocialOrg  UnitKind = "social" // a social organization that takes over services
)

// Unit is a node of the organisation tree.
//
// Path is "/id/id/…/id/" from the root to the unit itself: a unit's subtree is every path that begins with its own.
type Unit struct {
	ID        string   `gorm:"primaryKey;size:26"`
	ParentID  *string  `gorm:"size:26;index:ix_units_parent"`
	Code      *string  `gorm:"size:18;uniqueIndex:ux_units_code"` // unified social credit code
	Name      string   `gorm:"size:100;not null"`
	Kind      UnitKind `gorm:"size:16;not null"`
	Path      string   `gorm:"size:255;not null;uniqueIndex:ux_units_path"`
	ValidFrom Date     `gorm:"size:10;not null"`
	ValidTo   Date     `gorm:"size:10;not null"` // "" while it exists
	// the unit that took over people and work when this one was merged into it (撤并)
	MergedInto *string   `gorm:"size:26"`
	Version    int       `gorm:"not null"`
	CreatedAt  time.Time `gorm:"not null"`
}

// TableName fixes the table name.
func (Unit) TableName() string { return "units" }

// PastKind is what of a unit was otherwise in a past span.
type PastKind string

// What changes of a unit while it stays the same unit.
const (
	PastName   PastKind = "name"   // Value is the former name
	PastParent PastKind = "parent" // Value is the id of the former superior unit
)

// UnitPast is a former name or a former superior of a unit with the span in which it held; what holds now stands in the
// unit itself.
type UnitPast struct {
	ID        string    `gorm:"primaryKey;size:26"`
	UnitID    string    `gorm:"size:26;not null;index:ix_unit_pasts_unit,priority:1"`
	Kind      PastKind  `gorm:"size:8;not null;index:ix_unit_pasts_unit,priority:2"`
	Value     string    `gorm:"size:100;not null"`
	ValidFrom Date      `gorm:"size:10;not null"`
	ValidTo   Date      `gorm:"size:10;not null"` // last day
	CreatedAt time.Time `gorm:"not null"`
}

// TableName fixes the table name.
func (UnitPast) TableName() string { return "unit_pasts" }

// Person is somebody with an account.
type Person struct {
	ID string `gorm:"primaryKey;size:26"`
	// normalised: upper case, half width
	StaffNo      string       `gorm:"size:32;not null;uniqueIndex:ux_persons_staff_no"`
	Name         string       `gorm:"size:50;not null"`
	Mobile       vault.Sealed `gorm:"size:255;not null"` // "" or sealed
	MobileHash   *string      `gorm:"size:64;uniqueIndex:ux_persons_mobile_hash"`
	PasswordHash string       `gorm:"size:255;not null"`
	MustChange   bool         `gorm:"not null"`
	FailedLogins int          `gorm:"not null"`
	LockedUntil  *time.Time
	DisabledAt   *time.Time
	ClosesOn     Date      `gorm:"size:10;not null"` // last day on which somebody who has left may log in; "" = no end
	Version      int       `gorm:"not null"`
	CreatedAt    time.Time `gorm:"not null"`
	UpdatedAt    time.Time `gorm:"not null"`
}

// TableName fixes the table name.
func (Person) TableName() string { return "persons" }

// NameReason is why a person's name was changed.
type NameReason string

// The reasons.
const (
	NameCorrected NameReason = "corrected" // it had been entered wrongly, such as a rare character
	NameChanged   NameReason = "changed"   // the person has taken another name
)

// PersonName is a former name of a person, kept for what was written under it.
type PersonName struct {
	ID        string     `gorm:"primaryKey;size:26"`
	PersonID  string     `gorm:"size:26;not null;index:ix_person_names_person"`
	Name      string     `gorm:"size:50;not null"`
	Reason    NameReason `gorm:"size:16;not null"` // why it was given up
	UsedTo    Date       `gorm:"size:10;not null"` // last day on which it was the name
	CreatedAt time.Time  `gorm:"not null"`
}

// TableName fixes the table name.
func (PersonName) TableName() string { return "person_names" }

// Category is the personnel category (人员类别); it decides the words of a grade.
type Category string

// The personnel categories.
const (
	LeadingCadre Category = "leading"
	CivilServant Category = "civil"
	Institution  Category = "institution"
	VillageCadre Category = "village"
	Contract     Category = "contract"
)

// PostKind is how a post is held (任职方式).
type PostKind string

// The kinds of posts. A loan and a temporary post stand beside the post the person is appointed to and end by
// themselves.
const (
	Appointed PostKind = "appointed" // 任职
	OnLoan    PostKind = "on_loan"   // 借调
	Temporary PostKind = "temporary" // 挂职
)

// EndReason is why a post ended; "" while that is not known: it lasts, or ends by the day it was given for.
type EndReason string

// The reasons.
const (
	Transferred EndReason = "transferred" // 调动
	TermOver    EndReason = "term_over"   // 借调期满、挂职期满
	LeftPost    EndReason = "left"        // 离任
	Retired     EndReason = "retired"     // 退休
	UnitMerged  EndReason = "merged"      // 单位撤并
	Corrected   EndReason = "corrected"   // 更正: entered by mistake
)

// Post is a cadre's position at a unit in a span of time.
//
// ManagerID is the unit that holds the managing authority (干部管理权限): assessment follows it, not the unit tree.
type Post struct {
	ID        string    `gorm:"primaryKey;size:26"`
	PersonID  string    `gorm:"size:26;not null;index:ix_posts_person"`
	UnitID    string    `gorm:"size:26;not null;index:ix_posts_unit"`
	ManagerID string    `gorm:"size:26;not null;index:ix_posts_manager"`
	Title     string    `gorm:"size:100;not null"`
	Class     string    `gorm:"size:32;not null"` // post class: quotas, scheme, comparison group
	Category  Category  `gorm:"size:16;not null"`
	Kind      PostKind  `gorm:"size:16;not null;default:appointed"`
	ValidFrom Date      `gorm:"size:10;not null"`
	ValidTo   Date      `gorm:"size:10;not null"` // "" while it lasts
	EndReason EndReason `gorm:"size:16;not null"`
	Version   int       `gorm:"not null"`
}

// TableName fixes the table name.
func (Post) TableName() string { return "posts" }

// MainFirst orders posts (by their table's name) so that the main one comes first: the post somebody is appointed to
// before those on loan, then the one held longest. It is a rule and no column: a mark would have to be moved by hand at
// every transfer, and would be wrong the day it was forgotten.
func MainFirst(table string) string {
	return "CASE " + table + ".kind WHEN 'appointed' THEN 0 ELSE 1 END, " + table + ".valid_from, " + table + ".id"
}

// Handover is work of one person given to another (工作交接): done at once, or due on the day after a post ends.
type Handover struct {
	ID       string `gorm:"primaryKey;size:26"`
	PersonID string `gorm:"size:26;not null;index:ix_handovers_person"` // who gives
	// the post whose work it is; nil = of all posts
	PostID    *string    `gorm:"size:26"`
	ToPostID  string     `gorm:"size:26;not null"` // who takes, by the post he takes it in
	DueOn     Date       `gorm:"size:10;not null;index:ix_handovers_due,priority:2"`
	AskedBy   *string    `gorm:"size:26"`
	Items     int        `gorm:"not null"` // pieces that changed hands
	DoneAt    *time.Time `gorm:"index:ix_handovers_due,priority:1"`
	CreatedAt time.Time  `gorm:"not null"`
}

// TableName fixes the table name.
func (Handover) TableName() string { return "handovers" }

// Role is what somebody may do at a unit and below it.
type Role string

// The roles of the house.
const (
	RoleCadre       Role = "cadre"
	RoleTrainer     Role = "trainer"
	RoleIntake      Role = "intake"
	RoleSupervisor  Role = "supervisor"
	RoleInterviewer Role = "interviewer"
	RoleOfficer     Role = "officer"
	RoleReviewer    Role = "reviewer"
	RoleReleaser    Role = "releaser"
	RoleLeader      Role = "leader"
	RoleInspector   Role = "inspector"
	RoleSocial      Role = "social" // of a social organization: takes part in cases as a provider
	RoleSystem      Role = "sysadmin"
	RoleSecurity    Role = "secadmin"
	RoleAudit       Role = "auditadmin"
)

// RoleDesk is what a delegated officer holds: the right to issue one-time codes for a time. The system administrator
// delegates it; it is no role to be granted.
const RoleDesk Role = "desk"

// Roles lists every role in the order of the menus.
func Roles() []Role {
	return []Role{
		RoleCadre, RoleTrainer, RoleIntake, RoleSupervisor, RoleInterviewer, RoleOfficer, RoleReviewer, RoleReleaser,
		RoleLeader, RoleInspector, RoleSocial, RoleSystem, RoleSecurity, RoleAudit,
	}
}

// RoleGrant is one role held at one unit for a time.
type RoleGrant struct {
	ID        string    `gorm:"primaryKey;size:26"`
	PersonID  string    `gorm:"size:26;not null;index:ix_role_grants_person"`
	UnitID    string    `gorm:"size:26;not null;index:ix_role_grants_unit"`
	Role      Role      `gorm:"size:16;not null"`
	ValidFrom Date      `gorm:"size:10;not null"`
	ValidTo   Date      `gorm:"size:10;not null"` // last day; "" without end
	GrantedBy *string   `gorm:"size:26"`
	CreatedAt time.Time `gorm:"not null"`
}

// TableName fixes the table name.
func (RoleGrant) TableName() string { return "role_grants" }

// Session is one login on one device. The cookie holds the token, the row only its SHA-256.
type Session struct {
	TokenHash string     `gorm:"primaryKey;size:64"`
	PersonID  string     `gorm:"size:26;not null;index:ix_sessions_person"`
	Secret    string     `gorm:"size:64;not null"` // of the CSRF tokens
	CreatedAt time.Time  `gorm:"not null"`
	SeenAt    time.Time  `gorm:"not null"` // written at most once a minute
	ExpiresAt time.Time  `gorm:"not null;index:ix_sessions_expires"`
	ProvedAt  *time.Time // when the second factor was last shown; nil = not yet
}

// TableName fixes the table name.
func (Session) TableName() string { return "sessions" }

// Grant is a role of an actor with the reach of its unit.
type Grant struct {
	Role     Role
	UnitID   string
	UnitPath string
	Until    Date // last day; "" without end
}

// Actor is who asks: a person with the roles held today, the system itself, or nobody.
type Actor struct {
	ID     string // person; "" for nobody and for the system
	Name   string
	System bool // a job or the command line on the machine itself
	Grants []Grant
	From   string // where the request came from (address), for the audit log
	Req    string // request id
}

// SystemActor is the program itself at work: a job, or the command line on the machine.
func SystemActor(name string) Actor { return Actor{Name: name, System: true} }

// Only reports whether every role that the actor holds is among those given; nobody holds none of them.
func (a Actor) Only(roles ...Role) bool {
	for _, g := range a.Grants {
		if !slices.Contains(roles, g.Role) {
			return false
		}
	}
	return len(a.Grants) > 0
}

// Has reports whether the actor holds the role anywhere.
func (a Actor) Has(r Role) bool {
	for _, g := range a.Grants {
		if g.Role == r {
			return true
		}
	}
	return false
}
