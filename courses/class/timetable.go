package class

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// SessionInput is one entry of a timetable. Hours are in 0.01 hour; 0 does not count, such as an opening. Course is the
// code of a course of the catalogue, "" for a session with a teacher.
type SessionInput struct {
	Day                           models.Date
	FromMin, ToMin                int // minutes after midnight; -1 = not a time
	Title, Place, Teacher, Course string
	Hours                         int
}

// Session is an entry of a timetable with the course that it names.
type Session struct {
	models.ClassSession
	Code, Course, CourseEN string
}

// Counts reports whether being there counts hours.
func (s Session) Counts() bool { return s.Hours > 0 }

// Held reports whether it has begun to be signed for: its day has come.
func (s Session) Held(today models.Date) bool { return s.Day <= today }

// maxDay is how many minutes a day has.
const maxDay = 24 * 60

// checkTx checks a session of a class and returns the id of its course.
func (in *SessionInput) checkTx(tx *gorm.DB, v View, most func(minutes int) int) (courseID string, err error) {
	in.Title, in.Place = strings.TrimSpace(in.Title), strings.TrimSpace(in.Place)
	in.Teacher = strings.TrimSpace(in.Teacher)
	wrong := append(fault.Optional("place", in.Place, maxTitle), fault.Optional("teacher", in.Teacher, maxTitle)...)
	switch _, ok := models.ParseDate(string(in.Day)); {
	case !ok:
		wrong = append(wrong, fault.NoDay("day", string(in.Day)))
	case in.Day < v.FromOn || in.Day > v.ToOn:
		wrong = append(wrong, fault.On("day", "class.session.outside", "from", v.FromOn, "to", v.ToOn))
	}
	switch {
	case in.FromMin < 0 || in.FromMin >= maxDay:
		wrong = append(wrong, fault.On("start", "class.session.time"))
	case in.ToMin < 0 || in.ToMin > maxDay:
		wrong = append(wrong, fault.On("end", "class.session.time"))
	case in.ToMin <= in.FromMin:
		wrong = append(wrong, fault.On("end", "class.session.order"))
	case in.Hours < 0 || in.Hours > most(in.ToMin-in.FromMin):
		wrong = append(wrong, fault.On("hours", "class.session.hours", "max", most(in.ToMin-in.FromMin)/100))
	}
	if in.Course != "" {
		var c models.Course
		switch err := tx.Take(&c, "code = ?", in.Course).Error; {
		case db.IsNotFound(err):
			wrong = append(wrong, fault.On("course", "form.required_choice"))
		case err != nil:
			return "", fmt.Errorf("read course: %w", err)
		case in.Hours > 0:
			wrong = append(wrong, fault.On("hours", "class.session.course_hours"))
		}
		if courseID = c.ID; in.Title == "" {
			in.Title = c.Title
		}
	}
	return courseID, fault.Refuse(append(fault.Text("title", in.Title, maxTitle), wrong...))
}

// AddSession adds an entry to the timetable of a class that is planned or open; who was told of the class is told that
// it changed.
//
// Faults: NotFound; Forbidden; Invalid with fields day, start, end, title, place, teacher, course, hours; Conflict
// "class.not_open", "class.session.too_many", "class.session.overlap" where another one of the class is at that time.
func (s *Service) AddSession(ctx context.Context, who models.Actor, id string, in SessionInput,
) (made models.ClassSession, err error) {
	now := s.now()
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		v, err := holdTx(tx, who, id)
		if err != nil {
			return err
		}
		book, err := s.courses.BookOfTx(tx, v.ToOn.Year())
		if err != nil {
			return err
		}
		courseID, err := in.checkTx(tx, v, book.ClassHours)
		if err != nil {
			return err
		}
		if err := roomTx(tx, id, in); err != nil {
			return err
		}
		made = models.ClassSession{
			ID: models.NewID(), ClassID: id, Day: in.Day, FromMin: in.FromMin, ToMin: in.ToMin, Title: in.Title,
			Place: in.Place, Teacher: in.Teacher, CourseID: models.Ref(courseID), Hours: in.Hours, CreatedAt: now,
		}
		if err := tx.Create(&made).Error; err != nil {
			return fmt.Errorf("write session: %w", err)
		}
		if err := s.changedTx(tx, v); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{Action: "class.session_add", Kind: "class", ID: id, Detail: made.ID})
	})
	return made, err
}

// roomTx refuses a session beyond the most that a class may have, or at a time when the class is elsewhere.
func roomTx(tx *gorm.DB, id string, in SessionInput) error {
	all, err := sessionsTx(tx, id)
	if err != nil {
		return err
	}
	if len(all) >= maxSessions {
		return fault.New(fault.Conflict, "class.session.too_many", "max", maxSessions)
	}
	for _, x := range all {
		if x.Day == in.Day && x.FromMin < in.ToMin && in.FromMin < x.ToMin {
			return fault.New(fault.Conflict, "class.session.overlap", "title", x.Title)
		}
	}
	return nil
}

// DropSession takes an entry out of the timetable. One that was signed for stays.
//
// Faults: NotFound; Forbidden; Conflict "class.not_open", "class.session.signed".
func (s *Service) DropSession(ctx context.Context, who models.Actor, id, sessionID string) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		v, err := holdTx(tx, who, id)
		if err != nil {
			return err
		}
		var signed int64
		err = tx.Model(&models.ClassMark{}).Where("session_id = ?", sessionID).Count(&signed).Error
		switch {
		case err != nil:
			return fmt.Errorf("count signatures: %w", err)
		case signed > 0:
			return fault.New(fault.Conflict, "class.session.signed")
		}
		done := tx.Where("id = ? AND class_id = ?", sessionID, id).Delete(&models.ClassSession{})
		switch {
		case done.Error != nil:
			return fmt.Errorf("delete session: %w", done.Error)
		case done.RowsAffected == 0:
			return notFound()
		}
		if err := s.changedTx(tx, v); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: "class.session_drop", Kind: "class", ID: id, Detail: sessionID,
		})
	})
}

// sessionsTx returns the timetable of a class, in its order.
func sessionsTx(tx *gorm.DB, id string) (out []Session, err error) {
	err = tx.Table("class_sessions").
		Select("class_sessions.*, courses.code, courses.title AS course, courses.title_en AS course_en").
		Joins("LEFT JOIN courses ON courses.id = class_sessions.course_id").Where("class_sessions.class_id = ?", id).
		Order("class_sessions.day, class_sessions.from_min, class_sessions.id").Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return out, nil
}

// sessionTx returns one entry of a class's timetable. Fault: NotFound.
func sessionTx(tx *gorm.DB, id, sessionID string) (out Session, err error) {
	err = tx.Table("class_sessions").Where("id = ? AND class_id = ?", sessionID, id).Take(&out.ClassSession).Error
	switch {
	case db.IsNotFound(err):
		return out, notFound()
	case err != nil:
		return out, fmt.Errorf("read session: %w", err)
	}
	return out, nil
}

// countedHours are the hours of all sessions that count, in 0.01 hour.
func countedHours(all []Session) (sum int) {
	for _, x := range all {
		sum += x.Hours
	}
	return sum
}
