package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/courses"
	"shanzhi/courses/quiz"
	"shanzhi/models"
	"shanzhi/models/db"
)

// Codes of the starter courses.
const (
	mediation = "mediation"
	serving   = "serving-residents"
)

// takers is the share of the cadres who take quizzes.
const takers = 0.93

// sitting is one attempt at a quiz.
type sitting struct {
	staffNo, course string
	on              models.Date
	minute          int
	logit           float64
	again           bool // a second attempt where the first was not passed
}

// learn lets cadres read courses and take quizzes in their evenings and noon breaks. The visitor's cadre has passed
// one course and is in the middle of the other.
func (m *maker) learn(ctx context.Context) error {
	rng := stream(m.o.Seed, 3)
	var codes []string
	err := db.View(ctx, m.DB, func(tx *gorm.DB) error {
		codes = nil
		list, err := courses.ListTx(tx)
		for _, c := range list {
			codes = append(codes, c.Code)
		}
		return err
	})
	if err != nil {
		return err
	}
	slices.Sort(codes)
	all := m.sittings(rng, codes)
	if err := m.lessons(ctx, all); err != nil {
		return err
	}
	keys, err := m.rightKeys(ctx)
	if err != nil {
		return err
	}
	for _, s := range all {
		if err := m.sit(ctx, rng, keys, s); err != nil {
			return fmt.Errorf("%s, %s: %w", s.staffNo, s.course, err)
		}
	}
	return m.halfway(ctx)
}

// sittings draws who takes which quizzes and when: one to four courses a year, in the evening or at noon. The visitor's
// cadre has passed one course and taken no other.
func (m *maker) sittings(rng *rand.Rand, codes []string) []sitting {
	span := m.plan.from.DaysUntil(m.plan.to)
	var out []sitting
	for _, c := range cadres() {
		order := rng.Perm(len(codes))
		n := min(len(codes), 1+weighted(rng, 1, 2, 5, 1))
		first, apart := 8+rng.IntN(40), span/(n+1)
		takes := chance(rng, takers)
		for i, at := range order[:n] {
			s := sitting{
				staffNo: c.staffNo, course: codes[at], on: m.plan.from.AddDays(first + i*apart + rng.IntN(apart-10)),
				minute: 19*60 + rng.IntN(120), logit: m.truths[c.staffNo].Quiz,
			}
			if chance(rng, 0.4) {
				s.minute = 12*60 + 20 + rng.IntN(20)
			}
			if takes && c.staffNo != visitorNo {
				out = append(out, s)
			}
		}
		if c.staffNo == visitorNo {
			out = append(out, sitting{
				staffNo: c.staffNo, course: mediation, on: m.plan.half.AddDays(60 + rng.IntN(60)), minute: 19*60 + 30,
				logit: m.truths[c.staffNo].Quiz,
			})
		}
	}
	slices.SortStableFunc(out, func(a, b sitting) int { return compareDays(a.on, b.on) })
	return out
}

// lessons marks all lessons of a course as read, on the days before the quiz.
func (m *maker) lessons(ctx context.Context, all []sitting) error {
	return db.Tx(ctx, m.DB, func(tx *gorm.DB) error {
		var lessons []struct {
			models.Lesson
			Code string
		}
		err := tx.Table("lessons").Select("lessons.*, c.code").Joins("JOIN courses c ON c.id = lessons.course_id").
			Order("c.code, lessons.no").Find(&lessons).Error
		if err != nil {
			return fmt.Errorf("read lessons: %w", err)
		}
		var places []models.LessonProgress
		var enrolments []models.Enrolment
		for _, s := range all {
			for _, l := range lessons {
				if l.Code != s.course {
					continue
				}
				done := s.on.AddDays(l.No - 7).Start().Add(20 * time.Hour)
				if l.No == 1 {
					enrolments = append(enrolments, models.Enrolment{
						ID: models.NewID(), PersonID: m.people[s.staffNo], CourseID: l.CourseID,
						StartedAt: s.on.AddDays(-7).Start(),
					})
				}
				places = append(places, models.LessonProgress{
					ID: models.NewID(), PersonID: m.people[s.staffNo], LessonID: l.ID,
					Paragraph: len(courses.Sections(l.Body)), DoneAt: &done, SeenAt: done,
				})
			}
		}
		if err := tx.CreateInBatches(enrolments, 200).Error; err != nil {
			return fmt.Errorf("enrol: %w", err)
		}
		if err := tx.CreateInBatches(places, 200).Error; err != nil {
			return fmt.Errorf("keep places: %w", err)
		}
		return nil
	})
}

