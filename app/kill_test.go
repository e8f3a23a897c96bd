package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/app/config"
	"shanzhi/assessments/report"
	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
)

// kills is how often the server is killed: -9, at a random moment of starting, serving and compiling.
func kills() int {
	switch {
	case testing.Short():
		return 10
	case testkit.OnServer():
		return 20
	}
	return 100
}

// alive is the longest that a server lives before it is killed, in milliseconds: on a database server, of which there
// are fewer kills, long enough for work to be done in between.
func alive() int {
	if testkit.OnServer() {
		return 1000
	}
	return 300
}

// invited is how many residents have a link.
const invited = 1500

// ground is a demonstration under load: a data folder, residents with links, and a cadre in the middle of a test.
type ground struct {
	store   config.Store
	base    string
	links   []string // paths of rating links
	staffNo string
	attempt string
}

// A server is killed again and again under load. It starts again by itself, and in the end every rating and answer that
// it has acknowledged is there once, every report is there once with the bytes of an undisturbed run, and nothing is
// half-made.
func TestKilledAtRandomMomentsUnderLoad(t *testing.T) {
	t.Parallel()
	g := newGround(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	residents, taker := &residents{ground: g, rated: map[string]int{}, tried: map[string]int{}}, &taker{ground: g}
	var load sync.WaitGroup
	turn := rand.New(rand.NewPCG(20260715, 9))
	began := time.Now()
	var first map[string]string
	n := kills()
	for i := range n {
		s := g.start(t)
		ready := turn.IntN(8) > 0 // one in eight dies while it is starting
		if ready {
			s.await(t)
		}
		if i == 0 {
			s.await(t)
			taker.login(t)
			load.Go(func() { residents.run(ctx, 0) })
			load.Go(func() { residents.run(ctx, 1) })
			load.Go(func() { taker.run(ctx) })
		}
		time.Sleep(time.Duration(turn.IntN(alive())) * time.Millisecond) // the random moment is what is tested
		s.kill(t)
		first = g.between(t, first)
	}
	s := g.start(t)
	s.await(t)
	time.Sleep(200 * time.Millisecond)
	stop()
	load.Wait()
	s.kill(t)
	t.Logf("%d kills in %.0fs: %d ratings and %d versions of the answers acknowledged", n, time.Since(began).Seconds(),
		len(residents.rated), taker.version)
	if len(residents.rated) < n || taker.version < n/2 {
		t.Errorf("too little load to mean anything: %d ratings, %d saves", len(residents.rated), taker.version)
	}
	h, err := open(t.Context(), g.store, g.base, func() time.Time { return clock.Wall()().Add(time.Hour) }, quiet(os.Stderr))
	must(t, err)
	t.Cleanup(func() { _ = h.db.Close() })
	residents.check(t, h)
	taker.check(t, h)
	g.checkReports(t, h, first)
	g.checkHouse(t, h)
}

// newGround takes a demonstration and makes links for residents, and an open attempt.
func newGround(t *testing.T) *ground {
	t.Helper()
	ctx, who := t.Context(), system("test")
	k, err := keptToday()
	g := &ground{base: "http://" + freeAddress(t), store: copied(t, k, err), staffNo: k.cadre}
	h, err := open(ctx, g.store, g.base, clock.Wall(), quiet(io.Discard))
	must(t, err)
	p, err := h.accounts.PersonByLogin(ctx, who, g.staffNo)
	must(t, err)
	actor := models.Actor{ID: p.ID, Name: p.Name}
	var courses []models.Course
	must(t, db.View(ctx, h.db, func(tx *gorm.DB) error { return tx.Order("code").Find(&courses).Error }))
	for _, c := range courses {
		for no := 1; h.courses.FinishLesson(ctx, actor, c.Code, no) == nil; no++ {
		}
		if a, err := h.quiz.Start(ctx, actor, c.Code); err == nil {
			g.attempt = a.ID
			break
		}
	}
	if g.attempt == "" {
		t.Fatal("no test is open to the cadre")
	}
	g.invite(t, h)
	must(t, h.db.Close())
	return g
}

// invite closes many cases that are like one that the demonstration has closed, each with a link.
func (g *ground) invite(t *testing.T, h *house) {
	t.Helper()
	now := h.clock()
	var ids []string
	must(t, db.Tx(t.Context(), h.db, func(tx *gorm.DB) error {
		ids = nil
		var c models.Case
		if err := tx.Where("state = ? AND handler_id IS NOT NULL", models.CaseClosed).Order("no").Take(&c).Error; err != nil {
			return err
		}
		for i := range invited {
			c.ID, c.No, c.OutsideNo = models.NewID(), fmt.Sprintf("KILL-%05d", i), nil
			if err := tx.Create(&c).Error; err != nil {
				return err
			}
			if err := h.ratings.CaseClosedTx(tx, now, &c); err != nil {
				return err
			}
			ids = append(ids, c.ID)
		}
		return nil
	}))
	for _, id := range ids {
		slip, err := h.ratings.Reprint(t.Context(), system("test"), id)
		must(t, err)
		g.links = append(g.links, slip.Link)
	}
}

// child is one server process.
type child struct {
	*exec.Cmd
	base  string
	log   bytes.Buffer
	ended chan error
}

func (g *ground) start(t *testing.T) *child {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	s := &child{base: g.base, ended: make(chan error, 1)}
	s.Cmd = exec.Command(self, "serve", "--data", g.store.Data, "--database", g.store.Database,
		"--listen", strings.TrimPrefix(g.base, "http://"))
	s.Env = append(os.Environ(), beMain+"=1")
	s.Stdout, s.Stderr = &s.log, &s.log
	must(t, s.Start())
	go func() { s.ended <- s.Wait() }()
	return s
}

// await returns when the server answers.
func (s *child) await(t *testing.T) {
	t.Helper()
	c := &http.Client{Timeout: time.Second}
	for until := time.Now().Add(time.Minute); ; {
		if res, err := c.Get(s.base + "/readyz"); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case err := <-s.ended:
			s.ended <- err
			t.Fatalf("it did not start again: %v\n%s", err, s.log.String())
		case <-time.After(5 * time.Millisecond):
		}
		if time.Now().After(until) {
			_ = s.Process.Kill()
			<-s.ended
			t.Fatalf("it does not answer:\n%s", s.log.String())
		}
	}
}

