package report

import (
	"strings"
	"testing"

	"shanzhi/models"
)

func TestWhatThoseWhoDidNotRateMayThinkIsWeightedAndCalibrated(t *testing.T) {
	t.Parallel()
	d := richUnit()
	d.Persons = nil
	d.Ratings.Weighted, d.Ratings.WeightCells = 0.8049, 9
	text := serviceText(t, d, "zh-CN")
	for _, want := range []string{
		"按渠道和办理结果的回收率加权后为80.5%，未加权为82.2%。", "独立回访57件中4—5级41件，", "按回收率加权80.5%", "本期共9格",
	} {
		if !strings.Contains(text, bare(want)) {
			t.Errorf("%q is missing", want)
		}
	}
	if strings.Contains(serviceText(t, richUnit(), "zh-CN"), "加权后") {
		t.Error("a dossier without weights speaks of them")
	}
}

func TestOfFewCallBacksTheCountAloneIsTold(t *testing.T) {
	t.Parallel()
	d := richUnit()
	d.Persons = nil
	d.Ratings = rating(400, 130, level(models.QR, models.ModeInvited, 45, 34, 13, 1, 2),
		level(models.Hotline, models.ModeCallback, 3, 3, 1, 0, 0))
	d.Ratings.Weighted, d.Ratings.WeightCells = 0.8, 3
	d.Handled, d.LeftOut, d.Trend = nil, nil, nil
	text := serviceText(t, d, "zh-CN")
	if !strings.Contains(text, "独立回访7件，仅列件数。") || !strings.Contains(text, "回访评价（7件）仅列件数") {
		t.Error("seven call-backs are not told as a count")
	}
}
