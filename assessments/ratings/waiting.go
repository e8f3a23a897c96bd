package ratings

import (
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
)

// Waiting is a unit of which matters are being looked into again, the role whose turn it is, and the unit above.
//
// It does not say how many there are, nor whether a bad rating or chance began it: who reads it arranges work, and is
// none of those who may know (see red line 6 in this room's loops).
type Waiting struct {
	Path      string // of the unit; a holder of the role reaches it from above
	AboveID   string
	Above     string
	AbovePath string
	Role      models.Role
}

// WaitingTx lists where a supervisor or an interviewer is awaited, by unit.
func WaitingTx(tx *gorm.DB) (out []Waiting, err error) {
	err = tx.Table("rating_loops AS l").Distinct("u.path, a.id AS above_id, a.name AS above, a.path AS above_path, "+
		"CASE WHEN l.state = ? THEN ? ELSE ? END AS role",
		models.LoopCall, models.RoleInterviewer, models.RoleSupervisor).
		Joins("JOIN units u ON u.id = l.unit_id").Joins("JOIN units a ON a.id = COALESCE(u.parent_id, u.id)").
		Where("l.state IN ?", []models.LoopState{
			models.LoopVerify, models.LoopReview, models.LoopSend, models.LoopRight, models.LoopCall,
		}).Order("u.path, role").Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list units looked into again: %w", err)
	}
	return out, nil
}
