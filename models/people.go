package models

import (
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
	ID        string    `gorm:"primaryKey;size:26"`
	ParentID  *string   `gorm:"size:26;index:ix_units_parent"`
	Code      *string   `gorm:"size:18;uniqueIndex:ux_units_code"` // unified social credit code
	Name      string    `gorm:"size:100;not null"`
	Kind      UnitKind  `gorm:"size:16;not null"`
	Path      string    `gorm:"size:255;not null;uniqueIndex:ux_units_path"`
	ValidFrom Date      `gorm:"size:10;not null"`
	ValidTo   Date      `gorm:"size:10;not null"` // "" while it exists
	Version   int       `gorm:"not null"`
	CreatedAt time.Time `gorm:"not null"`
}

// TableName fixes the table name.
func (Unit) TableName() string { return "units" }

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
	Version      int       `gorm:"not null"`
	CreatedAt    time.Time `gorm:"not null"`
	UpdatedAt    time.Time `gorm:"not null"`
}

// TableName fixes the table name.
func (Person) TableName() string { return "persons" }

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

// Post is a cadre's position at a unit in a span of time.
//
// ManagerID is the unit that holds the managing authority (干部管理权限): assessment follows it, not the unit tree.
type Post struct {
	ID        string   `gorm:"primaryKey;size:26"`
	PersonID  string   `gorm:"size:26;not null;index:ix_posts_person"`
	UnitID    string   `gorm:"size:26;not null;index:ix_posts_unit"`
	ManagerID string   `gorm:"size:26;not null;index:ix_posts_manager"`
	Title     string   `gorm:"size:100;not null"`
	Class     string   `gorm:"size:32;not null"` // post class: quotas, scheme, comparison group
	Category  Category `gorm:"size:16;not null"`
	ValidFrom Date     `gorm:"size:10;not null"`
	ValidTo   Date     `gorm:"size:10;not null"` // "" while it lasts
	Version   int      `gorm:"not null"`
}

// TableName fixes the table name.
func (Post) TableName() string { return "posts" }

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
	TokenHash string    `gorm:"primaryKey;size:64"`
	PersonID  string    `gorm:"size:26;not null;index:ix_sessions_person"`
	Secret    string    `gorm:"size:64;not null"` // of the CSRF tokens
	CreatedAt time.Time `gorm:"not null"`
	SeenAt    time.Time `gorm:"not null"` // written at most once a minute
	ExpiresAt time.Time `gorm:"not null;index:ix_sessions_expires"`
}

// TableName fixes the table name.
func (Session) TableName() string { return "sessions" }

// Grant is a role of an actor with the reach of its unit.
type Grant struct {
	Role     Role
	UnitID   string
	UnitPath string
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

// Has reports whether the actor holds the role anywhere.
func (a Actor) Has(r Role) bool {
	for _, g := range a.Grants {
		if g.Role == r {
			return true
		}
	}
	return false
}
