package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/app/config"
	"shanzhi/models/backup"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
	"shanzhi/models/vault"
	"shanzhi/templates/i18n"
)

// patient is a sound demonstration with settings as a county would have them.
func patient(t *testing.T) *doctor {
	t.Helper()
	k, err := keptSettledToday()
	store := copied(t, k, err)
	_, recipient, err := backup.NewIdentity()
	must(t, err)
	d := &doctor{store: store, clock: clock.Wall(), room: roomy, settings: config.Server{
		Listen: "127.0.0.1:8080", PublicURL: "https://shanzhi.example.gov.cn", BackupDir: t.TempDir(), BackupKeep: 3,
		Backup: config.Backup{BackupRecipient: recipient},
	}}
	d.settings.TLSCert, d.settings.TLSKey = certificate(t, "shanzhi.example.gov.cn", 90*24*time.Hour)
	h := rewired(t, store, d.clock)
	runner, err := newRunner(h)
	must(t, err)
	must(t, runner.Tick(t.Context()))
	must(t, runner.DrainAll(t.Context()))
	h.nightly, err = nightlyOf(h, d.settings)
	must(t, err)
	_, err = h.nightly.run(t.Context(), time.Time{})
	must(t, err)
	must(t, h.db.Close())
	return d
}

// roomy is a large disk, whatever the machine of the tests has.
func roomy(string) (int64, error) { return 1 << 40, nil }

// left makes a disk with so many bytes left.
func left(n int64) func(sick) {
	return func(s sick) { s.room = func(string) (int64, error) { return n, nil } }
}

// certificate makes one that is signed by itself.
func certificate(t *testing.T, name string, left time.Duration) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-100 * 24 * time.Hour), NotAfter: time.Now().Add(left),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	must(t, err)
	pkcs, err := x509.MarshalPKCS8PrivateKey(private)
	must(t, err)
	cert, key = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	must(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	must(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs}), 0o600))
	return cert, key
}

func keysOf(d *doctor, but level) (keys []string) {
	for _, f := range d.found {
		if f.Level != but {
			keys = append(keys, f.Key)
		}
	}
	return keys
}

// anew is another look at the patient.
func anew(d *doctor) *doctor {
	return &doctor{store: d.store, settings: d.settings, all: d.all, clock: d.clock, room: d.room}
}

