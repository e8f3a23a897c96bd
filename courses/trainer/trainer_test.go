package trainer

import (
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/courses"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/testkit"
)

// world is a county with two townships, a cadre in each, a trainer of the county and one of the first township.
type world struct {
	*Service
	t                            *testing.T
	d                            *db.DB
	clock                        *testkit.StillClock
	ledger                       *courses.Service
	county, near, far            models.Unit
	cadre, other, trainer, local models.Actor
}

func newWorld(t *testing.T) *world {
	t.Helper()
	clock := testkit.Clock(t)
	w := &world{t: t, clock: clock, d: testkit.DBAt(t, clock.Now)}
	w.ledger = courses.New(w.d, clock.Now)
	w.Service = New(w.d, clock.Now, w.ledger)
	if err := w.ledger.Install(t.Context(), models.SystemActor("test")); err != nil {
		t.Fatal(err)
	}
	w.county = w.unit("青禾县", models.County, nil)
	w.near, w.far = w.unit("柳溪镇", models.Township, &w.county), w.unit("石桥镇", models.Township, &w.county)
	w.cadre = w.person("S1", "周晓岚", models.CivilServant, w.near)
	w.other = w.person("S2", "王𬭁", models.VillageCadre, w.far)
	w.trainer = w.person("S3", "苏文", models.CivilServant, w.county)
	w.trainer.Grants = []models.Grant{{Role: models.RoleTrainer, UnitID: w.county.ID, UnitPath: w.county.Path}}
	w.local = models.Actor{ID: w.cadre.ID, Name: "周晓岚", Grants: []models.Grant{
		{Role: models.RoleTrainer, UnitID: w.near.ID, UnitPath: w.near.Path},
	}}
	return w
}

