package trainer

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/courses"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// PeopleFilter narrows the list of people.
type PeopleFilter struct {
	UnitID string // with all units below it; "" = all in reach
	Text   string // part of the name, or the beginning of the staff number
	Page   int    // from 1
	Size   int
}

// Posted is a person at the post by which the actor sees him.
type Posted struct {
	ID, Name, StaffNo, Unit, Post string
}

// PersonLine is the year of one person. Hours are in 0.01 hour; a ledger without a target has Asked 0.
type PersonLine struct {
	Posted
	Online, InPerson courses.Account
	Finished         int // courses completed, ever
}

// People lists those with a post in the actor's reach, by unit and staff number, with their hours of the present year.
func (s *Service) People(ctx context.Context, who models.Actor, f PeopleFilter,
) (out []PersonLine, total int, err error) {
	if err := list(who, policy.TrainSee); err != nil {
		return nil, 0, err
	}
	today := models.DateOf(s.now())
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		reach := policy.Scope(who, policy.TrainSee)
		if f.UnitID != "" {
			u, err := unitTx(tx, who, policy.TrainSee, f.UnitID)
			if err != nil {
				return err
			}
			reach = policy.Reach{Paths: []string{u.Path}}
		}
		if out, total, err = postedTx(tx, reach, f, today); err != nil {
			return err
		}
		return s.fillTx(tx, out, today)
	})
	return out, total, err
}

// posted are the columns of Posted.
const posted = "persons.id, persons.name, persons.staff_no, units.name AS unit, posts.title AS post"

