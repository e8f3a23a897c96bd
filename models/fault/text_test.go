package fault_test

import (
	"strings"
	"testing"

	"shanzhi/models/fault"
)

func TestTextIsRefusedForWhatIsWrongWithIt(t *testing.T) {
	t.Parallel()
	for text, key := range map[string]string{
		"核实情况": "", "两行\n字": "", "": "form.required", "\t\n": "form.required", strings.Repeat("字", 11): "form.too_long",
		"零\x00": "form.characters", "坏\xff": "form.characters",
	} {
		got := ""
		if fields := fault.Text("reason", text, 10); len(fields) > 0 {
			got = fields[0].Key
		}
		if got != key {
			t.Errorf("%q: got %q, want %q", text, got, key)
		}
	}
	if fault.Refuse(fault.Optional("note", "", 10), nil) != nil {
		t.Error("an empty optional text is refused")
	}
	if err := fault.Refuse(fault.Text("a", "", 1), []fault.Field{fault.NoDay("b", "2026-02-30")}); len(fault.Of(err).Fields) != 2 {
		t.Errorf("got %v, want two fields", err)
	}
}
