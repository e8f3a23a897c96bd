package report

import (
	"slices"
	"strings"
	"testing"
)

func TestCommentsArePutIntoThemes(t *testing.T) {
	t.Parallel()
	speed := slices.Repeat([]string{"等了一个多月，太慢。"}, 6)
	trips := slices.Repeat([]string{"跑了两趟，材料还差一份。"}, 4)
	list, rest := themesOf(slices.Concat(speed, trips, []string{"满意", "👍"}))
	if len(list) != 1 || list[0] != (theme{"speed", 6}) || rest != 6 {
		t.Errorf("got %v and %d others: four make no theme", list, rest)
	}
	list, rest = themesOf(slices.Concat(trips, []string{"态度好，一趟就行"}, trips))
	if len(list) != 1 || list[0] != (theme{"trips", 8}) || rest != 1 {
		t.Errorf("got %v and %d others: of as many words the first reason of the page counts", list, rest)
	}
	if list, rest = themesOf(nil); list != nil || rest != 0 {
		t.Errorf("of nothing: %v, %d", list, rest)
	}
	d := richPerson()
	d.Ratings.Comments = slices.Concat(speed, trips)
	d.Ratings.CommentsN = len(d.Ratings.Comments)
	body := must(press(t).Competency(d, stampOf("zh-CN", "final")))
	want := "归并为1个主题：办理速度（6件）；其余4件不足以成题。"
	if text := extract(t, "themes", body); !strings.Contains(text, want) {
		t.Errorf("the report does not say %s", want)
	}
}
