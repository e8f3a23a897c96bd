package blob

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"shanzhi/models/fault"
)

// emptyHash is SHA-256 of no bytes (FIPS 180-4 test value).
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func folder(t *testing.T) *Disk {
	t.Helper()
	d, err := Folder(filepath.Join(t.TempDir(), "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func put(t *testing.T, d *Disk, data []byte) string {
	t.Helper()
	hash, err := d.Put(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

func read(t *testing.T, d *Disk, hash string) ([]byte, error) {
	t.Helper()
	r, size, err := d.Open(t.Context(), hash)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(r)
	if err == nil && int64(len(data)) != size {
		t.Errorf("size %d, read %d", size, len(data))
	}
	return data, errors.Join(err, r.Close())
}

// tree lists every file below the store's folder.
func tree(t *testing.T, d *Disk) (files []string) {
	t.Helper()
	err := filepath.WalkDir(d.dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			rel, _ := filepath.Rel(d.dir, path)
			files = append(files, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestWhatIsPutIsFoundByItsHash(t *testing.T) {
	t.Parallel()
	d := folder(t)
	if got := put(t, d, nil); got != emptyHash {
		t.Errorf("nothing: got %s, want %s", got, emptyHash)
	}
	want := bytes.Repeat([]byte("善治"), 1000)
	hash := put(t, d, want)
	if got, err := read(t, d, hash); err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
	info, err := os.Stat(filepath.Join(d.dir, hash[:2], hash[2:4], hash))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("place or mode: %v, %v", info, err)
	}
	if got, err := read(t, d, emptyHash); err != nil || len(got) != 0 {
		t.Errorf("nothing: got %q, %v", got, err)
	}
	if ok, err := d.Has(t.Context(), hash); err != nil || !ok {
		t.Errorf("has: %v, %v", ok, err)
	}
}

func TestPutTwiceKeepsOneFile(t *testing.T) {
	t.Parallel()
	d := folder(t)
	hash := put(t, d, []byte("x"))
	before, err := os.Stat(d.path(hash))
	if err != nil {
		t.Fatal(err)
	}
	if again := put(t, d, []byte("x")); again != hash {
		t.Errorf("got %s, then %s", hash, again)
	}
	after, err := os.Stat(d.path(hash))
	if err != nil || !os.SameFile(before, after) {
		t.Errorf("the file was replaced: %v", err)
	}
	if files := tree(t, d); len(files) != 1 {
		t.Errorf("files: %v", files)
	}
}

func TestManyPutTheSameAtOnce(t *testing.T) {
	t.Parallel()
	d := folder(t)
	data := bytes.Repeat([]byte("a"), 1<<16)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			hash, err := d.Put(context.Background(), data)
			if err != nil || hash != HashOf(data) {
				t.Errorf("%s, %v", hash, err)
			}
			if _, err := read(t, d, hash); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if files := tree(t, d); len(files) != 1 {
		t.Errorf("files: %v", files)
	}
}

func TestDamageIsNoticedAndMended(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 2, 1000, wholeSize, wholeSize + 1, wholeSize + 100_000} {
		data := bytes.Repeat([]byte{7}, size)
		for name, spoil := range map[string]func(b []byte) []byte{
			"first": func(b []byte) []byte { b[0] ^= 1; return b },
			"last":  func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
			"cut":   func(b []byte) []byte { return b[:len(b)-1] },
			"grown": func(b []byte) []byte { return append(b, 7) },
		} {
			d := folder(t)
			hash := put(t, d, data)
			if err := os.WriteFile(d.path(hash), spoil(bytes.Clone(data)), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := read(t, d, hash)
			if f := fault.Of(err); f.Key != "blob.damaged" || f.Kind != fault.Internal {
				t.Errorf("%d bytes, %s: got %v, want blob.damaged", size, name, err)
			}
			if len(got) >= size && name != "grown" {
				t.Errorf("%d bytes, %s: %d bytes were given out", size, name, len(got))
			}
			put(t, d, data)
			if got, err := read(t, d, hash); err != nil || !bytes.Equal(got, data) {
				t.Errorf("%d bytes, %s: put again did not mend it: %v", size, name, err)
			}
		}
	}
}

func TestReaderStopsWhereTheFileEndsEarly(t *testing.T) {
	t.Parallel()
	data := bytes.Repeat([]byte("ab"), 500)
	for _, c := range []struct {
		give []byte
		want string
	}{{data, ""}, {data[:999], "blob.damaged"}, {nil, "blob.damaged"}, {append(bytes.Clone(data), 'x'), "blob.damaged"}} {
		for _, wrap := range []func(io.Reader) io.Reader{
			iotest.OneByteReader, iotest.DataErrReader, iotest.HalfReader,
		} {
			file := io.NopCloser(wrap(bytes.NewReader(c.give)))
			got, err := io.ReadAll(newChecked(t.Context(), file, HashOf(data), 1000))
			if c.want == "" && (err != nil || !bytes.Equal(got, data)) {
				t.Errorf("whole: %d bytes, %v", len(got), err)
			}
			if c.want != "" && fault.Of(err).Key != c.want {
				t.Errorf("%d bytes: got %v, want %s", len(c.give), err, c.want)
			}
		}
	}
	broken := io.NopCloser(iotest.TimeoutReader(iotest.OneByteReader(bytes.NewReader(data))))
	if _, err := io.ReadAll(newChecked(t.Context(), broken, HashOf(data), 1000)); !errors.Is(err, iotest.ErrTimeout) {
		t.Errorf("a failing disk: got %v", err)
	}
}

func TestNamesThatAreNoHashesAreRefused(t *testing.T) {
	t.Parallel()
	d := folder(t)
	for _, name := range []string{
		"", "x", "../../../etc/passwd", strings.ToUpper(emptyHash), emptyHash + "0", emptyHash[:63], "/" + emptyHash[1:],
		"../" + emptyHash[3:], emptyHash[:62] + "\x00a", strings.Repeat("g", 64),
	} {
		if _, _, err := d.Open(t.Context(), name); fault.Of(err).Key != "blob.hash" {
			t.Errorf("open %q: got %v", name, err)
		}
		if _, err := d.Has(t.Context(), name); fault.Of(err).Key != "blob.hash" {
			t.Errorf("has %q: got %v", name, err)
		}
	}
	if _, _, err := d.Open(t.Context(), emptyHash); !fault.Is(err, fault.NotFound) {
		t.Errorf("absent: got %v", err)
	}
	if ok, err := d.Has(t.Context(), emptyHash); ok || err != nil {
		t.Errorf("absent: %v, %v", ok, err)
	}
}

func TestFullDiskLeavesNothing(t *testing.T) {
	t.Parallel()
	d := folder(t)
	d.write = func(f *os.File, data []byte) error {
		if err := writeAll(f, data[:len(data)/2]); err != nil {
			return err
		}
		return syscall.ENOSPC
	}
	data := bytes.Repeat([]byte("x"), 1000)
	if hash, err := d.Put(t.Context(), data); !errors.Is(err, syscall.ENOSPC) || hash != "" {
		t.Errorf("got %q, %v", hash, err)
	}
	if _, err := d.Put(t.Context(), data); fault.Of(err).Key != "error.disk_full" {
		t.Errorf("it does not say that the disk is full: %v", err)
	}
	if files := tree(t, d); len(files) != 0 {
		t.Errorf("left behind: %v", files)
	}
	if ok, err := d.Has(t.Context(), HashOf(data)); ok || err != nil {
		t.Errorf("has: %v, %v", ok, err)
	}
	d.write = writeAll
	if _, err := read(t, d, put(t, d, data)); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

func TestFailingNameLeavesNothing(t *testing.T) {
	t.Parallel()
	d := folder(t)
	inTheWay := filepath.Join(d.path(HashOf([]byte("x"))), "folder")
	if err := os.MkdirAll(inTheWay, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Put(t.Context(), []byte("x")); err == nil {
		t.Error("put over a folder in the way")
	}
	if files := tree(t, d); len(files) != 0 {
		t.Errorf("left behind: %v", files)
	}
}

func TestCancelledRequestsStop(t *testing.T) {
	t.Parallel()
	d := folder(t)
	large := bytes.Repeat([]byte("y"), wholeSize+1)
	hash := put(t, d, large)
	ctx, cancel := context.WithCancel(t.Context())
	r, _, err := d.Open(ctx, hash)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := io.ReadAll(r); !errors.Is(err, context.Canceled) {
		t.Errorf("read: %v", err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if _, err := d.Put(ctx, []byte("z")); !errors.Is(err, context.Canceled) {
		t.Errorf("put: %v", err)
	}
	if _, _, err := d.Open(ctx, hash); !errors.Is(err, context.Canceled) {
		t.Errorf("open: %v", err)
	}
	if _, err := d.Has(ctx, hash); !errors.Is(err, context.Canceled) {
		t.Errorf("has: %v", err)
	}
}

func TestSweepRemovesOnlyOldLeftovers(t *testing.T) {
	t.Parallel()
	d := folder(t)
	hash := put(t, d, []byte("x"))
	noon := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	for name, at := range map[string]time.Time{"put-old": noon.Add(-time.Second), "put-new": noon} {
		path := filepath.Join(d.dir, tempName, name)
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := d.Sweep(t.Context(), noon); n != 1 || err != nil {
		t.Errorf("removed %d, %v; want 1", n, err)
	}
	got := strings.Join(tree(t, d), " ")
	if want := d.path(hash)[len(d.dir)+1:] + " tmp/put-new"; got != want {
		t.Errorf("left %q, want %q", got, want)
	}
}

func TestAnyContentComesBack(t *testing.T) {
	t.Parallel()
	d := folder(t)
	rapid.Check(t, func(rt *rapid.T) {
		data := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(rt, "data")
		hash, err := d.Put(context.Background(), data)
		if err != nil {
			rt.Fatal(err)
		}
		if got, err := read(t, d, hash); err != nil || !bytes.Equal(got, data) {
			rt.Fatalf("got %x, %v; want %x", got, err, data)
		}
	})
}

func FuzzNames(f *testing.F) {
	for _, seed := range []string{emptyHash, "..", "../x", emptyHash + "\n", strings.ToUpper(emptyHash)} {
		f.Add(seed)
	}
	d, err := Folder(f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, name string) {
		r, _, err := d.Open(context.Background(), name)
		if err == nil {
			_ = r.Close()
			t.Fatalf("%q opened in an empty store", name)
		}
		want := "blob.hash"
		if len(name) == 64 && strings.Trim(name, "0123456789abcdef") == "" {
			want = "blob.not_found"
		}
		if got := fault.Of(err).Key; got != want {
			t.Errorf("%q: got %s, want %s", name, got, want)
		}
	})
}
