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
	if c.HandlerID == nil {
		return tellFirst(tx, now, who, c, kind)
	}
	if *c.HandlerID == who.ID {
		return nil
	}
	to := c.HandlerID
	return notice.AddTx(tx, now, *to, kind, about(c), "/serve/cases/"+c.ID)
}

// tellIntake tells the first receiver that a case has come back.
func tellIntake(tx *gorm.DB, now time.Time, who models.Actor, c models.Case) error {
	return tellFirst(tx, now, who, c, "case_returned")
}

// tellFirst tells the first receiver; of a case that is hidden from somebody he hears no more.
func tellFirst(tx *gorm.DB, now time.Time, who models.Actor, c models.Case, kind string) error {
	if c.IntakeID == nil || *c.IntakeID == who.ID {
		return nil
	}
	if guarded, err := guardedTx(tx, c); err != nil || guarded {
		return err
	}
	return notice.AddTx(tx, now, *c.IntakeID, kind, about(c), "/serve/cases/"+c.ID)
}