func (s *child) kill(t *testing.T) {
	t.Helper()
	_ = s.Process.Kill()
	<-s.ended
	if text := s.log.String(); strings.Contains(text, "panic") {
		t.Errorf("it panicked:\n%s", text)
	}
}

// between lets two minutes pass for the dead, whose leases run out, and starts the compiling again once all of it is
// done: the second time must give the same bytes as the first.
func (g *ground) between(t *testing.T, first map[string]string) map[string]string {
	t.Helper()
	d, err := db.Open(t.Context(), g.store.URL(), clock.Wall(), db.Options{})
	must(t, err)
	defer func() { must(t, d.Close()) }()
	now := clock.Wall()()
	must(t, db.Tx(t.Context(), d, func(tx *gorm.DB) error {
		err := tx.Model(&models.QueueItem{}).Where("state = ?", models.Running).
			Updates(map[string]any{"lease_until": now.Add(-time.Second), "attempts": 1}).Error
		if err != nil {
			return err
		}
		return tx.Model(&models.JobRun{}).Where("state = ?", models.Running).Update("lease_until", now.Add(-time.Second)).Error
	}))
	var left, promised int64
	bytesOf := map[string]string{}
	must(t, db.View(t.Context(), d, func(tx *gorm.DB) error {
		clear(bytesOf)
		if err := tx.Model(&models.QueueItem{}).Count(&promised).Error; err != nil {
			return err
		}
		if err := tx.Model(&models.QueueItem{}).Where("state <> ?", models.Done).Count(&left).Error; err != nil {
			return err
		}
		var rows []models.Report
		if err := tx.Find(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			if bytesOf[r.No] != "" {
				t.Errorf("report %s is there twice", r.No)
			}
			bytesOf[r.No] = r.Blob
		}
		return nil
	}))
	if left > 0 || promised == 0 {
		return first
	}
	if first == nil {
		first = bytesOf
	}
	sameReports(t, first, bytesOf)
	must(t, db.Tx(t.Context(), d, func(tx *gorm.DB) error {
		for _, m := range []any{&models.Report{}, &models.QueueItem{}, &models.Batch{}} {
			if err := tx.Where("1 = 1").Delete(m).Error; err != nil {
				return err
			}
		}
		// The tick of compiling is due again.
		return tx.Where("name = ?", "compile-reports").Delete(&models.JobRun{}).Error
	}))
	return first
}

func sameReports(t *testing.T, want, got map[string]string) {
	t.Helper()
	if len(want) != len(got) || len(want) == 0 {
		t.Errorf("%d reports, want %d", len(got), len(want))
	}
	for no, hash := range want {
		if got[no] != hash {
			t.Errorf("report %s has other bytes than the first time", no)
		}
	}
}

