package pdf

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"

	"shanzhi/templates/chart"
)

// piece is an element of a file as a reader of the structure finds it.
type piece struct {
	kind, alt  string
	text, own  string // with that of its kids, and without
	attributes types.Dict
	pages      []int // of its own content, from 1
	kids       []*piece
}

// all lists the piece and what is below it in the order of reading.
func (p *piece) all() []*piece {
	list := []*piece{p}
	for _, k := range p.kids {
		list = append(list, k.all()...)
	}
	return list
}

// of lists what is below the piece of one kind.
func (p *piece) of(kind string) []*piece {
	return slices.DeleteFunc(p.all(), func(e *piece) bool { return e.kind != kind })
}

// reader walks a file by its objects, with another library's eyes.
type reader struct {
	*testing.T
	ctx      *model.Context
	contents []map[int]string // per page, the text of each marked content
	drawn    string           // text of all marked content in the order drawn
	read     [][]bool         // per page, which of it an element has claimed
	parents  []types.Array    // per page, the parent tree's elements
}

// structure reads the tree of a file; it fails for anything drawn outside of it that is no artifact.
func structure(t *testing.T, file []byte) (*piece, *reader) {
	t.Helper()
	ctx, err := api.ReadContext(bytes.NewReader(file), model.NewDefaultConfiguration())
	if err != nil {
		t.Fatal(err)
	}
	r := &reader{T: t, ctx: ctx}
	if err := ctx.EnsurePageCount(); err != nil {
		t.Fatal(err)
	}
	catalog, err := ctx.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	if mark := r.dict(catalog["MarkInfo"]); mark == nil || mark["Marked"] != types.Boolean(true) {
		t.Fatal("the file does not say that it is tagged")
	}
	root := r.dict(catalog["StructTreeRoot"])
	nums := r.array(r.dict(root["ParentTree"])["Nums"])
	for n := range ctx.PageCount {
		page, _, _, err := ctx.PageDict(n+1, false)
		if err != nil {
			t.Fatal(err)
		}
		if page["StructParents"] != types.Integer(n) || page["Tabs"] != types.Name("S") || nums[2*n] != types.Integer(n) {
			t.Fatalf("page %d does not name its part of the parent tree", n+1)
		}
		r.parents = append(r.parents, r.array(nums[2*n+1]))
		r.scan(page)
		r.read = append(r.read, make([]bool, len(r.contents[n])))
	}
	top := r.walk(root["K"])
	for n, page := range r.read {
		if i := slices.Index(page, false); i >= 0 {
			t.Errorf("page %d: content %d (%q) belongs to no element", n+1, i, r.contents[n][i])
		}
	}
	return top, r
}

func (r *reader) object(o types.Object) types.Object {
	r.Helper()
	o, err := r.ctx.Dereference(o)
	if err != nil {
		r.Fatal(err)
	}
	return o
}

func (r *reader) dict(o types.Object) types.Dict {
	d, _ := r.object(o).(types.Dict)
	return d
}

func (r *reader) array(o types.Object) types.Array {
	a, _ := r.object(o).(types.Array)
	return a
}

// stream is the decoded content of a stream.
func (r *reader) stream(o types.Object) string {
	r.Helper()
	s, _, err := r.ctx.DereferenceStreamDict(o)
	if err == nil {
		err = s.Decode()
	}
	if err != nil {
		r.Fatal(err)
	}
	return string(s.Content)
}

// unicode reads the map of a font from glyphs to text.
func (r *reader) unicode(font types.Object) map[string]string {
	glyphs := map[string]string{}
	for line := range strings.Lines(r.stream(r.dict(font)["ToUnicode"])) {
		var glyph, units string
		if n, _ := fmt.Sscanf(line, "<%4s> <%s", &glyph, &units); n < 2 || !strings.HasSuffix(units, ">") || glyph == "0000" {
			continue
		}
		var code []uint16
		for units = strings.TrimSuffix(units, ">"); len(units) >= 4; units = units[4:] {
			v, err := strconv.ParseUint(units[:4], 16, 16)
			if err != nil {
				r.Fatal(err)
			}
			code = append(code, uint16(v))
		}
		glyphs[glyph] = string(utf16.Decode(code))
	}
	return glyphs
}

