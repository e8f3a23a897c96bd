package sheet

import (
	"bytes"
	"testing"
)

// Lines above a table are no part of it: what is exported can be read again.
func TestLinesAboveTheTableAreNotRead(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	lines := []string{"人员名单（2026-11-26 导出）", "=本系统为非涉密系统"}
	if err := WriteXLSXUnder(&out, lines, heads(), rowsOf([]any{"=1+1", "00123", 3, nil, nil})); err != nil {
		t.Fatal(err)
	}
	same(t, "under", texts(mustRead(t, "a.xlsx", out.String())), "4: =1+1|00123|3||")
}
