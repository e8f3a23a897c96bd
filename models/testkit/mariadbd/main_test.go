package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// TestMain lets the test binary stand for the command itself.
func TestMain(m *testing.M) {
	if os.Getenv("BE_MARIADBD") == "1" {
		main()
	}
	os.Exit(m.Run())
}

// self returns the command, with a folder for temporary files of its own.
func self(t *testing.T, args ...string) (c *exec.Cmd, dir string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "s") // short: it holds a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		left, err := os.ReadDir(dir)
		if err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
		_ = os.RemoveAll(dir)
	})
	c = exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), "BE_MARIADBD=1", "TMPDIR="+dir)
	return c, dir
}

func code(t *testing.T, err error) int {
	t.Helper()
	if err == nil {
		return 0
	}
	e, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		t.Fatal(err)
	}
	return e.ExitCode()
}

// installed reports whether there is a server to start; without one the command must say so.
func installed() bool {
	_, err := findPrograms()
	return err == nil
}

func TestCommandRunsBesideServer(t *testing.T) {
	t.Parallel()
	c, _ := self(t, "--durable", "--", "sh", "-c", `s=${SHANZHI_TEST_MYSQL#*\(}; test -S "${s%\)/}" && echo socket; exit 7`)
	out, err := c.Output()
	want, text := 7, "socket\n"
	if !installed() {
		want, text = 2, ""
	}
	if got := code(t, err); got != want || string(out) != text {
		t.Errorf("exit %d and %q, want %d and %q", got, out, want, text)
	}
}

// The command is told of the signal, and the server's folder is gone when it ends.
func TestSignalEndsBoth(t *testing.T) {
	t.Parallel()
	c, _ := self(t, "--", "sh", "-c", "echo ready; exec sleep 60")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	want := 128 + int(syscall.SIGTERM)
	if _, err := io.ReadFull(out, make([]byte, len("ready\n"))); err != nil {
		want = 2 // nothing ran
	} else if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if got := code(t, c.Wait()); got != want || (want == 2) == installed() {
		t.Errorf("exit %d, want %d", got, want)
	}
}

func TestCommitsReachTheDiskWhereAsked(t *testing.T) {
	t.Parallel()
	for durable, want := range map[bool]string{true: "1", false: "0"} {
		s := &server{durable: durable}
		if !slices.Contains(s.settings(), "--innodb-flush-log-at-trx-commit="+want) {
			t.Errorf("durable %v: want %s in %v", durable, want, s.settings())
		}
	}
}

func TestMissingServerIsNamed(t *testing.T) {
	t.Parallel()
	_, err := find("no-such-server")
	if err == nil || !strings.Contains(err.Error(), "Debian package mariadb-server") {
		t.Errorf("got %v, want the name of the package", err)
	}
}

func TestNothingToRun(t *testing.T) {
	t.Parallel()
	c, _ := self(t, "--")
	if got := code(t, c.Run()); got != 2 {
		t.Errorf("exit %d, want 2", got)
	}
}

func TestUnknownCommand(t *testing.T) {
	t.Parallel()
	c, _ := self(t, "--", "no-such-command-here")
	want := 127
	if !installed() {
		want = 2
	}
	if got := code(t, c.Run()); got != want {
		t.Errorf("exit %d, want %d", got, want)
	}
}
