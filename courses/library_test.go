package courses

import (
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"shanzhi/models"
)

func TestShippedLibraryIsWhole(t *testing.T) {
	t.Parallel()
	all, err := Library()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 8 {
		t.Fatalf("got %d courses, want at least 8", len(all))
	}
	for _, m := range all {
		if n := len(m.Lessons); n < 4 || n > 6 {
			t.Errorf("%s: got %d lessons, want 4 to 6", m.Course.Code, n)
		}
		if n := len(m.Questions); n < 15 {
			t.Errorf("%s: got %d questions, want 15 or more", m.Course.Code, n)
		}
		for _, l := range m.Lessons {
			if n := len([]rune(l.Body)); n < 600 {
				t.Errorf("%s lesson %d: got %d characters, want 600 or more", m.Course.Code, l.No, n)
			}
			if sections := Sections(l.Body); len(sections) < 2 || sections[0].Title == "" {
				t.Errorf("%s lesson %d: no sections to come back to", m.Course.Code, l.No)
			}
		}
	}
}

// TestNoKeyIsGuessed keeps that who knows nothing cannot pass by a rule of thumb: always the longest option, always the
// same letter, always "right".
func TestNoKeyIsGuessed(t *testing.T) {
	t.Parallel()
	all, err := Library()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		letter, longest, single, yes, judged := map[string]int{}, 0, 0, 0, 0
		covered := map[int]bool{}
		for _, q := range m.Questions {
			covered[q.LessonNo] = true
			var options []Option
			if err := json.Unmarshal([]byte(q.Options), &options); err != nil {
				t.Fatal(err)
			}
			switch q.Kind {
			case models.Single:
				single++
				letter[q.Right]++
				if isLongest(options, int(q.Right[0]-'A')) {
					longest++
				}
			case models.TrueFalse:
				judged++
				if q.Right == "A" {
					yes++
				}
			case models.Multiple:
				if len(q.Right) == len(options) {
					t.Errorf("%s %s: every option is right", m.Course.Code, q.Code)
				}
			}
		}
		if 5*longest > 3*single {
			t.Errorf("%s: the longest option is right in %d of %d", m.Course.Code, longest, single)
		}
		for l, n := range letter {
			if 2*n > single {
				t.Errorf("%s: %s is right in %d of %d", m.Course.Code, l, n, single)
			}
		}
		if yes == 0 || yes == judged {
			t.Errorf("%s: %d of %d statements are right", m.Course.Code, yes, judged)
		}
		if len(covered) != len(m.Lessons) {
			t.Errorf("%s: questions on %d lessons, want %d", m.Course.Code, len(covered), len(m.Lessons))
		}
	}
}

// isLongest reports whether the i-th option is longer than each other.
func isLongest(options []Option, i int) bool {
	for j, o := range options {
		if j != i && utf8.RuneCountInString(o.Text) >= utf8.RuneCountInString(options[i].Text) {
			return false
		}
	}
	return true
}

// shelfOf is the folder of one right course; tests break one thing in it.
func shelfOf() fstest.MapFS {
	return fstest.MapFS{
		"a/course.json": {Data: []byte(`{"code":"a","title":"甲","title_en":"A","summary":"简","summary_en":"S",
			"competency":"mass_work","version":1,"dated":"2026-11-01",
			"lessons":[{"file":"lesson-1.md","title":"一","title_en":"One","summary":"简","summary_en":"S","minutes":20}],
			"quiz":{"title":"测","title_en":"Q","pass_percent":60,"minutes":30,"draw":2,"attempts":3}}`)},
		"a/lesson-1.md": {Data: []byte("## 一\n\n文字。\n")},
		"a/questions.json": {Data: []byte(`[
			{"id":"q2","kind":"multiple","lesson":1,"stem":"乙","options":[{"text":"一","correct":true},
				{"text":"二","correct":false},{"text":"三","correct":true}],"explanation":"因为"},
			{"id":"q1","kind":"truefalse","lesson":1,"stem":"甲","options":[{"text":"正确","correct":true},
				{"text":"错误","correct":false}],"explanation":"因为"}]`)},
	}
}

func TestLoadLibraryReadsRows(t *testing.T) {
	t.Parallel()
	all, err := LoadLibrary(shelfOf())
	if err != nil {
		t.Fatal(err)
	}
	want := []Material{{
		Course: models.Course{
			Code: "a", Title: "甲", TitleEN: "A", Summary: "简", SummaryEN: "S", Competency: models.MassWork, Edition: 1,
			DatedOn: "2026-11-01",
		},
		Lessons: []models.Lesson{{No: 1, Title: "一", TitleEN: "One", Summary: "简", SummaryEN: "S", Minutes: 20, Body: "## 一\n\n文字。\n"}},
		Quiz:    models.Quiz{Title: "测", TitleEN: "Q", PassPercent: 60, LimitSec: 1800, Draw: 2, MaxAttempts: 3},
		Questions: []models.Question{
			{
				Code: "q1", Kind: models.TrueFalse, LessonNo: 1, Stem: "甲", Options: `[{"text":"正确"},{"text":"错误"}]`, Right: "A",
				Explanation: "因为",
			},
			{
				Code: "q2", Kind: models.Multiple, LessonNo: 1, Stem: "乙",
				Options: `[{"text":"一"},{"text":"二"},{"text":"三"}]`, Right: "AC", Explanation: "因为",
			},
		},
	}}
	if d := cmp.Diff(want, all); d != "" {
		t.Error(d)
	}
}

