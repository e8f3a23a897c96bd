package ui

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
)

// Paging is one page of a list of Total entries, Size to a page; Page counts from 1.
type Paging struct {
	Page, Size, Total int
	More              bool       // there are more than Total: nobody has counted them all
	Query             url.Values // of the list's address: filters and order stay as they are
	Label             string     // names the links where a page has several lists
}

// PageOf reads the page from an address; 1 when it is missing or nonsense.
func PageOf(q url.Values) int {
	n, err := strconv.Atoi(q.Get("page"))
	if err != nil || n < 1 || n > 1_000_000 {
		return 1
	}
	return n
}

// Pages returns the number of pages, at least 1; of a list that goes on past what was counted, one more than are known.
func (p Paging) Pages() int {
	n := max(1, (p.Total+p.size()-1)/p.size())
	if p.More {
		return max(n, p.Page) + 1
	}
	return n
}

// Offset returns the number of entries before the page.
func (p Paging) Offset() int { return (p.at() - 1) * p.size() }

func (p Paging) size() int { return max(1, p.Size) }

func (p Paging) at() int { return min(max(1, p.Page), p.Pages()) }

// last returns the number of the last entry on the page.
func (p Paging) last() int {
	if p.More {
		return p.Offset() + p.size()
	}
	return min(p.Offset()+p.size(), p.Total)
}

// shown returns the page numbers to link: the ends and the neighbours; 0 stands for a gap.
func (p Paging) shown() []int {
	want := []int{1, p.at() - 1, p.at(), p.at() + 1, p.Pages()}
	if p.More { // the end is not known
		want = want[:4]
	}
	want = slices.DeleteFunc(want, func(n int) bool { return n < 1 || n > p.Pages() })
	slices.Sort(want)
	want = slices.Compact(want)
	var out []int
	for i, n := range want {
		if i > 0 && n > want[i-1]+1 {
			out = append(out, 0)
		}
		out = append(out, n)
	}
	return out
}

func (p Paging) href(n int) string { return Query(p.Query, "page", strconv.Itoa(n)) }

// Query returns "?…" of q with the given names set: name, value, name, value …; an empty value removes the name.
func Query(q url.Values, pairs ...string) string {
	next := maps.Clone(q)
	if next == nil {
		next = make(url.Values)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			next.Del(pairs[i])
			continue
		}
		next.Set(pairs[i], pairs[i+1])
	}
	return "?" + next.Encode()
}
