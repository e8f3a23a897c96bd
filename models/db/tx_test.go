package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/testkit"
)

func TestTxLosesNoUpdate(t *testing.T) {
	t.Parallel()
	d := things(t)
	add(t, d, thing{ID: "a"})
	const workers, rounds = 16, 10
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range rounds {
				err := db.Tx(t.Context(), d, func(tx *gorm.DB) error {
					var r thing
					if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Take(&r, "id = ?", "a").Error; err != nil {
						return err
					}
					return tx.Model(&r).Update("n", r.N+1).Error
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := get(t, d, "a").N; got != workers*rounds {
		t.Errorf("n = %d after %d increments", got, workers*rounds)
	}
}

// Two transactions that lock two rows in opposite order: one of them is the deadlock's victim and is run again.
func TestTxSurvivesDeadlock(t *testing.T) {
	t.Parallel()
	d := things(t)
	add(t, d, thing{ID: "a"}, thing{ID: "b"})
	var wg sync.WaitGroup
	for _, order := range [][]string{{"a", "b"}, {"b", "a"}} {
		wg.Go(func() {
			for range 20 {
				err := db.Tx(t.Context(), d, func(tx *gorm.DB) error {
					for _, id := range order {
						if err := tx.Model(&thing{}).Where("id = ?", id).
							Update("n", gorm.Expr("n + 1")).Error; err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if a, b := get(t, d, "a").N, get(t, d, "b").N; a != 40 || b != 40 {
		t.Errorf("n = %d and %d, want 40 and 40", a, b)
	}
}

func TestTxKeepsNothingOnErrorOrPanic(t *testing.T) {
	t.Parallel()
	d := things(t)
	boom := errors.New("boom")
	err := db.Tx(t.Context(), d, func(tx *gorm.DB) error {
		if err := tx.Create(&thing{ID: "x", Code: "x", At: testkit.Now}).Error; err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Errorf("got %v, want fn's own error", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = db.Tx(t.Context(), d, func(tx *gorm.DB) error {
			if err := tx.Create(&thing{ID: "y", Code: "y", At: testkit.Now}).Error; err != nil {
				t.Error(err)
			}
			panic("boom")
		})
	}()
	var n int64
	err = db.Tx(t.Context(), d, func(tx *gorm.DB) error { return tx.Model(&thing{}).Count(&n).Error })
	if err != nil || n != 0 {
		t.Errorf("%d rows kept, error %v", n, err)
	}
}

func TestDoorsDoNotNest(t *testing.T) {
	t.Parallel()
	doors := map[string]func(context.Context, *db.DB, func(*gorm.DB) error) error{"Tx": db.Tx, "View": db.View}
	for outer, open := range doors {
		for inner, again := range doors {
			t.Run(outer+" "+inner, func(t *testing.T) {
				t.Parallel()
				d := things(t)
				ran := false
				inside := func(*gorm.DB) error { ran = true; return nil }
				for name, ctx := range map[string]func(*gorm.DB) context.Context{
					"the caller's context":      func(*gorm.DB) context.Context { return t.Context() },
					"the transaction's context": func(tx *gorm.DB) context.Context { return tx.Statement.Context },
				} {
					err := open(t.Context(), d, func(tx *gorm.DB) error {
						_ = again(ctx(tx), d, inside) // swallowed, and yet the outer one must not pass
						return nil
					})
					if !errors.Is(err, db.ErrNested) {
						t.Errorf("with %s: got %v, want ErrNested", name, err)
					}
				}
				if ran {
					t.Error("the inner function ran")
				}
				// One after the other is not nested, and another goroutine is another visitor.
				for range 2 {
					if err := open(t.Context(), d, func(*gorm.DB) error { return nil }); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
}

func TestNestedByContextOnAnotherGoroutine(t *testing.T) {
	t.Parallel()
	d := things(t)
	err := db.Tx(t.Context(), d, func(tx *gorm.DB) error {
		got := make(chan error)
		go func() { got <- db.View(tx.Statement.Context, d, func(*gorm.DB) error { return nil }) }()
		return <-got
	})
	if !errors.Is(err, db.ErrNested) {
		t.Errorf("got %v, want ErrNested", err)
	}
}

func TestTwoDatabasesAtOnceAreNotNested(t *testing.T) {
	t.Parallel()
	from, to := things(t), things(t)
	add(t, from, thing{ID: "a", Name: "王"})
	err := db.View(t.Context(), from, func(source *gorm.DB) error {
		var r thing
		if err := source.Take(&r, "id = ?", "a").Error; err != nil {
			return err
		}
		return db.Tx(t.Context(), to, func(tx *gorm.DB) error { return tx.Create(&r).Error })
	})
	if err != nil || get(t, to, "a").Name != "王" {
		t.Errorf("copy failed: %v", err)
	}
}

func TestTxTriesAgain(t *testing.T) {
	t.Parallel()
	d := things(t)
	runs := 0
	err := db.Tx(t.Context(), d, func(tx *gorm.DB) error {
		runs++
		if err := tx.Create(&thing{ID: "a", Code: "a", At: testkit.Now}).Error; err != nil {
			return err
		}
		if runs < 3 {
			return fmt.Errorf("wrapped: %w", &mysql.MySQLError{Number: 1213})
		}
		return nil
	})
	if err != nil || runs != 3 {
		t.Errorf("%d runs, error %v; want 3 and none", runs, err)
	}
	get(t, d, "a") // inserted once: the first two runs left nothing behind
}

func TestTxGivesUpAsBusy(t *testing.T) {
	t.Parallel()
	d := things(t)
	runs := 0
	lost := &mysql.MySQLError{Number: 1205}
	err := db.Tx(t.Context(), d, func(*gorm.DB) error { runs++; return lost })
	if !fault.Is(err, fault.Busy) || !errors.Is(err, lost) || runs != 8 {
		t.Errorf("%d runs, error %v; want 8 and a Busy fault that holds the cause", runs, err)
	}
}

func TestTxStopsWaitingWithItsContext(t *testing.T) {
	t.Parallel()
	d := things(t)
	ctx, cancel := context.WithCancel(t.Context())
	runs := 0
	err := db.Tx(ctx, d, func(*gorm.DB) error { runs++; cancel(); return &mysql.MySQLError{Number: 1213} })
	if !errors.Is(err, context.Canceled) || runs != 1 {
		t.Errorf("%d runs, error %v; want 1 and canceled", runs, err)
	}
}

// Another program holds the lock longer than a statement waits: Tx begins again until it is free.
func TestTxWaitsForAnotherProgram(t *testing.T) {
	t.Parallel()
	url := testkit.URL(t)
	d := thingsAt(t, url, db.Options{LockWait: 20 * time.Millisecond})
	other := thingsAt(t, url, db.Options{})
	add(t, d, thing{ID: "a"})
	held, free := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- db.Tx(t.Context(), other, func(tx *gorm.DB) error {
			if err := tx.Model(&thing{}).Where("id = ?", "a").Update("n", 1).Error; err != nil {
				return err
			}
			close(held)
			<-free
			return nil
		})
	}()
	<-held
	time.AfterFunc(150*time.Millisecond, func() { close(free) })
	err := db.Tx(t.Context(), d, func(tx *gorm.DB) error {
		return tx.Model(&thing{}).Where("id = ?", "a").Update("n", gorm.Expr("n + 1")).Error
	})
	if err := errors.Join(err, <-done); err != nil {
		t.Fatal(err)
	}
	if got := get(t, d, "a").N; got != 2 {
		t.Errorf("n = %d, want 2", got)
	}
}

// A lost statement ends the transaction on the server, so fn cannot go on by looking away from it.
func TestSwallowedDeadlockIsNotCommitted(t *testing.T) {
	t.Parallel()
	d := things(t)
	runs := 0
	err := db.Tx(t.Context(), d, func(tx *gorm.DB) error {
		runs++
		lose(t, tx, runs == 1)
		return tx.Create(&thing{ID: "a", Code: "a", At: testkit.Now}).Error
	})
	if err != nil || runs != 2 {
		t.Errorf("%d runs, error %v; want 2 and none", runs, err)
	}
}

// lose makes a statement of tx fail as the victim of a deadlock and swallows the error.
func lose(t *testing.T, tx *gorm.DB, really bool) {
	t.Helper()
	if !really {
		return
	}
	err := tx.Scopes(func(g *gorm.DB) *gorm.DB {
		_ = g.AddError(&mysql.MySQLError{Number: 1213})
		return g
	}).Find(&[]thing{}).Error
	if err == nil {
		t.Error("the statement did not fail")
	}
}

func TestViewCannotWrite(t *testing.T) {
	t.Parallel()
	d := things(t)
	add(t, d, thing{ID: "a"})
	for name, write := range map[string]func(tx *gorm.DB) error{
		"insert": func(tx *gorm.DB) error { return tx.Create(&thing{ID: "b", Code: "b", At: testkit.Now}).Error },
		"update": func(tx *gorm.DB) error { return tx.Exec("UPDATE things SET n = 5").Error },
		"delete": func(tx *gorm.DB) error { return tx.Delete(&thing{}, "id = ?", "a").Error },
	} {
		if err := db.View(t.Context(), d, write); err == nil {
			t.Errorf("%s passed in a View", name)
		}
	}
	if got := get(t, d, "a").N; got != 0 {
		t.Errorf("n = %d, want 0", got)
	}
}

// A View sees one state of the database, however long it looks, and a writer does not wait for it.
func TestViewIsOneSnapshot(t *testing.T) {
	t.Parallel()
	d := things(t)
	add(t, d, thing{ID: "a"})
	err := db.View(t.Context(), d, func(view *gorm.DB) error {
		count := func() (n int64) {
			if err := view.Model(&thing{}).Count(&n).Error; err != nil {
				t.Error(err)
			}
			return n
		}
		before := count()
		wrote := make(chan error)
		go func() {
			wrote <- db.Tx(t.Context(), d, func(tx *gorm.DB) error {
				return tx.Create(&thing{ID: "b", Code: "b", At: testkit.Now}).Error
			})
		}()
		if err := <-wrote; err != nil {
			return err
		}
		if after := count(); before != 1 || after != 1 {
			t.Errorf("counted %d and then %d, want 1 and 1", before, after)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	get(t, d, "b")
}
