package ratings

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/policy"
	"shanzhi/models/vault"
)

// LoopFilter narrows the list of loops.
type LoopFilter struct {
	State  models.LoopState  // "" = all that are not done
	All    bool              // with State "": those that are done too
	Origin models.LoopOrigin // "" = bad ratings
	Late   bool              // past the deadline of the next step
	Text   string            // in the title or number of the case
	Page   int
	Size   int
}

// LoopEntry is one line of the list.
type LoopEntry struct {
	models.RatingLoop
	No, Title, Unit, Handler string
	Rated                    int // level of the rating
	DaysLeft                 int `gorm:"-"` // working days to the deadline of the next step
}

// LoopPage is one page of loops, the next deadline first.
type LoopPage struct {
	Entries []LoopEntry
	Total   int
}

// Loops lists the loops that the actor may see as a supervisor of a unit above or apart. Fault: Forbidden.
func (s *Service) Loops(ctx context.Context, who models.Actor, f LoopFilter) (LoopPage, error) {
	if !policy.May(who, policy.LoopSee) {
		return LoopPage{}, policy.Check(who, policy.LoopSee, policy.Object{})
	}
	f.Page, f.Size = max(1, f.Page), models.PageSize(f.Size, 20)
	today := models.DateOf(s.now())
	var out LoopPage
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		out = LoopPage{}
		var n int64
		if err := f.narrowed(tx, who, today).Count(&n).Error; err != nil {
			return fmt.Errorf("count loops: %w", err)
		}
		out.Total = int(n)
		err := f.narrowed(tx, who, today).
			Select("l.*, c.no, c.title, u.name AS unit, COALESCE(h.name, '') AS handler, " +
				"COALESCE(r.level, 0) AS rated").
			Joins("LEFT JOIN persons h ON h.id = l.subject_id").Joins("LEFT JOIN ratings r ON r.id = l.rating_id").
			Order("CASE WHEN l.state = 'done' THEN 1 ELSE 0 END, l.due_on, l.id").
			Limit(f.Size).Offset((f.Page - 1) * f.Size).Find(&out.Entries).Error
		if err != nil {
			return fmt.Errorf("list loops: %w", err)
		}
		for i := range out.Entries {
			if e := &out.Entries[i]; e.State != models.LoopDone {
				e.DaysLeft = s.days.Between(today, e.DueOn)
			}
		}
		return nil
	})
	return out, err
}

func (f LoopFilter) narrowed(tx *gorm.DB, who models.Actor, today models.Date) *gorm.DB {
	q := apartTx(tx, who, policy.LoopSee, today)
	why := f.Origin
	if why == "" {
		why = models.LoopRating
	}
	q = q.Where("l.origin = ?", why)
	switch {
	case f.State != "":
		q = q.Where("l.state = ?", f.State)
	case !f.All:
		q = q.Where("l.state IN ?", openLoops())
	}
	if f.Late {
		q = q.Where("l.state IN ? AND l.due_on < ?", openLoops(), today)
	}
	if text := strings.TrimSpace(f.Text); text != "" {
		like := "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text) + "%"
		q = q.Where("(c.no LIKE ? ESCAPE '!' OR c.title LIKE ? ESCAPE '!')", like, like)
	}
	return q
}

// LoopView is a loop as a supervisor sees it.
type LoopView struct {
	Loop                            models.RatingLoop
	Case                            models.Case
	Matter, Unit, Handler           string
	Rating                          *models.Rating // that opened it, its comment masked; nil for a case drawn by chance
	Again                           []models.Rating
	Recheck                         *models.CaseRecheck
	Steps                           []LoopStep // the latest first
	DaysLeft                        int
	SentBefore                      bool // the case was sent once: it is not sent again
	MayVerify, MayReview, MaySettle bool
}

// LoopStep is a step with the name of who took it.
type LoopStep struct {
	models.LoopStep
	Actor string
}

