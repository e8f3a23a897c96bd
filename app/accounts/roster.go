package accounts

import (
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/find"
	"shanzhi/models/vault"
)

// rosterAtOnce is the number of rows of one INSERT: few enough for the largest number of variables of a statement.
const rosterAtOnce = 200

// CheckStaffNo refuses what is no staff number; it takes the form that NormalStaffNo gives.
func CheckStaffNo(field, s string) []fault.Field { return checkStaffNo(field, s) }

// CheckName refuses what is no name of a person, of up to 50 characters of any script.
func CheckName(field, s string) []fault.Field { return checkName(field, s) }

// CheckText refuses an empty text, one longer than most characters and one with control characters.
func CheckText(field, s string, most int) []fault.Field { return fault.Text(field, s, most) }

// NewPerson returns the row of a new account. It has no password: nobody can log in until a first one is given.
// number is a mobile number as NormalMobile writes it, or "".
func NewPerson(v *vault.Vault, now time.Time, staffNo, name, number string) (models.Person, error) {
	p := models.Person{
		ID: models.NewID(), StaffNo: staffNo, Name: strings.TrimSpace(name), MustChange: true, Version: 1,
		CreatedAt: now, UpdatedAt: now,
	}
	return p, SealMobile(v, &p, number)
}

// SealMobile gives a row a mobile number as NormalMobile writes it; "" leaves it as it is.
func SealMobile(v *vault.Vault, p *models.Person, number string) (err error) {
	if number == "" {
		return nil
	}
	hash := MobileHash(v, number)
	p.MobileHash = &hash
	p.Mobile, err = v.Seal(number, mobilePlace(p.ID))
	return err
}

// AddPeopleTx writes many new accounts with their posts. It checks nothing: whoever calls it has checked every row
// against the house in the same transaction, and writes the audit entry.
func AddPeopleTx(tx *gorm.DB, people []models.Person, posts []models.Post) error {
	if len(people) > 0 {
		if err := tx.CreateInBatches(people, rosterAtOnce).Error; err != nil {
			return fmt.Errorf("create people: %w", err)
		}
		named := make([]find.Named, 0, len(people))
		for _, p := range people {
			named = append(named, find.Named{ID: p.ID, Said: p.Name})
		}
		if err := find.KeepTx(tx, find.Person, named...); err != nil {
			return err
		}
	}
	if len(posts) > 0 {
		if err := tx.CreateInBatches(posts, rosterAtOnce).Error; err != nil {
			return fmt.Errorf("create posts: %w", err)
		}
	}
	return nil
}

// RenameTx is Rename within a transaction, with its audit row. The caller has checked that the actor may see the
// person.
func (s *Service) RenameTx(
	tx *gorm.DB, now time.Time, actor models.Actor, p models.Person, in RenameInput,
) (papers int, err error) {
	if in.From == "" {
		in.From = models.DateOf(now)
	}
	return s.renameTx(tx, now, actor, p, in)
}

// AddUnitsTx writes many new units, parents before those below them. It checks nothing, like AddPeopleTx.
func AddUnitsTx(tx *gorm.DB, units []models.Unit) error {
	if len(units) == 0 {
		return nil
	}
	if err := tx.CreateInBatches(units, rosterAtOnce).Error; err != nil {
		return fmt.Errorf("create units: %w", err)
	}
	return nil
}

// MaxPath is the longest path of a unit, in characters.
const MaxPath = maxPath
