package report

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/templates/chart"
)

// ofPerson lists the figures of a cadre.
func ofPerson(f PersonFigures) []Figure {
	var out []Figure
	for _, x := range []*Figure{f.Dots, f.Levels, f.Bounds, f.Flow, f.Load} {
		if x != nil {
			out = append(out, *x)
		}
	}
	for _, c := range models.Competencies() {
		if x, ok := f.Contributions[c]; ok {
			out = append(out, x)
		}
	}
	return out
}

func ofUnit(f UnitFigures) []Figure {
	out := append([]Figure{}, f.Funnels...)
	for _, x := range []*Figure{f.Keys, f.Flow, f.Families, f.Ages, f.Outcomes, f.Levels, f.Bounds, f.Load} {
		if x != nil {
			out = append(out, *x)
		}
	}
	return out
}

// drawnWords joins the words of a picture.
func drawnWords(p chart.Picture) string {
	var b strings.Builder
	for _, m := range p.Marks {
		if m, ok := m.(chart.Text); ok {
			b.WriteString(m.S + "\n")
		}
	}
	return strings.ReplaceAll(b.String(), "（95%区间）", "") // a head
}

// cellsOf joins the cells of a table.
func cellsOf(f Figure) string {
	var b strings.Builder
	for _, r := range f.Rows {
		b.WriteString(strings.Join(r, "\t") + "\n")
	}
	return b.String()
}