// Loop returns one loop. The look is logged, for it shows one rating of one matter.
//
// Faults: Forbidden; NotFound "loop.unknown".
func (s *Service) Loop(ctx context.Context, who models.Actor, id string) (*LoopView, error) {
	if !policy.May(who, policy.LoopSee) {
		return nil, policy.Check(who, policy.LoopSee, policy.Object{})
	}
	now := s.now()
	today := models.DateOf(now)
	var v *LoopView
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		l, err := loopTx(tx, who, policy.LoopSee, id, today)
		if err != nil {
			return err
		}
		v = &LoopView{Loop: l}
		if err := s.aboutTx(tx, v); err != nil {
			return err
		}
		if l.State != models.LoopDone {
			v.DaysLeft = s.days.Between(today, l.DueOn)
		}
		v.MayVerify = l.State == models.LoopVerify
		v.MayReview = l.State == models.LoopReview && (l.VerifiedBy == nil || *l.VerifiedBy != who.ID)
		v.MaySettle = l.State == models.LoopSend || l.State == models.LoopRight
		return audit.Add(tx, now, who, audit.Event{Action: "loop.see", Kind: "loop", ID: l.ID})
	})
	return v, err
}

// aboutTx reads what the page of a loop shows besides its row.
func (s *Service) aboutTx(tx *gorm.DB, v *LoopView) error {
	l := v.Loop
	if err := tx.Where("id = ?", l.CaseID).Take(&v.Case).Error; err != nil {
		return fmt.Errorf("read case of loop: %w", err)
	}
	var n struct{ Matter, Unit, Handler string }
	err := tx.Table("cases AS c").Select("m.name AS matter, u.name AS unit, COALESCE(h.name, '') AS handler").
		Joins("JOIN matters m ON m.id = c.matter_id").Joins("JOIN units u ON u.id = c.unit_id").
		Joins("LEFT JOIN persons h ON h.id = c.handler_id").Where("c.id = ?", l.CaseID).Limit(1).Scan(&n).Error
	if err != nil {
		return fmt.Errorf("read names of loop: %w", err)
	}
	v.Matter, v.Unit, v.Handler = n.Matter, n.Unit, n.Handler
	if err := s.voicesTx(tx, v); err != nil {
		return err
	}
	var sent []models.CaseRecheck
	if err := tx.Where("case_id = ?", l.CaseID).Order("sent_on, id").Find(&sent).Error; err != nil {
		return fmt.Errorf("read rechecks: %w", err)
	}
	for i, k := range sent {
		if l.RecheckID != nil && k.ID == *l.RecheckID {
			v.Recheck = &sent[i]
		}
	}
	v.SentBefore = len(sent) > 0 && v.Recheck == nil
	err = tx.Table("loop_steps AS s").Select("s.*, COALESCE(p.name, '') AS actor").
		Joins("LEFT JOIN persons p ON p.id = s.actor_id").Where("s.loop_id = ?", l.ID).Order("s.no DESC").
		Find(&v.Steps).Error
	if err != nil {
		return fmt.Errorf("read steps of loop: %w", err)
	}
	return nil
}

// voicesTx reads the rating that opened the loop and the one that closed it. What could name the resident is masked.
func (s *Service) voicesTx(tx *gorm.DB, v *LoopView) error {
	if v.Loop.RatingID == nil {
		return nil
	}
	var all []models.Rating
	if err := tx.Where("case_id = ?", v.Loop.CaseID).Order("rated_on, id").Find(&all).Error; err != nil {
		return fmt.Errorf("read ratings of loop: %w", err)
	}
	name, err := s.vault.Open(v.Case.ResidentName, nameAt+v.Case.ID)
	if err != nil {
		return fmt.Errorf("open name to mask it: %w", err)
	}
	v.Case.ResidentName, v.Case.ResidentPhone = vault.Sealed{}, vault.Sealed{}
	for i := range all {
		all[i].Comment = Mask(all[i].Comment, name)
		switch {
		case all[i].ID == *v.Loop.RatingID:
			v.Rating = &all[i]
		case v.Loop.InvitationID != nil && all[i].RatedOn >= v.Loop.CalledOn:
			v.Again = append(v.Again, all[i])
		}
	}
	return nil
}
