package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"shanzhi/app/config"
	"shanzhi/models/audit"
	"shanzhi/models/backup"
	"shanzhi/models/blob"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/vault"
	"shanzhi/templates/i18n"
)

// backupCmd is "shanzhi backup create|verify|restore|keygen".
type backupCmd struct {
	Create  backupCreate  `cmd:"" help:"Write database and files into one encrypted file, while the site serves."`
	Verify  backupVerify  `cmd:"" help:"Check that a backup is complete and undamaged."`
	Restore backupRestore `cmd:"" help:"Fill an empty installation from a backup: all of it or nothing."`
	Keygen  backupKeygen  `cmd:"" help:"Make a pair of keys: a file to open backups, a public key to make them."`
}

type backupCreate struct {
	config.Backup
	File     string `arg:"" help:"File to write; it must not exist." type:"path"`
	WithKeys string `help:"Write the keys of sealed fields, encrypted, to another file." placeholder:"FILE" type:"path"`
}

// Run writes a backup.
func (c backupCreate) Run(ctx context.Context, store config.Store, io streams) error {
	if path, missing := store.Missing(); missing {
		return fault.New(fault.NotFound, "house.no_database", "path", path)
	}
	keys, err := backupKeys(c.Backup)
	if err != nil {
		return err
	}
	return onDatabase(ctx, store, io, func(d *db.DB) error {
		made, err := writeBackup(ctx, d, store, clock.Wall(), c.File, keys, progressOf(io))
		if err != nil {
			return err
		}
		if c.WithKeys != "" {
			if err := writeKeys(store, c.WithKeys, keys); err != nil {
				return err
			}
		}
		return tellBackup(io, "backup.made", c.File, made)
	})
}

func tellBackup(io streams, key, file string, made backup.Summary) error {
	_, err := fmt.Fprintln(io.out, printer().T(key, "file", file, "rows", made.Rows(), "files", made.Files,
		"made", printer().DateTime(made.Made), "program", versionWords(made.Program, printer())))
	return err
}

// writeBackup writes a backup under its name once it is whole, and enters that in the audit log.
func writeBackup(ctx context.Context, d *db.DB, store config.Store, now clock.Clock, file string, keys backup.Keys,
	tell backup.Progress,
) (made backup.Summary, err error) {
	files, err := blob.Folder(store.Blobs())
	if err != nil {
		return made, err
	}
	err = newFile(file, func(w io.Writer) error {
		made, err = backup.Write(ctx, w, backup.Source{
			DB: d, Files: files, Now: now, Program: version(), Tell: tell,
		}, keys)
		return err
	})
	if err != nil {
		return made, err
	}
	at := now()
	err = db.Tx(ctx, d, func(tx *gorm.DB) error {
		return audit.Add(tx, at, system("backup"), audit.Event{
			Action: "backup.create", Kind: "backup", Detail: fmt.Sprintf("rows=%d files=%d", made.Rows(), made.Files),
		})
	})
	return made, err
}

// writeKeys writes the key ring to a file of its own.
func writeKeys(store config.Store, file string, keys backup.Keys) error {
	text, err := vault.Export(store.Keys())
	if err != nil {
		return err
	}
	return newFile(file, func(w io.Writer) error { return backup.SealText(w, text, keys) })
}

// newFile writes a file that others cannot read: under another name until it is whole and on the disk. An existing
// file is left alone.
func newFile(path string, write func(w io.Writer) error) (err error) {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.Conflict, "backup.file_there", "path", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return fmt.Errorf("make backup file: %w", err)
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already where it was named
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	err = os.Link(f.Name(), path) // unlike a rename it never replaces
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = os.Rename(f.Name(), path) // a file system that knows no links
	}
	if err != nil {
		return fmt.Errorf("name backup file: %w", err)
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder brings the name of a file to the disk, too.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	return errors.Join(f.Sync(), f.Close())
}

type backupVerify struct {
	File string `arg:"" help:"The backup." type:"existingfile"`
	JSON bool   `name:"json" help:"Print JSON."`
}

// Run checks a backup.
func (c backupVerify) Run(ctx context.Context, io streams) error {
	f, err := os.Open(c.File)
	if err != nil {
		return fmt.Errorf("read backup: %w", err)
	}
	defer func() { _ = f.Close() }()
	keys, err := openerKeys()
	if err != nil {
		return err
	}
	made, err := backup.Verify(ctx, f, keys, progressOf(io))
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(io, made)
	}
	return tellBackup(io, "backup.good", c.File, made)
}

