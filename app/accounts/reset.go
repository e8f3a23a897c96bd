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
	"shanzhi/models/notice"
	"shanzhi/models/policy"
)

const (
	askDays  = 3 // a request waits until the end of this day after today
	halfSize = 5 // signs of each half of a code that two administrators hand out
)

// Half is one of the two halves of a code. It is known only here.
type Half struct {
	Name, StaffNo, Code string
	Until               models.Date // last day of the request, or of the whole code
}

// halfHash is what is kept of the first half, and twoHash of both: neither administrator alone has anything that opens
// an account.
func (s *Service) halfHash(personID, half string) string {
	return s.vault.Hash("account_resets.half", personID+" "+plainCode(half))
}

func (s *Service) twoHash(half, rest string) string {
	return s.vault.Hash("access_codes.two", half+" "+plainCode(rest))
}

// wholeHash is the hash of a code as it was typed, by the kind that was issued.
func (s *Service) wholeHash(kind models.CodeKind, personID, given string) string {
	if kind != models.CodeTwo {
		return s.codeHash(personID, given)
	}
	plain := plainCode(given)
	cut := min(halfSize, len(plain))
	return s.twoHash(s.halfHash(personID, plain[:cut]), plain[cut:])
}

// isGuardedTx reports whether somebody holds a role, today or later, whose account no administrator resets alone, and
// the unit at which he does.
func isGuardedTx(tx *gorm.DB, now time.Time, personID string) (unitID string, yes bool, err error) {
	held, err := heldTx(tx, personID, models.DateOf(now), "")
	if err != nil {
		return "", false, err
	}
	i := slices.IndexFunc(held, func(g models.RoleGrant) bool { return slices.Contains(guarded, g.Role) })
	if i < 0 {
		return "", false, nil
	}
	return held[i].UnitID, true, nil
}

// NeedsTwo reports whether the password of somebody is reset by two administrators only. Faults: NotFound, Forbidden.
func (s *Service) NeedsTwo(ctx context.Context, actor models.Actor, personID string) (two bool, err error) {
	now := s.now()
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		if _, err := s.seenPerson(tx, now, actor, personID); err != nil {
			return err
		}
		_, two, err = isGuardedTx(tx, now, personID)
		return err
	})
	return two, err
}

// AskReset asks the security administrator to confirm the reset of an account that the actor may not reset alone, and
// returns the first half of the code. Nothing changes for the person yet, who is told all the same. A later request
// takes the place of one that still waits.
//
// Faults: Invalid with field reason; NotFound; Forbidden "account.reset_admin", "account.wider"; Conflict
// "account.reset.alone" for an account that one administrator resets.
func (s *Service) AskReset(ctx context.Context, actor models.Actor, personID, reason string) (Half, error) {
	now := s.now()
	reason = strings.TrimSpace(reason)
	until := models.DateOf(now).AddDays(askDays)
	half := Half{Code: newCode(halfSize), Until: until}
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		p, err := s.seenPerson(tx, now, actor, personID)
		if err != nil {
			return err
		}
		half.Name, half.StaffNo = p.Name, p.StaffNo
		unitID, err := s.mayAskTx(tx, now, actor, personID)
		if err != nil {
			return err
		}
		if err := fault.Refuse(fault.Text("reason", reason, 200)); err != nil {
			return err
		}
		if err := replaceResets(tx, now, personID); err != nil {
			return err
		}
		row := models.AccountReset{
			ID: models.NewID(), PersonID: personID, UnitID: unitID, Half: s.halfHash(personID, half.Code),
			Reason: reason, AskedBy: actor.ID, AskedAt: now, ExpiresAt: until.End(),
		}
		if err := insertReset(tx, &row); err != nil {
			return err
		}
		if err := s.tellOfAsk(tx, now, actor, p, row); err != nil {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{Action: "reset.ask", Kind: "person", ID: personID})
	})
	return half, err
}

// mayAskTx refuses accounts that are reset otherwise, and returns the unit at which the guarded role is held.
func (s *Service) mayAskTx(tx *gorm.DB, now time.Time, actor models.Actor, personID string) (string, error) {
	if err := guardAdmin(tx, now, actor, personID, "account.reset_admin"); err != nil {
		return "", err
	}
	unitID, two, err := isGuardedTx(tx, now, personID)
	if err == nil && !two {
		err = fault.New(fault.Conflict, "account.reset.alone")
	}
	return unitID, err
}

// tellOfAsk tells the person, who may not have asked for it, and the security administrators who can confirm it.
func (s *Service) tellOfAsk(
	tx *gorm.DB, now time.Time, actor models.Actor, p models.Person, row models.AccountReset,
) error {
	told := notice.Args{"by": actor.Name, "name": p.Name, "at": models.DateOf(now)}
	if err := notice.AddTx(tx, now, p.ID, "reset_asked", told, "/me/codes"); err != nil {
		return err
	}
	u, err := unitTx(tx, row.UnitID)
	if err != nil {
		return err
	}
	holders, err := HoldersTx(tx, models.DateOf(now), models.RoleSecurity)
	if err != nil {
		return err
	}
	var people []string
	for _, h := range holders {
		if policy.Within(u.Path, h.Path) && h.PersonID != p.ID && !slices.Contains(people, h.PersonID) {
			people = append(people, h.PersonID)
		}
	}
	return notice.ManyTx(tx, now, people, "reset_confirm", told, "/admin/resets")
}

