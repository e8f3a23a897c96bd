package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
)

// table writes a line for each row.
func (r *results) table(out io.Writer) {
	_, _ = fmt.Fprintf(out, "\n%s\n", r.machine)
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "what; its baseline\tfigure\tbaseline\tratio\tasked\t")
	for _, row := range rows {
		_, _ = fmt.Fprintln(w, strings.Join(r.line(row), "\t"))
	}
	_ = w.Flush() // as much as out takes
}

// line is title, figure, baseline, ratio, what is asked, and whether it is met.
func (r *results) line(w row) []string {
	figure, known := r.figures[w.bench][w.unit]
	if !known {
		why := "not measured"
		if said := r.skipped[w.bench]; said != "" {
			why += ": " + said
		}
		return []string{w.title, why}
	}
	out := []string{w.title, written(figure, w.unit), "", "", "", ""}
	base := r.figures[w.bench][w.base]
	if base > 0 && figure > 0 {
		out[2], out[3] = written(base, w.base), "× "+number(w.ratio(figure, base))
	}
	out[4], out[5] = w.asked.String(), w.met(figure, base)
	return out
}

func (w row) ratio(figure, base float64) float64 {
	if w.asked.inverse {
		return base / figure
	}
	return figure / base
}

// met is "ok" or "short"; "" where nothing is asked.
func (w row) met(figure, base float64) string {
	v := figure
	if w.asked.ratio {
		v = w.ratio(figure, base)
	}
	switch a := w.asked; {
	case a.least == 0 && a.most == 0:
		return ""
	case a.least > 0 && v < a.least, a.most > 0 && v > a.most:
		return "short"
	}
	return "ok"
}

// String says what is asked: "≥ 12 ×", "≤ 10".
func (a asked) String() string {
	times := ""
	if a.ratio {
		times = " ×"
	}
	switch {
	case a.least > 0:
		return "≥ " + number(a.least) + times
	case a.most > 0:
		return "≤ " + number(a.most) + times
	}
	return ""
}

// written is a figure with its unit: the last part of "plain-cpu-ms", or what it is a number of in "ratings/s".
func written(v float64, unit string) string {
	if strings.HasSuffix(unit, "/s") {
		return number(v) + " /s"
	}
	return number(v) + " " + unit[strings.LastIndexByte(unit, '-')+1:]
}

// number writes three digits, or all that stand before the point.
func number(v float64) string {
	switch {
	case v >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}
