package assessments

import (
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/fault"
)

// DossierTx returns the latest edition of a sealed dossier; NotFound "assess.no_dossier". v is a pointer to a
// PersonDossier or UnitDossier.
func DossierTx(tx *gorm.DB, periodID, kind, subject string, v any) (models.Dossier, error) {
	which := tx.Where("period_id = ? AND kind = ? AND subject_id = ?", periodID, kind, subject)
	return dossierTx(which.Order("edition DESC"), v)
}

// DossierOfTx returns one edition of a dossier by its id; NotFound "assess.no_dossier".
func DossierOfTx(tx *gorm.DB, id string, v any) (models.Dossier, error) {
	return dossierTx(tx.Where("id = ?", id), v)
}

func dossierTx(which *gorm.DB, v any) (models.Dossier, error) {
	var row models.Dossier
	res := which.Limit(1).Find(&row)
	if res.Error != nil {
		return row, fmt.Errorf("read dossier: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return row, fault.New(fault.NotFound, "assess.no_dossier")
	}
	if err := json.Unmarshal([]byte(row.Body), v); err != nil {
		return row, fmt.Errorf("decode dossier %s: %w", row.ID, err)
	}
	return row, nil
}

// evidenceTx returns the latest edition of the sealed counts of everybody in a period.
func evidenceTx(tx *gorm.DB, periodID string) ([]models.Evidence, error) {
	var rows []models.Evidence
	if err := tx.Where("period_id = ?", periodID).Order("edition").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read evidence: %w", err)
	}
	return rows, nil
}
