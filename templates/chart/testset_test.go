package chart_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"shanzhi/templates/font"
)

var shared = sync.OnceValues(func() (*font.Set, error) {
	var programs [4][]byte
	for i, name := range []string{"NotoSerifSC-Regular", "NotoSerifSC-Bold", "NotoSansSC-Regular", "NotoSansSC-SemiBold"} {
		b, err := os.ReadFile(filepath.Join("..", "pdf", "fonts", name+".ttf"))
		if err != nil {
			return nil, err
		}
		programs[i] = b
	}
	return font.NewSet(programs[0], programs[1], programs[2], programs[3])
})

func fonts(tb testing.TB) *font.Set {
	tb.Helper()
	s, err := shared()
	if err != nil {
		tb.Fatal(err)
	}
	return s
}
