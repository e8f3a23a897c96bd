package ratings

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

const (
	maxStandName = 30 // characters
	standCode    = 10 // characters of the address of a stand
)

// Stand is a window with its standing QR code, and the name of its unit.
type Stand struct {
	models.Stand
	Unit     string
	UnitPath string
}

// Path returns the address of the rating page of the stand on this site.
func (s Stand) Path() string { return "/s/" + s.Code }

// Stands lists the windows within the actor's reach, those that stand first. Fault: Forbidden.
func (s *Service) Stands(ctx context.Context, who models.Actor, page, size int) (all []Stand, total int, err error) {
	if !policy.May(who, policy.StandManage) {
		return nil, 0, policy.Check(who, policy.StandManage, policy.Object{})
	}
	page, size = max(1, page), models.PageSize(size, 20)
	cond, args := policy.Scope(who, policy.StandManage).Below("u.path")
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		var n int64
		all = nil
		if err := standsOf(tx).Where(cond, args...).Count(&n).Error; err != nil {
			return fmt.Errorf("count stands: %w", err)
		}
		total = int(n)
		err := standsOf(tx).Where(cond, args...).Select("s.*, u.name AS unit, u.path AS unit_path").
			Order("CASE WHEN s.valid_to = '' THEN 0 ELSE 1 END, u.path, s.name, s.id").
			Limit(size).Offset((page - 1) * size).Find(&all).Error
		if err != nil {
			return fmt.Errorf("list stands: %w", err)
		}
		return nil
	})
	return all, total, err
}

// Stand returns one window within the actor's reach. Fault: NotFound "rate.stand.unknown".
func (s *Service) Stand(ctx context.Context, who models.Actor, id string) (Stand, error) {
	var out Stand
	err := db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		out, err = standTx(tx, who, id)
		return err
	})
	return out, err
}

// AddStand puts up a window of a unit; it stands from today.
//
// Faults: NotFound for a unit out of reach; Invalid on "name".
func (s *Service) AddStand(ctx context.Context, who models.Actor, unitID, name string) (Stand, error) {
	now := s.now()
	name = strings.TrimSpace(name)
	var out Stand
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		u, err := unitTx(tx, unitID)
		if err != nil {
			return err
		}
		if !policy.Can(who, policy.StandManage, policy.Object{UnitPath: u.Path}) {
			return fault.New(fault.NotFound, "error.not_found")
		}
		if err := standName(name); err != nil {
			return err
		}
		row := models.Stand{
			ID: models.NewID(), Code: strings.ToLower(models.NewRandomID()[:standCode]), UnitID: u.ID, Name: name,
			ValidFrom: models.DateOf(now), Version: 1, CreatedAt: now,
		}
		if err := tx.Create(&row).Error; err != nil {
			return fmt.Errorf("write stand: %w", err)
		}
		out = Stand{Stand: row, Unit: u.Name, UnitPath: u.Path}
		return audit.Add(tx, now, who, audit.Event{Action: "stand.add", Kind: "stand", ID: row.ID, Detail: name})
	})
	return out, err
}

func standName(name string) error {
	switch n := len([]rune(name)); {
	case n == 0:
		return fault.Wrong(fault.On("name", "form.required"))
	case n > maxStandName:
		return fault.Wrong(fault.On("name", "form.too_long", "max", maxStandName, "n", n))
	}
	return nil
}

// EndStand takes the window down: from now on its code leads to a page that says so.
//
// Faults: NotFound "rate.stand.unknown"; Conflict "error.stale".
func (s *Service) EndStand(ctx context.Context, who models.Actor, id string, version int) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if _, err := standTx(tx, who, id); err != nil {
			return err
		}
		res := tx.Model(&models.Stand{}).Where("id = ? AND version = ? AND valid_to = ''", id, version).
			Updates(map[string]any{"valid_to": yesterday(now), "version": version + 1})
		switch {
		case res.Error != nil:
			return fmt.Errorf("end stand: %w", res.Error)
		case res.RowsAffected == 0:
			return fault.New(fault.Conflict, "error.stale")
		}
		return audit.Add(tx, now, who, audit.Event{Action: "stand.end", Kind: "stand", ID: id})
	})
}

// yesterday is the last day on which what ends now was valid.
func yesterday(now time.Time) models.Date { return models.DateOf(now).AddDays(-1) }

func standsOf(tx *gorm.DB) *gorm.DB {
	return tx.Table("stands AS s").Joins("JOIN units u ON u.id = s.unit_id")
}

func standTx(tx *gorm.DB, who models.Actor, id string) (Stand, error) {
	var found []Stand
	err := standsOf(tx).Select("s.*, u.name AS unit, u.path AS unit_path").Where("s.id = ?", id).Limit(1).
		Find(&found).Error
	if err != nil {
		return Stand{}, fmt.Errorf("read stand: %w", err)
	}
	if len(found) == 0 || !policy.Can(who, policy.StandManage, policy.Object{UnitPath: found[0].UnitPath}) {
		return Stand{}, errUnknownStand
	}
	return found[0], nil
}

func unitTx(tx *gorm.DB, id string) (models.Unit, error) {
	var found []models.Unit
	if err := tx.Where("id = ?", id).Limit(1).Find(&found).Error; err != nil {
		return models.Unit{}, fmt.Errorf("read unit: %w", err)
	}
	if len(found) == 0 {
		return models.Unit{}, fault.New(fault.NotFound, "error.not_found")
	}
	return found[0], nil
}
