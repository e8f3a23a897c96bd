package pages

import (
	"slices"
	"testing"
)

// The same unit may stand in a list again and again; only another of its name asks for the unit above.
func TestUnitsOfOneNameAreToldApartByTheUnitAbove(t *testing.T) {
	t.Parallel()
	got := unitsApart([]standing{
		{"1", "东山村", "云岭镇"},
		{"1", "东山村", "云岭镇"},
		{"2", "西山村", "云岭镇"},
		{"2", "西山村", "云岭镇"},
		{"3", "东山村", "柳溪镇"},
		{"4", "青禾县", ""},
	})
	want := []string{"东山村（云岭镇）", "东山村（云岭镇）", "西山村", "西山村", "东山村（柳溪镇）", "青禾县"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
