package main

import (
	"testing"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// rechecked is a closed case of somebody that he is to look into again.
func (c *county) rechecked(t *testing.T, no string) *models.Case {
	t.Helper()
	ctx, x, who := t.Context(), c.given(t, no), c.actor(t, no)
	x, err := c.cases.Answer(ctx, who, x.ID, "已办妥", x.Version)
	must(t, err)
	x, err = c.cases.Close(ctx, who, x.ID, models.Solved, "", x.Version)
	must(t, err)
	must(t, db.Tx(ctx, c.db, func(tx *gorm.DB) error {
		_, err := cases.RecheckTx(tx, c.now.Now(), x.ID, who.ID, "", "2026-07-30")
		return err
	}))
	return x
}

// What somebody was to look into again goes to a named receiver when he leaves; the matter stays his.
func TestRechecksChangeHands(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	ctx := t.Context()
	x := c.rechecked(t, "A1")
	open := c.given(t, "A1")
	c.ends(t, "A1", "2026-07-14", "")
	d, err := c.accounts.Adrift(ctx, c.actor(t, "S1"))
	must(t, err)
	keys := map[string]string{}
	for _, it := range d.Items {
		keys[it.Kind] = it.Key()
	}
	if len(d.Items) != 2 || keys["recheck"] == "" {
		t.Fatalf("adrift: %+v", d.Items)
	}
	give := func(recheck, other string) error {
		_, err := c.accounts.HandOver(ctx, c.actor(t, "S1"), "", []accounts.Choice{
			{Key: keys["recheck"], Post: c.posts[recheck]}, {Key: keys["case"], Post: c.posts[other]},
		})
		return err
	}
	// All or nothing: the case cannot go to another township, so the recheck stays too.
	if err := give("A2", "B1"); !fault.Is(err, fault.Invalid) {
		t.Errorf("to another township: %v", err)
	}
	if got := c.adrift(t, "S1"); len(got) != 2 {
		t.Errorf("half was handed over: %v", got)
	}
	if _, err := c.cases.Get(ctx, c.actor(t, "A2"), x.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("a colleague sees it before: %v", err)
	}
	must(t, give("A2", "A2"))
	if got := c.adrift(t, "S1"); len(got) != 0 {
		t.Errorf("afterwards %v", got)
	}
	v, err := c.cases.Get(ctx, c.actor(t, "A2"), x.ID)
	must(t, err)
	if !v.More.MayRecheck || v.May.Answer || v.May.Close || *v.Case.HandlerID != c.people["A1"] {
		t.Errorf("the receiver may %+v, recheck %v; handled by %s", v.May, v.More.MayRecheck, *v.Case.HandlerID)
	}
	list, err := c.cases.List(ctx, c.actor(t, "A2"), cases.Filter{Mark: cases.ToRecheck})
	must(t, err)
	if list.Total != 1 || list.Entries[0].ID != x.ID {
		t.Errorf("his list: %+v", list)
	}
	in := cases.Looked{Way: cases.WayFixed, Text: "已补办"}
	if err := c.cases.Recheck(ctx, c.actor(t, "K1"), x.ID, in); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a clerk answers: %v", err)
	}
	must(t, c.cases.Recheck(ctx, c.actor(t, "A2"), x.ID, in))
	if x := row[models.Case](t, c, open.ID); *x.HandlerID != c.people["A2"] {
		t.Error("the open case did not go over")
	}
}

// A recheck in a complaint about somebody is not handed to him.
func TestAHiddenRecheckIsNotHandedToWhomItIsAbout(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	x := c.rechecked(t, "A1")
	c.ends(t, "A1", "2026-07-14", "")
	c.hide(t, x.ID, c.people["A2"])
	d, err := c.accounts.Adrift(t.Context(), c.actor(t, "S1"))
	must(t, err)
	if len(d.Items) != 1 {
		t.Fatalf("adrift: %+v", d.Items)
	}
	_, err = c.accounts.HandOver(t.Context(), c.actor(t, "S1"), "", []accounts.Choice{
		{Key: d.Items[0].Key(), Post: c.posts["A2"]},
	})
	if f := fault.Of(err); f.Key != "serve.hidden_taker" {
		t.Errorf("to whom it is about: %v", err)
	}
}
