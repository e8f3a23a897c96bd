package vault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shanzhi/models/fault"
)

// letters are all that can stand in a sealed value or token, and what a decoder may skip.
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_:.=\n\r"

const place = "cases.resident_phone.01J8ZQ4T7M0000000000000000"

func ring(ids ...string) Keys {
	k := Keys{Version: 1, Current: ids[len(ids)-1], Index: bytes.Repeat([]byte{9}, SecretSize)}
	for i, id := range ids {
		k.Keys = append(k.Keys, Key{ID: id, Secret: bytes.Repeat([]byte{byte(i + 1)}, SecretSize)})
	}
	return k
}

func open(t *testing.T, keys Keys) *Vault {
	t.Helper()
	v, err := New(keys)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func seal(t *testing.T, v *Vault, plain, aad string) Sealed {
	t.Helper()
	s, err := v.Seal(plain, aad)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWhatIsSealedOpensAndIsNotReadable(t *testing.T) {
	t.Parallel()
	v := open(t, ring("a", "b"))
	rapid.Check(t, func(t *rapid.T) {
		plain, aad := rapid.StringN(1, 60, -1).Draw(t, "plain"), rapid.StringN(1, 40, -1).Draw(t, "aad")
		s, err := v.Seal(plain, aad)
		if err != nil {
			t.Fatal(err)
		}
		if len(plain) > 3 && strings.Contains(s.box, plain) {
			t.Fatalf("the box %q shows the text", s.box)
		}
		if got, err := v.Open(s, aad); err != nil || got != plain {
			t.Fatalf("got %q, %v; want %q", got, err, plain)
		}
	})
}

func TestSameTextSealsDifferentlyEachTime(t *testing.T) {
	t.Parallel()
	v := open(t, ring("a"))
	if a, b := seal(t, v, "13812340926", place), seal(t, v, "13812340926", place); a == b {
		t.Errorf("both times %s: equal texts can be recognised", a.box)
	}
}

// The last letter of a base64 text can carry bits that decode to nothing, so every letter is tried in every place: a
// second spelling of the same bytes must not open either.
func TestEveryAlterationIsRefused(t *testing.T) {
	t.Parallel()
	v := open(t, ring("a", "b"))
	s := seal(t, v, "欧阳晓", place)
	for i := range s.box {
		for _, c := range []byte(letters) {
			forged := []byte(s.box)
			if forged[i] == c {
				continue
			}
			forged[i] = c
			if got, err := v.Open(Sealed{box: string(forged)}, place); err == nil {
				t.Fatalf("byte %d made %q: opened to %q", i, c, got)
			}
		}
	}
	for n := range len(s.box) {
		if n > 0 && opens(v, s.box[:n]) {
			t.Errorf("cut to %d bytes it opens", n)
		}
	}
	for _, extra := range []string{":", "A", "\n", "="} {
		if opens(v, s.box+extra) {
			t.Errorf("with %q behind it opens", extra)
		}
	}
	if opens(v, strings.Replace(s.box, ":b:", ":a:", 1)) {
		t.Error("with the id of another key it opens")
	}
}

func opens(v *Vault, box string) bool {
	_, err := v.Open(Sealed{box: box}, place)
	return err == nil
}

func TestSealedIsBoundToItsPlace(t *testing.T) {
	t.Parallel()
	v := open(t, ring("a"))
	s := seal(t, v, "13812340926", "cases.resident_phone.1")
	for _, other := range []string{"cases.resident_phone.2", "cases.resident_name.1", "persons.mobile.1"} {
		if _, err := v.Open(s, other); !errors.Is(err, ErrDamaged) {
			t.Errorf("opened at %s: got %v, want ErrDamaged", other, err)
		}
	}
	if _, err := v.Seal("x", ""); !errors.Is(err, ErrNoPlace) {
		t.Errorf("seal without a place: got %v", err)
	}
	if _, err := v.Open(s, ""); !errors.Is(err, ErrNoPlace) {
		t.Errorf("open without a place: got %v", err)
	}
}

func TestRotationOpensOldAndSealsNew(t *testing.T) {
	t.Parallel()
	before, after := open(t, ring("a")), open(t, ring("a", "b"))
	s := seal(t, before, "王𬭁", place)
	if got, err := after.Open(s, place); err != nil || got != "王𬭁" {
		t.Fatalf("old row: got %q, %v", got, err)
	}
	renewed := seal(t, after, "王𬭁", place)
	if s.KeyID() != "a" || renewed.KeyID() != "b" || !after.Stale(s) || after.Stale(renewed) || after.Stale(Sealed{}) {
		t.Errorf("keys %s, %s; stale %v, %v", s.KeyID(), renewed.KeyID(), after.Stale(s), after.Stale(renewed))
	}
	if _, err := before.Open(renewed, place); !errors.Is(err, ErrNoKey) {
		t.Errorf("a ring without the key: got %v, want ErrNoKey", err)
	}
	if before.Hash("phone", "1") != after.Hash("phone", "1") || before.Fingerprint() != after.Fingerprint() {
		t.Error("rotation changed the search hashes")
	}
	now := time.Unix(1_800_000_000, 0)
	if _, err := after.CheckToken("ask", before.Token("ask", "p", now.Add(time.Hour)), now); err != nil {
		t.Errorf("token made before the rotation: %v", err)
	}
}

func TestHashSeparatesKindsAndKeys(t *testing.T) {
	t.Parallel()
	v := open(t, ring("a"))
	h := v.Hash("phone", "13812340926")
	if len(h) != 64 || h != v.Hash("phone", "13812340926") {
		t.Errorf("got %q: want the same 64 digits each time", h)
	}
	other := ring("a")
	other.Index = bytes.Repeat([]byte{8}, SecretSize)
	for name, x := range map[string]string{
		"value": v.Hash("phone", "13812340927"), "kind": v.Hash("login", "13812340926"),
		"border": v.Hash("phone1", "3812340926"), "ring": open(t, other).Hash("phone", "13812340926"),
	} {
		if x == h {
			t.Errorf("another %s gives the same hash", name)
		}
	}
}

func TestSealedShowsOnlyDots(t *testing.T) {
	t.Parallel()
	s := seal(t, open(t, ring("a")), "13812340926", place)
	type row struct{ Phone Sealed }
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "phone", s, "row", row{s})
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "phone", s, "row", row{s}, "ptr", &s)
	js, err := json.Marshal(map[string]any{"a": s, "b": &s, "c": row{s}, "d": []Sealed{s}})
	if err != nil {
		t.Fatal(err)
	}
	shown := []string{log.String(), string(js)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		shown = append(shown, fmt.Sprintf(verb, s), fmt.Sprintf(verb, &s), fmt.Sprintf(verb, row{s}))
	}
	all := strings.Join(shown, "\n")
	// The parts behind version and key id, the whole in hexadecimal and as a list of numbers.
	parts := strings.Split(s.box, ":")
	for _, secret := range []string{parts[2], parts[3], fmt.Sprintf("%x", s.box)[20:], "v1:"} {
		if strings.Contains(all, secret) {
			t.Errorf("%q is shown in %s", secret, all)
		}
	}
	if !strings.Contains(all, dots) {
		t.Errorf("no dots in %s", all)
	}
}