// Each thing is broken in turn, on one patient that is mended again: it is found, and said in both languages.
//
//nolint:tparallel // the patient is one, so its illnesses come one after another
func TestDoctorFindsWhatIsBroken(t *testing.T) {
	t.Parallel()
	d := patient(t)
	d.all = true
	d.look(t.Context())
	d.all = false
	// The administrators of a demonstration have no authenticators.
	ill := slices.DeleteFunc(keysOf(d, good), func(key string) bool { return key == "people.factor" })
	if len(ill) > 0 {
		t.Fatalf("the sound house: %v\n%s", ill, d.words(printer()))
	}
	sql := func(query string, args ...any) func(s sick) {
		return func(s sick) {
			x := testkit.Open(s.T, s.store.URL(), s.clock, db.Options{})
			must(s.T, db.Tx(s.Context(), x, func(tx *gorm.DB) error { return tx.Exec(query, args...).Error }))
			must(s.T, x.Close())
		}
	}
	server := func(spoil, mend string) func(s sick) {
		return func(s sick) {
			name := s.store.URL()[strings.LastIndex(s.store.URL(), "/")+1:]
			of := func(query string) string {
				query = strings.Replace(query, "ALTER DATABASE ", "ALTER DATABASE `"+name+"` ", 1)
				return strings.NewReplacer("TABLE ", "TABLE `"+name+"`.").Replace(query)
			}
			s.Cleanup(func() { admin(s.T, of(mend)) })
			admin(s.T, of(spoil))
		}
	}
	for _, c := range []struct {
		want  string
		spoil func(s sick)
	}{
		{"settings", func(s sick) { s.settings.TLSKey = "" }},
		{"address.unknown", func(s sick) { s.settings.PublicURL = "" }},
		{"address.local", func(s sick) { s.settings.PublicURL = "http://127.0.0.1:8080" }},
		{"address.plain", func(s sick) { s.settings.PublicURL = "http://shanzhi.example.gov.cn" }},
		{"tls.broken", func(s sick) { _, s.settings.TLSKey = certificate(s.T, "x", time.Hour) }},
		{"tls.over", func(s sick) {
			s.settings.TLSCert, s.settings.TLSKey = certificate(s.T, "shanzhi.example.gov.cn", -time.Hour)
		}},
		{"tls.soon", func(s sick) {
			s.settings.TLSCert, s.settings.TLSKey = certificate(s.T, "shanzhi.example.gov.cn", 7*24*time.Hour)
		}},
		{"tls.name", func(s sick) {
			s.settings.TLSCert, s.settings.TLSKey = certificate(s.T, "other.example", 90*24*time.Hour)
		}},
		{"folder.none", func(s sick) { s.store.Data += "x" }},
		{"folder.open", func(s sick) { mode(s.T, s.store.Data, 0o755) }},
		{"folder.closed", func(s sick) { s.store.Data = filepath.Join(s.store.Keys(), "keys.json") }},
		{"disk.little", left(littleRoom - 1)},
		{"disk.full", left(noRoom - 1)},
		{"keys.file", func(s sick) { mode(s.T, filepath.Join(s.store.Keys(), "keys.json"), 0o644) }},
		{"keys.file", func(s sick) { away(s.T, filepath.Join(s.store.Keys(), "keys.json")) }},
		{"keys.other", func(s sick) {
			away(s.T, filepath.Join(s.store.Keys(), "keys.json"))
			_, err := vault.Open(s.store.Keys())
			must(s.T, err)
		}},
		{"keys.stale", func(s sick) {
			file := filepath.Join(s.store.Keys(), "keys.json")
			old, err := os.ReadFile(file)
			must(s.T, err)
			s.Cleanup(func() { must(s.T, os.WriteFile(file, old, 0o600)) })
			_, err = vault.Rotate(s.store.Keys())
			must(s.T, err)
		}},
		{"backup.none", func(s sick) { s.settings.BackupDir = "" }},
		{"backup.key", func(s sick) { s.settings.BackupRecipient = "" }},
		{"backup.empty", func(s sick) { s.settings.BackupDir = s.TempDir() }},
		{"backup.old", func(s sick) { later(s.doctor, 40*time.Hour) }},
		{"jobs.late", func(s sick) { later(s.doctor, 50*time.Hour) }},
		{"seals.late", func(s sick) { later(s.doctor, 3*time.Hour) }},
		{"clock.back", func(s sick) { later(s.doctor, -time.Hour) }},
		{"database.away", func(s sick) { s.store.Database = "mysql:u:secret@tcp(127.0.0.1:1)/x" }},
		{"database.none", func(s sick) { s.store.Database = "sqlite:" + s.store.Data + "/none.db" }},
		{"files.lost", func(s sick) {
			files, err := filepath.Glob(filepath.Join(s.store.Blobs(), "??", "??", "*"))
			must(s.T, err)
			s.all = true
			away(s.T, files[0])
		}},
		{"jobs.failed", sql("UPDATE job_runs SET state = 'failed', error = 'x' WHERE name = 'seal-audit'")},
		{"jobs.dead", sql("UPDATE job_runs SET state = 'running', lease_until = started_at WHERE name = 'seal-audit'")},
		{"queue.aside", sql("UPDATE queue_items SET state = 'aside'")},
		{"queue.waiting", sql("UPDATE queue_items SET state = 'ready', run_after = ?", long)},
		{"seals.broken", sql("UPDATE audit_entries SET detail = 'x' WHERE seal_no = 1")},
		{"database.charset", server("ALTER DATABASE CHARACTER SET latin1",
			"ALTER DATABASE CHARACTER SET utf8mb4 COLLATE "+db.Collation)},
		{"database.charset", server("ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
			"ALTER DATABASE CHARACTER SET utf8mb4 COLLATE "+db.Collation)},
		{"database.foreign", server("CREATE TABLE odd (a VARCHAR(9)) ENGINE=InnoDB CHARSET=latin1", "DROP TABLE odd")},
		{"database.foreign", server("CREATE TABLE odd (a VARCHAR(9)) ENGINE=MyISAM CHARSET=utf8mb4", "DROP TABLE odd")},
		{"database.unlike", server("ALTER TABLE units ADD odd VARCHAR(9) COLLATE utf8mb4_general_ci NULL",
			"ALTER TABLE units DROP odd")},
		{"people.roles", sql("DELETE FROM role_grants WHERE role = 'auditadmin'")},
	} {
		t.Run(c.want, func(t *testing.T) {
			if testkit.OnServer() && !asksDatabase(c.want) {
				t.Skip("tried on the embedded database")
			}
			if !testkit.OnServer() && slices.Contains([]string{"database.charset", "database.foreign", "database.unlike"}, c.want) {
				t.Skip("a file has no character sets; tried on a server")
			}
			d := anew(d)
			c.spoil(sick{t, d})
			d.look(t.Context())
			if !slices.Contains(keysOf(d, good), c.want) {
				t.Errorf("found %v", keysOf(d, good))
			}
			bundle, err := i18n.Load()
			must(t, err)
			for _, lang := range i18n.Langs() {
				text := d.words(bundle.Printer(lang))
				if strings.Contains(text, "doctor.") || strings.Contains(text, "secret") || strings.Contains(text, "{{") {
					t.Errorf("%s: %s", lang, text)
				}
			}
		})
	}
}

