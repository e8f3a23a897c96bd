package trainer

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// maxNote is the longest note of a task in characters.
const maxNote = 200

// TaskInput asks the people of a unit, and of the units below it, to take a course by a day. Category "" is everybody.
type TaskInput struct {
	Course, UnitID string // code of the course
	Category       models.Category
	DueOn          models.Date
	Note           string
}

// TaskView is a task with the names that belong to it.
type TaskView struct {
	models.CourseTask
	Course, CourseEN, Code, Unit, UnitPath string

	ByUnit string // the unit of the training administrator who asks; "" where that was not kept
}

// Assign makes a task and tells those of whom it asks a course. Faults: Forbidden; Invalid with fields course, unit,
// category, due, note; Conflict "train.task.twice".
func (s *Service) Assign(ctx context.Context, who models.Actor, in TaskInput) (models.CourseTask, error) {
	now := s.now()
	in.Note = strings.TrimSpace(in.Note)
	var made models.CourseTask
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if err := list(who, policy.TrainManage); err != nil {
			return err
		}
		courseID, unit, err := in.checkTx(tx, who, models.DateOf(now))
		if err != nil {
			return err
		}
		made = models.CourseTask{
			ID: models.NewID(), CourseID: courseID, UnitID: in.UnitID, Category: in.Category, DueOn: in.DueOn,
			Note: in.Note, ByUnitID: asksFor(who, unit.Path), CreatedBy: models.Ref(who.ID), CreatedAt: now,
		}
		var n int64
		err = tx.Model(&models.CourseTask{}).Where("course_id = ? AND unit_id = ? AND category = ? AND ended_on = ''",
			courseID, in.UnitID, in.Category).Count(&n).Error
		switch {
		case err != nil:
			return fmt.Errorf("look for the same task: %w", err)
		case n > 0:
			return fault.New(fault.Conflict, "train.task.twice")
		}
		if err := tx.Create(&made).Error; err != nil {
			return fmt.Errorf("write task: %w", err)
		}
		view, err := taskTx(tx, who, policy.TrainManage, made.ID)
		if err != nil {
			return err
		}
		if err := tellTx(tx, now, who, view); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{Action: "task.create", Kind: "task", ID: made.ID, Detail: in.Course})
	})
	return made, err
}

func categories() []models.Category {
	return []models.Category{
		"", models.LeadingCadre, models.CivilServant, models.Institution, models.VillageCadre, models.Contract,
	}
}

func (in TaskInput) checkTx(tx *gorm.DB, who models.Actor, today models.Date,
) (courseID string, unit models.Unit, err error) {
	var wrong []fault.Field
	var c models.Course
	switch err := tx.Take(&c, "code = ?", in.Course).Error; {
	case db.IsNotFound(err):
		wrong = append(wrong, fault.On("course", "form.required_choice"))
	case err != nil:
		return "", unit, fmt.Errorf("read course: %w", err)
	}
	switch unit, err = unitTx(tx, who, policy.TrainManage, in.UnitID); {
	case fault.Is(err, fault.NotFound):
		wrong = append(wrong, fault.On("unit", "form.required_choice"))
	case err != nil:
		return "", unit, err
	}
	if !slices.Contains(categories(), in.Category) {
		wrong = append(wrong, fault.On("category", "form.required_choice"))
	}
	if _, ok := models.ParseDate(string(in.DueOn)); !ok {
		wrong = append(wrong, fault.NoDay("due", string(in.DueOn)))
	} else if in.DueOn < today {
		wrong = append(wrong, fault.On("due", "train.task.past"))
	}
	if in.Note != "" {
		wrong = append(wrong, fault.Text("note", in.Note, maxNote)...)
	}
	return c.ID, unit, fault.Refuse(wrong)
}

