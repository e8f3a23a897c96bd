package accounts

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
)

// The settings of the site that lie in the database.
const (
	metaName      = "site.name"
	metaOrganizer = "site.organizer"
	metaSupport   = "site.support"
	metaPhone     = "site.phone"
	metaFiling    = "site.filing" // one number a line
	metaSetup     = "setup.done"
	metaAdmins    = "lock.admins" // day on which an administrator's role was last ended; a lock
	metaDemo      = "demo"        // any value: the data is made up
)

// Site is who answers for the site, as it stands on every page.
type Site struct {
	Name, Organizer, Support, Phone string
	Filing                          []string
	Demo                            bool
}

// Site returns the identity of the site; empty before the first set-up.
func (s *Service) Site(ctx context.Context) (Site, error) {
	var rows []models.Meta
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		keys := []string{metaName, metaOrganizer, metaSupport, metaPhone, metaFiling, metaDemo}
		return tx.Find(&rows, "k IN ?", keys).Error
	})
	if err != nil {
		return Site{}, fmt.Errorf("read identity of the site: %w", err)
	}
	v := map[string]string{}
	for _, r := range rows {
		v[r.K] = r.V
	}
	return Site{
		Name: v[metaName], Organizer: v[metaOrganizer], Support: v[metaSupport], Phone: v[metaPhone],
		Filing: lines(v[metaFiling]), Demo: v[metaDemo] != "",
	}, nil
}

// setSiteTx keeps the identity of the site.
func setSiteTx(tx *gorm.DB, site Site) error {
	for k, v := range map[string]string{
		metaName: site.Name, metaOrganizer: site.Organizer, metaSupport: site.Support, metaPhone: site.Phone,
		metaFiling: strings.Join(site.Filing, "\n"),
	} {
		if err := db.SetMetaTx(tx, k, v); err != nil {
			return err
		}
	}
	return nil
}

func lines(s string) []string {
	var out []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}
