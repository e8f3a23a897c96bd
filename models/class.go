package models

import "time"

// ClassState is where a training class stands.
type ClassState string

// The states of a class.
const (
	ClassPlanned   ClassState = "planned"   // 筹备: those on the list do not see it yet
	ClassOpen      ClassState = "open"      // 已通知: from then on, until its hours are asked for
	ClassClosing   ClassState = "closing"   // 待结业确认: a second person looks at the hours
	ClassClosed    ClassState = "closed"    // 已结业
	ClassCancelled ClassState = "cancelled" // 已取消
)

// TrainingClass is a cohort that learns together (培训班; 专题班 where it is online).
type TrainingClass struct {
	ID          string     `gorm:"primaryKey;size:26"`
	Name        string     `gorm:"size:100;not null"`
	Ledger      Ledger     `gorm:"size:16;not null"` // where its hours go
	UnitID      string     `gorm:"size:26;not null;index:ix_training_classes_unit,priority:1"`
	HeadID      string     `gorm:"size:26;not null;index:ix_training_classes_head"` // 班主任
	FromOn      Date       `gorm:"size:10;not null"`
	ToOn        Date       `gorm:"size:10;not null"`
	Purpose     string     `gorm:"size:300;not null"` // what for, as the people of the class read it
	State       ClassState `gorm:"size:16;not null;index:ix_training_classes_unit,priority:2"`
	Reason      string     `gorm:"size:300;not null"` // why it was sent back or cancelled
	SubmittedBy *string    `gorm:"size:26"`
	SubmittedAt *time.Time
	ConfirmedBy *string `gorm:"size:26"`
	ConfirmedAt *time.Time
	Version     int       `gorm:"not null"`
	CreatedBy   *string   `gorm:"size:26"`
	CreatedAt   time.Time `gorm:"not null"`
}

// TableName fixes the table name.
func (TrainingClass) TableName() string { return "training_classes" }

// ClassSession is one entry of a class's timetable (课程表). What names a course of the catalogue has no hours of its
// own: they are booked when the course is completed.
type ClassSession struct {
	ID        string    `gorm:"primaryKey;size:26"`
	ClassID   string    `gorm:"size:26;not null;index:ix_class_sessions_class,priority:1"`
	Day       Date      `gorm:"size:10;not null;index:ix_class_sessions_class,priority:2"`
	FromMin   int       `gorm:"not null"` // minutes after midnight
	ToMin     int       `gorm:"not null"`
	Title     string    `gorm:"size:100;not null"`
	Place     string    `gorm:"size:100;not null"`
	Teacher   string    `gorm:"size:100;not null"`
	CourseID  *string   `gorm:"size:26"`
	Hours     int       `gorm:"not null"` // 0.01 hour
	CreatedAt time.Time `gorm:"not null"`
}

// TableName fixes the table name.
func (ClassSession) TableName() string { return "class_sessions" }

// ClassMember is somebody on the list of a class.
type ClassMember struct {
	ID        string    `gorm:"primaryKey;size:26"`
	ClassID   string    `gorm:"size:26;not null;uniqueIndex:ux_class_members,priority:1"`
	PersonID  string    `gorm:"size:26;not null;uniqueIndex:ux_class_members,priority:2;index:ix_class_members_person"`
	UnitID    string    `gorm:"size:26;not null"` // of the post by which he was put on the list
	LeftOn    Date      `gorm:"size:10;not null"` // "" while he belongs to it
	LeftWhy   string    `gorm:"size:300;not null"`
	Hours     int       `gorm:"not null"` // 0.01 hour, credited when the class was closed
	AddedBy   *string   `gorm:"size:26"`
	CreatedAt time.Time `gorm:"not null"`
}

// TableName fixes the table name.
func (ClassMember) TableName() string { return "class_members" }

// Attendance is how somebody was at a session.
type Attendance string

// The marks of a sign-in sheet.
const (
	Present Attendance = "present"
	Late    Attendance = "late"
	OnLeave Attendance = "leave"
	Absent  Attendance = "absent"
)

// ClassMark is one entry of a sign-in sheet (签到). It is never changed: a correction is another one with the next
// number and its reason, and the last one counts.
type ClassMark struct {
	ID        string     `gorm:"primaryKey;size:26"`
	SessionID string     `gorm:"size:26;not null;uniqueIndex:ux_class_marks,priority:1"`
	PersonID  string     `gorm:"size:26;not null;uniqueIndex:ux_class_marks,priority:2"`
	No        int        `gorm:"not null;uniqueIndex:ux_class_marks,priority:3"` // 1, 2, …
	Mark      Attendance `gorm:"size:16;not null"`
	Reason    string     `gorm:"size:300;not null"`
	MarkedBy  *string    `gorm:"size:26"`
	MarkedAt  time.Time  `gorm:"not null"`
}

// TableName fixes the table name.
func (ClassMark) TableName() string { return "class_marks" }
