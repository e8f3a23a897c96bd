package report

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shanzhi/assessments"
	"shanzhi/models"
)

func TestAReliabilityBelowTheLimitIsNeverRoundedUpToIt(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]string{
		0.694: "0.69", 0.695: "0.695", 0.698: "0.698", 0.69999: "0.699", 0.7: "0.70", 0.7049: "0.70", 0.31: "0.31",
	} {
		if got := rel(v); got != want {
			t.Errorf("rel(%v): got %s, want %s", v, got, want)
		}
	}
}

func TestTheResponseRateCountsInvitedRatingsOnly(t *testing.T) {
	t.Parallel()
	rows := []assessments.LevelRow{
		level(models.QR, models.ModeInvited, 40, 0, 0, 0, 0), level(models.Window, models.ModeAssisted, 10, 0, 0, 0, 0),
		level(models.QR, models.ModeActive, 9, 0, 0, 0, 0), level(models.Paper, models.ModePaper, 8, 0, 0, 0, 0),
		level(models.Hotline, models.ModeCallback, 7, 0, 0, 0, 0),
	}
	for name, c := range map[string]struct {
		invited, unrated int
		ok               bool
	}{
		"as many as there are": {80, 30, true},
		"some still open":      {100, 30, true},
		"more than invited":    {79, 30, false}, // some answer invitations of another system
		"no invitation":        {0, 0, false},
	} {
		x, n, ok := Response(rating(c.invited, c.unrated, rows...))
		if x != 50 || n != c.invited || ok != c.ok {
			t.Errorf("%s: got %d of %d, %v; want 50 of %d, %v", name, x, n, ok, c.invited, c.ok)
		}
	}
}

// What a report prints of a channel is its number of ratings and, where shown, the levels; the sums over all channels
// stand in it too. Whoever takes the shown rows from the sums must be left with no rating or with five at least.
func TestNoChannelCanBeToldFromTheOthers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var rows []assessments.LevelRow
		for range rapid.IntRange(1, 7).Draw(t, "rows") {
			rows = append(rows, level(models.QR, models.ModeInvited, rapid.IntRange(0, 14).Draw(t, "good"),
				rapid.IntRange(0, 2).Draw(t, "fair"), 0, 0, 0))
		}
		left, total := 0, 0
		for i, row := range rows {
			total += row.N()
			if Withheld(rows)[i] {
				left += row.N()
			} else if n := row.N(); n > 0 && n < fewest {
				t.Fatalf("the levels of %d ratings are shown", n)
			}
		}
		if left > 0 && left < min(fewest, total) {
			t.Fatalf("%v: %d ratings are left to be told", rows, left)
		}
	})
}

func TestChannelsThatWouldTellAnotherAreWithheld(t *testing.T) {
	t.Parallel()
	d := richUnit()
	d.Persons, d.Trend = nil, nil
	d.Ratings = rating(400, 130, level(models.Paper, models.ModePaper, 0, 0, 0, 0, 1), level(models.QR, models.ModeActive, 3, 3, 2, 1, 0),
		level(models.QR, models.ModeInvited, 45, 34, 13, 1, 2))
	body, err := press(t).Service(d, stampOf("zh-CN", models.FinalStage))
	if err != nil {
		t.Fatal(err)
	}
	text := extract(t, "withheld", body)
	for _, want := range []string{"为防推算其他渠道，不列级别", "主动好评率—/9不足10件仅列件数", "件数最少的其他渠道也不列级别"} {
		if !strings.Contains(text, bare(want)) {
			t.Errorf("%q is missing", want)
		}
	}
	for _, no := range []string{"5级3", "8/9"} {
		if strings.Contains(text, no) {
			t.Errorf("%q tells the levels of the single paper rating", no)
		}
	}
}

func TestAfterACorrectionThePointIsWhatTheTableSays(t *testing.T) {
	t.Parallel()
	d := richUnit()
	d.Cases.Solved, d.Cases.Families[0].Solved = d.Cases.Solved-60, d.Cases.Families[0].Solved-60
	if !moved(d) {
		t.Fatal("the correction is not seen")
	}
	for _, f := range funnels(d) {
		own, ok := ownPoint(f)
		if want := ownCount(d, f.Figure); !ok || !sameCount(own, want) {
			t.Errorf("%s: the point is %+v, the table says %+v", f.Figure, own, want)
		}
	}
	// The sealed dossier is not touched, and the point that fell out of the limits is counted once.
	if before, after := d.Funnels[1], funnels(d)[1]; sameCount(before.Points[0], ownCount(d, "solved")) ||
		after.Out95 != before.Out95+1 {
		t.Errorf("outside the 95 %% limits: %d before, %d after", before.Out95, after.Out95)
	}
	body, err := press(t).Service(d, stampOf("zh-CN", models.FinalStage))
	if err != nil {
		t.Fatal(err)
	}
	text := extract(t, "moved", body)
	if !strings.Contains(text, "本单位的点按更正后的数字绘出") || strings.Contains(text, "本单位82.9%") || !strings.Contains(text, "本单位77.8%") {
		t.Error("the report shows the former figure, or does not say that the point was moved")
	}
}

