package db_test

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
)

// column is one of a migrated table, as the database describes it.
type column struct {
	Name      string
	Type      string // without length, in small letters
	Length    int    // of texts, on a server; 0 elsewhere
	Nullable  bool
	KeyPart   int // place in the primary key, from 1; 0 outside it
	Collation string
	Precision int // of instants, on a server
}

// index is one of a migrated table or of a model, without the primary key.
type index struct {
	Name    string
	Unique  bool
	Columns []string
}

const (
	sqliteColumns = `SELECT name, LOWER(type) AS type, NOT "notnull" AS nullable, pk AS key_part
		FROM pragma_table_info(?)`
	mysqlColumns = `SELECT c.column_name AS name, c.data_type AS type, c.is_nullable = 'YES' AS nullable,
			COALESCE(c.character_maximum_length, 0) AS length, COALESCE(c.collation_name, '') AS collation,
			COALESCE(c.datetime_precision, 0) AS 'precision', COALESCE(k.ordinal_position, 0) AS key_part
		FROM information_schema.columns c
		LEFT JOIN information_schema.key_column_usage k ON k.constraint_name = 'PRIMARY'
			AND k.table_schema = c.table_schema AND k.table_name = c.table_name AND k.column_name = c.column_name
		WHERE c.table_schema = DATABASE() AND c.table_name = ? ORDER BY c.ordinal_position`
	sqliteIndexes = `SELECT l.name, l."unique" AS uniq, i.name AS part
		FROM pragma_index_list(?) l, pragma_index_info(l.name) i WHERE l.origin = 'c' ORDER BY l.name, i.seqno`
	mysqlIndexes = `SELECT index_name AS name, non_unique = 0 AS uniq, column_name AS part
		FROM information_schema.statistics
		WHERE table_schema = DATABASE() AND table_name = ? AND index_name <> 'PRIMARY'
			AND index_name NOT IN (SELECT constraint_name FROM information_schema.referential_constraints
				WHERE constraint_schema = DATABASE()) -- made by the server for a foreign key
		ORDER BY index_name, seq_in_index`
	sqliteTables = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite^_%' ESCAPE '^'`
	mysqlTables  = `SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()`
)

func pick(sqlite, mysql string) string {
	if testkit.OnServer() {
		return mysql
	}
	return sqlite
}

