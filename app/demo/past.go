package demo

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/db"
)

// Bad ratings of the past came in by an import, and for what is old no door opens a loop; so what became of them is
// written as rows: verified, sent beside cases drawn by chance, put right, called back, rated again.

// story is one loop of the past with everything that belongs to it; each part is there from its own day.
type story struct {
	loop    models.RatingLoop
	steps   []models.LoopStep
	recheck *models.CaseRecheck
	invited *models.Invitation
	again   *models.Rating
	leaves  bool // its rating is left out

	parts []part
	done  int // how many parts are past
}

// part is what a loop has gone through on a day.
type part struct {
	on models.Date
	do func(*story)
}

// at adds a part of a story.
func (s *story) at(on models.Date, do func(*story)) { s.parts = append(s.parts, part{on, do}) }

// tell goes on to a day and reports whether anything has happened.
func (s *story) tell(to models.Date) bool {
	before := s.done
	for s.done < len(s.parts) && s.parts[s.done].on <= to {
		s.parts[s.done].do(s)
		s.done++
	}
	return s.done > before
}

// step adds a step to the history.
func (s *story) step(on models.Date, by, kind, note string) {
	s.loop.Version++
	s.steps = append(s.steps, models.LoopStep{
		ID: models.NewRandomID(), LoopID: s.loop.ID, No: s.loop.Version, TakenOn: on, ActorID: models.Ref(by),
		Kind: kind, Note: note,
	})
}

// unhappyCase is a bad rating of a case that has no loop.
type unhappyCase struct {
	RatingID, RatingNo, CaseID, CaseNo, UnitID, SubjectID, PostID string
	RatedOn                                                       models.Date
	Family                                                        models.Family
	Level                                                         int
}

// closedCase is a case that may be sent beside others.
type closedCase struct {
	ID, UnitID, HandlerID string
	ClosedOn              models.Date
}

// past writes what became of the bad ratings up to the day, and goes on with what was under way before it.
func (m *maker) past(ctx context.Context, today models.Date) error {
	err := db.Tx(ctx, m.DB, func(tx *gorm.DB) error {
		if err := m.goOn(tx, today); err != nil {
			return err
		}
		if err := m.sampled(tx); err != nil {
			return err
		}
		var bad []unhappyCase
		err := tx.Table("ratings AS r").
			Select("r.id AS rating_id, r.outside_no AS rating_no, c.id AS case_id, c.outside_no AS case_no, "+
				"r.unit_id, r.subject_id, COALESCE(r.post_id, '') AS post_id, r.rated_on, r.family, r.level").
			Joins("JOIN cases c ON c.id = r.case_id").Joins("LEFT JOIN rating_loops l ON l.rating_id = r.id").
			Where("l.id IS NULL AND r.level <= 2 AND r.outside_no IS NOT NULL AND r.mode <> ?", models.ModeCallback).
			Order("r.outside_no").Find(&bad).Error
		if err != nil {
			return fmt.Errorf("read bad ratings: %w", err)
		}
		var all []*story
		pool, err := m.pool(tx)
		if err != nil {
			return err
		}
		for _, r := range bad {
			all = append(all, m.stories(r, pool)...)
		}
		return m.begin(tx, all, today)
	})
	if err != nil {
		return err
	}
	_, err = m.Ratings.MakeBatches(ctx, system)
	return err
}

// pool is, by handler, the closed cases that nobody has rated badly and that are in no loop, in the order of their
// closing.
func (m *maker) pool(tx *gorm.DB) (map[string][]closedCase, error) {
	var all []closedCase
	err := tx.Table("cases AS c").Select("c.id, c.unit_id, c.handler_id, c.closed_on").
		Where("c.state = ? AND c.outside_no IS NOT NULL AND c.handler_id IS NOT NULL", models.CaseClosed).
		Where("NOT EXISTS (SELECT 1 FROM rating_loops AS l WHERE l.case_id = c.id)").
		Where("NOT EXISTS (SELECT 1 FROM ratings AS r WHERE r.case_id = c.id AND r.level <= 2)").
		Order("c.closed_on, c.outside_no").Find(&all).Error
	if err != nil {
		return nil, fmt.Errorf("read closed cases: %w", err)
	}
	out := map[string][]closedCase{}
	for _, c := range all {
		out[c.HandlerID] = append(out[c.HandlerID], c)
	}
	return out, nil
}

