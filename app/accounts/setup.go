package accounts

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// setupTries is how often a setup code may be mistyped before it is worthless.
const setupTries = 10

// setupCode is the code that the terminal shows while nobody has an account.
type setupCode struct {
	sum   [sha256.Size]byte
	tries int
}

// Administrator is one of the first three: a person of their own, who changes the password at the first login.
type Administrator struct {
	StaffNo, Name, Password string
}

// SetupInput is what the first visitor tells about the house. UnitCode may be empty; Filing has one number a line.
type SetupInput struct {
	OnePassword                        bool // the administrators may share one password: in a demonstration
	Code                               string
	UnitName, UnitCode                 string
	UnitKind                           models.UnitKind // county or province
	SiteName, Organizer, Phone, Filing string
	System, Security, Audit            Administrator
}

// NeedsSetup reports whether nobody has an account yet.
func (s *Service) NeedsSetup(ctx context.Context) (bool, error) {
	var n int64
	err := db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		n, err = countPersons(tx)
		return err
	})
	return n == 0, err
}

// OpenSetup makes the code that allows the first set-up, to be shown on the terminal. Calling it again makes the code
// before worthless.
func (s *Service) OpenSetup() string {
	const signs = "23456789ABCDEFGHJKMNPQRSTVWXYZ23" // 32, none easily confused; 12 of them make 59 bits
	var b [12]byte
	_, _ = rand.Read(b[:]) // crypto/rand.Read never fails
	for i := range b {
		b[i] = signs[b[i]&31]
	}
	code := string(b[:4]) + "-" + string(b[4:8]) + "-" + string(b[8:])
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setup = &setupCode{sum: sha256.Sum256([]byte(plainCode(code)))}
	return code
}

func plainCode(code string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, NormalStaffNo(code))
}

// checkCode compares a setup code in constant time and counts the tries.
func (s *Service) checkCode(code string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.setup == nil || s.setup.tries >= setupTries {
		return fault.New(fault.Forbidden, "account.setup_closed")
	}
	s.setup.tries++
	sum := sha256.Sum256([]byte(plainCode(code)))
	if subtle.ConstantTimeCompare(sum[:], s.setup.sum[:]) != 1 {
		return fault.Wrong(fault.On("code", "account.setup_code", "left", setupTries-s.setup.tries))
	}
	s.setup.tries--
	return nil
}

// Setup creates the root unit, the identity of the site and the three administrators, three different people, all or
// nothing. It works once, and only while nobody has an account.
//
// Faults: Invalid with fields code, unit_name, unit_kind, unit_code, site_name, organizer, phone, filing and
// sys_/sec_/aud_ staff_no, name, password; Forbidden "account.setup_closed"; Conflict "account.setup_done".
func (s *Service) Setup(ctx context.Context, who models.Actor, in SetupInput) error {
	needed, err := s.NeedsSetup(ctx)
	if err != nil {
		return err
	}
	if !needed {
		return fault.New(fault.Conflict, "account.setup_done")
	}
	if err := s.checkCode(in.Code); err != nil {
		return err
	}
	in = in.normal()
	if err := in.check(); err != nil {
		return err
	}
	hashes := make([]string, 3)
	for i, a := range in.admins() {
		if hashes[i], err = s.Hash(ctx, a.Password); err != nil {
			return err
		}
	}
	now := s.now()
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error { return in.createTx(tx, now, who, hashes) })
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setup = nil
	return nil
}

func (in SetupInput) admins() []Administrator {
	return []Administrator{in.System, in.Security, in.Audit}
}

// normal trims every text and writes numbers the one way they are kept.
func (in SetupInput) normal() SetupInput {
	for _, p := range []*string{&in.UnitName, &in.SiteName, &in.Organizer, &in.Phone, &in.Filing} {
		*p = strings.TrimSpace(*p)
	}
	in.UnitCode = NormalStaffNo(in.UnitCode)
	for _, a := range []*Administrator{&in.System, &in.Security, &in.Audit} {
		a.StaffNo, a.Name = NormalStaffNo(a.StaffNo), strings.TrimSpace(a.Name)
	}
	return in
}

func (in SetupInput) check() error {
	groups := [][]fault.Field{
		checkUnitName("unit_name", in.UnitName), checkCredit("unit_code", in.UnitCode),
		fault.Text("site_name", in.SiteName, 50), fault.Text("organizer", in.Organizer, 100),
		fault.Text("phone", in.Phone, 50), fault.Optional("filing", in.Filing, 500),
	}
	if in.UnitKind != models.County && in.UnitKind != models.Province {
		groups = append(groups, []fault.Field{fault.On("unit_kind", "form.required_choice")})
	}
	seen, shared := map[string]bool{}, map[string]bool{}
	for i, a := range in.admins() {
		prefix := []string{"sys_", "sec_", "aud_"}[i]
		no := checkStaffNo(prefix+"staff_no", a.StaffNo)
		if len(no) == 0 && seen[a.StaffNo] {
			no = append(no, fault.On(prefix+"staff_no", "account.setup_same"))
		}
		seen[a.StaffNo] = true
		word := CheckPassword(prefix+"password", a.Password, a.StaffNo, longEnough)
		if same := norm.NFKC.String(a.Password); len(word) == 0 && !in.OnePassword {
			if shared[same] {
				word = append(word, fault.On(prefix+"password", "account.setup_password"))
			}
			shared[same] = true
		}
		groups = append(groups, no, checkName(prefix+"name", a.Name), word)
	}
	return fault.Refuse(groups...)
}

func (in SetupInput) createTx(tx *gorm.DB, now time.Time, who models.Actor, hashes []string) error {
	n, err := countPersons(tx)
	if err != nil {
		return err
	}
	// The row is the claim: of two set-ups at the same time one finds it there.
	claimed, err := db.Insert(tx, &models.Meta{K: metaSetup, V: now.Format(time.RFC3339)})
	switch {
	case err != nil:
		return err
	case n > 0 || !claimed:
		return fault.New(fault.Conflict, "account.setup_done")
	}
	root := models.Unit{
		ID: models.NewID(), Code: orNil(in.UnitCode), Name: in.UnitName, Kind: in.UnitKind,
		ValidFrom: models.DateOf(now), Version: 1, CreatedAt: now,
	}
	root.Path = "/" + root.ID + "/"
	if err := insertUnit(tx, &root); err != nil {
		return err
	}
	if err := setSiteTx(tx, Site{
		Name: in.SiteName, Organizer: in.Organizer, Phone: in.Phone, Filing: lines(in.Filing),
	}); err != nil {
		return err
	}
	roles := []models.Role{models.RoleSystem, models.RoleSecurity, models.RoleAudit}
	for i, a := range in.admins() {
		p := models.Person{
			ID: models.NewID(), StaffNo: a.StaffNo, Name: a.Name, PasswordHash: hashes[i], MustChange: true, Version: 1,
			CreatedAt: now, UpdatedAt: now,
		}
		if err := insertPerson(tx, &p); err != nil {
			return err
		}
		grant := models.RoleGrant{
			ID: models.NewID(), PersonID: p.ID, UnitID: root.ID, Role: roles[i], ValidFrom: models.DateOf(now),
			CreatedAt: now,
		}
		if err := insertGrant(tx, &grant); err != nil {
			return err
		}
	}
	return audit.Add(tx, now, who, audit.Event{Action: "account.setup", Kind: "unit", ID: root.ID})
}
