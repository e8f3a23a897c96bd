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

// TestATrendIsHeldAgainstTheOwnPast: the level is of the steps before the period that have ten ratings, else of the
// period itself; of fewer than ten only the count is told.
func TestATrendIsHeldAgainstTheOwnPast(t *testing.T) {
	t.Parallel()
	of := func(r *assessments.TrendResult) *Figure {
		return must(press(t).Person(assessments.PersonDossier{Trend: r}, nil, "zh-CN", chart.Phone)).Trend
	}
	for name, c := range map[string]struct {
		t    *assessments.TrendResult
		want []string
	}{
		"the sample": {
			richPerson().Trend,
			[]string{"本人本期以前的评价中，满10件的6季合计201件，4—5级占78.6%", "本期各季均在95%控制限以内"},
		},
		"a signal": {
			trend(3, 2, [2]int{3, 4}, [2]int{90, 100}, [2]int{60, 100}),
			[]string{"满10件的1季合计100件", "2026年二季（60.0%）在本人水平的99.8%控制限以外，属于需要核查的信号", "1季中，偶然预期有0.1季"},
		},
		"watch": {
			trend(1, 2, [2]int{160, 200}, [2]int{160, 200}, [2]int{16, 20}, [2]int{11, 20}),
			[]string{"2026年6月（55.0%）在95%控制限以外、99.8%控制限以内，继续观察"},
		},
		"no past": {
			trend(3, 1, [2]int{4, 5}, [2]int{8, 10}, [2]int{9, 10}, [2]int{7, 10}),
			[]string{"以本期满10件的3季合计30件的4—5级占比80.0%为水平", "未超出随机波动"},
		},
	} {
		f := of(c.t)
		if f == nil {
			t.Errorf("%s: no figure", name)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(f.Picture.Desc, want) {
				t.Errorf("%s: %q does not say %s", name, f.Picture.Desc, want)
			}
		}
	}
	few := of(trend(3, 2, [2]int{3, 4}, [2]int{90, 100}, [2]int{60, 100})).Rows[0]
	if few[1] != "4" || few[2] != "不足10件" || few[3] != "" {
		t.Errorf("four ratings: %q", few)
	}
	words := press(t).words.Printer("zh-CN")
	for want, said := range map[string]string{
		"封存时没有": Trendless(words, nil, 84, "person"), "满10件的季数不足": Trendless(words, nil, 0, "person"),
		"满10件的月数不足": Trendless(words, trend(1, 0, [2]int{9, 9}), 9, "unit"),
	} {
		if !strings.Contains(said, want) {
			t.Errorf("%q does not say %s", said, want)
		}
	}
	for name, none := range map[string]*assessments.TrendResult{
		"sealed before": nil, "few now": trend(3, 1, [2]int{90, 100}, [2]int{9, 9}),
		"two steps": trend(3, 0, [2]int{10, 10}, [2]int{9, 10}),
	} {
		if f := of(none); f != nil {
			t.Errorf("%s: %q", name, f.Picture.Desc)
		}
	}
}

func TestStepsHaveTheNamesOfTheirMonths(t *testing.T) {
	t.Parallel()
	step := func(from, to models.Date) assessments.TrendStep { return assessments.TrendStep{From: from, To: to} }
	zh, en := press(t).board("zh-CN", chart.Phone), press(t).board("en", chart.Phone)
	for _, c := range []struct {
		s                    assessments.TrendStep
		label, name, english string
	}{
		{step("2026-01-01", "2026-03-31"), "2026年一季", "2026年一季", "2026 Q1"},
		{step("2025-11-01", "2026-01-31"), "25.11—26.1", "2025.11—2026.1", "11/25–1/26"},
		{step("2026-10-01", "2026-11-14"), "26.10—26.11", "2026.10—2026.11", "10/26–11/26"},
		{step("2026-06-03", "2026-06-30"), "6月", "2026年6月", "Jun"},
	} {
		if got := zh.stepLabel(c.s); got != c.label {
			t.Errorf("label of %v: got %s, want %s", c.s, got, c.label)
		}
		if got := zh.stepName(c.s); got != c.name {
			t.Errorf("name of %v: got %s, want %s", c.s, got, c.name)
		}
		if got := en.stepLabel(c.s); got != c.english {
			t.Errorf("label of %v: got %s, want %s", c.s, got, c.english)
		}
	}
}
