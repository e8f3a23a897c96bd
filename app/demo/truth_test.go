package demo_test

import (
	"encoding/json"
	"math"

	"shanzhi/app/demo"
	"shanzhi/assessments"
	"shanzhi/models"
)

// recovery holds the sealed estimates against the true effects. Over 200 cadres and four sources there are some 700
// estimates: coverage of a 95 % interval has a standard error of 0.8 points, the bound lies three of them below.
func recovery(c *county) {
	t := c.t
	truths := map[string]demo.Truth{}
	for _, x := range demo.Truths(demo.Seed) {
		truths[x.StaffNo] = x
	}
	type pair struct{ truth, mean float64 }
	pairs := map[models.Source][]pair{}
	covered, n := 0, 0
	annual := rows[models.Period](c, "code = ?", c.made.Sealed)[0]
	for _, d := range rows[models.Dossier](c, "period_id = ? AND kind = ? AND edition = 1", annual.ID, assessments.PersonKind) {
		var body assessments.PersonDossier
		if err := json.Unmarshal([]byte(d.Body), &body); err != nil {
			t.Fatal(err)
		}
		for _, r := range body.Competencies {
			if len(r.Sources) != 1 || r.State == assessments.Insufficient {
				continue
			}
			share, ok := truths[body.Person.StaffNo].Share(r.Sources[0].Source)
			if !ok {
				continue
			}
			src := r.Sources[0].Source
			pairs[src] = append(pairs[src], pair{share, r.Mean})
			n++
			if r.I95.Lo <= 100*share && 100*share <= r.I95.Hi {
				covered++
			}
		}
	}
	for src, least := range map[models.Source]float64{
		models.SourceRatings: 0.75, models.SourceSolved: 0.75, models.SourceOnTime: 0.75, models.SourceQuiz: 0.7,
	} {
		var sx, sy, sxx, syy, sxy float64
		for _, p := range pairs[src] {
			sx, sy = sx+p.truth, sy+p.mean
			sxx, syy, sxy = sxx+p.truth*p.truth, syy+p.mean*p.mean, sxy+p.truth*p.mean
		}
		k := float64(len(pairs[src]))
		r := (k*sxy - sx*sy) / math.Sqrt((k*sxx-sx*sx)*(k*syy-sy*sy))
		t.Logf("%s: %d cadres, correlation %.3f", src, len(pairs[src]), r)
		if len(pairs[src]) < 120 || !(r >= least) {
			t.Errorf("%s: %d cadres, correlation %.3f, want at least %.2f", src, len(pairs[src]), r, least)
		}
	}
	share := float64(covered) / float64(n)
	t.Logf("95 %% intervals: %d of %d hold the truth (%.3f)", covered, n, share)
	if share < 0.925 {
		t.Errorf("95 %% intervals hold the truth in %.3f of %d", share, n)
	}
}
