package courses

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"shanzhi/models"
)

func (r *reader) lessons(file string, list []lessonFile) []models.Lesson {
	if n := len(list); n == 0 || n > maxLessons {
		r.fail(file, "lessons", fmt.Sprintf("must be from 1 to %d", maxLessons))
	}
	var out []models.Lesson
	seen := map[string]bool{}
	for i, l := range list {
		at := fmt.Sprintf("lessons[%d].", i)
		r.text(file, at+"title", l.Title, 100)
		r.text(file, at+"title_en", l.TitleEN, 200)
		r.text(file, at+"summary", l.Summary, 500)
		r.text(file, at+"summary_en", l.SummaryEN, 1000)
		r.number(file, at+"minutes", l.Minutes, 1, maxMinutes)
		if seen[l.File] || l.File != path.Base(l.File) || path.Ext(l.File) != ".md" {
			r.fail(file, at+"file", "must be a Markdown file of this folder, each once")
			continue
		}
		seen[l.File] = true
		out = append(out, models.Lesson{
			No: i + 1, Title: l.Title, TitleEN: l.TitleEN, Summary: l.Summary, SummaryEN: l.SummaryEN,
			Minutes: l.Minutes, Body: r.body(l.File),
		})
	}
	return out
}

// body reads a lesson's Markdown. It begins with a heading of the second level, and all its headings are of that level:
// they are the sections by which a learner finds the place again.
func (r *reader) body(file string) string {
	b, err := fs.ReadFile(r.files, path.Join(r.folder, file))
	switch {
	case err != nil:
		r.fail(file, "", "cannot be opened")
		return ""
	case !utf8.Valid(b) || strings.ContainsAny(string(b), "\r\uFEFF"):
		r.fail(file, "", "must be UTF-8 with plain line ends and no byte order mark")
		return ""
	case len(b) > maxBody:
		r.fail(file, "", fmt.Sprintf("has %d bytes, at most %d", len(b), maxBody))
	case !strings.HasPrefix(string(b), "## "):
		r.fail(file, "line 1", "must be a heading of the second level (##)")
	}
	fenced := false
	for i, line := range strings.Split(string(b), "\n") {
		at := fmt.Sprintf("line %d", i+1)
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
		}
		switch {
		case fenced:
		case deepHeading.MatchString(line):
			r.fail(file, at, "headings are of the second level (##)")
		case rawHTML.MatchString(line):
			r.fail(file, at, "HTML is not shown; write Markdown")
		case strings.Contains(line, "![") && !drawingLine.MatchString(line):
			r.fail(file, at, "a drawing stands on a line of its own: ![caption](file.svg)")
		}
	}
	return strings.TrimSpace(string(b)) + "\n"
}

func (r *reader) questions(lessons int) []models.Question {
	const file = "questions.json"
	var list []questionFile
	if !r.json(file, &list) {
		return nil
	}
	if len(list) == 0 {
		r.fail(file, "", "holds no question")
	}
	var out []models.Question
	seen := map[string]bool{}
	for i, q := range list {
		at := fmt.Sprintf("[%d]", i)
		if q.ID != "" {
			at += " " + q.ID
		}
		if seen[q.ID] || !questionCode.MatchString(q.ID) {
			r.fail(file, at+" id", "must be 1 to 10 small letters, digits or hyphens, each once")
		}
		seen[q.ID] = true
		r.number(file, at+" lesson", q.Lesson, 1, max(1, lessons))
		r.text(file, at+" stem", q.Stem, 2000)
		r.text(file, at+" explanation", q.Explanation, 2000)
		options, right := r.options(file, at, q)
		out = append(out, models.Question{
			Code: q.ID, Kind: models.QuestionKind(q.Kind), LessonNo: q.Lesson, Stem: q.Stem,
			Options: options, Right: right, Explanation: q.Explanation,
		})
	}
	slices.SortFunc(out, func(a, b models.Question) int { return strings.Compare(a.Code, b.Code) })
	return out
}

// Option is one option of a question as the row keeps it in JSON; its letter is its place: A, B, …
type Option struct {
	Text string `json:"text"`
}

// options checks the options of a question by its kind and returns them as JSON with the letters of the right ones.
func (r *reader) options(file, at string, q questionFile) (options, right string) {
	var list []Option
	var correct []byte
	seen := map[string]bool{}
	for i, o := range q.Options {
		r.text(file, fmt.Sprintf("%s options[%d].text", at, i), o.Text, 300)
		if seen[o.Text] {
			r.fail(file, fmt.Sprintf("%s options[%d].text", at, i), "stands there twice")
		}
		seen[o.Text] = true
		list = append(list, Option{Text: o.Text})
		if o.Correct && i < maxOptions {
			correct = append(correct, letters[i])
		}
	}
	n := len(list)
	right = string(correct)
	at += " options"
	switch models.QuestionKind(q.Kind) {
	case models.Single:
		r.must(file, at, n >= 2 && n <= maxOptions && len(right) == 1, "single: 2 to 8 options, one correct")
	case models.Multiple:
		r.must(file, at, n >= 3 && n <= maxOptions && len(right) >= 2, "multiple: 3 to 8 options, two or more correct")
	case models.TrueFalse:
		r.must(file, at, n == 2 && len(right) == 1, "truefalse: two options, one correct")
	default:
		r.fail(file, strings.TrimSuffix(at, " options")+" kind", "must be single, multiple or truefalse")
	}
	b, err := json.Marshal(list)
	if err != nil {
		r.fail(file, at, err.Error())
	}
	return string(b), right
}

func (r *reader) must(file, field string, ok bool, problem string) {
	if !ok {
		r.fail(file, field, problem)
	}
}

// letters are the names of options in their order.
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// Letter returns the letter of the i-th option, i from 0 to 25.
func Letter(i int) string { return letters[i : i+1] }

// Section is one part of a lesson: its heading and the Markdown beneath it.
type Section struct {
	Title string
	Body  string
}

// Sections cuts a lesson at its headings of the second level, which LoadLibrary requires. What stands before the first
// heading belongs to a section without a title.
func Sections(body string) []Section {
	var out []Section
	var text []string
	fenced := false
	flush := func() {
		rest := strings.TrimSpace(strings.Join(text, "\n"))
		text = nil
		switch {
		case len(out) > 0:
			out[len(out)-1].Body = rest
		case rest != "":
			out = append(out, Section{Body: rest})
		}
	}
	for line := range strings.SplitSeq(body, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
		}
		title, heading := strings.CutPrefix(line, "## ")
		if !heading || fenced {
			text = append(text, line)
			continue
		}
		flush()
		out = append(out, Section{Title: strings.TrimSpace(title)})
	}
	flush()
	return out
}
