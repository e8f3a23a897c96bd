package cases

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/sheet"
	"shanzhi/models/workday"
)

// importing is one import under way: the table, what is looked up in it, and the rows to write.
type importing struct {
	s       *Service
	table   *sheet.Table
	before  []fault.Field // what reading the file found wrong
	today   models.Date
	reach   *Reach
	days    *sums
	units   *Directory
	matters map[string]models.Matter // by code
	there   map[string]models.Case   // by outside number
	first   map[string]int           // outside number → its first row in the file
	rows    []models.Case
	skipped int
}

// checkTx looks everything up in a few queries and turns the rows of the table into cases.
func (in *importing) checkTx(tx *gorm.DB) (err error) {
	in.table.Errors, in.table.ErrorCount = slices.Clone(in.before), len(in.before) // it may run again
	in.rows, in.skipped = nil, 0
	if in.units, err = DirectoryTx(tx); err != nil {
		return err
	}
	if in.matters, err = mattersTx(tx); err != nil {
		return err
	}
	numbers := make([]string, 0, len(in.table.Rows))
	for _, r := range in.table.Rows {
		if no := r.TextMax("no", 64); no != "" {
			numbers = append(numbers, no)
		}
	}
	if in.there, err = outsideTx(tx, numbers); err != nil {
		return err
	}
	in.first = make(map[string]int, len(numbers))
	for _, r := range in.table.Rows {
		if err := in.check(r); err != nil {
			return err
		}
	}
	return nil
}

// check turns one row into a case, or records what is wrong with it.
func (in *importing) check(r *sheet.Row) error {
	c := models.Case{
		ID: models.NewID(), OutsideNo: models.Ref(r.TextMax("no", 64)), Version: 1, State: models.CaseReceived,
	}
	if no := models.Deref(c.OutsideNo); no != "" {
		if at, twice := in.first[no]; twice {
			r.Fail("no", "serve.import.twice", "value", no, "row", at)
		} else {
			in.first[no] = r.Number
		}
	}
	m := in.matter(r, &c)
	in.dates(r, &c, m)
	in.place(r, &c, m)
	in.words(r, &c, m)
	name, phone := r.TextMax("name", maxName), r.TextMax("phone", maxPhone)
	if phone != "" && !isPhone(phone) {
		r.Fail("phone", "form.phone")
	}
	if !r.OK() {
		return nil
	}
	if old, known := in.there[models.Deref(c.OutsideNo)]; known {
		return in.compare(r, c, old, Contact{Name: name, Phone: phone})
	}
	c.PhoneHash = phoneHash(in.s.vault, phone)
	if err := in.s.seal(&c, name, phone); err != nil {
		return err
	}
	in.rows = append(in.rows, c)
	return nil
}

func (in *importing) matter(r *sheet.Row, c *models.Case) models.Matter {
	code := r.Text("matter")
	m, known := in.matters[plain(code)]
	if !known && code != "" {
		r.Fail("matter", "serve.import.matter_unknown", "value", code)
	}
	c.MatterID, c.Family, c.Difficulty = m.ID, m.Family, m.Difficulty
	return m
}

// dates reads the days: received, due, closed. What has not come yet is refused, but for the deadline.
func (in *importing) dates(r *sheet.Row, c *models.Case, m models.Matter) {
	day := func(key string) models.Date {
		at, ok := r.Date(key)
		if !ok {
			return ""
		}
		return models.NewDate(at.Year(), at.Month(), at.Day())
	}
	past := func(key string, d models.Date) {
		if d > in.today {
			r.Fail(key, "form.date_future")
		}
	}
	c.ReceivedOn, c.ClosedOn, c.DueOn = day("received"), day("closed"), day("due")
	past("received", c.ReceivedOn)
	past("closed", c.ClosedOn)
	c.ReceivedAt = c.ReceivedOn.Start()
	if c.ClosedOn != "" && c.ClosedOn < c.ReceivedOn {
		r.Fail("closed", "serve.import.closed_before")
	}
	switch {
	case c.DueOn != "" && c.DueOn < c.ReceivedOn:
		r.Fail("due", "serve.import.due_before")
	case c.DueOn == "" && c.ReceivedOn != "" && m.ID != "":
		c.DueOn = in.days.add(c.ReceivedOn, m.Days)
	}
	if c.ClosedOn != "" {
		c.State = models.CaseClosed
	}
	outcome, has := sheet.Pick(r, "outcome", outcomeWords)
	switch {
	case has && c.ClosedOn == "" && r.Blank("closed"):
		r.Fail("closed", "serve.import.closed_missing")
	case !has && c.ClosedOn != "" && r.Blank("outcome"):
		r.Fail("outcome", "serve.import.outcome_missing")
	}
	c.Outcome = outcome
}