// beside takes up to two cases of a handler that were closed in the sixty days before a day.
func beside(pool map[string][]closedCase, handler string, day models.Date) (out []closedCase) {
	pool[handler] = slices.DeleteFunc(pool[handler], func(c closedCase) bool {
		take := len(out) < 2 && c.ClosedOn < day && c.ClosedOn >= day.AddDays(-60)
		if take {
			out = append(out, c)
		}
		return take
	})
	return out
}

// stories are what becomes of one bad rating, and of the cases that are sent beside it.
func (m *maker) stories(r unhappyCase, pool map[string][]closedCase) []*story {
	seed := fnv.New64a()
	_, _ = seed.Write([]byte(r.RatingNo)) // never fails
	rng := stream(m.o.Seed^seed.Sum64(), 11)
	opened := r.RatedOn.AddDays(1)
	verified := m.days.Add(opened, 1+rng.IntN(4))
	s := &story{loop: models.RatingLoop{
		ID: models.NewRandomID(), Origin: models.LoopRating, RatingID: &r.RatingID, CaseID: r.CaseID, UnitID: r.UnitID,
		SubjectID: &r.SubjectID, OpenedOn: opened, DueOn: m.days.Add(opened, 5), State: models.LoopVerify,
		WantsCall: chance(rng, 0.75),
	}}
	s.at(opened, func(s *story) { s.step(opened, "", ratings.StepOpened, "") })
	finding := ratings.Findings()[weighted(rng, 60, 21, 14, 3.5, 1.5)]
	if finding == ratings.FoundMistaken || finding == ratings.FoundMalicious {
		m.leavesOut(s, verified, m.days.Add(verified, 1+rng.IntN(3)), finding)
		return []*story{s}
	}
	s.at(verified, func(s *story) {
		s.loop.Finding, s.loop.VerifiedBy = finding, models.Ref(m.people[superNo])
		s.step(verified, m.people[superNo], ratings.StepVerified, foundNotes()[finding])
		s.loop.State = models.LoopSend
	})
	out, right := []*story{s}, verified
	if finding != ratings.FoundUntrue {
		sent := m.days.Add(verified, 1)
		others := beside(pool, r.SubjectID, sent)
		if len(others) == 0 { // it would tell who rated: the supervisor settles it himself
			right = m.days.Add(verified, 2+rng.IntN(5))
			s.at(right, func(s *story) {
				s.step(right, m.people[superNo], ratings.StepSettled, "由督办员督促办理，已补办到位。")
			})
		} else {
			right = m.sends(s, rng, r.SubjectID, sent)
			for _, c := range others {
				out = append(out, m.drawn(rng, c, sent))
			}
		}
	}
	m.callsBack(s, rng, r, right)
	return out
}

// foundNotes are what the supervisor writes, by what he finds.
func foundNotes() map[string]string {
	return map[string]string{
		ratings.FoundTrue: "调阅办件记录并电话了解，情况属实。", ratings.FoundPartly: "办理时限内办结，但告知不到位，部分属实。",
		ratings.FoundUntrue: "核对办件记录和佐证材料，不属实。", ratings.FoundMistaken: "意见与所选等次不一致，经联系本人确认点错，提请复审。",
		ratings.FoundMalicious: "同一人对未办理的事项连续评价，佐证材料齐全，提请复审。",
	}
}

