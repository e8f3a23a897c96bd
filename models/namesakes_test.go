package models_test

import (
	"slices"
	"testing"

	"shanzhi/models"
)

func TestNamesakesAreToldApart(t *testing.T) {
	t.Parallel()
	person := func(id, name, unit, post, no string) models.Named {
		return models.Named{ID: id, Name: name, Unit: unit, Post: post, StaffNo: no}
	}
	for name, tc := range map[string]struct {
		list []models.Named
		want []string
	}{
		"the only one of the name": {
			[]models.Named{person("1", "王敏", "柳溪镇", "科员", "LX1001"), person("2", "李强", "柳溪镇", "科员", "LX1002")},
			[]string{"王敏", "李强"},
		},
		"one person in two posts": {
			[]models.Named{person("1", "王敏", "柳溪镇", "科员", "LX1001"), person("1", "王敏", "青山镇", "副镇长", "LX1001")},
			[]string{"王敏", "王敏"},
		},
		"another unit": {
			[]models.Named{person("1", "王敏", "柳溪镇", "科员", "LX1001"), person("2", "王敏", "青山镇", "科员", "QS1001")},
			[]string{"王敏（柳溪镇 · 科员）", "王敏（青山镇 · 科员）"},
		},
		"the same unit and post": {
			[]models.Named{
				person("1", "王敏", "柳溪镇", "科员", "LX1001"), person("2", "王敏", "柳溪镇", "科员", "LX1002"),
				person("3", "王敏", "柳溪镇", "镇长", "LX0001"),
			},
			[]string{"王敏（柳溪镇 · 科员 …1001）", "王敏（柳溪镇 · 科员 …1002）", "王敏（柳溪镇 · 镇长）"},
		},
		"the same last digits": {
			[]models.Named{person("1", "王敏", "柳溪镇", "科员", "LX1001"), person("2", "王敏", "柳溪镇", "科员", "QS1001")},
			[]string{"王敏（柳溪镇 · 科员 …X1001）", "王敏（柳溪镇 · 科员 …S1001）"},
		},
		"no post": {
			[]models.Named{person("1", "管理员", "", "", "SYS1"), person("2", "管理员", "", "", "A2")},
			[]string{"管理员（…SYS1）", "管理员（…A2）"},
		},
		"a rare character is not its likeness": {
			[]models.Named{person("1", "王𬭁", "柳溪镇", "科员", "1"), person("2", "王鉴", "柳溪镇", "科员", "2")},
			[]string{"王𬭁", "王鉴"},
		},
		"nobody": {nil, []string{}},
	} {
		if got := models.Labels(tc.list); !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %q, want %q", name, got, tc.want)
		}
	}
}

func TestChoicesNameThePost(t *testing.T) {
	t.Parallel()
	got := models.Placed([]models.Named{
		{ID: "1", Name: "王敏", Unit: "柳溪镇", Post: "科员", StaffNo: "LX1001"},
		{ID: "1", Name: "王敏", Unit: "青山镇", Post: "副镇长", StaffNo: "LX1001"},
		{ID: "2", Name: "李强", Unit: "柳溪镇", Post: "科员", StaffNo: "LX1002"},
		{ID: "3", Name: "李强", Unit: "柳溪镇", Post: "科员", StaffNo: "LX1003"},
		{ID: "4", Name: "赵敏", StaffNo: "LX1004"},
	})
	want := []string{
		"王敏（柳溪镇 · 科员）", "王敏（青山镇 · 副镇长）", "李强（柳溪镇 · 科员 …1002）", "李强（柳溪镇 · 科员 …1003）", "赵敏",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEndsTellWhoSharesUnitAndPost(t *testing.T) {
	t.Parallel()
	got := models.Ends([]models.Named{
		{ID: "1", Name: "王敏", Unit: "柳溪镇", Post: "科员", StaffNo: "LX1001"},
		{ID: "2", Name: "王敏", Unit: "柳溪镇", Post: "科员", StaffNo: "LX1002"},
		{ID: "3", Name: "王敏", Unit: "青山镇", Post: "科员", StaffNo: "QS1001"},
		{ID: "1", Name: "王敏", Unit: "青山镇", Post: "镇长", StaffNo: "LX1001"},
	})
	if want := []string{"…1001", "…1002", "", ""}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