// checkReports finishes what is promised and holds it against the first time.
func (g *ground) checkReports(t *testing.T, h *house, first map[string]string) {
	t.Helper()
	ctx, who := t.Context(), system("test")
	_, err := h.reports.CompileDue(ctx, who)
	must(t, err)
	runner, err := newRunner(h)
	must(t, err)
	must(t, runner.DrainAll(ctx))
	lines, n, err := h.reports.List(ctx, who, report.Filter{}, 0, 2000)
	must(t, err)
	got := map[string]string{}
	for _, l := range lines {
		taken, err := h.reports.Take(ctx, who, l.ID) // its bytes are checked against the hash
		if err != nil {
			t.Errorf("%s: %v", l.No, err)
		}
		_ = taken
		got[l.No] = l.Blob
	}
	if int(n) != len(got) {
		t.Errorf("%d reports, %d numbers", n, len(got))
	}
	if first != nil {
		sameReports(t, first, got)
	}
	var aside int64
	must(t, db.View(ctx, h.db, func(tx *gorm.DB) error {
		return tx.Model(&models.QueueItem{}).Where("state <> ?", models.Done).Count(&aside).Error
	}))
	if aside > 0 {
		t.Errorf("%d items are not done", aside)
	}
}

// checkHouse looks whether the house is sound: the file, and the seals of the audit log.
func (g *ground) checkHouse(t *testing.T, h *house) {
	t.Helper()
	f, err := db.Look(t.Context(), h.db)
	if err != nil || len(f.Damage) > 0 {
		t.Errorf("the database: %v, %v", f.Damage, err)
	}
	_, err = h.sealer.Seal(t.Context())
	must(t, err)
	c, err := h.sealer.Verify(t.Context(), system("test"), 0)
	if err != nil || len(c.Broken) > 0 || c.Seals == 0 {
		t.Errorf("the audit log: %+v, %v", c, err)
	}
}

// residents rate by their links, each with the level that its number tells, until the server has said thank you.
type residents struct {
	*ground
	mu    sync.Mutex
	rated map[string]int // link → level that was acknowledged
	tried map[string]int // and that was sent at least once
}

var csrfField = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

func (r *residents) run(ctx context.Context, half int) {
	for i := half; i < len(r.links) && ctx.Err() == nil; i += 2 {
		for level := i%5 + 1; ctx.Err() == nil; {
			if r.rate(ctx, r.links[i], level) {
				break
			}
			pause(ctx)
		}
	}
}

// pause is between two tries at a server that is down.
func pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(3 * time.Millisecond):
	}
}

// rate sends one rating and reports whether it was acknowledged.
func (r *residents) rate(ctx context.Context, link string, level int) bool {
	c := newVisitor()
	_, page, err := c.get(ctx, r.base+link)
	token := csrfField.FindStringSubmatch(page)
	if err != nil || token == nil {
		return false
	}
	r.mu.Lock()
	r.tried[link] = level
	r.mu.Unlock()
	status, _, err := c.post(ctx, r.base+link, url.Values{
		"csrf": {token[1]}, "level": {strconv.Itoa(level)}, "solved": {"yes"}, "reason": {"slow"}, "comment": {"压力测试"},
	}, false)
	if err != nil || status != http.StatusSeeOther {
		return false
	}
	r.mu.Lock()
	r.rated[link] = level
	r.mu.Unlock()
	return true
}

// check holds the ratings in the house against what was acknowledged.
func (r *residents) check(t *testing.T, h *house) {
	t.Helper()
	for i, link := range r.links {
		var rows []models.Rating
		var inv models.Invitation
		must(t, db.View(t.Context(), h.db, func(tx *gorm.DB) error {
			var c models.Case
			if err := tx.Where("no = ?", fmt.Sprintf("KILL-%05d", i)).Take(&c).Error; err != nil {
				return err
			}
			if err := tx.Where("case_id = ?", c.ID).Take(&inv).Error; err != nil {
				return err
			}
			return tx.Where("case_id = ?", c.ID).Find(&rows).Error
		}))
		_, acknowledged := r.rated[link]
		level, sent := r.tried[link]
		switch {
		case len(rows) > 1, len(rows) == 1 && !sent, len(rows) == 0 && acknowledged:
			t.Errorf("link %d: %d ratings; sent %v, acknowledged %v", i, len(rows), sent, acknowledged)
		case len(rows) == 1 && rows[0].Level != level:
			t.Errorf("link %d: level %d, want %d", i, rows[0].Level, level)
		case (len(rows) == 1) != (inv.State != models.InvitationOpen):
			t.Errorf("link %d: %d ratings and its invitation is %s", i, len(rows), inv.State)
		}
		if !sent {
			break // the rest was not tried
		}
	}
}

// taker answers the questions of one test again and again.
type taker struct {
	*ground
	client  *visitor
	csrf    string
	version int    // that was acknowledged last
	letter  string // given to the first question with it
	pending string // letter that was sent and not acknowledged
}

