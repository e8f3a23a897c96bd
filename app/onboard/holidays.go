package onboard

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/policy"
	"shanzhi/models/sheet"
	"shanzhi/models/workday"
)

// metaCalendar is changed with every import of holidays; every server looks at it.
const metaCalendar = "calendar.version"

// holidaySheet is the holidays and swapped weekends of one year or more as they were read.
//
// Weekends counts rows of weekend days that are free anyhow: notices list them within a holiday.
type holidaySheet struct {
	Rows     []holidayRow
	Weekends int
}

type holidayRow struct {
	Row     int
	Day     models.Date
	Works   bool
	Note    string
	Correct bool // the row has no error of its own
}

// dayWords are the words for the two kinds of days; true is worked.
var dayWords = map[string]bool{
	"放假": false, "休息": false, "free": false, "off": false, "holiday": false,
	"上班": true, "调休上班": true, "补班": true, "work": true,
}

func holidayColumns() []sheet.Column {
	kind := column(Holidays, "kind", true, "onboard.day.free", "类型", "放假或上班", "kind", "type")
	kind.Choices = []string{"onboard.day.free", "onboard.day.work"}
	return []sheet.Column{
		column(Holidays, "day", true, "2027-01-01", "日期", "date", "day"),
		kind,
		column(Holidays, "note", false, "onboard.example.holiday", "节日名称", "说明", "name", "note"),
	}
}

func readHolidays(_ *Service, t *sheet.Table, _ models.Date) rows {
	out := &holidaySheet{Rows: make([]holidayRow, 0, len(t.Rows))}
	for _, r := range t.Rows {
		h := holidayRow{Row: r.Number, Note: r.TextMax("note", 50)}
		if at, ok := r.Date("day"); ok {
			h.Day = models.NewDate(at.Year(), at.Month(), at.Day())
		}
		works, ok := sheet.Pick(r, "kind", dayWords)
		h.Works = works
		if weekend := isWeekend(h.Day); ok && h.Day != "" && weekend != works {
			if weekend {
				out.Weekends++
				continue
			}
			r.Fail("kind", "onboard.day_works")
		}
		h.Correct = r.OK()
		out.Rows = append(out.Rows, h)
	}
	return out
}

func isWeekend(d models.Date) bool {
	wd := d.Day().Weekday()
	return wd == time.Saturday || wd == time.Sunday
}

// compareTx holds the days against those the house has; a year in the sheet counts as a whole, so days of that year
// that are not in it are given up.
func (s *holidaySheet) compareTx(tx *gorm.DB, c *comparison) error {
	if c.tree.root == nil { // the calendar holds for the whole house
		return policy.Check(c.who, policy.AdminUnits, policy.Object{UnitPath: "/"})
	}
	var there []models.CalendarDay
	if err := tx.Order("day").Find(&there).Error; err != nil {
		return fmt.Errorf("read calendar: %w", err)
	}
	known := map[models.Date]models.CalendarDay{}
	for _, d := range there {
		known[d.Day] = d
	}
	first, years := map[models.Date]int{}, map[int]bool{}
	next := make([]models.CalendarDay, 0, len(s.Rows))
	for _, r := range s.Rows {
		if !r.Correct {
			continue
		}
		if at, twice := first[r.Day]; twice {
			c.fail(r.Row, "day", "onboard.twice", "value", string(r.Day), "row", at)
			continue
		}
		first[r.Day], years[r.Day.Year()] = r.Row, true
		day := models.CalendarDay{Day: r.Day, Works: r.Works, Note: cmp.Or(r.Note, known[r.Day].Note)}
		next = append(next, day)
		c.lines = append(c.lines, dayLine(r.Row, day, known))
	}
	for _, d := range there {
		if _, in := first[d.Day]; !in && years[d.Day.Year()] {
			c.lines = append(c.lines, Line{Category: Left, Code: string(d.Day), Name: d.Note, base: string(d.Day)})
		}
	}
	if s.Weekends > 0 {
		c.hint("onboard.weekends", "n", s.Weekends)
	}
	c.keep = func(tx *gorm.DB) error { return keepDaysTx(tx, years, next) }
	return nil
}

func dayLine(row int, d models.CalendarDay, known map[models.Date]models.CalendarDay) Line {
	kind := "onboard.day.free"
	if d.Works {
		kind = "onboard.day.work"
	}
	l := Line{Category: Joined, Row: row, Code: string(d.Day), Name: d.Note, Notes: []Note{{Key: kind}}}
	if was, is := known[d.Day]; is {
		l.Category, l.base = Changed, fmt.Sprint(was.Works, was.Note)
		if was == d {
			l.Category = Same
		}
	}
	return l
}

// keepDaysTx puts the days in the place of those of their years.
func keepDaysTx(tx *gorm.DB, years map[int]bool, days []models.CalendarDay) error {
	for y := range years {
		first := strconv.Itoa(y)
		done := tx.Exec(`DELETE FROM calendar_days WHERE day >= ? AND day <= ?`, first+"-01-01", first+"-12-31")
		if done.Error != nil {
			return fmt.Errorf("clear calendar of %d: %w", y, done.Error)
		}
	}
	if len(days) > 0 {
		if err := tx.CreateInBatches(days, 200).Error; err != nil {
			return fmt.Errorf("write calendar: %w", err)
		}
	}
	return db.SetMetaTx(tx, metaCalendar, models.NewID())
}

// Refresh brings the calendar of this process up to date with the database and reports whether it has changed. It is a
// look at one row while nothing has.
func (s *Service) Refresh(ctx context.Context) (changed bool, err error) {
	var version string
	var days []models.CalendarDay
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		version, days = "", nil
		var row models.Meta
		err := tx.Take(&row, "k = ?", metaCalendar).Error
		switch {
		case db.IsNotFound(err):
			return nil
		case err != nil:
			return fmt.Errorf("read version of calendar: %w", err)
		}
		if version = row.V; version == s.days.Version() {
			return nil
		}
		return tx.Order("day").Find(&days).Error
	})
	if err != nil || version == s.days.Version() {
		return false, err
	}
	years := map[int]workday.Year{}
	for _, d := range days {
		if years[d.Day.Year()] == nil {
			years[d.Day.Year()] = workday.Year{}
		}
		years[d.Day.Year()][d.Day] = d.Works
	}
	s.days.Put(version, years)
	return true, nil
}

// follow is how often a server looks whether another one has changed the calendar.
const follow = 10 * time.Second

// Follow keeps the calendar of this process up to date until ctx ends; failed is told what went wrong.
func (s *Service) Follow(ctx context.Context, failed func(error)) {
	tick := time.NewTicker(follow)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if _, err := s.Refresh(ctx); err != nil && !errors.Is(err, context.Canceled) {
				failed(err)
			}
		}
	}
}

// KnownYears lists which of the years the calendar holds.
func (s *Service) KnownYears(years ...int) []int {
	return slices.DeleteFunc(slices.Clone(years), func(y int) bool { return !s.days.Known(y) })
}
