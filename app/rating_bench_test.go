package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
	"gorm.io/gorm"

	"shanzhi/app/config"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
)

const (
	clients = 32   // at the same time, each with a connection that it keeps
	aRound  = 1000 // calls of all of them
	rounds  = 5
)

// BenchmarkRating has residents rate by their links as fast as a server and its database take it: POST /r/:token over
// TCP, the invitation used up and the rating written in one transaction, on disk before it is acknowledged. The baseline
// is bare Fiber and GORM that insert one row as large, over TCP, for as many clients.
//
// The product writes no audit row there, because its instant would tell who rated; "audited" is measured with one in the
// same transaction all the same. "door" is without HTTP.
func BenchmarkRating(b *testing.B) {
	if !testkit.OnServer() {
		b.Skip("it needs a server: go run ./models/testkit/mariadbd --durable -- go test -bench Rating ./app")
	}
	s := insideDemo(b)
	needsDurable(b, s.db)
	audited := s.auditRatings(b)
	ours, bare := s.rateable(b), bareInserts(b)
	links := s.inviteMany(b, 3*rounds*aRound*b.N)
	plain := func(int64) { bare.post(b, "/", "", fiber.StatusOK) }
	rated := func(i int64) { ours.post(b, "/r/"+links[i], "level=5&solved=yes", fiber.StatusSeeOther) }
	door := func(i int64) {
		if err := s.ratings.Rate(b.Context(), links[i], ratings.Input{Level: 5, Solved: models.ResolvedYes}); err != nil {
			b.Error(err)
		}
	}
	database := s.serverPID(b)
	took, cpu := map[string]time.Duration{}, map[string]time.Duration{}
	var used int64
	round := func(name string, do func(int64)) {
		from := cpuSpent() + cpuOf(b, database)
		took[name] += together(used, do)
		cpu[name] += cpuSpent() + cpuOf(b, database) - from
		if name != "bare" {
			used += aRound
		}
	}
	for range b.N {
		for range rounds {
			round("bare", plain)
			round("rated", rated)
			audited.Store(true)
			round("audited", rated)
			audited.Store(false)
			round("door", door)
		}
	}
	for name := range took {
		b.ReportMetric(rate(rounds*aRound*b.N, took[name]), name+"/s")
		b.ReportMetric(ms(cpu[name])/float64(rounds*aRound*b.N), name+"-cpu-ms")
	}
	b.ReportMetric(0, "ns/op")
	s.wantRated(b, int(used), rounds*aRound*b.N)
}

// together lets all clients make the calls of a round, numbered from first, and returns how long it took.
func together(first int64, do func(i int64)) time.Duration {
	var all sync.WaitGroup
	var next atomic.Int64
	began := time.Now()
	for range clients {
		all.Go(func() {
			for i := next.Add(1); i <= aRound; i = next.Add(1) {
				do(first + i - 1)
			}
		})
	}
	all.Wait()
	return time.Since(began)
}

// auditRatings writes an audit row after each rating, in its transaction, while it is switched on.
func (s *inside) auditRatings(b *testing.B) *atomic.Bool {
	b.Helper()
	on := new(atomic.Bool)
	must(b, db.Tx(b.Context(), s.db, func(tx *gorm.DB) error {
		return tx.Callback().Create().After("gorm:create").Register("test:audit", func(tx *gorm.DB) {
			if on.Load() && tx.Statement.Table == "ratings" && tx.Error == nil {
				e := audit.Event{Action: "rating.give", Kind: "rating"}
				_ = tx.AddError(audit.Add(tx.Session(&gorm.Session{NewDB: true}), s.wall.Now(), models.Actor{}, e))
			}
		})
	}))
	return on
}

// serverPID is the number of the database server's process, which is on this machine.
func (s *inside) serverPID(b *testing.B) string {
	b.Helper()
	var file string
	must(b, db.View(b.Context(), s.db, func(tx *gorm.DB) error { return tx.Raw("SELECT @@pid_file").Row().Scan(&file) }))
	pid, err := os.ReadFile(file)
	must(b, err)
	return strings.TrimSpace(string(pid))
}

