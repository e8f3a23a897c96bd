package courses

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"shanzhi/models"
)

//go:embed library
var library embed.FS

// Material is one course as its authors wrote it: rows without ids, the questions in the order of their codes, the
// drawings by the names of their files.
type Material struct {
	Course    models.Course
	Lessons   []models.Lesson
	Quiz      models.Quiz
	Questions []models.Question
	Drawings  map[string]Drawing
}

// Library returns the courses that are shipped with the program.
func Library() ([]Material, error) {
	sub, err := fs.Sub(library, "library")
	if err != nil {
		return nil, fmt.Errorf("open library: %w", err)
	}
	return LoadLibrary(sub)
}

// LibraryError is one fault of a course's files; it names the file and the field.
type LibraryError struct {
	File, Field, Problem string
}

// Error reads "mediation/course.json: lessons[2].minutes: must be from 1 to 300".
func (e *LibraryError) Error() string {
	if e.Field == "" {
		return e.File + ": " + e.Problem
	}
	return e.File + ": " + e.Field + ": " + e.Problem
}

// LoadLibrary reads every course below files: a folder each, named by the code, with course.json, its lessons, the
// drawings that they show and questions.json.
//
// All faults of all files are reported at once, each a *LibraryError; nothing is returned beside them.
func LoadLibrary(files fs.FS) ([]Material, error) {
	folders, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, fmt.Errorf("read library: %w", err)
	}
	var all []Material
	var wrong []error
	for _, f := range folders {
		if !f.IsDir() {
			wrong = append(wrong, &LibraryError{File: f.Name(), Problem: "a course is a folder"})
			continue
		}
		r := &reader{files: files, folder: f.Name()}
		m := r.course()
		wrong = append(wrong, r.wrong...)
		all = append(all, m)
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	return all, nil
}

// courseFile is course.json.
type courseFile struct {
	Code       string       `json:"code"`
	Title      string       `json:"title"`
	TitleEN    string       `json:"title_en"`
	Summary    string       `json:"summary"`
	SummaryEN  string       `json:"summary_en"`
	Competency string       `json:"competency"`
	Version    int          `json:"version"`
	Dated      string       `json:"dated"`
	Lessons    []lessonFile `json:"lessons"`
	Quiz       quizFile     `json:"quiz"`
}

type lessonFile struct {
	File      string `json:"file"`
	Title     string `json:"title"`
	TitleEN   string `json:"title_en"`
	Summary   string `json:"summary"`
	SummaryEN string `json:"summary_en"`
	Minutes   int    `json:"minutes"`
}

type quizFile struct {
	Title       string `json:"title"`
	TitleEN     string `json:"title_en"`
	PassPercent int    `json:"pass_percent"`
	Minutes     int    `json:"minutes"`
	Draw        int    `json:"draw"`
	Attempts    int    `json:"attempts"`
}

// questionFile is one entry of questions.json.
type questionFile struct {
	ID      string `json:"id"`
	Kind    string `json:"kind"`
	Lesson  int    `json:"lesson"`
	Stem    string `json:"stem"`
	Options []struct {
		Text    string `json:"text"`
		Correct bool   `json:"correct"`
	} `json:"options"`
	Explanation string `json:"explanation"`
}

// The limits of a course. maxLessons keeps the basis of its booking within the room of the ledger.
const (
	maxLessons  = 15
	maxMinutes  = 300
	maxDraw     = 100
	maxAttempts = 20
	maxOptions  = 8
	maxBody     = 60_000
)

var (
	courseCode   = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)
	questionCode = regexp.MustCompile(`^[a-z0-9-]{1,10}$`) // short: a retired question gets its edition behind it
	deepHeading  = regexp.MustCompile(`^ {0,3}(#|#{3,6})(\s|$)`)
	rawHTML      = regexp.MustCompile(`(?i)<[a-z!/]`)
)

// reader reads one folder and collects what is wrong with it.
type reader struct {
	files  fs.FS
	folder string
	wrong  []error
}

func (r *reader) fail(file, field, problem string) {
	r.wrong = append(r.wrong, &LibraryError{File: path.Join(r.folder, file), Field: field, Problem: problem})
}

