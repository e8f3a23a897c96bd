package cases

import (
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/notice"
)

// about are the arguments of a notice about a case: nothing of them names the resident.
func about(c models.Case) notice.Args {
	return notice.Args{"no": c.No, "title": c.Title, "due": c.DueOn}
}

// tellHandler tells somebody that a case was given to him by another.
func tellHandler(tx *gorm.DB, now time.Time, who models.Actor, c models.Case, handlerID string) error {
	if handlerID == who.ID {
		return nil
	}
	return notice.AddTx(tx, now, handlerID, "case_dispatched", about(c), "/serve/cases/"+c.ID)
}

// tellOf tells the handler of a case what a supervisor or leader has said; the first receiver where nobody has it.
func tellOf(tx *gorm.DB, now time.Time, who models.Actor, c models.Case, kind string) error {
	to := c.HandlerID
	if to == nil {
		to = c.IntakeID
	}
	if to == nil || *to == who.ID {
		return nil
	}
	return notice.AddTx(tx, now, *to, kind, about(c), "/serve/cases/"+c.ID)
}

// tellIntake tells the first receiver that a case has come back.
func tellIntake(tx *gorm.DB, now time.Time, who models.Actor, c models.Case) error {
	if c.IntakeID == nil || *c.IntakeID == who.ID {
		return nil
	}
	return notice.AddTx(tx, now, *c.IntakeID, "case_returned", about(c), "/serve/cases/"+c.ID)
}
