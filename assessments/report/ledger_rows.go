package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/models/fault"
)

// periodTx returns a period with the path of its unit.
func periodTx(tx *gorm.DB, code string) (p models.Period, path string, err error) {
	if p, err = assessments.PeriodTx(tx, code); err != nil {
		return p, "", err
	}
	var u models.Unit
	if err = tx.Where("id = ?", p.UnitID).Take(&u).Error; err != nil {
		return p, "", fmt.Errorf("read unit of period: %w", err)
	}
	return p, u.Path, nil
}

// visiblePeriodTx is periodTx for somebody who sees the period; NotFound "assess.no_period" for everybody else.
func visiblePeriodTx(tx *gorm.DB, who models.Actor, code string) (p models.Period, path string, err error) {
	if p, path, err = periodTx(tx, code); err == nil && !assessments.SeesPeriod(who, path) {
		err = fault.New(fault.NotFound, "assess.no_period")
	}
	return p, path, err
}

// subject is a dossier's latest edition with the units that decide who may read its report.
type subject struct {
	ID, Kind, SubjectID                            string
	Edition, Serial                                int
	UnitID, UnitPath, ManagerID, ManagerPath, Name string
}

// wantedTx lists the reports of the order that are not there. A subject keeps its serial number through editions and
// from draft to final.
func wantedTx(tx *gorm.DB, p models.Period, o Order) ([]job, error) {
	subjects, err := subjectsTx(tx, p)
	if err != nil {
		return nil, err
	}
	inside, err := insideTx(tx, o.UnitID)
	if err != nil {
		return nil, err
	}
	have, err := existingTx(tx, p.ID)
	if err != nil {
		return nil, err
	}
	before := map[existing]bool{} // in whatever edition
	for e := range have {
		before[existing{kind: e.kind, subjectKind: e.subjectKind, subjectID: e.subjectID}] = true
	}
	stage := models.DraftStage
	if p.State == models.PeriodReleased {
		stage = models.FinalStage
	}
	var out []job
	add := func(s subject, kind models.ReportKind) {
		if o.again != nil && !before[existing{kind: kind, subjectKind: s.Kind, subjectID: s.SubjectID}] {
			return
		}
		if !have[existing{kind, s.Kind, s.SubjectID, s.Edition, stage}] {
			out = append(out, job{
				PeriodID: p.ID, Kind: string(kind), SubjectKind: s.Kind, SubjectID: s.SubjectID, DossierID: s.ID,
				Edition: s.Edition, Serial: s.Serial, Stage: stage, UnitID: s.UnitID, ManagerID: s.ManagerID,
			})
		}
	}
	for _, s := range subjects {
		chosen := strings.HasPrefix(s.UnitPath, inside) && (o.PersonID == "" || s.SubjectID == o.PersonID) &&
			(o.again == nil || slices.Contains(o.again, s.SubjectID))
		switch {
		case !chosen:
		case s.Kind == assessments.UnitKind:
			if o.wants(models.ServiceReport) {
				add(s, models.ServiceReport)
			}
		default:
			if o.wants(models.CompetencyReport) {
				add(s, models.CompetencyReport)
			}
			if o.wants(models.ServiceReport) && (o.Personal || o.PersonID != "") {
				add(s, models.ServiceReport)
			}
		}
	}
	return out, nil
}

