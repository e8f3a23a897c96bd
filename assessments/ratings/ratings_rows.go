package ratings

import (
	"fmt"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/vault"
)

// linked is an invitation with what is needed of the case.
type linked struct {
	models.Invitation
	CaseState models.CaseState
	Family    models.Family

	// What its page shows besides; linkTx alone reads it.
	ResidentPhone vault.Sealed
	Unit, Matter  string
}

// redeemTx loads the invitation of a token, to be used. Fault: NotFound "rate.unknown".
func redeemTx(tx *gorm.DB, token string) (linked, error) { return byTokenTx(tx, token, "") }

// linkTx loads the invitation of a token, to be shown. Fault: NotFound "rate.unknown".
func linkTx(tx *gorm.DB, token string) (linked, error) {
	return byTokenTx(tx, token, ", c.resident_phone, u.name AS unit, m.name AS matter",
		"JOIN units u ON u.id = i.unit_id", "JOIN matters m ON m.id = c.matter_id")
}

func byTokenTx(tx *gorm.DB, token, more string, joins ...string) (linked, error) {
	var found []linked
	q := tx.Table("invitations AS i").Select("i.*, c.state AS case_state, c.family" + more).
		Joins("JOIN cases c ON c.id = i.case_id")
	for _, j := range joins {
		q = q.Joins(j)
	}
	err := q.Where("i.token_hash = ?", hashOf(token)).Limit(1).Find(&found).Error
	if err != nil {
		return linked{}, fmt.Errorf("read invitation: %w", err)
	}
	if len(found) == 0 {
		return linked{}, errUnknownLink
	}
	return found[0], nil
}

// loose is a rating that is in no batch yet.
type loose struct {
	ID, SubjectID, UnitID string
	RatedOn               models.Date
}

// looseTx reads the ratings that wait for a batch, by subject, unit and day; the order within a day is that of the
// random ids.
func looseTx(tx *gorm.DB) ([]loose, error) {
	var out []loose
	err := tx.Table("ratings AS r").Select("r.id, COALESCE(r.subject_id, '') AS subject_id, r.unit_id, r.rated_on").
		Where("r.batch_id IS NULL AND r.excluded = ?", false).
		Order("r.subject_id, r.unit_id, r.rated_on, r.id").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read waiting ratings: %w", err)
	}
	return out, nil
}

// assignTx sets the batch of many ratings in one statement. Fault: Busy when another has batched one of them meanwhile.
func assignTx(tx *gorm.DB, batchOf map[string]string, ids []string) error {
	var sql strings.Builder
	sql.WriteString("UPDATE ratings SET batch_id = CASE id")
	args := make([]any, 0, 2*len(ids)+1)
	for _, id := range ids {
		sql.WriteString(" WHEN ? THEN ?")
		args = append(args, id, batchOf[id])
	}
	sql.WriteString(" END WHERE batch_id IS NULL AND id IN ?")
	res := tx.Exec(sql.String(), append(args, ids)...)
	switch {
	case res.Error != nil:
		return fmt.Errorf("assign batches: %w", res.Error)
	case int(res.RowsAffected) != len(ids):
		return fault.New(fault.Busy, "error.busy")
	}
	return nil
}
