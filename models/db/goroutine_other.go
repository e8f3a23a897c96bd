//go:build !amd64 && !arm64

package db

import (
	"bytes"
	"runtime"
	"strconv"
)

// goroutine returns the number of this goroutine, from the first line of its stack ("goroutine 18 [running]:").
func goroutine() uintptr {
	var b [64]byte
	n, _ := strconv.ParseUint(string(bytes.Fields(b[:runtime.Stack(b[:], false)])[1]), 10, 64) // it is one
	return uintptr(n)
}
