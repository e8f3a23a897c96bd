package cases_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// raised raises a matter about the village.
func (w *world) raised(kind models.CaseKind, text string) cases.RaiseReceipt {
	w.t.Helper()
	r, err := w.cases.Raise(w.t.Context(), cases.Raising{
		Kind: kind, UnitID: w.village.ID, Text: text, Name: "赵大爷", Phone: "13812340926", Ticket: w.cases.RaiseTicket(),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// byNo reads the case with a number.
func (w *world) byNo(no string) models.Case {
	w.t.Helper()
	var c models.Case
	err := db.View(w.t.Context(), w.db, func(tx *gorm.DB) error { return tx.Where("no = ?", no).Take(&c).Error })
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// dump is every value of every table as one text for each table.
func (w *world) dump() map[string]string {
	w.t.Helper()
	out := map[string]string{}
	err := db.View(w.t.Context(), w.db, func(tx *gorm.DB) error {
		for _, m := range models.All() {
			name := m.(interface{ TableName() string }).TableName()
			var rows []map[string]any
			if err := tx.Table(name).Find(&rows).Error; err != nil {
				return err
			}
			for _, r := range rows {
				for k, v := range r {
					if b, ok := v.([]byte); ok {
						r[k] = string(b)
					}
				}
			}
			out[name] = fmt.Sprint(rows)
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func TestAMatterRaisedOnlineIsACaseWithAReceipt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := cases.Raising{
		Kind: models.Help, UnitID: w.village.ID, Text: "路灯坏了三个月。晚上看不见。", Name: "赵大爷",
		Phone: "13812340926", ReplyBy: models.ReplyPhone, Ticket: w.cases.RaiseTicket(),
	}
	first, err := w.cases.Raise(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.cases.Raise(t.Context(), in)
	if err != nil || again != first {
		t.Errorf("sent twice: %+v, want the same receipt %+v; %v", again, first, err)
	}
	if n := w.count(&models.Case{}, "1 = 1"); n != 1 {
		t.Fatalf("%d cases, want 1", n)
	}
	c := w.byNo(first.No)
	if c.UnitID != w.village.ID || c.State != models.CaseReceived || c.Title != "路灯坏了三个月" || c.IntakeID != nil ||
		c.Channel != models.Web || c.Detail != in.Text {
		t.Errorf("case %+v", c)
	}
	if len(first.Secret) != 10 || first.Tip || first.Above {
		t.Errorf("receipt %+v", first)
	}
	for name, rows := range w.dump() {
		if strings.Contains(rows, first.Secret) || strings.Contains(rows, "赵大爷") || strings.Contains(rows, "13812340926") {
			t.Errorf("table %s holds the code, the name or the number in plain words", name)
		}
	}
	d, err := w.cases.Desk(t.Context(), w.clerk)
	if err != nil || d.ToDispatch != 1 {
		t.Errorf("the clerk of the township has %d to dispatch, want 1; %v", d.ToDispatch, err)
	}
}

func TestWhatIsRaisedWronglyIsRefusedFieldByField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	good := cases.Raising{Kind: models.Help, UnitID: w.village.ID, Text: "路灯", Ticket: w.cases.RaiseTicket()}
	for name, tc := range map[string]struct {
		change     func(*cases.Raising)
		field, key string
	}{
		"no kind":       {func(a *cases.Raising) { a.Kind = "" }, "kind", "form.required_choice"},
		"unknown kind":  {func(a *cases.Raising) { a.Kind = "x" }, "kind", "form.not_listed"},
		"no unit":       {func(a *cases.Raising) { a.UnitID = "" }, "unit", "form.required_choice"},
		"top unit":      {func(a *cases.Raising) { a.UnitID = w.county.ID }, "unit", "form.choice"},
		"no text":       {func(a *cases.Raising) { a.Text = " " }, "text", "form.required"},
		"long text":     {func(a *cases.Raising) { a.Text = strings.Repeat("长", 2001) }, "text", "form.too_long"},
		"a state mark":  {func(a *cases.Raising) { a.Text = "机密★10年 关于" }, "text", "ask.secret_mark"},
		"a wrong phone": {func(a *cases.Raising) { a.Phone = "123" }, "phone", "form.phone"},
		"call, no phone": {
			func(a *cases.Raising) { a.ReplyBy = models.ReplyPhone }, "phone", "ask.phone_missing",
		},
	} {
		in := good
		tc.change(&in)
		_, err := w.cases.Raise(t.Context(), in)
		f := fault.Of(err)
		if !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Name == tc.field && x.Key == tc.key }) {
			t.Errorf("%s: got %v, want %s on %s", name, err, tc.key, tc.field)
		}
	}
	in := good
	in.Ticket = "made up"
	if _, err := w.cases.Raise(t.Context(), in); fault.Of(err).Key != "vault.token_wrong" {
		t.Errorf("made-up ticket: %v", err)
	}
	if n := w.count(&models.Case{}, "1 = 1"); n != 0 {
		t.Errorf("%d cases, want none", n)
	}
	in = good
	in.Text, in.Sure = "机密★10年 关于", true
	if _, err := w.cases.Raise(t.Context(), in); err != nil {
		t.Errorf("confirmed to be no secret: %v", err)
	}
}

// A complaint about a cadre never reaches him or his unit, by whichever door.
func TestAComplaintAboutACadreNeverReachesHimOrHisUnit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	villageClerk := w.person("V1", "村受理", w.village, models.RoleIntake, models.RoleSupervisor, models.RoleLeader)
	receipt := w.raised(models.Complaint, "王𬭁在窗口骂人，态度恶劣。")
	c := w.byNo(receipt.No)
	if c.UnitID != w.town.ID || !receipt.Above || receipt.Unit != w.town.Name {
		t.Fatalf("routed to %s, receipt %+v", c.UnitID, receipt)
	}
	// The named one even holds roles at the township, by another post.
	named := w.villager
	named.Grants = append(named.Grants, w.clerk.Grants...)
	named.Grants = append(named.Grants, w.supervisor.Grants...)
	for _, who := range []models.Actor{named, w.villager, villageClerk} {
		w.hidden(who, c)
	}
	for _, who := range []models.Actor{w.clerk, w.supervisor} {
		if v, err := w.cases.Get(ctx, who, c.ID); err != nil || !v.Restricted {
			t.Errorf("%s: %v", who.Name, err)
		}
	}
	// Who reaches it from above sees it although he also holds a grant in the unit.
	both := w.person("B1", "两头", w.county, models.RoleSupervisor)
	both.Grants = append(both.Grants, villageClerk.Grants...)
	if _, err := w.cases.Get(ctx, both, c.ID); err != nil {
		t.Errorf("a supervisor of the county: %v", err)
	}
	// Nobody of the unit can be made its handler, nor he himself by another post.
	handlers, err := w.cases.Handlers(ctx, w.clerk, c.ID, "")
	if err != nil || len(handlers.List) == 0 {
		t.Fatalf("handlers %v, %v", handlers, err)
	}
	for _, h := range handlers.List {
		if h.PersonID == w.villager.ID || h.UnitID == w.village.ID {
			t.Errorf("%s of %s could be its handler", h.Name, h.Unit)
		}
	}
	_, err = w.cases.Dispatch(ctx, w.clerk, c.ID, w.posts[w.villager.ID], c.Version)
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("dispatched to him: %v", err)
	}
}

// hidden asks every door of the room for a case that must not be seen.
func (w *world) hidden(who models.Actor, c models.Case) {
	w.t.Helper()
	ctx, v := w.t.Context(), c.Version
	for name, door := range map[string]func() error{
		"Get":         func() error { _, err := w.cases.Get(ctx, who, c.ID); return err },
		"Handlers":    func() error { _, err := w.cases.Handlers(ctx, who, c.ID, ""); return err },
		"Dispatch":    func() error { _, err := w.cases.Dispatch(ctx, who, c.ID, w.posts[w.handler.ID], v); return err },
		"Sort":        func() error { _, err := w.cases.Sort(ctx, who, c.ID, w.matter.ID, v); return err },
		"Acknowledge": func() error { _, err := w.cases.Acknowledge(ctx, who, c.ID, v); return err },
		"Return":      func() error { _, err := w.cases.Return(ctx, who, c.ID, "x", v); return err },
		"Note":        func() error { _, err := w.cases.Note(ctx, who, c.ID, "x", false, v); return err },
		"Answer":      func() error { _, err := w.cases.Answer(ctx, who, c.ID, "x", v); return err },
		"Close":       func() error { _, err := w.cases.Close(ctx, who, c.ID, models.NotAccepted, "x", v); return err },
		"Reopen":      func() error { _, err := w.cases.Reopen(ctx, who, c.ID, "x", v); return err },
		"Contact":     func() error { _, err := w.cases.Contact(ctx, who, c.ID, "x"); return err },
		"SeeTx": func() error {
			return db.View(ctx, w.db, func(tx *gorm.DB) error { _, _, err := cases.SeeTx(tx, who, c.ID); return err })
		},
	} {
		if err := door(); !fault.Is(err, fault.NotFound) {
			w.t.Errorf("%s at %s: %v, want NotFound", who.Name, name, err)
		}
	}
	for name, f := range map[string]cases.Filter{"all": {}, "by number": {Text: c.No}, "by title": {Text: c.Title}} {
		found, err := w.cases.List(ctx, who, f)
		if err != nil || found.Total != 0 || len(found.Entries) != 0 || len(found.States) != 0 {
			w.t.Errorf("%s lists %s: %+v; %v", who.Name, name, found, err)
		}
	}
	if d, err := w.cases.Desk(ctx, who); err != nil || d.ToDispatch != 0 || d.Next != nil {
		w.t.Errorf("the desk of %s tells of it: %+v; %v", who.Name, d, err)
	}
}

func TestWhereComplaintsGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, tc := range map[string]struct {
		in     cases.Raising
		at     models.Unit
		hidden bool
	}{
		"about a service":                         {cases.Raising{Kind: models.Complaint, Text: "大厅里没有座位"}, w.village, false},
		"about a person who is not named":         {cases.Raising{Kind: models.Complaint, Text: "那个人骂人", OfPerson: true}, w.town, true},
		"about somebody of the unit above":        {cases.Raising{Kind: models.Complaint, Text: "周晓岚收了烟"}, w.county, true},
		"about somebody of another township":      {cases.Raising{Kind: models.Complaint, Text: "李四骂人"}, w.town, true},
		"help that names a cadre is no complaint": {cases.Raising{Kind: models.Help, Text: "找过王𬭁两次"}, w.village, false},
	} {
		tc.in.UnitID, tc.in.Ticket = w.village.ID, w.cases.RaiseTicket()
		r, err := w.cases.Raise(t.Context(), tc.in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if c := w.byNo(r.No); c.UnitID != tc.at.ID || r.Above != tc.hidden {
			t.Errorf("%s: at %s, hidden %v; want %s, %v", name, r.Unit, r.Above, tc.at.Name, tc.hidden)
		}
	}
}

func TestARaisedMatterIsSortedAndThenHandled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c := w.byNo(w.raised(models.Help, "请问高龄津贴怎么办").No)
	sorted, err := w.cases.Sort(ctx, w.clerk, c.ID, w.matter.ID, c.Version)
	if err != nil || sorted.MatterID != w.matter.ID || sorted.Family != models.Livelihood {
		t.Fatalf("sorted %+v; %v", sorted, err)
	}
	next := must(w.cases.Dispatch(ctx, w.clerk, c.ID, w.posts[w.handler.ID], sorted.Version))(t)
	if _, err := w.cases.Sort(ctx, w.clerk, c.ID, w.matter.ID, next.Version); fault.Of(err).Key != "serve.wrong_state" {
		t.Errorf("sorted in somebody's hands: %v", err)
	}
	if _, err := w.cases.Sort(ctx, w.handler, c.ID, w.matter.ID, next.Version); !fault.Is(err, fault.Forbidden) {
		t.Errorf("sorted by the handler: %v", err)
	}
}

// all reads every row of a table.
func all[T any](w *world) []T {
	w.t.Helper()
	var rows []T
	if err := db.View(w.t.Context(), w.db, func(tx *gorm.DB) error { return tx.Find(&rows).Error }); err != nil {
		w.t.Fatal(err)
	}
	return rows
}
