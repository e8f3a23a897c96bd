package ratings_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"shanzhi/assessments/ratings"
	"shanzhi/models"
)

var (
	instant = regexp.MustCompile(`\d{1,2}:\d\d`)
	sealed  = regexp.MustCompile(`\bv1:[\w:-]+`) // has colons of its own, with figures beside them by chance
)

// timed reports whether a row tells a time of day.
func timed(row any) bool { return instant.MatchString(sealed.ReplaceAllString(fmt.Sprint(row), "")) }

// Red line 6 at a window: a rating, a word about pressure and a complaint about a leak write one row each and nothing
// else, with a day and no time, and nothing that the page held leads to them.
func TestNothingWrittenLeadsFromAWindowToAVisit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	st := w.stand()
	w.clock.Advance(7 * time.Minute)
	before := w.dump()
	var tickets []string
	for level := 1; level <= 5; level++ {
		ticket := w.ticket(st.Code)
		tickets = append(tickets, ticket)
		if err := w.ratings.RateStand(ctx, st.Code, ticket, ratings.Input{Level: level, Comment: "意见"}); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(11 * time.Minute)
	}
	if err := w.ratings.PressureStand(ctx, st.Code, w.ticket(st.Code), "让打五分"); err != nil {
		t.Fatal(err)
	}
	leak := ratings.Leak{UnitID: w.village.ID, Text: "他们知道是我", Ticket: w.ratings.LeakTicket()}
	if err := w.ratings.ReportLeak(ctx, leak); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"ratings": 5, "pressure_reports": 1, "leak_reports": 1, "entrusted_hidden": 1}
	ordered := models.NewID()[:5] // how ids begin that tell their time
	for name, rows := range w.dump() {
		added := fresh(before[name], rows)
		if len(added) != want[name] {
			t.Errorf("table %s: %d rows written, want %d: %v", name, len(added), want[name], added)
		}
		for _, r := range added {
			whole := fmt.Sprint(r)
			if timed(whole) || strings.HasPrefix(r["id"], ordered) {
				t.Errorf("%s tells a time: %s", name, whole)
			}
			if strings.Contains(whole, st.ID) || strings.Contains(whole, st.Code) || strings.Contains(whole, leak.Text) {
				t.Errorf("%s tells the window, or a complaint in plain words: %s", name, whole)
			}
			for _, ticket := range append(tickets, leak.Ticket) {
				payload := strings.Split(ticket, ".")[3]
				if strings.Contains(whole, payload) {
					t.Errorf("%s holds what the page held", name)
				}
			}
		}
	}
}

// Red line 6 on paper: keying a slip writes a rating, sets slip and invitation to used, and an entry of the audit log that
// names neither slip nor case nor rating; the number is nowhere.
func TestNothingWrittenLeadsFromAPaperSlipToARating(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ratings.Draw(true)
	keyer := w.keyer()
	var numbers, secrets []string
	for range 5 {
		c, _ := w.closed(w.handler)
		number := w.caseSlip(w.clerk, c.ID)
		numbers = append(numbers, number)
		secrets = append(secrets, strings.ReplaceAll(number, " ", ""), number, c.ID, c.No)
		w.clock.Advance(7 * time.Minute)
	}
	before := w.dump()
	for i, number := range numbers {
		if err := w.key(keyer, number, ratings.Input{Level: 1 + i}); err != nil {
			t.Fatal(err)
		}
	}
	after := w.dump()
	want := map[string]int{"ratings": 5, "invitations": 5, "paper_slips": 5, "audit_entries": 5, "slip_checks": 5}
	for name, rows := range after {
		added := fresh(before[name], rows)
		if len(added) != want[name] {
			t.Errorf("table %s: %d rows written, want %d: %v", name, len(added), want[name], added)
		}
		for _, r := range added {
			if name != "audit_entries" && timed(r) {
				t.Errorf("%s tells a time: %v", name, r)
			}
		}
	}
	for _, r := range slices.Concat(after["ratings"], after["paper_slips"]) {
		secrets = append(secrets, r["id"])
	}
	logged := fmt.Sprint(fresh(before["audit_entries"], after["audit_entries"]))
	for _, s := range secrets {
		if strings.Contains(logged, s) {
			t.Errorf("the audit log holds %s", s)
		}
	}
	for name, rows := range after {
		for i, number := range numbers {
			if whole := fmt.Sprint(rows); strings.Contains(whole, number) || strings.Contains(whole, secrets[4*i]) {
				t.Errorf("table %s holds the number of a slip", name)
			}
		}
	}
	for _, r := range after["ratings"] { // a slip drawn for a second keying does not lead to its rating either
		if strings.Contains(fmt.Sprint(after["slip_checks"]), r["id"]) {
			t.Error("a second keying names the rating")
		}
	}
	for _, r := range after["paper_slips"] {
		for _, x := range after["ratings"] {
			if r["id"] == x["id"] {
				t.Error("slip and rating share an id")
			}
		}
	}
}
