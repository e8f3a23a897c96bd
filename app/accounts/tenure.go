package accounts

import (
	"context"
	"fmt"
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

// EndInput says which post ends, with which day as its last and why. A correction takes a post back that never was: it
// needs no day. Version 0 ends the post as it stands now, for whoever has just read it in the same transaction.
type EndInput struct {
	PostID  string
	Version int
	Last    models.Date
	Reason  models.EndReason
	// Receiver is the post of whoever takes over the open work on the day after; "" leaves it to be handed over by hand
	Receiver string
}

// Ended is what a post took with it: the roles held at its unit.
type Ended struct {
	Post   models.Post
	Grants []models.RoleGrant
}

// EndReasons lists why a post of a kind may end by a form of its own, in the order of the menus. Transfer, retirement
// and merging of units are acts of their own.
func EndReasons(kind models.PostKind) []models.EndReason {
	if kind == models.Appointed {
		return []models.EndReason{models.LeftPost, models.Corrected}
	}
	return []models.EndReason{models.TermOver, models.LeftPost, models.Corrected}
}

// EndPost ends a post. Roles held at its unit end with it, unless another post there goes on: they were given for the
// work there.
//
// Faults: Invalid with fields to, reason, receiver; NotFound; Conflict "error.stale", "account.post_over".
func (s *Service) EndPost(ctx context.Context, actor models.Actor, personID string, in EndInput) (Ended, error) {
	now := s.now()
	var out Ended
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		if _, err = s.seenPerson(tx, now, actor, personID); err != nil {
			return err
		}
		if out, err = EndPostTx(tx, now, actor, personID, in); err != nil {
			return err
		}
		_, err = s.runPlansTx(tx, now, actor, personID)
		return err
	})
	return out, err
}

// EndPostTx is EndPost within a transaction, with its audit row. That the actor reaches the unit of the post is checked
// here.
func EndPostTx(tx *gorm.DB, now time.Time, actor models.Actor, personID string, in EndInput) (Ended, error) {
	if err := holdPerson(tx, personID, now); err != nil {
		return Ended{}, err
	}
	post, err := endable(tx, now, actor, personID, in)
	if err != nil {
		return Ended{}, err
	}
	return endPostTx(tx, now, actor, post, in)
}

// endable returns the post that is to end, and refuses what cannot be.
func endable(
	tx *gorm.DB, now time.Time, actor models.Actor, personID string, in EndInput,
) (models.Post, error) {
	post, err := postTx(tx, personID, in.PostID)
	if err != nil {
		return post, err
	}
	if _, err := seenUnit(tx, actor, policy.AdminPeople, post.UnitID); err != nil {
		return post, err
	}
	switch {
	case in.Version != 0 && in.Version != post.Version:
		return post, stale()
	case over(post, models.DateOf(now)):
		return post, fault.New(fault.Conflict, "account.post_over")
	}
	return post, fault.Refuse(in.check(post))
}

// over reports whether a post has ended before today, or never was.
func over(p models.Post, today models.Date) bool {
	return p.ValidTo != "" && (p.ValidTo < today || p.ValidTo < p.ValidFrom)
}

func (in EndInput) check(post models.Post) (bad []fault.Field) {
	all := append(EndReasons(models.OnLoan), models.Transferred, models.Retired, models.UnitMerged)
	if !slices.Contains(all, in.Reason) || in.Reason == models.TermOver && post.Kind == models.Appointed {
		bad = append(bad, fault.On("reason", "form.required_choice"))
	}
	if in.Reason == models.Corrected {
		return bad
	}
	if _, ok := models.ParseDate(string(in.Last)); !ok {
		return append(bad, fault.On("to", "form.date"))
	}
	if in.Last < post.ValidFrom {
		bad = append(bad, fault.On("to", "account.post_before", "from", post.ValidFrom))
	}
	return bad
}

// endPostTx writes the end of a post and of the roles that came with it.
func endPostTx(tx *gorm.DB, now time.Time, actor models.Actor, post models.Post, in EndInput) (Ended, error) {
	last := in.Last
	if in.Reason == models.Corrected {
		last = post.ValidFrom.AddDays(-1)
	}
	if err := setPostEnd(tx, post, last, in.Reason); err != nil {
		return Ended{}, err
	}
	post.ValidTo, post.EndReason = last, in.Reason
	out := Ended{Post: post}
	var err error
	today := models.DateOf(now)
	if out.Grants, err = endRolesAtTx(tx, post, max(last, today), today); err != nil {
		return out, err
	}
	if err := planTx(tx, now, actor, post.PersonID, post.ID, in.Receiver, last); err != nil {
		return out, err
	}
	return out, audit.Add(tx, now, actor, audit.Event{
		Action: "post.end", Kind: "person", ID: post.PersonID,
		Detail: fmt.Sprintf("%s post %s at unit %s last=%s roles=%s", in.Reason, post.ID, post.UnitID, last,
			roleNames(out.Grants)),
	})
}

