package report

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/models/fault"
)

// handledUnit is a unit whose bad ratings and exclusions were counted.
func handledUnit() assessments.UnitDossier {
	d := richUnit()
	d.Persons = nil
	d.Handled = &assessments.HandledResult{
		Total: assessments.HandledRow{
			Received: 35, True: 24, Partly: 5, Untrue: 2, LeftOut: 3, Pending: 1, InTime: 24, Late: 3, Open: 2, Again: 19,
			Improved: 15,
		},
		Rows: []assessments.HandledRow{
			{Reason: "attitude", Received: 9, True: 8, Partly: 1, InTime: 8, Open: 1, Again: 6, Improved: 5},
			{Reason: "speed", Received: 11, True: 9, Partly: 2, InTime: 9, Late: 2, Again: 7, Improved: 5},
			{
				Reason: assessments.OtherReason, Received: 15, True: 7, Partly: 2, Untrue: 2, LeftOut: 3, Pending: 1, InTime: 7,
				Late: 1, Open: 1, Again: 6, Improved: 5,
			},
		},
		NoLoop: 3, Merged: true, Told: true,
	}
	d.LeftOut = &assessments.LeftOutResult{
		Ratings: []assessments.LeftOutRow{{Kind: "malicious", N: 1, ByTwo: 1}, {Kind: "mistaken", N: 3, ByTwo: 3}},
		Cases:   []assessments.LeftOutRow{{Kind: "litigation", N: 4, ByTwo: 4}, {Kind: "objection", N: 2, ByTwo: 2}},
	}
	return d
}

func serviceText(t *testing.T, d assessments.UnitDossier, lang string) string {
	t.Helper()
	body, err := press(t).Service(d, stampOf(lang, models.FinalStage))
	if err != nil {
		t.Fatal(err)
	}
	return extract(t, "service", body)
}

func TestWhatBecameOfBadRatingsIsATable(t *testing.T) {
	t.Parallel()
	d := handledUnit()
	text := serviceText(t, d, "zh-CN")
	for _, want := range []string{
		"服务态度9810815/6", "办理速度11920905/7", "合计35245324215/19", "逾期整改3件", "另有3件没有办件编号", "不足5件的并入“其他”",
		"评价误评33", "诉求诉讼、仲裁、复议或信访程序中44", "诉求异议答复更正22", "剔除10件均由被评价人以外的两人",
	} {
		if !strings.Contains(text, bare(want)) {
			t.Errorf("%q is missing", want)
		}
	}
	if strings.Contains(text, "不列逐件情况") || strings.Contains(text, "封存数据只含件数") {
		t.Error("the sentences of a dossier of before stand beside the tables")
	}
	en := serviceText(t, d, "en")
	for _, want := range []string{"Badratingsverified,putrightandratedagain", "Mistaken33", "All exclusions (10)"} {
		if !strings.Contains(en, bare(want)) {
			t.Errorf("%q is missing", want)
		}
	}
}

func TestOfFewBadRatingsTheTotalAloneIsTold(t *testing.T) {
	t.Parallel()
	d := handledUnit()
	d.Handled = &assessments.HandledResult{Total: assessments.HandledRow{Received: 3, True: 2, Untrue: 1}}
	text := serviceText(t, d, "zh-CN")
	for _, want := range []string{"合计3200———", "故不列。", "各原因均不足5件，只列合计。"} {
		if !strings.Contains(text, bare(want)) {
			t.Errorf("%q is missing", want)
		}
	}
	if strings.Contains(text, "服务态度") {
		t.Error("a reason is told")
	}
}

func TestAnAnnexTellsNothingOfBadRatings(t *testing.T) {
	t.Parallel()
	d := handledUnit()
	d.Persons = richUnit().Persons
	text := serviceText(t, d, "zh-CN")
	if annex := text[strings.LastIndex(text, "签收与核验"):]; strings.Contains(annex, "属实") || strings.Contains(annex, "整改") {
		t.Error("an annex sheet tells what became of bad ratings")
	}
}

func TestKindsThatDoNotAddUpAreRefused(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*assessments.UnitDossier){
		"findings": func(d *assessments.UnitDossier) { d.Handled.Total.True++ },
		"pace":     func(d *assessments.UnitDossier) { d.Handled.Total.Late++ },
		"rows":     func(d *assessments.UnitDossier) { d.Handled.Rows = d.Handled.Rows[1:] },
		"kinds":    func(d *assessments.UnitDossier) { d.LeftOut.Cases[0].N++ },
	} {
		d := handledUnit()
		spoil(&d)
		if err := soundUnit(d); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := soundUnit(handledUnit()); err != nil {
		t.Error(err)
	}
}

// testdata/unit-before.json was sealed before bad ratings, exclusions and marks were counted. It keeps its digest, and
// its report says what it said.
func TestADossierOfBeforeKeepsItsBytesAndItsSentences(t *testing.T) {
	t.Parallel()
	sealed, err := os.ReadFile("testdata/unit-before.json")
	if err != nil {
		t.Fatal(err)
	}
	var d assessments.UnitDossier
	if err := json.Unmarshal(sealed, &d); err != nil {
		t.Fatal(err)
	}
	if body, _, err := assessments.Canonical(d); err != nil || !bytes.Equal(body, bytes.TrimSpace(sealed)) {
		t.Errorf("its bytes have changed, %v", err)
	}
	text := serviceText(t, d, "zh-CN")
	for _, want := range []string{
		"为保护评价人，本节不列逐件情况。", "封存数据只含件数，剔除理由和审核人以系统中的记录为准。", "系统中没有其他种类的数据疑点记录。",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
}
