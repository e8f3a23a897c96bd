package main

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	gormmysql "gorm.io/driver/mysql"
	"gorm.io/gorm"
	gormlog "gorm.io/gorm/logger"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
)

// Baselines: what the libraries alone do in the same process, on the same database, in the same run.

// engine names the database that a benchmark runs on.
func engine() string {
	if testkit.OnServer() {
		return "MariaDB"
	}
	return "SQLite"
}

// cpuSpent is the processor time of this process: on a machine that others keep busy it says more than the wall clock.
func cpuSpent() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// cpuOf is the processor time of another process, in steps of 10 ms.
func cpuOf(tb testing.TB, pid string) time.Duration {
	tb.Helper()
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	must(tb, err)
	_, rest, _ := strings.Cut(string(stat), ") ") // behind the name, which may hold blanks
	ticks := 0
	for _, f := range strings.Fields(rest)[11:13] { // user and system
		n, err := strconv.Atoi(f)
		must(tb, err)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// bareRow is about as large as a rating, and nothing depends on it.
type bareRow struct {
	ID      string `gorm:"primaryKey;size:26"`
	CaseID  string `gorm:"size:26"`
	Level   int
	Comment string `gorm:"size:500"`
	RatedOn string `gorm:"size:10"`
}

// TableName fixes the table name.
func (bareRow) TableName() string { return "bare_rows" }

func newBareRow() bareRow {
	return bareRow{ID: models.NewRandomID(), CaseID: models.NewID(), Level: 5, Comment: "很快就办好了。", RatedOn: "2026-07-15"}
}

const bareTable = `CREATE TABLE bare_rows (id VARCHAR(26) NOT NULL PRIMARY KEY, case_id VARCHAR(26) NOT NULL,
	level INTEGER NOT NULL, comment VARCHAR(500) NOT NULL, rated_on VARCHAR(10) NOT NULL)`

// bareStore is a database with that table alone, opened as the program opens its own, and its address.
func bareStore(tb testing.TB) (*db.DB, string) {
	tb.Helper()
	url := testkit.URL(tb)
	d := testkit.Open(tb, url, testkit.Still(), db.Options{})
	must(tb, db.Tx(tb.Context(), d, func(tx *gorm.DB) error { return tx.Exec(bareTable).Error }))
	return d, url
}

// bareGorm is GORM as its guide opens it, with so many connections.
func bareGorm(tb testing.TB, url string, conns int) *gorm.DB {
	tb.Helper()
	g, err := gorm.Open(gormmysql.Open(strings.TrimPrefix(url, "mysql:")+"?charset=utf8mb4&parseTime=True"),
		&gorm.Config{Logger: gormlog.Discard})
	must(tb, err)
	pool, err := g.DB()
	must(tb, err)
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	tb.Cleanup(func() { must(tb, pool.Close()) })
	return g
}

// rate is how many a second n things in d are.
func rate(n int, d time.Duration) float64 { return float64(n) / d.Seconds() }

// needsDurable skips a benchmark of a server whose acknowledged commits need not survive a power cut.
func needsDurable(b *testing.B, d *db.DB) {
	b.Helper()
	var flush, method string
	must(b, db.View(b.Context(), d, func(tx *gorm.DB) error {
		return tx.Raw("SELECT @@innodb_flush_log_at_trx_commit, @@innodb_flush_method").Row().Scan(&flush, &method)
	}))
	if flush != "1" || method == "nosync" {
		b.Skipf("innodb_flush_log_at_trx_commit=%s, %s: start the server with mariadbd --durable", flush, method)
	}
}
