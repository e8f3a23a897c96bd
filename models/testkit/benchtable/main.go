// Command benchtable reads what `go test -v -bench` prints and writes one table: each figure beside its baseline of the
// same run, with what is asked of it.
//
//	go test -v -run '^$' -bench . ./app | go run ./models/testkit/benchtable
//
// A bound that is not met is printed as short and is no failure. Exit code 1: a benchmark failed.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

func main() { os.Exit(run(os.Stdin, os.Stdout, os.Stderr)) }

// run names on progress each benchmark as it ends, and writes the table to out.
func run(in io.Reader, out, progress io.Writer) int {
	r := results{figures: map[string]map[string]float64{}, skipped: map[string]string{}}
	skipped := ""
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		line := lines.Text()
		if skipped != "" && strings.HasPrefix(line, "    ") {
			_, r.skipped[skipped], _ = strings.Cut(line, ".go:")
			_, r.skipped[skipped], _ = strings.Cut(r.skipped[skipped], ": ") // the number of the line
		}
		skipped = ""
		switch {
		case strings.HasPrefix(line, "--- SKIP: "):
			skipped = nameOf(strings.TrimPrefix(line, "--- SKIP: "))
		case strings.HasPrefix(line, "cpu: "):
			r.machine = strings.TrimPrefix(line, "cpu: ")
		case strings.HasPrefix(line, "FAIL"), strings.HasPrefix(line, "panic: "), strings.HasPrefix(line, "--- FAIL"):
			r.failed = true
			_, _ = fmt.Fprintln(progress, line)
		case r.measured(line):
			_, _ = fmt.Fprintln(progress, line)
		}
	}
	if err := lines.Err(); err != nil {
		_, _ = fmt.Fprintln(progress, err)
		return 1
	}
	r.table(out)
	if r.failed {
		return 1
	}
	return 0
}

// results are what the benchmarks measured.
type results struct {
	machine string
	figures map[string]map[string]float64 // benchmark → unit → figure
	skipped map[string]string             // benchmark → why
	failed  bool
}

// measured takes a line such as "BenchmarkPages/SQLite-2  1  7.92 median-ms  0.81 base-ms".
func (r *results) measured(line string) bool {
	f := strings.Fields(line)
	if len(f) < 4 || len(f)%2 != 0 || !strings.HasPrefix(f[0], "Benchmark") {
		return false
	}
	figures := map[string]float64{}
	for i := 2; i < len(f); i += 2 {
		v, err := strconv.ParseFloat(f[i], 64)
		if err != nil {
			return false
		}
		figures[f[i+1]] = v
	}
	r.figures[nameOf(f[0])] = figures
	return true
}

// nameOf is the name of a benchmark without what the testing package puts around it.
func nameOf(s string) string {
	s = strings.TrimPrefix(s, "Benchmark")
	if at := strings.LastIndexByte(s, '-'); at > 0 {
		if _, err := strconv.Atoi(s[at+1:]); err == nil {
			s = s[:at]
		}
	}
	return s
}
