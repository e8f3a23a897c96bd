package main

import "syscall"

// apart keeps the terminal's signals from the server, which is ended last, and ends it if this program is killed.
func apart() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
