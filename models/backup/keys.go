package backup

import (
	"errors"
	"io"
	"strings"

	"filippo.io/age"

	"shanzhi/models/fault"
)

// Keys encrypt and open a backup: a pair of age keys, or a passphrase. To write it the public key is enough, so that a
// server that makes backups cannot read them.
type Keys struct {
	Recipient  string // public key, age1…
	Identity   string // text of an age identity file, for opening
	Passphrase string
}

// NewIdentity returns a fresh pair: the text of an identity file and its public key.
func NewIdentity() (identity, recipient string, err error) {
	k, err := age.GenerateX25519Identity()
	if err != nil {
		return "", "", err
	}
	return "# public key: " + k.Recipient().String() + "\n" + k.String() + "\n", k.Recipient().String(), nil
}

// Set reports whether a backup can be encrypted with k.
func (k Keys) Set() bool { return k.Recipient != "" || k.Passphrase != "" }

// recipients are whom a backup is encrypted for. Faults: Invalid "backup.no_key", "backup.bad_recipient".
func (k Keys) recipients() ([]age.Recipient, error) {
	switch {
	case k.Recipient != "":
		r, err := age.ParseX25519Recipient(strings.TrimSpace(k.Recipient))
		if err != nil {
			return nil, fault.New(fault.Invalid, "backup.bad_recipient")
		}
		return []age.Recipient{r}, nil
	case k.Passphrase != "":
		r, err := age.NewScryptRecipient(k.Passphrase)
		if err != nil {
			return nil, fault.New(fault.Invalid, "backup.no_key")
		}
		return []age.Recipient{r}, nil
	}
	return nil, fault.New(fault.Invalid, "backup.no_key")
}

// identities are what may open a backup. Faults: Invalid "backup.no_opener", "backup.bad_identity".
func (k Keys) identities() ([]age.Identity, error) {
	var out []age.Identity
	if k.Identity != "" {
		ids, err := age.ParseIdentities(strings.NewReader(k.Identity))
		if err != nil {
			return nil, fault.New(fault.Invalid, "backup.bad_identity")
		}
		out = append(out, ids...)
	}
	if k.Passphrase != "" {
		id, err := age.NewScryptIdentity(k.Passphrase)
		if err != nil {
			return nil, fault.New(fault.Invalid, "backup.no_opener")
		}
		out = append(out, id)
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "backup.no_opener")
	}
	return out, nil
}

// open decrypts r. Faults: Invalid "backup.wrong_key" where none of the keys fits, Invalid "backup.no_backup" for
// anything that is no age file.
func (k Keys) open(r io.Reader) (io.Reader, error) {
	ids, err := k.identities()
	if err != nil {
		return nil, err
	}
	plain, err := age.Decrypt(r, ids...)
	if err == nil {
		return plain, nil
	}
	if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		return nil, fault.New(fault.Invalid, "backup.wrong_key")
	}
	return nil, fault.New(fault.Invalid, "backup.no_backup")
}

// SealText encrypts a small text, such as a key ring, as a file of its own.
func SealText(w io.Writer, text []byte, k Keys) error {
	return Seal(w, k, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// Seal encrypts what write writes, as a file of its own.
func Seal(w io.Writer, k Keys, write func(w io.Writer) error) error {
	to, err := k.recipients()
	if err != nil {
		return err
	}
	sealed, err := age.Encrypt(w, to...)
	if err != nil {
		return err
	}
	return errors.Join(write(sealed), sealed.Close())
}

// Unseal reads what Seal has written. Faults: those of a key that does not fit, or of what is no such file.
func Unseal(r io.Reader, k Keys) (io.Reader, error) { return k.open(r) }

// OpenText opens what SealText has written.
func OpenText(r io.Reader, k Keys) ([]byte, error) {
	plain, err := k.open(r)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(plain, 1<<20))
	if err != nil {
		return nil, fault.New(fault.Invalid, "backup.damaged")
	}
	return text, nil
}