func (w *world) create(rows ...any) {
	w.t.Helper()
	err := db.Tx(w.t.Context(), w.d, func(tx *gorm.DB) error {
		for _, r := range rows {
			if err := tx.Create(r).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) unit(name string, kind models.UnitKind, parent *models.Unit) models.Unit {
	u := models.Unit{
		ID: models.NewID(), Name: name, Kind: kind, ValidFrom: "2020-01-01", Version: 1, CreatedAt: testkit.Now,
	}
	u.Path = "/" + u.ID + "/"
	if parent != nil {
		u.ParentID, u.Path = &parent.ID, parent.Path+u.ID+"/"
	}
	w.create(&u)
	return u
}

func (w *world) person(no, name string, c models.Category, u models.Unit) models.Actor {
	p := models.Person{ID: models.NewID(), StaffNo: no, Name: name, Version: 1, CreatedAt: testkit.Now, UpdatedAt: testkit.Now}
	w.create(&p, &models.Post{
		ID: models.NewID(), PersonID: p.ID, UnitID: u.ID, ManagerID: u.ID, Title: "干部", Class: "office", Category: c,
		ValidFrom: "2020-01-01", Version: 1,
	})
	return models.Actor{ID: p.ID, Name: name}
}

func (w *world) claim(who models.Actor, title string) models.HoursClaim {
	w.t.Helper()
	today := models.DateOf(w.clock.Now())
	c, err := w.Claim(w.t.Context(), who, ClaimInput{
		Ledger: models.InPersonLedger, Title: title, Organizer: "县委党校", From: today.AddDays(-3), To: today.AddDays(-1),
		Hours: 1800, Evidence: "结业证书 2026-118",
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func want(t *testing.T, err error, kind fault.Kind, key string) {
	t.Helper()
	if !fault.Is(err, kind) || key != "" && fault.Of(err).Key != key {
		t.Errorf("got %v, want %v %s", err, kind, key)
	}
}

func TestACreditedClaimIsBookedOnceInItsLedger(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c := w.claim(w.cadre, "村级财务培训")
	if err := w.Decide(ctx, w.trainer, c.ID, Verdict{Version: c.Version, Credit: true, Hours: 1200}); err == nil {
		t.Error("fewer hours without a reason were taken")
	}
	v := Verdict{Version: c.Version, Credit: true, Hours: 1200, Reason: "第三天请假"}
	if err := w.Decide(ctx, w.trainer, c.ID, v); err != nil {
		t.Fatal(err)
	}
	want(t, w.Decide(ctx, w.trainer, c.ID, v), fault.Conflict, "error.stale")
	told := w.told()
	if len(told) != 1 || told[0].PersonID != w.cadre.ID || !strings.Contains(told[0].Args, `"credited":"12"`) ||
		!strings.Contains(told[0].Args, "第三天请假") {
		t.Errorf("the claimant was told %+v", told)
	}
	l, err := w.ledger.Ledger(ctx, w.cadre, 0)
	if err != nil {
		t.Fatal(err)
	}
	if l.InPerson.Hours != 1200 || l.Online.Hours != 0 || len(l.InPerson.Entries) != 1 {
		t.Fatalf("in person %d of %d entries, online %d", l.InPerson.Hours, len(l.InPerson.Entries), l.Online.Hours)
	}
	if b := l.InPerson.Entries[0].Claim; b.Title != "村级财务培训" || b.By != "苏文" || b.Reason != "第三天请假" {
		t.Errorf("basis %+v", b)
	}
	own, err := w.OwnClaims(ctx, w.cadre)
	if err != nil || len(own) != 1 || own[0].State != models.ClaimApproved || own[0].Credited != 1200 {
		t.Errorf("own claims %+v, error %v", own, err)
	}
}

// A claim waits where its claimant is appointed, although he was lent elsewhere before.
func TestAClaimWaitsAtTheMainPost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.create(&models.Post{
		ID: models.NewID(), PersonID: w.cadre.ID, UnitID: w.far.ID, ManagerID: w.far.ID, Title: "驻村", Class: "office",
		Category: models.CivilServant, Kind: models.OnLoan, ValidFrom: "2019-01-01", ValidTo: "2027-01-01", Version: 1,
	})
	if c := w.claim(w.cadre, "村级财务培训"); c.UnitID != w.near.ID {
		t.Errorf("the claim waits at %s, want the unit of the appointment", c.UnitID)
	}
}

func TestNobodyCreditsHisOwnClaimOrOneOutOfReach(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	own, foreign := w.claim(w.local, "应急管理培训"), w.claim(w.other, "应急管理培训")
	v := Verdict{Version: 1, Credit: true, Hours: 1800}
	want(t, w.Decide(ctx, w.local, own.ID, v), fault.Forbidden, "")
	want(t, w.Decide(ctx, w.local, foreign.ID, v), fault.NotFound, "")
	want(t, w.Decide(ctx, w.cadre, own.ID, v), fault.Forbidden, "")
	if _, n, err := w.Claims(ctx, w.local, models.ClaimOpen, 1, 20); err != nil || n != 1 {
		t.Errorf("the township sees %d claims, error %v, want its own", n, err)
	}
	if _, n, err := w.Claims(ctx, w.trainer, models.ClaimOpen, 1, 20); err != nil || n != 2 {
		t.Errorf("the county sees %d claims, error %v, want both", n, err)
	}
	if _, _, err := w.Claims(ctx, w.cadre, "", 1, 20); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a cadre lists claims: %v", err)
	}
}

func TestAClaimIsCheckedFieldByField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	today := models.DateOf(w.clock.Now())
	good := ClaimInput{
		Ledger: models.OnlineLedger, Title: "课", Organizer: "党校", From: today, To: today, Hours: 100, Evidence: "证书",
	}
	for field, spoil := range map[string]func(*ClaimInput){
		"ledger":    func(in *ClaimInput) { in.Ledger = "both" },
		"title":     func(in *ClaimInput) { in.Title = "  " },
		"organizer": func(in *ClaimInput) { in.Organizer = strings.Repeat("长", 101) },
		"from":      func(in *ClaimInput) { in.From = "2026-02-30" },
		"to":        func(in *ClaimInput) { in.To = today.AddDays(1) },
		"hours":     func(in *ClaimInput) { in.Hours = 0 },
		"evidence":  func(in *ClaimInput) { in.Evidence = "" },
	} {
		in := good
		spoil(&in)
		_, err := w.Claim(t.Context(), w.cadre, in)
		f := fault.Of(err)
		if f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != field {
			t.Errorf("%s spoilt: got %v", field, err)
		}
	}
	in := good
	in.From, in.To = models.NewDate(today.Year()-1, 12, 30), models.NewDate(today.Year(), 1, 2)
	if _, err := w.Claim(t.Context(), w.cadre, in); fault.Of(err).Fields == nil {
		t.Errorf("a claim over two years: %v", err)
	}
	if _, err := w.Claim(t.Context(), w.cadre, good); err != nil {
		t.Fatal(err)
	}
	_, err := w.Claim(t.Context(), w.cadre, good)
	want(t, err, fault.Conflict, "train.claim.twice")
}

func TestAWithdrawnClaimIsNotDecided(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.claim(w.cadre, "信访业务培训")
	want(t, w.Withdraw(t.Context(), w.other, c.ID, c.Version), fault.NotFound, "")
	if err := w.Withdraw(t.Context(), w.cadre, c.ID, c.Version); err != nil {
		t.Fatal(err)
	}
	err := w.Decide(t.Context(), w.trainer, c.ID, Verdict{Version: 2, Credit: true, Hours: 1800})
	want(t, err, fault.Conflict, "error.stale")
}

func TestAnEntryIsTakenBackByAnotherOneOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c := w.claim(w.cadre, "普法培训")
	if err := w.Decide(ctx, w.trainer, c.ID, Verdict{Version: 1, Credit: true, Hours: 1800}); err != nil {
		t.Fatal(err)
	}
	r, err := w.Record(ctx, w.trainer, w.cadre.ID, 0)
	if err != nil || !r.MayCounter || r.InPerson.Hours != 1800 {
		t.Fatalf("record %+v, error %v", r, err)
	}
	entry := r.InPerson.Entries[0].ID
	want(t, w.Counter(ctx, w.local, entry, "记错了"), fault.Forbidden, "") // it is his own
	want(t, w.Counter(ctx, w.trainer, entry, " "), fault.Invalid, "")
	if err := w.Counter(ctx, w.trainer, entry, "同一培训重复入账"); err != nil {
		t.Fatal(err)
	}
	want(t, w.Counter(ctx, w.trainer, entry, "再冲一次"), fault.Conflict, "train.counter.twice")
	if r, err = w.Record(ctx, w.trainer, w.cadre.ID, 0); err != nil || r.InPerson.Hours != 0 || len(r.InPerson.Entries) != 2 {
		t.Fatalf("after the counter-entry: %+v, error %v", r.InPerson, err)
	}
	want(t, w.Counter(ctx, w.trainer, r.InPerson.Entries[1].ID, "x"), fault.Conflict, "train.counter.of_counter")
	if _, err := w.Record(ctx, w.local, w.other.ID, 0); !fault.Is(err, fault.NotFound) {
		t.Errorf("a record out of reach: %v", err)
	}
}

func TestPeopleStandOnceByUnitWithTheirHours(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.create(&models.Post{ // a second post in the same county
		ID: models.NewID(), PersonID: w.cadre.ID, UnitID: w.county.ID, ManagerID: w.county.ID, Title: "挂职", Class: "office",
		Category: models.CivilServant, ValidFrom: "2021-01-01", Version: 1,
	})
	c := w.claim(w.cadre, "乡村振兴培训")
	if err := w.Decide(t.Context(), w.trainer, c.ID, Verdict{Version: 1, Credit: true, Hours: 1800}); err != nil {
		t.Fatal(err)
	}
	got, n, err := w.People(t.Context(), w.trainer, PeopleFilter{Size: 20})
	if err != nil || n != 3 || len(got) != 3 {
		t.Fatalf("%d people of %d, error %v, want three", len(got), n, err)
	}
	for _, l := range got {
		asked := 9000
		if l.ID == w.other.ID {
			asked = 0 // nothing is asked of village cadres
		}
		if l.InPerson.Asked != asked || (l.InPerson.Hours == 1800) != (l.ID == w.cadre.ID) {
			t.Errorf("%s: %+v", l.Name, l.InPerson)
		}
	}
	if got, n, err = w.People(t.Context(), w.local, PeopleFilter{Size: 20}); err != nil || n != 1 || got[0].ID != w.cadre.ID {
		t.Errorf("the township sees %v, error %v", got, err)
	}
	if _, _, err = w.People(t.Context(), w.local, PeopleFilter{Size: 20, UnitID: w.far.ID}); !fault.Is(err, fault.NotFound) {
		t.Errorf("a unit out of reach: %v", err)
	}
	if _, n, _ = w.People(t.Context(), w.trainer, PeopleFilter{Size: 20, Text: "𬭁"}); n != 1 {
		t.Errorf("a rare character finds %d people, want one", n)
	}
}

func TestACourseIsAskedOfAUnitAndThoseBelow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	due := models.DateOf(w.clock.Now()).AddDays(30)
	in := TaskInput{Course: "mediation", UnitID: w.county.ID, Category: models.VillageCadre, DueOn: due, Note: "换届以后的新任干部"}
	task, err := w.Assign(ctx, w.trainer, in)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Assign(ctx, w.trainer, in)
	want(t, err, fault.Conflict, "train.task.twice")
	_, err = w.Assign(ctx, w.local, in)
	want(t, err, fault.Invalid, "")
	if got, err := w.AskedOf(ctx, w.cadre); err != nil || len(got) != 0 {
		t.Errorf("a civil servant is asked %v, error %v", got, err)
	}
	got, err := w.AskedOf(ctx, w.other)
	if err != nil || len(got) != 1 || got[0].Code != "mediation" || got[0].DueOn != due || got[0].Done {
		t.Fatalf("a village cadre is asked %+v, error %v", got, err)
	}
	now := w.clock.Now()
	w.create(&models.Enrolment{
		ID: models.NewID(), PersonID: w.other.ID, CourseID: task.CourseID, StartedAt: now, CompletedAt: &now,
	})
	if got, _ = w.AskedOf(ctx, w.other); len(got) != 1 || !got[0].Done {
		t.Errorf("after completing: %+v", got)
	}
	people, err := w.TaskByID(ctx, w.trainer, task.ID, 1, 20)
	if err != nil || people.Total != 1 || people.Finished != 1 || people.Takers[0].CompletedOn == "" {
		t.Errorf("takers %+v, error %v", people, err)
	}
	if _, n, err := w.Tasks(ctx, w.local, false, 1, 20); err != nil || n != 0 {
		t.Errorf("the township lists %d tasks of the county, error %v", n, err)
	}
	want(t, w.EndTask(ctx, w.local, task.ID), fault.NotFound, "")
	if err := w.EndTask(ctx, w.trainer, task.ID); err != nil {
		t.Fatal(err)
	}
	if got, _ = w.AskedOf(ctx, w.other); len(got) != 0 {
		t.Errorf("an ended task still asks %v", got)
	}
}

// Who is asked to take a course is told once a day, with who asks, by when and why; a second course of the same day is
// added to that notice, which then is not read again. Who has completed the course, and whoever asks, is left alone.
func TestWhoIsAskedIsToldOnceADayByWhomAndWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, due := t.Context(), models.DateOf(w.clock.Now()).AddDays(10)
	w.finished(w.other, "mediation")
	ask := func(course, note string) {
		t.Helper()
		in := TaskInput{Course: course, UnitID: w.county.ID, DueOn: due, Note: note}
		if _, err := w.Assign(ctx, w.trainer, in); err != nil {
			t.Fatal(err)
		}
	}
	ask("mediation", "汛期前完成")
	got := w.told()
	if len(got) != 1 || got[0].PersonID != w.cadre.ID || got[0].Kind != "course_asked" {
		t.Fatalf("told %+v, want the cadre alone", got)
	}
	for _, part := range []string{`"unit":"青禾县"`, `"due":"` + string(due) + `"`, `"why":"汛期前完成"`} {
		if !strings.Contains(got[0].Args, part) {
			t.Errorf("notice %s without %s", got[0].Args, part)
		}
	}
	w.read(got[0])
	ask("serving-residents", "")
	for _, n := range w.told() {
		want := map[string]string{w.cadre.ID: "course_asked_more", w.other.ID: "course_asked"}[n.PersonID]
		if n.Kind != want || n.ReadAt != nil {
			t.Errorf("%s was told %s (read %v), want %s not read", n.PersonID, n.Kind, n.ReadAt, want)
		}
	}
	w.clock.Advance(24 * time.Hour)
	ask("data-protection", "")
	if got := w.told(); len(got) != 4 {
		t.Errorf("after another day there are %d notices, want one a day for each of two", len(got))
	}
	asked, err := w.AskedOf(ctx, w.cadre)
	if err != nil || len(asked) != 3 || asked[0].Asker() != "青禾县" {
		t.Errorf("asked %+v, error %v", asked, err)
	}
}

// finished makes a course completed.
func (w *world) finished(who models.Actor, course string) {
	w.t.Helper()
	var c models.Course
	err := db.View(w.t.Context(), w.d, func(tx *gorm.DB) error { return tx.Take(&c, "code = ?", course).Error })
	if err != nil {
		w.t.Fatal(err)
	}
	at := w.clock.Now()
	w.create(&models.Enrolment{ID: models.NewID(), PersonID: who.ID, CourseID: c.ID, StartedAt: at, CompletedAt: &at})
}

// told lists the notices.
func (w *world) told() (out []models.Notice) {
	w.t.Helper()
	err := db.View(w.t.Context(), w.d, func(tx *gorm.DB) error { return tx.Order("id").Find(&out).Error })
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *world) read(n models.Notice) {
	w.t.Helper()
	err := db.Tx(w.t.Context(), w.d, func(tx *gorm.DB) error {
		return tx.Model(&models.Notice{}).Where("id = ?", n.ID).Update("read_at", w.clock.Now()).Error
	})
	if err != nil {
		w.t.Fatal(err)
	}
}
