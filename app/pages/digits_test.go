package pages

import (
	"slices"
	"testing"

	"shanzhi/models"
	"shanzhi/models/fault"
)

// TestFullWidthDigitsAreDigits: an input method types them, and what is no number is not called out of range.
func TestFullWidthDigitsAreDigits(t *testing.T) {
	t.Parallel()
	if got := hoursOf(" ７．５"); got != 750 {
		t.Errorf("７．５ hours are %d", got)
	}
	if got, err := reasonsOf("１，２"); err != nil || len(got) != 2 {
		t.Errorf("１，２ are the reasons %v, error %v", got, err)
	}
	refused := func() error { return fault.Wrong(fault.On("hours", "train.claim.hours_range")) }
	for typed, key := range map[string]string{
		"七个": "train.claim.hours_number", "0": "train.claim.hours_range", "": "train.claim.hours_range",
		"９９９９": "train.claim.hours_range",
	} {
		if got := fault.Of(notHours(refused(), typed)).Fields[0].Key; got != key {
			t.Errorf("%q is refused with %s, want %s", typed, got, key)
		}
	}
}

// TestUnitsOfOneNameAreToldApart: two villages called 东山村 carry their townships, all others their name alone.
func TestUnitsOfOneNameAreToldApart(t *testing.T) {
	t.Parallel()
	a, b := "A", "B"
	got := unitNames([]models.Unit{
		{ID: a, Name: "云岭镇"},
		{ID: "1", Name: "东山村", ParentID: &a},
		{ID: "2", Name: "西山村", ParentID: &a},
		{ID: b, Name: "柳溪镇"},
		{ID: "3", Name: "东山村", ParentID: &b},
		{ID: "4", Name: "东山村", ParentID: &b},
	})
	want := []string{"云岭镇", "东山村（云岭镇）", "西山村", "柳溪镇", "东山村（柳溪镇）", "东山村（柳溪镇）"}
	if !slices.Equal(got, want) {
		t.Errorf("units are called %q, want %q", got, want)
	}
}
