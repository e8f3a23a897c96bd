package policy

import "shanzhi/models"

// Finds says what an actor can look for by the search box of every page: what his roles open, and nothing else.
type Finds struct{ Cases, People, Units bool }

// FindsOf returns what an actor can look for.
func FindsOf(a models.Actor) Finds {
	return Finds{Cases: May(a, CaseSee), People: May(a, AdminPeople) || May(a, PeriodSee), Units: May(a, AdminUnits)}
}

// Any reports whether there is anything to look for.
func (f Finds) Any() bool { return f.Cases || f.People || f.Units }

// Name is the name of what is looked for, by which its words are found: "" for nothing.
func (f Finds) Name() string {
	switch {
	case f.Units:
		return "units"
	case f.Cases && f.People:
		return "both"
	case f.People:
		return "people"
	case f.Cases:
		return "cases"
	}
	return ""
}
