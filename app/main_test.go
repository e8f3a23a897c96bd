package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"shanzhi/app/config"
	"shanzhi/assessments/report"
	"shanzhi/models/clock"
	"shanzhi/models/testkit"
)

// beMain makes the test binary behave as the command, so that tests can start and kill real processes of it.
const beMain = "SHANZHI_TEST_BE_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(beMain) != "" {
		os.Exit(run(context.Background(), os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
	}
	flag.Parse()
	asked := func(name string) bool { return flag.Lookup("test."+name).Value.String() != "" }
	var making sync.WaitGroup
	if !asked("run") && !asked("list") {
		// Everything is to be tested: what most tests copy is made while those that must run alone go on.
		making.Go(func() { _, _ = keptSettled() })
		making.Go(func() { _, _ = keptSettledToday() })
	}
	code := m.Run()
	making.Wait()
	if dir, err := madeDir(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// command runs a command line in this process and returns its exit code and output.
func command(t *testing.T, args ...string) (code int, out, complaint string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, streams{strings.NewReader(""), &o, &e})
	return code, o.String(), e.String()
}

// apart does the same in a process of its own, set up in a way that this one must not be.
func apart(t *testing.T, set func(c *exec.Cmd), args ...string) (code int, out, complaint string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	code, out, complaint, err := ownProcess(ctx, func(c *exec.Cmd) {
		c.Env = append(c.Env, "LC_ALL=C")
		set(c)
	}, args...)
	must(t, err)
	return code, out, complaint
}

// environ are the variables of before any test, some of which set others for a while.
var environ = os.Environ()

// ownProcess runs a command line in a process of this binary, set up by set, and returns its exit code and output.
func ownProcess(ctx context.Context, set func(c *exec.Cmd), args ...string) (code int, out, complaint string, err error) {
	self, err := os.Executable()
	if err != nil {
		return 0, "", "", err
	}
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Env = append(slices.Clone(environ), beMain+"=1")
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	set(cmd)
	err = cmd.Run()
	if _, failed := errors.AsType[*exec.ExitError](err); failed {
		err = nil
	}
	return cmd.ProcessState.ExitCode(), o.String(), e.String(), err
}

func TestHelpAndExitCodes(t *testing.T) {
	testkit.WithoutServer(t)
	t.Parallel()
	for _, args := range [][]string{
		nil,
		{"--help"},
		{"demo", "--help"},
		{"serve", "--help"},
		{"migrate", "--help"},
		{"migrate", "up", "--help"},
		{"migrate", "status", "--help"},
		{"import", "--help"},
		{"import", "units", "--help"},
		{"import", "matters", "--help"},
		{"import", "roster", "--help"},
		{"import", "posts", "--help"},
		{"import", "holidays", "--help"},
		{"import", "approve", "--help"},
		{"import", "discard", "--help"},
		{"import", "cases", "--help"},
		{"import", "ratings", "--help"},
		{"import", "template", "--help"},
		{"report", "--help"},
		{"report", "competency", "--help"},
		{"report", "service", "--help"},
		{"job", "--help"},
		{"job", "list", "--help"},
		{"job", "run", "--help"},
		{"user", "--help"},
		{"user", "create", "--help"},
		{"user", "reset-password", "--help"},
		{"user", "disable", "--help"},
		{"backup", "--help"},
		{"backup", "create", "--help"},
		{"backup", "verify", "--help"},
		{"backup", "restore", "--help"},
		{"backup", "keygen", "--help"},
		{"key", "--help"},
		{"key", "status", "--help"},
		{"key", "rotate", "--help"},
		{"key", "reseal", "--help"},
		{"key", "retire", "--help"},
		{"doctor", "--help"},
		{"help", "--help"},
		{"audit", "--help"},
		{"audit", "verify", "--help"},
		{"audit", "seal", "--help"},
		{"audit", "archive", "--help"},
		{"verify", "--help"},
	} {
		if code, out, complaint := command(t, args...); code != 0 || !strings.Contains(out, "Usage:") {
			t.Errorf("%v: exit %d, %q %q", args, code, out, complaint)
		}
	}
	for _, args := range [][]string{
		{"fly"},
		{"help", "cooking"},
		{"serve", "--nonsense"},
		{"serve", "--jobs=maybe"},
		{"import", "cases", "/no/such/file.csv"},
		{"verify"},
		{"serve", "--listen", "nowhere"},
		{"serve", "--tls-cert", "x.pem"},
		{"import", "template", "poems"},
	} {
		code, _, complaint := command(t, args...)
		if code != codeUsage || strings.Count(complaint, "\n") != 1 || !strings.HasPrefix(complaint, "shanzhi: ") {
			t.Errorf("%v: exit %d, %q; want 2 and one sentence", args, code, complaint)
		}
	}
	dir := t.TempDir()
	for _, args := range [][]string{
		{"migrate", "status", "--database", "postgres:x"},
		{"user", "disable", "nobody", "--data", dir},
		{"job", "run", "nothing", "--data", dir},
		{"report", "service", "--out", dir, "--data", dir},
		{"migrate", "up", "--database", "mysql:u:secret@tcp(127.0.0.1:1)/x", "--data", dir},
	} {
		code, _, complaint := command(t, args...)
		if code != codeFault || strings.Count(complaint, "\n") != 1 || strings.Contains(complaint, "secret") {
			t.Errorf("%v: exit %d, %q; want 1 and one sentence without secrets", args, code, complaint)
		}
	}
}

func TestImportSpeaksJSON(t *testing.T) {
	testkit.WithoutServer(t)
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "r.csv")
	sheet := "评价编号,办件编号,被评价人工号,单位,满意度,渠道,评价方式,评价日期,经办科室\n" +
		"A1,V1,NOBODY,,7,窗口,邀请评价,2026-01-05,一科\n"
	if err := os.WriteFile(file, []byte(sheet), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, complaint := command(t, "migrate", "up", "--data", filepath.Join(dir, "data")); code != 0 {
		t.Fatal(complaint)
	}
	code, out, _ := command(t, "import", "ratings", file, "--dry-run", "--json", "--data", filepath.Join(dir, "data"))
	var got struct {
		Read, Accepted int
		Errors         []struct {
			Row            int
			Field, Message string
		}
		Warnings []struct{ Field, Message string }
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if code != codeFault || got.Read != 1 || got.Accepted != 0 || len(got.Errors) < 2 {
		t.Fatalf("exit %d, %+v", code, got)
	}
	if len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0].Message+got.Warnings[0].Field, "经办科室") {
		t.Errorf("the heading that was not read is not named: %+v", got.Warnings)
	}
	for _, e := range got.Errors {
		if e.Row != 2 || e.Field == "" || e.Message == "" || strings.Contains(e.Message, ".") && !strings.Contains(e.Message, " ") {
			t.Errorf("error %+v", e)
		}
	}
	empty := filepath.Join(dir, "t.xlsx")
	if code, _, complaint := command(t, "import", "template", "cases", "--out", empty); code != 0 {
		t.Errorf("template: %s", complaint)
	}
	if b, err := os.ReadFile(empty); err != nil || !bytes.HasPrefix(b, []byte("PK")) {
		t.Errorf("template is no workbook: %v", err)
	}
}