// inviteMany closes many cases that are like those that the demonstration has closed, whose handlers are many as in a
// county, and asks their residents. It returns the tokens of the links.
func (s *inside) inviteMany(b *testing.B, n int) []string {
	b.Helper()
	tokens, cases, invitations := make([]string, n), make([]models.Case, n), make([]models.Invitation, n)
	must(b, db.Tx(b.Context(), s.db, func(tx *gorm.DB) error {
		var like []models.Case
		err := tx.Where("state = ? AND handler_id IS NOT NULL", models.CaseClosed).Order("no").Limit(500).Find(&like).Error
		if err == nil && len(like) == 0 {
			err = errors.New("no case is closed")
		}
		if err != nil {
			return err
		}
		today := models.DateOf(s.wall.Now())
		for at := range n {
			c := like[at%len(like)]
			c.ID, c.No, c.OutsideNo = models.NewID(), fmt.Sprintf("RATE-%06d", at), nil
			cases[at] = c
			tokens[at] = fmt.Sprintf("%s%017d", models.NewRandomID(), at) // of 43 letters
			hash := sha256.Sum256([]byte(tokens[at]))
			invitations[at] = models.Invitation{
				ID: models.NewRandomID(), CaseID: c.ID, TokenHash: hex.EncodeToString(hash[:]), Channel: models.QR,
				Mode: models.ModeInvited, SubjectID: c.HandlerID, PostID: c.HandlerPostID, UnitID: c.UnitID,
				IssuedOn: today, ExpiresOn: today.AddDays(ratings.ValidDays), State: models.InvitationOpen,
			}
		}
		if err := tx.CreateInBatches(cases, 200).Error; err != nil {
			return err
		}
		return tx.CreateInBatches(invitations, 200).Error
	}))
	return tokens
}

// wantRated fails unless every call kept a rating, and those that were to have an audit row have one.
func (s *inside) wantRated(b *testing.B, ratings, entries int) {
	b.Helper()
	must(b, db.View(b.Context(), s.db, func(tx *gorm.DB) error {
		var rated, audited int64
		err := tx.Model(&models.Rating{}).Where("case_id IN (SELECT id FROM cases WHERE no LIKE 'RATE-%')").Count(&rated).Error
		if err == nil {
			err = tx.Model(&models.AuditEntry{}).Where("action = ?", "rating.give").Count(&audited).Error
		}
		if rated != int64(ratings) || audited != int64(entries) {
			b.Errorf("%d ratings and %d audit rows, want %d and %d", rated, audited, ratings, entries)
		}
		return err
	}))
}

// crowd is many clients of one server, each with a connection that it keeps.
type crowd struct {
	*fasthttp.HostClient
	from atomic.Uint32 // the address that the last call said to come from: one address may call so often a minute
}

// rateable serves the demonstration on an address of its own, behind a proxy.
func (s *inside) rateable(b *testing.B) *crowd {
	b.Helper()
	runner, err := newRunner(s.house)
	must(b, err)
	app, err := newApp(s.house, config.Server{Listen: "127.0.0.1:0", TrustedProxies: []string{"127.0.0.1"}}, runner)
	must(b, err)
	return crowdOf(b, app.Serve, app.Shutdown)
}

// bareInserts serves what ratings are held against.
func bareInserts(b *testing.B) *crowd {
	b.Helper()
	_, url := bareStore(b)
	g := bareGorm(b, url, clients)
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Post("/", func(c *fiber.Ctx) error {
		row := newBareRow()
		if err := g.WithContext(c.UserContext()).Create(&row).Error; err != nil {
			return err
		}
		return c.SendString("ok")
	})
	return crowdOf(b, app.Listener, app.ShutdownWithContext)
}

func crowdOf(b *testing.B, serve func(net.Listener) error, shutdown func(context.Context) error) *crowd {
	b.Helper()
	ln, err := new(net.ListenConfig).Listen(b.Context(), "tcp", "127.0.0.1:0")
	must(b, err)
	served := make(chan error, 1)
	go func() { served <- serve(ln) }()
	b.Cleanup(func() {
		must(b, shutdown(context.Background()))
		must(b, <-served)
	})
	return &crowd{HostClient: &fasthttp.HostClient{Addr: ln.Addr().String(), MaxConns: clients}}
}

// post sends a form and wants an answer of that status.
func (c *crowd) post(b *testing.B, path, form string, want int) {
	b.Helper()
	req, res := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(res)
	n := c.from.Add(1)
	req.SetRequestURI("http://" + c.Addr + path)
	req.Header.SetMethod(fiber.MethodPost)
	req.Header.SetContentType(fiber.MIMEApplicationForm)
	req.Header.Set(fiber.HeaderXForwardedFor, netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}).String())
	req.SetBodyString(form)
	if err := c.Do(req, res); err != nil || res.StatusCode() != want {
		b.Errorf("POST %s: %d, %v", path, res.StatusCode(), err)
	}
}
