package cases_test

import (
	"strings"
	"testing"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/fault"
)

// told is a complaint that a clerk takes in by telephone.
func (w *world) told() cases.Intake {
	return cases.Intake{
		Once: models.NewID(), Kind: models.Complaint, Channel: models.Hotline, OfPerson: true, Title: "对群众发火",
		Detail: "材料不齐时当众发火。", Name: "赵大爷", Phone: "13812340926",
	}
}

// A complaint about the clerk's own unit goes to the unit above, and the clerk keeps the receipt alone.
func TestAComplaintTakenInByStaffNeverReachesTheUnitConcerned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	in := w.told()
	in.About = "周晓岚"
	got := must(w.cases.Register(ctx, w.clerk, in))(t)
	c := w.byNo(got.Case.No)
	if got.Seen || !got.Receipt.Above || got.Receipt.Unit != w.county.Name || c.UnitID != w.county.ID ||
		len(got.Receipt.Secret) != 10 {
		t.Fatalf("registered %+v at %s", got.Receipt, c.UnitID)
	}
	if again := must(w.cases.Register(ctx, w.clerk, in))(t); again.Receipt != got.Receipt || again.Seen {
		t.Errorf("sent twice: %+v, want %+v", again.Receipt, got.Receipt)
	}
	if n := w.count(&models.Case{}, "1 = 1"); n != 1 {
		t.Errorf("%d cases, want 1", n)
	}
	for _, who := range []models.Actor{w.clerk, w.handler, w.supervisor, w.villager} {
		w.hidden(who, c)
	}
	above := w.person("C1", "县督", w.county, models.RoleSupervisor, models.RoleIntake)
	v := must(w.cases.Get(ctx, above, c.ID))(t)
	if !v.Restricted || !strings.Contains(v.Events[0].Note+v.Events[1].Note, "周晓岚") {
		t.Errorf("the unit above reads %+v", v.Events)
	}
	// What is said to the first receiver of other cases is not said of this one.
	must(w.cases.Dispatch(ctx, above, c.ID, w.posts[w.caller.ID], c.Version))(t)
	must(w.cases.Return(ctx, w.caller, c.ID, "不属本单位", c.Version+1))(t)
	if n := w.count(&models.Notice{}, "person_id = ?", w.clerk.ID); n != 0 {
		t.Errorf("the clerk gets %d notices of a case that he must not see", n)
	}
}

func TestWhereComplaintsTakenInByStaffGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, tc := range map[string]struct {
		change func(*cases.Intake)
		at     models.Unit
		seen   bool
	}{
		"nobody named: the clerk's own unit": {func(*cases.Intake) {}, w.county, false},
		"a unit below":                       {func(a *cases.Intake) { a.AboutID = w.village.ID }, w.town, true},
		"somebody below":                     {func(a *cases.Intake) { a.About = "王𬭁" }, w.town, true},
		"another township":                   {func(a *cases.Intake) { a.AboutID = w.elsewhere.ID }, w.county, false},
		"somebody of another township":       {func(a *cases.Intake) { a.About = "李四" }, w.county, false},
		"two units":                          {func(a *cases.Intake) { a.About = "王𬭁、李四" }, w.county, false},
		"a cadre named in words, nothing ticked": {func(a *cases.Intake) {
			a.OfPerson, a.MatterID, a.Detail = false, w.matter.ID, "周晓岚当众发火"
		}, w.county, false},
		"about a service": {func(a *cases.Intake) { a.OfPerson, a.MatterID = false, w.matter.ID }, w.town, true},
	} {
		in := w.told()
		tc.change(&in)
		got, err := w.cases.Register(t.Context(), w.clerk, in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got.Case.UnitID != tc.at.ID || got.Seen != tc.seen || got.Seen == (got.Receipt.Secret != "") {
			t.Errorf("%s: at %s, seen %v, receipt %+v; want %s, %v", name, got.Case.UnitID, got.Seen, got.Receipt,
				tc.at.Name, tc.seen)
		}
		if n := w.count(&models.CaseHidden{}, "case_id = ?", got.Case.ID); (n == 0) != (name == "about a service") {
			t.Errorf("%s: hidden from %d", name, n)
		}
	}
}

// A report of wrongdoing that a clerk types is sealed; he keeps the receipt.
func TestAReportTakenInByStaffIsSealed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	above := w.person("C1", "县督", w.county, models.RoleSupervisor)
	in := w.told()
	in.Kind, in.OfPerson, in.Title, in.About = models.Wrongdoing, false, "低保款去向不明", "周晓岚"
	got := must(w.cases.Register(ctx, w.clerk, in))(t)
	again := must(w.cases.Register(ctx, w.clerk, in))(t)
	if got.Case != nil || got.Seen || !got.Receipt.Tip || got.Receipt.Unit != w.county.Name || again != got {
		t.Fatalf("registered %+v, then %+v", got, again)
	}
	if n, m := w.count(&models.Case{}, "1 = 1"), w.count(&models.Tip{}, "1 = 1"); n != 0 || m != 1 {
		t.Errorf("%d cases and %d reports, want none and one", n, m)
	}
	for name, rows := range w.dump() {
		for _, s := range []string{"低保款", "当众发火", got.Receipt.Secret, "赵大爷"} {
			if strings.Contains(rows, s) {
				t.Errorf("table %s holds %q in plain words", name, s)
			}
		}
	}
	if tips, n, err := w.cases.Tips(ctx, above, 1, 10); err != nil || n != 1 {
		t.Errorf("the county lists %v, %v", tips, err)
	} else if v := must(w.cases.Tip(ctx, above, tips[0].ID))(t); !strings.Contains(v.Said, "周晓岚") {
		t.Errorf("it says %q", v.Said)
	}
	if _, n, err := w.cases.Tips(ctx, w.supervisor, 1, 10); err != nil || n != 0 {
		t.Errorf("the township lists %d, %v", n, err)
	}
	if _, err := w.cases.TakeIn(ctx, w.clerk, in); fault.Of(err).Fields == nil {
		t.Errorf("a report taken in as a case: %v", err)
	}
}

