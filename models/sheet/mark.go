package sheet

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// alone is a line that is a marking and nothing else: 机密, 【秘密】, 密级：机密, 绝密 30年.
var alone = regexp.MustCompile(`(?m)^[\s\x{3000}]*(?:密级[:：为]?[\s\x{3000}]*)?[【〔\[（(]?[\s\x{3000}]*(?:秘密|机密|绝密)级?` +
	`[\s\x{3000}]*(?:\d{1,3}|[一二三四五六七八九十百]+)?(?:年|个月|月|日|长期)?[\s\x{3000}]*[】〕\]）)]?[\s\x{3000}]*$`)

// levels are the grades of state secrets (Law on Guarding State Secrets, art. 14).
var levels = []string{"秘密", "机密", "绝密"}

// IsMarked reports whether a text carries a secrecy marking: the grade with its star (秘密★1年), in brackets, after 密级,
// alone on a line, or as in 绝密文件. Ordinary words do not count: 商业秘密, 秘密投票, 手机密码, 谢绝密切接触, 工作秘密.
func IsMarked(text string) bool {
	if !strings.Contains(text, "密") {
		return false
	}
	for _, level := range levels {
		for rest, at := text, 0; ; {
			i := strings.Index(rest, level)
			if i < 0 {
				break
			}
			at += i
			if marksAt(text[:at], text[at+len(level):], level) {
				return true
			}
			at += len(level)
			rest = text[at:]
		}
	}
	return alone.MatchString(text)
}

// marksAt judges a grade by what stands before and after it.
func marksAt(before, after, level string) bool {
	after = strings.TrimLeftFunc(strings.TrimPrefix(after, "级"), invisible)
	before = strings.TrimRightFunc(before, invisible)
	if strings.HasSuffix(before, "工作") || strings.HasSuffix(before, "商业") {
		return false // 工作秘密 and 商业秘密 are not grades of state secrets, with or without a star
	}
	next, _ := utf8.DecodeRuneInString(after)
	last, _ := utf8.DecodeLastRuneInString(before)
	switch {
	case strings.ContainsRune("★☆＊*", next) && after != "":
		return true
	case inBrackets(before, after):
		return true
	case strings.HasSuffix(strings.TrimRight(before, ":：为 "), "密级"):
		return true
	}
	// 机密文件, 绝密件: the word must begin here, for 手机|密 and 谢绝|密 do too.
	starts := before == "" || !unicode.Is(unicode.Han, last) || last == '属' || last == '是'
	if !starts {
		return false
	}
	for _, thing := range []string{"文件", "件", "资料", "材料", "档案", "公文"} {
		if strings.HasPrefix(after, thing) {
			return true
		}
	}
	// 绝密 has no everyday use of its own, so it may stand between punctuation.
	return level == "绝密" && !unicode.Is(unicode.Han, next)
}

// inBrackets reports whether a grade stands in brackets of its own; in round ones only at the begin or end of a line,
// for 无记名（秘密）投票 is no marking.
func inBrackets(before, after string) bool {
	last, width := utf8.DecodeLastRuneInString(before)
	next, size := utf8.DecodeRuneInString(after)
	switch {
	case before == "" || after == "":
		return false
	case strings.ContainsRune("【〔[", last) && strings.ContainsRune("】〕]", next):
		return true
	case !strings.ContainsRune("（(", last) || !strings.ContainsRune("）)", next):
		return false
	}
	outer := strings.TrimRight(before[:len(before)-width], " \t\u3000")
	rest := strings.TrimLeft(after[size:], " \t\u3000")
	return outer == "" || rest == "" || strings.HasSuffix(outer, "\n") || rest[0] == '\n'
}
