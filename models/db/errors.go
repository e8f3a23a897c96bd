package db

import (
	"errors"
	"fmt"
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
