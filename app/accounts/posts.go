package accounts

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// PostInput describes a post. ManagerID is the unit with the managing authority; "" takes the unit itself. A loan and a
// temporary post have an end.
type PostInput struct {
	UnitID, ManagerID, Title, Class string
	Category                        models.Category
	Kind                            models.PostKind // "" = appointed
	From                            models.Date     // "" = today
	To                              models.Date     // last day; "" without end
}

// PostRow is a post with the names of its units.
type PostRow struct {
	models.Post
	Unit, Manager string
	Current       bool
}

// Categories lists the personnel categories in the order of the menus.
func Categories() []models.Category {
	return []models.Category{
		models.LeadingCadre, models.CivilServant, models.Institution, models.VillageCadre, models.Contract,
	}
}

// PostClasses lists the post classes that the forms offer.
func PostClasses() []string {
	return []string{
		"county_department", "township_leader", "township_staff", "service_window", "village_secretary",
		"village_member",
	}
}

// PostKinds lists how a post may be held, in the order of the menus.
func PostKinds() []models.PostKind {
	return []models.PostKind{models.Appointed, models.OnLoan, models.Temporary}
}

// AddPost gives a person a post, beside those already held. An administrator of the house never holds one.
//
// Faults: Invalid with fields unit, manager, title, class, category, kind, from, to; Conflict "account.apart",
// "account.lend.no_main"; NotFound.
func (s *Service) AddPost(ctx context.Context, actor models.Actor, personID string, in PostInput) (models.Post, error) {
	now := s.now()
	var made models.Post
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		if _, err = s.seenPerson(tx, now, actor, personID); err != nil {
			return err
		}
		made, err = AddPostTx(tx, now, actor, personID, in)
		return err
	})
	return made, err
}

// AddPostTx is AddPost within a transaction, with its audit row. The caller has checked that the actor may see the
// person; that he reaches the unit of the post is checked here.
func AddPostTx(tx *gorm.DB, now time.Time, actor models.Actor, personID string, in PostInput) (models.Post, error) {
	made, err := addPostTx(tx, now, actor, personID, in)
	if err != nil {
		return made, err
	}
	return made, audit.Add(tx, now, actor, audit.Event{
		Action: "post.create", Kind: "person", ID: personID,
		Detail: string(made.Kind) + " post " + made.ID + " at unit " + made.UnitID,
	})
}

func addPostTx(tx *gorm.DB, now time.Time, actor models.Actor, personID string, in PostInput) (models.Post, error) {
	in.fill(models.DateOf(now))
	if err := in.checkTx(tx, actor); err != nil {
		return models.Post{}, err
	}
	if err := holdPerson(tx, personID, now); err != nil {
		return models.Post{}, err
	}
	held, err := heldTx(tx, personID, in.From, in.To)
	if err != nil {
		return models.Post{}, err
	}
	for _, g := range held {
		if policy.Apart(models.RoleCadre, g.Role) {
			return models.Post{}, apart(models.RoleCadre, g.Role)
		}
	}
	if in.Kind != models.Appointed {
		if err := needsMain(tx, personID, in.From); err != nil {
			return models.Post{}, err
		}
	}
	made := models.Post{
		ID: models.NewID(), PersonID: personID, UnitID: in.UnitID, ManagerID: in.ManagerID, Title: in.Title,
		Class: in.Class, Category: in.Category, Kind: in.Kind, ValidFrom: in.From, ValidTo: in.To, Version: 1,
	}
	if err := insertPost(tx, &made); err != nil {
		return made, err
	}
	return made, comesBack(tx, personID)
}

// fill completes what was left to the house.
func (in *PostInput) fill(today models.Date) {
	if in.From == "" {
		in.From = today
	}
	if in.ManagerID == "" {
		in.ManagerID = in.UnitID
	}
	if in.Kind == "" {
		in.Kind = models.Appointed
	}
	in.Title = strings.TrimSpace(in.Title)
}

func (in PostInput) checkTx(tx *gorm.DB, actor models.Actor) error {
	groups := [][]fault.Field{fault.Text("title", in.Title, 100), fault.Text("class", in.Class, 32)}
	if !slices.Contains(Categories(), in.Category) {
		groups = append(groups, []fault.Field{fault.On("category", "form.required_choice")})
	}
	groups = append(groups, in.checkTerm())
	switch u, err := seenUnit(tx, actor, policy.AdminPeople, in.UnitID); {
	case fault.Is(err, fault.NotFound):
		groups = append(groups, []fault.Field{fault.On("unit", "form.required_choice")})
	case err != nil:
		return err
	case u.ValidTo != "" && u.ValidTo < in.From:
		groups = append(groups, []fault.Field{fault.On("unit", "account.unit_ended", "unit", u.Name, "on", u.ValidTo)})
	}
	if _, err := unitTx(tx, in.ManagerID); db.IsNotFound(err) {
		groups = append(groups, []fault.Field{fault.On("manager", "form.required_choice")})
	} else if err != nil {
		return err
	}
	return fault.Refuse(groups...)
}

// checkTerm refuses a kind that is none, days that are none, and a loan without an end.
func (in PostInput) checkTerm() (bad []fault.Field) {
	if !slices.Contains(PostKinds(), in.Kind) {
		bad = append(bad, fault.On("kind", "form.required_choice"))
	}
	_, from := models.ParseDate(string(in.From))
	if !from {
		bad = append(bad, fault.On("from", "form.date"))
	}
	switch _, to := models.ParseDate(string(in.To)); {
	case in.To == "" && in.Kind != models.Appointed:
		bad = append(bad, fault.On("to", "account.lend.until"))
	case in.To != "" && !to:
		bad = append(bad, fault.On("to", "form.date"))
	case in.To != "" && from && in.To < in.From:
		bad = append(bad, fault.On("to", "form.date_order"))
	}
	return bad
}

// needsMain refuses a loan or temporary post of somebody who is appointed nowhere on its first day.
func needsMain(tx *gorm.DB, personID string, on models.Date) error {
	posts, err := inForceTx(tx, personID, on)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(posts, func(p models.Post) bool { return p.Kind == models.Appointed }) {
		return fault.New(fault.Conflict, "account.lend.no_main")
	}
	return nil
}
