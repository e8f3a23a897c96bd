package policy

import "slices"

// grave is the one table of the acts, by their names in the audit log, that whoever has a second factor does only
// shortly after he has shown it: an open browser that somebody else sits down at must not be enough. What is done on
// the machine itself (keys, backups) has no page and no row here.
var grave = map[string]string{
	"role.grant":            "a right given",
	"role.revoke":           "a right taken away",
	"desk.delegate":         "a right given",
	"desk.end":              "a right taken away",
	"person.enable":         "an account opened again",
	"person.disable":        "an account closed",
	"person.reset_password": "an account that could be taken",
	"reset.confirm":         "an account that could be taken",
	"reset.refuse":          "somebody kept out of his account",
	"code.issue":            "many accounts that could be taken",
	"desk.reset":            "an account that could be taken",
	"factor.reset":          "an account that could be taken",
	"period.release":        "results about people made binding",
	"list.export":           "persons carried out of the house; see Carries",
}

// Grave reports whether an act wants a second factor that was shown shortly before. act is its name in the audit log.
func Grave(act string) bool { return grave[act] != "" }

// GraveActs lists the grave acts in alphabetical order.
func GraveActs() []string {
	out := make([]string, 0, len(grave))
	for act := range grave {
		out = append(out, act)
	}
	slices.Sort(out)
	return out
}

// carrying are the lists whose sheets carry persons, with rights or figures, out of the house.
var carrying = []string{
	"people", "roles", "factors", "desks", "desk", "access", "access_people", "participants", "staff", "audit",
}

// Carries reports whether the sheet of a list is an export of persons.
func Carries(list string) bool { return slices.Contains(carrying, list) }
