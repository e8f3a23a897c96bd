package models

import "time"

// Notice is something a person is to know: a message key with its arguments, put into words when it is read.
type Notice struct {
	ID        string    `gorm:"primaryKey;size:26"`
	PersonID  string    `gorm:"size:26;not null;index:ix_notices_person,priority:1"`
	Kind      string    `gorm:"size:40;not null"`                              // its words are the text notice.<Kind>
	Args      string    `gorm:"size:1000;not null"`                            // JSON object
	Href      string    `gorm:"size:200;not null"`                             // where it leads, "" = nowhere
	Once      string    `gorm:"size:120;not null;uniqueIndex:ux_notices_once"` // names what is told once; else the id
	CreatedAt time.Time `gorm:"not null;index:ix_notices_person,priority:2;index:ix_notices_created"`
	ReadAt    *time.Time
}

// TableName fixes the table name.
func (Notice) TableName() string { return "notices" }

// SearchKey is how the name of something sounds: what it is found and sorted by. It repeats the name it was made from,
// so that one that has changed since is noticed.
type SearchKey struct {
	Kind     string `gorm:"primaryKey;size:16;index:ix_search_keys_pinyin,priority:1"`
	ObjectID string `gorm:"primaryKey;size:26"`
	Said     string `gorm:"size:100;not null"`                                        // the name
	Pinyin   string `gorm:"size:600;not null;index:ix_search_keys_pinyin,priority:2"` // in full, without tones
	// readings and initials, each after a space
	Finds string `gorm:"size:1800;not null"`
}

// TableName fixes the table name.
func (SearchKey) TableName() string { return "search_keys" }
