package demo

import (
	"context"

	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
)

// entrust makes what residents say beside their ratings: a window with its standing code, a report of
// wrongdoing and a complaint that a rating leaked. So every page of them has something to show.
func (m *maker) entrust(ctx context.Context) error {
	m.at(m.o.Today, 8*60+20)
	clerk, err := m.as(ctx, "QH0201")
	if err != nil {
		return err
	}
	var home models.Grant
	for _, g := range clerk.Grants {
		if g.Role == models.RoleIntake {
			home = g
		}
	}
	if _, err := m.Ratings.AddStand(ctx, clerk, home.UnitID, "便民服务大厅 2 号窗口"); err != nil {
		return err
	}
	areas, err := m.Cases.Areas(ctx)
	if err != nil {
		return err
	}
	village := home.UnitID
	for _, u := range areas {
		if u.ParentID != nil && *u.ParentID == home.UnitID {
			village = u.ID
			break
		}
	}
	if _, err := m.Cases.Raise(ctx, cases.Raising{
		Kind: models.Wrongdoing, UnitID: village, Text: "反映村里集体资产出租没有公示，租金去向不清。",
		Ticket: m.Cases.RaiseTicket(),
	}); err != nil {
		return err
	}
	return m.Ratings.ReportLeak(ctx, ratings.Leak{
		UnitID: village, Text: "评价以后，有人上门问我为什么没有打好评。", Ticket: m.Ratings.LeakTicket(),
	})
}
