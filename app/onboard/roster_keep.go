package onboard

import (
	"fmt"
	"maps"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// keepTx carries the difference out: many new people in a few statements, the others one by one.
func (r *roll) keepTx(tx *gorm.DB) error {
	for _, ch := range r.others {
		if err := r.changeTx(tx, ch); err != nil {
			return err
		}
	}
	var people []*models.Person
	var without []*models.Person // a staff number
	var cards []models.IDCard
	posts := make([]models.Post, 0, len(r.joined))
	for _, j := range r.joined {
		if j.back {
			if err := r.backTx(tx, j); err != nil {
				return err
			}
			continue
		}
		posts = append(posts, j.post)
		people = append(people, j.person)
		if j.person.StaffNo == "" {
			without = append(without, j.person)
		}
		if j.card != "" {
			cards = append(cards, models.IDCard{PersonID: j.person.ID, Hash: j.card, AddedAt: r.c.now})
		}
	}
	if err := giveNumbersTx(tx, without, r.taken()); err != nil {
		return err
	}
	rows := make([]models.Person, 0, len(people))
	for _, p := range people {
		rows = append(rows, *p)
	}
	if err := accounts.AddPeopleTx(tx, rows, posts); err != nil {
		return orBase(err)
	}
	if len(cards) == 0 {
		return nil
	}
	if err := tx.CreateInBatches(cards, atOnce).Error; err != nil {
		return orBase(fmt.Errorf("keep hashes of identity numbers: %w", err))
	}
	return nil
}

// backTx gives somebody who has an account a post again, and his login with it.
func (r *roll) backTx(tx *gorm.DB, j *joiner) error {
	_, err := accounts.AddPostTx(tx, r.c.now, r.c.who, j.person.ID, accounts.PostInput{
		UnitID: j.post.UnitID, ManagerID: j.post.ManagerID, Title: j.post.Title, Class: j.post.Class,
		Category: j.post.Category, From: j.post.ValidFrom,
	})
	return err
}

// taken is the staff numbers of the house and of the sheet, so that none of them is given again.
func (r *roll) taken() map[string]string {
	out := make(map[string]string, len(r.g.byStaff)+len(r.joined))
	maps.Copy(out, r.g.byStaff)
	for _, j := range r.joined {
		if j.person.StaffNo != "" {
			out[j.person.StaffNo] = j.person.ID
		}
	}
	return out
}

// orBase says that the house has changed where a row collides with one that was not there a moment ago.
func orBase(err error) error {
	if db.IsConflict(err) {
		return errBase
	}
	return err
}

func (r *roll) changeTx(tx *gorm.DB, ch change) error {
	id := ch.person.ID
	if ch.leave {
		in := accounts.LeaveInput{Last: r.c.today, Reason: models.LeftPost}
		_, err := accounts.LeaveTx(tx, r.c.now, r.c.who, id, in)
		return err
	}
	if err := r.personalTx(tx, ch); err != nil {
		return err
	}
	if ch.card != "" {
		row := models.IDCard{PersonID: id, Hash: ch.card, AddedAt: r.c.now}
		if err := tx.Create(&row).Error; err != nil {
			return orBase(fmt.Errorf("keep hash of identity number: %w", err))
		}
	}
	if ch.post != nil {
		if err := putPostTx(tx, *ch.post); err != nil {
			return err
		}
	}
	if ch.transfer == nil {
		return nil
	}
	_, _, err := accounts.TransferTx(tx, r.c.now, r.c.who, id, *ch.transfer)
	if fault.Is(err, fault.Conflict) && fault.Of(err).Key == "error.stale" {
		return errBase
	}
	return err
}

// personalTx keeps another name or mobile number.
func (r *roll) personalTx(tx *gorm.DB, ch change) error {
	if ch.name != "" { // a sheet does not say why; whoever has taken another name is renamed on his own page
		in := accounts.RenameInput{Version: ch.person.Version, Name: ch.name, Reason: models.NameCorrected}
		if _, err := r.c.s.names.RenameTx(tx, r.c.now, r.c.who, ch.person, in); err != nil {
			return err
		}
	}
	if ch.mobile == "" {
		return nil
	}
	p := ch.person
	if err := accounts.SealMobile(r.c.s.vault, &p, ch.mobile); err != nil {
		return fmt.Errorf("seal mobile number: %w", err)
	}
	err := tx.Model(&models.Person{}).Where("id = ?", p.ID).Updates(map[string]any{
		"mobile": p.Mobile, "mobile_hash": p.MobileHash, "version": gorm.Expr("version + 1"), "updated_at": r.c.now,
	}).Error
	if err != nil {
		return orBase(fmt.Errorf("change person: %w", err))
	}
	return nil
}

// putPostTx puts a post right in its place.
func putPostTx(tx *gorm.DB, p models.Post) error {
	done := tx.Exec(`UPDATE posts SET title = ?, class = ?, category = ?, manager_id = ?, valid_from = ?,
		version = version + 1 WHERE id = ? AND version = ?`,
		p.Title, p.Class, p.Category, p.ManagerID, p.ValidFrom, p.ID, p.Version)
	if done.Error != nil {
		return fmt.Errorf("change post: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return errBase
	}
	return nil
}
