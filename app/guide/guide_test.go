package guide_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"shanzhi/app/guide"
)

var levels = []string{
	"Debug", "Info", "Warn", "Error", "DebugContext", "InfoContext", "WarnContext", "ErrorContext",
}

func TestEveryTopicIsInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, topic := range guide.Topics() {
		for _, lang := range []string{"zh-CN", "en"} {
			if text, ok := guide.Text(topic, lang); !ok || !strings.HasPrefix(text, "# ") {
				t.Errorf("%s in %s: %v", topic, lang, ok)
			}
		}
	}
	if _, ok := guide.Text("../guide", "en"); ok {
		t.Error("a topic that is none")
	}
}

// Every message and every field that the code writes into the log stands in the guide, in both languages.
func TestTheLogIsDocumented(t *testing.T) {
	t.Parallel()
	messages, fields := logged(t)
	if len(messages) < 10 || len(fields) < 15 {
		t.Fatalf("found only messages %v and fields %v", messages, fields)
	}
	for _, lang := range []string{"zh-CN", "en"} {
		text, _ := guide.Text("log", lang)
		for _, name := range append(messages, fields...) {
			if !strings.Contains(text, "`"+name+"`") {
				t.Errorf("%s: `%s` is not documented", lang, name)
			}
		}
	}
}

// logged reads the calls log.Info("message", "field", value …) of all code but tests.
func logged(t *testing.T) (messages, fields []string) {
	t.Helper()
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".git")) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				m, f := loggedBy(call)
				messages, fields = append(messages, m...), append(fields, f...)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(messages)
	slices.Sort(fields)
	return slices.Compact(messages), slices.Compact(fields)
}

func loggedBy(call *ast.CallExpr) (messages, fields []string) {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !slices.Contains(levels, sel.Sel.Name) || !isLog(sel.X) {
		return nil, nil
	}
	args := call.Args
	if strings.HasSuffix(sel.Sel.Name, "Context") {
		args = args[1:]
	}
	if s, ok := quoted(args[0]); ok {
		messages = append(messages, s)
	}
	for i := 1; i < len(args); i += 2 {
		if s, ok := quoted(args[i]); ok {
			fields = append(fields, s)
		}
	}
	return messages, fields
}

// isLog reports whether an expression is a logger by its name: log, h.log, a.deps.Log, l.to.
func isLog(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.Ident:
		return strings.EqualFold(x.Name, "log") || x.Name == "logger"
	case *ast.SelectorExpr:
		return strings.EqualFold(x.Sel.Name, "log") || x.Sel.Name == "to"
	}
	return false
}

func quoted(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}
