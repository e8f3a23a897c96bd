package onboard_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/app/onboard"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/testkit"
	"shanzhi/models/vault"
	"shanzhi/models/workday"
)

var system = models.SystemActor("test")

// world is a county of which nothing but the root unit is there, and the door.
type world struct {
	t      *testing.T
	db     *db.DB
	clock  *testkit.StillClock
	vault  *vault.Vault
	days   *workday.Calendar
	door   *onboard.Service
	county models.Unit
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, clock: testkit.Clock(t)}
	w.db = testkit.DBAt(t, w.clock.Now)
	keys, err := vault.NewKeys()
	w.must(err)
	w.vault, err = vault.New(keys)
	w.must(err)
	w.days, err = workday.Load()
	w.must(err)
	w.door = w.service(w.days)
	id := models.NewID()
	w.county = models.Unit{
		ID: id, Name: "云岭县", Kind: models.County, Path: "/" + id + "/", ValidFrom: "2020-01-01", Version: 1,
		CreatedAt: w.clock.Now(),
	}
	w.tx(func(tx *gorm.DB) error { return tx.Create(&w.county).Error })
	return w
}

// service is another server on the same database, with a calendar of its own.
func (w *world) service(days *workday.Calendar) *onboard.Service {
	names := accounts.New(w.db, w.vault, w.clock.Now, accounts.Options{HashMemory: testkit.HashMemory})
	return onboard.New(w.db, w.clock.Now, w.vault, days, names)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) tx(do func(tx *gorm.DB) error) {
	w.t.Helper()
	w.must(db.Tx(w.t.Context(), w.db, do))
}

// sheet writes rows as csv.
func sheet(rows ...[]string) []byte {
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// lines splits "a,b|c,d" into rows.
func lines(text string) [][]string {
	var out [][]string
	for l := range strings.SplitSeq(text, "|") {
		out = append(out, strings.Split(l, ","))
	}
	return out
}

func (w *world) take(in onboard.Input) (onboard.Result, error) {
	w.t.Helper()
	if in.Name == "" {
		in.Name = "表.csv"
	}
	return w.door.Take(w.t.Context(), system, in)
}

// bring carries out a sheet that must have no error.
func (w *world) bring(k onboard.Kind, data []byte) onboard.Result {
	w.t.Helper()
	r, err := w.take(onboard.Input{Kind: k, Data: data, How: onboard.KeepAll})
	w.must(err)
	if !r.Applied {
		w.t.Fatalf("not carried out: %+v", r.Errors)
	}
	return r
}

// wrong says what is wrong with a sheet: "row heading key".
func (w *world) wrong(k onboard.Kind, data []byte) []string {
	w.t.Helper()
	r, err := w.take(onboard.Input{Kind: k, Data: data, How: onboard.KeepAll})
	w.must(err)
	if r.Applied || r.ErrorCount != len(r.Errors) {
		w.t.Errorf("applied %v with %d errors, %d shown", r.Applied, r.ErrorCount, len(r.Errors))
	}
	return said(r.Errors)
}

func said(fields []fault.Field) []string {
	var out []string
	for _, f := range fields {
		out = append(out, fmt.Sprintf("%d %s %s", f.Row, f.Name, f.Key))
	}
	return out
}

func (w *world) count(model any, where string, args ...any) int {
	w.t.Helper()
	var n int64
	w.tx(func(tx *gorm.DB) error { return tx.Model(model).Where(where, args...).Count(&n).Error })
	return int(n)
}

func (w *world) person(staffNo string) models.Person {
	w.t.Helper()
	var p models.Person
	w.tx(func(tx *gorm.DB) error { return tx.Take(&p, "staff_no = ?", staffNo).Error })
	return p
}

func (w *world) unit(name string) models.Unit {
	w.t.Helper()
	var u models.Unit
	w.tx(func(tx *gorm.DB) error { return tx.Take(&u, "name = ?", name).Error })
	return u
}

func same(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

const (
	unitHeads   = "统一社会信用代码,单位名称,单位类别,上级单位"
	rosterHeads = "工号,居民身份证号,姓名,手机号码,所属单位,职务,岗位类别,人员类别,干部管理权限,任职日期"
)

// threeTowns brings in three townships with two villages each, the rows upside down.
func (w *world) threeTowns() {
	w.t.Helper()
	rows := lines(unitHeads)
	for _, town := range []string{"松坡镇", "清泉镇", "高岭乡"} {
		for _, v := range []string{"河西村", town[:len("松坡")] + "新村"} {
			rows = append(rows, []string{"", v, "村", town})
		}
	}
	for _, town := range []string{"松坡镇", "清泉镇", "高岭乡"} {
		rows = append(rows, []string{"", town, "乡镇", ""})
	}
	w.bring(onboard.Units, sheet(rows...))
}

// row is a row of a roster.
func row(staff, card, name, unit, title string) []string {
	return []string{staff, card, name, "", unit, title, "乡镇（街道）工作人员", "公务员", "云岭县", ""}
}

// id makes an identity number of a serial number, with its check digit.
func id(serial int) string {
	weights := []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	s := fmt.Sprintf("530102%04d0101%03d", 1970+serial/1000, serial%1000)
	sum := 0
	for i, w := range weights {
		sum += int(s[i]-'0') * w
	}
	return s + string("10X98765432"[sum%11])
}
