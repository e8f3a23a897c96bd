package courses

import (
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// RuleView is a version of the rule book with the names that belong to it.
type RuleView struct {
	models.HourRule
	Rules             RuleBook `gorm:"-"`
	Proposer, Decider string
}

// BookOfTx returns the rule book that holds in a year: the confirmed version of it, else the preset.
func (s *Service) BookOfTx(tx *gorm.DB, year int) (RuleBook, error) {
	v, err := ruleOfTx(tx, year)
	switch {
	case err != nil:
		return RuleBook{}, err
	case v == nil:
		return ExampleBook(), nil
	}
	return v.Rules, nil
}

func ruleQuery(tx *gorm.DB) *gorm.DB {
	return tx.Table("hour_rules").Select("hour_rules.*, p.name AS proposer, d.name AS decider").
		Joins("LEFT JOIN persons p ON p.id = hour_rules.proposed_by").
		Joins("LEFT JOIN persons d ON d.id = hour_rules.decided_by")
}

// ruleOfTx returns the confirmed version that holds in a year, nil while there is none.
func ruleOfTx(tx *gorm.DB, year int) (*RuleView, error) {
	return oneRule(ruleQuery(tx).
		Where("hour_rules.state = ? AND hour_rules.from_year <= ?", models.HourRuleConfirmed, year).
		Order("hour_rules.from_year DESC, hour_rules.no DESC"))
}

// oneRule reads the first of the query, nil where there is none.
func oneRule(q *gorm.DB) (*RuleView, error) {
	var found []RuleView
	if err := q.Limit(1).Scan(&found).Error; err != nil {
		return nil, fmt.Errorf("read rule book: %w", err)
	}
	if len(found) == 0 {
		return nil, nil
	}
	return &found[0], found[0].open()
}

// open reads the rules out of the row.
func (v *RuleView) open() error {
	if err := json.Unmarshal([]byte(v.Book), &v.Rules); err != nil {
		return fmt.Errorf("read rules of rule book %s: %w", v.ID, err)
	}
	v.Rules.Code, v.Rules.Name = v.ID, v.Name
	return nil
}

// ruleNamesTx returns the names of the versions by which entries were reckoned, by their codes.
func ruleNamesTx(tx *gorm.DB, entries []models.HoursEntry) (map[string]string, error) {
	codes := map[string]bool{}
	for _, e := range entries {
		codes[e.Rule] = true
	}
	ids := make([]string, 0, len(codes))
	for c := range codes {
		ids = append(ids, c)
	}
	var found []models.HourRule
	if err := tx.Select("id", "name").Where("id IN ?", ids).Find(&found).Error; err != nil {
		return nil, fmt.Errorf("list names of rule books: %w", err)
	}
	out := make(map[string]string, len(found))
	for _, r := range found {
		out[r.ID] = r.Name
	}
	return out, nil
}

// bookAtTx is what a rule book belongs to: the whole house, whose path is that of the root of the tree of units.
func bookAtTx(tx *gorm.DB) (policy.Object, error) {
	var paths []string
	err := tx.Model(&models.Unit{}).Where("parent_id IS NULL").Order("id").Limit(1).Pluck("path", &paths).Error
	if err != nil {
		return policy.Object{}, fmt.Errorf("read root unit: %w", err)
	}
	if len(paths) == 0 {
		return policy.Object{}, nil
	}
	return policy.Object{UnitPath: paths[0]}, nil
}

// mayRule checks an action to the rule book of the house: NotFound for whoever does not see it, Forbidden.
func mayRule(tx *gorm.DB, who models.Actor, do policy.Action) error {
	if !policy.May(who, policy.BookSee) {
		return policy.Check(who, policy.BookSee, policy.Object{})
	}
	if do == policy.BookSee {
		return nil
	}
	at, err := bookAtTx(tx)
	if err != nil {
		return err
	}
	return policy.Check(who, do, at)
}

// decideTx moves a version that waits, of the version that was looked at.
func decideTx(tx *gorm.DB, id string, version int, set map[string]any) error {
	set["version"] = gorm.Expr("version + 1")
	done := tx.Model(&models.HourRule{}).
		Where("id = ? AND version = ? AND state = ?", id, version, models.HourRuleProposed).Updates(set)
	switch {
	case done.Error != nil:
		return fmt.Errorf("decide on rule book: %w", done.Error)
	case done.RowsAffected == 0:
		return fault.New(fault.Conflict, "error.stale")
	}
	return nil
}

// ruleByID reads a version. Fault: NotFound.
func ruleByID(tx *gorm.DB, id string) (RuleView, error) {
	v, err := oneRule(ruleQuery(tx).Where("hour_rules.id = ?", id))
	if err == nil && v == nil {
		err = fault.New(fault.NotFound, "error.not_found")
	}
	if err != nil {
		return RuleView{}, err
	}
	return *v, nil
}

// pendingTx returns the version that waits for a second person, nil while none does.
func pendingTx(tx *gorm.DB) (*RuleView, error) {
	return oneRule(ruleQuery(tx).Where("hour_rules.state = ?", models.HourRuleProposed).Order("hour_rules.no"))
}

// addRuleTx writes the next version. Fault: Conflict "error.stale" where somebody was faster.
func addRuleTx(tx *gorm.DB, row *models.HourRule) error {
	var last int
	if err := tx.Model(&models.HourRule{}).Select("COALESCE(MAX(no), 0)").Scan(&last).Error; err != nil {
		return fmt.Errorf("number rule book: %w", err)
	}
	row.No = last + 1
	added, err := db.Insert(tx, row)
	switch {
	case err != nil:
		return fmt.Errorf("write rule book: %w", err)
	case !added:
		return fault.New(fault.Conflict, "error.stale")
	}
	return nil
}
