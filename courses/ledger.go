package courses

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// The kinds of sources of an entry: a finished course, a class that was closed, a claim that was credited, an entry
// that takes another back.
const (
	SourceCourse  = "course"
	SourceClass   = "class"
	SourceClaim   = "declared"
	SourceCounter = "counter"
)

// Pass is the passed test by which a course is complete.
type Pass struct {
	PersonID  string
	AttemptID string
	Score     int // 0.01 point
	At        time.Time
}

// CompleteTx books the hours of a course in the online ledger when all its lessons are done, once for ever; the test is
// passed as p says. It returns whether it booked.
//
// The entry's basis names the lessons with the days they were done, the attempt and the score. Of several at the same
// time exactly one books: the enrolment is locked, and the ledger's key allows one entry.
func (s *Service) CompleteTx(
	tx *gorm.DB, now time.Time, who models.Actor, courseID string, p Pass,
) (booked bool, err error) {
	e, err := s.EnrolTx(tx, now, p.PersonID, courseID)
	if err != nil || e.CompletedAt != nil {
		return false, err
	}
	basis, at, book, err := s.basisTx(tx, courseID, p)
	if err != nil || at.IsZero() {
		return false, err
	}
	raw, err := basis.json()
	if err != nil {
		return false, err
	}
	booked, err = s.BookTx(tx, now, models.HoursEntry{
		PersonID: p.PersonID, Ledger: models.OnlineLedger, SourceKind: SourceCourse, SourceID: courseID,
		Year: models.DateOf(at).Year(), Hours: basis.sum(), Basis: raw,
	})
	if err != nil {
		return false, err
	}
	err = tx.Model(&models.Enrolment{}).Where("id = ? AND completed_at IS NULL", e.ID).Update("completed_at", at).Error
	if err != nil {
		return false, fmt.Errorf("complete enrolment: %w", err)
	}
	if !booked {
		return false, nil
	}
	return true, audit.Add(tx, now, who, audit.Event{
		Action: "hours.book", Kind: "course", ID: courseID,
		Detail: fmt.Sprintf("person %s, %d/100 h online by %s", p.PersonID, basis.sum(), book),
	})
}

// BookTx enters hours in a ledger by the rule book of their year and returns whether it did: one source books once.
func (s *Service) BookTx(tx *gorm.DB, now time.Time, e models.HoursEntry) (booked bool, err error) {
	book, err := s.BookOfTx(tx, e.Year)
	if err != nil {
		return false, err
	}
	e.ID, e.Rule, e.BookedAt = models.NewID(), book.Code, now
	if booked, err = db.Insert(tx, &e); err != nil {
		return false, fmt.Errorf("book hours: %w", err)
	}
	return booked, nil
}

// basisTx returns what the booking rests on, when the last part of it was done, and the code of the rule book of that
// year; the zero time while a lesson is not done.
func (s *Service) basisTx(tx *gorm.DB, courseID string, p Pass) (b Basis, at time.Time, code string, err error) {
	course, err := courseByID(tx, courseID)
	if err != nil {
		return b, at, "", err
	}
	lessons, err := lessonsOf(tx, courseID)
	if err != nil {
		return b, at, "", err
	}
	places, err := placesOf(tx, p.PersonID, courseID)
	if err != nil {
		return b, at, "", err
	}
	last := p.At
	for _, l := range lessons {
		done := places[l.ID].DoneAt
		if done == nil {
			return b, at, "", nil
		}
		if done.After(last) {
			last = *done
		}
	}
	book, err := s.BookOfTx(tx, models.DateOf(last).Year())
	if err != nil {
		return b, at, "", err
	}
	b = Basis{
		Code: course.Code, Edition: course.Edition, Attempt: p.AttemptID, Score: p.Score, PassedOn: models.DateOf(p.At),
		Test: book.Test,
	}
	for _, l := range lessons {
		b.Lessons = append(b.Lessons, LessonBasis{
			No: l.No, Minutes: l.Minutes, Hours: book.LessonHours(l.Minutes),
			DoneOn: models.DateOf(*places[l.ID].DoneAt),
		})
	}
	return b, last, book.Code, nil
}

// Entry is one booking with what it rests on.
type Entry struct {
	models.HoursEntry
	Course *models.Course // of an entry made by a course
	Basis  Basis          // of an entry made by a course
	Claim  ClaimBasis     // of an entry that was claimed and credited, or that counters another
	By     string         // name of the rule book it was reckoned by; "" for the preset
}