type backupRestore struct {
	File string `arg:"" optional:"" help:"The backup. Without it: only put --keys back." type:"existingfile"`
	Keys string `help:"File of the keys, as --with-keys has written it." placeholder:"FILE" type:"existingfile"`
}

// Run fills an empty installation.
func (c backupRestore) Run(ctx context.Context, store config.Store, io streams) error {
	if c.File == "" {
		return c.onlyKeys(ctx, store, io)
	}
	f, err := os.Open(c.File)
	if err != nil {
		return fmt.Errorf("read backup: %w", err)
	}
	defer func() { _ = f.Close() }()
	keys, err := openerKeys()
	if err != nil {
		return err
	}
	release, err := lockStore(store)
	if err != nil {
		return err
	}
	defer release()
	return onDatabase(ctx, store, io, func(d *db.DB) error { return c.restore(ctx, d, store, io, f, keys) })
}

func (c backupRestore) restore(ctx context.Context, d *db.DB, store config.Store, io streams, f *os.File,
	keys backup.Keys,
) error {
	_, before := vault.Look(store.Keys())
	print, err := c.fingerprint(store, keys)
	if err != nil {
		return err
	}
	restored := false
	defer func() { // keys that were put there for nothing would lie in the way of others
		if c.Keys != "" && !restored && fault.Is(before, fault.NotFound) {
			_ = os.Remove(filepath.Join(store.Keys(), "keys.json"))
		}
	}()
	files, err := blob.Folder(store.Blobs())
	if err != nil {
		return err
	}
	made, err := backup.Restore(ctx, f, backup.Target{DB: d, Files: files, Keys: print, Tell: progressOf(io)}, keys)
	if err != nil {
		return err
	}
	restored = true
	at := clock.Wall()()
	err = db.Tx(ctx, d, func(tx *gorm.DB) error {
		return audit.Add(tx, at, system("backup"), audit.Event{
			Action: "backup.restore", Kind: "backup", Detail: fmt.Sprintf("rows=%d files=%d", made.Rows(), made.Files),
		})
	})
	if err != nil {
		return err
	}
	if err := tellBackup(io, "backup.restored", c.File, made); err != nil || print != "" || made.Keys == "" {
		return err
	}
	_, err = fmt.Fprintln(io.out, printer().T("backup.keys_missing", "path", store.Keys(), "print", made.Keys))
	return err
}

// onlyKeys puts keys into a house that was restored without them: those with which its database was used, no others.
func (c backupRestore) onlyKeys(ctx context.Context, store config.Store, io streams) error {
	if c.Keys == "" {
		return fault.New(fault.Invalid, "backup.nothing_named")
	}
	if path, missing := store.Missing(); missing {
		return fault.New(fault.NotFound, "house.no_database", "path", path)
	}
	keys, err := openerKeys()
	if err != nil {
		return err
	}
	text, err := os.ReadFile(c.Keys)
	if err != nil {
		return fmt.Errorf("read keys: %w", err)
	}
	ring, err := openRing(text, c.Keys, keys)
	if err != nil {
		return err
	}
	return onDatabase(ctx, store, io, func(d *db.DB) error {
		known, err := d.Meta(ctx, metaKeys)
		if err != nil && !db.IsNotFound(err) {
			return err
		}
		if print := printOf(ring); known != "" && print != known {
			return fault.New(fault.Conflict, "backup.keys_other", "file", c.Keys, "print", print, "want", known)
		}
		v, err := vault.Import(store.Keys(), ring)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(io.out, printer().T("backup.keys_placed", "path", store.Keys(), "print", v.Fingerprint()))
		return err
	})
}

// openRing opens a file of keys; what is wrong is said of that file, which is no backup.
func openRing(text []byte, file string, keys backup.Keys) ([]byte, error) {
	ring, err := backup.OpenText(bytes.NewReader(text), keys)
	switch fault.Of(err).Key {
	case "backup.wrong_key", "backup.no_backup", "backup.damaged":
		return nil, fault.New(fault.Invalid, "backup.keys_closed", "file", file)
	}
	return ring, err
}