// text checks a text of 1 to limit characters on one line or several.
func (r *reader) text(file, field, s string, limit int) {
	switch n := len([]rune(s)); {
	case strings.TrimSpace(s) == "":
		r.fail(file, field, "is missing")
	case strings.TrimSpace(s) != s:
		r.fail(file, field, "has blanks at its edge")
	case n > limit:
		r.fail(file, field, fmt.Sprintf("has %d characters, at most %d", n, limit))
	}
}

func (r *reader) number(file, field string, n, lo, hi int) {
	if n < lo || n > hi {
		r.fail(file, field, fmt.Sprintf("must be from %d to %d", lo, hi))
	}
}

// json reads one JSON file strictly: no unknown names, nothing behind the value.
func (r *reader) json(file string, into any) bool {
	b, err := fs.ReadFile(r.files, path.Join(r.folder, file))
	if err != nil {
		r.fail(file, "", "cannot be opened")
		return false
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		r.fail(file, "", err.Error())
		return false
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		r.fail(file, "", "has something behind its value")
		return false
	}
	return true
}

func (r *reader) course() Material {
	const file = "course.json"
	var c courseFile
	var m Material
	if !r.json(file, &c) {
		return m
	}
	if c.Code != r.folder || !courseCode.MatchString(c.Code) {
		r.fail(file, "code", "must be the folder's name: small letters, digits, hyphens")
	}
	r.text(file, "title", c.Title, 100)
	r.text(file, "title_en", c.TitleEN, 200)
	r.text(file, "summary", c.Summary, 1000)
	r.text(file, "summary_en", c.SummaryEN, 1000)
	if !slices.Contains(models.Competencies(), models.Competency(c.Competency)) {
		r.fail(file, "competency", fmt.Sprintf("%q is no indicator", c.Competency))
	}
	r.number(file, "version", c.Version, 1, 9999)
	dated, ok := models.ParseDate(c.Dated)
	if !ok {
		r.fail(file, "dated", "must be a day such as 2026-11-01")
	}
	m.Course = models.Course{
		Code: c.Code, Title: c.Title, TitleEN: c.TitleEN, Summary: c.Summary, SummaryEN: c.SummaryEN,
		Competency: models.Competency(c.Competency), Edition: c.Version, DatedOn: dated,
	}
	m.Lessons = r.lessons(file, c.Lessons)
	m.Questions = r.questions(len(c.Lessons))
	m.Quiz = r.quiz(file, c.Quiz, len(m.Questions))
	bodies := map[string]string{}
	for _, l := range m.Lessons {
		bodies[c.Lessons[l.No-1].File] = l.Body
	}
	m.Drawings = r.drawings(bodies)
	r.strays(c.Lessons, m.Drawings)
	return m
}

func (r *reader) quiz(file string, q quizFile, bank int) models.Quiz {
	r.text(file, "quiz.title", q.Title, 100)
	r.text(file, "quiz.title_en", q.TitleEN, 200)
	r.number(file, "quiz.pass_percent", q.PassPercent, 1, 100)
	r.number(file, "quiz.minutes", q.Minutes, 1, maxMinutes)
	r.number(file, "quiz.draw", q.Draw, 1, min(maxDraw, max(1, bank)))
	r.number(file, "quiz.attempts", q.Attempts, 0, maxAttempts)
	return models.Quiz{
		Title: q.Title, TitleEN: q.TitleEN, PassPercent: q.PassPercent, LimitSec: 60 * q.Minutes, Draw: q.Draw,
		MaxAttempts: q.Attempts,
	}
}

// strays names files that nothing refers to: most often a slip in a name.
func (r *reader) strays(lessons []lessonFile, drawings map[string]Drawing) {
	known := []string{"course.json", "questions.json"}
	for _, l := range lessons {
		known = append(known, l.File)
	}
	known = slices.AppendSeq(known, maps.Keys(drawings))
	found, err := fs.ReadDir(r.files, r.folder)
	if err != nil {
		r.fail("", "", "cannot be listed")
		return
	}
	for _, f := range found {
		if !slices.Contains(known, f.Name()) {
			r.fail(f.Name(), "", "is listed in no course.json and shown in no lesson")
		}
	}
}