func (k *taker) login(t *testing.T) {
	t.Helper()
	k.client = newVisitor()
	_, page, err := k.client.get(t.Context(), k.base+"/login")
	must(t, err)
	status, _, err := k.client.post(t.Context(), k.base+"/login", url.Values{
		"login": {k.staffNo}, "password": {demoPassword}, "csrf": {csrfField.FindStringSubmatch(page)[1]},
	}, false)
	if err != nil || status != http.StatusSeeOther {
		t.Fatalf("login: %d, %v", status, err)
	}
}

var versionField = regexp.MustCompile(`name="version" value="(\d+)"`)

func (k *taker) run(ctx context.Context) {
	path := k.base + "/learn/attempts/" + k.attempt
	for i := 0; ctx.Err() == nil; {
		if k.csrf == "" && !k.reload(ctx, path) {
			pause(ctx)
			continue
		}
		letter := string(rune('A' + i%2))
		k.pending = letter
		status, body, err := k.client.post(ctx, path+"/answers", url.Values{
			"csrf": {k.csrf}, "version": {strconv.Itoa(k.version)}, "q1": {letter},
		}, true)
		var saved struct{ Version int }
		if err != nil || status != http.StatusOK || json.Unmarshal([]byte(body), &saved) != nil {
			k.csrf = "" // look again how it stands
			pause(ctx)
			continue
		}
		k.version, k.letter, k.pending = saved.Version, letter, ""
		i++
	}
}

// reload reads the version again: what was sent and not acknowledged may have been saved, nothing else.
func (k *taker) reload(ctx context.Context, path string) bool {
	status, page, err := k.client.get(ctx, path)
	token, version := csrfField.FindStringSubmatch(page), versionField.FindStringSubmatch(page)
	if err != nil || status != http.StatusOK || token == nil || version == nil {
		return false
	}
	n, _ := strconv.Atoi(version[1])
	if n > k.version && k.pending != "" {
		k.letter = k.pending
	}
	k.csrf, k.version = token[1], max(n, k.version) // a lower one would show in the end, as a stale answer
	return true
}

// check looks whether the answer that was acknowledged last is the one that is there.
func (k *taker) check(t *testing.T, h *house) {
	t.Helper()
	var a models.Attempt
	var first models.Answer
	must(t, db.View(t.Context(), h.db, func(tx *gorm.DB) error {
		if err := tx.Where("id = ?", k.attempt).Take(&a).Error; err != nil {
			return err
		}
		return tx.Where("attempt_id = ? AND place = 1", k.attempt).Take(&first).Error
	}))
	given := func(letter string) string { return string(first.Shown[letter[0]-'A']) }
	switch {
	case a.Version == k.version && k.letter != "" && first.Given == given(k.letter):
	case a.Version == k.version+1 && k.pending != "" && first.Given == given(k.pending): // saved, and nobody heard
	default:
		t.Errorf("version %d with %q (shown %s); acknowledged was %d with %q, sent last %q", a.Version, first.Given,
			first.Shown, k.version, k.letter, k.pending)
	}
}

// visitor is a browser that follows no redirects and gives up soon.
type visitor struct{ *http.Client }

func newVisitor() *visitor {
	jar := &cookies{}
	return &visitor{&http.Client{
		Timeout: 20 * time.Second, Jar: jar, Transport: &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// cookies are all sent to the one server.
type cookies struct {
	mu  sync.Mutex
	all map[string]*http.Cookie
}

// SetCookies implements http.CookieJar.
func (j *cookies) SetCookies(_ *url.URL, cs []*http.Cookie) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.all == nil {
		j.all = map[string]*http.Cookie{}
	}
	for _, c := range cs {
		j.all[c.Name] = c
	}
}

// Cookies implements http.CookieJar.
func (j *cookies) Cookies(*url.URL) (out []*http.Cookie) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, c := range j.all {
		out = append(out, c)
	}
	return out
}

func (v *visitor) get(ctx context.Context, addr string) (int, string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, addr, nil)
	if err != nil {
		return 0, "", err
	}
	return v.send(req)
}

func (v *visitor) post(ctx context.Context, addr string, form url.Values, script bool) (int, string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, addr, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if script {
		req.Header.Set("Accept", "application/json")
	}
	return v.send(req)
}

func (v *visitor) send(req *http.Request) (int, string, error) {
	res, err := v.Do(req)
	if err != nil {
		return 0, "", err
	}
	body, err := io.ReadAll(res.Body)
	return res.StatusCode, string(body), errors.Join(err, res.Body.Close())
}
