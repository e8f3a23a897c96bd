package jobs

import (
	"strings"
	"testing"
)

// The name of a server fits its column, also on a host whose own name fills it; the process stays told apart.
func TestNodeNameFits(t *testing.T) {
	t.Parallel()
	long := nodeName(strings.Repeat("h", 64), 4194304)
	if len(long) != 64 || !strings.HasSuffix(long, ":4194304") {
		t.Errorf("%q has %d characters", long, len(long))
	}
	if got := nodeName("county", 7); got != "county:7" {
		t.Errorf("got %q", got)
	}
}
