package quiz

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"shanzhi/models"
)

// Evidence is what one quiz says about one person in a span of days. No hours and no time are in it (red line 2).
//
// N and X are the questions of the first finished attempt of the span and the right ones among them: later attempts
// have seen explanations, so they only show in Attempts and Best. Scores are in 0.01 point.
type Evidence struct {
	PersonID              string
	QuizID                string
	CourseID, CourseCode  string
	CourseTitle, CourseEN string
	Competency            models.Competency
	N, X                  int
	Answered              int  // of N; the rest was left blank
	TimedOut              bool // the first attempt ended by the clock
	Earlier               bool // an attempt before the span exists: the "first" one had seen the bank
	Attempts              int  // finished in the span
	First, Best           int
	Passed                bool
	PassedOn              models.Date // first passed attempt of the span; "" = none
}

// chunk keeps lists of ids in a query within the limits of both databases.
const chunk = 500

// EvidenceTx returns the evidence of the people from the first to the last day, both included, by person, each by the
// code of the course. An attempt still open is no evidence: CloseOverdue goes before.
func (s *Service) EvidenceTx(
	tx *gorm.DB, personIDs []string, from, to models.Date,
) (map[string][]Evidence, error) {
	titles, err := coursesByQuiz(tx)
	if err != nil {
		return nil, err
	}
	out := make(map[string][]Evidence, len(personIDs))
	for ids := range slices.Chunk(personIDs, chunk) {
		var rows []models.Attempt
		err := tx.Where("person_id IN ? AND state = ? AND submitted_at >= ? AND submitted_at < ?",
			ids, models.AttemptMarked, from.Start(), to.End()).
			Order("person_id").Order("quiz_id").Order("no").Find(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("list attempts: %w", err)
		}
		counts, err := countsTx(tx, firsts(rows))
		if err != nil {
			return nil, err
		}
		for _, e := range gather(rows, counts, titles) {
			out[e.PersonID] = append(out[e.PersonID], e)
		}
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b Evidence) int {
			if a.CourseCode < b.CourseCode {
				return -1
			}
			return 1
		})
	}
	return out, nil
}

// firsts returns the ids of the first attempt of each person at each quiz; rows are ordered by these and by number.
func firsts(rows []models.Attempt) []string {
	var out []string
	for i, a := range rows {
		if i == 0 || rows[i-1].PersonID != a.PersonID || rows[i-1].QuizID != a.QuizID {
			out = append(out, a.ID)
		}
	}
	return out
}

// tally counts the answers of one attempt.
type tally struct {
	AttemptID      string
	N, X, Answered int
}

func countsTx(tx *gorm.DB, attempts []string) (map[string]tally, error) {
	out := make(map[string]tally, len(attempts))
	for ids := range slices.Chunk(attempts, chunk) {
		var rows []tally
		err := tx.Model(&models.Answer{}).
			Select("attempt_id, COUNT(*) AS n, SUM(CASE WHEN is_right THEN 1 ELSE 0 END) AS x, "+
				"SUM(CASE WHEN given <> '' THEN 1 ELSE 0 END) AS answered").
			Where("attempt_id IN ?", ids).Group("attempt_id").Find(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("count answers: %w", err)
		}
		for _, r := range rows {
			out[r.AttemptID] = r
		}
	}
	return out, nil
}

func coursesByQuiz(tx *gorm.DB) (map[string]models.Course, error) {
	var quizzes []models.Quiz
	if err := tx.Find(&quizzes).Error; err != nil {
		return nil, fmt.Errorf("list quizzes: %w", err)
	}
	var list []models.Course
	if err := tx.Find(&list).Error; err != nil {
		return nil, fmt.Errorf("list courses: %w", err)
	}
	byID := make(map[string]models.Course, len(list))
	for _, c := range list {
		byID[c.ID] = c
	}
	out := make(map[string]models.Course, len(quizzes))
	for _, q := range quizzes {
		out[q.ID] = byID[q.CourseID]
	}
	return out, nil
}

// gather makes one Evidence of the attempts of one person at one quiz; rows are ordered by these and by number.
func gather(rows []models.Attempt, counts map[string]tally, titles map[string]models.Course) []Evidence {
	var out []Evidence
	for _, a := range rows {
		last := len(out) - 1
		if last < 0 || out[last].PersonID != a.PersonID || out[last].QuizID != a.QuizID {
			c, n := titles[a.QuizID], counts[a.ID]
			out = append(out, Evidence{
				PersonID: a.PersonID, QuizID: a.QuizID, CourseID: c.ID, CourseCode: c.Code, CourseTitle: c.Title,
				CourseEN: c.TitleEN, Competency: c.Competency, N: n.N, X: n.X, Answered: n.Answered,
				TimedOut: a.TimedOut, Earlier: a.No > 1, First: a.Score,
			})
			last++
		}
		e := &out[last]
		e.Attempts++
		e.Best = max(e.Best, a.Score)
		if a.Passed && !e.Passed {
			e.Passed, e.PassedOn = true, models.DateOf(*a.SubmittedAt)
		}
	}
	return out
}
