package accounts

import (
	"context"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/notice"
	"shanzhi/models/policy"
)

const (
	noticesReadFor = 180 * 24 * time.Hour // a notice that was read is kept so long
	noticesFor     = 365 * 24 * time.Hour // and any other
	roleEndsSoon   = 14                   // days before the last day of a role when its holder is told
)

// Notices lists what the actor was told, the latest first, with the number of all and of those not read yet.
func (s *Service) Notices(
	ctx context.Context, actor models.Actor, unread bool, page, size int,
) (rows []models.Notice, total int, err error) {
	if err := policy.Check(actor, policy.Signed, policy.Object{PersonID: actor.ID}); err != nil {
		return nil, 0, err
	}
	size = models.PageSize(size, 20)
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		q := tx.Model(&models.Notice{}).Where("person_id = ?", actor.ID)
		if unread {
			q = q.Where("read_at IS NULL")
		}
		q = q.Session(&gorm.Session{})
		var n int64
		if err := q.Count(&n).Error; err != nil {
			return wrap("count notices", err)
		}
		total = int(n)
		return wrap("list notices", q.Order("created_at DESC, id DESC").Limit(size).
			Offset((max(1, page)-1)*size).Find(&rows).Error)
	})
	return rows, total, err
}

// UnreadNotices counts what a person has not read yet; 0 for nobody.
func (s *Service) UnreadNotices(ctx context.Context, personID string) (int, error) {
	if personID == "" {
		return 0, nil
	}
	var n int64
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		return tx.Model(&models.Notice{}).Where("person_id = ? AND read_at IS NULL", personID).Count(&n).Error
	})
	return int(n), wrap("count unread notices", err)
}

// ReadNotice marks one of the actor's own notices as read and returns where it leads. Fault: NotFound.
func (s *Service) ReadNotice(ctx context.Context, actor models.Actor, id string) (href string, err error) {
	if err := policy.Check(actor, policy.Signed, policy.Object{PersonID: actor.ID}); err != nil {
		return "", err
	}
	now := s.now()
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		var row models.Notice
		if err := tx.Take(&row, "id = ? AND person_id = ?", id, actor.ID).Error; db.IsNotFound(err) {
			return fault.New(fault.NotFound, "error.not_found")
		} else if err != nil {
			return wrap("read notice", err)
		}
		href = row.Href
		return wrap("mark notice", tx.Model(&models.Notice{}).Where("id = ? AND read_at IS NULL", id).
			Update("read_at", now).Error)
	})
	return href, err
}

// ReadNotices marks all notices of the actor as read.
func (s *Service) ReadNotices(ctx context.Context, actor models.Actor) error {
	if err := policy.Check(actor, policy.Signed, policy.Object{PersonID: actor.ID}); err != nil {
		return err
	}
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		return wrap("mark notices", tx.Model(&models.Notice{}).Where("person_id = ? AND read_at IS NULL", actor.ID).
			Update("read_at", now).Error)
	})
}

// TidyNotices tells whose role ends soon, once, and deletes what has been kept long enough. It returns how many notices
// were written and deleted. For the system alone. Fault: Forbidden.
func (s *Service) TidyNotices(ctx context.Context, actor models.Actor) (told, purged int, err error) {
	if !actor.System {
		return 0, 0, fault.New(fault.Forbidden, "error.forbidden")
	}
	now := s.now()
	today := models.DateOf(now)
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		told = 0
		var ending []GrantRow
		err := grantQuery(tx).Select(grantColumns).Where(current("role_grants"), on(today)...).
			Where("role_grants.valid_to <> '' AND role_grants.valid_to <= ?", today.AddDays(roleEndsSoon)).
			Where("p.disabled_at IS NULL").Find(&ending).Error
		if err != nil {
			return wrap("look for roles that end", err)
		}
		for _, g := range ending {
			fresh, err := notice.OnceTx(tx, now, "role_ending "+g.ID+" "+string(g.ValidTo), g.PersonID, "role_ending",
				notice.Args{"role": "@account.role." + string(g.Role), "unit": g.Unit, "to": g.ValidTo}, "/me")
			if err != nil {
				return err
			}
			if fresh {
				told++
			}
		}
		done := tx.Where("created_at < ? OR (read_at IS NOT NULL AND read_at < ?)", now.Add(-noticesFor),
			now.Add(-noticesReadFor)).Delete(&models.Notice{})
		purged = int(done.RowsAffected)
		return wrap("delete old notices", done.Error)
	})
	return told, purged, err
}
