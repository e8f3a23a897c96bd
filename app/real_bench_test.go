package main

import (
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/models/db"
)

// BenchmarkReal takes the real ratings of TestRealRatings in, seals them and compiles the report of each person and
// unit, once. The baseline of the import writes as many bare rows in batches.
func BenchmarkReal(b *testing.B) { b.Run(engine(), benchmarkReal) }

func benchmarkReal(b *testing.B) {
	rs := realRatings(b)
	sheet := sheetOf(b, rs)
	var bare, in, sealed, compiled time.Duration
	for b.Loop() {
		d, _ := bareStore(b)
		bare += lasting(func() { bareBatches(b, d, len(rs)) })
		h, root := realHouse(b, rs)
		in += lasting(func() {
			out, err := h.ratings.Import(b.Context(), system("test"), "insteval.csv", sheet, false)
			must(b, err)
			if out.Accepted != len(rs) {
				b.Fatalf("%d of %d accepted", out.Accepted, len(rs))
			}
		})
		sealed += lasting(func() {
			batches, err := h.ratings.MakeBatches(b.Context(), system("test"))
			must(b, err)
			sealRealPeriod(b, h, root, rs, batches)
		})
		compiled += lasting(func() { compileReal(b, h, true) })
	}
	n := time.Duration(b.N)
	b.ReportMetric(rate(len(rs), in/n), "ratings/s")
	b.ReportMetric(rate(len(rs), bare/n), "bare-rows/s")
	b.ReportMetric((sealed / n).Seconds(), "seal-s")
	b.ReportMetric((compiled / n).Seconds(), "compile-s")
	b.ReportMetric(((in + sealed + compiled) / n).Seconds(), "whole-s")
	b.ReportMetric(0, "ns/op")
}

func lasting(do func()) time.Duration {
	began := time.Now()
	do()
	return time.Since(began)
}

func bareBatches(b *testing.B, d *db.DB, n int) {
	b.Helper()
	rows := make([]bareRow, n)
	for i := range rows {
		rows[i] = newBareRow()
	}
	must(b, db.Tx(b.Context(), d, func(tx *gorm.DB) error { return tx.CreateInBatches(rows, 500).Error }))
}
