package courses

import (
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// courseBy returns the course with the code, or NotFound "course.not_found".
func courseBy(tx *gorm.DB, code string) (models.Course, error) {
	var c models.Course
	err := tx.Where("code = ?", code).Take(&c).Error
	if db.IsNotFound(err) {
		return c, fault.New(fault.NotFound, "course.not_found")
	}
	if err != nil {
		return c, fmt.Errorf("read course %s: %w", code, err)
	}
	return c, nil
}

func courseByID(tx *gorm.DB, id string) (models.Course, error) {
	var c models.Course
	if err := tx.Where("id = ?", id).Take(&c).Error; err != nil {
		return c, fmt.Errorf("read course: %w", err)
	}
	return c, nil
}

// lessonsOf returns the lessons of one course in their order, without their texts.
func lessonsOf(tx *gorm.DB, courseID string) ([]models.Lesson, error) {
	var out []models.Lesson
	err := tx.Omit("body").Where("course_id = ?", courseID).Order("no").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list lessons: %w", err)
	}
	return out, nil
}

// lessonBy returns one lesson with its text, or NotFound "course.lesson_not_found".
func lessonBy(tx *gorm.DB, courseID string, no int) (models.Lesson, error) {
	var l models.Lesson
	err := tx.Where("course_id = ? AND no = ?", courseID, no).Take(&l).Error
	if db.IsNotFound(err) {
		return l, fault.New(fault.NotFound, "course.lesson_not_found")
	}
	if err != nil {
		return l, fmt.Errorf("read lesson %d: %w", no, err)
	}
	return l, nil
}

// placesOf returns where the person is in the lessons of a course, by lesson.
func placesOf(tx *gorm.DB, personID, courseID string) (map[string]models.LessonProgress, error) {
	lessons := tx.Model(&models.Lesson{}).Select("id").Where("course_id = ?", courseID)
	return places(tx.Where("person_id = ? AND lesson_id IN (?)", personID, lessons))
}

func places(q *gorm.DB) (map[string]models.LessonProgress, error) {
	var rows []models.LessonProgress
	if err := q.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list places: %w", err)
	}
	out := make(map[string]models.LessonProgress, len(rows))
	for _, p := range rows {
		out[p.LessonID] = p
	}
	return out, nil
}

// shelf is everything of the catalogue and of one person's learning, read with a fixed number of queries.
type shelf struct {
	courses    []models.Course
	lessons    map[string][]models.Lesson // by course
	places     map[string]models.LessonProgress
	enrolments map[string]models.Enrolment // by course
	quizzes    map[string]models.Quiz      // by course
	attempts   map[string][]models.Attempt // by quiz
}

// readShelf reads all courses, or the one with the code.
func readShelf(tx *gorm.DB, personID, code string) (*shelf, error) {
	s := &shelf{
		lessons: map[string][]models.Lesson{}, enrolments: map[string]models.Enrolment{},
		quizzes: map[string]models.Quiz{}, attempts: map[string][]models.Attempt{},
	}
	q := tx.Order("code")
	if code != "" {
		q = q.Where("code = ?", code)
	}
	if err := q.Find(&s.courses).Error; err != nil {
		return nil, fmt.Errorf("list courses: %w", err)
	}
	ids := make([]string, len(s.courses))
	for i, c := range s.courses {
		ids[i] = c.ID
	}
	if err := s.readCourses(tx, ids); err != nil {
		return nil, err
	}
	return s, s.readPerson(tx, personID, ids)
}

func (s *shelf) readCourses(tx *gorm.DB, ids []string) error {
	var lessons []models.Lesson
	if err := tx.Omit("body").Where("course_id IN ?", ids).Order("no").Find(&lessons).Error; err != nil {
		return fmt.Errorf("list lessons: %w", err)
	}
	for _, l := range lessons {
		s.lessons[l.CourseID] = append(s.lessons[l.CourseID], l)
	}
	var quizzes []models.Quiz
	if err := tx.Where("course_id IN ?", ids).Find(&quizzes).Error; err != nil {
		return fmt.Errorf("list quizzes: %w", err)
	}
	for _, q := range quizzes {
		s.quizzes[q.CourseID] = q
	}
	return nil
}

func (s *shelf) readPerson(tx *gorm.DB, personID string, ids []string) (err error) {
	lessons := tx.Model(&models.Lesson{}).Select("id").Where("course_id IN ?", ids)
	if s.places, err = places(tx.Where("person_id = ? AND lesson_id IN (?)", personID, lessons)); err != nil {
		return err
	}
	var enrolments []models.Enrolment
	if err := tx.Where("person_id = ? AND course_id IN ?", personID, ids).Find(&enrolments).Error; err != nil {
		return fmt.Errorf("list enrolments: %w", err)
	}
	for _, e := range enrolments {
		s.enrolments[e.CourseID] = e
	}
	quizzes := tx.Model(&models.Quiz{}).Select("id").Where("course_id IN ?", ids)
	var attempts []models.Attempt
	err = tx.Where("person_id = ? AND quiz_id IN (?)", personID, quizzes).Order("no").Find(&attempts).Error
	if err != nil {
		return fmt.Errorf("list attempts: %w", err)
	}
	for _, a := range attempts {
		s.attempts[a.QuizID] = append(s.attempts[a.QuizID], a)
	}
	return nil
}

// EnrolTx returns the person's enrolment in the course, made if there was none, and locks it: what one person does in
// one course happens one after the other.
func (s *Service) EnrolTx(tx *gorm.DB, now time.Time, personID, courseID string) (models.Enrolment, error) {
	mine := tx.Where("person_id = ? AND course_id = ?", personID, courseID).Session(&gorm.Session{})
	var e models.Enrolment
	err := mine.Take(&e).Error
	if db.IsNotFound(err) {
		e = models.Enrolment{ID: models.NewID(), PersonID: personID, CourseID: courseID, StartedAt: now}
		_, err = db.Insert(tx, &e)
	}
	if err != nil {
		return e, fmt.Errorf("enrol: %w", err)
	}
	e = models.Enrolment{}
	if err := mine.Clauses(clause.Locking{Strength: "UPDATE"}).Take(&e).Error; err != nil {
		return e, fmt.Errorf("lock enrolment: %w", err)
	}
	return e, nil
}

// categoriesOn returns the personnel categories of the posts that a person holds on a day.
func categoriesOn(tx *gorm.DB, personID string, day models.Date) ([]models.Category, error) {
	var out []models.Category
	err := tx.Model(&models.Post{}).
		Where("person_id = ? AND valid_from <= ? AND (valid_to = '' OR valid_to >= ?)", personID, day, day).
		Distinct().Order("category").Pluck("category", &out).Error
	if err != nil {
		return nil, fmt.Errorf("list personnel categories: %w", err)
	}
	return out, nil
}

// ListTx returns the courses of the catalogue by code.
func ListTx(tx *gorm.DB) ([]models.Course, error) {
	var out []models.Course
	if err := tx.Order("code").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("list courses: %w", err)
	}
	return out, nil
}
