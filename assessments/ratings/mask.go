package ratings

import (
	"regexp"
	"slices"
	"strings"
)

const blot = "＊＊"

// What in a comment could lead to its writer. The order matters: longer forms first.
var traces = []*regexp.Regexp{
	// dates and times in figures: 2026-07-15, 15.7.26, 10:30
	regexp.MustCompile(`[0-9]{2,4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}`),
	regexp.MustCompile(`[0-9０-９]{1,2}[:：][0-9０-９]{2}`),
	// identity card numbers, telephone and bank numbers, also grouped by blanks or dashes
	regexp.MustCompile(`[0-9０-９](?:[ \t\-－—–.]?[0-9０-９]){5,}[XxＸｘ]?`),
	// dates: 2026年7月15日, 7月15日
	regexp.MustCompile(`(?:[0-9０-９]{2,4}年)?[0-9０-９]{1,2}月(?:[0-9０-９]{1,2}[日号])?`),
	regexp.MustCompile(`[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}[日号]`),
	// times of day: 10点半, 下午三点
	regexp.MustCompile(`(?:上午|下午|早上|晚上|中午|凌晨)[0-9０-９一二三四五六七八九十两]{1,3}[点时](?:半|[0-9０-９一二三四五六七八九十]{1,3}分?)?`),
	regexp.MustCompile(`[0-9０-９]{1,2}[点时](?:半|[0-9０-９]{1,2}分?)?`),
	// addresses: 3号楼502室, 12组, 5栋2单元
	regexp.MustCompile(`[0-9０-９一二三四五六七八九十]{1,5}(?:号楼|号院|栋|幢|单元|室|门牌|组|社|户)`),
	// telephone numbers in words
	regexp.MustCompile(`[〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]{7,}`),
	// whatever else has three digits and more, and addresses of mail
	regexp.MustCompile(`[0-9０-９]{3,}[XxＸｘ]?`),
	regexp.MustCompile(`[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+`),
	// how people name themselves: 我叫王小明, 联系人：李四
	regexp.MustCompile(`(?:我叫|本人叫|姓名[:：]?|联系人[:：]?)\p{Han}{2,4}(?:[，,。；;！!、\s]|$)`),
}

// Mask hides in a comment what could lead to its writer or name others: the given names, numbers, dates, times of day,
// house numbers. Rather too much than too little.
func Mask(comment string, names ...string) string { return newMasker(names).mask(comment) }

// masker hides names by one pass over a comment, however many there are.
type masker struct{ names *strings.Replacer }

func newMasker(names []string) masker {
	names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return len([]rune(n)) < 2 })
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) }) // a name that holds another goes first
	pairs := make([]string, 0, 2*len(names))
	for _, n := range names {
		pairs = append(pairs, n, blot)
	}
	return masker{names: strings.NewReplacer(pairs...)}
}

func (m masker) mask(comment string) string {
	comment = m.names.Replace(comment)
	for _, t := range traces {
		comment = t.ReplaceAllString(comment, blot)
	}
	return comment
}