// Account is one ledger of one person in one year. Hours are in 0.01 hour.
type Account struct {
	Ledger  models.Ledger
	Hours   int
	Asked   int // 0 = no target is set, and no shortfall is shown
	Entries []Entry
}

// Short returns the hours still missing; 0 without a target.
func (a Account) Short() int { return max(0, a.Asked-a.Hours) }

// Ledgers are the two ledgers of a year. They are never added together.
type Ledgers struct {
	Year     int
	Years    []int // that have entries, and this one; the latest first
	Online   Account
	InPerson Account
	Book     RuleBook
}

// Ledger returns the actor's hours of a year; year 0 is the present one.
//
// The target follows the posts held today, for past years those held at the end of the year.
// Faults: Unsigned; NotFound "learn.year_unknown" outside 1990–2100.
func (s *Service) Ledger(ctx context.Context, actor models.Actor, year int) (v *Ledgers, err error) {
	if err := learner(actor); err != nil {
		return nil, err
	}
	today := models.DateOf(s.now())
	if year == 0 {
		year = today.Year()
	}
	if year < 1990 || year > 2100 {
		return nil, fault.New(fault.NotFound, "learn.year_unknown")
	}
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		v, err = s.LedgerTx(tx, actor.ID, year, today)
		return err
	})
	return v, err
}

// LedgerTx returns the hours of a person in a year. The caller has checked who asks.
func (s *Service) LedgerTx(tx *gorm.DB, personID string, year int, today models.Date) (*Ledgers, error) {
	book, err := s.BookOfTx(tx, year)
	if err != nil {
		return nil, err
	}
	v := &Ledgers{
		Year: year, Book: book,
		Online: Account{Ledger: models.OnlineLedger}, InPerson: Account{Ledger: models.InPersonLedger},
	}
	categories, err := categoriesOn(tx, personID, reckoningDay(year, today))
	if err != nil {
		return nil, err
	}
	v.Online.Asked, v.InPerson.Asked = book.Asked(categories, year)
	if err := v.readEntries(tx, personID); err != nil {
		return nil, err
	}
	return v, v.readYears(tx, personID, today.Year())
}

// reckoningDay is the day whose posts decide the target of a year.
func reckoningDay(year int, today models.Date) models.Date {
	if year < today.Year() {
		return models.NewDate(year, time.December, 31)
	}
	return today
}

func (v *Ledgers) readEntries(tx *gorm.DB, personID string) error {
	var rows []models.HoursEntry
	err := tx.Where("person_id = ? AND year = ?", personID, v.Year).Order("booked_at").Order("id").Find(&rows).Error
	if err != nil {
		return fmt.Errorf("list hours: %w", err)
	}
	var ids []string
	for _, r := range rows {
		if r.SourceKind == SourceCourse {
			ids = append(ids, r.SourceID)
		}
	}
	names, err := ruleNamesTx(tx, rows)
	if err != nil {
		return err
	}
	var list []models.Course
	if err := tx.Where("id IN ?", ids).Find(&list).Error; err != nil {
		return fmt.Errorf("list courses of hours: %w", err)
	}
	for _, r := range rows {
		e := Entry{HoursEntry: r, Claim: readClaim(r), By: names[r.Rule]}
		if i := slices.IndexFunc(list, func(c models.Course) bool { return c.ID == r.SourceID }); i >= 0 {
			e.Course, e.Basis = &list[i], readBasis(r.Basis)
		}
		a := &v.Online
		if r.Ledger == models.InPersonLedger {
			a = &v.InPerson
		}
		a.Hours += r.Hours
		a.Entries = append(a.Entries, e)
	}
	return nil
}

func (v *Ledgers) readYears(tx *gorm.DB, personID string, now int) error {
	err := tx.Model(&models.HoursEntry{}).Where("person_id = ?", personID).Distinct().Pluck("year", &v.Years).Error
	if err != nil {
		return fmt.Errorf("list years of hours: %w", err)
	}
	for _, y := range []int{now, v.Year} {
		if !slices.Contains(v.Years, y) {
			v.Years = append(v.Years, y)
		}
	}
	slices.Sort(v.Years)
	slices.Reverse(v.Years)
	return nil
}
