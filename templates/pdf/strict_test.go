package pdf

import (
	"bytes"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
)

// strict fails unless pdfcpu finds nothing to say about a file by the letter of the standard.
func strict(tb testing.TB, name string, file []byte) {
	tb.Helper()
	set := model.NewDefaultConfiguration()
	set.ValidationMode = model.ValidationStrict
	if err := api.Validate(bytes.NewReader(file), set); err != nil {
		tb.Errorf("%s: %v", name, err)
	}
}

func TestFilesKeepToTheLetterOfTheStandard(t *testing.T) {
	t.Parallel()
	api.DisableConfigDir()
	p := printer(t)
	for name, open := range map[string]func(Meta, Frame) *Doc{"normal": p.New, "large": p.NewLarge} {
		file, err := fill(t, p, open(sampleMeta(), sampleFrame()))
		if err != nil {
			t.Fatal(err)
		}
		strict(t, name, file)
	}
}