func TestAFigureWithTooFewCasesHasNoFunnel(t *testing.T) {
	t.Parallel()
	d := richUnit()
	d.Persons, d.Cases = nil, assessments.CaseResult{}
	d.Funnels[1] = funnelOf("solved", 0, false, append([][2]int{{0, 0}}, peers(29, 0.83)...)...)
	body, err := press(t).Service(d, stampOf("zh-CN", models.FinalStage))
	if err != nil {
		t.Fatal(err)
	}
	text := extract(t, "one-funnel", body)
	if !strings.Contains(text, "解决率（未重新办理）：本单位不足10件") || strings.Contains(text, "应解决件数") ||
		!strings.Contains(text, "满意率（4—5级）82.2%，与有10件以上数据的同类单位") {
		t.Error("a funnel without the own unit is drawn, or the reason is missing")
	}
}

func TestWhatAnEditionSaysOfTheOneBefore(t *testing.T) {
	t.Parallel()
	d := richPerson()
	upheld := d.Objections[0]
	upheld.Corrected, upheld.Old, upheld.New = false, nil, nil
	for name, c := range map[string]struct {
		replaces   string
		objections []assessments.ObjectionInfo
		want       string
		no         string
	}{
		"corrected": {"YY-0001", d.Objections, "经异议更正“依法规范办事”，更正前后数值见第八部分。", "数值不变"},
		"upheld":    {"", []assessments.ObjectionInfo{upheld}, "记入异议答复（见第八部分），各项数值不变。", "更正前"},
		"other":     {"", nil, "本版替代第1版。", "异议答复"},
		"renamed":   {assessments.NameCorrected, nil, "更正姓名，各项数值不变。", "更正前"},
	} {
		d.Edition, d.Replaces, d.Objections = 2, c.replaces, c.objections
		s := stampOf("zh-CN", models.FinalStage)
		s.Edition = 0
		body, err := press(t).Competency(d, s)
		if err != nil {
			t.Fatal(err)
		}
		text := extract(t, "edition", body)
		if !strings.Contains(text, bare(c.want)) || strings.Contains(text, c.no) {
			t.Errorf("%s: %q is missing, or %q stands there", name, c.want, c.no)
		}
	}
}

func TestLowReliabilitiesShareOneSentence(t *testing.T) {
	t.Parallel()
	d := richPerson()
	d.Competencies[1].State, d.Competencies[1].Reliability = assessments.OwnImprovement, 0.698
	d.Competencies[4].Sources[0].N, d.Competencies[4].Sources[0].MinN = 3, 5
	body, err := press(t).Competency(d, stampOf("zh-CN", models.FinalStage))
	if err != nil {
		t.Fatal(err)
	}
	text := extract(t, "low", body)
	for _, want := range []string{
		"群众工作与沟通（0.698）、学习与改进（0.46）信度低于0.70，仅供本人改进，不作比较。", "协同与应急有来源低于最低件数，不作估计。",
	} {
		if !strings.Contains(text, bare(want)) {
			t.Errorf("%q is missing", want)
		}
	}
}

func TestAFigureWithoutPeersSaysWhyItIsNotCompared(t *testing.T) {
	t.Parallel()
	d := richUnit()
	d.Persons = nil
	d.Funnels[0] = funnelOf("good", 0, true, [2]int{d.Ratings.Good, d.Ratings.N}, [2]int{20, 30}, [2]int{3, 4})
	body, err := press(t).Service(d, stampOf("zh-CN", models.FinalStage))
	if err != nil {
		t.Fatal(err)
	}
	text := extract(t, "alone", body)
	if !strings.Contains(text, "满意率（4—5级）：有10件以上数据的同类单位不足3个，不作比较。") ||
		!strings.Contains(text, "图7解决率") {
		t.Error("a figure with a single other unit is compared, or the reason is missing")
	}
}
