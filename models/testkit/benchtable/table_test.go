package main

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"testing"
)

const printed = `goos: linux
cpu: Test Processor
BenchmarkAgainstPlainGofpdf
BenchmarkAgainstPlainGofpdf-2   	       1	        20.00 own-cpu-ms	       200.0 plain-cpu-ms	         2.50 own-MB	        40.0 plain-MB
BenchmarkPages/SQLite
 1.23  2.34  something that a benchmark prints itself
BenchmarkPages/SQLite-2   	       1	         7.918 median-ms	         0.8100 base-median-ms	 46.55 p95-ms
--- SKIP: BenchmarkReal/SQLite-2
    real_test.go:37: no real input: set SHANZHI_TESTDATA
PASS
`

func tableOf(t *testing.T, text string) (string, int) {
	t.Helper()
	var out bytes.Buffer
	code := run(strings.NewReader(text), &out, io.Discard)
	return regexp.MustCompile(` {2,}`).ReplaceAllString(out.String(), " | "), code
}

func TestEachFigureStandsBesideItsBaselineAndBound(t *testing.T) {
	t.Parallel()
	got, code := tableOf(t, printed)
	if code != 0 {
		t.Errorf("exit %d: a bound that is not met is no failure", code)
	}
	for _, want := range []string{
		"Test Processor\n",
		"plain gofpdf | 20.0 ms | 200 ms | × 10.0 | ≥ 12.0 × | short\n",
		"charts, allocated | 2.50 MB | 40.0 MB | × 0.06 | ≤ 3.00 | ok\n",
		"bare page of one row (SQLite) | 7.92 ms | 0.81 ms | × 9.78 | ≤ 10.0 | ok\n",
		"all pages, p95 (SQLite) | 46.5 ms |",
		"in batches (SQLite) | not measured: no real input: set SHANZHI_TESTDATA\n",
		"start until ready; bare Fiber | not measured\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
}

func TestFailureOfABenchmarkIsPassedOn(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"--- FAIL: BenchmarkPages", "FAIL\tshanzhi/app\t1.2s", "panic: lost"} {
		if _, code := tableOf(t, printed+line+"\n"); code != 1 {
			t.Errorf("%q: exit %d, want 1", line, code)
		}
	}
}
