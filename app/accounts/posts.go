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

// PostInput describes a post. ManagerID is the unit with the managing authority; "" takes the unit itself.
type PostInput struct {
	UnitID, ManagerID, Title, Class string
	Category                        models.Category
	From                            models.Date // "" = today
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

// AddPost gives a person a post. An administrator of the house never holds one.
//
// Faults: Invalid with fields unit, manager, title, class, category, from; Conflict "account.apart"; NotFound.
func (s *Service) AddPost(ctx context.Context, actor models.Actor, personID string, in PostInput) (models.Post, error) {
	now := s.now()
	var made models.Post
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		if _, err = s.seenPerson(tx, now, actor, personID); err != nil {
			return err
		}
		if made, err = addPostTx(tx, now, actor, personID, in); err != nil {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{Action: "post.create", Kind: "person", ID: personID})
	})
	return made, err
}

func addPostTx(tx *gorm.DB, now time.Time, actor models.Actor, personID string, in PostInput) (models.Post, error) {
	today := models.DateOf(now)
	if in.From == "" {
		in.From = today
	}
	if in.ManagerID == "" {
		in.ManagerID = in.UnitID
	}
	in.Title = strings.TrimSpace(in.Title)
	if err := in.checkTx(tx, actor); err != nil {
		return models.Post{}, err
	}
	if err := holdPerson(tx, personID, now); err != nil {
		return models.Post{}, err
	}
	held, err := heldTx(tx, personID, in.From, "")
	if err != nil {
		return models.Post{}, err
	}
	for _, g := range held {
		if policy.Apart(models.RoleCadre, g.Role) {
			return models.Post{}, apart(models.RoleCadre, g.Role)
		}
	}
	made := models.Post{
		ID: models.NewID(), PersonID: personID, UnitID: in.UnitID, ManagerID: in.ManagerID, Title: in.Title,
		Class: in.Class, Category: in.Category, ValidFrom: in.From, Version: 1,
	}
	return made, insertPost(tx, &made)
}

func (in PostInput) checkTx(tx *gorm.DB, actor models.Actor) error {
	groups := [][]fault.Field{checkText("title", in.Title, 100), checkText("class", in.Class, 32)}
	if !slices.Contains(Categories(), in.Category) {
		groups = append(groups, []fault.Field{fault.On("category", "form.required_choice")})
	}
	if _, ok := models.ParseDate(string(in.From)); !ok {
		groups = append(groups, []fault.Field{fault.On("from", "form.date")})
	}
	if _, err := seenUnit(tx, actor, policy.AdminPeople, in.UnitID); fault.Is(err, fault.NotFound) {
		groups = append(groups, []fault.Field{fault.On("unit", "form.required_choice")})
	} else if err != nil {
		return err
	}
	if _, err := unitTx(tx, in.ManagerID); db.IsNotFound(err) {
		groups = append(groups, []fault.Field{fault.On("manager", "form.required_choice")})
	} else if err != nil {
		return err
	}
	return refuse(groups...)
}

// EndPost ends a post with the given day, its last.
//
// Faults: Invalid with field to; NotFound; Conflict "error.stale".
func (s *Service) EndPost(
	ctx context.Context, actor models.Actor, personID, postID string, version int, to models.Date,
) error {
	now := s.now()
	if _, ok := models.ParseDate(string(to)); !ok {
		return fault.Wrong(fault.On("to", "form.date"))
	}
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if _, err := s.seenPerson(tx, now, actor, personID); err != nil {
			return err
		}
		if err := endPost(tx, personID, postID, version, to); err != nil {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{Action: "post.end", Kind: "person", ID: personID})
	})
}
