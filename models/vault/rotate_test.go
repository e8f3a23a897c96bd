package vault

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"shanzhi/models/fault"
)

func opened(t *testing.T, dir string) *Vault {
	t.Helper()
	v, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A running program follows its file: it seals with a key that another adds, and opens what others seal with it.
func TestARunningVaultFollowsItsFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	running, other := opened(t, dir), opened(t, dir)
	old := running.CurrentID()
	next, err := Rotate(dir)
	if err != nil {
		t.Fatal(err)
	}
	box := seal(t, other, "王小明", place)
	if box.KeyID() != next.CurrentID() || box.KeyID() == old {
		t.Errorf("sealed with %s, want the new key", box.KeyID())
	}
	if got, err := running.Open(box, place); err != nil || got != "王小明" {
		t.Errorf("opened by the other: %q, %v", got, err)
	}
	soon := time.Now().Add(time.Hour)
	if _, err := running.CheckToken("rate", next.Token("rate", "x", soon), time.Now()); err != nil {
		t.Errorf("a token of the new key: %v", err)
	}
}

// Whatever happens to the file, the keys at hand stay in use.
func TestARunningVaultKeepsItsKeysWhenTheFileIsGone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	running := opened(t, dir)
	file := filepath.Join(dir, ringName)
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	foreign := t.TempDir()
	opened(t, foreign)
	alien, err := os.ReadFile(filepath.Join(foreign, ringName))
	if err != nil {
		t.Fatal(err)
	}
	for what, spoil := range map[string]func() error{
		"gone":     func() error { return os.Remove(file) },
		"broken":   func() error { return os.WriteFile(file, []byte("{"), 0o600) },
		"open":     func() error { return os.Chmod(file, 0o644) },
		"foreign":  func() error { return os.WriteFile(file, alien, 0o600) },
		"restored": func() error { return os.WriteFile(file, good, 0o600) },
	} {
		if err := spoil(); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		box := seal(t, running, "王小明", place)
		if got, err := running.Open(box, place); err != nil || got != "王小明" {
			t.Errorf("file %s: %q, %v", what, got, err)
		}
	}
}

func TestAPreparedKeyIsUsedByTheNextRotation(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	v := opened(t, dir)
	old := v.CurrentID()
	id, err := Prepare(dir)
	if err != nil || id == old || v.CurrentID() != old {
		t.Fatalf("prepared %s, sealing with %s, %v", id, v.CurrentID(), err)
	}
	if again, err := Prepare(dir); err != nil || again != id {
		t.Errorf("prepared twice: %s, %v", again, err)
	}
	next, err := Rotate(dir)
	if err != nil || next.CurrentID() != id {
		t.Errorf("rotated to %s, %v; want %s", next.CurrentID(), err, id)
	}
	if third, err := Rotate(dir); err != nil || third.CurrentID() == id {
		t.Errorf("rotated again: %v, %v", third, err)
	}
	ids, current, err := IDs(dir)
	if err != nil || len(ids) != 3 || current != ids[2] || !slices.Equal(ids[:2], []string{old, id}) {
		t.Errorf("%v, %s, %v", ids, current, err)
	}
}

func TestARingIsCarriedToAnotherMachine(t *testing.T) {
	t.Parallel()
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "keys")
	v := opened(t, from)
	text, err := Export(from)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Export(to); fault.Of(err).Key != "vault.keys_none" {
		t.Errorf("exporting nothing: %v", err)
	}
	if _, err := Import(to, []byte("{}")); fault.Of(err).Key != "vault.keys_broken" {
		t.Errorf("importing nonsense: %v", err)
	}
	w, err := Import(to, text)
	if err != nil || w.Fingerprint() != v.Fingerprint() {
		t.Fatalf("%v", err)
	}
	if got, err := opened(t, to).Open(seal(t, v, "x", place), place); err != nil || got != "x" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := Import(to, text); fault.Of(err).Key != "vault.keys_there" {
		t.Errorf("importing over keys: %v", err)
	}
	if info, err := os.Stat(filepath.Join(to, ringName)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info, err)
	}
}

func TestTheKeyThatSealsIsNotRetired(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	v := opened(t, dir)
	if _, err := Retire(dir, v.CurrentID()); fault.Of(err).Key != "vault.key_current" {
		t.Errorf("got %v", err)
	}
	if _, err := Retire(dir, "k00"); fault.Of(err).Key != "vault.key_unknown" {
		t.Errorf("got %v", err)
	}
}
