package onboard_test

import (
	"testing"

	"gorm.io/gorm"

	"shanzhi/models"
)

// desk is somebody with a post at one unit and a role at another.
func (w *world) desk(staffNo string, role models.Role, at, post models.Unit) {
	w.t.Helper()
	p := models.Person{
		ID: models.NewID(), StaffNo: staffNo, Name: "张" + staffNo, Version: 1, CreatedAt: w.clock.Now(),
		UpdatedAt: w.clock.Now(),
	}
	w.tx(func(tx *gorm.DB) error {
		if err := tx.Create(&p).Error; err != nil {
			return err
		}
		o := models.Post{
			ID: models.NewID(), PersonID: p.ID, UnitID: post.ID, ManagerID: w.county.ID, Title: "干部", Class: "window",
			Category: models.CivilServant, ValidFrom: "2024-01-01", Version: 1,
		}
		if err := tx.Create(&o).Error; err != nil {
			return err
		}
		return tx.Create(&models.RoleGrant{
			ID: models.NewID(), PersonID: p.ID, UnitID: at.ID, Role: role, ValidFrom: "2024-01-01", CreatedAt: w.clock.Now(),
		}).Error
	})
}

func (w *world) below(name string, kind models.UnitKind) models.Unit {
	w.t.Helper()
	u := models.Unit{
		ID: models.NewID(), ParentID: &w.county.ID, Name: name, Kind: kind, ValidFrom: "2020-01-01", Version: 1,
		CreatedAt: w.clock.Now(),
	}
	u.Path = w.county.Path + u.ID + "/"
	w.tx(func(tx *gorm.DB) error { return tx.Create(&u).Error })
	return u
}

// missing returns how many are missing of one thing.
func (w *world) missing(key string) int {
	w.t.Helper()
	o, err := w.door.Overview(w.t.Context(), system)
	w.must(err)
	for _, g := range o.Gaps {
		if g.Key == key {
			return g.N
		}
	}
	return 0
}

func TestTheGuideSaysWhereNobodyCouldTakeWhatResidentsSay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bureau, town := w.below("民政局", models.Department), w.below("柳溪镇", models.Township)
	want := func(when, key string, n int) {
		t.Helper()
		if got := w.missing(key); got != n {
			t.Errorf("%s: %s of %d units, want %d", when, key, got, n)
		}
	}
	want("nobody is a supervisor", "tip_reader", 2)
	w.desk("T1", models.RoleSupervisor, town, town)
	want("one of the township alone", "tip_reader", 2)
	w.desk("D1", models.RoleSupervisor, w.county, bureau)
	want("one of the county with a post at the bureau", "tip_reader", 1)
	n, err := w.door.Unread(t.Context(), system)
	if err != nil || n != 1 {
		t.Errorf("the security administrator is told of %d; %v", n, err)
	}
	w.desk("D2", models.RoleSupervisor, w.county, town)
	want("a second one with a post elsewhere", "tip_reader", 0)

	want("no leader", "leader", 2)
	w.desk("L1", models.RoleLeader, town, town)
	want("a leader of the township", "leader", 1)
	w.desk("L2", models.RoleLeader, w.county, bureau)
	want("a leader of the county", "leader", 0)

	w.desk("C1", models.RoleIntake, w.county, bureau)
	w.desk("C2", models.RoleIntake, town, town)
	want("the only clerk of the county", "intake_two", 1)
	w.desk("C3", models.RoleIntake, w.county, bureau)
	want("two clerks of the county", "intake_two", 0)
	if _, err := w.door.Unread(t.Context(), models.Actor{ID: "nobody"}); err == nil {
		t.Error("anybody is told")
	}
}
