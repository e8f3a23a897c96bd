package onboard

import (
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/models/vault"
)

// atOnce is the number of rows of one INSERT.
const atOnce = 200

func notFound() error { return fault.New(fault.NotFound, "error.not_found") }

func insertPlan(tx *gorm.DB, p *models.ImportPlan) error {
	if err := tx.Create(p).Error; err != nil {
		return fmt.Errorf("keep plan: %w", err)
	}
	return nil
}

func insertLines(tx *gorm.DB, planID string, lines []Line) error {
	out := make([]models.ImportLine, 0, len(lines))
	for i, l := range lines {
		notes, err := json.Marshal(l.Notes)
		if err != nil {
			return fmt.Errorf("write notes: %w", err)
		}
		out = append(out, models.ImportLine{
			PlanID: planID, No: i + 1, Category: string(l.Category), RowNo: l.Row, Code: l.Code, Name: l.Name,
			Place: l.Place, Notes: string(notes),
		})
	}
	if len(out) == 0 {
		return nil
	}
	if err := tx.CreateInBatches(out, atOnce).Error; err != nil {
		return fmt.Errorf("keep lines of plan: %w", err)
	}
	return nil
}

func dropLines(tx *gorm.DB, planID string) error {
	if err := tx.Exec(`DELETE FROM import_lines WHERE plan_id = ?`, planID).Error; err != nil {
		return fmt.Errorf("drop lines of plan: %w", err)
	}
	return nil
}

// seenPlanTx returns a plan that the actor may see: his own, or any where his reach holds the whole house.
func seenPlanTx(tx *gorm.DB, who models.Actor, id string) (models.ImportPlan, error) {
	var p models.ImportPlan
	err := tx.Take(&p, "id = ?", id).Error
	switch {
	case db.IsNotFound(err):
		return p, notFound()
	case err != nil:
		return p, fmt.Errorf("read plan: %w", err)
	}
	if err := allowed(who, Kind(p.Kind)); err != nil {
		return p, err
	}
	whole, err := wholeTx(tx, who)
	switch {
	case err != nil:
		return p, err
	case !whole && (who.ID == "" || models.Deref(p.CreatedBy) != who.ID):
		return p, notFound()
	}
	return p, nil
}

// wholeTx reports whether the actor administers the whole house.
func wholeTx(tx *gorm.DB, who models.Actor) (bool, error) {
	if who.System {
		return true, nil
	}
	var roots []models.Unit
	if err := tx.Find(&roots, "parent_id IS NULL").Error; err != nil {
		return false, fmt.Errorf("read root unit: %w", err)
	}
	for _, u := range roots {
		if policy.Can(who, policy.AdminUnits, policy.Object{UnitPath: u.Path}) {
			return true, nil
		}
	}
	return false, nil
}

// endPlan ends a plan and throws away what it keeps of the sheet.
func endPlan(tx *gorm.DB, p models.ImportPlan, state models.PlanState, now time.Time) error {
	done := tx.Exec(`UPDATE import_plans SET state = ?, content = '', ended_at = ?, version = version + 1
		WHERE id = ? AND version = ?`, state, now, p.ID, p.Version)
	switch {
	case done.Error != nil:
		return fmt.Errorf("end plan: %w", done.Error)
	case done.RowsAffected == 0:
		return fault.New(fault.Conflict, "onboard.plan_over")
	}
	if state == models.PlanApplied {
		return keepGone(tx, p.ID)
	}
	return dropLines(tx, p.ID)
}

// keepGone keeps of a plan's lines those of people who left: their work has to be handed over.
func keepGone(tx *gorm.DB, planID string) error {
	err := tx.Exec(`DELETE FROM import_lines WHERE plan_id = ? AND category NOT IN (?, ?)`, planID, Left, Moved).Error
	if err != nil {
		return fmt.Errorf("drop lines of plan: %w", err)
	}
	return nil
}

// faultyPlan keeps the errors of a plan whose rows no longer fit the house.
func faultyPlan(tx *gorm.DB, p models.ImportPlan, now time.Time) error {
	if err := endPlan(tx, p, models.PlanFaulty, now); err != nil {
		return err
	}
	if err := tx.Exec(`UPDATE import_plans SET errors = ? WHERE id = ?`, p.Errors, p.ID).Error; err != nil {
		return fmt.Errorf("keep errors of plan: %w", err)
	}
	return nil
}

// renewPlan puts other lines in the place of those of an open plan.
func renewPlan(tx *gorm.DB, p models.ImportPlan, lines []Line) error {
	done := tx.Exec(`UPDATE import_plans SET counts = ?, base = ?, errors = ?, version = version + 1
		WHERE id = ? AND version = ?`, p.Counts, p.Base, p.Errors, p.ID, p.Version)
	switch {
	case done.Error != nil:
		return fmt.Errorf("renew plan: %w", done.Error)
	case done.RowsAffected == 0:
		return fault.New(fault.Conflict, "onboard.plan_over")
	}
	if err := dropLines(tx, p.ID); err != nil {
		return err
	}
	return insertLines(tx, p.ID, lines)
}

func latePlans(tx *gorm.DB, now time.Time) ([]models.ImportPlan, error) {
	var out []models.ImportPlan
	err := tx.Omit("content", "errors").Find(&out, "state = ? AND expires_at <= ?", models.PlanOpen, now).Error
	if err != nil {
		return nil, fmt.Errorf("look for old plans: %w", err)
	}
	return out, nil
}

// errorsOf opens the errors of a faulty plan, or what must be known of another one.
func errorsOf(v *vault.Vault, p models.ImportPlan) ([]fault.Field, error) {
	text, err := v.Open(p.Errors, "import_plans.errors."+p.ID)
	if err != nil || text == "" {
		return nil, err
	}
	return decodeErrors(text)
}