// leavesOut proposes to leave a rating out; another supervisor agrees.
func (m *maker) leavesOut(s *story, on, agreed models.Date, finding string) {
	s.at(on, func(s *story) {
		s.loop.Finding, s.loop.VerifiedBy = finding, models.Ref(m.people[superNo])
		s.step(on, m.people[superNo], ratings.StepProposed, foundNotes()[finding])
		s.loop.State = models.LoopReview
	})
	s.at(agreed, func(s *story) {
		s.step(agreed, m.people[secondNo], ratings.StepLeftOut, "佐证材料充分，同意剔除。")
		s.loop.State, s.loop.ClosedOn, s.leaves = models.LoopDone, agreed, true
	})
}

// sends gives a case to its handler, who answers mostly in time.
func (m *maker) sends(s *story, rng *rand.Rand, handler string, on models.Date) (right models.Date) {
	due := m.days.Add(on, 5)
	right = m.days.Add(on, 1+rng.IntN(5))
	if chance(rng, 0.12) {
		right = m.days.Add(on, 6+rng.IntN(4))
	}
	way, text := cases.WayFixed, "已再次联系群众并补办，现已办妥。"
	if chance(rng, 0.3) {
		way, text = cases.WayExplained, "已当面说明政策和办理结果，群众表示理解。"
	}
	s.at(on, func(s *story) {
		s.recheck = &models.CaseRecheck{
			ID: models.NewRandomID(), CaseID: s.loop.CaseID, HandlerID: handler, SentOn: on, DueOn: due,
		}
		s.step(on, "", ratings.StepSent, "")
		s.loop.State, s.loop.RecheckID, s.loop.DueOn = models.LoopRight, &s.recheck.ID, due
	})
	s.at(right, func(s *story) {
		s.recheck.RepliedOn, s.recheck.Way, s.recheck.Reply = right, way, text
		s.step(right, "", ratings.StepReplied, "")
	})
	return right
}

// drawn is a case that was sent beside others.
func (m *maker) drawn(rng *rand.Rand, c closedCase, on models.Date) *story {
	s := &story{loop: models.RatingLoop{
		ID: models.NewRandomID(), Origin: models.LoopCheck, CaseID: c.ID, UnitID: c.UnitID, SubjectID: &c.HandlerID,
		OpenedOn: on, DueOn: m.days.Add(on, 5), State: models.LoopSend,
	}}
	s.at(on, func(s *story) { s.step(on, "", ratings.StepDrawn, "") })
	right := m.sends(s, rng, c.HandlerID, on)
	s.at(right, func(s *story) { s.loop.State, s.loop.ClosedOn = models.LoopDone, right })
	return s
}

