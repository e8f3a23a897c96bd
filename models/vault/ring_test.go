package vault

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"shanzhi/models/fault"
)

func TestOpenMakesARingOnceAndKeepsIt(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "keys")
	first, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, ringName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v; want 0600", info.Mode(), err)
	}
	second, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	got, err := second.Open(seal(t, first, "13812340926", place), place)
	if err != nil || got != "13812340926" || first.Fingerprint() != second.Fingerprint() {
		t.Errorf("opened again: %q, %v", got, err)
	}
	if other, err := Open(t.TempDir()); err != nil || other.Fingerprint() == first.Fingerprint() {
		t.Errorf("another folder: same ring, or %v", err)
	}
	if names := files(t, dir); len(names) != 1 {
		t.Errorf("left behind: %v", names)
	}
}

func TestProgramsStartingTogetherShareOneRing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	prints := make([]string, 16)
	var all sync.WaitGroup
	for i := range prints {
		all.Go(func() {
			v, err := Open(dir)
			if err != nil {
				t.Error(err)
				return
			}
			prints[i] = v.Fingerprint() + v.CurrentID()
		})
	}
	all.Wait()
	for _, p := range prints {
		if p != prints[0] {
			t.Fatalf("rings differ: %v", prints)
		}
	}
}

func TestRotateKeepsTheOldKeysOnDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	before, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	old := seal(t, before, "王小明", place)
	if _, err := Rotate(dir); err != nil {
		t.Fatal(err)
	}
	after, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := after.Open(old, place); err != nil || got != "王小明" {
		t.Errorf("old row: %q, %v", got, err)
	}
	if !after.Stale(old) || after.Hash("a", "b") != before.Hash("a", "b") {
		t.Error("the current key did not change, or the search hashes did")
	}
	if info, err := os.Stat(filepath.Join(dir, ringName)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode after rotation %v, %v", info.Mode(), err)
	}
	if _, err := Rotate(t.TempDir()); err == nil {
		t.Error("rotating nothing made a ring")
	}
}

func TestUnsafeOrBrokenRingIsRefusedAndKept(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, want string
		mode       os.FileMode
	}{
		{`{}`, "vault.keys_open", 0o640},
		{`{}`, "vault.keys_open", 0o604},
		{``, "vault.keys_broken", 0o600},
		{`{"version":1`, "vault.keys_broken", 0o600},
		{`{"version":2}`, "vault.keys_broken", 0o600},
		{`{"version":1,"current":"a"}`, "vault.keys_broken", 0o600},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, ringName)
		if err := os.WriteFile(path, []byte(c.text), c.mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, c.mode); err != nil {
			t.Fatal(err)
		}
		for _, try := range []func(string) (*Vault, error){Open, Rotate} {
			if _, err := try(dir); fault.Of(err).Key != c.want {
				t.Errorf("%q, mode %o: got %v, want %s", c.text, c.mode, err, c.want)
			}
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != c.text {
			t.Errorf("%q was replaced by %q, %v", c.text, got, err)
		}
	}
}

func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
