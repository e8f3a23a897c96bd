package db

import (
	"database/sql"

	gormmysql "gorm.io/driver/mysql"
	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"
)

// sqliteDialector writes GORM's statements for SQLite. It has no migrator (the schema is made by numbered files) and no
// savepoints (transactions do not nest).
type sqliteDialector struct{ pool *sql.DB }

// Name is "sqlite".
func (sqliteDialector) Name() string { return "sqlite" }

// Initialize gives g its pool, callbacks and clauses.
func (d sqliteDialector) Initialize(g *gorm.DB) error {
	g.ConnPool = d.pool
	// SQLite could answer with RETURNING, but MySQL cannot: the clauses are the ones that both know.
	callbacks.RegisterDefaultCallbacks(g, &callbacks.Config{LastInsertIDReversed: true})
	// SQLite knows no row locks and needs none: Tx holds the write lock from its beginning.
	g.ClauseBuilders["FOR"] = func(clause.Clause, clause.Builder) {}
	g.ClauseBuilders["VALUES"] = buildValues
	return nil
}

// buildValues writes a row without any column, which SQLite spells in its own way.
func buildValues(c clause.Clause, b clause.Builder) {
	if v, ok := c.Expression.(clause.Values); ok && len(v.Columns) == 0 {
		_, _ = b.WriteString("DEFAULT VALUES")
		return
	}
	c.Build(b)
}

// Migrator returns nil: there is none.
func (sqliteDialector) Migrator(*gorm.DB) gorm.Migrator { return nil }

// DataTypeOf returns the type that our migrations give to such a field.
func (sqliteDialector) DataTypeOf(f *schema.Field) string {
	switch f.DataType {
	case schema.Bool:
		return "BOOLEAN"
	case schema.Int, schema.Uint:
		return "INTEGER"
	case schema.Float:
		return "REAL"
	case schema.Time:
		return "DATETIME"
	case schema.Bytes:
		return "BLOB"
	case schema.String:
		return "TEXT"
	}
	return string(f.DataType)
}

// DefaultValueOf stands for a value that was not given; SQLite has no word DEFAULT there.
func (sqliteDialector) DefaultValueOf(*schema.Field) clause.Expression {
	return clause.Expr{SQL: "NULL"}
}

// BindVarTo writes the mark of a value.
func (sqliteDialector) BindVarTo(w clause.Writer, _ *gorm.Statement, _ any) { _ = w.WriteByte('?') }

// QuoteTo writes a name in backquotes, as for MySQL: SQLite takes them, and SQL by hand reads alike.
func (sqliteDialector) QuoteTo(w clause.Writer, name string) { gormmysql.Dialector{}.QuoteTo(w, name) }

// Explain writes a statement with its values, for debugging.
func (sqliteDialector) Explain(text string, vars ...any) string {
	return logger.ExplainSQL(text, nil, `'`, vars...)
}

// Translate makes errors of both drivers alike.
func (sqliteDialector) Translate(err error) error { return translate(err) }