// postedTx reads one page of the people with a post below the reach; who has several there stands once.
func postedTx(tx *gorm.DB, reach policy.Reach, f PeopleFilter, today models.Date) ([]PersonLine, int, error) {
	first := within(tx.Session(&gorm.Session{NewDB: true}).Table("posts").Select("MIN(posts.id)").
		Joins("JOIN units ON units.id = posts.unit_id"), reach).
		Where(current, today, today).Group("posts.person_id")
	q := tx.Table("posts").Joins("JOIN persons ON persons.id = posts.person_id").
		Joins("JOIN units ON units.id = posts.unit_id").Where("posts.id IN (?)", first)
	if text := strings.NewReplacer("%", "", "_", "", `\`, "").Replace(strings.TrimSpace(f.Text)); text != "" {
		q = q.Where("(persons.name LIKE ? OR persons.staff_no LIKE ?)", "%"+text+"%", strings.ToUpper(text)+"%")
	}
	q = q.Session(&gorm.Session{})
	var n int64
	if err := q.Count(&n).Error; err != nil {
		return nil, 0, fmt.Errorf("count people: %w", err)
	}
	var found []Posted
	err := q.Select(posted).Order("units.path, persons.staff_no").Limit(f.Size).
		Offset((max(1, f.Page) - 1) * f.Size).Scan(&found).Error
	if err != nil {
		return nil, 0, fmt.Errorf("list people: %w", err)
	}
	out := make([]PersonLine, len(found))
	for i, p := range found {
		out[i].Posted = p
	}
	return out, int(n), nil
}

// fillTx adds hours, targets and completed courses to the lines of a page, in three queries.
func (s *Service) fillTx(tx *gorm.DB, lines []PersonLine, today models.Date) error {
	at, ids := map[string]*PersonLine{}, make([]string, 0, len(lines))
	for i := range lines {
		at[lines[i].ID], ids = &lines[i], append(ids, lines[i].ID)
	}
	var sums []struct {
		PersonID string
		Ledger   models.Ledger
		Hours    int
	}
	err := tx.Model(&models.HoursEntry{}).Select("person_id, ledger, SUM(hours) AS hours").
		Where("person_id IN ? AND year = ?", ids, today.Year()).Group("person_id, ledger").Scan(&sums).Error
	if err != nil {
		return fmt.Errorf("sum hours: %w", err)
	}
	for _, x := range sums {
		if x.Ledger == models.InPersonLedger {
			at[x.PersonID].InPerson.Hours = x.Hours
		} else {
			at[x.PersonID].Online.Hours = x.Hours
		}
	}
	var posts []models.Post
	err = tx.Model(&models.Post{}).Select("person_id, category").Where("person_id IN ?", ids).
		Where(current, today, today).Find(&posts).Error
	if err != nil {
		return fmt.Errorf("list personnel categories: %w", err)
	}
	held := map[string][]models.Category{}
	for _, p := range posts {
		held[p.PersonID] = append(held[p.PersonID], p.Category)
	}
	book, err := s.courses.BookOfTx(tx, today.Year())
	if err != nil {
		return err
	}
	for id, l := range at {
		l.Online.Ledger, l.InPerson.Ledger = models.OnlineLedger, models.InPersonLedger
		l.Online.Asked, l.InPerson.Asked = book.Asked(held[id], today.Year())
	}
	var done []struct {
		PersonID string
		N        int
	}
	err = tx.Model(&models.Enrolment{}).Select("person_id, COUNT(*) AS n").
		Where("person_id IN ? AND completed_at IS NOT NULL", ids).Group("person_id").Scan(&done).Error
	if err != nil {
		return fmt.Errorf("count completed courses: %w", err)
	}
	for _, d := range done {
		at[d.PersonID].Finished = d.N
	}
	return nil
}

// Record is the ledgers of one person.
type Record struct {
	Person Posted
	*courses.Ledgers
	MayCounter bool
}

// Record returns the ledgers of a person in the actor's reach; the look is audited. Year 0 is the present one.
// Faults: NotFound, NotFound "learn.year_unknown".
func (s *Service) Record(ctx context.Context, who models.Actor, personID string, year int) (r Record, err error) {
	if err := list(who, policy.TrainSee); err != nil {
		return r, err
	}
	now := s.now()
	today := models.DateOf(now)
	if year == 0 {
		year = today.Year()
	}
	if year < 1990 || year > 2100 {
		return r, fault.New(fault.NotFound, "learn.year_unknown")
	}
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		path, err := r.personTx(tx, who, personID, today)
		if err != nil {
			return err
		}
		r.MayCounter = policy.Can(who, policy.TrainManage, policy.Object{UnitPath: path, PersonID: personID})
		if r.Ledgers, err = s.courses.LedgerTx(tx, personID, year, today); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{Action: "hours.see", Kind: "person", ID: personID})
	})
	return r, err
}

// personTx finds the person by a post in the actor's reach and returns the path of its unit.
func (r *Record) personTx(tx *gorm.DB, who models.Actor, personID string, today models.Date) (string, error) {
	var found []struct {
		Posted
		Path string
	}
	q := tx.Table("posts").Joins("JOIN persons ON persons.id = posts.person_id").
		Joins("JOIN units ON units.id = posts.unit_id").Where("persons.id = ?", personID).Where(current, today, today)
	err := within(q, policy.Scope(who, policy.TrainSee)).
		Select(posted + ", units.path AS path").Order("posts.id").Limit(1).Scan(&found).Error
	switch {
	case err != nil:
		return "", fmt.Errorf("read person: %w", err)
	case len(found) == 0:
		return "", notFound()
	}
	r.Person = found[0].Posted
	return found[0].Path, nil
}

// Counter takes an entry back by another one of the opposite hours (冲正); nothing is ever changed or deleted.
//
// Faults: NotFound; Forbidden; Invalid with field reason; Conflict "train.counter.twice", "train.counter.of_counter".
func (s *Service) Counter(ctx context.Context, who models.Actor, entryID, reason string) error {
	now := s.now()
	reason = strings.TrimSpace(reason)
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if err := list(who, policy.TrainManage); err != nil {
			return err
		}
		var e models.HoursEntry
		err := tx.Take(&e, "id = ?", entryID).Error
		switch {
		case db.IsNotFound(err):
			return notFound()
		case err != nil:
			return fmt.Errorf("read entry: %w", err)
		}
		var r Record
		path, err := r.personTx(tx, who, e.PersonID, models.DateOf(now))
		if err != nil {
			return err
		}
		about := policy.Object{UnitPath: path, PersonID: e.PersonID}
		if err := policy.Check(who, policy.TrainManage, about); err != nil {
			return err
		}
		if e.SourceKind == courses.SourceCounter {
			return fault.New(fault.Conflict, "train.counter.of_counter")
		}
		if err := fault.Refuse(fault.Text("reason", reason, maxReason)); err != nil {
			return err
		}
		return s.counterTx(tx, now, who, e, reason)
	})
}

func (s *Service) counterTx(tx *gorm.DB, now time.Time, who models.Actor, e models.HoursEntry, reason string) error {
	basis, err := courses.ClaimBasis{Of: e.ID, By: who.Name, Reason: reason}.JSON()
	if err != nil {
		return err
	}
	booked, err := s.courses.BookTx(tx, now, models.HoursEntry{
		PersonID: e.PersonID, Ledger: e.Ledger, SourceKind: courses.SourceCounter, SourceID: e.ID, Year: e.Year,
		Hours: -e.Hours, Basis: basis,
	})
	switch {
	case err != nil:
		return err
	case !booked:
		return fault.New(fault.Conflict, "train.counter.twice")
	}
	return audit.Add(tx, now, who, audit.Event{Action: "hours.counter", Kind: "hours", ID: e.ID})
}