// EndTask takes a task back; what was learned stays. Fault: NotFound.
func (s *Service) EndTask(ctx context.Context, who models.Actor, id string) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if err := list(who, policy.TrainManage); err != nil {
			return err
		}
		t, err := taskTx(tx, who, policy.TrainManage, id)
		if err != nil || t.EndedOn != "" {
			return err
		}
		err = tx.Model(&models.CourseTask{}).Where("id = ?", id).Update("ended_on", models.DateOf(now)).Error
		if err != nil {
			return fmt.Errorf("end task: %w", err)
		}
		return audit.Add(tx, now, who, audit.Event{Action: "task.end", Kind: "task", ID: id})
	})
}

func taskQuery(tx *gorm.DB) *gorm.DB {
	return tx.Table("course_tasks").
		Select("course_tasks.*, courses.title AS course, courses.title_en AS course_en, courses.code, " +
			"units.name AS unit, units.path AS unit_path, by_units.name AS by_unit").
		Joins("JOIN courses ON courses.id = course_tasks.course_id").
		Joins("JOIN units ON units.id = course_tasks.unit_id").
		Joins("LEFT JOIN units by_units ON by_units.id = course_tasks.by_unit_id")
}

func taskTx(tx *gorm.DB, who models.Actor, do policy.Action, id string) (v TaskView, err error) {
	err = taskQuery(tx).Where("course_tasks.id = ?", id).Take(&v).Error
	switch {
	case db.IsNotFound(err) || err == nil && !policy.Can(who, do, policy.Object{UnitPath: v.UnitPath}):
		return v, notFound()
	case err != nil:
		return v, fmt.Errorf("read task: %w", err)
	}
	return v, nil
}

// Tasks lists the tasks in the actor's reach that hold, or all, the latest first, with their number.
func (s *Service) Tasks(ctx context.Context, who models.Actor, past bool, page, size int,
) (out []TaskView, total int, err error) {
	if err := list(who, policy.TrainSee); err != nil {
		return nil, 0, err
	}
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		q := within(taskQuery(tx), policy.Scope(who, policy.TrainSee))
		if !past {
			q = q.Where("course_tasks.ended_on = ''")
		}
		q = q.Session(&gorm.Session{})
		var n int64
		if err := q.Count(&n).Error; err != nil {
			return fmt.Errorf("count tasks: %w", err)
		}
		total = int(n)
		return q.Order("course_tasks.created_at DESC, course_tasks.id DESC").Limit(size).
			Offset((max(1, page) - 1) * size).Find(&out).Error
	})
	return out, total, err
}

// Taker is one person of whom a task asks a course.
type Taker struct {
	ID, Name, StaffNo, Unit string
	StartedOn, CompletedOn  models.Date // "" = not yet
}

// TaskPeople is one page of those of whom a task asks a course, by unit and staff number.
type TaskPeople struct {
	Task            TaskView
	Takers          []Taker
	Total, Finished int
}

// TaskByID returns a task with a page of its people. Fault: NotFound.
func (s *Service) TaskByID(ctx context.Context, who models.Actor, id string, page, size int) (v TaskPeople, err error) {
	if err := list(who, policy.TrainSee); err != nil {
		return v, err
	}
	today := models.DateOf(s.now())
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		if v.Task, err = taskTx(tx, who, policy.TrainSee, id); err != nil {
			return err
		}
		return v.readTx(tx, today, page, size)
	})
	return v, err
}

