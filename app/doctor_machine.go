package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"shanzhi/models/db"
	"shanzhi/models/vault"
)

// lookSettings looks at the settings as serve would.
func (d *doctor) lookSettings() {
	if err := d.settings.Check(); err != nil {
		d.say(bad, "settings", "why", err.Error())
		return
	}
	base, err := url.Parse(d.settings.Base())
	if err != nil {
		d.say(bad, "settings", "why", err.Error())
		return
	}
	host := base.Hostname()
	switch {
	case d.settings.PublicURL == "":
		d.say(warn, "address.unknown")
	case host == "localhost" || strings.HasPrefix(host, "127.") || host == "::1":
		d.say(warn, "address.local", "url", base.String())
	case base.Scheme != "https":
		d.say(warn, "address.plain", "url", base.String())
	default:
		d.say(good, "address", "url", base.String())
	}
}

// lookCertificate looks at the certificate, where this program itself speaks TLS.
func (d *doctor) lookCertificate() {
	if d.settings.TLSCert == "" || d.settings.TLSKey == "" {
		return
	}
	pair, err := tls.LoadX509KeyPair(d.settings.TLSCert, d.settings.TLSKey)
	if err != nil {
		d.say(bad, "tls.broken", "path", d.settings.TLSCert, "why", err.Error())
		return
	}
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		d.say(bad, "tls.broken", "path", d.settings.TLSCert, "why", err.Error())
		return
	}
	left := leaf.NotAfter.Sub(d.clock())
	on := leaf.NotAfter.UTC().Format(time.DateOnly)
	base, _ := url.Parse(d.settings.Base())
	switch {
	case left <= 0:
		d.say(bad, "tls.over", "on", on)
	case left < 30*24*time.Hour:
		d.say(warn, "tls.soon", "on", on)
	case base != nil && leaf.VerifyHostname(base.Hostname()) != nil:
		d.say(warn, "tls.name", "name", base.Hostname())
	default:
		d.say(good, "tls", "on", on)
	}
}

const (
	littleRoom = 2 << 30   // bytes left on a disk below which it is time to look
	noRoom     = 200 << 20 // and below which something will fail soon
)

// lookFolders looks at the data folder: rights, room, and whether it can be written.
func (d *doctor) lookFolders() {
	if _, err := os.Stat(d.store.Data); err != nil {
		d.say(bad, "folder.none", "path", d.store.Data)
		return
	}
	for _, dir := range []string{d.store.Data, d.store.Blobs(), d.store.Keys()} {
		if info, err := os.Stat(dir); err == nil && info.Mode().Perm()&0o077 != 0 {
			d.say(warn, "folder.open", "path", dir, "mode", fmt.Sprintf("%04o", info.Mode().Perm()))
		}
	}
	f, err := os.CreateTemp(d.store.Data, ".doctor-*")
	if err != nil {
		d.say(bad, "folder.closed", "path", d.store.Data, "why", err.Error())
		return
	}
	_ = f.Close()
	_ = os.Remove(f.Name())
	free, err := d.room(d.store.Data)
	if err != nil {
		return
	}
	switch megabytes := free >> 20; {
	case free < noRoom:
		d.say(bad, "disk.full", "path", d.store.Data, "mb", megabytes)
	case free < littleRoom:
		d.say(warn, "disk.little", "path", d.store.Data, "mb", megabytes)
	default:
		d.say(good, "folder", "path", d.store.Data, "mb", megabytes)
	}
}

// room returns how many bytes are left on the disk of a folder.
func room(folder string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return 0, fmt.Errorf("look at the disk: %w", err)
	}
	return int64(s.Bavail) * int64(s.Bsize), nil //nolint:gosec,unconvert // no disk is so large; types differ
}

// lookKeyFile looks at the file of the keys.
func (d *doctor) lookKeyFile() {
	v, err := vault.Look(d.store.Keys())
	if err != nil {
		d.say(bad, "keys.file", "why", sentence(err))
		return
	}
	d.vault = v
}

// lookBackups looks at the nightly backups.
func (d *doctor) lookBackups() {
	if d.settings.BackupDir == "" {
		d.say(warn, "backup.none")
		return
	}
	if _, err := backupKeys(d.settings.Backup); err != nil {
		d.say(bad, "backup.key", "why", sentence(err))
	}
	names, err := nightlyNames(d.settings.BackupDir)
	if err != nil || len(names) == 0 {
		d.say(bad, "backup.empty", "path", d.settings.BackupDir)
		return
	}
	last := filepath.Join(d.settings.BackupDir, names[len(names)-1])
	info, err := os.Stat(last)
	switch {
	case err != nil:
		d.say(bad, "backup.empty", "path", d.settings.BackupDir)
	case d.clock().Sub(info.ModTime()) > 36*time.Hour:
		d.say(bad, "backup.old", "file", last, "hours", int(d.clock().Sub(info.ModTime()).Hours()))
	default:
		d.say(good, "backup", "file", last)
	}
}

// lookSchema looks at the database as a whole. current is false where its tables are not those of this program.
func (d *doctor) lookSchema(ctx context.Context) (current bool, err error) {
	pending, err := db.Pending(ctx, d.db)
	if err != nil {
		return false, err
	}
	if len(pending) > 0 {
		d.say(bad, "database.pending", "n", len(pending), "names", strings.Join(pending, ", "))
		return false, nil
	}
	f, err := db.Look(ctx, d.db)
	if err != nil {
		return false, err
	}
	before := len(d.found)
	if len(f.Damage) > 0 {
		d.say(bad, "database.damaged", "what", strings.Join(f.Damage, "; "))
	}
	if f.ReadOnly {
		d.say(bad, "database.read_only")
	}
	if f.Server && f.Collation != db.Collation {
		d.say(warn, "database.charset", "charset", f.Charset, "collation", f.Collation)
	}
	if len(f.Foreign) > 0 {
		d.say(bad, "database.foreign", "tables", strings.Join(f.Foreign, ", "))
	}
	if len(f.Unlike) > 0 {
		d.say(bad, "database.unlike", "columns", strings.Join(f.Unlike, ", "))
	}
	if f.Server && f.PacketBytes < 16<<20 {
		d.say(warn, "database.packet", "mb", f.PacketBytes>>20)
	}
	if off := d.clock().Sub(f.Now).Abs(); f.Server && off > 5*time.Second {
		d.say(bad, "clock.skew", "seconds", int(off.Seconds()))
	}
	if len(d.found) == before {
		d.say(good, "database", "url", d.store.Redacted(), "version", f.Version)
	}
	return true, nil
}
