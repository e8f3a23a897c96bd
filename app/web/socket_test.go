package web_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/models/policy"
)

// A request that two programs could read in two ways is refused and ends the connection; what hides behind it never
// runs.
func TestSmuggledRequestsNeverRun(t *testing.T) {
	t.Parallel()
	var ran atomic.Int32
	app, _ := kernel(t, web.Config{ReadTimeout: 2 * time.Second}, func(app *web.App) {
		app.Get("/inner", policy.Anybody, func(c *fiber.Ctx) error {
			ran.Add(1)
			return c.SendString("inner")
		})
	})
	addr := listen(t, app)
	const inner = "GET /inner HTTP/1.1\r\nHost: a\r\n\r\n"
	for name, raw := range map[string]string{
		"no host":          "GET /login HTTP/1.1\r\n\r\n" + inner,
		"two hosts":        "GET /login HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + inner,
		"two lengths":      "POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 0\r\n\r\nhello" + inner,
		"length and chunk": "POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner,
		"line feed in chunk extension": "POST /r/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
			"2;\nxx\r\n4c\r\n0\r\n\r\n" + inner + "\r\n0\r\n\r\n",
		"line feed in chunk extension of a GET": "GET /login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
			"2;\nxx\r\n4c\r\n0\r\n\r\n" + inner + "\r\n0\r\n\r\n",
		"line feed in chunk extension at health": "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
			"2;\nxx\r\n4c\r\n0\r\n\r\n" + inner + "\r\n0\r\n\r\n",
		"nul in header":      "GET /login HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n" + inner,
		"negative length":    "POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n" + inner,
		"space before colon": "GET /login HTTP/1.1\r\nHost : a\r\n\r\n" + inner,
	} {
		answer, closed := talk(t, addr, raw, 5*time.Second)
		if !strings.HasPrefix(answer, "HTTP/1.1 400 ") {
			t.Errorf("%s: answer is %.200q, want 400", name, answer)
		}
		if !closed {
			t.Errorf("%s: the connection stays open", name)
		}
		if n := strings.Count(answer, "HTTP/1.1 "); n != 1 {
			t.Errorf("%s: %d answers, want 1", name, n)
		}
		if !strings.Contains(answer, "Content-Security-Policy: default-src 'none'") {
			t.Errorf("%s: no Content-Security-Policy", name)
		}
	}
	if ran.Load() != 0 {
		t.Errorf("the hidden request ran %d times", ran.Load())
	}
}

// An unknown path with a bad chunk is answered, but nothing after it on the connection is read.
func TestUnreadBodyEndsTheConnection(t *testing.T) {
	t.Parallel()
	var ran atomic.Int32
	app, _ := kernel(t, web.Config{ReadTimeout: 2 * time.Second}, func(app *web.App) {
		app.Get("/inner", policy.Anybody, func(*fiber.Ctx) error { ran.Add(1); return nil })
	})
	addr := listen(t, app)
	raw := "POST /nowhere HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;\nxx\r\n26\r\n0\r\n\r\n" +
		"GET /inner HTTP/1.1\r\nHost: a\r\n\r\n\r\n0\r\n\r\n"
	answer, closed := talk(t, addr, raw, 5*time.Second)
	if !closed || ran.Load() != 0 || strings.Count(answer, "HTTP/1.1 ") != 1 {
		t.Errorf("closed %v, hidden request ran %d times, answer %.200q", closed, ran.Load(), answer)
	}
}

