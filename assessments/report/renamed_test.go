package report

import (
	"testing"

	"gorm.io/gorm"

	"shanzhi/assessments"
	"shanzhi/models"
)

// A corrected name goes into the reports that were compiled, as a new edition with the same figures; the old ones verify
// as replaced, and nobody else's are touched.
func TestACorrectedNameReissuesTheReports(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "王鉴", "李敏", "赵敏")
	ctx := t.Context()
	if _, _, err := s.Compile(ctx, s.officer, Order{Period: "2026H1", Kinds: Kinds()}); err != nil {
		t.Fatal(err)
	}
	s.drain()
	old, n, err := s.List(ctx, s.officer, Filter{}, 0, 50)
	if err != nil || n != 4 {
		t.Fatalf("compiled %d, %v; want 3 competency and 1 unit", n, err)
	}
	promised := 0
	s.tx(func(tx *gorm.DB) error {
		promised = 0
		list, err := assessments.RenamedTx(tx, s.clock.Now(), s.people[0].ID, "王𬭁")
		if err != nil {
			return err
		}
		for _, r := range list {
			n, err := s.AgainTx(tx, s.clock.Now(), models.Actor{}, r.Period, r.Subjects)
			if err != nil {
				return err
			}
			promised += n
		}
		return nil
	})
	if promised != 1 { // the unit's dossier of this shelf does not name him
		t.Errorf("promised %d reports, want his own alone", promised)
	}
	if failed := s.drain(); failed != 0 {
		t.Fatalf("%d failed", failed)
	}
	v, err := s.Verify(ctx, old[0].Code)
	if err != nil || !v.Replaced {
		t.Errorf("the old one verifies as %+v, %v", v, err)
	}
	now, n, err := s.List(ctx, s.officer, Filter{}, 0, 50)
	if err != nil || n != 4 || now[0].No != "SZ-2026H1-C-0001-02-D" {
		t.Fatalf("afterwards %d, first %s, %v", n, now[0].No, err)
	}
	var before, after assessments.PersonDossier
	s.tx(func(tx *gorm.DB) error {
		if _, err := assessments.DossierOfTx(tx, old[0].DossierID, &before); err != nil {
			return err
		}
		_, err := assessments.DossierOfTx(tx, now[0].DossierID, &after)
		return err
	})
	if before.Person.Name != "王鉴" || after.Person.Name != "王𬭁" || after.Replaces != assessments.NameCorrected {
		t.Errorf("names %s and %s, replaces %q", before.Person.Name, after.Person.Name, after.Replaces)
	}
	after.Person.Name, after.Edition, after.Replaces = before.Person.Name, before.Edition, before.Replaces
	a, _, err := assessments.Canonical(before)
	if err != nil {
		t.Fatal(err)
	}
	if b, _, err := assessments.Canonical(after); err != nil || string(a) != string(b) {
		t.Errorf("more than the name has changed: %v", err)
	}
	for _, l := range now[1:] {
		if l.Edition != 1 {
			t.Errorf("%s was compiled again", l.No)
		}
	}
}
