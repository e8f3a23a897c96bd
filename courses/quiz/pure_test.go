package quiz

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"shanzhi/courses"
	"shanzhi/models"
)

func TestScoresSpreadExactly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 100).Draw(t, "n")
		answers := make([]models.Answer, n)
		keys := map[string]string{}
		x := 0
		for i := range answers {
			id := strconv.Itoa(i)
			keys[id] = rapid.SampledFrom([]string{"A", "B", "AC", "ABD"}).Draw(t, "key")
			given := rapid.SampledFrom([]string{"", "A", "B", "AC", "ABD", "ABCD"}).Draw(t, "given")
			answers[i] = models.Answer{QuestionID: id, Place: i + 1, Given: given, Mark: 77, Right: true}
			if given == keys[id] {
				x++
			}
		}
		total := grade(answers, keys)
		sum, seen := 0, 0
		for _, a := range answers {
			sum += a.Mark
			if a.Right != (a.Given == keys[a.QuestionID]) {
				t.Fatalf("given %q, key %q: right is %v", a.Given, keys[a.QuestionID], a.Right)
			}
			if a.Right {
				seen++
			}
			if !a.Right && a.Mark != 0 || a.Right && (a.Mark < full/n || a.Mark > full/n+1) {
				t.Fatalf("mark %d of %d questions, right is %v", a.Mark, n, a.Right)
			}
		}
		if sum != total || total != score(x, n) || seen != x {
			t.Fatalf("marks add up to %d, score %d, want %d", sum, total, score(x, n))
		}
	})
}

func TestScoreIsFair(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 100; n++ {
		if score(0, n) != 0 || score(n, n) != full {
			t.Errorf("n = %d: got %d and %d, want 0 and %d", n, score(0, n), score(n, n), full)
		}
		for x := 1; x <= n; x++ {
			if score(x, n) <= score(x-1, n) {
				t.Errorf("one more right answer is worth nothing: %d of %d", x, n)
			}
			for _, pass := range []int{1, 50, 60, 67, 80, 100} {
				if passes(x, n, pass) != (score(x, n) >= 100*pass) {
					t.Errorf("%d of %d at %d %%: the score shown contradicts the verdict", x, n, pass)
				}
			}
		}
	}
	if !passes(9, 15, 60) || passes(8, 15, 60) || passes(0, 0, 60) {
		t.Error("9 of 15 are 60 %, 8 are not")
	}
	if got := score(13, 15); got != 8667 {
		t.Errorf("13 of 15: got %d, want 8667", got)
	}
}

func TestMultipleChoiceIsAllOrNothing(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]bool{"AC": true, "A": false, "C": false, "ABC": false, "B": false, "": false} {
		a := []models.Answer{{QuestionID: "q", Given: given}}
		if grade(a, map[string]string{"q": "AC"}); a[0].Right != want {
			t.Errorf("given %q for AC: got %v, want %v", given, a[0].Right, want)
		}
	}
}

// bankOf is a bank of so many questions per lesson, every third of them true or false.
func bankOf(perLesson ...int) []models.Question {
	var out []models.Question
	for l, n := range perLesson {
		for i := range n {
			kind := models.Single
			if i%3 == 2 {
				kind = models.TrueFalse
			}
			id := fmt.Sprintf("l%dq%d", l+1, i+1)
			out = append(out, models.Question{ID: id, Code: id, Kind: kind, LessonNo: l + 1})
		}
	}
	return out
}

func options(q models.Question) int {
	if q.Kind == models.TrueFalse {
		return 2
	}
	return 4
}

func TestDrawIsBalancedAndReplayed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.IntRange(1, 8), 1, 6).Draw(t, "bank")
		bank := bankOf(counts...)
		n := rapid.IntRange(1, 40).Draw(t, "n")
		seed := rapid.Int64Min(0).Draw(t, "seed")
		paper := Draw(bank, n, seed, options)
		mixed := slices.Clone(bank)
		slices.Reverse(mixed)
		if d := cmp.Diff(paper, Draw(mixed, n, seed, options)); d != "" {
			t.Fatalf("the same seed gave another paper: %s", d)
		}
		if len(paper) != min(n, len(bank)) {
			t.Fatalf("got %d questions, want %d", len(paper), min(n, len(bank)))
		}
		per, seen := make([]int, len(counts)), map[string]bool{}
		for _, d := range paper {
			per[d.LessonNo-1]++
			if seen[d.ID] {
				t.Fatalf("question %s stands there twice", d.ID)
			}
			seen[d.ID] = true
			checkShown(t, d)
		}
		most := slices.Max(per)
		for l, got := range per {
			if got < counts[l] && got < most-1 {
				t.Fatalf("lesson %d has %d questions, another %d: %v of %v", l+1, got, most, per, counts)
			}
		}
	})
}

func checkShown(t *rapid.T, d Drawn) {
	letters := strings.Split(d.Shown, "")
	slices.Sort(letters)
	if got, want := strings.Join(letters, ""), "ABCD"[:options(d.Question)]; got != want {
		t.Fatalf("shown %q, want the letters %s", d.Shown, want)
	}
	if d.Kind == models.TrueFalse && d.Shown != "AB" {
		t.Fatalf("true and false changed places: %q", d.Shown)
	}
}

func TestDrawVaries(t *testing.T) {
	t.Parallel()
	bank := bankOf(5, 5, 5)
	orders, shown := map[string]bool{}, map[string]bool{}
	for seed := range int64(50) {
		paper := Draw(bank, 9, seed, options)
		var order []string
		for _, d := range paper {
			order = append(order, d.ID)
			if d.Kind == models.Single {
				shown[d.Shown] = true
			}
		}
		orders[strings.Join(order, " ")] = true
	}
	if len(orders) < 45 || len(shown) < 20 {
		t.Errorf("got %d papers and %d orders of options out of 50 seeds", len(orders), len(shown))
	}
}

// TestDrawIsForEver fails when the generator or the drawing changes: stored seeds would then replay other papers.
func TestDrawIsForEver(t *testing.T) {
	t.Parallel()
	var got []string
	for _, d := range Draw(bankOf(3, 3, 2), 5, 20260715, options) {
		got = append(got, d.ID+d.Shown)
	}
	want := []string{"l1q3AB", "l2q1BCAD", "l3q2ADCB", "l2q2ABCD", "l3q1ACDB"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestLettersGoThereAndBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		shown := strings.Join(rapid.Permutation([]string{"A", "B", "C", "D", "E"}).Draw(t, "shown"), "")
		var labels []string
		for i := range shown {
			if rapid.Bool().Draw(t, "ticked") {
				labels = append(labels, courses.Letter(i))
			}
		}
		bank, ok := toBank(shown, labels)
		if !ok || !slices.Equal(toPaper(shown, bank), labels) {
			t.Fatalf("%v on %s became %q and came back as %v", labels, shown, bank, toPaper(shown, bank))
		}
		if !slices.IsSorted(strings.Split(bank, "")) {
			t.Fatalf("letters of the bank out of order: %q", bank)
		}
	})
	for _, garbage := range []string{"E", "a", "AB", "1", "ʼ", "Ａ", "A ", "'; DROP"} {
		if _, ok := toBank("BADC", []string{garbage}); ok {
			t.Errorf("%q was taken for a letter", garbage)
		}
	}
	if bank, ok := toBank("BADC", []string{"A", "A", ""}); !ok || bank != "B" {
		t.Errorf("got %q, %v, want B", bank, ok)
	}
}
