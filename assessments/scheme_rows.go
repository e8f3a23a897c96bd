package assessments

import (
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"shanzhi/models"
	"shanzhi/models/fault"
)

// schemeTx returns the latest edition that meets the condition; NotFound "assess.no_scheme" when there is none.
func schemeTx(tx *gorm.DB, where string, args ...any) (v SchemeView, err error) {
	var sc models.Scheme
	res := tx.Where(where, args...).Order("edition DESC").Limit(1).Find(&sc)
	if res.Error != nil {
		return v, fmt.Errorf("read scheme: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return v, fault.New(fault.NotFound, "assess.no_scheme")
	}
	return viewTx(tx, sc)
}

// lockSchemeTx reads one edition for a change; NotFound "assess.no_scheme".
func lockSchemeTx(tx *gorm.DB, code string, edition int) (sc models.Scheme, err error) {
	res := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("code = ? AND edition = ?", code, edition).
		Limit(1).Find(&sc)
	if res.Error != nil {
		return sc, fmt.Errorf("read scheme: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return sc, fault.New(fault.NotFound, "assess.no_scheme")
	}
	return sc, nil
}

// viewTx adds the sources in the order of the competencies.
func viewTx(tx *gorm.DB, sc models.Scheme) (SchemeView, error) {
	v := SchemeView{Scheme: sc}
	var rows []models.SchemeSource
	if err := tx.Where("scheme_id = ?", sc.ID).Order("id").Find(&rows).Error; err != nil {
		return v, fmt.Errorf("read sources of scheme: %w", err)
	}
	for _, c := range models.Competencies() {
		for _, r := range rows {
			if r.Competency == c {
				v.Sources = append(v.Sources, r)
			}
		}
	}
	return v, nil
}

// writeSourcesTx gives a version its sources, in their order.
func writeSourcesTx(tx *gorm.DB, schemeID string, sources []models.SchemeSource) error {
	rows := make([]models.SchemeSource, len(sources))
	for i, p := range sources {
		p.ID, p.SchemeID = models.NewID(), schemeID
		rows[i] = p
	}
	if err := tx.Create(rows).Error; err != nil {
		return fmt.Errorf("write sources of scheme: %w", err)
	}
	return nil
}

// editionsTx returns the editions of a scheme that are seen, the latest first; of all schemes, the general one first,
// for code "".
func editionsTx(tx *gorm.DB, r schemeReach, code string) (out []models.Scheme, err error) {
	q := tx.Order("class, code, edition DESC").Limit(500)
	if code != "" {
		q = q.Where("code = ?", code)
	}
	if !r.drafts && !r.approves {
		q = q.Where("state = ?", models.SchemePublished)
	}
	if err := q.Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read schemes: %w", err)
	}
	return out, nil
}

// freeClassesTx are the post classes in use that have no scheme of their own.
func freeClassesTx(tx *gorm.DB) (out []string, err error) {
	own := tx.Session(&gorm.Session{NewDB: true}).Model(&models.Scheme{}).Select("class")
	err = tx.Model(&models.Post{}).Distinct().Where("class <> '' AND class NOT IN (?)", own).Order("class").
		Limit(100).Pluck("class", &out).Error
	if err != nil {
		return nil, fmt.Errorf("read post classes: %w", err)
	}
	return out, nil
}

// usedTx reports whether a period goes by a version.
func usedTx(tx *gorm.DB, schemeID string) (bool, error) {
	var general, own int64
	if err := tx.Model(&models.Period{}).Where("scheme_id = ?", schemeID).Count(&general).Error; err != nil {
		return false, fmt.Errorf("count periods of scheme: %w", err)
	}
	if err := tx.Model(&models.PeriodScheme{}).Where("scheme_id = ?", schemeID).Count(&own).Error; err != nil {
		return false, fmt.Errorf("count periods of scheme: %w", err)
	}
	return general+own > 0, nil
}

// openCorrectionTx returns the correction of a version that waits, nil for none.
func openCorrectionTx(tx *gorm.DB, schemeID string) (*models.SchemeCorrection, error) {
	var c models.SchemeCorrection
	res := tx.Where("scheme_id = ? AND state = ?", schemeID, models.CorrectionOpen).Limit(1).Find(&c)
	if res.Error != nil {
		return nil, fmt.Errorf("read correction of scheme: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return nil, nil
	}
	return &c, nil
}

// moveSchemeTx writes the columns of a step and refuses when another was faster.
func moveSchemeTx(tx *gorm.DB, sc models.Scheme, version int, set columns) error {
	set["version"] = version + 1
	res := tx.Model(&models.Scheme{}).Where("id = ? AND version = ?", sc.ID, version).Updates(set)
	switch {
	case res.Error != nil:
		return fmt.Errorf("move scheme %s %d: %w", sc.Code, sc.Edition, res.Error)
	case res.RowsAffected == 0:
		return fault.New(fault.Conflict, "error.stale")
	}
	return nil
}

// validTx chooses what a period that begins on a day goes by: for each scheme the latest edition published by then,
// the general one first. late is the first day on which the general scheme was published, "" when it never was.
//
// The rows are locked: the record of a publication is not corrected behind the period that relies on it.
func validTx(tx *gorm.DB, from models.Date) (general *models.Scheme, own []models.Scheme, late models.Date, err error) {
	var all []models.Scheme
	err = tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("state = ?", models.SchemePublished).
		Order("class, code, edition DESC").Find(&all).Error
	if err != nil {
		return nil, nil, "", fmt.Errorf("read published schemes: %w", err)
	}
	taken := map[string]bool{}
	for _, sc := range all {
		switch {
		case sc.PublishedOn > from:
			if sc.Class == "" && (late == "" || sc.PublishedOn < late) {
				late = sc.PublishedOn
			}
		case taken[sc.Class]:
		case sc.Class == "":
			taken[sc.Class], general = true, &sc
		default:
			taken[sc.Class] = true
			own = append(own, sc)
		}
	}
	return general, own, late, nil
}

// ownSchemesTx are the versions that a period uses for single post classes, by class.
func ownSchemesTx(tx *gorm.DB, periodID string) (map[string]SchemeView, error) {
	var rows []models.PeriodScheme
	if err := tx.Where("period_id = ?", periodID).Order("class").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read schemes of period: %w", err)
	}
	out := make(map[string]SchemeView, len(rows))
	for _, r := range rows {
		v, err := schemeTx(tx, "id = ?", r.SchemeID)
		if err != nil {
			return nil, err
		}
		out[r.Class] = v
	}
	return out, nil
}

// info returns the scheme as a dossier names it.
func (v SchemeView) info() SchemeInfo {
	return SchemeInfo{
		Code: v.Code, Title: v.Title, TitleEN: v.TitleEN, Edition: v.Edition, PublishedOn: v.PublishedOn,
		DocNo: v.DocNo,
	}
}