func (v *TaskPeople) readTx(tx *gorm.DB, today models.Date, page, size int) error {
	first := tx.Session(&gorm.Session{NewDB: true}).Table("posts").Select("MIN(posts.id)").
		Joins("JOIN units ON units.id = posts.unit_id").Where("units.path LIKE ?", v.Task.UnitPath+"%").
		Where(current, today, today).Group("posts.person_id")
	if v.Task.Category != "" {
		first = first.Where("posts.category = ?", v.Task.Category)
	}
	q := tx.Table("posts").Joins("JOIN persons ON persons.id = posts.person_id").
		Joins("JOIN units ON units.id = posts.unit_id").
		Joins("LEFT JOIN enrolments e ON e.person_id = persons.id AND e.course_id = ?", v.Task.CourseID).
		Where("posts.id IN (?)", first).Session(&gorm.Session{})
	var total, finished int64
	if err := q.Count(&total).Error; err != nil {
		return fmt.Errorf("count takers: %w", err)
	}
	if err := q.Where("e.completed_at IS NOT NULL").Count(&finished).Error; err != nil {
		return fmt.Errorf("count finished: %w", err)
	}
	var rows []struct {
		ID, Name, StaffNo, Unit string
		models.Enrolment        `gorm:"embedded;embeddedPrefix:e_"`
	}
	err := q.Select("persons.id, persons.name, persons.staff_no, units.name AS unit, e.started_at AS e_started_at, " +
		"e.completed_at AS e_completed_at").
		Order("units.path, persons.staff_no").Limit(size).Offset((max(1, page) - 1) * size).Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("list takers: %w", err)
	}
	v.Total, v.Finished = int(total), int(finished)
	for _, r := range rows {
		t := Taker{ID: r.ID, Name: r.Name, StaffNo: r.StaffNo, Unit: r.Unit}
		if !r.StartedAt.IsZero() {
			t.StartedOn = models.DateOf(r.StartedAt)
		}
		if r.CompletedAt != nil {
			t.CompletedOn = models.DateOf(*r.CompletedAt)
		}
		v.Takers = append(v.Takers, t)
	}
	return nil
}

// Asked is a course that the actor is asked to take.
type Asked struct {
	Code, Course, CourseEN, Unit, Note string
	ByUnit                             string // of the training administrator who asks
	DueOn                              models.Date
	Done                               bool
}

// Asker is the unit that asks: that of the training administrator, or the one that is asked where that was not kept.
func (a Asked) Asker() string { return cmp.Or(a.ByUnit, a.Unit) }

// AskedOf lists the courses that the actor is asked to take, the nearest day first: those of his units and of the units
// above them. What is asked twice stands once, with the earlier day.
func (s *Service) AskedOf(ctx context.Context, who models.Actor) (out []Asked, err error) {
	if err := list(who, policy.LearnTake); err != nil {
		return nil, err
	}
	today := models.DateOf(s.now())
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		var posts []struct {
			Path     string
			Category models.Category
		}
		err := tx.Table("posts").Select("units.path, posts.category").Joins("JOIN units ON units.id = posts.unit_id").
			Where("posts.person_id = ?", who.ID).Where(current, today, today).Scan(&posts).Error
		if err != nil {
			return fmt.Errorf("read posts: %w", err)
		}
		out = nil
		for _, p := range posts {
			more, err := askedTx(tx, who.ID, strings.Split(strings.Trim(p.Path, "/"), "/"), p.Category)
			if err != nil {
				return err
			}
			out = append(out, more...)
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b Asked) int { return strings.Compare(string(a.DueOn), string(b.DueOn)) })
	seen := map[string]bool{}
	return slices.DeleteFunc(out, func(a Asked) bool {
		again := seen[a.Code]
		seen[a.Code] = true
		return again
	}), err
}

func askedTx(tx *gorm.DB, personID string, units []string, c models.Category) (out []Asked, err error) {
	err = taskQuery(tx).Select("courses.code, courses.title AS course, courses.title_en AS course_en, "+
		"units.name AS unit, by_units.name AS by_unit, course_tasks.note, course_tasks.due_on, "+
		"CASE WHEN e.completed_at IS NULL THEN 0 ELSE 1 END AS done").
		Joins("LEFT JOIN enrolments e ON e.person_id = ? AND e.course_id = course_tasks.course_id", personID).
		Where("course_tasks.ended_on = '' AND course_tasks.unit_id IN ? AND course_tasks.category IN ?",
			units, []models.Category{"", c}).Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list courses asked for: %w", err)
	}
	return out, nil
}