func TestTheTableBesideAFigureHasItsNumbers(t *testing.T) {
	t.Parallel()
	pr, d := press(t), richPerson()
	for _, place := range []chart.Place{chart.Phone, chart.Elder} {
		for _, lang := range []string{"zh-CN", "en"} {
			f := must(pr.Person(d, map[models.Competency]bool{models.MassWork: true}, lang, place))
			u := must(pr.Unit(richUnit(), lang, place))
			for _, x := range append(ofPerson(f), ofUnit(u)...) {
				if x.Picture.Title == "" || strings.Contains(x.Picture.Desc, "**") {
					t.Errorf("%s: title %q, sentence %q", lang, x.Picture.Title, x.Picture.Desc)
				}
				if _, err := x.Picture.SVG(); err != nil {
					t.Error(err)
				}
				for _, r := range x.Rows {
					if len(r) != len(x.Heads) {
						t.Errorf("%q: %d cells under %d heads", x.Picture.Title, len(r), len(x.Heads))
					}
				}
			}
		}
	}
	f := must(pr.Person(d, map[models.Competency]bool{models.MassWork: true}, "zh-CN", chart.Phone))
	for i, r := range d.Competencies {
		row := f.Dots.Rows[i]
		if unestimated(r) != (row[1] == "") {
			t.Errorf("%s: %q", r.Competency, row)
		}
		if row[1] != "" && (row[1] != fixed(r.Mean, 1) || !strings.Contains(drawnWords(f.Dots.Picture), row[1]+"\n")) {
			t.Errorf("%s: %q, sealed %.3f", r.Competency, row, r.Mean)
		}
		if (row[4] != "") != compared(r) {
			t.Errorf("%s: the group %q, compared %v", r.Competency, row[4], compared(r))
		}
		if got := strings.Contains(row[0], "有异议"); got != (r.Competency == models.MassWork) {
			t.Errorf("%s is disputed: %v", r.Competency, got)
		}
	}
	u := richUnit()
	keys := must(pr.Unit(u, "zh-CN", chart.Phone)).Keys
	if got, want := keys.Rows[0][1], pr.board("zh-CN", 0).fraction(u.Cases.OnTime, u.Cases.Closed); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// aRate is a number with a sign of per cent, or an interval.
var aRate = regexp.MustCompile(`[0-9]\s?[%％]`)

func TestNoFigureOfAPageTellsARateOfFewerThanTen(t *testing.T) {
	t.Parallel()
	pr := press(t)
	rapid.Check(t, func(t *rapid.T) {
		n := func(name string, most int) int { return rapid.IntRange(0, most).Draw(t, name) }
		d := smallUnit()
		row := level(models.QR, models.ModeInvited, n("five", 4), n("four", 3), n("three", 1), n("two", 1), 0)
		d.Ratings = rating(n("invited", 9), 0, row)
		d.Cases = casesOf(family(models.Livelihood, 5, n("on time", 5), n("solved", 3), 4))
		d.Funnels = []assessments.Funnel{funnelOf("good", 0, true, append([][2]int{{3, 4}}, peers(5, 0.8)...)...)}
		for _, x := range ofUnit(must(pr.Unit(d, "zh-CN", chart.Phone))) {
			words := drawnWords(x.Picture)
			if x.Picture.Title == "主要指标" {
				words = strings.NewReplacer("0%\n", "", "25%\n", "", "50%\n", "", "75%\n", "", "100%\n", "").Replace(words)
				for _, m := range x.Picture.Marks {
					if _, ok := m.(chart.Circle); ok {
						t.Fatalf("a rate is drawn: %s", words)
					}
				}
			}
			if all := words + cellsOf(x); aRate.MatchString(all) {
				t.Fatalf("%s tells a rate: %s", x.Picture.Title, all)
			}
		}
		p := fewPerson()
		p.Ratings, p.Cases = d.Ratings, d.Cases
		for _, x := range ofPerson(must(pr.Person(p, nil, "zh-CN", chart.Elder))) {
			if x.Picture.Title == "各渠道五级评价（件）" && aRate.MatchString(drawnWords(x.Picture)+cellsOf(x)) {
				t.Fatalf("%s tells a rate: %s", x.Picture.Title, cellsOf(x))
			}
		}
	})
}

func TestHiddenLevelsStandInNoTable(t *testing.T) {
	t.Parallel()
	r := rating(0, 0, level(models.QR, models.ModeInvited, 2, 1, 0, 0, 0), level(models.Window, models.ModeAssisted, 8, 9, 3, 0, 1))
	f := must(press(t).Rated(r, "zh-CN", chart.Phone))
	for _, row := range f.Rows {
		if cells := strings.Join(row[2:7], ""); cells != "" {
			t.Errorf("levels are told: %q", row)
		}
	}
	if empty := must(press(t).Rated(assessments.RatingResult{}, "zh-CN", chart.Phone)); empty != nil {
		t.Errorf("without ratings: got %v", empty)
	}
}

func TestThePastHasLimitsAboutTheOwnLevelAndNoRateOfFew(t *testing.T) {
	t.Parallel()
	steps := []assessments.PastStep{
		{From: "2024-05-01", To: "2024-10-31", Good: 3, Rated: 4, Solved: 80, Asked: 100},
		{From: "2024-11-01", To: "2025-04-30", Good: 90, Rated: 100, Solved: 80, Asked: 100},
	}
	now := assessments.PastStep{From: "2025-05-01", To: "2025-10-31", Good: 60, Rated: 100, Solved: 82, Asked: 100}
	f := must(press(t).Past(steps, now, "zh-CN", chart.Phone))
	if len(f) != 2 {
		t.Fatalf("got %d figures, want 2", len(f))
	}
	if row := f[0].Rows[0]; row[1] != "4" || row[2] != "不足10件" || row[3] != "" {
		t.Errorf("four ratings: %q", row)
	}
	if row := f[0].Rows[2]; row[1] != "60/100" || row[2] != "60.0%" || f[0].Rows[0][0] != "2024.5—2024.10" {
		t.Errorf("this period: %q", row)
	}
	for i, want := range []string{"需要核查的信号", "未超出随机波动"} {
		if !strings.Contains(f[i].Picture.Desc, want) {
			t.Errorf("%q does not say %s", f[i].Picture.Desc, want)
		}
	}
	if none := must(press(t).Past(nil, now, "en", chart.Elder)); none != nil {
		t.Errorf("without a past: %d figures", len(none))
	}
}
