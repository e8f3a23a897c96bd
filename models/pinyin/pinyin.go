// Package pinyin says how Chinese texts sound, without tones: full readings and their initials, by which people are
// found and sorted. It is pure.
package pinyin

import (
	"strings"
	"unicode"
	"unicode/utf8"

	lib "github.com/mozillazg/go-pinyin"
)

// most bounds how many readings of one name are kept.
const most = 8

// Reading is one way to say a text: "wangjian" and "wj".
type Reading struct {
	Full, Initials string
}

// Text returns the usual reading of a text. Letters and digits stay, in small letters; everything else is left out.
func Text(text string) Reading { return readings([]rune(text), nil, 1)[0] }

// Name returns the readings of a person's name, the likeliest first: a surname has a reading of its own (单 is shan),
// and people who do not know it type the usual one (dan).
func Name(name string) []Reading {
	rest := []rune(name)
	var said [][]string
	for _, n := range []int{2, 1} {
		if len(rest) <= n && n == 2 || len(rest) < n {
			continue
		}
		if own, known := surnames[string(rest[:n])]; known {
			said, rest = split(own, rest[:n]), rest[n:]
			break
		}
	}
	return readings(rest, said, most)
}

// doubles are surnames of two characters whose reading is the usual one.
const doubles = "欧阳 司马 上官 诸葛 夏侯 东方 皇甫 公孙 令狐 慕容 司徒 轩辕 端木 南宫 闻人 赫连 宇文 长孙 鲜于 呼延 拓跋 独孤"

// Latin writes a name in Latin letters, surname first: Chen Xiaolan, Ouyang Jing; the parts of a name with · one by
// one. It is "" where a character has no known reading.
func Latin(name string) string {
	parts := strings.Split(name, "·")
	if r := []rune(name); len(parts) == 1 && len(r) > 1 {
		n := 1
		if len(r) > 2 && (strings.Contains(doubles, string(r[:2])) || surnames[string(r[:2])] != "") {
			n = 2
		}
		parts = []string{string(r[:n]), string(r[n:])}
	}
	for i, part := range parts {
		var said strings.Builder
		own := strings.ReplaceAll(surnames[part], " ", "")
		for _, r := range part {
			s := sounds(r)
			if len(s) == 0 {
				return ""
			}
			said.WriteString(s[0])
		}
		word := said.String()
		if i == 0 && own != "" {
			word = own
		}
		if word == "" {
			return ""
		}
		word = strings.ReplaceAll(word, "v", "ü")
		first, rest := utf8.DecodeRuneInString(word)
		parts[i] = string(unicode.ToUpper(first)) + word[rest:]
	}
	return strings.Join(parts, " ")
}

// split gives each syllable of a surname its character, with the usual reading behind it.
func split(own string, chars []rune) [][]string {
	out := make([][]string, 0, len(chars))
	for i, syllable := range strings.Fields(own) {
		usual := sounds(chars[i])
		if len(usual) == 0 || usual[0] == syllable {
			out = append(out, []string{syllable})
			continue
		}
		out = append(out, []string{syllable, usual[0]})
	}
	return out
}

// readings says the characters after what is said already, in at most so many ways.
func readings(chars []rune, said [][]string, atMost int) []Reading {
	for _, r := range chars {
		if s := sounds(r); len(s) > 0 {
			said = append(said, s)
		}
	}
	out := []Reading{{}}
	for _, ways := range said {
		if len(out)*len(ways) > atMost {
			ways = ways[:1]
		}
		next := make([]Reading, 0, len(out)*len(ways))
		for _, way := range ways {
			for _, head := range out {
				next = append(next, Reading{Full: head.Full + way, Initials: head.Initials + way[:1]})
			}
		}
		out = next
	}
	return out
}

// sounds returns how a character is said: at most two readings of a Chinese one, a letter or digit itself, else none.
func sounds(r rune) []string {
	r = narrow(r)
	if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
		return []string{string(unicode.ToLower(r))}
	}
	all := lib.SinglePinyin(r, lib.Args{Style: lib.Normal, Heteronym: true})
	var out []string
	for _, s := range all {
		s = strings.ReplaceAll(s, "ü", "v")
		if len(out) == 0 || out[0] != s {
			out = append(out, s)
		}
		if strings.HasPrefix(s, "lv") || strings.HasPrefix(s, "nv") { // as many people type it
			out = append(out, strings.Replace(s, "v", "u", 1))
		}
		if len(out) >= 2 {
			break
		}
	}
	return out
}

// narrow makes a full-width letter or digit plain.
func narrow(r rune) rune {
	if r >= '！' && r <= '～' {
		return r - '！' + '!'
	}
	return r
}

// Query returns what to look for when somebody types letters: small, without spaces and apostrophes. ok is false for
// any other text, which is no pinyin.
func Query(text string) (query string, ok bool) {
	var b strings.Builder
	for _, r := range strings.TrimSpace(text) {
		switch r = narrow(r); r {
		case 'ü', 'Ü':
			r = 'v'
		case ' ', '\'', '’', '-':
			continue
		}
		if r > unicode.MaxASCII || !unicode.IsLetter(r) {
			return "", false
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String(), b.Len() > 0
}
