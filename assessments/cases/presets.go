package cases

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// Preset is a number of the rules that a locality may set differently.
type Preset struct {
	Key                  string
	Default, Least, Most int
}

// The presets, by key.
const (
	ExtendDays    = "extend_days"    // working days that a supervisor may grant; more goes to the leader in charge
	VerifyDays    = "verify_days"    // working days to verify a bad rating
	RecheckDays   = "recheck_days"   // working days to answer a recheck
	PlanDays      = "plan_days"      // the longest plan to put something right, in working days
	CallDays      = "call_days"      // days to call a resident back
	SamplePercent = "sample_percent" // share of closed cases whose residents are called back
	CheckPercent  = "check_percent"  // chance in a week that a handler is sent cases drawn by chance alone
	PaperPercent  = "paper_percent"  // chance that a slip on paper is keyed by a second person too
)

// Presets lists the presets with their defaults and bounds (国办发〔2019〕51号 and local rules as the model).
func Presets() []Preset {
	return []Preset{
		{ExtendDays, 5, 1, 60},
		{VerifyDays, 5, 1, 30},
		{RecheckDays, 5, 1, 30},
		{PlanDays, 15, 1, 60},
		{CallDays, 7, 1, 30},
		{SamplePercent, 8, 5, 10},
		{CheckPercent, 25, 10, 100},
		{PaperPercent, 20, 5, 100},
	}
}

// presetKey is the name under which a preset is kept.
func presetKey(key string) string { return "serve." + key }

// PresetsTx reads the presets as the locality has set them, by key.
func PresetsTx(tx *gorm.DB) (map[string]int, error) {
	out, names := map[string]int{}, []string{}
	for _, p := range Presets() {
		out[p.Key] = p.Default
		names = append(names, presetKey(p.Key))
	}
	var rows []models.Meta
	if err := tx.Where("k IN ?", names).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read presets: %w", err)
	}
	for _, r := range rows {
		i := slices.IndexFunc(Presets(), func(p Preset) bool { return presetKey(p.Key) == r.K })
		p := Presets()[i]
		if n, err := strconv.Atoi(r.V); err == nil && n >= p.Least && n <= p.Most {
			out[p.Key] = n
		}
	}
	return out, nil
}

// ReadPresets returns the presets as they are set, for the system administrator. Fault: Forbidden.
func (s *Service) ReadPresets(ctx context.Context, who models.Actor) (out map[string]int, err error) {
	if !policy.May(who, policy.AdminUnits) {
		return nil, policy.Check(who, policy.AdminUnits, policy.Object{})
	}
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		out, err = PresetsTx(tx)
		return err
	})
	return out, err
}

// SetPresets keeps presets. What runs already keeps the deadline it has.
//
// Faults: Forbidden; Invalid on the key of a preset outside its bounds.
func (s *Service) SetPresets(ctx context.Context, who models.Actor, set map[string]int) error {
	if !policy.May(who, policy.AdminUnits) {
		return policy.Check(who, policy.AdminUnits, policy.Object{})
	}
	var bad []fault.Field
	for _, p := range Presets() {
		bad = append(bad, between(p.Key, set[p.Key], p.Least, p.Most)...)
	}
	if err := fault.Refuse(bad); err != nil {
		return err
	}
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		var detail strings.Builder
		for _, p := range Presets() {
			if err := db.SetMetaTx(tx, presetKey(p.Key), strconv.Itoa(set[p.Key])); err != nil {
				return err
			}
			fmt.Fprintf(&detail, "%s=%d ", p.Key, set[p.Key])
		}
		return audit.Add(tx, now, who, audit.Event{Action: "serve.presets", Kind: "setting", Detail: detail.String()})
	})
}
