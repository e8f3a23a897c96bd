package report

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/models/blob"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/queue"
	"shanzhi/models/testkit"
	"shanzhi/models/vault"
)

// shelf is a ledger over a sealed period: a county with a department and a town of three cadres, the first of them
// managed by the department.
type shelf struct {
	*Ledger
	t                    *testing.T
	clock                *testkit.StillClock
	queue                *queue.Queue
	county, dept, town   models.Unit
	people               []models.Person
	officer, townOfficer models.Actor
}

func newShelf(t *testing.T, names ...string) *shelf {
	t.Helper()
	c := testkit.Clock(t)
	d := testkit.DBAt(t, c.Now)
	files, err := blob.Folder(t.TempDir())
	keys := must(vault.New(must(vault.NewKeys())))
	if err != nil {
		t.Fatal(err)
	}
	s := &shelf{
		Ledger: NewLedger(d, c.Now, press(t), files, keys, "https://example.org"), t: t, clock: c, queue: queue.New(d, c.Now),
	}
	if len(names) == 0 {
		names = []string{"王𬭁", "阿依古丽·买买提", "赵敏"}
	}
	s.tx(func(tx *gorm.DB) error { return s.build(tx, names) })
	return s
}

func (s *shelf) tx(fn func(tx *gorm.DB) error) {
	s.t.Helper()
	if err := db.Tx(s.t.Context(), s.db, fn); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shelf) build(tx *gorm.DB, names []string) error {
	s.people = nil
	unit := func(parent *models.Unit, kind models.UnitKind, name string) models.Unit {
		u := models.Unit{ID: models.NewID(), Name: name, Kind: kind, ValidFrom: "2020-01-01", Version: 1, CreatedAt: testkit.Now}
		u.Path = "/" + u.ID + "/"
		if parent != nil {
			u.ParentID, u.Path = &parent.ID, parent.Path+u.ID+"/"
		}
		return u
	}
	s.county = unit(nil, models.County, "青禾县")
	s.dept = unit(&s.county, models.Department, "中共青禾县委组织部")
	s.town = unit(&s.county, models.Township, "柳溪镇")
	rows := []any{&s.county, &s.dept, &s.town}
	scheme := models.Scheme{ID: models.NewID(), Code: "default", Edition: 1, Title: "方案", PublishedOn: "2025-12-20", CreatedAt: testkit.Now}
	p := models.Period{
		ID: models.NewID(), Code: "2026H1", Title: "2026年上半年平时考核", Kind: models.Routine, SchemeID: scheme.ID,
		UnitID: s.county.ID, SpanFrom: "2026-01-01", SpanTo: "2026-06-30", CutoffOn: "2026-07-10", PreviewTo: "2026-07-22",
		ObjectionTo: "2026-07-29", State: models.PeriodSealed, Version: 1, CreatedAt: testkit.Now, SealedAt: &testkit.Now,
	}
	rows = append(rows, &scheme, &p)
	for i, name := range names {
		rows = append(rows, s.cadre(p, i, name)...)
	}
	u := smallUnit()
	u.Unit = assessments.UnitInfo{ID: s.town.ID, Name: s.town.Name, Kind: s.town.Kind}
	rows = append(rows, dossier(p, assessments.UnitKind, s.town.ID, 1, 1, u))
	for _, r := range rows {
		if err := tx.Create(r).Error; err != nil {
			return fmt.Errorf("%T: %w", r, err)
		}
	}
	s.officer, s.townOfficer = s.holder("经办人", s.county), s.holder("组织委员", s.town)
	return nil
}

func (s *shelf) holder(name string, u models.Unit) models.Actor {
	return models.Actor{ID: models.NewID(), Name: name, Grants: []models.Grant{{Role: models.RoleOfficer, UnitID: u.ID, UnitPath: u.Path}}}
}

func (s *shelf) cadre(p models.Period, i int, name string) []any {
	who := models.Person{
		ID: models.NewID(), StaffNo: fmt.Sprint("C", i), Name: name, Version: 1, CreatedAt: testkit.Now, UpdatedAt: testkit.Now,
	}
	s.people = append(s.people, who)
	manager := s.town
	if i == 0 {
		manager = s.dept
	}
	post := models.Post{
		ID: models.NewID(), PersonID: who.ID, UnitID: s.town.ID, ManagerID: manager.ID, Title: "窗口", Class: "window",
		Category: models.Institution, ValidFrom: "2023-04-01", Version: 1,
	}
	part := models.Participant{
		ID: models.NewID(), PeriodID: p.ID, PersonID: who.ID, PostID: post.ID, UnitID: s.town.ID, ManagerID: manager.ID,
		Class: "window", Category: models.Institution,
	}
	d := fewPerson()
	d.Person.ID, d.Person.Name = who.ID, name
	return []any{&who, &post, &part, dossier(p, assessments.PersonKind, who.ID, 1, i+1, d)}
}

