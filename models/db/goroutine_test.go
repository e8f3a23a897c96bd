package db

import "testing"

// TestEveryGoroutineIsTold: those that live at the same time differ, and each stays the same while its stack grows.
func TestEveryGoroutineIsTold(t *testing.T) {
	t.Parallel()
	const n = 100
	told, end := make(chan uintptr), make(chan struct{})
	for range n {
		go func() {
			before := goroutine()
			deep(1000)
			if before != goroutine() {
				t.Error("a goroutine is another after its stack grew")
			}
			told <- before
			<-end
		}()
	}
	seen := map[uintptr]bool{goroutine(): true}
	for range n {
		seen[<-told] = true
	}
	close(end)
	if len(seen) != n+1 || seen[0] {
		t.Errorf("%d goroutines are told apart, want %d", len(seen), n+1)
	}
}

func deep(n int) int {
	var room [256]byte
	if n == 0 {
		return int(room[0])
	}
	return deep(n-1) + len(room)
}

func BenchmarkGoroutine(b *testing.B) {
	for b.Loop() {
		_ = goroutine()
	}
}