// scan reads the operators of a page: the text of each marked content, and nothing outside.
func (r *reader) scan(page types.Dict) {
	r.Helper()
	fonts := map[string]map[string]string{}
	for name, font := range r.dict(r.dict(page["Resources"])["Font"]) {
		fonts[name] = r.unicode(font)
	}
	texts, current, open, font := map[int]string{}, -1, 0, ""
	for line := range strings.Lines(r.stream(page["Contents"])) {
		words := strings.Fields(line)
		for i, w := range words {
			switch w {
			case "BMC":
				open++
			case "BDC":
				if open++; words[i-2] == "<</MCID" {
					n, err := strconv.Atoi(strings.TrimSuffix(words[i-1], ">>"))
					if _, twice := texts[n]; err != nil || twice || n != len(texts) || open != 1 {
						r.Errorf("marked content %q", line)
					}
					current, texts[n] = n, ""
				}
			case "EMC":
				if open--; open == 0 {
					current = -1
				}
			case "Tf":
				font = words[i-2][1:]
			case "TJ", "S", "f", "B", "re", "m":
				if open == 0 {
					r.Errorf("drawn outside of any content: %q", line)
				}
			}
			if current >= 0 && strings.ContainsRune(w, '<') && !strings.Contains(w, "<<") {
				for part := range strings.SplitSeq(w, "<") {
					hex, _, ok := strings.Cut(part, ">")
					for ; ok && len(hex) >= 4; hex = hex[4:] {
						texts[current] += fonts[font][hex[:4]]
					}
				}
			}
		}
	}
	if open != 0 {
		r.Errorf("%d contents are left open at the end of a page", open)
	}
	for n := range len(texts) {
		r.drawn += texts[n]
	}
	r.contents = append(r.contents, texts)
}

// walk reads an element; its content must be what the parent tree gives back.
func (r *reader) walk(o types.Object) *piece {
	r.Helper()
	d := r.dict(o)
	p := &piece{kind: d["S"].(types.Name).Value(), attributes: r.dict(d["A"])}
	if alt, ok := d["Alt"].(types.HexLiteral); ok {
		words, err := types.HexLiteralToString(alt)
		if err != nil {
			r.Fatal(err)
		}
		p.alt = words
	}
	kids := types.Array{d["K"]}
	if a := r.array(d["K"]); a != nil {
		kids = a
	}
	for _, k := range kids {
		home := d["Pg"]
		if mcr := r.dict(k); mcr != nil && mcr["MCID"] != nil {
			k, home = mcr["MCID"], mcr["Pg"]
		}
		n, ok := k.(types.Integer)
		if !ok {
			if k != nil {
				kid := r.walk(k)
				p.kids, p.text = append(p.kids, kid), p.text+kid.text
			}
			continue
		}
		page := (home.(types.IndirectRef).ObjectNumber.Value() - 3) / 2
		if r.read[page][n] || r.parents[page][n] != o {
			r.Errorf("page %d: content %d belongs to %v and to %v", page+1, n, r.parents[page][n], o)
		}
		r.read[page][n] = true
		p.text, p.own = p.text+r.contents[page][n.Value()], p.own+r.contents[page][n.Value()]
		p.pages = append(p.pages, page+1)
	}
	return p
}

// wellFormed tests what holds of every file: headings step by step, tables of equal rows, words for every figure.
func wellFormed(t *testing.T, name string, top *piece) {
	t.Helper()
	level := 0
	for _, e := range top.all() {
		switch e.kind {
		case "H1", "H2", "H3":
			if n := int(e.kind[1] - '0'); n > level+1 {
				t.Errorf("%s: %s %q after a heading of level %d", name, e.kind, e.text, level)
			} else {
				level = n
			}
		case "Figure":
			if box := e.attributes["BBox"]; e.alt == "" || box == nil || len(e.pages) == 0 {
				t.Errorf("%s: a figure with the words %q, box %v, on pages %v", name, e.alt, box, e.pages)
			}
		case "TH":
			if e.attributes["Scope"] == nil {
				t.Errorf("%s: the head %q does not say of what", name, e.text)
			}
		case "Table":
			cells := map[int]bool{}
			for _, row := range e.of("TR") {
				n := 0
				for _, cell := range row.kids {
					n++
					if span, ok := cell.attributes["ColSpan"].(types.Integer); ok {
						n += span.Value() - 1
					}
				}
				cells[n] = true
			}
			if len(cells) != 1 || len(e.of("TH")) == 0 {
				t.Errorf("%s: a table with rows of %v cells and %d heads", name, cells, len(e.of("TH")))
			}
		case "LI":
			if kids := e.kids; kids[len(kids)-1].kind != "LBody" {
				t.Errorf("%s: an item without a body", name)
			}
		case "P", "Caption", "Lbl":
			if e.text == "" {
				t.Errorf("%s: an empty %s", name, e.kind)
			}
		}
	}
}