func dossier(p models.Period, kind, subject string, edition, serial int, d any) *models.Dossier {
	body, digest, err := assessments.Canonical(d)
	if err != nil {
		panic(err)
	}
	return &models.Dossier{
		ID: models.NewID(), PeriodID: p.ID, Kind: kind, SubjectID: subject, Edition: edition, Serial: serial, Body: string(body),
		Digest: digest, CreatedAt: testkit.Now,
	}
}

var everything = Order{Period: "2026H1", Kinds: Kinds(), Personal: true}

// drain compiles what is promised, as a worker does.
func (s *shelf) drain() (failed int) {
	s.t.Helper()
	for {
		items, err := s.queue.Claim(s.t.Context(), []string{Topic}, 4, time.Minute)
		if err != nil {
			s.t.Fatal(err)
		}
		if len(items) == 0 {
			return failed
		}
		for _, it := range items {
			if err := s.CompileOne(s.t.Context(), it); err != nil {
				failed++
				if _, err := s.queue.Fail(s.t.Context(), it, err); err != nil {
					s.t.Fatal(err)
				}
			}
		}
	}
}

func keyOf(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Key
	}
	return fmt.Sprint(err)
}

func TestCompileListTake(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	ctx := t.Context()
	_, n, err := s.Compile(ctx, s.officer, everything)
	if err != nil || n != 7 {
		t.Fatalf("promised %d, %v; want 3 competency, 3 personal, 1 unit", n, err)
	}
	if failed := s.drain(); failed != 0 {
		t.Fatalf("%d failed", failed)
	}
	if _, _, err := s.Compile(ctx, s.officer, everything); keyOf(err) != "report.all_there" {
		t.Errorf("compiling again: %v", err)
	}
	lines, total, err := s.List(ctx, s.officer, Filter{Period: "2026H1"}, 0, 50)
	if err != nil || total != 7 || lines[0].No != "SZ-2026H1-C-0001-01-D" {
		t.Fatalf("list: %d, %v, %+v", total, err, lines)
	}
	for _, l := range lines {
		got, err := s.Take(ctx, s.officer, l.ID)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(got.Body)
		if hex.EncodeToString(sum[:]) != l.Blob || len(got.Body) != l.Size || l.Pages == 0 || l.Stage != models.DraftStage {
			t.Errorf("%s: bytes changed, or %d pages", l.No, l.Pages)
		}
		v, err := s.VerifyBytes(ctx, l.Blob)
		if err != nil || v.No != l.No || v.Replaced {
			t.Errorf("verify: %+v, %v", v, err)
		}
		if v, err = s.Verify(ctx, l.Code); err != nil || v.Digest != l.Digest {
			t.Errorf("verify by code: %+v, %v", v, err)
		}
	}
	var takes int64
	s.tx(func(tx *gorm.DB) error {
		return tx.Model(&models.AuditEntry{}).Where("action = ? AND actor_id = ?", "report.take", s.officer.ID).Count(&takes).Error
	})
	if takes != 7 {
		t.Errorf("%d takes in the audit log, want 7", takes)
	}
}

// Nobody without the managing authority fetches a report; the assessed fetches his own; a unit's report with an annex of
// somebody managed above is not the town's to read.
func TestReportsFollowTheManagingAuthority(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	ctx := t.Context()
	if _, _, err := s.Compile(ctx, s.townOfficer, everything); !fault.Is(err, fault.Forbidden) {
		t.Errorf("the town compiles the county: %v", err)
	}
	if _, _, err := s.Compile(ctx, s.officer, everything); err != nil {
		t.Fatal(err)
	}
	s.drain()
	all, _, err := s.List(ctx, s.officer, Filter{}, 0, 50)
	if err != nil {
		t.Fatal(err)
	}
	seen, n, err := s.List(ctx, s.townOfficer, Filter{}, 0, 50)
	if err != nil || n != 4 {
		t.Errorf("the town sees %d reports, want the 4 of the two it manages: %v", n, err)
	}
	visible := map[string]bool{}
	for _, l := range seen {
		visible[l.ID] = true
	}
	self := models.Actor{ID: s.people[0].ID, Name: s.people[0].Name}
	for _, l := range all {
		_, err := s.Take(ctx, s.townOfficer, l.ID)
		if got := err == nil; got != visible[l.ID] {
			t.Errorf("the town takes %s: %v", l.No, err)
		}
		_, err = s.Take(ctx, self, l.ID)
		if own := l.SubjectID == self.ID; own != (err == nil) || !own && keyOf(err) != "report.none" {
			t.Errorf("a cadre takes %s: %v", l.No, err)
		}
	}
	if mine, err := s.Mine(ctx, self); err != nil || len(mine) != 2 {
		t.Errorf("own reports: %d, %v", len(mine), err)
	}
	pack, err := s.Zip(ctx, s.townOfficer, Filter{Period: "2026H1"})
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := pack.Write(ctx, &buf); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
	if err != nil || len(z.File) != 4 {
		t.Fatalf("zip: %v", err)
	}
	f, err := z.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(f)
	sum := sha256.Sum256(body)
	if err != nil || hex.EncodeToString(sum[:]) != pack.Lines[0].Blob || !strings.HasPrefix(z.File[0].Name, "柳溪镇/SZ-") {
		t.Errorf("%s: bytes changed: %v", z.File[0].Name, err)
	}
}

