package onboard_test

import (
	"strings"
	"testing"

	"shanzhi/app/onboard"
	"shanzhi/models"
)

func TestUnitsComeInAnyOrderAndOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.threeTowns()
	if n := w.count(&models.Unit{}, "1 = 1"); n != 10 {
		t.Fatalf("%d units, want 10", n)
	}
	town, village := w.unit("清泉镇"), w.unit("清泉新村")
	if *village.ParentID != town.ID || village.Path != town.Path+village.ID+"/" || town.Path != w.county.Path+town.ID+"/" {
		t.Errorf("path %s below %s", village.Path, town.Path)
	}
	again := sheet(lines(unitHeads + "|,云岭县,县,|,河西村,村,云岭县/松坡镇|,松坡镇,乡镇,云岭县|,城北社区,社区,松坡镇")...)
	r := w.bring(onboard.Units, again)
	if r.Counts[onboard.Same] != 3 || r.Counts[onboard.Joined] != 1 || w.count(&models.Unit{}, "1 = 1") != 11 {
		t.Errorf("%+v", r.Counts)
	}
}

// A unit is known by its code, and by its name below its superior; a changed name is shown before it is carried out.
func TestAChangedUnitWaitsForApproval(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const code = "91350100M000100Y43"
	w.bring(onboard.Units, sheet(lines(unitHeads+"|"+code+",松坡乡,乡镇,")...))
	in := onboard.Input{
		Kind: onboard.Units, Data: sheet(lines(unitHeads + "|" + code + ",松坡镇,乡镇,")...), How: onboard.Keep,
	}
	r, err := w.take(in)
	w.must(err)
	if r.Applied || r.PlanID == "" || r.Counts[onboard.Changed] != 1 || w.count(&models.Unit{}, "name = '松坡乡'") != 1 {
		t.Fatalf("%+v", r)
	}
	if _, err := w.door.Apply(t.Context(), system, onboard.Approval{PlanID: r.PlanID}); err != nil {
		t.Fatal(err)
	}
	if w.count(&models.Unit{}, "name = '松坡镇'") != 1 || w.count(&models.Unit{}, "1 = 1") != 2 {
		t.Error("the name was not changed")
	}
	w.clock.Advance(48 * 3600e9)
	w.bring(onboard.Units, sheet(lines(unitHeads+"|"+code+",松坡街道,乡镇,")...))
	if w.count(&models.UnitPast{}, "value = '松坡镇'") != 1 {
		t.Error("the former name is not kept")
	}
}

func TestWhatIsWrongWithUnits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.threeTowns()
	for text, want := range map[string][]string{
		"|,甲村,村,没有镇":               {"2 上级单位 onboard.unit_unknown"},
		"|,甲村,村,松坡镇|,甲村,村,松坡镇":     {"3 单位名称 onboard.twice"},
		"|,甲组,村,河西村":               {"2 上级单位 onboard.unit_twice"},
		"|,甲,村,乙|,乙,村,甲":           {"2 上级单位 onboard.unit_circle", "3 上级单位 onboard.unit_circle"},
		"|91350100M000100Y44,甲,村,": {"2 统一社会信用代码 form.credit_code"},
		"|,甲/乙,村,":                 {"2 单位名称 onboard.unit_slash"},
		"|,,村,":                    {"2 单位名称 sheet.blank"},
		"|,甲,国,":                   {"2 单位类别 sheet.not_offered"},
		"|,甲,村,云岭县/河西村|,乙,村,高岭乡/河西村":                       {"2 上级单位 onboard.unit_twice"},
		"|91350100M000100Y43,甲,村,|91350100M000100Y43,乙,村,": {"3 统一社会信用代码 onboard.twice"},
	} {
		same(t, w.wrong(onboard.Units, sheet(lines(unitHeads+text)...)), want)
	}
	if n := w.count(&models.Unit{}, "1 = 1"); n != 10 {
		t.Errorf("%d units: something was kept", n)
	}
	deep := lines(unitHeads)
	for i, above := range strings.Split(",一,二,三,四,五,六,七,八,九", ",") {
		deep = append(deep, []string{"", string([]rune("一二三四五六七八九十")[i]), "村", above})
	}
	if got := w.wrong(onboard.Units, sheet(deep...)); len(got) == 0 || !strings.Contains(got[0], "account.unit_deep") {
		t.Errorf("too deep a tree: %v", got)
	}
}
