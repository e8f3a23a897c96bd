// Package config holds the settings of the program: one table of options, read from flags, the environment, a file and
// defaults, in this order.
//
// The table is the struct tags below: every flag --some-name has the variable SHANZHI_SOME_NAME and the key some-name
// in the file. A variable SHANZHI_SOME_NAME_FILE names a file that holds the value, for secrets.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Store says where the data lies. Every command takes it.
type Store struct {
	Data     string `help:"Folder of the data: database, files and keys." default:"./data" placeholder:"DIR"`
	Database string `help:"sqlite:PATH or mysql:DSN. Default: a file in the data folder." placeholder:"URL"`
}

// URL returns the database to open: the one given, or the file in the data folder.
func (s Store) URL() string {
	if s.Database != "" {
		return s.Database
	}
	return "sqlite:" + filepath.Join(s.Data, "shanzhi.db")
}

// Missing reports whether the database is a file that does not exist, and which.
func (s Store) Missing() (path string, missing bool) {
	path, isFile := strings.CutPrefix(s.URL(), "sqlite:")
	if !isFile {
		return "", false
	}
	_, err := os.Stat(path)
	return path, errors.Is(err, os.ErrNotExist)
}

// Keys returns the folder of the keys, kept apart from the database.
func (s Store) Keys() string { return filepath.Join(s.Data, "keys") }

// Blobs returns the folder of the files kept by content.
func (s Store) Blobs() string { return filepath.Join(s.Data, "blobs") }

var password = regexp.MustCompile(`^(mysql:[^:@/]*):.*@(\w+\()`)

// Redacted returns the address of the database without its password.
func (s Store) Redacted() string { return password.ReplaceAllString(s.URL(), "$1:•••@$2") }

// Backup says for whom backups are encrypted. What opens them is never a flag: SHANZHI_BACKUP_IDENTITY or
// SHANZHI_BACKUP_PASSPHRASE, or a file that one of these names with _FILE.
type Backup struct {
	BackupRecipient string `help:"Public key for backups. Without: SHANZHI_BACKUP_PASSPHRASE." placeholder:"age1…"`
}

// Server says how the program serves.
type Server struct {
	Listen         string   `help:"Address to listen on." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	PublicURL      string   `help:"Public address in links and QR codes. Default: --listen." placeholder:"URL"`
	Jobs           string   `help:"Run the scheduler and the queue on this server." enum:"on,off" default:"on"`
	TLSCert        string   `name:"tls-cert" help:"Certificate (PEM) to serve https." placeholder:"FILE" type:"path"`
	TLSKey         string   `name:"tls-key" help:"Key of the certificate (PEM)." placeholder:"FILE" type:"path"`
	TrustedProxies []string `help:"Proxies whose X-Forwarded-For is believed." placeholder:"CIDR"`
	MetricsListen  string   `help:"Second address for /metrics, best on the loopback." placeholder:"HOST:PORT"`
	MetricsToken   string   `help:"Bearer token that opens /metrics on the main address." placeholder:"TOKEN"`
	SecondFactor   string   `help:"Second factor: required (default), optional, off." enum:",required,optional,off" default:"" placeholder:"MODE"` //nolint:revive // one tag
	InspectionDays int      `help:"Days of an inspector's role at most." default:"90" placeholder:"DAYS"`
	LogFormat      string   `help:"Form of the log." enum:"text,json" default:"text"`

	Backup
	BackupDir  string `help:"Write a backup into this folder every night." placeholder:"DIR" type:"path"`
	BackupKeep int    `help:"How many of the nightly backups are kept." default:"14"`
}

// Base returns the public address without a trailing slash.
func (s Server) Base() string {
	if s.PublicURL != "" {
		return strings.TrimRight(s.PublicURL, "/")
	}
	scheme := "http"
	if s.TLSCert != "" {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(s.Listen)
	if err != nil {
		return scheme + "://" + s.Listen
	}
	if host == "" || host == "0.0.0.0" || host == "::" {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// Check says in one sentence what is wrong with the settings.
func (s Server) Check() error {
	if (s.TLSCert == "") != (s.TLSKey == "") {
		return errors.New("give --tls-cert and --tls-key together, or neither")
	}
	if _, _, err := net.SplitHostPort(s.Listen); err != nil {
		return fmt.Errorf("--listen %q is not HOST:PORT, such as 127.0.0.1:8080", s.Listen)
	}
	if s.PublicURL != "" {
		u, err := url.Parse(s.PublicURL)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return fmt.Errorf("--public-url %q is not an address such as https://shanzhi.example.gov.cn", s.PublicURL)
		}
	}
	if s.BackupDir != "" && s.BackupKeep < 1 {
		return errors.New("--backup-keep must be at least 1: the new backup itself is kept")
	}
	if s.InspectionDays < 0 || s.InspectionDays > 366 {
		return fmt.Errorf("--inspection-days %d is not between 1 and 366", s.InspectionDays)
	}
	for _, p := range s.TrustedProxies {
		if _, _, err := net.ParseCIDR(p); err != nil && net.ParseIP(p) == nil {
			return fmt.Errorf("--trusted-proxies: %q is neither an address nor a network such as 10.0.0.0/8", p)
		}
	}
	return nil
}

// Secret reads the value of the variable name, or of the file that name_FILE names.
func Secret(name string) (value string, found bool, err error) {
	if v, ok := os.LookupEnv(name); ok {
		return v, true, nil
	}
	file, ok := os.LookupEnv(name + "_FILE")
	if !ok {
		return "", false, nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", false, fmt.Errorf("%s_FILE: %w", name, err)
	}
	return strings.TrimRight(string(b), "\r\n"), true, nil
}
