package models

import "testing"

// Nothing of an address becomes SQL: an unknown key leaves the list in its own order.
func TestOrderKnowsItsColumnsAlone(t *testing.T) {
	t.Parallel()
	columns := map[string]string{"name": "p.pinyin, p.name"}
	for _, c := range []struct {
		order Order
		want  string
	}{
		{Order{}, "p.id"},
		{Order{Key: "name"}, "p.pinyin, p.name, p.id"},
		{Order{Key: "name", Desc: true}, "p.pinyin DESC, p.name DESC, p.id"},
		{Order{Key: "1; DROP TABLE persons"}, "p.id"},
		{Order{Key: "score", Desc: true}, "p.id"},
	} {
		if got := c.order.By(columns, "p.id"); got != c.want {
			t.Errorf("%+v: %q, want %q", c.order, got, c.want)
		}
	}
}

func TestPageSizeIsBounded(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{-1: 20, 0: 20, 1: 1, ListMost: ListMost, ListMost + 1: 20} {
		if got := PageSize(n, 20); got != want {
			t.Errorf("PageSize(%d) = %d, want %d", n, got, want)
		}
	}
}