// A demonstration never touches a database that is not one.
func TestDemoLeavesOtherDataAlone(t *testing.T) {
	testkit.WithoutServer(t)
	t.Parallel()
	dir := t.TempDir()
	if code, _, complaint := command(t, "migrate", "up", "--data", dir); code != 0 {
		t.Fatal(complaint)
	}
	before, err := os.ReadFile(filepath.Join(dir, "shanzhi.db"))
	if err != nil {
		t.Fatal(err)
	}
	code, _, complaint := command(t, "demo", "--seed-only", "--data", dir, "--database", "sqlite:"+filepath.Join(dir, "shanzhi.db"))
	if code != codeFault || strings.Count(complaint, "\n") == 0 {
		t.Errorf("exit %d, %q", code, complaint)
	}
	after, err := os.ReadFile(filepath.Join(dir, "shanzhi.db"))
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the database was touched: %v", err)
	}
}

// A server is killed in the middle of compiling, again and again; started once more it finishes the rest: every report is
// there once, with the bytes that an undisturbed run gives, and nothing is lost.
func TestKilledInTheMiddleOfCompiling(t *testing.T) {
	t.Parallel()
	store := demoToday(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	killed := 0
	for _, after := range []time.Duration{150, 250, 400, 600} {
		ctx, cancel := context.WithTimeout(t.Context(), after*time.Millisecond) // the end of ctx is kill -9
		cmd := exec.CommandContext(ctx, self, inStore(store, "job", "run", "compile-reports")...)
		cmd.Env = append(os.Environ(), beMain+"=1")
		if err := cmd.Run(); err != nil {
			killed++
		}
		cancel()
	}
	if killed == 0 {
		t.Fatal("nothing was killed: the runs were too quick for this test")
	}
	h := rewired(t, store, func() time.Time { return clock.Wall()().Add(time.Hour) }) // the leases of the dead have run out
	ctx, who := t.Context(), system("test")
	if _, err := h.reports.CompileDue(ctx, who); err != nil {
		t.Fatal(err)
	}
	runner, err := newRunner(h)
	must(t, err)
	must(t, runner.DrainAll(ctx))
	var promised, done int
	code, err := h.reports.PeriodCode(ctx, "latest")
	must(t, err)
	p, err := h.reports.Progress(ctx, who, code)
	must(t, err)
	for _, b := range p.Batches {
		promised, done = promised+b.Total, done+b.Done
	}
	lines, n, err := h.reports.List(ctx, who, report.Filter{Period: code}, 0, 1000)
	must(t, err)
	if promised == 0 || done != promised || int(n) != promised {
		t.Errorf("promised %d, done %d, reports %d", promised, done, n)
	}
	seen := map[string]bool{}
	for _, l := range lines {
		key := string(l.Kind) + l.SubjectKind + l.SubjectID
		if seen[key] {
			t.Errorf("%s is there twice", l.No)
		}
		seen[key] = true
	}
	for _, l := range lines[:5] {
		if _, err := h.reports.Take(ctx, who, l.ID); err != nil {
			t.Errorf("%s: %v", l.No, err)
		}
	}
}

// rewired opens the house of a store under a clock.
func rewired(t *testing.T, store config.Store, now clock.Clock) *house {
	t.Helper()
	h, err := open(t.Context(), store, "http://localhost", now, quiet(os.Stderr))
	must(t, err)
	t.Cleanup(func() { _ = h.db.Close() })
	return h
}

// A mistyped data folder is an error, not a new installation; only serve, demo and migrate up make one.
func TestNoCommandMakesAnInstallationByMistake(t *testing.T) {
	testkit.WithoutServer(t)
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "typo")
	file := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(file, []byte("%PDF"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"verify", file}, {"job", "list"}, {"migrate", "status"}, {"user", "disable", "x"}, {"report", "service", "--out", dir},
	} {
		code, _, complaint := command(t, append(args, "--data", dir)...)
		if code != codeFault || !strings.Contains(complaint, dir) {
			t.Errorf("%v: exit %d, %q", args, code, complaint)
		}
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder was made: %v", err)
	}
}

// One process serves an embedded database; a second server or a new demonstration is told so.
func TestOneServerPerFile(t *testing.T) {
	testkit.WithoutServer(t)
	t.Parallel()
	dir := t.TempDir()
	release, err := lockStore(config.Store{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	for _, args := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"demo", "--seed-only"}} {
		code, _, complaint := command(t, append(args, "--data", dir)...)
		if code != codeFault || !strings.Contains(complaint, "shanzhi.db") {
			t.Errorf("%v: exit %d, %q", args, code, complaint)
		}
	}
}
