package class

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

// Filter narrows the list of classes.
type Filter struct {
	State models.ClassState // "" = all
	Page  int               // from 1
	Size  int
}

// List returns a page of the classes in the actor's reach, the latest first, with their number.
func (s *Service) List(ctx context.Context, who models.Actor, f Filter) (out []View, total int, err error) {
	if err := list(who, policy.ClassSee); err != nil {
		return nil, 0, err
	}
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		q := within(query(tx), policy.Scope(who, policy.ClassSee))
		if f.State != "" {
			q = q.Where("training_classes.state = ?", f.State)
		}
		q = q.Session(&gorm.Session{})
		var n int64
		if err := q.Count(&n).Error; err != nil {
			return fmt.Errorf("count classes: %w", err)
		}
		total = int(n)
		return q.Order("training_classes.from_on DESC, training_classes.id DESC").Limit(f.Size).
			Offset((max(1, f.Page) - 1) * f.Size).Find(&out).Error
	})
	return out, total, err
}

// SessionLine is an entry of the timetable with how many are signed for.
type SessionLine struct {
	Session
	Signed int // of those who belong to the class now
}

// Whole is a class with its timetable.
type Whole struct {
	View
	Sessions []SessionLine
	Hours    int // of all sessions that count, 0.01 hour
}

// ByID returns a class in the actor's reach with its timetable. Faults: NotFound, Forbidden.
func (s *Service) ByID(ctx context.Context, who models.Actor, id string) (out Whole, err error) {
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		v, err := readTx(tx, who, policy.ClassSee, id)
		if err != nil {
			return err
		}
		out = Whole{View: v}
		sessions, err := sessionsTx(tx, id)
		if err != nil {
			return err
		}
		signed, err := signedTx(tx, id)
		if err != nil {
			return err
		}
		out.Hours = countedHours(sessions)
		for _, x := range sessions {
			out.Sessions = append(out.Sessions, SessionLine{Session: x, Signed: signed[x.ID]})
		}
		return nil
	})
	return out, err
}

// signedTx counts who is signed for, by session.
func signedTx(tx *gorm.DB, id string) (map[string]int, error) {
	var rows []struct {
		SessionID string
		N         int
	}
	err := tx.Table("class_marks").Select("class_marks.session_id, COUNT(*) AS n").
		Joins("JOIN class_sessions x ON x.id = class_marks.session_id AND x.class_id = ?", id).
		Joins("JOIN class_members m ON m.class_id = x.class_id AND m.person_id = class_marks.person_id " +
			"AND m.left_on = ''").
		Where("class_marks.no = 1").Group("class_marks.session_id").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count signatures: %w", err)
	}
	out := map[string]int{}
	for _, r := range rows {
		out[r.SessionID] = r.N
	}
	return out, nil
}

// Own is a class as somebody on its list sees it.
type Own struct {
	View
	LeftOn  models.Date
	LeftWhy string
	Booked  int // hours credited when it was closed, 0.01 hour
}

func ownQuery(tx *gorm.DB, personID string) *gorm.DB {
	return query(tx).Select("training_classes.*, units.name AS unit, units.path AS unit_path, h.name AS head, "+
		"mine.left_on, mine.left_why, mine.hours AS booked").
		Joins("JOIN class_members mine ON mine.class_id = training_classes.id AND mine.person_id = ?", personID).
		Where("training_classes.state <> ?", models.ClassPlanned)
}

// ownMost is how many classes of one's own a page shows.
const ownMost = 100

// OwnClasses returns the classes on whose lists the actor is, the latest first; not those that are only planned.
func (s *Service) OwnClasses(ctx context.Context, who models.Actor) (out []Own, err error) {
	if err := list(who, policy.LearnTake); err != nil {
		return nil, err
	}
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		return ownQuery(tx, who.ID).Order("training_classes.from_on DESC, training_classes.id DESC").Limit(ownMost).
			Find(&out).Error
	})
	return out, err
}

// OwnSession is an entry of the timetable with one's own mark.
type OwnSession struct {
	Session
	Mark   models.Attendance // "" = not signed for
	Reason string
	Done   bool // the course that it names is completed
}

// OwnClass is a class with one's own marks.
type OwnClass struct {
	Own
	Sum
	Sessions []OwnSession
}

// OwnByID returns a class on whose list the actor is. Fault: NotFound.
func (s *Service) OwnByID(ctx context.Context, who models.Actor, id string) (out OwnClass, err error) {
	if err := list(who, policy.LearnTake); err != nil {
		return out, err
	}
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		out = OwnClass{}
		err := ownQuery(tx, who.ID).Where("training_classes.id = ?", id).Take(&out.Own).Error
		switch {
		case db.IsNotFound(err):
			return notFound()
		case err != nil:
			return fmt.Errorf("read own class: %w", err)
		}
		return s.ownSessionsTx(tx, who.ID, &out)
	})
	return out, err
}

func (s *Service) ownSessionsTx(tx *gorm.DB, personID string, out *OwnClass) error {
	sessions, err := sessionsTx(tx, out.ID)
	if err != nil {
		return err
	}
	var rows []models.ClassMark
	err = tx.Where("person_id = ? AND session_id IN (SELECT id FROM class_sessions WHERE class_id = ?)",
		personID, out.ID).Order("no").Find(&rows).Error
	if err != nil {
		return fmt.Errorf("list own signatures: %w", err)
	}
	last, marks := map[string]models.ClassMark{}, map[string]models.Attendance{}
	for _, r := range rows {
		last[r.SessionID], marks[r.SessionID] = r, r.Mark
	}
	var done []string
	err = tx.Model(&models.Enrolment{}).Where("person_id = ? AND completed_at IS NOT NULL", personID).
		Pluck("course_id", &done).Error
	if err != nil {
		return fmt.Errorf("list completed courses: %w", err)
	}
	completed := map[string]bool{}
	for _, c := range done {
		completed[c] = true
	}
	book, err := s.courses.BookOfTx(tx, out.ToOn.Year())
	if err != nil {
		return err
	}
	out.Sum = sum(book, sessions, marks)
	for _, x := range sessions {
		out.Sessions = append(out.Sessions, OwnSession{
			Session: x, Mark: last[x.ID].Mark, Reason: last[x.ID].Reason, Done: completed[models.Deref(x.CourseID)],
		})
	}
	return nil
}

// Waiting counts the classes in the actor's reach whose hours wait for him to confirm them.
func (s *Service) Waiting(ctx context.Context, who models.Actor) (int, error) {
	if !policy.May(who, policy.ClassConfirm) {
		return 0, nil
	}
	var n int64
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		return within(query(tx), policy.Scope(who, policy.ClassConfirm)).
			Where("training_classes.state = ? AND training_classes.submitted_by <> ?", models.ClassClosing, who.ID).
			Count(&n).Error
	})
	if err != nil {
		return 0, fmt.Errorf("count classes that wait: %w", err)
	}
	return int(n), nil
}
