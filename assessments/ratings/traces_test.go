package ratings_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
)

// tables is every row of every table, as name=value texts.
type tables map[string][]map[string]string

func (w *world) dump() tables {
	w.t.Helper()
	out := tables{}
	err := db.View(w.t.Context(), w.db, func(tx *gorm.DB) error {
		for _, m := range models.All() {
			name := m.(interface{ TableName() string }).TableName()
			var rows []map[string]any
			if err := tx.Table(name).Find(&rows).Error; err != nil {
				return err
			}
			for _, r := range rows {
				row := map[string]string{}
				for k, v := range r {
					if b, ok := v.([]byte); ok {
						v = string(b)
					}
					row[k] = fmt.Sprintf("%v", v)
				}
				out[name] = append(out[name], row)
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// fresh returns the rows of after that are not, just so, in before.
func fresh(before, after []map[string]string) (out []map[string]string) {
	for _, r := range after {
		if !slices.ContainsFunc(before, func(o map[string]string) bool { return maps.Equal(o, r) }) {
			out = append(out, r)
		}
	}
	return out
}

// Red line 6: after five ratings nothing that was written tells when one was given, in which order, or by which link.
// What joins a rating to its matter is the one column case_id, which the loop of bad ratings needs and no door of the
// rated or his unit reads.
func TestNothingWrittenLeadsFromARatingToAVisit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	var tokens, secrets []string
	for range 5 {
		c, token := w.closed(w.handler)
		tokens = append(tokens, token)
		secrets = append(secrets, token, c.ID, c.No)
		w.clock.Advance(7 * time.Minute)
	}
	before := w.dump()
	for i, token := range tokens {
		w.clock.Advance(11 * time.Minute)
		in := ratings.Input{Level: 1 + i, Solved: models.ResolvedYes, Comment: "意见"}
		if err := w.ratings.Rate(ctx, token, in); err != nil {
			t.Fatal(err)
		}
	}
	given := w.dump()
	checkRatedRows(t, before, given)
	w.batch()
	after := w.dump()
	audited := fresh(given["audit_entries"], after["audit_entries"])
	if len(audited) != 1 || audited[0]["action"] != "rating.batch" || audited[0]["object_id"] != "" {
		t.Errorf("the batch left %v", audited)
	}
	for _, r := range slices.Concat(after["ratings"], after["rating_batches"], after["invitations"]) {
		secrets = append(secrets, r["id"])
	}
	seen, err := json.Marshal(w.mine(w.handler))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range secrets {
		if strings.Contains(fmt.Sprint(audited), s) || strings.Contains(string(seen), s) {
			t.Errorf("%s is in the audit log or in what the rated sees", s)
		}
	}
	for name, rows := range after {
		for _, token := range tokens {
			if strings.Contains(fmt.Sprint(rows), token) {
				t.Errorf("table %s holds a token", name)
			}
		}
	}
}

// checkRatedRows: five ratings write five rows and set five invitations to rated, and nothing else in the database.
func checkRatedRows(t *testing.T, before, given tables) {
	t.Helper()
	want := map[string]int{"ratings": 5, "invitations": 5}
	ordered := models.NewID()[:5] // how ids begin that tell their time
	for name, rows := range given {
		added := fresh(before[name], rows)
		if len(added) != want[name] {
			t.Errorf("table %s: %d rows written, want %d: %v", name, len(added), want[name], added)
		}
		for _, r := range added {
			for column, value := range r {
				if timed(value) {
					t.Errorf("%s.%s holds a time of day: %s", name, column, value)
				}
			}
			if len(r["id"]) != 26 || strings.HasPrefix(r["id"], ordered) {
				t.Errorf("%s: the id %s tells its time", name, r["id"])
			}
		}
	}
	for _, r := range fresh(before["invitations"], given["invitations"]) {
		i := slices.IndexFunc(before["invitations"], func(o map[string]string) bool { return o["id"] == r["id"] })
		if i < 0 {
			t.Fatalf("an invitation is new: %v", r)
		}
		was := maps.Clone(before["invitations"][i])
		was["state"] = string(models.InvitationRated)
		if !maps.Equal(was, r) {
			t.Errorf("more than the state changed: %v, was %v", r, was)
		}
	}
}

// On SQLite rows of these tables lie in the order of their random ids, with no number beneath that tells the order in
// which they came; on MySQL InnoDB keeps rows by primary key.
func TestRowsLieInNoOrderOfTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 12 {
		w.rate(w.handler, ratings.Input{Level: 1 + i%5})
	}
	rows := w.dump()["ratings"]
	if !slices.IsSortedFunc(rows, func(a, b map[string]string) int { return strings.Compare(a["id"], b["id"]) }) {
		t.Error("ratings do not lie by id")
	}
	if testkit.OnServer() {
		return
	}
	for _, name := range []string{
		"ratings", "rating_batches", "invitations", "pressure_reports", "paper_slips", "leak_reports", "case_hidden",
		"case_tracks",
	} {
		err := db.View(t.Context(), w.db, func(tx *gorm.DB) error {
			var n []int64
			return tx.Raw("SELECT rowid FROM " + name).Scan(&n).Error
		})
		if err == nil {
			t.Errorf("%s has row numbers in the order of insertion", name)
		}
	}
}
