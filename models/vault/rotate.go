package vault

import (
	"os"
	"path/filepath"
	"slices"

	"shanzhi/models/fault"
)

// Rotate makes another key of the ring in dir the one that seals: one that Prepare has added, else a new one. The old
// keys go on opening. Running programs follow their file: from then on they seal with the new key.
//
// Whoever rotates holds a lock on dir: of two at once one would lose the other's key.
func Rotate(dir string) (*Vault, error) {
	return change(dir, func(k *Keys) error {
		if last := len(k.Keys) - 1; k.Keys[last].ID != k.Current {
			k.Current = k.Keys[last].ID
			return nil
		}
		key, err := newKey()
		k.Keys, k.Current = append(k.Keys, key), key.ID
		return err
	})
}

// Prepare adds a key that opens and does not seal yet and returns its id: where servers have copies of the ring, all of
// them must have the key before the first one seals with it. One that is prepared already will do.
func Prepare(dir string) (id string, err error) {
	_, err = change(dir, func(k *Keys) error {
		if last := k.Keys[len(k.Keys)-1]; last.ID != k.Current {
			id = last.ID
			return nil
		}
		key, err := newKey()
		k.Keys, id = append(k.Keys, key), key.ID
		return err
	})
	return id, err
}

// Retire takes a key out of the ring in dir. Nothing may be sealed with it any more; the caller has looked.
//
// Faults: NotFound "vault.key_unknown", Conflict "vault.key_current" for the one that seals.
func Retire(dir, id string) (*Vault, error) {
	return change(dir, func(k *Keys) error {
		if id == k.Current {
			return fault.New(fault.Conflict, "vault.key_current", "id", id)
		}
		n := len(k.Keys)
		k.Keys = slices.DeleteFunc(k.Keys, func(key Key) bool { return key.ID == id })
		if len(k.Keys) == n {
			return fault.New(fault.NotFound, "vault.key_unknown", "id", id)
		}
		return nil
	})
}

// IDs returns the ids of the keys in the ring in dir, the oldest first, and which of them seals.
func IDs(dir string) (ids []string, current string, err error) {
	keys, err := existing(dir)
	for _, k := range keys.Keys {
		ids = append(ids, k.ID)
	}
	return ids, keys.Current, err
}

// change writes the ring in dir anew. A broken ring is not made worse.
func change(dir string, how func(*Keys) error) (*Vault, error) {
	keys, err := existing(dir)
	if err != nil {
		return nil, err
	}
	if err := how(&keys); err != nil {
		return nil, err
	}
	v, err := keys.vault(dir)
	if err != nil {
		return nil, err
	}
	return v, write(dir, keys, os.Rename)
}

// follow returns the ring of the file as it is now. One that cannot be read, or is another house's, is not followed:
// the keys that are at hand stay in use, and whoever looks after the house is told by its own check.
func (v *Vault) follow() *keyring {
	have := v.at.Load()
	if v.dir == "" {
		return have
	}
	info, err := os.Stat(filepath.Join(v.dir, ringName))
	if err != nil || have.file != nil && os.SameFile(info, have.file) && info.ModTime().Equal(have.file.ModTime()) {
		return have
	}
	keys, err := load(v.dir)
	if err != nil {
		return have
	}
	next, err := newRing(keys)
	if err != nil || string(next.index) != string(have.index) {
		return have
	}
	next.file = info
	v.at.Store(next) // two at once store the same
	return next
}
