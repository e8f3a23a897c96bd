package ratings

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/sheet"
)

const (
	maxImported = 1000 // characters of an imported comment
	lookAtOnce  = 5000 // numbers looked up in one query
)

// importing is one import under way: the table, what is looked up in it, and the rows to write.
type importing struct {
	who      models.Actor
	table    *sheet.Table
	before   []fault.Field // what reading the file found wrong
	today    models.Date
	reach    *cases.Reach
	channels map[string]models.Channel
	units    *cases.Directory
	cases    map[string]models.Case   // by number and by outside number
	there    map[string]models.Rating // by outside number
	first    map[string]int           // outside number → its first row in the file
	rows     []models.Rating
	skipped  int
}

// checkTx looks everything up in a few queries and turns the rows of the table into ratings.
func (in *importing) checkTx(tx *gorm.DB) (err error) {
	in.table.Errors, in.table.ErrorCount = slices.Clone(in.before), len(in.before) // it may run again
	in.rows, in.skipped = nil, 0
	if in.units, err = cases.DirectoryTx(tx); err != nil {
		return err
	}
	var ratings, visits []string
	for _, r := range in.table.Rows {
		ratings = append(ratings, r.TextMax("no", 64))
		if no := r.TextMax("case", 64); no != "" {
			visits = append(visits, no)
		}
	}
	if in.there, err = ratingsTx(tx, ratings); err != nil {
		return err
	}
	slices.Sort(visits)
	if in.cases, err = casesTx(tx, slices.Compact(visits)); err != nil {
		return err
	}
	in.first = make(map[string]int, len(ratings))
	for _, r := range in.table.Rows {
		in.check(r)
	}
	return nil
}

// check turns one row into a rating, or records what is wrong with it.
func (in *importing) check(r *sheet.Row) {
	no := r.TextMax("no", 64)
	if at, twice := in.first[no]; twice && no != "" {
		r.Fail("no", "serve.import.twice", "value", no, "row", at)
	} else {
		in.first[no] = r.Number
	}
	row := models.Rating{ID: models.NewRandomID(), OutsideNo: models.Ref(no)}
	in.words(r, &row)
	in.place(r, &row)
	if !r.OK() {
		return
	}
	if old, known := in.there[no]; known {
		in.compare(r, row, old)
		return
	}
	in.rows = append(in.rows, row)
}

// words reads the judgement itself.
func (in *importing) words(r *sheet.Row, row *models.Rating) {
	row.Level, _ = sheet.Pick(r, "level", levelWords)
	row.Solved, _ = sheet.Pick(r, "solved", solvedWords)
	row.Channel, _ = sheet.Pick(r, "channel", in.channels)
	row.Mode, _ = sheet.Pick(r, "mode", modeWords)
	row.Comment = r.TextMax("comment", maxImported)
	row.Reasons = reasons(r)
	if at, ok := r.Date("date"); ok {
		row.RatedOn = models.NewDate(at.Year(), at.Month(), at.Day())
		if row.RatedOn > in.today {
			r.Fail("date", "form.date_future")
		}
	}
	if row.Family = models.OtherFamily; !r.Blank("family") {
		row.Family, _ = sheet.Pick(r, "family", familyWords)
	}
}

// reasons reads several reasons of one cell, in the order of the page.
func reasons(r *sheet.Row) string {
	text := r.Text("reasons")
	if text == "" {
		return ""
	}
	var given []string
	for _, part := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune("、,，;；/ ", c) }) {
		code, known := reasonWords[strings.ToLower(part)]
		if !known {
			r.Fail("reasons", "rate.import.reason_unknown", "value", part)
			return ""
		}
		given = append(given, code)
	}
	var out []string
	for _, code := range Reasons() {
		if slices.Contains(given, code) {
			out = append(out, code)
		}
	}
	return strings.Join(out, ",")
}