func TestBodyLimitHoldsForEveryFraming(t *testing.T) {
	t.Parallel()
	app, _ := kernel(t, web.Config{BodyLimit: 1 << 16, ReadTimeout: 5 * time.Second}, nil)
	addr := listen(t, app)
	big := strings.Repeat("x", 1<<17)
	chunked := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(big), big)
	var many strings.Builder
	for range 1 << 13 {
		many.WriteString("10\r\n0123456789abcdef\r\n")
	}
	many.WriteString("0\r\n\r\n")
	const head = "POST /login HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	for name, raw := range map[string]string{
		"told":           head + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(big)) + big,
		"one chunk":      head + "Transfer-Encoding: chunked\r\n\r\n" + chunked,
		"many chunks":    head + "Transfer-Encoding: chunked\r\n\r\n" + many.String(),
		"multipart told": strings.Replace(head, "application/x-www-form-urlencoded", "multipart/form-data; boundary=B", 1) + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(big)) + big,
	} {
		answer, closed := talk(t, addr, raw, 5*time.Second)
		if !strings.HasPrefix(answer, "HTTP/1.1 413 ") || !strings.Contains(answer, "<h1") {
			t.Errorf("%s: answer is %.300q, want a page 413", name, answer)
		}
		if !closed {
			t.Errorf("%s: the connection stays open", name)
		}
	}
	small := strings.Repeat("a", 1<<15)
	ok := "POST /r/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n" +
		fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(small), small)
	if answer, _ := talk(t, addr, ok, 5*time.Second); !strings.HasPrefix(answer, "HTTP/1.1 200 ") {
		t.Errorf("a body within the limit: %.200q", answer)
	}
}

// Whoever sends one byte a second is cut off at the time-out of the whole request, head or body.
func TestSlowSendersAreCutOff(t *testing.T) {
	t.Parallel()
	app, _ := kernel(t, web.Config{ReadTimeout: 400 * time.Millisecond}, nil)
	addr := listen(t, app)
	for name, start := range map[string]string{
		"head":         "GET /login HTTP/1.1\r\nHost: a\r\nX-Long: ",
		"body":         "POST /r/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n",
		"chunked body": "POST /r/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			begin := time.Now()
			stop := make(chan struct{})
			defer close(stop)
			go func() {
				_, _ = conn.Write([]byte(start))
				for {
					select {
					case <-stop:
						return
					case <-time.After(50 * time.Millisecond):
						_, _ = conn.Write([]byte("x"))
					}
				}
			}()
			b := make([]byte, 1<<16)
			_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
			n, err := conn.Read(b)
			if n > 0 && !strings.HasPrefix(string(b[:n]), "HTTP/1.1 408 ") {
				t.Errorf("answer is %.200q, want 408", b[:n])
			}
			if n == 0 && err == nil {
				t.Error("no answer and no end")
			}
			if took := time.Since(begin); took > 3*time.Second {
				t.Errorf("cut off after %v", took)
			}
		})
	}
}

func TestTooLargeHeader(t *testing.T) {
	t.Parallel()
	app, _ := kernel(t, web.Config{ReadTimeout: 2 * time.Second}, nil)
	addr := listen(t, app)
	answer, closed := talk(t, addr, "GET /login HTTP/1.1\r\nHost: a\r\nX: "+strings.Repeat("x", 64<<10)+"\r\n\r\n", 5*time.Second)
	if answer != "" && !strings.HasPrefix(answer, "HTTP/1.1 431 ") || !closed {
		t.Errorf("answer is %.200q, closed %v", answer, closed)
	}
}

func TestUnknownMethodHasTheHeadersOfAll(t *testing.T) {
	t.Parallel()
	app, _ := kernel(t, web.Config{ReadTimeout: 2 * time.Second}, nil)
	answer, _ := talk(t, listen(t, app), "BREW /login HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 5*time.Second)
	if !strings.HasPrefix(answer, "HTTP/1.1 400 ") || !strings.Contains(answer, "Content-Security-Policy: default-src 'none'") {
		t.Errorf("answer is %.300q", answer)
	}
}

func TestShutdownWaitsForARunningRequest(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	app, _ := kernel(t, web.Config{}, func(app *web.App) {
		app.Get("/long", policy.Anybody, func(c *fiber.Ctx) error {
			close(entered)
			<-leave
			return c.SendString("whole answer")
		})
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served, stopped, answer := make(chan error, 1), make(chan error, 1), make(chan string, 1)
	go func() { served <- app.Serve(ln) }()
	go func() {
		a, _ := talk(t, ln.Addr().String(), "GET /long HTTP/1.1\r\nHost: a\r\n\r\n", 10*time.Second)
		answer <- a
	}()
	<-entered
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		stopped <- app.Shutdown(ctx)
	}()
	select {
	case <-stopped:
		t.Fatal("shut down although a request runs")
	case <-time.After(200 * time.Millisecond):
	}
	close(leave)
	if a := <-answer; !strings.Contains(a, "whole answer") {
		t.Errorf("answer is %.200q", a)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}