// callsBack calls the resident where he wants it, who may rate again; of the visitor's cadre nobody does, whose four
// waiting ratings stay four.
func (m *maker) callsBack(s *story, rng *rand.Rand, r unhappyCase, right models.Date) {
	called := m.days.Add(right, 1+rng.IntN(4))
	rated := called.AddDays(rng.IntN(6))
	levels := []int{4, 3, 5, 2, 1}
	level := levels[weighted(rng, 40, 30, 12, 12, 6)]
	uses := chance(rng, 0.55)
	if !s.loop.WantsCall || r.SubjectID == m.people[visitorNo] {
		s.at(right, func(s *story) { s.loop.State, s.loop.ClosedOn = models.LoopDone, right })
		return
	}
	s.at(right, func(s *story) { s.loop.State, s.loop.DueOn = models.LoopCall, right.AddDays(7) })
	s.at(called, func(s *story) {
		sum := sha256.Sum256([]byte(newToken()))
		s.invited = &models.Invitation{
			ID: models.NewRandomID(), CaseID: r.CaseID, TokenHash: hex.EncodeToString(sum[:]), Channel: models.SMS,
			Mode: models.ModeInvited, SubjectID: &r.SubjectID, PostID: models.Ref(r.PostID), UnitID: r.UnitID,
			IssuedOn: called, ExpiresOn: called.AddDays(ratings.ValidDays), State: models.InvitationOpen,
		}
		s.step(called, m.people[callerNo], ratings.StepCalled, "")
		s.loop.CalledBy, s.loop.CalledOn = models.Ref(m.people[callerNo]), called
		s.loop.Contacted, s.loop.Solved = true, models.ResolvedPart
		s.loop.State, s.loop.InvitationID, s.loop.DueOn = models.LoopAgain, &s.invited.ID, s.invited.ExpiresOn
	})
	if !uses {
		ends := called.AddDays(ratings.ValidDays + 1)
		s.at(ends, func(s *story) {
			s.invited.State, s.loop.State, s.loop.ClosedOn = models.InvitationNotRated, models.LoopDone, ends
			s.step(ends, "", ratings.StepNotRated, "")
		})
		return
	}
	s.at(rated, func(s *story) {
		s.again = &models.Rating{
			ID: models.NewRandomID(), SubjectID: &r.SubjectID, PostID: models.Ref(r.PostID), UnitID: r.UnitID,
			CaseID: &r.CaseID, InteractionNo: &r.CaseNo, Family: r.Family, Channel: models.SMS,
			Mode: models.ModeInvited, Level: level, Solved: models.ResolvedPart, RatedOn: rated,
		}
		s.invited.State, s.loop.State, s.loop.ClosedOn = models.InvitationRated, models.LoopDone, rated
		s.step(rated, "", ratings.StepRated, "")
	})
}

// begin writes stories as far as they have gone on a day, and keeps those that go on.
func (m *maker) begin(tx *gorm.DB, all []*story, today models.Date) error {
	all = slices.DeleteFunc(all, func(s *story) bool { return !s.tell(today) })
	m.underWay = append(m.underWay, slices.DeleteFunc(slices.Clone(all), func(s *story) bool {
		return s.done == len(s.parts)
	})...)
	return keep(tx, all)
}

// goOn goes on with the stories that were under way.
func (m *maker) goOn(tx *gorm.DB, today models.Date) error {
	var moved []*story
	for _, s := range m.underWay {
		if s.tell(today) {
			moved = append(moved, s)
		}
	}
	m.underWay = slices.DeleteFunc(m.underWay, func(s *story) bool { return s.done == len(s.parts) })
	return keep(tx, moved)
}

// keep writes the rows of stories, new ones and those that have changed. Rows that would tell the order in which
// something was written are sorted by their random ids.
func keep(tx *gorm.DB, all []*story) error {
	var loops []models.RatingLoop
	var steps []models.LoopStep
	var rechecks []models.CaseRecheck
	var invited []models.Invitation
	var again []models.Rating
	var out []string
	for _, s := range all {
		loops = append(loops, s.loop)
		steps = append(steps, s.steps...)
		if s.recheck != nil {
			rechecks = append(rechecks, *s.recheck)
		}
		if s.invited != nil {
			invited = append(invited, *s.invited)
		}
		if s.again != nil {
			again = append(again, *s.again)
		}
		if s.leaves {
			out = append(out, *s.loop.RatingID)
		}
	}
	slices.SortFunc(again, func(a, b models.Rating) int { return cmp.Compare(a.ID, b.ID) })
	if err := save(tx, rechecks); err != nil {
		return err
	}
	if err := save(tx, invited); err != nil {
		return err
	}
	if err := save(tx, loops); err != nil {
		return err
	}
	if err := save(tx, steps); err != nil {
		return err
	}
	if err := save(tx, again); err != nil {
		return err
	}
	for ids := range slices.Chunk(out, 200) {
		if err := tx.Model(&models.Rating{}).Where("id IN ?", ids).Update("excluded", true).Error; err != nil {
			return fmt.Errorf("leave ratings out: %w", err)
		}
	}
	return nil
}

func save[T any](tx *gorm.DB, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).CreateInBatches(rows, 200).Error; err != nil {
		return fmt.Errorf("write the past: %w", err)
	}
	return nil
}
