package font

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
)

func TestSubsetDrawsEachRuneWithItsOwnOutline(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(filepath.Join("..", "pdf", "fonts", "NotoSansSC-Regular.ttf"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	runes := f.Runes()
	cut, err := f.Subset(runes)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := directory(cut)
	if err != nil {
		t.Fatal(err)
	}
	if sum := checksum(cut); sum != 0xB1B0AFBA {
		t.Errorf("checksum of the program: got %08X", sum)
	}
	composites := 0
	for i, r := range runes {
		from := binary.BigEndian.Uint32(tables["loca"][4*(i+1):])
		to := binary.BigEndian.Uint32(tables["loca"][4*(i+2):])
		want, got := f.outline(f.glyphs.of(r)), tables["glyf"][from:to]
		if len(want) >= 10 && signed(want, 0) < 0 {
			composites++
			continue
		}
		if !bytes.Equal(got[:min(len(want), len(got))], want) || len(got)-len(want) > 3 {
			t.Fatalf("%c has another outline in the subset", r)
		}
		if wide := binary.BigEndian.Uint16(tables["hmtx"][4*(i+1):]); int(wide) != f.Advance(r) {
			t.Fatalf("%c is %d wide in the subset, want %d", r, wide, f.Advance(r))
		}
	}
	if composites > len(runes)/2 {
		t.Errorf("%d of %d outlines were not compared", composites, len(runes))
	}
}
