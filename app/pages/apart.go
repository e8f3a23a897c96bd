package pages

import "shanzhi/models"

// unitNames are the names of units; where a name repeats, the unit above stands behind it: 东山村（云岭镇）.
func unitNames(units []models.Unit) []string {
	twice, byID := twiceNamed(units), map[string]string{}
	for _, u := range units {
		byID[u.ID] = u.Name
	}
	out := make([]string, len(units))
	for i, u := range units {
		above := ""
		if u.ParentID != nil {
			above = byID[*u.ParentID]
		}
		out[i] = apartName(u.Name, above, twice)
	}
	return out
}

// twiceNamed are the names that more than one of the units bears.
func twiceNamed(units []models.Unit) map[string]bool {
	once, twice := map[string]bool{}, map[string]bool{}
	for _, u := range units {
		twice[u.Name] = twice[u.Name] || once[u.Name]
		once[u.Name] = true
	}
	return twice
}

// apartName is the name of a unit, with that of the unit above where others bear the same.
func apartName(name, above string, twice map[string]bool) string {
	if twice[name] && above != "" {
		return name + "（" + above + "）"
	}
	return name
}

// standing is a unit beside others in a list, with the name of the unit above.
type standing struct{ id, name, above string }

// unitsApart are the names of units in a list in which a unit may stand more than once; where two units bear one name,
// the unit above stands behind it.
func unitsApart(list []standing) []string {
	var units []models.Unit
	known := map[string]bool{}
	for _, u := range list {
		if !known[u.id] {
			units = append(units, models.Unit{Name: u.name})
		}
		known[u.id] = true
	}
	twice := twiceNamed(units)
	out := make([]string, len(list))
	for i, u := range list {
		out[i] = apartName(u.name, u.above, twice)
	}
	return out
}