func TestTheStructureReadsWhatIsDrawnInItsOrder(t *testing.T) {
	t.Parallel()
	api.DisableConfigDir()
	p := printer(t)
	english := sampleMeta()
	english.Lang = "en"
	stamped := sampleFrame()
	stamped.Draft = ""
	for name, d := range map[string]*Doc{
		"normal": p.New(sampleMeta(), sampleFrame()), "english": p.New(english, stamped),
		"large": p.NewLarge(sampleMeta(), sampleFrame()),
	} {
		file, err := fill(t, p, d)
		if err != nil {
			t.Fatal(err)
		}
		top, r := structure(t, file)
		wellFormed(t, name, top)
		words := top.text
		sameOrder(t, name, words, r.drawn)
		for _, want := range []string{
			"000173", "干部能力素质报告", "姓　　名王𬭁", "一、摘要", "政策法规明显高于", "住房物业有异议", "36,690", "注：有效答复不足10件", "材料补正",
			"各项定义见方法说明。", "1.比较范围", "已阅，不表示同意", "核验码", "本人意见（可另附）", "本页只送本人",
		} {
			if name == "large" && (want == "000173" || want == "住房物业有异议") {
				continue // not in the head of large print; in its records the tag stands at the end of the line
			}
			if !strings.Contains(words, want) {
				t.Errorf("%s: %q is not read", name, want)
			}
		}
		for _, furniture := range []string{"— ", "– ", "（续）", stamped.HeadLeft, stamped.HeadRight, stamped.Footer} {
			if strings.Contains(words, furniture) {
				t.Errorf("%s: %q is read", name, furniture)
			}
		}
		sameOrder(t, name+" by another reader", strings.Join(readBack(t, file), ""), squash(words))
		if qr := top.of("Figure"); !strings.HasSuffix(qr[len(qr)-1].alt, "https://shanzhi.example.cn/v/7K3M-9QXD-2F") {
			t.Errorf("%s: the code is read as %q", name, qr[len(qr)-1].alt)
		}
	}
}

// sameOrder says where two texts part.
func sameOrder(t *testing.T, name, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	a, b := []rune(got), []rune(want)
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	t.Errorf("%s: after %q got %q, want %q", name, string(a[max(0, n-10):n]), string(a[n:min(len(a), n+10)]),
		string(b[n:min(len(b), n+10)]))
}

// readBack is the text of the structure as poppler reads it.
func readBack(t *testing.T, file []byte) []string {
	t.Helper()
	var texts []string
	for line := range strings.Lines(tool(t, file, "pdfinfo", "-struct-text", "-enc", "UTF-8", "-")) {
		line = strings.TrimSpace(line)
		if len(line) > 1 && strings.HasPrefix(line, `"`) && strings.HasSuffix(line, `"`) {
			texts = append(texts, squash(line[1:len(line)-1]))
		}
	}
	return texts
}

func TestKindsOfPieces(t *testing.T) {
	t.Parallel()
	file, err := sample(t, printer(t))
	if err != nil {
		t.Fatal(err)
	}
	top, _ := structure(t, file)
	count := map[string]int{}
	for _, e := range top.all() {
		count[e.kind]++
	}
	for kind, want := range map[string]int{
		"Document": 1, "H1": 1, "H2": 3, "H3": 1, "Table": 2, "THead": 1, "TBody": 1, "L": 1, "LI": 2, "Lbl": 2, "LBody": 2,
		"Figure": 4, "Caption": 4,
	} {
		if count[kind] != want {
			t.Errorf("%d %s, want %d", count[kind], kind, want)
		}
	}
	long := top.of("Table")[1]
	if rows := len(long.of("TR")); rows != 32 {
		t.Errorf("the table over two pages has %d rows, want its 31 and one head", rows)
	}
	if got := long.kids[0].text; got != "表2　各类事项" {
		t.Errorf("its caption is %q", got)
	}
	if got := top.of("Figure")[0]; got.alt != "图3　原因" || got.kids[0].text != "图3　原因" || strings.Contains(got.own, "图3") {
		t.Errorf("the figure reads %q, its caption %q, the rest %q", got.alt, got.kids[0].text, got.own)
	}
}