// endRolesAtTx ends the roles at the unit of a post that has ended and that had begun by the given day, if no other
// post there goes on; and what the system administrator delegated to its holder there. A role that has worked until
// today does not end in the past.
func endRolesAtTx(tx *gorm.DB, ended models.Post, begun, today models.Date) ([]models.RoleGrant, error) {
	last := ended.ValidTo
	grants, err := grantsAfter(tx, ended.PersonID, ended.UnitID, last)
	if err != nil {
		return nil, err
	}
	grants = slices.DeleteFunc(grants, func(g models.RoleGrant) bool { return g.ValidFrom > begun })
	stays, err := holdsAt(tx, ended.PersonID, ended.UnitID, max(last.AddDays(1), today))
	if err != nil || stays {
		return nil, err
	}
	if err := endDesksAt(tx, ended.PersonID, ended.UnitID, max(last, today.AddDays(-1))); err != nil {
		return nil, err
	}
	return grants, endGrantsTx(tx, grants, last, today)
}

func endGrantsTx(tx *gorm.DB, grants []models.RoleGrant, last, today models.Date) error {
	last = max(last, today.AddDays(-1))
	for i, g := range grants { // a person holds a handful
		if err := lastAdmin(tx, g, today); err != nil {
			return err
		}
		if err := endGrant(tx, g.ID, last); err != nil {
			return err
		}
		grants[i].ValidTo = last
	}
	return nil
}

func roleNames(grants []models.RoleGrant) string {
	names := make([]string, len(grants))
	for i, g := range grants {
		names[i] = string(g.Role)
	}
	return strings.Join(names, ",")
}

// TransferInput moves a person from one post to another (调动): the first ends with the day Last, the second begins the
// day after.
type TransferInput struct {
	PostID  string
	Version int // of the post that ends; 0 as in EndInput
	Last    models.Date
	Post    PostInput // its From is set here
	// Receiver is as in EndInput; within one unit "" lets the work go on with the person
	Receiver string
}

// Transfer ends one post and begins another the day after, in one transaction. The actor must reach both units.
//
// Faults: those of EndPost and AddPost.
func (s *Service) Transfer(
	ctx context.Context, actor models.Actor, personID string, in TransferInput,
) (made models.Post, out Ended, err error) {
	now := s.now()
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		if _, err = s.seenPerson(tx, now, actor, personID); err != nil {
			return err
		}
		if made, out, err = TransferTx(tx, now, actor, personID, in); err != nil {
			return err
		}
		_, err = s.runPlansTx(tx, now, actor, personID)
		return err
	})
	return made, out, err
}

// TransferTx is Transfer within a transaction, with its audit rows.
func TransferTx(
	tx *gorm.DB, now time.Time, actor models.Actor, personID string, in TransferInput,
) (made models.Post, out Ended, err error) {
	if err := holdPerson(tx, personID, now); err != nil {
		return made, out, err
	}
	end := EndInput{PostID: in.PostID, Version: in.Version, Last: in.Last, Reason: models.Transferred}
	post, err := endable(tx, now, actor, personID, end)
	if err != nil {
		return made, out, err
	}
	in.Post.From = in.Last.AddDays(1)
	// The new post comes first: roles at a unit that the person stays in do not end.
	if made, err = AddPostTx(tx, now, actor, personID, in.Post); err != nil {
		return made, out, err
	}
	if end.Receiver = in.Receiver; end.Receiver == "" && made.UnitID == post.UnitID {
		end.Receiver = made.ID
	}
	out, err = endPostTx(tx, now, actor, post, end)
	return made, out, err
}

// Lend gives a person a loan or temporary post beside the post he is appointed to. It ends by itself on its last day.
//
// Faults: those of AddPost.
func (s *Service) Lend(ctx context.Context, actor models.Actor, personID string, in PostInput) (models.Post, error) {
	if in.Kind != models.OnLoan && in.Kind != models.Temporary {
		return models.Post{}, fault.Wrong(fault.On("kind", "form.required_choice"))
	}
	return s.AddPost(ctx, actor, personID, in)
}
