package demo

import (
	"context"

	"shanzhi/courses"
	"shanzhi/models"
)

// rules sets the county's rule book of hours before anybody learns: the training administrator proposes it, the leader
// in charge confirms it.
func (m *maker) rules(ctx context.Context) error {
	m.at(m.plan.from, 9*60)
	who, err := m.as(ctx, trainerNo)
	if err != nil {
		return err
	}
	officials := courses.Target{Online: 5000, InPerson: 9000}
	made, err := m.Courses.ProposeRules(ctx, who, courses.RuleInput{
		Name: "青禾县干部教育培训学时认定办法", Document: "青禾县干部教育培训学时管理办法（演示）",
		FromYear: m.plan.from.Year(), LongMinutes: 30, LongHours: 100, MidMinutes: 15, MidHours: 50, ShortHours: 25,
		Test: 50, AwayMost: 7, Asked: map[models.Category]courses.Target{
			models.LeadingCadre: officials, models.CivilServant: officials,
			models.Institution: {Online: 5000}, models.VillageCadre: {Online: 2000, InPerson: 2400},
		},
	})
	if err != nil {
		return err
	}
	m.at(m.plan.from, 15*60)
	leader, err := m.as(ctx, leaderNo)
	if err != nil {
		return err
	}
	return m.Courses.ConfirmRules(ctx, leader, made.ID, made.Version)
}
