package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"regexp"

	"github.com/go-sql-driver/mysql"
	"gorm.io/gorm"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// IsNotFound reports whether err says that no row was found.
func IsNotFound(err error) bool { return errors.Is(err, gorm.ErrRecordNotFound) }

// IsConflict reports whether err says that a row with such a unique key exists already.
func IsConflict(err error) bool { return errors.Is(translate(err), gorm.ErrDuplicatedKey) }

// IsOrphan reports whether err says that a foreign key leads nowhere, or that a row is still referred to.
func IsOrphan(err error) bool { return errors.Is(translate(err), gorm.ErrForeignKeyViolated) }

// IsRefused reports whether err says that a CHECK of the schema does not hold.
func IsRefused(err error) bool { return errors.Is(translate(err), gorm.ErrCheckConstraintViolated) }

// TakesNoWrites reports whether err says that the database can be read and not be written, for now: it is read-only, or
// its disk is full.
func TakesNoWrites(err error) bool { return isReadOnly(err) || isFull(err) }

// isReadOnly reports whether err says that the database takes no writes: a file without the right to write it, a server
// that was switched to reading.
func isReadOnly(err error) bool {
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return e.Number == 1290 || e.Number == 1836 // the server is started with --read-only; it is in read-only mode
	}
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code()&0xff == sqlite3.SQLITE_READONLY
}

// isFull reports whether err says that there is no room left on the database's disk.
func isFull(err error) bool {
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return e.Number == 1021 || e.Number == 1114 // disk full; table full
	}
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code() == sqlite3.SQLITE_FULL || e.Code() == sqlite3.SQLITE_IOERR_WRITE)
}

// isAway reports whether err says that the database cannot be reached just now: it was stopped, the network is cut, or
// it takes no more connections. The same request may pass when it is back.
func isAway(err error) bool {
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok {
		switch e.Number {
		case 1040, // too many connections
			1053, // it is shutting down
			1927, // the connection was killed
			1129: // blocked after too many failed connections
			return true
		}
		return false
	}
	if errors.Is(err, mysql.ErrInvalidConn) || errors.Is(err, driver.ErrBadConn) {
		return true
	}
	_, network := errors.AsType[net.Error](err)
	return network && !errors.Is(err, context.DeadlineExceeded)
}

// Insert adds one row (a pointer to a struct of models) unless a row with one of its unique keys exists.
//
// added is false in that case. It is how a claim is made: of several that insert the same key exactly one hears true.
func Insert(tx *gorm.DB, row any) (added bool, err error) {
	switch err = tx.Create(row).Error; {
	case err == nil:
		return true, nil
	case IsConflict(err):
		return false, nil
	}
	return false, err
}

// translate turns the constraint errors of both drivers into GORM's. Of the driver's text only the name of the key or
// check is kept, because the rest quotes people's data.
func translate(err error) error {
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return translateMySQL(err, e)
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return translateSQLite(err, e)
	}
	return err
}

var (
	mysqlName  = regexp.MustCompile("(?:for key '([^']*)'$|CONSTRAINT `([^`]*)`|constraint '([^']*)')")
	mysqlValue = regexp.MustCompile(`value: '.*'( for |$)`)
	sqliteName = regexp.MustCompile(`constraint failed: ([\w., ]+?) \(\d+\)$`)
)

func translateMySQL(err error, e *mysql.MySQLError) error {
	switch e.Number {
	case 1062, 1557, 1586:
		return named(gorm.ErrDuplicatedKey, mysqlName, e.Message)
	case 1216, 1217, 1451, 1452:
		return named(gorm.ErrForeignKeyViolated, mysqlName, e.Message)
	case 3819, 4025: // MySQL, MariaDB
		return named(gorm.ErrCheckConstraintViolated, mysqlName, e.Message)
	}
	if blurred := mysqlValue.ReplaceAllString(e.Message, "value: '…'$1"); blurred != e.Message {
		return &mysql.MySQLError{Number: e.Number, SQLState: e.SQLState, Message: blurred}
	}
	return err
}

func translateSQLite(err error, e *sqlite.Error) error {
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return named(gorm.ErrDuplicatedKey, sqliteName, e.Error())
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return gorm.ErrForeignKeyViolated
	case sqlite3.SQLITE_CONSTRAINT_CHECK:
		return named(gorm.ErrCheckConstraintViolated, sqliteName, e.Error())
	}
	return err
}

// named returns kind with the name that find's first matching group takes from text.
func named(kind error, find *regexp.Regexp, text string) error {
	for i, s := range find.FindStringSubmatch(text) {
		if i > 0 && s != "" {
			return fmt.Errorf("%w: %s", kind, s)
		}
	}
	return kind
}
