package main

import (
	"testing"

	"shanzhi/templates/i18n"
	"shanzhi/templates/pages"
)

// The page of the jobs has words for the name and the schedule of every job, and no field of cron.
func TestEveryJobHasWords(t *testing.T) {
	t.Parallel()
	words, err := i18n.Load()
	must(t, err)
	for _, lang := range i18n.Langs() {
		p := words.Printer(lang)
		for _, j := range table(&house{nightly: &nightly{}}) {
			if pages.JobName(j.Name, p) == j.Name {
				t.Errorf("%s: job %q has no name in words", lang, j.Name)
			}
			if pages.Schedule(j.Schedule, p) == j.Schedule {
				t.Errorf("%s: schedule %q of job %q is not in words", lang, j.Schedule, j.Name)
			}
		}
		for _, note := range []string{"posts=1 roles=2 items=3 logins=4", "plans=0", "loops=3", "told=1 purged=0"} {
			if pages.Counts(note, p) == note {
				t.Errorf("%s: what a job did, %q, is not in words", lang, note)
			}
		}
	}
	zh := words.Printer("zh-CN")
	if got := pages.Schedule("20 6,12 * * *", zh); got != "每天 06:20、12:20" {
		t.Errorf("twice a day is %q", got)
	}
	if got := versionWords("(devel)", zh); got != "未标版本" {
		t.Errorf("a build without a version is %q", got)
	}
}
