package report

import (
	"bytes"
	"strings"
	"testing"

	"gorm.io/gorm"

	"shanzhi/models"
)

func TestCopiesAreTheSameReportInAnotherForm(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	ctx := t.Context()
	if _, _, err := s.Compile(ctx, s.officer, everything); err != nil {
		t.Fatal(err)
	}
	s.drain()
	lines, _, err := s.List(ctx, s.officer, Filter{Period: "2026H1"}, 0, 50)
	if err != nil || len(lines) == 0 {
		t.Fatalf("list: %v", err)
	}
	for _, l := range lines {
		stored, err := s.Copy(ctx, s.officer, l.ID, Form{})
		if err != nil || stored.Name() != l.Name() {
			t.Fatalf("%s: %v", l.No, err)
		}
		for _, f := range forms {
			got, err := s.Copy(ctx, s.officer, l.ID, f)
			if err != nil || bytes.Equal(got.Body, stored.Body) || !strings.Contains(got.Name(), f.String()) {
				t.Fatalf("%s %s: %q, %v", l.No, f, got.Name(), err)
			}
			v, err := s.VerifyFile(ctx, got.Body)
			if err != nil || v.No != l.No || v.Form != f.String() || v.Blob != l.Blob {
				t.Errorf("%s %s: verified as %+v, %v", l.No, f, v, err)
			}
			got.Body[len(got.Body)/2] ^= 1
			if _, err := s.VerifyFile(ctx, got.Body); keyOf(err) != "report.not_ours" {
				t.Errorf("%s %s: an altered copy: %v", l.No, f, err)
			}
		}
		if v, err := s.VerifyFile(ctx, stored.Body); err != nil || v.Form != "" || v.No != l.No {
			t.Errorf("%s: the stored file: %+v, %v", l.No, v, err)
		}
	}
	if _, err := s.VerifyFile(ctx, []byte("<pdf:Keywords>SZ-2026H1-C-9999-01</pdf:Keywords>")); keyOf(err) != "report.not_ours" {
		t.Errorf("a number nobody gave: %v", err)
	}
}

func TestAStampedCopySaysWhoTookItAndThatItIsReplaced(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	ctx := t.Context()
	if _, _, err := s.Compile(ctx, s.officer, everything); err != nil {
		t.Fatal(err)
	}
	s.drain()
	lines, _, err := s.List(ctx, s.officer, Filter{Period: "2026H1", Kind: models.CompetencyReport}, 0, 1)
	if err != nil || len(lines) != 1 {
		t.Fatalf("list: %v", err)
	}
	l := lines[0]
	for _, want := range []string{"第1份", "第2份"} {
		got, err := s.Copy(ctx, s.officer, l.ID, Form{Stamped: true})
		if err != nil {
			t.Fatal(err)
		}
		text := extract(t, "stamped", got.Body)
		if !strings.Contains(text, want) || !strings.Contains(text, "下载："+bare(s.officer.Name)) ||
			strings.Contains(text, "仅供查考") {
			t.Errorf("%q or the name is missing, or a current report is called replaced", want)
		}
	}
	s.tx(func(tx *gorm.DB) error {
		next := l.Report
		next.ID, next.No, next.Code, next.Edition = models.NewID(), l.No+"x", l.Code[1:]+"x", 2
		if err := tx.Create(&next).Error; err != nil {
			return err
		}
		return tx.Model(&models.Report{}).Where("id = ?", l.ID).Update("replaced_at", s.clock.Now()).Error
	})
	got, err := s.Copy(ctx, s.officer, l.ID, Form{Stamped: true, Large: true})
	if err != nil {
		t.Fatal(err)
	}
	if text := extract(t, "replaced", got.Body); !strings.Contains(text, "已被第2版替代") {
		t.Error("a copy of a replaced edition does not say so")
	}
	if _, err := s.Copy(ctx, models.Actor{ID: "nobody"}, l.ID, Form{Large: true}); keyOf(err) != "report.none" {
		t.Errorf("a stranger: %v", err)
	}
}

func TestParseForm(t *testing.T) {
	t.Parallel()
	for _, f := range append(forms, Form{}, Form{Stamped: true, Lang: "en"}) {
		if got, err := ParseForm(strings.ReplaceAll(f.String(), " ", "-")); err != nil || got != f {
			t.Errorf("%q: got %+v, %v", f, got, err)
		}
	}
	if _, err := ParseForm("large-fr"); keyOf(err) != "report.form" {
		t.Errorf("an unknown form: %v", err)
	}
}
