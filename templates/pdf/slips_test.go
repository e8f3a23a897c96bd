package pdf

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"shanzhi/templates/chart"
	"shanzhi/templates/font"
)

// TestSlipsCanBeReadAndCut: every slip is on the paper whole, four to a page, rare characters and very long names
// included, and what no font has loses neither its slip nor the document.
func TestSlipsCanBeReadAndCut(t *testing.T) {
	t.Parallel()
	p := printer(t)
	names := []string{
		"王𬭁", "李𬒔", "阿依古丽·买买提", strings.Repeat("长", 50), "Zhōu X\u200bi\u202eaolan", "张\U0001F600伟",
	}
	var slips []Slip
	for i, n := range names {
		slips = append(slips, Slip{
			Title: "账号开通单", Name: n, Lines: []string{"工号 A00" + strconv.Itoa(i), strings.Repeat("单位名称", 20)},
			CodeWord: "一次性代码", Code: fmt.Sprintf("ABCD%d-FGHJK", i), Steps: []string{"扫码或者打开下面的网址", "https://shanzhi.test/activate"},
			Sign: "领取人签名",
		})
	}
	file, err := p.Slips(Meta{Title: "账号开通单", Created: time.Date(2026, 8, 3, 9, 0, 0, 0, time.UTC)}, "https://shanzhi.test/activate", slips)
	if err != nil {
		t.Fatal(err)
	}
	text := extracted(t, file)
	for i, n := range names {
		want := squash(p.fonts.Visible(n))
		if !strings.Contains(text, want) || !strings.Contains(text, fmt.Sprintf("ABCD%d-FGHJK", i)) {
			t.Errorf("slip %d (%q) is not on the paper:\n%s", i, want, text)
		}
	}
	if n := strings.Count(string(file), "/Type /Page "); n != 2 && !strings.Contains(string(file), "/Count 2") {
		t.Errorf("six slips on %d pages, want 2", n)
	}
	if _, err := p.Slips(Meta{}, "https://shanzhi.test/activate", nil); err == nil {
		t.Error("a document without slips")
	}
	for _, line := range p.wrapped(strings.Repeat("长", 50), font.SansBold, 15, slipText) {
		if wide := p.fonts.Width(font.SansBold, 15, line); wide > slipText {
			t.Errorf("%q is %.1f mm wide, want at most %.1f", line, wide, slipText)
		}
	}
}

// A slip with everything that can be long ends above the next one.
func TestALongSlipStaysAboveTheCut(t *testing.T) {
	t.Parallel()
	p := printer(t)
	page := p.slip(Slip{
		Title: "账号开通单", Name: strings.Repeat("长", 50), Lines: []string{"工号 A001", strings.Repeat("单", 60)},
		CodeWord: "一次性代码（2026年7月29日以前有效）", Code: "ABCDE-FGHJK",
		Steps: []string{strings.Repeat("步", 60), "https://a-rather-long-host.shanzhi.example.gov.cn/activate", strings.Repeat("请", 60)},
		Sign:  "领取人签名",
	}, slipEdge)
	for _, m := range page.Marks {
		if text, ok := m.(chart.Text); ok && text.Y > slipEdge+slipHigh-1 {
			t.Errorf("%q stands at %.1f mm, the cut is at %.1f", text.S, text.Y, slipEdge+slipHigh)
		}
	}
}
