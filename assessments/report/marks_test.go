package report

import (
	"strings"
	"testing"

	"shanzhi/assessments"
)

func TestMarksArePrintedWithEvidenceAndWhatAHumanFound(t *testing.T) {
	t.Parallel()
	d := handledUnit()
	d.Replaces = assessments.MarkDecided
	d.Marks = &assessments.MarkResult{Rows: []assessments.MarkRow{
		{Kind: "burst", N: 14, Of: 1, Month: "2026-05", Usual: 1.24},
		{Kind: "pressure", N: 3, Of: 1, Finding: assessments.MarkPassed, Reason: "已转督办室。", FoundOn: "2026-07-20"},
	}}
	text := serviceText(t, d, "zh-CN")
	for _, want := range []string{
		"评价集中在一天收到14", "2026年5月有一天收到14件，同类日平均1.2件", "未认定", "移交核查（2026年7月20日）：已转督办室。",
		"疑点只提示核查，不自动剔除，不改变任何数值。", "系统不保存评价人的网络地址、设备和评价时刻", "记入数据疑点的人工认定（见第八部分）",
	} {
		if !strings.Contains(text, bare(want)) {
			t.Errorf("%q is missing", want)
		}
	}
	d.Marks.Rows = nil
	if text = serviceText(t, d, "en"); !strings.Contains(text, bare("show no integrity mark")) {
		t.Error("a unit without marks does not say so")
	}
}
