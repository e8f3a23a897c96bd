//go:build amd64 || arm64

package db

// goroutine returns what tells this goroutine from all others that live: the address of the runtime's own record of
// it, which does not move. Reading the number off the stack, as elsewhere, costs more than the rest of a door.
func goroutine() uintptr
