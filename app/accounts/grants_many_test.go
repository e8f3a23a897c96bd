package accounts_test

import (
	"testing"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

func (h *house) grants(t *testing.T, role models.Role) (n int64) {
	t.Helper()
	must(t, db.View(t.Context(), h.db, func(tx *gorm.DB) error {
		return tx.Model(&models.RoleGrant{}).Where("role = ?", role).Count(&n).Error
	}))
	return n
}

// People are found by number, name, pinyin or initials, with unit and post, and only within the reach.
func TestPeopleAreFoundForARole(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	town := h.unit(t, h.root, "柳溪镇", models.Township)
	h.cadre(t, "N001", "陈静", town)
	h.cadre(t, "N002", "陈静", h.root)
	gone := h.cadre(t, "N003", "贺岩", town)
	now, err := h.Person(t.Context(), h.sys, gone.ID)
	must(t, err)
	must(t, h.Disable(t.Context(), h.sys, gone.ID, now.Version))
	found, err := h.FindPeople(t.Context(), h.sec, []string{"陈静", "chenjing", "cj", "n002 陈静", "贺岩", "N003"})
	must(t, err)
	for i, want := range []int{2, 2, 2, 1, 0, 0} {
		if found[i].Total != want {
			t.Errorf("%s: %d people, want %d", found[i].Text, found[i].Total, want)
		}
	}
	if p := found[3].People[0]; p.StaffNo != "N002" || p.Unit != "青禾县" || p.Post != "科员" {
		t.Errorf("%+v", p)
	}
	local := models.Actor{ID: "x", Grants: []models.Grant{{Role: models.RoleSecurity, UnitID: town.ID, UnitPath: town.Path}}}
	found, err = h.FindPeople(t.Context(), local, []string{"陈静"})
	if must(t, err); found[0].Total != 1 || found[0].People[0].StaffNo != "N001" {
		t.Errorf("beyond the reach: %+v", found)
	}
	_, err = h.FindPeople(t.Context(), h.sys, []string{"陈静"})
	wants(t, err, fault.Forbidden, "")
	_, err = h.FindPeople(t.Context(), h.sec, make([]string, accounts.MostGrants+1))
	field(t, err, "staff_no", "account.grant_most")
}

// A list of people gets a role as a whole or not at all; who cannot have it is known before.
func TestAListIsGrantedAsAWhole(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	for no, name := range map[string]string{"N001": "甲乙", "N002": "丙丁", "N003": "戊己"} {
		h.cadre(t, no, name, h.root)
	}
	must(t, h.grant("N003", models.RoleOfficer, h.root))
	h.begun(t, h.idOf(t, "N001"))
	in := accounts.GrantsInput{StaffNos: []string{"N001", "N003"}, UnitID: h.root.ID, Role: models.RoleReviewer}
	look, err := h.LookAtGrants(t.Context(), h.sec, in)
	must(t, err)
	if look[0].Why != nil || look[0].Home != "青禾县" || look[0].Post != "科员" || fault.Of(look[1].Why).Key != "account.apart" {
		t.Errorf("%+v", look)
	}
	wants(t, h.GrantAll(t.Context(), h.sec, in), fault.Conflict, "account.apart")
	if n := h.grants(t, models.RoleReviewer); n != 0 {
		t.Errorf("%d of the list got the role", n)
	}
	in.Role, in.StaffNos = models.RoleIntake, []string{"N001", "N002", "N003"}
	must(t, h.GrantAll(t.Context(), h.sec, in))
	if n := h.grants(t, models.RoleIntake); n != 3 {
		t.Errorf("%d grants, want 3", n)
	}
	in.UnitID = "nowhere"
	_, err = h.LookAtGrants(t.Context(), h.sec, in)
	field(t, err, "unit", "form.required_choice")
	in.StaffNos = nil
	field(t, h.GrantAll(t.Context(), h.sec, in), "staff_no", "form.required")
}

// idOf is the id of the person of a staff number.
func (h *house) idOf(t *testing.T, no string) string {
	t.Helper()
	found, err := h.FindPeople(t.Context(), h.sec, []string{no})
	must(t, err)
	return found[0].People[0].ID
}
