package accounts_test

import (
	"strings"
	"testing"

	"shanzhi/app/accounts"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

func TestWhoReachesWhatAboutWhom(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	town, other := h.unit(t, h.root, "柳溪镇", models.Township), h.unit(t, h.root, "石桥镇", models.Township)
	village := h.unit(t, town, "上河村", models.Village)
	p := h.cadre(t, "A001", "王芳", village)
	h.cadre(t, "B001", "叶敏", town)
	h.cadre(t, "B002", "姚倩", other)
	must(t, h.grant("B001", models.RoleIntake, town))
	must(t, h.grant("B002", models.RoleIntake, other))
	v, err := h.Access(t.Context(), h.sec, p.ID, accounts.AccessPart{})
	must(t, err)
	who := func(do policy.Action) string {
		var names strings.Builder
		for _, l := range v.Lines {
			if l.Rule.Do == do {
				for _, a := range l.Who {
					names.WriteString(a.StaffNo + "@" + a.Unit + " ")
				}
			}
		}
		return names.String()
	}
	for do, want := range map[policy.Action]string{
		policy.CaseSee: "B001@柳溪镇 ", policy.AdminPeople: "SYS001@青禾县 ", policy.AdminAudit: "AUD001@青禾县 ",
		policy.CaseContact: "", policy.PersonSee: "",
	} {
		if got := who(do); got != want {
			t.Errorf("%s is reached by %q, want %q", do, got, want)
		}
	}
	clerk := h.actor(t, "B001")
	v, err = h.Access(t.Context(), clerk, clerk.ID, accounts.AccessPart{})
	must(t, err)
	var cases accounts.ReachLine
	for _, r := range v.Reaches {
		if r.Rule.Do == policy.CaseSee {
			cases = r
		}
	}
	if cases.Units != 2 || cases.People != 2 || len(cases.Roles) != 1 || cases.Roles[0] != models.RoleIntake {
		t.Errorf("the clerk reaches %+v, want the town and its village with the two posts there", cases)
	}
	_, err = h.Access(t.Context(), clerk, p.ID, accounts.AccessPart{})
	wants(t, err, fault.Forbidden, "")
	_, err = h.Access(t.Context(), h.sec, "nobody", accounts.AccessPart{})
	wants(t, err, fault.NotFound, "")
	rows, total, err := h.AccessPeople(t.Context(), h.aud, accounts.PeopleFilter{Text: "A001"})
	if err != nil || total != 1 || rows[0].ID != p.ID {
		t.Errorf("found %d, %v", total, err)
	}
}

func TestWhoHasLookedAtMe(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	p := h.cadre(t, "A001", "王芳", h.root)
	_, err := h.Person(t.Context(), h.sys, p.ID)
	must(t, err)
	_, err = h.Access(t.Context(), h.aud, p.ID, accounts.AccessPart{})
	must(t, err)
	me := h.actor(t, "A001")
	_, err = h.Access(t.Context(), me, me.ID, accounts.AccessPart{}) // his own look is none
	must(t, err)
	looks, total, err := h.Looks(t.Context(), me, 1, 20)
	if err != nil || total != 2 || looks[0].Action != "access.see" && looks[1].Action != "access.see" {
		t.Fatalf("%+v, %d, %v", looks, total, err)
	}
	for _, l := range looks {
		want := models.RoleSystem
		if l.Action == "access.see" {
			want = models.RoleAudit
		}
		if len(l.Roles) != 1 || l.Roles[0] != want {
			t.Errorf("%s by %v, want %s", l.Action, l.Roles, want)
		}
	}
}

// The holders of a role come page by page.
func TestHoldersArePaged(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	p := h.cadre(t, "A001", "王芳", h.root)
	for _, no := range []string{"B001", "B002", "B003"} {
		h.cadre(t, no, "叶敏", h.root)
		must(t, h.grant(no, models.RoleTrainer, h.root))
	}
	for page, want := range map[int]string{1: "B001 B002 ", 2: "B003 ", 3: ""} {
		v, err := h.Access(t.Context(), h.sec, p.ID, accounts.AccessPart{Do: policy.TrainSee, Page: page, Size: 2})
		must(t, err)
		var got strings.Builder
		for _, a := range v.Lines[0].Who {
			got.WriteString(a.StaffNo + " ")
		}
		if len(v.Lines) != 1 || v.Lines[0].Total != 3 || got.String() != want {
			t.Errorf("page %d: %d lines, %d in all, %q; want %q", page, len(v.Lines), v.Lines[0].Total, got.String(), want)
		}
	}
	_, err := h.Access(t.Context(), h.sec, p.ID, accounts.AccessPart{Do: "made.up"})
	wants(t, err, fault.NotFound, "")
}
