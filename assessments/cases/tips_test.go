package cases_test

import (
	"strings"
	"testing"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/fault"
)

// A report of wrongdoing is sealed, read by supervisors of the county alone, handed over, and then empty.
func TestAReportOfWrongdoingIsSealedPassedOnAndEmptied(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	county := w.person("C1", "县督", w.county, models.RoleSupervisor)
	receipt := w.raised(models.Wrongdoing, "王𬭁截留低保金")
	if !receipt.Tip || receipt.Unit != w.county.Name || !strings.HasPrefix(receipt.No, "JB") {
		t.Fatalf("receipt %+v", receipt)
	}
	if n := w.count(&models.Case{}, "1 = 1"); n != 0 {
		t.Errorf("it became %d cases", n)
	}
	for name, rows := range w.dump() {
		for _, s := range []string{"截留", "赵大爷", "13812340926", receipt.Secret} {
			if strings.Contains(rows, s) {
				t.Errorf("table %s holds %s in plain words", name, s)
			}
		}
	}
	list, n, err := w.cases.Tips(ctx, county, 1, 20)
	if err != nil || n != 1 {
		t.Fatalf("the county sees %d; %v", n, err)
	}
	id := list[0].ID
	for _, who := range []models.Actor{w.supervisor, w.person("V1", "村督", w.village, models.RoleSupervisor)} {
		if _, n, err := w.cases.Tips(ctx, who, 1, 20); err != nil || n != 0 {
			t.Errorf("%s sees %d; %v", who.Name, n, err)
		}
		if _, err := w.cases.Tip(ctx, who, id); fault.Of(err).Key != "tip.unknown" {
			t.Errorf("%s opens it: %v", who.Name, err)
		}
		if err := w.cases.PassTip(ctx, who, id, "x", "y", 1); fault.Of(err).Key != "tip.unknown" {
			t.Errorf("%s passes it on: %v", who.Name, err)
		}
	}
	for _, who := range []models.Actor{w.clerk, w.inspector, w.handler} {
		if _, _, err := w.cases.Tips(ctx, who, 1, 20); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s lists them: %v", who.Name, err)
		}
	}
	one, err := w.cases.Tip(ctx, county, id)
	if err != nil || one.Said != "王𬭁截留低保金" || one.From != "赵大爷" || one.Reach != "13812340926" {
		t.Fatalf("opened %+v; %v", one, err)
	}
	if err := w.cases.PassTip(ctx, county, id, "", "陈纪", 1); !fault.Is(err, fault.Invalid) {
		t.Errorf("to no office: %v", err)
	}
	if err := w.cases.PassTip(ctx, county, id, "县纪委监委信访室", "陈纪", 1); err != nil {
		t.Fatal(err)
	}
	if one, err = w.cases.Tip(ctx, county, id); err != nil || one.Said+one.From+one.Reach != "" || one.Passer != "县督" {
		t.Errorf("after it was passed on: %+v; %v", one, err)
	}
	if err := w.cases.PassTip(ctx, county, id, "again", "again", 2); fault.Of(err).Key != "error.stale" {
		t.Errorf("passed on twice: %v", err)
	}
	for _, e := range all[models.AuditEntry](w) {
		if strings.HasPrefix(e.Action, "tip.") && (e.Detail != "" || e.FromAddr != "") {
			t.Errorf("the audit log tells more than that: %+v", e)
		}
	}
	key, err := w.cases.Unlock(ctx, receipt.No, receipt.Secret)
	if err != nil {
		t.Fatal(err)
	}
	if tr, err := w.cases.Track(ctx, key.Ticket); err != nil || tr.Tip == nil || tr.Tip.State != models.TipPassed {
		t.Errorf("followed: %+v; %v", tr, err)
	}
}

func TestWhoIsNamedInAReportDoesNotReadIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	send := func(text string) error {
		_, err := w.cases.Raise(ctx, cases.Raising{
			Kind: models.Wrongdoing, UnitID: w.village.ID, Text: text, Ticket: w.cases.RaiseTicket(),
		})
		return err
	}
	named, other := w.person("C1", "县督", w.county, models.RoleSupervisor), w.person("C2", "孟凡", w.county, models.RoleSupervisor)
	for _, p := range []models.Actor{named, other} {
		w.put(&models.RoleGrant{
			ID: models.NewID(), PersonID: p.ID, UnitID: w.county.ID, Role: models.RoleSupervisor, ValidFrom: "2024-01-01",
			CreatedAt: w.clock.Now(),
		})
	}
	if err := send("县督收受礼金"); err != nil {
		t.Fatal(err)
	}
	if _, n, err := w.cases.Tips(ctx, named, 1, 20); err != nil || n != 0 {
		t.Errorf("the named sees %d; %v", n, err)
	}
	if _, n, err := w.cases.Tips(ctx, other, 1, 20); err != nil || n != 1 {
		t.Errorf("the other sees %d, want 1; %v", n, err)
	}
	if err := send("县督和孟凡一起"); fault.Of(err).Fields == nil || fault.Of(err).Fields[0].Key != "tip.nobody" {
		t.Errorf("both named: %v", err)
	}
}
