// Command mariadbd runs a command beside a private MariaDB server: its own data folder, its own socket, no network.
//
//	go run ./models/testkit/mariadbd -- go test ./models/...
//
// The command finds the server in SHANZHI_TEST_MYSQL, as testkit does. Its exit code is passed on. The server is
// stopped and its folder removed when the command ends or is interrupted. Everything durable is switched off, as tests
// want it; with --durable every commit is on disk before it is acknowledged, as an office wants it. Exit codes of its
// own: 2 where something is missing, 1 where the server does not start.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
)

func main() {
	// The server is told to end when the thread that started it ends, so this one must stay.
	runtime.LockOSThread()
	os.Exit(run(os.Args[1:]))
}

func run(args []string) int {
	durable := len(args) > 0 && args[0] == "--durable"
	if durable {
		args = args[1:]
	}
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: mariadbd [--durable] -- COMMAND [ARGUMENT …]")
		return 2
	}
	stop := make(chan os.Signal, 4)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)

	programs, err := findPrograms()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s, early, err := startUnlessStopped(ctx, cancel, programs, durable, stop)
	if s != nil {
		defer s.end()
	}
	switch {
	case early != nil:
		return 128 + int(early.(syscall.Signal))
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return command(args, s.address(), stop)
}

// startUnlessStopped starts the server; a signal meanwhile gives it up.
func startUnlessStopped(
	ctx context.Context, cancel context.CancelFunc, p programs, durable bool, stop chan os.Signal,
) (*server, os.Signal, error) {
	s, err := newServer(p, durable)
	if err != nil {
		return nil, nil, err
	}
	var early os.Signal
	watched := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case early = <-stop:
			cancel()
		case <-done:
		}
	}()
	err = s.start(ctx)
	close(done)
	<-watched
	return s, early, err
}

// command runs args beside the server and returns its exit code. Signals are passed on to it; it decides when to end.
func command(args []string, address string, stop <-chan os.Signal) int {
	c := exec.Command(args[0], args[1:]...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	c.Env = append(os.Environ(), "SHANZHI_TEST_MYSQL="+address)
	if err := c.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 127
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for {
		select {
		case s := <-stop:
			_ = c.Process.Signal(s) // it may have ended just now
		case err := <-ended:
			return exitCode(err)
		}
	}
}

// exitCode is that of the command; 128 and the number of the signal that ended it, as shells have it.
func exitCode(err error) int {
	if err == nil {
		return 0
	}
	failed, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		return 1
	}
	if w, ok := failed.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return 128 + int(w.Signal())
	}
	return failed.ExitCode()
}
