package db

import (
	"context"
	"fmt"
	"time"

	"github.com/pressly/goose/v3"
)

// Collation is how texts are compared on a server, where they are not compared byte by byte. It is known to both MySQL
// and MariaDB and tells 𠮷 from 𡃁; the older ones take all characters beyond U+FFFF for equal, and with them rare
// surnames.
const Collation = "utf8mb4_unicode_520_ci"

// Facts is what an open database says of itself.
type Facts struct {
	Server  bool // a MySQL server; else a file of ours
	Version string
	Now     time.Time // by the database's own clock, UTC
	// Server only. Charset and Collation are those of the database as a whole, Foreign the tables in another set of
	// characters than utf8mb4 or without transactions, Unlike the columns that compare in another way than the program
	// has made them to ("table.column").
	Charset, Collation string
	Foreign, Unlike    []string
	// PacketBytes is the largest statement that a server takes.
	PacketBytes int64
	ReadOnly    bool // it takes no writes
	// Damage is what a check of the whole file has found (SQLite), or nothing.
	Damage []string
}

// Look asks the database about itself. It writes nothing.
func Look(ctx context.Context, d *DB) (f Facts, err error) {
	if d.engine.dialect == goose.DialectSQLite3 {
		f, err = d.engine.lookSQLite(ctx)
	} else {
		f, err = d.engine.lookServer(ctx)
	}
	if err != nil {
		return f, fmt.Errorf("look at the database: %w", err)
	}
	return f, nil
}

func (e *engine) lookSQLite(ctx context.Context) (f Facts, err error) {
	var now string
	err = e.read.QueryRowContext(ctx, "SELECT sqlite_version(), strftime('%Y-%m-%d %H:%M:%f', 'now')").
		Scan(&f.Version, &now)
	if err != nil {
		return f, err
	}
	if f.Now, err = time.Parse("2006-01-02 15:04:05.000", now); err != nil {
		return f, err
	}
	if f.Damage, err = texts(ctx, e.read, "PRAGMA quick_check(5)"); err != nil {
		return f, err
	}
	if len(f.Damage) == 1 && f.Damage[0] == "ok" {
		f.Damage = nil
	}
	// Taking the lock shows whether the file can be written, and changes nothing.
	tx, err := e.write.BeginTx(ctx, nil)
	if err != nil {
		f.ReadOnly = isReadOnly(err)
		if !f.ReadOnly && !lostToOthers(err) {
			return f, err
		}
		return f, nil
	}
	_, err = tx.ExecContext(ctx, "UPDATE meta SET v = v WHERE k = ''")
	f.ReadOnly = isReadOnly(err)
	return f, tx.Rollback()
}

func (e *engine) lookServer(ctx context.Context) (f Facts, err error) {
	f.Server = true
	err = e.read.QueryRowContext(ctx, `SELECT VERSION(), UTC_TIMESTAMP(3), @@character_set_database,
		@@collation_database, @@max_allowed_packet, @@global.read_only`).
		Scan(&f.Version, &f.Now, &f.Charset, &f.Collation, &f.PacketBytes, &f.ReadOnly)
	if err != nil {
		return f, err
	}
	f.Foreign, err = texts(ctx, e.read, `SELECT table_name FROM information_schema.tables
		WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' AND table_name <> 'schema_migrations'
			AND (table_collation NOT LIKE 'utf8mb4%' OR engine <> 'InnoDB') ORDER BY table_name`)
	if err != nil {
		return f, err
	}
	f.Unlike, err = texts(ctx, e.read, `SELECT CONCAT(table_name, '.', column_name) FROM information_schema.columns
		WHERE table_schema = DATABASE() AND table_name <> 'schema_migrations'
			AND collation_name LIKE 'utf8mb4%' AND collation_name NOT IN ('`+Collation+`', 'utf8mb4_bin')
		ORDER BY table_name, column_name`)
	return f, err
}
