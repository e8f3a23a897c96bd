package pdf

import (
	"bytes"
	"errors"
	"os/exec"
	"sync"
	"testing"
	"time"

	"shanzhi/templates/chart"
	"shanzhi/templates/font"
)

var shared = sync.OnceValues(LoadFonts)

func printer(tb testing.TB) *Printer {
	tb.Helper()
	fonts, err := shared()
	if err != nil {
		tb.Fatal(err)
	}
	return NewPrinter(fonts)
}

func sampleMeta() Meta {
	return Meta{
		Title: "干部能力素质报告　王𬭁", Author: "中共青禾县委组织部", Subject: "2026年上半年", Lang: "zh-CN",
		Created: time.Date(2026, 8, 3, 9, 0, 0, 0, time.FixedZone("CST", 8*3600)),
	}
}

// sample sets a document that uses every block.
func sample(tb testing.TB, p *Printer) ([]byte, error) {
	tb.Helper()
	return fill(tb, p, p.New(sampleMeta(), sampleFrame()))
}

func sampleFrame() Frame {
	return Frame{
		HeadLeft: "干部能力素质报告　王𬭁　2026年上半年", HeadRight: "青组能〔2026〕173号　内部",
		Draft: "征求意见稿", Continued: "（续）", Footer: "下载：赵敏（县委组织部，编号u-0031）　第1份",
	}
}

func fill(tb testing.TB, p *Printer, d *Doc) ([]byte, error) {
	tb.Helper()
	d.Head(Head{
		Serial: "000173", Secrecy: "内部", Edition: "第1版　2026年8月3日", Number: "报告编号　SZ-2026H1-C-0173-01",
		Letterhead: "中共青禾县委组织部", DocNo: "青组能〔2026〕173号", Title: "干部能力素质报告", Subtitle: "（2026年上半年）",
	})
	d.Facts([]Fact{{"姓名", "王𬭁"}, {"单位", "柳湾镇便民服务中心"}, {"计入期间", "2026年1月1日—6月30日"}}, "本版替代第1版。")
	d.Replaced("已被第3版替代（2026年9月1日），仅供查考")
	d.Section("一、摘要")
	d.Para(Rich("本期纳入六项能力，数据截至2026年7月10日。**政策法规**明显高于同类岗位，属于需要核查的信号，不是结论。")...)
	d.Subsection("（一）指标")
	t2 := Table{
		Title: "表2　各类事项",
		Cols:  []Col{{Head: "大类", Width: 60}, {Head: "办结\n（件）", Width: 20, Align: Right}, {Head: "状态"}},
		Note:  "注：有效答复不足10件的只列件数。",
	}
	for range 30 {
		t2.Rows = append(t2.Rows, Row{Cells: []Cell{{Text: "住房物业", Tag: "有异议", TagNote: "答复期限8月7日"}, {Text: "1,223"}}})
	}
	t2.Rows = append(t2.Rows, Row{Total: true, Cells: []Cell{{Text: "合计"}, {Text: "36,690"}, {Text: "进行中"}}})
	d.Table(t2)
	bars, err := chart.Bars(d.Desk(), chart.BarChart{
		Caption: chart.Caption{Title: "图3　原因"},
		Rows:    []chart.BarRow{{Label: "材料补正", N: 19}},
	})
	if err != nil {
		tb.Fatal(err)
	}
	d.Figure(bars, "各项定义见方法说明。")
	d.Pair(bars, bars)
	d.Section("二、方法说明")
	d.Items(Plain("比较范围：全县42人。"), Plain("居民评价：α=22.95、β=6.32，T=μ+信度×(X−μ)。"))
	d.Small(Plain("您可在收到之日起10个工作日内查看全部原始记录。")...)
	d.Note("注：不列名次。")
	d.SignOff([4]SignCell{{"本人", "已阅，不表示同意", "年　月　日"}, {"所在单位", "情况属实", "年　月　日"}, {"组织部门", "经办", ""}, {"组织部门", "复核", ""}},
		Verify{
			Address: "https://shanzhi.example.cn/v/7K3M-9QXD-2F", Lines: []string{"核验码", "7K3M-9QXD-2F"}, Strong: [2]int{1, 2},
			DigestLabel: "数据摘要（SHA-256）", Digest: "ee27d47301ae54682d6d0bd22e18db508dacffecac456855057592c63f03269f",
		})
	d.Annex("附页", "王𬭁　服务情况", "本页只送本人")
	d.Opinion(Opinion{"本人意见（可另附）", "签名：", "年　月　日"})
	return d.Bytes()
}

// tool runs a program of the system over a file on its standard input.
func tool(t *testing.T, in []byte, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%s is needed for this test (packages poppler-utils and qpdf): %v", name, err)
	}
	c := exec.Command(path, args...)
	c.Stdin = bytes.NewReader(in)
	var out, problems bytes.Buffer
	c.Stdout, c.Stderr = &out, &problems
	if err := c.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", name, err, out.String(), problems.String())
	}
	return out.String()
}

// wantMissing fails unless err names the rune.
func wantMissing(t *testing.T, err error, r rune) {
	t.Helper()
	var missing *font.MissingError
	if !errors.As(err, &missing) || missing.Rune != r {
		t.Errorf("got %v, want a MissingError for %U", err, r)
	}
}
