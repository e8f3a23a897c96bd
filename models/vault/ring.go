package vault

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"shanzhi/models/fault"
)

const (
	ringName    = "keys.json"
	ringVersion = 1
)

// Open returns a vault over the key ring in dir/keys.json. On first use it makes dir (mode 0700) and a ring of random
// keys (mode 0600); two programs starting together end up with the same ring.
//
// Whoever loses the file loses everything sealed with it: it belongs into the backup, apart from the database.
// Faults: Invalid "vault.keys_open" when others may read the file, Invalid "vault.keys_broken" when it cannot be
// understood. Errors: accidents of the file system.
func Open(dir string) (*Vault, error) {
	keys, err := load(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if err = create(dir); err != nil {
			return nil, err
		}
		keys, err = load(dir)
	}
	if err != nil {
		return nil, err
	}
	return keys.vault(dir)
}

// NewKeys returns a ring with one fresh key.
func NewKeys() (Keys, error) {
	key, err := newKey()
	if err != nil {
		return Keys{}, err
	}
	index := make([]byte, SecretSize)
	if _, err := rand.Read(index); err != nil {
		return Keys{}, fmt.Errorf("vault: random bytes: %w", err)
	}
	return Keys{Version: ringVersion, Current: key.ID, Keys: []Key{key}, Index: index}, nil
}

func newKey() (Key, error) {
	buf := make([]byte, SecretSize+4)
	if _, err := rand.Read(buf); err != nil {
		return Key{}, fmt.Errorf("vault: random bytes: %w", err)
	}
	return Key{ID: "k" + hex.EncodeToString(buf[SecretSize:]), Secret: buf[:SecretSize]}, nil
}

func (k Keys) vault(dir string) (*Vault, error) {
	v, err := New(k)
	if err != nil {
		return nil, broken(dir, err)
	}
	v.dir = dir
	return v, nil
}

func broken(dir string, err error) error {
	return fault.New(fault.Invalid, "vault.keys_broken", "path", filepath.Join(dir, ringName), "detail", err.Error())
}

func load(dir string) (Keys, error) {
	path := filepath.Join(dir, ringName)
	info, err := os.Stat(path)
	if err != nil {
		return Keys{}, fmt.Errorf("vault: look at keys: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		return Keys{}, fault.New(fault.Invalid, "vault.keys_open", "path", path,
			"mode", fmt.Sprintf("%04o", info.Mode().Perm()))
	}
	text, err := os.ReadFile(path) // #nosec G304 -- the operator's own data folder
	if err != nil {
		return Keys{}, fmt.Errorf("vault: read keys: %w", err)
	}
	var keys Keys
	if err := json.Unmarshal(text, &keys); err != nil {
		return Keys{}, broken(dir, errors.New("not JSON")) // the decoder's own words may quote a secret
	}
	if keys.Version != ringVersion {
		return Keys{}, broken(dir, fmt.Errorf("version %d, want %d", keys.Version, ringVersion))
	}
	return keys, nil
}

// create makes a first ring; a ring made meanwhile by another program stays as it is.
func create(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("vault: make folder of keys: %w", err)
	}
	keys, err := NewKeys()
	if err != nil {
		return err
	}
	err = write(dir, keys, os.Link) // unlike a rename, a link never replaces
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// write puts the ring under its name in one step, by os.Link or os.Rename, after it is safely on the disk.
func write(dir string, keys Keys, place func(from, to string) error) error {
	text, err := json.MarshalIndent(keys, "", "  ")
	if err != nil {
		return fmt.Errorf("vault: encode keys: %w", err)
	}
	f, err := os.CreateTemp(dir, ringName+".*") // mode 0600
	if err != nil {
		return fmt.Errorf("vault: write keys: %w", err)
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already after a rename
	_, err = f.Write(append(text, '\n'))
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("vault: write keys: %w", err)
	}
	if err := place(f.Name(), filepath.Join(dir, ringName)); err != nil {
		return fmt.Errorf("vault: place keys: %w", err)
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir) // #nosec G304 -- the operator's own data folder
	if err != nil {
		return fmt.Errorf("vault: open folder of keys: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("vault: flush folder of keys: %w", err)
	}
	return nil
}