// rightKeys reads the right keys of all questions, by id.
func (m *maker) rightKeys(ctx context.Context) (keys map[string]models.Question, err error) {
	err = db.View(ctx, m.DB, func(tx *gorm.DB) error {
		var all []models.Question
		if err := tx.Find(&all).Error; err != nil {
			return fmt.Errorf("read questions: %w", err)
		}
		keys = make(map[string]models.Question, len(all))
		for _, q := range all {
			keys[q.ID] = q
		}
		return nil
	})
	return keys, err
}

// sit takes the quiz; whoever fails tries once more some days later, knowing more.
func (m *maker) sit(ctx context.Context, rng *rand.Rand, keys map[string]models.Question, s sitting) error {
	m.at(s.on, s.minute)
	who, err := m.as(ctx, s.staffNo)
	if err != nil {
		return err
	}
	a, err := m.Quiz.Start(ctx, who, s.course)
	if err != nil {
		return err
	}
	paper, err := m.paper(ctx, a.ID)
	if err != nil {
		return err
	}
	given := map[int][]string{}
	for _, ans := range paper {
		given[ans.Place] = letters(rng, keys[ans.QuestionID], ans.Shown, chance(rng, share01(s.logit)))
	}
	m.at(s.on, s.minute+12+rng.IntN(14))
	if _, err := m.Quiz.Save(ctx, who, a.ID, quiz.Answers{Version: a.Version, Whole: true, Given: given}); err != nil {
		return err
	}
	done, err := m.Quiz.Submit(ctx, who, a.ID)
	if err != nil || done.Passed || s.again {
		return err
	}
	s.again, s.on, s.logit = true, s.on.AddDays(3), s.logit+1
	return m.sit(ctx, rng, keys, s)
}

func (m *maker) paper(ctx context.Context, attemptID string) (answers []models.Answer, err error) {
	err = db.View(ctx, m.DB, func(tx *gorm.DB) error {
		if err := tx.Where("attempt_id = ?", attemptID).Order("place").Find(&answers).Error; err != nil {
			return fmt.Errorf("read paper: %w", err)
		}
		return nil
	})
	return answers, err
}

// letters is an answer, as the paper letters its options, that is right or wrong as wanted.
func letters(rng *rand.Rand, q models.Question, shown string, right bool) []string {
	given := q.Right
	switch {
	case right:
	case q.Kind == models.Multiple && len(given) > 1:
		at := rng.IntN(len(given)) // something forgotten
		given = given[:at] + given[at+1:]
	default:
		var others []string
		for _, l := range shown {
			if !strings.ContainsRune(q.Right, l) {
				others = append(others, string(l))
			}
		}
		given = pick(rng, others)
	}
	var out []string
	for i, l := range shown {
		if strings.ContainsRune(given, l) {
			out = append(out, courses.Letter(i))
		}
	}
	return out
}

// halfway leaves the visitor's cadre in the third lesson of a course.
func (m *maker) halfway(ctx context.Context) error {
	for no := 1; no <= 3; no++ {
		m.at(m.plan.today.AddDays(no-5), 12*60+40)
		who, err := m.as(ctx, visitorNo)
		if err != nil {
			return err
		}
		if no == 3 {
			err = m.Courses.SavePlace(ctx, who, serving, no, 2)
		} else {
			err = m.Courses.FinishLesson(ctx, who, serving, no)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
