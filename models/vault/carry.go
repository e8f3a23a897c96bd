package vault

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"shanzhi/models/fault"
)

// Export returns the ring in dir as text, to be kept apart from the database in a safe place.
//
// Faults: those of Open; NotFound "vault.keys_none" where there is no ring. It makes none.
func Export(dir string) ([]byte, error) {
	keys, err := existing(dir)
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(keys, "", "  ")
}

// Import puts an exported ring into dir, where none may be yet, and returns its vault.
//
// Faults: Conflict "vault.keys_there" where dir holds a ring; Invalid "vault.keys_broken".
func Import(dir string, text []byte) (*Vault, error) {
	var keys Keys
	if err := json.Unmarshal(text, &keys); err != nil {
		return nil, broken(dir, errors.New("not JSON"))
	}
	v, err := keys.vault(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("vault: make folder of keys: %w", err)
	}
	err = write(dir, keys, os.Link)
	if errors.Is(err, fs.ErrExist) {
		return nil, fault.New(fault.Conflict, "vault.keys_there", "path", dir)
	}
	return v, err
}

// Look returns a vault over the ring in dir without making one.
//
// Faults: as Export.
func Look(dir string) (*Vault, error) {
	keys, err := existing(dir)
	if err != nil {
		return nil, err
	}
	return keys.vault(dir)
}

func existing(dir string) (Keys, error) {
	keys, err := load(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return Keys{}, fault.New(fault.NotFound, "vault.keys_none", "path", dir)
	}
	if err != nil {
		return Keys{}, err
	}
	_, err = keys.vault(dir)
	return keys, err
}
