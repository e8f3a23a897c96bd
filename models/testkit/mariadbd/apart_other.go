//go:build unix && !linux

package main

import "syscall"

// apart keeps the terminal's signals from the server, which is ended last.
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