// TestNoDrift checks that the models and the migrated schema say the same.
func TestNoDrift(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	err := db.View(t.Context(), d, func(tx *gorm.DB) error {
		known := []string{"schema_migrations"}
		for _, m := range models.All() {
			s, err := schema.Parse(m, &sync.Map{}, tx.NamingStrategy)
			if err != nil {
				return err
			}
			known = append(known, s.Table)
			if err := compare(t, tx, s); err != nil {
				return fmt.Errorf("%s: %w", s.Table, err)
			}
		}
		var tables []string
		if err := tx.Raw(pick(sqliteTables, mysqlTables)).Scan(&tables).Error; err != nil {
			return err
		}
		for _, name := range tables {
			if !slices.Contains(known, name) {
				t.Errorf("table %s has no model", name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func compare(t *testing.T, tx *gorm.DB, s *schema.Schema) error {
	t.Helper()
	var columns []column
	if err := tx.Raw(pick(sqliteColumns, mysqlColumns), s.Table).Scan(&columns).Error; err != nil {
		return err
	}
	if len(columns) == 0 {
		t.Errorf("table %s does not exist", s.Table)
		return nil
	}
	indexes, err := indexesOf(tx, s.Table)
	if err != nil {
		return err
	}
	compareColumns(t, s, columns, indexes)
	if diff := cmp.Diff(modelIndexes(s), indexes); diff != "" {
		t.Errorf("indexes of %s (-model +database):\n%s", s.Table, diff)
	}
	return nil
}

func compareColumns(t *testing.T, s *schema.Schema, columns []column, indexes []index) {
	t.Helper()
	keys := make([]string, len(s.PrimaryFields))
	for _, c := range columns {
		name := s.Table + "." + c.Name
		f := s.FieldsByDBName[c.Name]
		if f == nil {
			t.Errorf("%s: a column without a field", name)
			continue
		}
		if want := !f.NotNull && !f.PrimaryKey; c.Nullable != want {
			t.Errorf("%s: nullable = %v in the database, %v in the model", name, c.Nullable, want)
		}
		if want := pick(sqliteType(f), mysqlType(f)); !slices.Contains(strings.Split(want, "|"), c.Type) {
			t.Errorf("%s: type %s in the database, want %s", name, c.Type, want)
		}
		if c.KeyPart > len(keys) {
			t.Errorf("%s: part %d of the primary key, which the model gives %d", name, c.KeyPart, len(keys))
		} else if c.KeyPart > 0 {
			keys[c.KeyPart-1] = c.Name
		}
		if testkit.OnServer() {
			compareOnServer(t, name, f, c, indexes)
		}
	}
	for _, f := range s.Fields {
		if f.DBName != "" && !slices.ContainsFunc(columns, func(c column) bool { return c.Name == f.DBName }) {
			t.Errorf("%s.%s: a field without a column", s.Table, f.DBName)
		}
	}
	if diff := cmp.Diff(s.PrimaryFieldDBNames, keys); diff != "" {
		t.Errorf("primary key of %s (-model +database):\n%s", s.Table, diff)
	}
}

// compareOnServer checks what SQLite does not keep: lengths, milliseconds, and that keys are compared binary.
func compareOnServer(t *testing.T, name string, f *schema.Field, c column, indexes []index) {
	t.Helper()
	if _, tagged := f.TagSettings["SIZE"]; tagged && strings.HasSuffix(c.Type, "char") && c.Length != f.Size {
		t.Errorf("%s: %d characters in the database, %d in the model", name, c.Length, f.Size)
	}
	if c.Type == "datetime" && c.Precision != 3 {
		t.Errorf("%s: an instant with %d decimals of a second, want 3", name, c.Precision)
	}
	key := c.KeyPart > 0 || slices.ContainsFunc(indexes, func(i index) bool {
		return i.Unique && slices.Contains(i.Columns, c.Name)
	})
	if key && c.Collation != "" && !strings.HasSuffix(c.Collation, "_bin") {
		t.Errorf("%s: a key with collation %s takes different codes for equal", name, c.Collation)
	}
}

func sqliteType(f *schema.Field) string {
	switch f.DataType {
	case schema.Bool:
		return "boolean"
	case schema.Int, schema.Uint:
		return "integer"
	case schema.Float:
		return "real"
	case schema.Time:
		return "datetime"
	case schema.Bytes:
		return "blob"
	default:
		return "text|varchar(" + strconv.Itoa(f.Size) + ")"
	}
}

func mysqlType(f *schema.Field) string {
	kind := f.IndirectFieldType.Kind()
	switch f.DataType {
	case schema.Bool:
		return "tinyint"
	case schema.Int, schema.Uint:
		if kind == reflect.Int64 || kind == reflect.Uint64 {
			return "bigint"
		}
		return "int|bigint"
	case schema.Float:
		return "double"
	case schema.Time:
		return "datetime"
	case schema.Bytes:
		return "blob|mediumblob|longblob|varbinary|binary"
	default:
		return "char|varchar|text|mediumtext|longtext"
	}
}

func indexesOf(tx *gorm.DB, table string) ([]index, error) {
	var parts []struct {
		Name string
		Uniq bool
		Part string
	}
	if err := tx.Raw(pick(sqliteIndexes, mysqlIndexes), table).Scan(&parts).Error; err != nil {
		return nil, err
	}
	out := []index{}
	for _, p := range parts {
		if n := len(out); n == 0 || out[n-1].Name != p.Name {
			out = append(out, index{Name: p.Name, Unique: p.Uniq})
		}
		last := &out[len(out)-1]
		last.Columns = append(last.Columns, p.Part)
	}
	return out, nil
}

func modelIndexes(s *schema.Schema) []index {
	out := []index{}
	for _, i := range s.ParseIndexes() {
		x := index{Name: i.Name, Unique: i.Class == "UNIQUE"}
		for _, f := range i.Fields {
			x.Columns = append(x.Columns, f.DBName)
		}
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b index) int { return strings.Compare(a.Name, b.Name) })
	return out
}