// ResetRow is a request with the names that belong to it.
type ResetRow struct {
	models.AccountReset
	Person, StaffNo, Unit, Asker, Decider string
	Open                                  bool
}

// Resets lists the requests within the security administrator's reach, those that wait first, with the number of all.
func (s *Service) Resets(
	ctx context.Context, actor models.Actor, page, size int,
) (rows []ResetRow, total int, err error) {
	if !policy.May(actor, policy.AdminRoles) {
		return nil, 0, policy.Check(actor, policy.AdminRoles, policy.Object{})
	}
	now := s.now()
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		rows, total, err = listResets(tx, policy.Scope(actor, policy.AdminRoles), now, page, size)
		return err
	})
	return rows, total, err
}

// ResetByID returns one request within the security administrator's reach. Faults: NotFound, Forbidden.
func (s *Service) ResetByID(ctx context.Context, actor models.Actor, id string) (row ResetRow, err error) {
	if !policy.May(actor, policy.AdminRoles) {
		return row, policy.Check(actor, policy.AdminRoles, policy.Object{})
	}
	now := s.now()
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		row, err = resetByID(tx, policy.Scope(actor, policy.AdminRoles), now, id)
		return err
	})
	return row, err
}

// ConfirmReset makes the request a code whose second half it returns. The old password is worthless from now on, every
// session of the account ends, and the person is told. Nobody confirms what he has asked for himself, or his own reset.
//
// Faults: NotFound; Forbidden "account.reset.own"; Conflict "account.reset.closed".
func (s *Service) ConfirmReset(ctx context.Context, actor models.Actor, id string) (Half, error) {
	now := s.now()
	until := models.DateOf(now).AddDays(resetDays)
	half := Half{Code: newCode(halfSize), Until: until}
	err := s.decide(ctx, now, actor, id, models.ResetConfirmed, func(tx *gorm.DB, row ResetRow) error {
		half.Name, half.StaffNo = row.Person, row.StaffNo
		p, err := personTx(tx, row.PersonID)
		if err != nil {
			return err
		}
		if err := lockOut(tx, now, p); err != nil {
			return err
		}
		if err := voidCodes(tx, now, []string{p.ID}); err != nil {
			return err
		}
		return insertCodes(tx, []models.AccessCode{{
			ID: models.NewID(), PersonID: p.ID, UnitID: row.UnitID, Kind: models.CodeTwo,
			Hash: s.twoHash(row.Half, half.Code), Reason: row.Reason, IssuedBy: orNil(actor.ID), IssuedAt: now,
			ExpiresAt: until.End(),
		}})
	})
	return half, err
}

// RefuseReset ends the request; nothing changes for the account. Faults: see ConfirmReset.
func (s *Service) RefuseReset(ctx context.Context, actor models.Actor, id string) error {
	return s.decide(ctx, s.now(), actor, id, models.ResetRefused, func(*gorm.DB, ResetRow) error { return nil })
}

// decide ends an open request with what belongs to the outcome, and tells who asked and whose account it is.
func (s *Service) decide(
	ctx context.Context, now time.Time, actor models.Actor, id string, outcome models.ResetOutcome,
	do func(tx *gorm.DB, row ResetRow) error,
) error {
	if !policy.May(actor, policy.AdminRoles) {
		return policy.Check(actor, policy.AdminRoles, policy.Object{})
	}
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		row, err := resetByID(tx, policy.Scope(actor, policy.AdminRoles), now, id)
		switch {
		case err != nil:
			return err
		case row.AskedBy == actor.ID, row.PersonID == actor.ID:
			return fault.New(fault.Forbidden, "account.reset.own")
		}
		if done, err := closeReset(tx, now, id, actor.ID, outcome); err != nil || !done {
			return orClosed(err)
		}
		if err := do(tx, row); err != nil {
			return err
		}
		action, told := "reset.refuse", "reset_refused"
		if outcome == models.ResetConfirmed {
			action, told = "reset.confirm", "reset_confirmed"
		}
		args := notice.Args{"by": actor.Name, "asker": row.Asker, "name": row.Person, "at": models.DateOf(now)}
		for who, href := range map[string]string{row.PersonID: "/me/codes", row.AskedBy: "/notices"} {
			if err := notice.AddTx(tx, now, who, told, args, href); err != nil {
				return err
			}
		}
		return audit.Add(tx, now, actor, audit.Event{
			Action: action, Kind: "person", ID: row.PersonID, Detail: "asked by " + row.AskedBy,
		})
	})
}

func orClosed(err error) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "account.reset.closed")
}
