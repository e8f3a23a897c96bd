package models

// Named is somebody in a list of people: what tells him from another of the same name.
type Named struct{ ID, Name, Unit, Post, StaffNo string }

// leastDigits is how much of a staff number is shown where nothing else tells two people apart.
const leastDigits = 4

// Labels returns what a list writes for each of the people, in their order: the name where it is the only one of its
// kind in the list; with unit and post where another person has the same name; with the last digits of the staff
// number, too, where even these are the same. A person who stands in the list twice is no namesake of himself.
func Labels(list []Named) []string {
	same := map[string][]Named{}
	for _, n := range list {
		same[n.Name] = append(same[n.Name], n)
	}
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = n.Name
		if mark := mark(n, same[n.Name]); mark != "" {
			out[i] += "（" + mark + "）"
		}
	}
	return out
}

// Placed returns what a list to choose from writes for each of the people: always with unit and post, so that somebody
// with two posts is chosen by one of them; with the last digits of the staff number where these are the same.
func Placed(list []Named) []string {
	out := Labels(list)
	for i, n := range list {
		if out[i] == n.Name && n.place() != "" {
			out[i] += "（" + n.place() + "）"
		}
	}
	return out
}

// Ends returns the last digits of the staff number of each of the people who has a namesake in the same unit and post,
// "" for everybody else: for lists that say unit and post anyway.
func Ends(list []Named) []string {
	same := map[[2]string][]Named{}
	for _, n := range list {
		k := [2]string{n.Name, n.place()}
		same[k] = append(same[k], n)
	}
	out := make([]string, len(list))
	for i, n := range list {
		var twins []string
		for _, o := range same[[2]string{n.Name, n.place()}] {
			if o.ID != n.ID {
				twins = append(twins, o.StaffNo)
			}
		}
		if len(twins) > 0 {
			out[i] = "…" + lastDigits(n.StaffNo, twins)
		}
	}
	return out
}

// mark is what tells somebody from others of the same name, "" where there are none.
func mark(n Named, others []Named) string {
	alone, twins := true, []string(nil)
	for _, o := range others {
		if o.ID == n.ID {
			continue
		}
		alone = false
		if o.place() == n.place() {
			twins = append(twins, o.StaffNo)
		}
	}
	switch {
	case alone:
		return ""
	case len(twins) == 0 && n.place() != "":
		return n.place()
	case n.place() == "":
		return "…" + lastDigits(n.StaffNo, twins)
	}
	return n.place() + " …" + lastDigits(n.StaffNo, twins)
}

// place is unit and post.
func (n Named) place() string {
	switch {
	case n.Unit == "":
		return n.Post
	case n.Post == "":
		return n.Unit
	}
	return n.Unit + " · " + n.Post
}

// lastDigits is the end of a staff number, as long as it must be to differ from the ends of the others.
func lastDigits(no string, others []string) string {
	r := []rune(no)
	for n := min(leastDigits, len(r)); n < len(r); n++ {
		end := string(r[len(r)-n:])
		if !anyEnds(others, end) {
			return end
		}
	}
	return no
}

func anyEnds(list []string, end string) bool {
	for _, s := range list {
		if len(s) >= len(end) && s[len(s)-len(end):] == end {
			return true
		}
	}
	return false
}