func insideTx(tx *gorm.DB, unitID string) (string, error) {
	if unitID == "" {
		return "", nil
	}
	var u models.Unit
	res := tx.Where("id = ?", unitID).Limit(1).Find(&u)
	if res.Error != nil {
		return "", fmt.Errorf("read unit: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return "", fault.New(fault.NotFound, "error.not_found")
	}
	return u.Path, nil
}

// subjectsTx lists the latest editions: people by unit and staff number, then units by path.
func subjectsTx(tx *gorm.DB, p models.Period) ([]subject, error) {
	latest := "d.edition = (SELECT MAX(x.edition) FROM dossiers x WHERE x.period_id = d.period_id AND x.kind = d.kind" +
		" AND x.subject_id = d.subject_id)"
	var people, units []subject
	err := tx.Table("dossiers AS d").
		Select("d.id, d.kind, d.subject_id, d.edition, d.serial, a.unit_id, u.path AS unit_path, a.manager_id,"+
			" mu.path AS manager_path").
		Joins("JOIN participants a ON a.period_id = d.period_id AND a.person_id = d.subject_id").
		Joins("JOIN persons pe ON pe.id = a.person_id").
		Joins("JOIN units u ON u.id = a.unit_id").Joins("JOIN units mu ON mu.id = a.manager_id").
		Where("d.period_id = ? AND d.kind = ? AND "+latest, p.ID, assessments.PersonKind).
		Order("u.path, pe.staff_no").Scan(&people).Error
	if err != nil {
		return nil, fmt.Errorf("list people to report on: %w", err)
	}
	err = tx.Table("dossiers AS d").
		Select("d.id, d.kind, d.subject_id, d.edition, d.serial, u.id AS unit_id, u.path AS unit_path").
		Joins("JOIN units u ON u.id = d.subject_id").
		Where("d.period_id = ? AND d.kind = ? AND "+latest, p.ID, assessments.UnitKind).
		Order("u.path").Scan(&units).Error
	if err != nil {
		return nil, fmt.Errorf("list units to report on: %w", err)
	}
	all, err := pathsTx(tx)
	if err != nil {
		return nil, err
	}
	for i, u := range units {
		units[i].ManagerPath = u.UnitPath
		for _, s := range people {
			if s.UnitID == u.UnitID {
				units[i].ManagerPath = common(units[i].ManagerPath, s.ManagerPath)
			}
		}
		units[i].ManagerID = all[units[i].ManagerPath]
	}
	return append(people, units...), nil
}

// common is the path of the nearest unit above both: whoever reads a unit's report reads the annexes of its people, so
// he must hold the managing authority over all of them.
func common(a, b string) string {
	end := 0
	for i := 0; i < len(a) && i < len(b) && a[i] == b[i]; i++ {
		if a[i] == '/' {
			end = i + 1
		}
	}
	return a[:end]
}

func pathsTx(tx *gorm.DB) (map[string]string, error) {
	var rows []models.Unit
	if err := tx.Select("id", "path").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read unit paths: %w", err)
	}
	out := make(map[string]string, len(rows))
	for _, u := range rows {
		out[u.Path] = u.ID
	}
	return out, nil
}

// existing is what makes a report one of its kind.
type existing struct {
	kind        models.ReportKind
	subjectKind string
	subjectID   string
	edition     int
	stage       models.ReportStage
}

// existingTx returns what is compiled of a period.
func existingTx(tx *gorm.DB, periodID string) (map[existing]bool, error) {
	var rows []models.Report
	err := tx.Select("kind", "subject_kind", "subject_id", "edition", "stage").Where("period_id = ?", periodID).
		Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	have := make(map[existing]bool, len(rows))
	for _, r := range rows {
		have[existing{r.Kind, r.SubjectKind, r.SubjectID, r.Edition, r.Stage}] = true
	}
	return have, nil
}

// overtakenTx returns now where a later edition, or the final one of the same, is there already: a draft whose item was
// tried again must not stand beside what has replaced it. The subject's dossiers are locked, so that its reports are
// entered one after the other.
func overtakenTx(tx *gorm.DB, now time.Time, r models.Report) (*time.Time, error) {
	var ids []string
	err := tx.Model(&models.Dossier{}).Clauses(clause.Locking{Strength: "UPDATE"}).
		Where("period_id = ? AND kind = ? AND subject_id = ?", r.PeriodID, r.SubjectKind, r.SubjectID).
		Order("edition").Pluck("id", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("lock dossiers: %w", err)
	}
	var n int64
	err = tx.Model(&models.Report{}).
		Where("kind = ? AND period_id = ? AND subject_kind = ? AND subject_id = ?",
			r.Kind, r.PeriodID, r.SubjectKind, r.SubjectID).
		Where("edition > ? OR (edition = ? AND stage = ? AND stage <> ?)",
			r.Edition, r.Edition, models.FinalStage, r.Stage).
		Count(&n).Error
	if err != nil {
		return nil, fmt.Errorf("look for later reports: %w", err)
	}
	if n == 0 {
		return nil, nil
	}
	return &now, nil
}

// replaceTx marks older editions and drafts of the same subject as replaced.
func replaceTx(tx *gorm.DB, now time.Time, r models.Report) error {
	err := tx.Model(&models.Report{}).
		Where("kind = ? AND period_id = ? AND subject_kind = ? AND subject_id = ? AND id <> ? AND replaced_at IS NULL",
			r.Kind, r.PeriodID, r.SubjectKind, r.SubjectID, r.ID).
		Where("edition < ? OR (edition = ? AND stage = ?)", r.Edition, r.Edition, models.DraftStage).
		Update("replaced_at", now).Error
	if err != nil {
		return fmt.Errorf("mark replaced reports: %w", err)
	}
	return nil
}
