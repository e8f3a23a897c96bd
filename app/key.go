package main

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"text/tabwriter"
	"time"

	"shanzhi/app/config"
	"shanzhi/jobs"
	"shanzhi/models/fault"
	"shanzhi/models/reseal"
	"shanzhi/models/vault"
)

// keyCmd is "shanzhi key status|rotate|reseal|retire".
type keyCmd struct {
	Status keyStatus `cmd:"" help:"List the keys of sealed fields and what is sealed with each."`
	Rotate keyRotate `cmd:"" help:"Seal with a new key from now on, and what is there already anew."`
	Reseal keyReseal `cmd:"" help:"Go on sealing anew where a rotation was stopped."`
	Retire keyRetire `cmd:"" help:"Take an old key away, once nothing is sealed with it."`
}

type keyStatus struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Run lists the keys.
func (c keyStatus) Run(ctx context.Context, store config.Store, io streams) error {
	return inHouse(ctx, store, io, func(h *house) error {
		ids, current, err := vault.IDs(store.Keys())
		if err != nil {
			return err
		}
		uses, err := h.reseal.Uses(ctx, system("command line"), ids)
		if err != nil {
			return err
		}
		type line struct {
			ID      string `json:"id"`
			Current bool   `json:"current"`
			Sealed  int64  `json:"sealed"`
		}
		var lines []line
		w, p := tabwriter.NewWriter(io.out, 0, 4, 2, ' ', 0), printer()
		for _, id := range ids {
			lines = append(lines, line{id, id == current, uses[id]})
			state := "key.old"
			if id == current {
				state = "key.current"
			}
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s\n", id, p.T(state), p.T("key.sealed", "n", uses[id]))
		}
		if c.JSON {
			return printJSON(io, lines)
		}
		return w.Flush()
	})
}

type keyRotate struct {
	Prepare bool `help:"Only add the key, for copying the key file to other servers before it is used."`
}

// Run makes a new key and seals everything anew with it.
func (c keyRotate) Run(ctx context.Context, store config.Store, io streams) error {
	return withKeys(ctx, store, io, func(h *house) error {
		if c.Prepare {
			id, err := vault.Prepare(store.Keys())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(io.out, printer().T("key.prepared", "id", id, "path", store.Keys()))
			return err
		}
		id, err := h.reseal.Rotate(ctx, system("command line"), store.Keys())
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(io.out, printer().T("key.rotated", "id", id)); err != nil {
			return err
		}
		return resealNow(ctx, h, io)
	})
}

type keyReseal struct{}

// Run seals anew what is sealed with old keys.
func (keyReseal) Run(ctx context.Context, store config.Store, io streams) error {
	return inHouse(ctx, store, io, func(h *house) error { return resealNow(ctx, h, io) })
}

func resealNow(ctx context.Context, h *house, io streams) error {
	tell := progressOf(io)
	r, err := h.reseal.Run(ctx, system("command line"), func(n int) {
		if tell != nil {
			tell("", n, 0)
		}
	})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(io.out, printer().T("key.resealed", "n", r.Moved)); err != nil {
		return err
	}
	if r.Stuck > 0 {
		return fault.New(fault.Conflict, "key.stuck", "n", r.Stuck)
	}
	return nil
}

type keyRetire struct {
	ID string `arg:"" help:"Id of the key, as key status shows it."`
}

// Run takes a key away.
func (c keyRetire) Run(ctx context.Context, store config.Store, io streams) error {
	return withKeys(ctx, store, io, func(h *house) error {
		if err := h.reseal.Retire(ctx, system("command line"), store.Keys(), c.ID); err != nil {
			return err
		}
		_, err := fmt.Fprintln(io.out, printer().T("key.retired", "id", c.ID))
		return err
	})
}

// withKeys is inHouse for one command that changes the keys at a time.
func withKeys(ctx context.Context, store config.Store, io streams, do func(h *house) error) error {
	return inHouse(ctx, store, io, func(h *house) error {
		f, err := os.Open(store.Keys())
		if err != nil {
			return fmt.Errorf("open folder of keys: %w", err)
		}
		defer func() { _ = f.Close() }() // which frees the lock
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
			return fault.New(fault.Conflict, "key.busy")
		}
		return do(h)
	})
}

// resealJob finishes what a rotation has left: rows that a stopped command, or a restored backup, still has under an
// old key.
func resealJob(s *reseal.Service) jobs.Job {
	return jobs.Job{
		Name: "reseal", Schedule: "50 4 * * *", Timeout: time.Hour,
		Run: func(ctx context.Context, _ time.Time) (string, error) {
			r, err := s.Run(ctx, system("reseal"), nil)
			return fmt.Sprintf("moved=%d stuck=%d", r.Moved, r.Stuck), err
		},
	}
}