func TestDatabaseKeepsCiphertextAndRefusesPlainText(t *testing.T) {
	t.Parallel()
	v := open(t, ring("a"))
	s := seal(t, v, "13812340926", place)
	stored, err := s.Value()
	if err != nil || stored != s.box || !strings.HasPrefix(s.box, "v1:a:") {
		t.Fatalf("stored %v, %v", stored, err)
	}
	for _, src := range []any{s.box, []byte(s.box)} {
		var back Sealed
		if err := back.Scan(src); err != nil || back != s {
			t.Errorf("from %T: %v, %v", src, back, err)
		}
	}
	for _, src := range []any{nil, "", []byte{}} {
		back := s
		if err := back.Scan(src); err != nil || !back.IsZero() {
			t.Errorf("from %#v: %v, %v", src, back, err)
		}
	}
	for _, src := range []any{"13812340926", "v1:", "v1:a:b:c", "v2" + s.box[2:], 13812340926, true} {
		back := s
		if err := back.Scan(src); !errors.Is(err, ErrNotSealed) || back != s {
			t.Errorf("from %v: got %v, want ErrNotSealed and the old value kept", src, err)
		}
	}
	if empty, err := (Sealed{}).Value(); err != nil || empty != "" {
		t.Errorf("the empty field stores %#v, %v", empty, err)
	}
	if plain, err := v.Open(Sealed{}, place); err != nil || plain != "" {
		t.Errorf("the empty field opens to %q, %v", plain, err)
	}
	if e := seal(t, v, "", place); !e.IsZero() {
		t.Errorf("the empty text seals to %s", e.box)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	v := open(t, ring("a", "b"))
	now := time.Unix(1_800_000_000, 0)
	token := v.Token("ask", "编号=7", now.Add(time.Hour))
	if got, err := v.CheckToken("ask", token, now.Add(time.Hour-time.Second)); err != nil || got != "编号=7" {
		t.Fatalf("got %q, %v", got, err)
	}
	late := now.Add(time.Hour)
	if _, err := v.CheckToken("ask", token, late); fault.Of(err).Key != "vault.token_expired" {
		t.Errorf("at its expiry: got %v", err)
	}
	if _, err := v.CheckToken("rate", token, now); fault.Of(err).Key != "vault.token_wrong" {
		t.Errorf("another purpose: got %v", err)
	}
	for i := range token {
		for _, c := range []byte(letters) {
			if token[i] == c {
				continue
			}
			forged := token[:i] + string(c) + token[i+1:]
			if _, err := v.CheckToken("ask", forged, now); fault.Of(err).Key != "vault.token_wrong" {
				t.Fatalf("byte %d made %q: got %v", i, c, err)
			}
		}
	}
	for _, junk := range []string{"", ".", "....", "t1.b..", token + ".", token + "A", strings.Repeat("x.", 1<<20)} {
		if _, err := v.CheckToken("ask", junk, late); fault.Of(err).Key != "vault.token_wrong" {
			t.Errorf("%.20q: got %v", junk, err)
		}
	}
	stranger := ring("a", "b")
	stranger.Keys[1].Secret = bytes.Repeat([]byte{7}, SecretSize)
	if _, err := open(t, stranger).CheckToken("ask", token, now); !fault.Is(err, fault.Invalid) {
		t.Errorf("another ring: got %v", err)
	}
}

func TestBadRingsAreRefused(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*Keys){
		"no current": func(k *Keys) { k.Current = "x" }, "empty": func(k *Keys) { k.Keys = nil },
		"twice": func(k *Keys) { k.Keys = append(k.Keys, k.Keys[0]) }, "short": func(k *Keys) { k.Keys[0].Secret = []byte("x") },
		"colon in id": func(k *Keys) { k.Keys[0].ID, k.Current = "a:b", "a:b" }, "index": func(k *Keys) { k.Index = nil },
	} {
		k := ring("a")
		spoil(&k)
		if _, err := New(k); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func FuzzOpenNeverPanics(f *testing.F) {
	v, err := New(ring("a"))
	if err != nil {
		f.Fatal(err)
	}
	s, err := v.Seal("x", "another.place.1") // so that nothing here may open
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"", s.box, "v1:a::", "v1:a:AAAAAAAAAAAAAAAA:AAAA", v.Token("p", "x", time.Unix(9e9, 0))} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, box string) {
		var read Sealed
		if read.Scan(box) == nil && !read.IsZero() {
			if plain, err := v.Open(read, place); err == nil {
				t.Errorf("%q opened to %q", box, plain)
			}
		}
		if payload, err := v.CheckToken("other", box, time.Unix(0, 0)); err == nil {
			t.Errorf("%q passed with %q", box, payload)
		}
	})
}
