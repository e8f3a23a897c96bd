package accounts

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// Enrol makes many accounts at once, all or nothing. They have no password: nobody can log in with them until
// ResetPassword gives a first one. Faults are those of CreatePerson, with the row (from 1) of the input.
func (s *Service) Enrol(ctx context.Context, actor models.Actor, in []PersonInput) ([]models.Person, error) {
	if !policy.May(actor, policy.AdminPeople) {
		return nil, policy.Check(actor, policy.AdminPeople, policy.Object{})
	}
	now := s.now()
	var out []models.Person
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		out = out[:0]
		for i, p := range in {
			row, err := s.enrolTx(tx, now, actor, p)
			if err != nil {
				return atRow(err, i+1)
			}
			out = append(out, row)
		}
		return nil
	})
	return out, err
}

func (s *Service) enrolTx(tx *gorm.DB, now time.Time, actor models.Actor, in PersonInput) (models.Person, error) {
	in.StaffNo, in.Name = NormalStaffNo(in.StaffNo), strings.TrimSpace(in.Name)
	number, fields := checkMobile(in.Mobile)
	if err := fault.Refuse(checkStaffNo("staff_no", in.StaffNo), checkName("name", in.Name), fields); err != nil {
		return models.Person{}, err
	}
	p := models.Person{
		ID: models.NewID(), StaffNo: in.StaffNo, Name: in.Name, MustChange: true, Version: 1,
		CreatedAt: now, UpdatedAt: now,
	}
	if err := s.setMobile(&p, number); err != nil {
		return p, err
	}
	return p, s.createTx(tx, now, actor, &p, in.Post)
}

// atRow adds the row to every field of an Invalid fault.
func atRow(err error, row int) error {
	if !fault.Is(err, fault.Invalid) {
		return err
	}
	f := *fault.Of(err)
	f.Fields = append([]fault.Field(nil), f.Fields...)
	for i := range f.Fields {
		f.Fields[i].Row = row
	}
	return &f
}
