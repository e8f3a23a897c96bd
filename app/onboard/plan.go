package onboard

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/models/sheet"
	"shanzhi/models/vault"
)

// How says how far Take goes.
type How uint8

// The ways to take a sheet.
const (
	Try     How = iota // check and compare, keep nothing
	Stage              // keep the difference as a plan to be approved
	Keep               // carry out what only adds; stage what changes something that is there
	KeepAll            // carry out everything: whoever says so has seen the difference
)

// Input is one sheet.
type Input struct {
	Kind Kind
	Name string // of the file
	Data []byte

	// Of a roster: the unit whose people it lists, with those below it, and whether people of that unit who are not in
	// the sheet have left. "" is the whole reach.
	ScopeID   string
	LeaveRest bool
	How       How
	Rename    bool // take other names as well, where nobody is asked line by line
}

// Result says what a sheet did, or would do. With errors nothing was done.
type Result struct {
	Read       int
	Counts     map[Category]int
	Errors     []fault.Field // the first ones
	ErrorCount int
	Warnings   []fault.Field
	PlanID     string // "" when nothing was staged
	Applied    bool
	Lines      []Line // of what is different; with Try alone
}

// Harmless reports whether the sheet only adds to what is there.
func (r Result) Harmless() bool { return harmless(r.Counts) }

// Idle reports whether the sheet has no error and leaves everything as it is: there is nothing to approve.
func (r Result) Idle() bool { return r.ErrorCount == 0 && idle(r.Counts) }

// kept is what a plan keeps of a sheet.
type kept struct {
	Heads map[string]string `json:"heads"`
	Rows  json.RawMessage   `json:"rows"`
}

// errBase says that the house has changed since the lines were shown.
var errBase = fault.New(fault.Conflict, "onboard.base_changed")

// Take reads a sheet (xlsx, or csv in UTF-8 or GB18030), checks all of it and holds it against the house.
//
// Faults: Forbidden; Invalid "sheet.…" where the file as a whole is no such sheet; Invalid with field scope. What is
// wrong with single rows is in the result.
func (s *Service) Take(ctx context.Context, who models.Actor, in Input) (Result, error) {
	now := s.now()
	if err := allowed(who, in.Kind); err != nil {
		return Result{}, err
	}
	if in.LeaveRest && in.ScopeID == "" {
		return Result{}, fault.Wrong(fault.On("scope", "onboard.scope_needed"))
	}
	t, err := sheet.Read(in.Name, in.Data, Columns(in.Kind), limits())
	if err != nil {
		return Result{}, err
	}
	read := readers[in.Kind].read(s, t, models.DateOf(now))
	c := s.comparison(who, now, in.Kind, t)
	c.strict = in.How != Stage && !in.Rename
	var out Result
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		c.leaveRest, c.scope = in.LeaveRest, nil
		if in.ScopeID != "" {
			c.scope = &models.Unit{ID: in.ScopeID}
		}
		if in.How != Try {
			if err := c.holdTx(tx); err != nil {
				return err
			}
		}
		if err := c.runTx(tx, read, t.Errors); err != nil {
			return err
		}
		out = c.result(t)
		return s.takeTx(tx, in, c, read, &out)
	})
	if err == nil && out.Applied {
		err = s.after(ctx, in.Kind)
	}
	return out, err
}

func (s *Service) comparison(who models.Actor, now time.Time, k Kind, t *sheet.Table) *comparison {
	c := &comparison{s: s, who: who, now: now, today: models.DateOf(now), kind: k, heads: map[string]string{}}
	for _, col := range Columns(k) {
		c.heads[col.Key] = t.Heading(col.Key)
	}
	return c
}

func (c *comparison) result(t *sheet.Table) Result {
	out := Result{
		Read: len(t.Rows), Counts: c.counts(), Warnings: slices.Concat(unused(t), c.hints),
		ErrorCount: len(c.errors) + t.ErrorCount - len(t.Errors),
	}
	if out.ErrorCount > 0 {
		out.Counts = map[Category]int{}
		out.Errors = c.errors[:min(len(c.errors), maxErrors)]
	}
	return out
}