func TestLoadLibraryNamesFileAndField(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, file, old, new string
		wantFile, wantField  string
	}{
		{"unknown field", "a/course.json", `"code":"a"`, `"code":"a","colour":1`, "a/course.json", ""},
		{"other folder", "a/course.json", `"code":"a"`, `"code":"b"`, "a/course.json", "code"},
		{"no english", "a/course.json", `"title_en":"A"`, `"title_en":""`, "a/course.json", "title_en"},
		{"indicator", "a/course.json", `mass_work`, `charm`, "a/course.json", "competency"},
		{"day", "a/course.json", `2026-11-01`, `2026-11-31`, "a/course.json", "dated"},
		{"minutes", "a/course.json", `"minutes":20`, `"minutes":0`, "a/course.json", "lessons[0].minutes"},
		{"path", "a/course.json", `lesson-1.md`, `../lesson-1.md`, "a/course.json", "lessons[0].file"},
		{"more drawn than there are", "a/course.json", `"draw":2`, `"draw":3`, "a/course.json", "quiz.draw"},
		{"pass mark", "a/course.json", `"pass_percent":60`, `"pass_percent":0`, "a/course.json", "quiz.pass_percent"},
		{"trailing", "a/questions.json", `"explanation":"因为"}]`, `"explanation":"因为"}] 1`, "a/questions.json", ""},
		{
			"two right in true or false", "a/questions.json", `{"text":"错误","correct":false}`, `{"text":"错误","correct":true}`,
			"a/questions.json", "[1] q1 options",
		},
		{
			"one right in multiple", "a/questions.json", `{"text":"三","correct":true}`, `{"text":"三","correct":false}`,
			"a/questions.json", "[0] q2 options",
		},
		{"same option", "a/questions.json", `{"text":"二"`, `{"text":"一"`, "a/questions.json", "[0] q2 options[1].text"},
		{"lesson", "a/questions.json", `"lesson":1,"stem":"乙"`, `"lesson":2,"stem":"乙"`, "a/questions.json", "[0] q2 lesson"},
		{"same id", "a/questions.json", `"id":"q1"`, `"id":"q2"`, "a/questions.json", "[1] q2 id"},
		{"no explanation", "a/questions.json", `"stem":"乙"`, `"stem":""`, "a/questions.json", "[0] q2 stem"},
		{"heading", "a/lesson-1.md", "文字。", "### 深", "a/lesson-1.md", "line 3"},
		{"html", "a/lesson-1.md", "文字。", "<b>粗</b>", "a/lesson-1.md", "line 3"},
		{"no heading", "a/lesson-1.md", "## 一", "一", "a/lesson-1.md", "line 1"},
		{"byte order mark", "a/lesson-1.md", "## 一", "\ufeff## 一", "a/lesson-1.md", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			files := shelfOf()
			text := string(files[tc.file].Data)
			if !strings.Contains(text, tc.old) {
				t.Fatalf("%s does not hold %s", tc.file, tc.old)
			}
			files[tc.file] = &fstest.MapFile{Data: []byte(strings.Replace(text, tc.old, tc.new, 1))}
			wantFault(t, files, tc.wantFile, tc.wantField)
		})
	}
}

func TestLoadLibraryNamesStraysAndGaps(t *testing.T) {
	t.Parallel()
	stray := shelfOf()
	stray["a/lesson-2.md"] = &fstest.MapFile{Data: []byte("## 二\n")}
	wantFault(t, stray, "a/lesson-2.md", "")
	gap := shelfOf()
	delete(gap, "a/lesson-1.md")
	wantFault(t, gap, "a/lesson-1.md", "")
	loose := shelfOf()
	loose["README.md"] = &fstest.MapFile{Data: []byte("x")}
	wantFault(t, loose, "README.md", "")
}

func wantFault(t *testing.T, files fs.FS, file, field string) {
	t.Helper()
	all, err := LoadLibrary(files)
	if all != nil {
		t.Error("courses are returned beside an error")
	}
	list, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("got %v, want an error", err)
	}
	for _, e := range list.Unwrap() {
		if l, ok := errors.AsType[*LibraryError](e); ok && l.File == file && l.Field == field {
			return
		}
	}
	t.Errorf("got %v, want one about %s: %s", err, file, field)
}

func TestSections(t *testing.T) {
	t.Parallel()
	got := Sections("## 一\n\n甲\n\n```\n## 不是标题\n```\n\n## 二\n\n乙\n")
	want := []Section{{Title: "一", Body: "甲\n\n```\n## 不是标题\n```"}, {Title: "二", Body: "乙"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got := Sections("开头\n\n## 一\n"); len(got) != 2 || got[0] != (Section{Body: "开头"}) {
		t.Errorf("text before the first heading: %+v", got)
	}
}

func TestBasisFitsItsColumn(t *testing.T) {
	t.Parallel()
	b := Basis{Code: strings.Repeat("c", 40), Edition: 9999, Attempt: models.NewID(), Score: 10000, PassedOn: "2026-11-01", Test: 50}
	for i := range maxLessons {
		b.Lessons = append(b.Lessons, LessonBasis{No: i + 1, Minutes: maxMinutes, Hours: 100, DoneOn: "2026-11-01"})
	}
	raw, err := b.json()
	if err != nil {
		t.Fatal(err)
	}
	if len(raw) > 1000 || !json.Valid([]byte(raw)) {
		t.Errorf("got %d bytes, want at most 1000", len(raw))
	}
	if d := cmp.Diff(b, readBasis(raw)); d != "" {
		t.Error(d)
	}
}