func TestAPieceOverTwoPagesIsOne(t *testing.T) {
	t.Parallel()
	d := printer(t).New(sampleMeta(), sampleFrame())
	words := strings.Repeat("一段话很长，", 400)
	d.Para(Plain(words)...)
	d.Table(Table{
		Title: "表1", Cols: []Col{{Head: "意见", Width: 60}, {Head: "处理"}},
		Rows: []Row{{Cells: []Cell{{Text: strings.Repeat("意见原文", 900)}, {Text: strings.Repeat("已办", 700)}}}},
	})
	file, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	top, _ := structure(t, file)
	wellFormed(t, "long", top)
	if p := top.of("P")[0]; p.text != words || !slices.Equal(p.pages, []int{1, 2}) {
		t.Errorf("a paragraph on pages %v: %d characters", p.pages, len([]rune(p.text)))
	}
	cells := top.of("TD")
	if len(cells) != 2 || cells[0].text != strings.Repeat("意见原文", 900) || cells[1].text != strings.Repeat("已办", 700) {
		t.Errorf("%d cells, the first with %d characters", len(cells), len([]rune(cells[0].text)))
	}
}

func TestRecordsOfLargePrintAreAList(t *testing.T) {
	t.Parallel()
	d := printer(t).NewLarge(sampleMeta(), sampleFrame())
	wide := Table{Title: "表1　办件", Note: "注：均为虚构。"}
	for range 7 {
		wide.Cols = append(wide.Cols, Col{Head: "办结件数与比例"})
	}
	for range 12 {
		wide.Rows = append(wide.Rows, Row{Cells: []Cell{{Text: "住房物业", Tag: "有异议"}, {Text: "95.6%"}, {}, {Text: "341"}}})
	}
	d.Table(wide)
	file, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	top, r := structure(t, file)
	wellFormed(t, "records", top)
	items := top.of("LI")
	if len(items) != 12 || items[3].text != "住房物业有异议办结件数与比例95.6%办结件数与比例341" || top.text != r.drawn {
		t.Errorf("%d items, the fourth reads %q", len(items), items[min(3, len(items)-1)].text)
	}
}

func TestSlipsAndSheetsAreReadToo(t *testing.T) {
	t.Parallel()
	p := printer(t)
	file, err := p.Slips(Meta{Title: "账号开通单"}, "https://shanzhi.test/activate", []Slip{
		{Title: "账号开通单", Name: "王𬭁", Lines: []string{"工号 A001"}, CodeWord: "一次性代码", Code: "ABCD-FGHJK", Sign: "领取人签名"},
		{Title: "账号开通单", Name: "李𬒔", Code: "ABCE-FGHJK"},
	})
	if err != nil {
		t.Fatal(err)
	}
	top, r := structure(t, file)
	wellFormed(t, "slips", top)
	if got := top.of("Figure"); len(got) != 2 || !strings.HasSuffix(got[1].alt, "https://shanzhi.test/activate") {
		t.Errorf("%d codes", len(got))
	}
	if words := top.text; words != r.drawn || !strings.Contains(words, "一次性代码ABCD-FGHJK领取人签名") {
		t.Errorf("got %q", words)
	}
	file, err = p.Sheets(Meta{Title: "证"}, chart.Picture{W: 100, H: 50, Marks: []chart.Mark{
		chart.Text{X: 10, Y: 10, S: "结业证书", Size: 9, Color: chart.Ink}, chart.Line{X2: 9, Width: 1, Color: chart.Ink},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if top, _ = structure(t, file); top.text != "结业证书" {
		t.Errorf("got %q", top.text)
	}
}
