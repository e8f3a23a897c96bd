package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/go-sql-driver/mysql"
)

// programs are the paths of what MariaDB's package brings.
type programs struct{ install, serve string }

func findPrograms() (programs, error) {
	install, err := find("mariadb-install-db", "mysql_install_db")
	if err != nil {
		return programs{}, err
	}
	serve, err := find("mariadbd", "mysqld")
	return programs{install: install, serve: serve}, err
}

// find looks in the search path and where Debian keeps servers, which is not in everybody's search path.
func find(names ...string) (string, error) {
	for _, n := range names {
		for _, dir := range []string{"", "/usr/sbin", "/usr/local/sbin", "/usr/libexec"} {
			if p, err := exec.LookPath(filepath.Join(dir, n)); err == nil {
				return p, nil
			}
		}
	}
	return "", fmt.Errorf("%s is not installed: install the Debian package mariadb-server", names[0])
}

// server is one private MariaDB.
type server struct {
	programs
	durable bool   // an acknowledged commit survives a power cut
	dir     string // everything of it
	process *exec.Cmd
	ended   chan error
	log     bytes.Buffer // read after ended
}

func newServer(p programs, durable bool) (*server, error) {
	dir, err := os.MkdirTemp("", "shanzhi-db-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the server: %w", err)
	}
	return &server{programs: p, durable: durable, dir: dir}, nil
}

func (s *server) socket() string { return filepath.Join(s.dir, "s") }

// address is the data source of the server without a database.
func (s *server) address() string { return "root@unix(" + s.socket() + ")/" }

// start makes the data folder, starts the server and waits until it answers, at most a minute.
func (s *server) start(ctx context.Context) error {
	if len(s.socket()) > 100 { // the system's limit is 107
		return errors.New("the path for temporary files is too long for a socket: set TMPDIR to a shorter one")
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := s.makeData(ctx); err != nil {
		return err
	}
	s.process = exec.Command(s.serve, s.settings()...) // ended by end, not by ctx
	s.process.Stdout, s.process.Stderr = io.Discard, &s.log
	s.process.SysProcAttr = apart()
	if err := s.process.Start(); err != nil {
		return fmt.Errorf("start MariaDB: %w", err)
	}
	s.ended = make(chan error, 1)
	go func() { s.ended <- s.process.Wait() }()
	return s.await(ctx)
}

func (s *server) makeData(ctx context.Context) error {
	args := []string{
		"--no-defaults", "--datadir=" + s.data(), "--skip-test-db", "--auth-root-authentication-method=normal",
		"--innodb-log-file-size=8M", "--force", // a machine that cannot look up its own name may test too
	}
	c := exec.CommandContext(ctx, s.install, append(args, asRoot()...)...)
	c.SysProcAttr = apart()
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) } // it is a script with children
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("make the data folder: %w\n%s", err, out)
	}
	return nil
}

func (s *server) data() string { return filepath.Join(s.dir, "data") }

// asRoot lets the server run as root, which it otherwise refuses.
func asRoot() []string {
	if os.Geteuid() == 0 {
		return []string{"--user=root"}
	}
	return nil
}

func (s *server) settings() []string {
	disk := []string{"--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync", "--innodb-doublewrite=0"}
	if s.durable {
		disk = []string{"--innodb-flush-log-at-trx-commit=1", "--innodb-doublewrite=1"}
	}
	return slices.Concat([]string{
		"--no-defaults", // nothing of the machine's own server
		"--datadir=" + s.data(),
		"--socket=" + s.socket(),
		"--pid-file=" + filepath.Join(s.dir, "pid"),
		"--tmpdir=" + s.dir,
		"--skip-networking",
		"--skip-log-bin", "--sync-binlog=0", "--innodb-fast-shutdown=2",
		// Small, but for many databases of many tables.
		"--innodb-buffer-pool-size=96M", "--innodb-log-file-size=32M", "--innodb-file-per-table=0",
		"--table-open-cache=4000", "--performance-schema=OFF", "--max-connections=300",
		// Unlike what the program asks for, so that a forgotten setting shows in a test.
		"--default-time-zone=+08:00", "--character-set-server=latin1", "--sql-mode=",
		"--transaction-isolation=REPEATABLE-READ",
	}, disk, asRoot())
}

// await returns when the server answers, has ended, or ctx is done.
func (s *server) await(ctx context.Context) error {
	cfg, err := mysql.ParseDSN(s.address())
	if err != nil {
		return fmt.Errorf("address of the server: %w", err)
	}
	cfg.Logger = &mysql.NopLogger{} // it does not answer at first
	c, err := mysql.NewConnector(cfg)
	if err != nil {
		return fmt.Errorf("address of the server: %w", err)
	}
	d := sql.OpenDB(c)
	defer d.Close()
	for {
		if d.PingContext(ctx) == nil {
			return nil
		}
		select {
		case err := <-s.ended:
			s.ended <- err // for end
			if err == nil {
				err = errors.New("without an error")
			}
			return fmt.Errorf("MariaDB ended at once: %w\n%s", err, s.log.String())
		case <-ctx.Done():
			return fmt.Errorf("MariaDB does not answer: %w", ctx.Err())
		case <-time.After(30 * time.Millisecond):
		}
	}
}

// end stops the server, after ten seconds by force, and removes its folder.
func (s *server) end() {
	if s.ended != nil {
		_ = s.process.Process.Signal(syscall.SIGTERM) // it may have ended already
		select {
		case <-s.ended:
		case <-time.After(10 * time.Second):
			_ = s.process.Process.Kill()
			<-s.ended
		}
	}
	if err := os.RemoveAll(s.dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}