// A name that no face can draw is set aside with its reason; the batch goes on and can be tried again.
func TestABadRecordIsSetAside(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "王敏", "李\U0002A6D7", "赵敏") // the second has a character of none of the faces
	ctx := t.Context()
	if _, _, err := s.Compile(ctx, s.officer, Order{Period: "2026H1", Kinds: []models.ReportKind{models.CompetencyReport}}); err != nil {
		t.Fatal(err)
	}
	if failed := s.drain(); failed != 1 {
		t.Fatalf("%d failed, want 1", failed)
	}
	p, err := s.Progress(ctx, s.officer, "2026H1")
	if err != nil || len(p.Batches) != 1 || p.Batches[0].Done != 2 || p.Batches[0].Aside != 1 {
		t.Fatalf("progress %+v, %v", p, err)
	}
	if len(p.Asides) != 1 || p.Asides[0].Key != "report.undrawable" {
		t.Errorf("reasons %+v", p.Asides)
	}
	if err := s.Redo(ctx, s.officer, "2026H1", p.Batches[0].Batch.ID); err != nil {
		t.Fatal(err)
	}
	if failed := s.drain(); failed != 1 {
		t.Errorf("tried again: %d failed, want 1", failed)
	}
}

// Two workers with the same item: one report, and a lost worker's result is not kept.
func TestCompilingTwiceGivesOneReport(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	ctx := t.Context()
	if _, _, err := s.Compile(ctx, s.officer, everything); err != nil {
		t.Fatal(err)
	}
	items, err := s.queue.Claim(ctx, []string{Topic}, 7, time.Minute)
	if err != nil || len(items) != 7 {
		t.Fatal(len(items), err)
	}
	s.clock.Advance(2 * time.Minute)
	again, err := s.queue.Claim(ctx, []string{Topic}, 7, time.Minute)
	if err != nil || len(again) != 7 {
		t.Fatal(len(again), err)
	}
	var wg sync.WaitGroup
	for _, set := range [][]models.QueueItem{items, again} {
		wg.Go(func() {
			for _, it := range set {
				if err := s.CompileOne(ctx, it); err != nil && !queue.Lost(err) && !db.IsConflict(err) {
					t.Errorf("compiling: %v", err)
				}
			}
		})
	}
	wg.Wait()
	if _, n, err := s.List(ctx, s.officer, Filter{}, 0, 50); err != nil || n != 7 {
		t.Errorf("%d reports, want 7 (%v)", n, err)
	}
}

// Releasing makes final reports that replace the drafts and keep their serial numbers; the old bytes stay.
func TestFinalReportsReplaceDrafts(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	ctx := t.Context()
	if _, err := s.CompileDue(ctx, models.SystemActor("job")); err != nil {
		t.Fatal(err)
	}
	s.drain()
	drafts, _, err := s.List(ctx, s.officer, Filter{}, 0, 50)
	if err != nil {
		t.Fatal(err)
	}
	s.clock.Advance(24 * time.Hour)
	s.tx(func(tx *gorm.DB) error {
		return tx.Model(&models.Period{}).Where("code = ?", "2026H1").
			Updates(map[string]any{"state": models.PeriodReleased, "released_at": s.clock.Now()}).Error
	})
	if _, err := s.CompileDue(ctx, models.SystemActor("job")); err != nil {
		t.Fatal(err)
	}
	s.drain()
	finals, n, err := s.List(ctx, s.officer, Filter{}, 0, 50)
	if err != nil || n != int64(len(drafts)) {
		t.Fatalf("%d current reports, want %d: %v", n, len(drafts), err)
	}
	for i, f := range finals {
		if f.Stage != models.FinalStage || f.No+"-D" != drafts[i].No {
			t.Errorf("%s after %s", f.No, drafts[i].No)
		}
	}
	if v, err := s.Verify(ctx, drafts[0].Code); err != nil || !v.Replaced {
		t.Errorf("the draft's code: %+v, %v", v, err)
	}
	if _, err := s.Take(ctx, s.officer, drafts[0].ID); err != nil {
		t.Errorf("a replaced edition stays: %v", err)
	}
}