// place finds what the rating is about: the case, the cadre, the unit.
func (in *importing) place(r *sheet.Row, row *models.Rating) {
	visit := r.TextMax("case", 64)
	row.InteractionNo = models.Ref(visit)
	c, known := in.cases[visit]
	if known {
		row.CaseID, row.Family = &c.ID, c.Family
		row.SubjectID = c.HandlerID
	}
	if no := r.Text("staff"); no != "" {
		person := in.units.Person(no)
		switch {
		case person == "":
			r.Fail("staff", "serve.import.staff_unknown", "value", no)
		case known && c.HandlerID != nil && *c.HandlerID != person:
			r.Fail("staff", "rate.import.other_handler", "value", no, "no", visit)
		case person == in.who.ID:
			r.Fail("staff", "rate.import.own")
		}
		row.SubjectID = models.Ref(person)
	}
	in.placeUnit(r, row, c, known)
	switch {
	case row.SubjectID == nil:
	case *row.SubjectID == in.who.ID && r.Blank("staff"):
		r.Fail("case", "rate.import.own")
	case visit == "":
		row.SubjectID = nil // without a visit or case code it counts for the unit only
	default:
		if p := in.units.Post(*row.SubjectID, row.UnitID, row.RatedOn); p != nil {
			row.PostID = &p.ID
		}
	}
}

// placeUnit finds the unit: the one named, else that of the case, else that of the cadre's post.
func (in *importing) placeUnit(r *sheet.Row, row *models.Rating, c models.Case, known bool) {
	var unit models.Unit
	ok := false
	if name := r.Text("unit"); name != "" {
		u, err := in.units.Unit(name)
		if err != nil {
			r.Fail("unit", cases.UnitFault(err), "value", name)
			return
		}
		unit, ok = u, true
	} else if known {
		unit, ok = in.units.UnitByID(c.UnitID)
	} else if row.SubjectID != nil {
		if p := in.units.Post(*row.SubjectID, "", row.RatedOn); p != nil {
			unit, ok = in.units.UnitByID(p.UnitID)
		}
	}
	if !ok {
		r.Fail("unit", "rate.import.unit_missing")
		return
	}
	if !in.reach.Holds(unit) {
		r.Fail("unit", "serve.import.not_yours", "value", unit.Name)
	}
	row.UnitID = unit.ID
}

// compare skips a row that says what is there already, and refuses one that says something else.
func (in *importing) compare(r *sheet.Row, row, old models.Rating) {
	for _, f := range []struct {
		key  string
		same bool
	}{
		{"case", same(row.InteractionNo, old.InteractionNo)},
		{"staff", same(row.SubjectID, old.SubjectID)},
		{"unit", row.UnitID == old.UnitID},
		{"level", row.Level == old.Level},
		{"solved", row.Solved == old.Solved},
		{"reasons", row.Reasons == old.Reasons},
		{"comment", row.Comment == old.Comment},
		{"channel", row.Channel == old.Channel},
		{"mode", row.Mode == old.Mode},
		{"date", row.RatedOn == old.RatedOn},
		{"family", row.Family == old.Family},
	} {
		if !f.same {
			r.Fail(f.key, "serve.import.differs", "no", *row.OutsideNo)
		}
	}
	if r.OK() {
		in.skipped++
	}
}

// same reports whether two ids are equal; nil equals nil.
func same(a, b *string) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// ratingsTx reads the ratings with these outside numbers.
func ratingsTx(tx *gorm.DB, numbers []string) (map[string]models.Rating, error) {
	out := map[string]models.Rating{}
	for part := range slices.Chunk(numbers, lookAtOnce) {
		var found []models.Rating
		if err := tx.Where("outside_no IN ?", part).Find(&found).Error; err != nil {
			return nil, fmt.Errorf("read ratings by outside number: %w", err)
		}
		for _, x := range found {
			out[*x.OutsideNo] = x
		}
	}
	return out, nil
}

// casesTx reads the cases with these numbers, ours or those of another system; ours win.
func casesTx(tx *gorm.DB, numbers []string) (map[string]models.Case, error) {
	out := map[string]models.Case{}
	for part := range slices.Chunk(numbers, lookAtOnce) {
		var found []models.Case
		err := tx.Select("id, no, outside_no, handler_id, unit_id, family").
			Where("outside_no IN ? OR no IN ?", part, part).Find(&found).Error
		if err != nil {
			return nil, fmt.Errorf("read cases by number: %w", err)
		}
		for _, c := range found {
			if c.OutsideNo != nil {
				if _, taken := out[*c.OutsideNo]; !taken {
					out[*c.OutsideNo] = c
				}
			}
		}
		for _, c := range found {
			out[c.No] = c
		}
	}
	return out, nil
}
