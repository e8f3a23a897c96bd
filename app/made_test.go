package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"

	"shanzhi/app/config"
	"shanzhi/app/demo"
	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/testkit"
)

const demoPassword = "walk-the-thread-2026"

// madeDir is the folder of the demonstrations of this process; TestMain removes it. Making one takes seconds, copying it
// next to none, so each kind is made once, closed, and copied for every test that wants one.
var madeDir = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "shanzhi-demo-") })

// kept is a demonstration that is only copied.
type kept struct {
	store  config.Store
	made   demo.Made // of a still one
	cadre  string    // staff number of the visitor's cadre, of one as of today
	home   string    // the folder in which the command made it
	says   string    // what the command printed
	served []byte    // the database that was there before, on files
}

// keptStill is the demonstration as of the still clock, before any job has run.
var keptStill = sync.OnceValues(func() (k kept, err error) {
	dir, err := madeDir()
	if err != nil {
		return k, err
	}
	if k.store, err = keptStore(filepath.Join(dir, "still")); err != nil {
		return k, err
	}
	k.made, err = makeDemo(context.Background(), k.store, testkit.Still())
	return k, err
})

// keptSettled is the same once the jobs that are due have run and every report is compiled, as those find it who come
// to a server that was started a while ago.
var keptSettled = sync.OnceValues(func() (kept, error) { return settled(keptStill, testkit.Still()) })

// keptToday is the demonstration as of today, made by the command in a process of its own, as whoever tries it does: in
// a folder where something is served already, and without a word about where to put it but for the server's address. On
// files it replaces an earlier one.
var keptToday = sync.OnceValues(func() (k kept, err error) {
	dir, err := madeDir()
	if err != nil {
		return k, err
	}
	k.home = filepath.Join(dir, "today")
	if err := os.Mkdir(k.home, 0o700); err != nil {
		return k, err
	}
	if k.store, err = keptStore(filepath.Join(k.home, "data", "demo")); err != nil {
		return k, err
	}
	if _, err := k.process("migrate", "up"); err != nil {
		return k, err
	}
	if k.served, err = os.ReadFile(filepath.Join(k.home, "data", "shanzhi.db")); err != nil {
		return k, err
	}
	seed := []string{"demo", "--seed-only"}
	if testkit.OnServer() {
		seed = append(seed, "--database", k.store.Database)
	} else if err := earlierOne(k.store); err != nil {
		return k, err
	}
	if k.says, err = k.process(seed...); err != nil {
		return k, err
	}
	cadre := regexp.MustCompile(`(QH\d+)  干部 `).FindStringSubmatch(k.says)
	if cadre == nil {
		return k, fmt.Errorf("shanzhi demo prints no login of a cadre:\n%s", k.says)
	}
	k.cadre = cadre[1]
	return k, nil
})

// earlierOne puts a demonstration there that was made before.
func earlierOne(s config.Store) error {
	earlier, err := keptStill()
	if err != nil {
		return err
	}
	if err := demo.Prepare(context.Background(), s.Database, s.Data, testkit.Still(), demo.Seed); err != nil {
		return err
	}
	if err := copyData(s.Data, earlier.store.Data); err != nil {
		return err
	}
	_, err = testkit.KeepCopy(earlier.store.Database, filepath.Join(s.Data, "shanzhi.db"))
	return err
}

// process runs the command at home and returns what it prints.
func (k kept) process(command ...string) (out string, err error) {
	code, out, complaint, err := ownProcess(context.Background(), func(c *exec.Cmd) {
		c.Dir = k.home
		c.Env = append(c.Env, "SHANZHI_DEMO_PASSWORD="+demoPassword)
	}, command...)
	if err == nil && code != codeOK {
		err = fmt.Errorf("shanzhi %s: exit %d\n%s", command, code, complaint)
	}
	return out, err
}

// keptSettledToday is that as of today.
var keptSettledToday = sync.OnceValues(func() (kept, error) { return settled(keptToday, clock.Wall()) })

// settled is a copy in which the jobs have run.
func settled(made func() (kept, error), now clock.Clock) (k kept, err error) {
	if k, err = made(); err != nil {
		return k, err
	}
	base, err := madeDir()
	if err != nil {
		return k, err
	}
	from, dir := k.store, filepath.Join(base, filepath.Base(k.store.Data)+"-settled")
	k.store.Data = dir
	if err := copyData(dir, from.Data); err != nil {
		return k, err
	}
	if k.store.Database, err = testkit.KeepCopy(from.Database, filepath.Join(dir, "shanzhi.db")); err != nil {
		return k, err
	}
	ctx := context.Background() // shared by tests, so of none of them
	h, err := open(ctx, k.store, "http://localhost", now, quiet(io.Discard))
	if err != nil {
		return k, err
	}
	runner, err := newRunner(h)
	if err == nil {
		err = runner.Tick(ctx)
	}
	if err == nil {
		err = runner.DrainAll(ctx)
	}
	return k, errors.Join(err, h.db.Close())
}

// keptStore is a store in a folder, laid out as the command does.
func keptStore(folder string) (s config.Store, err error) {
	s.Data = folder
	s.Database, err = testkit.Keep(filepath.Join(folder, "shanzhi.db"))
	return s, err
}

// makeDemo makes the demonstration in a store, as of the wall's day.
func makeDemo(ctx context.Context, store config.Store, wall clock.Clock) (made demo.Made, err error) {
	clk, err := demo.NewClock(wall)
	if err != nil {
		return made, err
	}
	h, err := open(ctx, store, "http://localhost", clk.Now, quiet(io.Discard))
	if err != nil {
		return made, err
	}
	made, err = demo.Make(ctx, h.doors(), clk, demo.Options{
		Today: models.DateOf(wall()), Seed: demo.Seed, Password: demoPassword,
	})
	return made, errors.Join(err, h.db.Close())
}

// copyData copies the keys and files of a data folder. A copy is readable by others, unlike what the program makes, so
// that is put right.
func copyData(to, from string) error {
	keys, blobs := filepath.Join(to, "keys"), filepath.Join(to, "blobs")
	return errors.Join(
		os.CopyFS(keys, os.DirFS(filepath.Join(from, "keys"))), os.CopyFS(blobs, os.DirFS(filepath.Join(from, "blobs"))),
		os.Chmod(to, 0o700), os.Chmod(keys, 0o700), os.Chmod(blobs, 0o700), os.Chmod(filepath.Join(keys, "keys.json"), 0o600),
	)
}

// copied is the store of a kept demonstration, copied for one test.
func copied(tb testing.TB, k kept, err error) config.Store {
	tb.Helper()
	must(tb, err)
	dir := filepath.Join(tb.TempDir(), "data")
	must(tb, copyData(dir, k.store.Data))
	return config.Store{Data: dir, Database: testkit.Copied(tb, k.store.Database)}
}

// demoToday is a demonstration of the test's own as of today, as the command makes it.
func demoToday(t *testing.T) config.Store {
	t.Helper()
	k, err := keptToday()
	return copied(t, k, err)
}

// inStore is a command with the flags that lead to a store.
func inStore(s config.Store, command ...string) []string {
	return append(command, "--data", s.Data, "--database", s.Database)
}
