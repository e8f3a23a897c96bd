package report

import (
	"strings"

	"shanzhi/assessments"
)

// fewestInTheme is how many comments make a theme; fewer are put with the rest, as elsewhere what is said of residents.
const fewestInTheme = 5

// themeWords are the words by which a comment is told to be about what the rating page asks for, by reason. It takes no
// side: "fast" and "slow" are the same theme.
func themeWords(reason string) []string {
	switch reason {
	case "attitude":
		return []string{"态度", "耐心", "不耐烦", "热情", "客气", "礼貌", "尊重", "说话", "服务好", "推来推去", "当事办"}
	case "speed":
		return []string{"快", "慢", "时间", "及时", "等了", "让我等", "等得", "拖", "晚", "久", "过了说好的日子", "催"}
	case "clarity":
		return []string{
			"讲得", "说清", "解释", "告知", "告诉", "听不懂", "听不太懂", "听得懂", "单子", "明白", "不一样", "依据", "答复", "回复", "回电话",
		}
	case "trips":
		return []string{"跑", "趟", "材料", "来回", "上门", "到家里", "县里", "复印"}
	case "result":
		return []string{"解决", "结果", "办结", "马虎", "治标", "坏的", "还在", "公道", "不公开", "偏", "修", "结论"}
	case "place":
		return []string{"窗口", "排队", "叫号", "指示牌", "座位", "系统", "网上", "手机", "值班", "周末"}
	}
	return nil
}

// theme is how many comments are about a reason.
type theme struct {
	reason string
	n      int
}

// themesOf puts every comment with the reason most of whose words occur in it, the first of them where several do, and
// returns the reasons of at least five in the order of the rating page, with how many are about none of these.
func themesOf(comments []string) (out []theme, rest int) {
	count := map[string]int{}
	for _, c := range comments {
		best, most := "", 0
		for _, r := range assessments.Reasons() {
			hits := 0
			for _, w := range themeWords(r) {
				if strings.Contains(c, w) {
					hits++
				}
			}
			if hits > most {
				best, most = r, hits
			}
		}
		count[best]++
	}
	rest = len(comments)
	for _, r := range assessments.Reasons() {
		if count[r] >= fewestInTheme {
			out = append(out, theme{r, count[r]})
			rest -= count[r]
		}
	}
	return out, rest
}

// themes is sentence 18: what the comments are about.
func (p *paper) themes(comments []string) string {
	list, rest := themesOf(comments)
	if len(list) == 0 {
		return ""
	}
	var names []string
	for _, t := range list {
		names = append(names, p.say("report.comments.theme", "theme", p.say("rate.reason."+t.reason), "n", p.n(t.n)))
	}
	others := ""
	if rest > 0 {
		others = p.say("report.comments.others", "n", p.n(rest))
	}
	return p.join([]string{
		p.say("report.comments.themes", "k", len(list), "themes", p.list(names), "rest", others),
		p.say("report.comments.by_words"),
	})
}