// asksDatabase reports whether a finding comes from the database.
func asksDatabase(key string) bool {
	part, _, _ := strings.Cut(key, ".")
	return slices.Contains([]string{"database", "keys", "clock", "people", "files", "jobs", "queue", "seals"}, part)
}

// sick is a patient in one test.
type sick struct {
	*testing.T
	*doctor
}

// long ago.
var long = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func later(d *doctor, by time.Duration) {
	d.clock = func() time.Time { return clock.Wall()().Add(by) }
}

func mode(t *testing.T, path string, m os.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	must(t, err)
	must(t, os.Chmod(path, m))
	t.Cleanup(func() { must(t, os.Chmod(path, info.Mode().Perm())) })
}

// away takes a file away until the test ends.
func away(t *testing.T, path string) {
	t.Helper()
	must(t, os.Rename(path, path+".away"))
	t.Cleanup(func() { must(t, os.Rename(path+".away", path)) })
}

// The command fails exactly when something is wrong, and makes nothing.
func TestDoctorSaysItWithItsExitCode(t *testing.T) {
	testkit.WithoutServer(t)
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "typo")
	code, out, complaint := command(t, "doctor", "--data", dir)
	if code != codeFault || !strings.Contains(out, dir) || strings.Count(complaint, "\n") != 1 {
		t.Errorf("exit %d, %q, %q", code, out, complaint)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder was made: %v", err)
	}
	if code, out, _ := command(t, "doctor", "--json", "--data", dir); code != codeFault || !strings.HasPrefix(out, "[") {
		t.Errorf("JSON: exit %d, %q", code, out)
	}
	fresh := t.TempDir()
	if code, _, complaint := command(t, "migrate", "up", "--data", fresh); code != 0 {
		t.Fatal(complaint)
	}
	d := &doctor{store: config.Store{Data: fresh}, clock: clock.Wall(), room: room, settings: config.Server{Listen: "127.0.0.1:1"}}
	d.look(t.Context())
	if got := keysOf(d, good); !slices.Contains(got, "people.none") || !slices.Contains(got, "jobs.never") {
		t.Errorf("a fresh house: %v", got)
	}
}