// The code of the receipt opens the matter; issued anew, the old one is worthless, and the database holds neither.
func TestAMatterTakenInByStaffHasAFollowUpCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c := w.takeIn()
	old := must(w.cases.Code(ctx, w.clerk, c.ID))(t)
	ticket := must(w.cases.Unlock(ctx, old.No, old.Secret))(t).Ticket
	if got := must(w.cases.Track(ctx, ticket))(t); got.Self || got.Guarded || got.Text != "八十二岁" || !got.MayWithdraw {
		t.Errorf("tracked %+v", got)
	}
	if err := w.cases.AddWords(ctx, ticket, "补充"); err != nil {
		t.Fatal(err)
	}
	next := must(w.cases.Code(ctx, w.clerk, c.ID))(t)
	if next.Secret == old.Secret || next.Unit != w.town.Name || next.On != c.ReceivedOn {
		t.Errorf("issued %+v after %+v", next, old)
	}
	if _, err := w.cases.Unlock(ctx, old.No, old.Secret); fault.Of(err).Fields == nil {
		t.Errorf("the old code opens: %v", err)
	}
	must(w.cases.Unlock(ctx, next.No, next.Secret))(t)
	if rows := all[models.CaseTrack](w); len(rows) != 1 || rows[0].Words != 1 {
		t.Errorf("follow-up %+v", rows)
	}
	for name, rows := range w.dump() {
		if strings.Contains(rows, old.Secret) || strings.Contains(rows, next.Secret) {
			t.Errorf("table %s holds a code", name)
		}
	}
	given := must(w.cases.Dispatch(ctx, w.clerk, c.ID, w.posts[w.handler.ID], w.byNo(c.No).Version))(t)
	if _, err := w.cases.Code(ctx, w.handler, given.ID); !fault.Is(err, fault.Forbidden) {
		t.Errorf("issued by the handler: %v", err)
	}
	if _, err := w.cases.Code(ctx, w.stranger, given.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("issued by a clerk elsewhere: %v", err)
	}
	online := w.byNo(w.raised(models.Help, "路灯").No)
	if _, err := w.cases.Code(ctx, w.clerk, online.ID); fault.Of(err).Key != "serve.code.online" {
		t.Errorf("issued for a matter raised online: %v", err)
	}
}

// Whoever typed a complaint about his own unit learns nothing by its code, and takes nothing back.
func TestACodeThatAClerkPrintedOpensNoComplaintAboutHisUnit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	got := must(w.cases.Register(ctx, w.clerk, w.told()))(t)
	above := w.person("C1", "县督", w.county, models.RoleSupervisor, models.RoleIntake)
	must(w.cases.Note(ctx, above, got.Case.ID, "已约谈本人", true, got.Case.Version))(t)
	ticket := must(w.cases.Unlock(ctx, got.Receipt.No, got.Receipt.Secret))(t).Ticket
	seen := must(w.cases.Track(ctx, ticket))(t)
	if !seen.Guarded || seen.Text != "" || seen.Answer != "" || seen.MayWithdraw || len(seen.Steps) != 2 {
		t.Errorf("tracked %+v", seen)
	}
	for _, s := range seen.Steps {
		if s.Note != "" {
			t.Errorf("step %s says %q", s.Kind, s.Note)
		}
	}
	if err := w.cases.Withdraw(ctx, ticket); fault.Of(err).Key != "track.guarded" {
		t.Errorf("withdrawn: %v", err)
	}
	must(w.cases.Code(ctx, above, got.Case.ID))(t)
	in := w.told()
	in.Once = got.Case.ID
	if _, err := w.cases.Register(ctx, w.clerk, in); fault.Of(err).Key != "error.stale" {
		t.Errorf("the form sent again after the code was issued anew: %v", err)
	}
}

func TestWhatIsTakenInWronglyIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, tc := range map[string]struct {
		change     func(*cases.Intake)
		field, key string
	}{
		"no matter":             {func(a *cases.Intake) { a.OfPerson = false }, "matter", "form.required_choice"},
		"help about a person":   {func(a *cases.Intake) { a.Kind = models.Help }, "of_person", "serve.about_kind"},
		"a unit that is none":   {func(a *cases.Intake) { a.AboutID = "x" }, "about_unit", "form.choice"},
		"a name that is a tale": {func(a *cases.Intake) { a.About = strings.Repeat("长", 51) }, "about", "form.too_long"},
	} {
		in := w.told()
		tc.change(&in)
		_, err := w.cases.Register(t.Context(), w.clerk, in)
		fields := map[string]string{}
		for _, f := range fault.Of(err).Fields {
			fields[f.Name] = f.Key
		}
		if fields[tc.field] != tc.key {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := w.count(&models.Case{}, "1 = 1"); n != 0 {
		t.Errorf("%d cases, want none", n)
	}
}
