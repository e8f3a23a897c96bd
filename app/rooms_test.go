package main

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"shanzhi/models/testkit"
)

const module = "shanzhi/"

// floor is what every domain room stands on.
var floor = []string{
	"models", "models/audit", "models/clock", "models/db", "models/fault", "models/policy", "models/queue", "models/vault",
	"models/workday", "models/sheet", "models/blob", "models/notice", "models/find",
}

// rooms says which rooms each room may enter (imports by files that are not tests). A new package needs a row here; a
// room of the product one in the README's structure section and in .golangci.yml too.
var rooms = map[string][]string{
	"models":         {"models/vault"},
	"models/fault":   {},
	"models/clock":   {},
	"models/vault":   {"models/fault"},
	"models/blob":    {"models/fault"},
	"models/sheet":   {"models/fault"},
	"models/policy":  {"models", "models/fault"},
	"models/workday": {"models"},
	"models/audit":   {"models", "models/clock", "models/db", "models/fault", "models/policy", "models/vault"},
	"models/db":      {"models/clock", "models/fault"},
	"models/backup":  {"models", "models/blob", "models/clock", "models/db", "models/fault"},
	"models/reseal": {
		"models", "models/audit", "models/clock", "models/db", "models/fault", "models/policy", "models/vault",
	},
	"models/pinyin":     {},
	"models/find":       {"models", "models/db", "models/fault", "models/pinyin"},
	"models/notice":     {"models", "models/db"},
	"models/queue":      {"models", "models/audit", "models/clock", "models/db", "models/fault", "models/policy"},
	"models/testkit":    {"models", "models/clock", "models/db"},
	"assessments/stats": {"models/fault"},

	"models/testkit/mariadbd":   {},
	"models/testkit/benchtable": {},
	"models/testkit/barefiber":  {},

	"courses":             floor,
	"courses/quiz":        append([]string{"courses"}, floor...),
	"courses/trainer":     append([]string{"courses"}, floor...),
	"courses/class":       append([]string{"courses"}, floor...),
	"assessments/cases":   floor,
	"assessments/ratings": append([]string{"assessments/cases", "assessments/stats"}, floor...),
	"assessments":         append([]string{"assessments/cases", "assessments/ratings", "assessments/stats"}, floor...),
	"assessments/report": append([]string{
		"assessments", "assessments/stats", "models/pinyin", "templates/chart", "templates/i18n", "templates/pdf",
	}, floor...),
	"jobs": {"models", "models/clock", "models/fault", "models/queue"},

	"templates":            {},
	"templates/i18n":       {},
	"templates/guide":      {},
	"templates/static":     {},
	"templates/font":       {},
	"templates/chart":      {"templates/font"},
	"templates/pdf":        {"templates/chart", "templates/font"},
	"templates/ui":         {"models", "models/fault", "templates/i18n", "templates/static"},
	"templates/ui/uicheck": {},
	"templates/pages": {
		"models", "models/fault", "templates/guide", "templates/i18n", "templates/ui",
	},

	"app/config":   {},
	"app/accounts": floor,
	"app/web": {
		"models", "models/clock", "models/fault", "models/policy", "models/vault", "templates", "templates/i18n",
		"templates/static", "templates/ui",
	},
	"app/web/webtest": {"app/web"},
	"app/demo": {
		"app/accounts", "app/onboard", "assessments", "assessments/cases", "assessments/ratings", "courses",
		"courses/class", "courses/quiz", "courses/trainer", "models", "models/audit", "models/clock", "models/db",
		"models/fault", "models/workday",
	},
	"app/onboard": append([]string{"app/accounts", "assessments/cases"}, floor...),
	"app/guide":   {},
	"app/pages": {
		"app/guide", "app/accounts",
		"app/onboard",
		"app/web",
		"assessments",
		"assessments/cases",
		"assessments/ratings",
		"assessments/report",
		"assessments/stats",
		"courses",
		"courses/class",
		"courses/quiz",
		"courses/trainer",
		"jobs",
		"models",
		"models/audit",
		"models/clock",
		"models/fault",
		"models/policy",
		"models/queue",
		"models/sheet",
		"models/vault",
		"templates/chart",
		"templates/i18n",
		"templates/pages",
		"templates/ui",
		"templates/guide",
	},
	"app": {"*"},
}

// outside says which rooms may use a fenced library.
var outside = map[string][]string{
	"github.com/gofiber/fiber":    {"app/web", "app/pages", "models/testkit/barefiber"},
	"github.com/valyala/fasthttp": {"app/web"},
	"github.com/jung-kurt/gofpdf": {"templates/pdf"},
	"github.com/robfig/cron":      {"jobs"},
	"modernc.org/sqlite":          {"models/db"},
	"gorm.io/driver/":             {"models/db"},
	"github.com/go-sql-driver":    {"models/db", "models/testkit", "models/testkit/mariadbd"},
	"github.com/pressly/goose":    {"models/db"},
	"gorm.io/gorm": {
		"assessments",
		"courses",
		"courses/class",
		"courses/quiz",
		"courses/trainer",
		"models/audit",
		"models/backup",
		"models/db",
		"models/reseal",
		"models/find",
		"models/notice",
		"models/queue",
		"models/testkit",
		"assessments/cases", "assessments/ratings", "assessments/report", "app", "app/accounts", "app/demo",
		"app/onboard",
	},
	"filippo.io/age":                 {"models/backup"},
	"github.com/alecthomas/kong":     {"app", "app/config"},
	"github.com/xuri/excelize":       {"models/sheet"},
	"github.com/nicksnyder/go-i18n":  {"templates/i18n"},
	"testing":                        {"models/testkit", "app/web/webtest"},
	"log":                            {},
	"math/rand":                      {},
	"github.com/mozillazg/go-pinyin": {"models/pinyin"},
}

// fenced reports whether an import is of the library: by its beginning, of the standard library by the whole path.
func fenced(imp, lib string) bool {
	if strings.Contains(lib, ".") {
		return strings.HasPrefix(imp, lib)
	}
	return imp == lib
}

func TestRooms(t *testing.T) {
	testkit.WithoutServer(t)
	t.Parallel()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "../...").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen, used := map[string]bool{}, map[string]bool{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		room := strings.TrimPrefix(p.ImportPath, module)
		seen[room] = true
		allowed, known := rooms[room]
		if !known {
			t.Errorf("%s: a new room; give it a row in rooms", room)
		}
		for _, imp := range p.Imports {
			if in, ok := strings.CutPrefix(imp, module); ok && !slices.Contains(allowed, in) && !slices.Contains(allowed, "*") {
				t.Errorf("%s must not import %s", room, in)
			}
			used[room+" "+strings.TrimPrefix(imp, module)] = true
			for lib, who := range outside {
				if !fenced(imp, lib) {
					continue
				}
				used[room+" "+lib] = true
				if !slices.Contains(who, room) {
					t.Errorf("%s must not import %s", room, imp)
				}
			}
		}
	}
	for _, room := range slices.Sorted(maps.Keys(rooms)) {
		if !seen[room] {
			t.Errorf("%s: a row without a room; take it out", room)
		}
		low := slices.ContainsFunc(floor, func(in string) bool { return !slices.Contains(rooms[room], in) })
		for _, in := range rooms[room] {
			if in != "*" && (low || !slices.Contains(floor, in)) && !used[room+" "+in] {
				t.Errorf("%s does not import %s; take it out of its row", room, in)
			}
		}
	}
	for lib, who := range outside {
		for _, room := range who {
			if !used[room+" "+lib] {
				t.Errorf("%s does not use %s; take it out of its row", room, lib)
			}
		}
	}
}
