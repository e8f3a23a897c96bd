package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"shanzhi/app/accounts"
	"shanzhi/app/config"
	"shanzhi/app/web/webtest"
	"shanzhi/models/clock"
	"shanzhi/models/testkit"
)

const (
	startsOfEach = 7                // of each program
	settle       = 10 * time.Second // from the start until an idle server is weighed
)

// BenchmarkProcess starts the program itself on the demonstration as of today, whose jobs have run, until it says that
// it is ready, in turn with bare Fiber; and weighs what it keeps in memory: when it has been idle for a while, and again
// when it has shown every page once to somebody of each role.
func BenchmarkProcess(b *testing.B) {
	testkit.WithoutServer(b)
	if runtime.GOOS != "linux" {
		b.Skip("memory and processor time of another process are read from /proc")
	}
	store, pages := walkedToday(b)
	dir := b.TempDir()
	shanzhi, bare := filepath.Join(dir, "shanzhi"), filepath.Join(dir, "barefiber")
	for program, room := range map[string]string{shanzhi: ".", bare: "../models/testkit/barefiber"} {
		if out, err := exec.Command("go", "build", "-o", program, room).CombinedOutput(); err != nil {
			b.Fatalf("build %s: %v\n%s", room, err, out)
		}
	}
	serve := func() *process {
		address := freeAddress(b)
		return startProcess(b, address, shanzhi,
			inStore(store, "serve", "--second-factor", string(accounts.FactorOff), "--listen", address)...)
	}
	serveBare := func() *process {
		address := freeAddress(b)
		return startProcess(b, address, bare, address)
	}
	for b.Loop() {
		var ready, bareReady, cpu, bareCPU []float64
		for range startsOfEach {
			p := serveBare()
			bareReady, bareCPU = append(bareReady, ms(p.ready)), append(bareCPU, p.cpuMS())
			p.end()
			p = serve()
			ready, cpu = append(ready, ms(p.ready)), append(cpu, p.cpuMS())
			p.end()
		}
		plain, p := serveBare(), serve()
		time.Sleep(settle) // what is weighed is what is left then
		b.ReportMetric(plain.residentMB(), "bare-MB")
		b.ReportMetric(p.residentMB(), "idle-MB")
		for _, page := range pages {
			p.get(page)
		}
		time.Sleep(settle)
		b.ReportMetric(p.residentMB(), "after-pages-MB")
		plain.end()
		p.end()
		b.ReportMetric(middle(ready), "ready-ms")
		b.ReportMetric(middle(bareReady), "bare-ready-ms")
		b.ReportMetric(middle(cpu), "start-cpu-ms")
		b.ReportMetric(middle(bareCPU), "bare-start-cpu-ms")
	}
	b.ReportMetric(float64(len(pages)), "pages")
	b.ReportMetric(0, "ns/op")
}

func middle(x []float64) float64 { return slices.Sorted(slices.Values(x))[len(x)/2] }

// walkedToday is the demonstration as of today with the pages that links lead to for one person of each role that it
// names, who stay signed in.
func walkedToday(b *testing.B) (config.Store, []met) {
	b.Helper()
	k, err := keptSettledToday()
	store := copied(b, k, err)
	h, err := open(b.Context(), store, "http://shanzhi.test", clock.Wall(), quiet(io.Discard))
	must(b, err)
	runner, err := newRunner(h)
	must(b, err)
	app, err := newApp(h, config.Server{Listen: "127.0.0.1:0", SecondFactor: string(accounts.FactorOff)}, runner)
	must(b, err)
	lookers := []looker{{Client: webtest.New(b, app)}}
	known := map[string]bool{}
	for _, login := range regexp.MustCompile(`(?m)^ +(QH\d+)  (\S+) `).FindAllStringSubmatch(k.says, -1) {
		if known[login[2]] { // another of the same role
			continue
		}
		known[login[2]] = true
		c := webtest.New(b, app)
		c.Get("/login").Want(200)
		c.Post("/login", map[string][]string{"login": {login[1]}, "password": {demoPassword}}).Want(303)
		lookers = append(lookers, looker{Client: c})
	}
	if len(lookers) < 10 {
		b.Fatalf("%d logins in\n%s", len(lookers)-1, k.says)
	}
	var all []met
	routes := patterns()
	for _, l := range lookers {
		all = append(all, l.pages(routes, nil, 1, l.Get)...)
	}
	must(b, h.db.Close())
	return store, all
}

// process is a server of its own.
type process struct {
	tb      testing.TB
	cmd     *exec.Cmd
	address string
	log     bytes.Buffer
	ready   time.Duration // from its start until it said that it was
}

// startProcess starts a program that listens on address and returns when it is ready.
func startProcess(tb testing.TB, address, program string, args ...string) *process {
	tb.Helper()
	p := &process{tb: tb, address: address, cmd: exec.Command(program, args...)}
	p.cmd.Stdout, p.cmd.Stderr = &p.log, &p.log
	began := time.Now()
	must(tb, p.cmd.Start())
	c := &http.Client{Timeout: time.Second}
	for {
		if res, err := c.Get("http://" + address + "/readyz"); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				break
			}
		}
		if time.Since(began) > time.Minute {
			p.end()
			tb.Fatalf("%s does not answer:\n%s", program, p.log.String())
		}
		time.Sleep(2 * time.Millisecond)
	}
	p.ready = time.Since(began)
	return p
}

// end stops it as an operator does and waits for it.
func (p *process) end() {
	_ = p.cmd.Process.Signal(os.Interrupt)
	_ = p.cmd.Wait()
}

// get asks for a page as whoever came to it.
func (p *process) get(page met) {
	p.tb.Helper()
	req, err := http.NewRequest(http.MethodGet, "http://"+p.address+page.path, nil)
	must(p.tb, err)
	req.Header.Set("Accept", "text/html")
	if token := page.Cookie("sz_session"); token != "" {
		req.AddCookie(&http.Cookie{Name: "sz_session", Value: token})
	}
	res, err := http.DefaultTransport.RoundTrip(req) // which follows nothing
	must(p.tb, err)
	_, err = io.Copy(io.Discard, res.Body)
	must(p.tb, err)
	must(p.tb, res.Body.Close())
	if res.StatusCode != http.StatusOK {
		p.tb.Errorf("%s: %d", page, res.StatusCode)
	}
}

// residentMB is the memory of the process that is in the machine's, shared files of the system's cache included.
func (p *process) residentMB() float64 {
	p.tb.Helper()
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	must(p.tb, err)
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if of, ok := strings.CutPrefix(lines.Text(), "VmRSS:"); ok {
			kB, err := strconv.ParseFloat(strings.Fields(of)[0], 64)
			must(p.tb, err)
			return kB * 1024 / 1e6
		}
	}
	p.tb.Fatal("/proc tells no VmRSS")
	return 0
}

// cpuMS is the processor time that the process has used.
func (p *process) cpuMS() float64 { return ms(cpuOf(p.tb, strconv.Itoa(p.cmd.Process.Pid))) }
