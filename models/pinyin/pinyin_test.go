package pinyin

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"shanzhi/models/testkit"
)

// A surname is said in its own way first, and found by the usual one too.
func TestSurnamesHaveTheirOwnReading(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, full, initials string
		also                 string // further full reading
	}{
		{"王𬭁", "wangmu", "wm", ""},
		{"单晓梅", "shanxiaomei", "sxm", "danxiaomei"},
		{"曾国强", "zengguoqiang", "zgq", "cengguoqiang"},
		{"仇英", "qiuying", "qy", "chouying"},
		{"解小东", "xiexiaodong", "xxd", "jiexiaodong"},
		{"区建国", "oujianguo", "ojg", "qujianguo"},
		{"重阳子", "chongyangzi", "cyz", "zhongyangzi"},
		{"尉迟恭", "yuchigong", "ycg", "weichigong"},
		{"单于丹", "chanyudan", "cyd", ""},
		{"吕梅", "lvmei", "lm", "lumei"},
		{"欧阳修", "ouyangxiu", "oyx", ""},
		{"艾力·买买提", "ailimaimaiti", "almmt", ""},
		{"Ａnna 李", "annali", "annal", ""},
	} {
		got := Name(c.name)
		if got[0] != (Reading{c.full, c.initials}) {
			t.Errorf("%s: %v, want %s and %s", c.name, got[0], c.full, c.initials)
		}
		if c.also != "" && !slices.ContainsFunc(got, func(r Reading) bool { return r.Full == c.also }) {
			t.Errorf("%s: %v, want also %s", c.name, got, c.also)
		}
		if len(got) > most {
			t.Errorf("%s: %d readings, want at most %d", c.name, len(got), most)
		}
	}
}

// A name on an English copy stands with the letters under which it is known there.
func TestNamesInLatinLetters(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"陈晓岚": "Chen Xiaolan", "欧阳静": "Ouyang Jing", "单晓慧": "Shan Xiaohui", "尉迟恭": "Yuchi Gong", "王𬭁": "Wang Mu",
		"吕梅": "Lü Mei", "阿依古丽·买买提": "Ayiguli Maimaiti", "龙飞": "Long Fei", "单于": "Shan Yu", "王": "Wang", "A9": "A 9",
		"王□": "", "": "", "·": "",
	} {
		if got := Latin(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestQueryIsLettersAlone(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Wang J": "wangj", "xi'an": "xian", "ＷＪ": "wj", " lü ": "lv", "王": "", "a1": "", "": "", "   ": "", "2607-0412": "",
	} {
		if got, ok := Query(text); got != want || ok != (want != "") {
			t.Errorf("Query(%q) = %q, %v, want %q", text, got, ok, want)
		}
	}
}

// Every character that may stand in a name has a reading. The table is kept outside the project.
func TestEveryStandardCharacterHasAReading(t *testing.T) {
	t.Parallel()
	path, why := testkit.Outside("standard_characters_8105.tsv")
	if path == "" {
		t.Skip(why)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	syllable := regexp.MustCompile(`^[a-z]{1,6}$`)
	n := 0
	var without []string
	for line := range strings.Lines(string(body)) {
		_, c, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			continue
		}
		n++
		if s := sounds([]rune(c)[0]); len(s) == 0 || !syllable.MatchString(s[0]) {
			without = append(without, c)
		}
	}
	if n != 8105 {
		t.Errorf("the table has %d characters, want 8,105", n)
	}
	if len(without) > 0 {
		t.Errorf("%d characters without a reading: %s", len(without), strings.Join(without, " "))
	}
}
