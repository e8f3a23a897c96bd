package assessments

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// Kinds of dossiers.
const (
	PersonKind = "person"
	UnitKind   = "unit"
)

// Seal fixes the evidence of a period: participants, one number per source with n and standard error, and the dossiers
// of people and units. The windows of the preview and of objections begin today.
//
// The figures are read and reckoned in one snapshot outside the writing transaction, which then checks that the period
// was not moved meanwhile. Faults: NotFound, Forbidden, Conflict "assess.not_open", "assess.before_cutoff",
// "assess.nobody", "error.stale".
func (s *Service) Seal(ctx context.Context, who models.Actor, code string) (models.Period, error) {
	now := s.now()
	today := models.DateOf(now)
	var f *facts
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		p, err := s.sealable(tx, who, code, today)
		if err != nil {
			return err
		}
		p.PreviewTo, p.ObjectionTo = s.days.Add(today, p.PreviewDays), s.days.Add(today, p.ObjectionDays)
		if f, err = s.gather(tx, p); err != nil {
			return err
		}
		return s.readSealed(tx, f, today)
	})
	if err != nil {
		return models.Period{}, err
	}
	if len(f.People) == 0 {
		return f.Period, fault.New(fault.Conflict, "assess.nobody")
	}
	all, err := assemble(f)
	if err != nil {
		return f.Period, fmt.Errorf("assemble period %s: %w", code, err)
	}
	rows, digest, err := dossierRows(f.Period.ID, now, all)
	if err != nil {
		return f.Period, err
	}
	p := f.Period
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		if err = sealTx(tx, now, who, f, rows, digest); err != nil {
			return err
		}
		p, err = PeriodTx(tx, f.Period.Code)
		return err
	})
	return p, err
}

func (s *Service) sealable(tx *gorm.DB, who models.Actor, code string, today models.Date) (models.Period, error) {
	p, err := PeriodTx(tx, code)
	if err != nil {
		return p, err
	}
	u, err := unitTx(tx, p.UnitID)
	if err != nil {
		return p, err
	}
	if err := s.checkStep(who, policy.PeriodSeal, u.Path); err != nil {
		return p, err
	}
	switch {
	case p.State != models.PeriodOpen:
		return p, fault.New(fault.Conflict, "assess.not_open")
	case today < p.CutoffOn:
		return p, fault.New(fault.Conflict, "assess.before_cutoff", "on", p.CutoffOn)
	}
	return p, nil
}

// checkStep: whoever does not see the period is told that there is none.
func (s *Service) checkStep(who models.Actor, do policy.Action, path string) error {
	if policy.Can(who, do, policy.Object{UnitPath: path}) {
		return nil
	}
	if who.ID != "" && !SeesPeriod(who, path) {
		return fault.New(fault.NotFound, "assess.no_period")
	}
	return policy.Check(who, do, policy.Object{UnitPath: path})
}

func sealTx(tx *gorm.DB, now time.Time, who models.Actor, f *facts, dossiers []models.Dossier, digest string) error {
	p := f.Period
	set := map[string]any{
		"state": models.PeriodSealed, "sealed_at": now, "digest": digest,
		"preview_to": p.PreviewTo, "objection_to": p.ObjectionTo,
	}
	if who.ID != "" {
		set["officer_id"] = who.ID
	}
	if err := movePeriodTx(tx, p, set); err != nil {
		return err
	}
	parts := make([]models.Participant, len(f.People))
	var evidence []models.Evidence
	for i, m := range f.People {
		parts[i] = m.Participant
		rows, err := evidenceRows(p.ID, m.PersonID, 1, f.record(m.PersonID))
		if err != nil {
			return err
		}
		evidence = append(evidence, rows...)
	}
	if err := tx.CreateInBatches(parts, 200).Error; err != nil {
		return fmt.Errorf("write participants: %w", err)
	}
	if err := tx.CreateInBatches(evidence, 200).Error; err != nil {
		return fmt.Errorf("write evidence: %w", err)
	}
	if err := tx.CreateInBatches(dossiers, 50).Error; err != nil {
		return fmt.Errorf("write dossiers: %w", err)
	}
	if err := tellPeopleTx(tx, now, p, "period_sealed"); err != nil {
		return err
	}
	return audit.Add(tx, now, who, audit.Event{
		Action: "period.seal", Kind: "period", ID: p.ID,
		Detail: fmt.Sprintf("%s people=%d units=%d digest=%s", p.Code, len(parts), len(f.Units), digest),
	})
}

// evidenceRows are the numbers of one cadre, a row per collected source, also where there is nothing.
func evidenceRows(periodID, personID string, edition int, r record) ([]models.Evidence, error) {
	out := make([]models.Evidence, 0, len(collected))
	for _, src := range collected {
		c := r.Counts[src]
		row := models.Evidence{
			ID: models.NewID(), PeriodID: periodID, PersonID: personID, Edition: edition, Source: src, N: c.N, X: c.X,
		}
		if c.N > 0 {
			score, se := raw(c)
			row.Score, row.SE = int(math.Round(100*score)), int(math.Round(100*se))
		}
		var err error
		if row.Detail, err = r.detail(src); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}

// dossierRows encodes the dossiers and returns the digest over all of them, in their order.
func dossierRows(periodID string, now time.Time, all assembled) ([]models.Dossier, string, error) {
	sum := sha256.New()
	var out []models.Dossier
	add := func(kind, subject string, serial int, d any) error {
		first := models.Dossier{PeriodID: periodID, Kind: kind, SubjectID: subject, Edition: 1, Serial: serial}
		row, err := dossierRow(first, now, d)
		if err != nil {
			return err
		}
		_, _ = io.WriteString(sum, row.Digest+"\n")
		out = append(out, row)
		return nil
	}
	for i := range all.People {
		if err := add(PersonKind, all.People[i].Person.ID, i+1, all.People[i]); err != nil {
			return nil, "", err
		}
	}
	for i := range all.Units {
		if err := add(UnitKind, all.Units[i].Unit.ID, i+1, all.Units[i]); err != nil {
			return nil, "", err
		}
	}
	return out, hex.EncodeToString(sum.Sum(nil)), nil
}

// dossierRow completes a row with the encoded dossier and its digest.
func dossierRow(row models.Dossier, now time.Time, d any) (models.Dossier, error) {
	body, digest, err := Canonical(d)
	if err != nil {
		return row, err
	}
	row.ID, row.Body, row.Digest, row.CreatedAt = models.NewID(), string(body), digest, now
	return row, nil
}