// place finds handler, post and unit. Without a unit the handler's counts, without a handler the matter's.
func (in *importing) place(r *sheet.Row, c *models.Case, m models.Matter) {
	if no := r.Text("staff"); no != "" {
		person := in.units.Person(no)
		if person == "" {
			r.Fail("staff", "serve.import.staff_unknown", "value", no)
		}
		c.HandlerID = models.Ref(person)
	}
	unit, ok := in.units.UnitByID(m.UnitID)
	if name := r.Text("unit"); name != "" {
		u, err := in.units.Unit(name)
		if err != nil {
			r.Fail("unit", UnitFault(err), "value", name)
			return
		}
		unit, ok = u, true
	} else if c.HandlerID != nil {
		if p := in.units.Post(*c.HandlerID, "", c.ReceivedOn); p != nil {
			unit, ok = in.units.UnitByID(p.UnitID)
		}
	}
	if !ok {
		return // the matter is wrong, and that has been said
	}
	c.UnitID = unit.ID
	if !in.reach.Holds(unit) {
		r.Fail("unit", "serve.import.not_yours", "value", unit.Name)
	}
	if c.HandlerID == nil {
		return
	}
	if p := in.units.Post(*c.HandlerID, unit.ID, c.ReceivedOn); p != nil {
		c.HandlerPostID = &p.ID
	}
	if c.State == models.CaseReceived {
		c.State = models.CaseInHand
	}
}

// words reads what is left: channel, kind, texts, times reopened.
func (in *importing) words(r *sheet.Row, c *models.Case, m models.Matter) {
	c.Channel, _ = sheet.Pick(r, "channel", channelWords)
	if c.Kind = models.Help; !r.Blank("kind") {
		c.Kind, _ = sheet.Pick(r, "kind", kindWords)
	}
	c.Title, c.Detail = r.TextMax("title", maxTitle), r.TextMax("detail", maxText)
	c.Answer = r.TextMax("answer", maxText)
	if c.Title == "" {
		c.Title = m.Name
	}
	c.Reopened, _ = r.Int("reopened", 0, 99)
}

// compare skips a row that says what is there already, and refuses one that says something else.
func (in *importing) compare(r *sheet.Row, c, old models.Case, now Contact) error {
	was, err := in.s.open(old)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		key  string
		same bool
	}{
		{"matter", c.MatterID == old.MatterID},
		{"unit", c.UnitID == old.UnitID},
		{"staff", models.Deref(c.HandlerID) == models.Deref(old.HandlerID)},
		{"channel", c.Channel == old.Channel},
		{"kind", c.Kind == old.Kind},
		{"title", c.Title == old.Title},
		{"detail", c.Detail == old.Detail},
		{"received", c.ReceivedOn == old.ReceivedOn},
		{"due", c.DueOn == old.DueOn},
		{"closed", c.ClosedOn == old.ClosedOn},
		{"outcome", c.Outcome == old.Outcome},
		{"answer", c.Answer == old.Answer},
		{"reopened", c.Reopened == old.Reopened},
		{"name", now.Name == was.Name},
		{"phone", now.Phone == was.Phone},
	} {
		if !f.same {
			r.Fail(f.key, "serve.import.differs", "no", models.Deref(c.OutsideNo))
		}
	}
	if r.OK() {
		in.skipped++
	}
	return nil
}

// mattersTx reads the duty list by code.
func mattersTx(tx *gorm.DB) (map[string]models.Matter, error) {
	var all []models.Matter
	if err := tx.Find(&all).Error; err != nil {
		return nil, fmt.Errorf("read matters: %w", err)
	}
	out := make(map[string]models.Matter, len(all))
	for _, m := range all {
		out[plain(m.Code)] = m
	}
	return out, nil
}

// lookAtOnce is how many numbers are looked up in one query.
const lookAtOnce = 5000

// outsideTx reads the cases with these outside numbers.
func outsideTx(tx *gorm.DB, numbers []string) (map[string]models.Case, error) {
	out := map[string]models.Case{}
	for part := range slices.Chunk(numbers, lookAtOnce) {
		var found []models.Case
		if err := tx.Where("outside_no IN ?", part).Find(&found).Error; err != nil {
			return nil, fmt.Errorf("read cases by outside number: %w", err)
		}
		for _, c := range found {
			out[*c.OutsideNo] = c
		}
	}
	return out, nil
}

// sums adds working days to days, each pair once.
type sums struct {
	cal  *workday.Calendar
	seen map[sum]models.Date
}

type sum struct {
	from models.Date
	days int
}

func newSums(cal *workday.Calendar) *sums { return &sums{cal: cal, seen: map[sum]models.Date{}} }

func (s *sums) add(from models.Date, days int) models.Date {
	d, known := s.seen[sum{from, days}]
	if !known {
		d = s.cal.Add(from, days)
		s.seen[sum{from, days}] = d
	}
	return d
}