// takeTx does with the difference what was asked for.
func (s *Service) takeTx(tx *gorm.DB, in Input, c *comparison, read rows, out *Result) error {
	switch {
	case in.How == Try:
		out.Lines = c.lines
		return nil
	case len(out.Errors) > 0 && in.How != Stage:
		return nil
	case len(out.Errors) == 0 && (in.How == KeepAll || in.How == Keep && out.Harmless()):
		out.Applied = true
		if err := c.keep(tx); err != nil {
			return err
		}
	}
	p, err := s.planOf(in, c, read, out)
	if err != nil {
		return err
	}
	out.PlanID = p.ID
	if out.Applied || out.Idle() {
		p.State, p.EndedAt, p.Content = models.PlanApplied, &c.now, vault.Sealed{}
	}
	if err := insertPlan(tx, p); err != nil {
		return err
	}
	switch {
	case out.Applied:
		if err := insertLines(tx, p.ID, gone(c.lines)); err != nil {
			return err
		}
	case p.State == models.PlanOpen:
		if err := insertLines(tx, p.ID, c.lines); err != nil {
			return err
		}
	}
	if out.Applied {
		return c.audit(tx, p)
	}
	return audit.Add(tx, c.now, c.who, audit.Event{
		Action: "onboard.stage", Kind: "import", ID: p.ID, Detail: p.Kind + " " + p.Counts,
	})
}

func (c *comparison) audit(tx *gorm.DB, p *models.ImportPlan) error {
	return audit.Add(tx, c.now, c.who, audit.Event{
		Action: "onboard.apply", Kind: "import", ID: p.ID, Detail: p.Kind + " " + p.Counts,
	})
}

// planOf is the row of a plan: open, or faulty where there are errors.
func (s *Service) planOf(in Input, c *comparison, read rows, out *Result) (*models.ImportPlan, error) {
	sum := sha256.Sum256(in.Data)
	counts, err := json.Marshal(out.Counts)
	if err != nil {
		return nil, fmt.Errorf("write counts: %w", err)
	}
	p := &models.ImportPlan{
		ID: models.NewID(), Kind: string(in.Kind), File: cutName(in.Name), Digest: hex.EncodeToString(sum[:]),
		ScopeID: models.Ref(in.ScopeID), LeaveRest: in.LeaveRest, State: models.PlanOpen, Counts: string(counts),
		CreatedBy: models.Ref(c.who.ID), CreatedAt: c.now, ExpiresAt: c.now.Add(planLife), Version: 1,
	}
	if p.Base, err = c.base(); err != nil {
		return nil, err
	}
	if len(out.Errors) > 0 {
		p.State = models.PlanFaulty
		text, err := json.Marshal(out.Errors)
		if err != nil {
			return nil, fmt.Errorf("write errors: %w", err)
		}
		p.Errors, err = s.vault.Seal(string(text), "import_plans.errors."+p.ID)
		return p, err
	}
	if len(out.Warnings) > 0 {
		text, err := json.Marshal(out.Warnings)
		if err != nil {
			return nil, fmt.Errorf("write warnings: %w", err)
		}
		if p.Errors, err = s.vault.Seal(string(text), "import_plans.errors."+p.ID); err != nil {
			return nil, err
		}
	}
	list, err := json.Marshal(read)
	if err != nil {
		return nil, fmt.Errorf("write rows: %w", err)
	}
	text, err := json.Marshal(kept{Heads: c.heads, Rows: list})
	if err != nil {
		return nil, fmt.Errorf("write rows: %w", err)
	}
	p.Content, err = s.vault.Seal(string(text), "import_plans.content."+p.ID)
	return p, err
}

// cutName shortens a file's name to what the column holds.
func cutName(name string) string {
	const most = 255
	if utf8.RuneCountInString(name) <= most {
		return name
	}
	return string([]rune(name)[:most])
}

// after does what must follow once the change is kept.
func (s *Service) after(ctx context.Context, k Kind) error {
	if k != Holidays {
		return nil
	}
	_, err := s.Refresh(ctx)
	return err
}

// Approval says which plan is approved. Whoever approves it says of each other name that it is the same person's: Names
// are the rows of the sheet, AllNames stands for all of them. Undo says that what others have changed since the sheet
// was brought is to be what the sheet says.
type Approval struct {
	PlanID   string
	Names    []int
	AllNames bool
	Undo     bool
}

// Apply carries out an open plan, all of it or nothing. If the house has changed meanwhile so that the plan would do
// something else than was shown, nothing is done and the plan is computed anew.
//
// Faults: NotFound; Conflict "onboard.base_changed" (the plan now shows the new difference), "onboard.plan_over",
// "onboard.plan_errors" (the rows no longer fit the house); Invalid with field rename where the plan gives people other
// names that are not approved, with field undo where it would set back what was changed meanwhile; Forbidden.
func (s *Service) Apply(ctx context.Context, who models.Actor, in Approval) (Result, error) {
	now := s.now()
	var out Result
	var refused error
	var kind Kind
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		out, refused = Result{}, nil
		p, err := s.openPlanTx(tx, who, now, in.PlanID)
		if err != nil {
			return err
		}
		kind = Kind(p.Kind)
		out, refused, err = s.applyTx(tx, who, now, p, in)
		return err
	})
	switch {
	case err != nil:
		return Result{}, err
	case refused != nil:
		return out, refused
	}
	return out, s.after(ctx, kind)
}

