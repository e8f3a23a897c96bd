package demo

import (
	"context"
	"encoding/json"
	"fmt"

	"shanzhi/models"
	"shanzhi/models/db"
)

// tourKey is the setting of the database that holds what the guided tour names.
const tourKey = "demo.tour"

// Tour returns what the guided tour names: the staff number of each login by its key, "name" of the visitor's cadre and
// the codes of the periods as "released", "sealed" and "open". Nil in a database that is no demonstration.
func Tour(ctx context.Context, d *db.DB) (names map[string]string, err error) {
	kept, err := d.Meta(ctx, tourKey)
	switch {
	case db.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, err
	}
	if err := json.Unmarshal([]byte(kept), &names); err != nil {
		return nil, fmt.Errorf("read guided tour: %w", err)
	}
	return names, nil
}

// tour keeps what the guided tour names.
func (m *maker) tour(ctx context.Context) error {
	names := map[string]string{"released": m.made.Released, "sealed": m.made.Sealed, "open": m.made.Open}
	for _, l := range m.made.Logins {
		names[l.Key] = l.StaffNo
		if l.Role == models.RoleCadre {
			names["name"] = l.Name
		}
	}
	raw, err := json.Marshal(names)
	if err != nil {
		return fmt.Errorf("write guided tour: %w", err)
	}
	return m.DB.SetMeta(ctx, tourKey, string(raw))
}
