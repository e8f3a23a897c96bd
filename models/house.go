package models

import (
	"time"

	"shanzhi/models/vault"
)

// AuditEntry says who did or read what, when and from where. It commits with the change and is never altered; only
// SealNo is set, once, when it is sealed. Sealed entries of more than six months ago may be moved to an archive.
type AuditEntry struct {
	ID         string    `gorm:"primaryKey;size:26;index:ix_audit_entries_under,priority:11"`
	At         time.Time `gorm:"not null;index:ix_audit_entries_at;index:ix_audit_entries_done,priority:11;index:ix_audit_entries_by,priority:11"` //nolint:revive // a tag cannot be broken
	ActorID    *string   `gorm:"size:26;index:ix_audit_entries_by"`
	ActorName  string    `gorm:"size:50;not null"`
	Action     string    `gorm:"size:40;not null;index:ix_audit_entries_done"`
	ObjectKind string    `gorm:"size:32;not null"`
	ObjectID   string    `gorm:"size:64;not null;index:ix_audit_entries_object"`
	Outcome    string    `gorm:"size:16;not null"` // ok or refused
	Detail     string    `gorm:"size:1000;not null"`
	FromAddr   string    `gorm:"size:64;not null"`
	RequestID  string    `gorm:"size:40;not null"`
	SealNo     *int64    `gorm:"index:ix_audit_entries_under"` // of the seal it stands under; nil = not sealed yet
}

// TableName fixes the table name.
func (AuditEntry) TableName() string { return "audit_entries" }

// AuditSeal fixes a batch of audit entries: none of them can be altered, taken out, added or moved to another seal
// without showing. Each holds the digest of the one before, so that no seal can go missing either.
type AuditSeal struct {
	No       int64     `gorm:"primaryKey;autoIncrement:false"` // 1, 2, 3 … without a gap
	Entries  int       `gorm:"not null"`
	FirstAt  time.Time `gorm:"not null"`
	LastAt   time.Time `gorm:"not null"`
	Root     string    `gorm:"size:64;not null"` // Merkle root over the entries in the order of their ids
	Prev     string    `gorm:"size:64;not null"` // digest of the seal before, "" in the first
	Mac      string    `gorm:"size:64;not null"` // keyed hash of this seal's own digest
	SealedAt time.Time `gorm:"not null"`
	Archive  string    `gorm:"size:64;not null"` // keyed hash once the entries were taken out to a file, else ""
}

// TableName fixes the table name.
func (AuditSeal) TableName() string { return "audit_seals" }

// Feedback is a suggestion or complaint about this system (意见建议).
type Feedback struct {
	ID        string       `gorm:"primaryKey;size:26"`
	PersonID  *string      `gorm:"size:26"`
	Page      string       `gorm:"size:200;not null"`
	Text      string       `gorm:"size:2000;not null"`
	Contact   vault.Sealed `gorm:"size:255;not null"`
	CreatedAt time.Time    `gorm:"not null;index:ix_feedback_created"`
}

// TableName fixes the table name.
func (Feedback) TableName() string { return "feedback" }

// RunState is how far a tick of a job or an item of the queue has come.
type RunState string

// The states of ticks and items.
const (
	Ready   RunState = "ready"
	Running RunState = "running"
	Done    RunState = "done"
	Aside   RunState = "aside" // set aside with its reason; the batch goes on
	Failed  RunState = "failed"
)

// JobRun is one tick of one job. (Name, Due) is claimed by inserting the row, so several servers run a tick once.
type JobRun struct {
	ID         string    `gorm:"primaryKey;size:26"`
	Name       string    `gorm:"size:40;not null;uniqueIndex:ux_job_runs_tick,priority:1"`
	Due        time.Time `gorm:"not null;uniqueIndex:ux_job_runs_tick,priority:2"`
	State      RunState  `gorm:"size:16;not null"`
	ByHand     bool      `gorm:"not null"`
	Node       string    `gorm:"size:64;not null"`
	StartedAt  time.Time `gorm:"not null"`
	LeaseUntil time.Time `gorm:"not null"`
	FinishedAt *time.Time
	Summary    string `gorm:"size:500;not null"`
	Error      string `gorm:"size:500;not null"`
}

// TableName fixes the table name.
func (JobRun) TableName() string { return "job_runs" }

// Batch is a piece of long work made of many items of the queue, whose progress people watch.
type Batch struct {
	ID          string    `gorm:"primaryKey;size:26"`
	Topic       string    `gorm:"size:40;not null"`
	ScopeID     string    `gorm:"size:26;not null;index:ix_batches_scope"` // what it is about, such as a period
	Label       string    `gorm:"size:200;not null"`
	RequestedBy *string   `gorm:"size:26"`
	CreatedAt   time.Time `gorm:"not null"`
}

// TableName fixes the table name.
func (Batch) TableName() string { return "batches" }

// QueueItem is work promised inside a transaction and done once, by one of several servers.
type QueueItem struct {
	ID      string  `gorm:"primaryKey;size:26"`
	Topic   string  `gorm:"size:40;not null"`
	BatchID *string `gorm:"size:26;index:ix_queue_items_batch,priority:1"`
	// promised twice is promised once
	Key        *string   `gorm:"column:dedupe_key;size:120;uniqueIndex:ux_queue_items_key"`
	Payload    string    `gorm:"not null"` // JSON
	State      RunState  `gorm:"size:16;not null;index:ix_queue_items_batch;index:ix_queue_items_next,priority:1"`
	Attempts   int       `gorm:"not null"`
	RunAfter   time.Time `gorm:"not null;index:ix_queue_items_next,priority:2"`
	Claim      string    `gorm:"size:64;not null"` // fencing token of the worker that holds it
	LeaseUntil *time.Time
	ReasonKey  string    `gorm:"size:80;not null"`   // why it was set aside: message key …
	ReasonArgs string    `gorm:"size:1000;not null"` // … and its arguments, JSON
	CreatedAt  time.Time `gorm:"not null"`
	FinishedAt *time.Time
}

// TableName fixes the table name.
func (QueueItem) TableName() string { return "queue_items" }
