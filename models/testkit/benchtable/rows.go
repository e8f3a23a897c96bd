package main

import "slices"

// row is one line of the table.
type row struct {
	title string
	bench string // where it is measured
	unit  string // its figure
	base  string // the unit of the baseline, of the same benchmark; "" where nothing is like it
	asked asked
}

// asked is a bound of a figure, or of its ratio to the baseline. The zero value asks nothing.
type asked struct {
	ratio   bool
	inverse bool    // of the baseline to the figure: how many times as fast
	least   float64 // 0 = none
	most    float64 // 0 = none
}

// What is asked.
var (
	nothing      asked
	twelveTimes  = asked{ratio: true, inverse: true, least: 12}
	fortyPerCent = asked{ratio: true, least: 0.4} // of what the libraries alone do
	threeMB      = asked{most: 3}
	tenMS        = asked{most: 10}
	aSecond      = asked{most: 1000} // ms
	eightyMB     = asked{most: 80}
)

// rows are what the program is held to.
var rows = slices.Concat(
	[]row{
		{
			"report of 3 pages with charts, CPU; plain gofpdf", "AgainstPlainGofpdf", "own-cpu-ms", "plain-cpu-ms",
			twelveTimes,
		},
		{"report of 3 pages with charts, allocated", "AgainstPlainGofpdf", "own-MB", "plain-MB", threeMB},
		{"reports on all cores; on one", "ReportsASecond", "all/s", "one/s", nothing},
		{"rating by link with an audit row, 32 clients; bare insert", "Rating", "audited/s", "bare/s", fortyPerCent},
		{"the same, CPU of program and database", "Rating", "audited-cpu-ms", "bare-cpu-ms", nothing},
		{"rating by link as it is, without; bare insert", "Rating", "rated/s", "bare/s", fortyPerCent},
		{"the same, CPU of program and database", "Rating", "rated-cpu-ms", "bare-cpu-ms", nothing},
		{"rating through the door alone; bare insert", "Rating", "door/s", "bare/s", nothing},
	},
	onBoth("test of 20 answers, CPU; as many bare writes", "Attempt", "cpu-ms", "base-cpu-ms", nothing),
	onBoth("all pages, median; bare page of one row", "Pages", "median-ms", "base-median-ms", tenMS),
	onBoth("all pages, p95", "Pages", "p95-ms", "base-p95-ms", nothing),
	onBoth("all pages, median of the slowest", "Pages", "max-ms", "base-max-ms", nothing),
	onBoth("all pages, CPU", "Pages", "cpu-ms", "base-cpu-ms", nothing),
	[]row{
		{"start until ready; bare Fiber", "Process", "ready-ms", "bare-ready-ms", aSecond},
		{"start until ready, CPU", "Process", "start-cpu-ms", "bare-start-cpu-ms", nothing},
		{"memory of an idle server; bare Fiber", "Process", "idle-MB", "bare-MB", eightyMB},
		{"memory after every page was shown", "Process", "after-pages-MB", "bare-MB", eightyMB},
	},
	onBoth("73,421 real ratings taken in; bare rows in batches", "Real", "ratings/s", "bare-rows/s", nothing),
	onBoth("1,128 real reports compiled", "Real", "compile-s", "", nothing),
	onBoth("real ratings in, sealed and compiled", "Real", "whole-s", "", nothing),
)

// onBoth is a row for each database.
func onBoth(title, bench, unit, base string, a asked) []row {
	return []row{
		{title + " (SQLite)", bench + "/SQLite", unit, base, a},
		{title + " (MariaDB)", bench + "/MariaDB", unit, base, a},
	}
}