// printOf is the fingerprint of a ring in text, "" for what is none.
func printOf(ring []byte) string {
	var keys vault.Keys
	if json.Unmarshal(ring, &keys) != nil {
		return ""
	}
	v, err := vault.New(keys)
	if err != nil {
		return ""
	}
	return v.Fingerprint()
}

// fingerprint is that of the keys in the data folder, where they are put first if a file of them was given; "" without.
func (c backupRestore) fingerprint(store config.Store, keys backup.Keys) (string, error) {
	if c.Keys != "" {
		text, err := os.ReadFile(c.Keys)
		if err != nil {
			return "", fmt.Errorf("read keys: %w", err)
		}
		ring, err := openRing(text, c.Keys, keys)
		if err != nil {
			return "", err
		}
		v, err := vault.Import(store.Keys(), ring)
		if there, lookErr := vault.Look(store.Keys()); fault.Is(err, fault.Conflict) && lookErr == nil &&
			same(ring, there) {
			v, err = there, nil // put there by a restore that failed later
		}
		if err != nil {
			return "", err
		}
		return v.Fingerprint(), nil
	}
	v, err := vault.Look(store.Keys())
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return v.Fingerprint(), nil
}

// same reports whether a ring in text is the one of v.
func same(ring []byte, v *vault.Vault) bool {
	var keys vault.Keys
	if json.Unmarshal(ring, &keys) != nil {
		return false
	}
	other, err := vault.New(keys)
	return err == nil && other.Fingerprint() == v.Fingerprint() && other.CurrentID() == v.CurrentID()
}

type backupKeygen struct {
	File string `arg:"" help:"File for the secret key. Keep it off this machine." type:"path"`
}

// Run makes a pair of keys.
func (c backupKeygen) Run(s streams) error {
	identity, recipient, err := backup.NewIdentity()
	if err != nil {
		return err
	}
	err = newFile(c.File, func(w io.Writer) error {
		_, err := io.WriteString(w, identity)
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, printer().T("backup.keygen", "file", c.File, "recipient", recipient))
	return err
}

// names of the secrets of backups; each may be given as a file by the name with _FILE.
const (
	backupPassphrase = "SHANZHI_BACKUP_PASSPHRASE" // #nosec G101 -- the name of a variable
	backupIdentity   = "SHANZHI_BACKUP_IDENTITY"
)

// leastPassphrase is how long a passphrase must be: whoever has a backup can try as many as he likes.
const leastPassphrase = 12

// backupKeys are what backups are encrypted with.
func backupKeys(c config.Backup) (k backup.Keys, err error) {
	k.Recipient = c.BackupRecipient
	if k.Recipient == "" {
		k.Passphrase, _, err = config.Secret(backupPassphrase)
	}
	switch {
	case err != nil:
	case !k.Set():
		err = fault.New(fault.Invalid, "backup.no_key")
	case k.Recipient == "" && utf8.RuneCountInString(k.Passphrase) < leastPassphrase:
		err = fault.New(fault.Invalid, "backup.short_passphrase", "least", leastPassphrase)
	}
	return k, err
}

// openerKeys are what backups are opened with.
func openerKeys() (k backup.Keys, err error) {
	if k.Identity, _, err = config.Secret(backupIdentity); err != nil {
		return k, err
	}
	k.Passphrase, _, err = config.Secret(backupPassphrase)
	return k, err
}

// version is that of this program: its tag, the commit it was built from, or both; "" where the build knows neither.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	known := []string{info.Main.Version}
	if known[0] == "(devel)" {
		known[0] = ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			known = append(known, s.Value[:12])
		}
	}
	return strings.TrimSpace(strings.Join(known, " "))
}

// versionWords is the version that stands in a backup, as people are told it.
func versionWords(of string, p *i18n.Printer) string {
	if of == "" || of == "(devel)" {
		return p.T("backup.no_version")
	}
	return of
}

// progressOf tells on a terminal how far it has come, a few times a second; elsewhere nothing.
func progressOf(io streams) backup.Progress {
	f, ok := io.err.(*os.File)
	if !ok {
		return nil
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	p, now := printer(), clock.Wall()
	var last time.Time
	return func(table string, rows, files int) {
		if at := now(); at.Sub(last) > 200*time.Millisecond {
			last = at
			_, _ = fmt.Fprint(f, "\r\x1b[K"+p.T("backup.progress", "table", table, "rows", rows, "files", files)+"\r")
		}
	}
}