// applyTx compares again and keeps the difference, or puts the new one in the plan's place; that is no error for the
// transaction, which keeps the plan computed anew.
func (s *Service) applyTx(
	tx *gorm.DB, who models.Actor, now time.Time, p models.ImportPlan, in Approval,
) (out Result, refused, err error) {
	c, read, err := s.again(who, now, p)
	if err != nil {
		return out, nil, err
	}
	if err := c.holdTx(tx); err != nil {
		return out, nil, err
	}
	if err := c.runTx(tx, read, nil); err != nil {
		return out, nil, err
	}
	out = Result{Counts: c.counts(), PlanID: p.ID, Errors: c.errors, ErrorCount: len(c.errors)}
	base, err := c.base()
	if err != nil {
		return out, nil, err
	}
	if len(c.errors) > 0 || base != p.Base {
		return out, errBase, s.renewTx(tx, now, p, c, base)
	}
	if err := in.looked(tx, c.lines); err != nil {
		return out, nil, err
	}
	if err := c.keep(tx); err != nil {
		return out, nil, err
	}
	out.Applied = true
	if err := endPlan(tx, p, models.PlanApplied, now); err != nil {
		return out, nil, err
	}
	return out, nil, c.audit(tx, &p)
}

// looked refuses an approval that leaves out what has to be said of single lines.
func (in Approval) looked(tx *gorm.DB, lines []Line) error {
	var bad []fault.Field
	if n := in.missing(lines); n > 0 {
		bad = append(bad, fault.On("rename", "onboard.rename_ticks", "n", n))
	}
	n, err := undoing(tx, in.PlanID)
	if n > 0 && !in.Undo {
		bad = append(bad, fault.On("undo", "onboard.undo_tick", "n", n))
	}
	if err != nil || len(bad) == 0 {
		return err
	}
	return fault.Wrong(bad...)
}

// missing counts the lines of other names that are not approved.
func (in Approval) missing(lines []Line) (n int) {
	for _, l := range lines {
		if l.Category == Renamed && !in.AllNames && !slices.Contains(in.Names, l.Row) {
			n++
		}
	}
	return n
}

// again makes the comparison of a plan from what it keeps.
func (s *Service) again(who models.Actor, now time.Time, p models.ImportPlan) (*comparison, rows, error) {
	text, err := s.vault.Open(p.Content, "import_plans.content."+p.ID)
	if err != nil {
		return nil, nil, fmt.Errorf("open plan: %w", err)
	}
	var k kept
	if err := json.Unmarshal([]byte(text), &k); err != nil {
		return nil, nil, fmt.Errorf("read plan: %w", err)
	}
	read := readers[Kind(p.Kind)].empty()
	if err := json.Unmarshal(k.Rows, read); err != nil {
		return nil, nil, fmt.Errorf("read rows of plan: %w", err)
	}
	c := &comparison{
		s: s, who: who, now: now, today: models.DateOf(now), kind: Kind(p.Kind), heads: k.Heads, leaveRest: p.LeaveRest,
	}
	if p.ScopeID != nil {
		c.scope = &models.Unit{ID: *p.ScopeID}
	}
	return c, read, nil
}

// Discard puts an open plan aside. Faults: NotFound, Forbidden; Conflict "onboard.plan_over".
func (s *Service) Discard(ctx context.Context, who models.Actor, planID string) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		p, err := s.openPlanTx(tx, who, now, planID)
		if err != nil {
			return err
		}
		if err := endPlan(tx, p, models.PlanDiscarded, now); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{Action: "onboard.discard", Kind: "import", ID: p.ID, Detail: p.Kind})
	})
}

// openPlanTx returns a plan that can still be approved.
func (s *Service) openPlanTx(tx *gorm.DB, who models.Actor, now time.Time, id string) (models.ImportPlan, error) {
	p, err := seenPlanTx(tx, who, id)
	if err != nil {
		return p, err
	}
	if p.State != models.PlanOpen || !now.Before(p.ExpiresAt) {
		return p, fault.New(fault.Conflict, "onboard.plan_over")
	}
	return p, nil
}

// Expire ends the plans that nobody has approved in time and throws away what they keep; it returns their number.
func (s *Service) Expire(ctx context.Context, who models.Actor) (n int, err error) {
	now := s.now()
	if !who.System {
		return 0, policy.Check(who, policy.AdminUnits, policy.Object{})
	}
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		n = 0
		late, err := latePlans(tx, now)
		if err != nil {
			return err
		}
		for _, p := range late {
			if err := endPlan(tx, p, models.PlanExpired, now); err != nil {
				return err
			}
			n++
		}
		if n == 0 {
			return nil
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: "onboard.expire", Kind: "import", Detail: fmt.Sprintf("n=%d", n),
		})
	})
	return n, err
}
