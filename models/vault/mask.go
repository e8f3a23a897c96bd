package vault

import "strings"

const star = "＊"

// compound lists the surnames of two characters in use (百家姓 and present-day census lists), each followed by a space.
const compound = "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 " +
	"慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 " +
	"百里 呼延 东郭 南门 羊舌 微生 公户 公玉 公仪 梁丘 公仲 公上 公门 公山 公坚 左丘 公伯 西门 公祖 第五 公乘 贯丘 公皙 南荣 东里 东宫 " +
	"仲长 子书 子桑 即墨 达奚 褚师 歐陽 諸葛 司馬 東方 "

// MaskName hides a given name: 王小明 → 王＊＊, 欧阳晓 → 欧阳＊, 阿依古丽·买买提 → 阿依古丽·＊＊.
//
// The surname stays, compound ones too; of a name with · its first part; of a name in Latin letters its first letter.
// There are one or two stars, so that the length of a long name is not told; a single character is hidden.
func MaskName(name string) string {
	runes := []rune(strings.TrimSpace(name))
	for i, r := range runes {
		if i > 0 && (r == '·' || r == '•' || r == '‧' || r == '・') {
			return string(runes[:i]) + "·" + star + star
		}
	}
	keep := 1
	if len(runes) > 2 && strings.Contains(compound, string(runes[:2])+" ") {
		keep = 2
	}
	switch rest := len(runes) - keep; {
	case len(runes) == 0:
		return ""
	case rest <= 0:
		return star
	default:
		return string(runes[:keep]) + strings.Repeat(star, min(rest, 2))
	}
}

// MaskPhone hides the middle of a mobile number: 13812340926 → 138****0926; a leading +86 or 86 and separators go.
//
// Of other numbers of 9 digits and more the last four stay, of 7 and 8 the last two; shorter ones are hidden.
func MaskPhone(phone string) string {
	digits := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		}
		return -1
	}, phone)
	if len(digits) == 13 && strings.HasPrefix(digits, "861") {
		digits = digits[2:]
	}
	keep := 0
	switch n := len(digits); {
	case n == 0:
		if strings.TrimSpace(phone) == "" {
			return ""
		}
		return "****"
	case n == 11 && digits[0] == '1':
		return digits[:3] + "****" + digits[7:]
	case n >= 9:
		keep = 4
	case n >= 7:
		keep = 2
	}
	return strings.Repeat("*", len(digits)-keep) + digits[len(digits)-keep:]
}
