package pages_test

import (
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
)

// written is what the code writes into the audit log: its actions and the kinds of its objects.
type written struct {
	actions, kinds []string
	computed       []string // actions that are no literal, as they stand in the code
}

// TestAuditWords holds every action and every kind of object that the code writes into the audit log against the words
// of both languages, so that no administrator ever reads a name of the code.
func TestAuditWords(t *testing.T) {
	t.Parallel()
	w := auditWritten(t)
	if len(w.actions) < 40 {
		t.Fatalf("found %d actions, want those of every room: %v", len(w.actions), w.actions)
	}
	// What is computed comes from the fields and variables that are read below, or from the policy.
	known := []string{"st.action", "action", "string(do)", "string(policy.MarkDecide)"}
	w.actions = append(w.actions, "factor.prove", "factor.renew", "factor.remove") // of withFactor
	for _, c := range w.computed {
		if !slices.Contains(known, c) {
			t.Errorf("audit action %s is computed in a way that this test cannot follow", c)
		}
	}
	for _, do := range policy.Actions() { // a refusal is noted under the action of its route
		w.actions = append(w.actions, string(do))
	}
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Langs() {
		p := bundle.Printer(lang)
		said := map[string]string{} // in the filter each stands once
		for _, a := range w.actions {
			text := p.T("admin.action." + a)
			if !p.Has("admin.action." + a) {
				t.Errorf("%s: no text for audit action %q", lang, a)
			} else if other, twice := said[text]; twice && other != a {
				t.Errorf("%s: audit actions %q and %q have the same text %q", lang, other, a, text)
			}
			said[text] = a
		}
		for _, k := range w.kinds {
			if !p.Has("admin.kind." + k) {
				t.Errorf("%s: no text for object kind %q", lang, k)
			}
		}
	}
}

// auditWritten reads all code of the module except its tests.
func auditWritten(t *testing.T) written {
	t.Helper()
	var w written
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (name == "testdata" || name == "node_modules" || name == ".git") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(file.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"shanzhi/models/audit"` }) ||
			strings.Contains(path, "assessments/cases") {
			ast.Inspect(file, w.read)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// read takes audit.Event{Action: "…", Kind: "…"}, the fields action: "…" of steps, and action := "…".
func (w *written) read(n ast.Node) bool {
	switch x := n.(type) {
	case *ast.CompositeLit:
		w.literal(x)
	case *ast.AssignStmt:
		if id, ok := x.Lhs[0].(*ast.Ident); ok && id.Name == "action" && len(x.Rhs) == 1 {
			if s, ok := quoted(x.Rhs[0]); ok {
				w.actions = append(w.actions, s)
			}
		}
	}
	return true
}

func (w *written) literal(x *ast.CompositeLit) {
	sel, ok := x.Type.(*ast.SelectorExpr)
	event := ok && sel.Sel.Name == "Event" && source(sel.X) == "audit"
	for _, e := range x.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		s, literal := quoted(kv.Value)
		switch key := source(kv.Key); {
		case key == "action" && literal, event && key == "Action" && literal:
			w.actions = append(w.actions, s)
		case event && key == "Action":
			w.computed = append(w.computed, source(kv.Value))
		case event && key == "Kind" && literal:
			w.kinds = append(w.kinds, s)
		}
	}
}

// quoted is the value of a string literal.
func quoted(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// source is an expression as it stands in the code.
func source(e ast.Expr) string {
	var b strings.Builder
	if err := printer.Fprint(&b, token.NewFileSet(), e); err != nil {
		return ""
	}
	return b.String()
}
