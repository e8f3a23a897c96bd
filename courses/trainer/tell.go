package trainer

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/notice"
)

// tellTx tells those of whom a task asks a course who asks it, by when and why: one notice a day at most, whatever is
// asked besides. Whoever asks is not told himself, nor who has completed the course already.
func tellTx(tx *gorm.DB, now time.Time, who models.Actor, t TaskView) error {
	today := models.DateOf(now)
	q := tx.Table("posts").Joins("JOIN units ON units.id = posts.unit_id").
		Joins("JOIN persons ON persons.id = posts.person_id AND persons.disabled_at IS NULL").
		Joins("LEFT JOIN enrolments e ON e.person_id = posts.person_id AND e.course_id = ?", t.CourseID).
		Where("units.path LIKE ? AND e.completed_at IS NULL AND posts.person_id <> ?", t.UnitPath+"%", who.ID).
		Where(current, today, today)
	if t.Category != "" {
		q = q.Where("posts.category = ?", t.Category)
	}
	var people []string
	if err := q.Distinct().Order("posts.person_id").Pluck("posts.person_id", &people).Error; err != nil {
		return fmt.Errorf("list those who are asked: %w", err)
	}
	return notice.DayTx(tx, now, people, "course_asked", notice.Args{
		"course": t.Course, "course_en": t.CourseEN, "unit": t.ByUnit, "due": t.DueOn,
		"why": cmp.Or(t.Note, "@train.asked.why_none"),
	}, "/learn")
}

// tellDecidedTx tells a claimant what was decided.
func tellDecidedTx(tx *gorm.DB, now time.Time, c ClaimView, v Verdict) error {
	args := notice.Args{"title": c.Title, "claimed": hours(c.Hours), "why": cmp.Or(v.Reason, "@train.claim.in_full")}
	if !v.Credit {
		return notice.AddTx(tx, now, c.PersonID, "claim_refused", args, "/learn/claims")
	}
	args["credited"] = hours(v.Hours)
	return notice.AddTx(tx, now, c.PersonID, "claim_credited", args, "/learn/claims")
}

// hours writes hours of 0.01.
func hours(centi int) string { return strconv.FormatFloat(float64(centi)/100, 'f', -1, 64) }

// asksFor is the unit for which an actor does the work of the training administrator in a unit: that of his grant which
// lies nearest; nil where none of his grants reaches it.
func asksFor(who models.Actor, path string) *string {
	var near models.Grant
	for _, g := range who.Grants {
		if g.Role == models.RoleTrainer && strings.HasPrefix(path, g.UnitPath) && len(g.UnitPath) > len(near.UnitPath) {
			near = g
		}
	}
	return models.Ref(near.UnitID)
}
