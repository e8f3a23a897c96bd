package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/pressly/goose/v3"
	gormmysql "gorm.io/driver/mysql"
	"gorm.io/gorm"
)

// conns is the size of each of the two pools: a server allows 151 clients unless told otherwise, so several of ours fit
// beside an administrator's.
const conns = 16

// openMySQL prepares the pool of the server and database that dsn names. Nothing is connected yet.
func openMySQL(dsn string, o Options) (*engine, error) {
	cfg, err := mysql.ParseDSN(dsn)
	if err != nil {
		return nil, errAddress // what the driver says may quote the password
	}
	if cfg.DBName == "" {
		return nil, errors.New("the MySQL address names no database")
	}
	if err := setMySQL(cfg, o); err != nil {
		return nil, err
	}
	c, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, errAddress // as above
	}
	n := o.MaxConns
	if n <= 0 {
		n = conns
	}
	return &engine{
		dialect: goose.DialectMySQL,
		folder:  "mysql",
		write:   mysqlPool(c, n, lockRows),
		// One snapshot for all statements, as on SQLite; and the server refuses to write.
		read: mysqlPool(c, n,
			"SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ", "SET SESSION TRANSACTION READ ONLY"),
		gorm:   func(pool *sql.DB) gorm.Dialector { return newMySQLDialector(pool, cfg) },
		ddl:    func() (*sql.DB, error) { return mysqlMigrationPool(cfg) },
		lock:   lockServer,
		loosen: "SET SESSION foreign_key_checks = 0",                // after which the connection is not used again
		verify: func(context.Context, *sql.DB) error { return nil }, // the server has checked each statement
		tables: "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1",
	}, nil
}

// setMySQL overrides what the address says where the program depends on it; the rest (TLS, packet size) is the
// operator's.
func setMySQL(cfg *mysql.Config, o Options) error {
	// DATETIME is read into time.Time, in UTC, as it was written.
	cfg.ParseTime = true
	cfg.Loc = time.UTC
	// RowsAffected counts the rows found, as on SQLite. Else an update to the same value counts as 0, and an optimistic
	// lock takes it for lost.
	cfg.ClientFoundRows = true
	// Values travel apart from the text: no quoting that could be wrong.
	cfg.InterpolateParams = false
	// One statement per call: less for an injection to do.
	cfg.MultiStatements = false
	// The server may not ask for files of ours (LOAD DATA LOCAL).
	cfg.AllowAllFiles = false
	cfg.AllowOldPasswords = false
	// A connection that died while idle is noticed before it is used.
	cfg.CheckConnLiveness = true
	// The driver's log repeats what it returns, with addresses.
	cfg.Logger = &mysql.NopLogger{}

	cfg.Timeout = 5 * time.Second      // to connect
	cfg.ReadTimeout = 60 * time.Second // a server that says nothing for so long is gone; above every lock wait
	cfg.WriteTimeout = 30 * time.Second

	// utf8mb4: every character.
	if err := cfg.Apply(mysql.Charset("utf8mb4", Collation)); err != nil {
		return fmt.Errorf("set charset: %w", err)
	}
	if cfg.Params == nil {
		cfg.Params = map[string]string{}
	}
	// NOW() and TIMESTAMP are UTC, whatever the server's zone.
	cfg.Params["time_zone"] = "'+00:00'"
	// Refuse what does not fit instead of cutting it, zero dates, division by zero, ambiguous groups, and a table in
	// another engine than the one asked for (MyISAM has no transactions).
	cfg.Params["sql_mode"] = "'STRICT_TRANS_TABLES,STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE," +
		"ERROR_FOR_DIVISION_BY_ZERO,ONLY_FULL_GROUP_BY,NO_ENGINE_SUBSTITUTION'"
	// Lose soon and try again (Tx does) instead of holding a connection for the server's 50 s.
	cfg.Params["innodb_lock_wait_timeout"] = strconv.Itoa(int(math.Ceil(o.LockWait.Seconds())))
	return nil
}

// lockRows locks the rows touched, not the gaps beside them: far fewer deadlocks. It is a statement, because the
// variable has different names in MySQL and MariaDB 10.11.
const lockRows = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"

// mysqlPool returns a pool of at most n connections, whose transactions are of the kind that the statements make.
func mysqlPool(c driver.Connector, n int, kind ...string) *sql.DB {
	pool := sql.OpenDB(guard{
		Connector: c, keeps: true, implicit: true, onConnect: append(kind, "SET SESSION autocommit = 0"),
	})
	pool.SetMaxOpenConns(n)
	pool.SetMaxIdleConns(n) // as many idle as open: else a burst closes and opens connections all the time
	// Younger than the limits of servers, proxies and firewalls between, which close silently; spread over other
	// servers after a failover.
	pool.SetConnMaxLifetime(3 * time.Minute)
	pool.SetConnMaxIdleTime(time.Minute)
	return pool
}

// mysqlMigrationPool waits as long as it takes: changing a large table may say nothing for hours.
func mysqlMigrationPool(cfg *mysql.Config) (*sql.DB, error) {
	patient := cfg.Clone()
	patient.ReadTimeout = 0
	c, err := mysql.NewConnector(patient)
	if err != nil {
		return nil, errAddress // as above
	}
	return sql.OpenDB(guard{Connector: c, keeps: true, onConnect: []string{lockRows}}), nil
}

// mysqlDialector is GORM's own with our errors.
type mysqlDialector struct{ gorm.Dialector }

func newMySQLDialector(pool *sql.DB, cfg *mysql.Config) gorm.Dialector {
	return mysqlDialector{gormmysql.New(gormmysql.Config{
		Conn:      pool,
		DSNConfig: cfg,
		// On MariaDB GORM writes UPDATE … RETURNING, which the server does not know; on MySQL there is none at all.
		DisableWithReturning: true,
	})}
}

// Translate makes errors of both drivers alike.
func (mysqlDialector) Translate(err error) error { return translate(err) }

// lockName stands for the database among all of the server.
const lockName = "CONCAT('shanzhi.', SHA1(DATABASE()))"

// lockServer waits until this process alone may migrate, and returns what frees the lock again.
//
// It is a named lock of the server, held by one connection kept apart from the pool; the server frees it when that
// connection ends.
func lockServer(ctx context.Context, pool *sql.DB) (unlock func() error, err error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("wait for another migration: %w", err)
	}
	for {
		var got sql.NullInt64
		// In short waits, so that ctx is heard between them.
		if err := conn.QueryRowContext(ctx, "SELECT GET_LOCK("+lockName+", 2)").Scan(&got); err != nil {
			return nil, errors.Join(fmt.Errorf("wait for another migration: %w", err), conn.Close())
		}
		if got.Int64 == 1 {
			break
		}
	}
	return func() error {
		var freed sql.NullInt64
		err := conn.QueryRowContext(context.WithoutCancel(ctx), "SELECT RELEASE_LOCK("+lockName+")").Scan(&freed)
		if err == nil && freed.Int64 != 1 {
			err = errors.New("it was lost meanwhile")
		}
		if err != nil {
			err = fmt.Errorf("free the migration lock: %w", err)
		}
		return errors.Join(err, conn.Close())
	}, nil
}
