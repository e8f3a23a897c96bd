package models

// Ref is the key of something that may be missing: nil for "".
func Ref(id string) *string {
	if id == "" {
		return nil
	}
	return &id
}

// Deref is what a key points to, "" for none.
func Deref(id *string) string {
	if id == nil {
		return ""
	}
	return *id
}
