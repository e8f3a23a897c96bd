package accounts

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
)

// attempt is what the row said when a try was counted.
type attempt struct {
	shut time.Duration // how long the account is locked already; the try was not counted then
	last bool          // this try locks the account if it fails
}

// countTx counts a try in the row of the person, and locks it with the last one that is allowed. A lock that has ended
// begins a new count. The assignments of one statement are ordered so that both dialects see the old count: SQLite
// always does, MySQL only to the right of what it has not yet set.
func (s *Service) countTx(tx *gorm.DB, now time.Time, personID string) (attempt, error) {
	err := tx.Exec(`UPDATE persons SET failed_logins = 0, locked_until = NULL
		WHERE id = ? AND locked_until IS NOT NULL AND locked_until <= ?`, personID, now).Error
	if err != nil {
		return attempt{}, fmt.Errorf("end lock: %w", err)
	}
	counted := tx.Exec(`UPDATE persons SET
		locked_until = CASE WHEN failed_logins + 1 >= ? THEN ? ELSE NULL END,
		failed_logins = failed_logins + 1
		WHERE id = ? AND locked_until IS NULL`, s.o.Failures, now.Add(s.o.Lock), personID)
	if counted.Error != nil {
		return attempt{}, fmt.Errorf("count login: %w", counted.Error)
	}
	p, err := personTx(tx, personID)
	if err != nil {
		return attempt{}, err
	}
	if counted.RowsAffected == 0 && p.LockedUntil != nil {
		return attempt{shut: p.LockedUntil.Sub(now)}, nil
	}
	return attempt{last: p.LockedUntil != nil}, nil
}

// forgiveTx forgets the failures before a success.
func forgiveTx(tx *gorm.DB, personID string) error {
	err := tx.Exec(`UPDATE persons SET failed_logins = 0, locked_until = NULL WHERE id = ?`, personID).Error
	if err != nil {
		return fmt.Errorf("forget failed logins: %w", err)
	}
	return nil
}

// takeBackTx takes back the count of one try that was right, and the lock that it set.
func takeBackTx(tx *gorm.DB, personID string) error {
	err := tx.Exec(`UPDATE persons SET failed_logins = CASE WHEN failed_logins > 0 THEN failed_logins - 1 ELSE 0 END,
		locked_until = NULL WHERE id = ?`, personID).Error
	if err != nil {
		return fmt.Errorf("take back a try: %w", err)
	}
	return nil
}

// provedTx is when the second factor was shown in the session of a token; nil when it was not, or there is none.
func provedTx(tx *gorm.DB, token string) (*time.Time, error) {
	found, err := sessionByHash(tx, tokenHash(token))
	if err != nil && !db.IsNotFound(err) {
		return nil, err
	}
	return found.ProvedAt, nil
}

// setPassword also makes every code on paper worthless.
func setPassword(tx *gorm.DB, now time.Time, personID, hash string, mustChange bool) error {
	err := tx.Exec(`UPDATE persons SET password_hash = ?, must_change = ?, failed_logins = 0, locked_until = NULL,
		version = version + 1, updated_at = ? WHERE id = ?`, hash, mustChange, now, personID).Error
	if err != nil {
		return fmt.Errorf("set password: %w", err)
	}
	return voidCodes(tx, now, []string{personID})
}

func insertSession(tx *gorm.DB, row *models.Session) error {
	if err := tx.Create(row).Error; err != nil {
		return fmt.Errorf("open session: %w", err)
	}
	return nil
}

func sessionByHash(tx *gorm.DB, hash string) (models.Session, error) {
	var row models.Session
	err := tx.Take(&row, "token_hash = ?", hash).Error
	if err != nil {
		return row, fmt.Errorf("read session: %w", err)
	}
	return row, nil
}

func touchSession(tx *gorm.DB, hash string, now time.Time) error {
	err := tx.Exec(`UPDATE sessions SET seen_at = ? WHERE token_hash = ? AND seen_at < ?`, now, hash, now).Error
	if err != nil {
		return fmt.Errorf("touch session: %w", err)
	}
	return nil
}

func sessionsOf(tx *gorm.DB, personID string, now, idleSince time.Time) ([]models.Session, error) {
	var rows []models.Session
	err := tx.Where("person_id = ? AND expires_at > ? AND seen_at > ?", personID, now, idleSince).
		Order("created_at DESC, token_hash").Limit(100).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return rows, nil
}

func deleteSession(tx *gorm.DB, hash string) (int64, error) {
	done := tx.Where("token_hash = ?", hash).Delete(&models.Session{})
	if done.Error != nil {
		return 0, fmt.Errorf("end session: %w", done.Error)
	}
	return done.RowsAffected, nil
}

func deleteSessions(tx *gorm.DB, personID string) error {
	if err := tx.Where("person_id = ?", personID).Delete(&models.Session{}).Error; err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	return nil
}

func deleteEnded(tx *gorm.DB, now, idleSince time.Time) (int64, error) {
	done := tx.Where("expires_at <= ? OR seen_at <= ?", now, idleSince).Delete(&models.Session{})
	if done.Error != nil {
		return 0, fmt.Errorf("delete ended sessions: %w", done.Error)
	}
	return done.RowsAffected, nil
}
