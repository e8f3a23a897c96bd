package report

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"gorm.io/gorm"

	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/models/queue"
)

// Line is a report in a list.
type Line struct {
	models.Report
	PeriodCode, UnitName, SubjectName, StaffNo string
}

// Filter narrows a list of reports. Replaced ones are left out unless asked for.
type Filter struct {
	Period, UnitID string
	Kind           models.ReportKind
	Replaced       bool
	Order          models.Order
}

// Orders are the keys by which the list of reports can be sorted; by period and number unless told.
func Orders() []string { return []string{"no", "unit", "compiled"} }

var orders = map[string]string{"no": "r.no", "unit": "u.path", "compiled": "r.compiled_at"}

// List returns a page of the reports within the actor's managing authority and how many there are, by number.
func (l *Ledger) List(ctx context.Context, who models.Actor, f Filter, offset, limit int,
) (out []Line, n int64, err error) {
	if !policy.May(who, policy.PeriodSee) {
		return nil, 0, policy.Check(who, policy.PeriodSee, policy.Object{})
	}
	err = db.View(ctx, l.db, func(tx *gorm.DB) error {
		q, err := listQuery(tx, who, f)
		if err != nil {
			return err
		}
		if err := q.Session(&gorm.Session{}).Count(&n).Error; err != nil {
			return fmt.Errorf("count reports: %w", err)
		}
		return q.Session(&gorm.Session{}).Select(lineColumns).
			Order(f.Order.By(orders, "p.span_from DESC, r.no, r.id")).
			Offset(offset).Limit(limit).Scan(&out).Error
	})
	return out, n, err
}

const lineColumns = "r.*, p.code AS period_code, u.name AS unit_name, COALESCE(pe.name, '') AS subject_name," +
	" COALESCE(pe.staff_no, '') AS staff_no"

func lineQuery(tx *gorm.DB) *gorm.DB {
	return tx.Table("reports AS r").
		Joins("JOIN periods p ON p.id = r.period_id").
		Joins("JOIN units u ON u.id = r.unit_id").
		Joins("JOIN units mu ON mu.id = r.manager_id").
		Joins("LEFT JOIN persons pe ON pe.id = r.subject_id AND r.subject_kind = ?", assessments.PersonKind)
}

func listQuery(tx *gorm.DB, who models.Actor, f Filter) (*gorm.DB, error) {
	q := lineQuery(tx)
	if reach := policy.Scope(who, policy.ReportTake); !reach.All {
		q = q.Where(assessments.Within(tx, "mu.path", reach.Paths))
	}
	if f.Period != "" {
		q = q.Where("p.code = ?", f.Period)
	}
	if f.Kind != "" {
		q = q.Where("r.kind = ?", f.Kind)
	}
	if !f.Replaced {
		q = q.Where("r.replaced_at IS NULL")
	}
	if f.UnitID != "" {
		path, err := insideTx(tx, f.UnitID)
		if err != nil {
			return nil, err
		}
		q = q.Where("u.path LIKE ?", path+"%")
	}
	return q, nil
}

// Taken is a report handed out: its bytes as they were stored.
type Taken struct {
	Line
	Form Form // of a copy
	Body []byte
}

// Name is the name of the file.
func (t Taken) Name() string { return t.named(t.Form.String()) }

// Name is the name of the stored file.
func (l Line) Name() string { return l.named("") }

func (l Line) named(form string) string {
	name := l.No + " " + l.UnitName
	if l.SubjectName != "" {
		name += " " + l.SubjectName
	}
	if form != "" {
		name += " " + form
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '_'
		}
		return r
	}, name) + ".pdf"
}

// Take hands out the stored bytes of a report and notes who took them. It is NotFound "report.none" for whoever does
// not hold the managing authority and is not the assessed himself.
func (l *Ledger) Take(ctx context.Context, who models.Actor, id string) (t Taken, err error) {
	now := l.now()
	err = db.Tx(ctx, l.db, func(tx *gorm.DB) error {
		row, err := visibleTx(tx, who, id)
		if err != nil {
			return err
		}
		t = Taken{Line: row}
		return audit.Add(tx, now, who, audit.Event{
			Action: "report.take", Kind: "report", ID: row.ID, Detail: row.No + " " + row.Blob,
		})
	})
	if err != nil {
		return t, err
	}
	t.Body, err = l.bytes(ctx, t.Blob)
	return t, err
}

func visibleTx(tx *gorm.DB, who models.Actor, id string) (Line, error) {
	var row struct {
		Line
		UnitPath, ManagerPath string
	}
	res := lineQuery(tx).Select(lineColumns+", u.path AS unit_path, mu.path AS manager_path").
		Where("r.id = ?", id).Limit(1).Scan(&row)
	if res.Error != nil {
		return row.Line, fmt.Errorf("read report: %w", res.Error)
	}
	at := policy.Object{UnitPath: row.UnitPath, ManagerPath: row.ManagerPath}
	if row.SubjectKind == assessments.PersonKind {
		at.PersonID = row.SubjectID
	}
	if res.RowsAffected == 0 || !policy.Can(who, policy.ReportTake, at) {
		return row.Line, fault.New(fault.NotFound, "report.none")
	}
	return row.Line, nil
}

func (l *Ledger) bytes(ctx context.Context, hash string) (body []byte, err error) {
	r, _, err := l.blobs.Open(ctx, hash)
	if err != nil {
		return nil, fmt.Errorf("open report %s: %w", hash, err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	body, err = io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read report %s: %w", hash, err)
	}
	return body, nil
}

// MaxZip is how many reports one package holds at most.
const MaxZip = 2000

// Package is a set of reports to be handed out in one zip.
type Package struct {
	Lines  []Line
	ledger *Ledger
}

// Zip chooses the current reports of a period in a unit and below it, within the actor's managing authority, and notes
// who takes each of them. Faults: NotFound "report.none"; Invalid "report.zip_large".
func (l *Ledger) Zip(ctx context.Context, who models.Actor, f Filter) (*Package, error) {
	now := l.now()
	p := &Package{ledger: l}
	err := db.Tx(ctx, l.db, func(tx *gorm.DB) error {
		q, err := listQuery(tx, who, f)
		if err != nil {
			return err
		}
		p.Lines = nil
		if err := q.Select(lineColumns).Order("r.no").Limit(MaxZip + 1).Scan(&p.Lines).Error; err != nil {
			return fmt.Errorf("list reports: %w", err)
		}
		switch {
		case len(p.Lines) == 0:
			return fault.New(fault.NotFound, "report.none")
		case len(p.Lines) > MaxZip:
			return fault.New(fault.Invalid, "report.zip_large", "max", MaxZip)
		}
		for _, row := range p.Lines {
			e := audit.Event{Action: "report.take", Kind: "report", ID: row.ID, Detail: row.No + " zip " + row.Blob}
			if err := audit.Add(tx, now, who, e); err != nil {
				return err
			}
		}
		return nil
	})
	return p, err
}

// Write streams the zip: a folder per unit, the stored bytes unchanged.
func (p *Package) Write(ctx context.Context, w io.Writer) error {
	z := zip.NewWriter(w)
	for _, line := range p.Lines {
		body, err := p.ledger.bytes(ctx, line.Blob)
		if err != nil {
			return err
		}
		head := &zip.FileHeader{
			Name: folder(line.UnitName) + "/" + line.Name(), Method: zip.Store, Modified: line.CompiledAt,
		}
		f, err := z.CreateHeader(head)
		if err != nil {
			return fmt.Errorf("zip %s: %w", line.No, err)
		}
		if _, err := f.Write(body); err != nil {
			return fmt.Errorf("zip %s: %w", line.No, err)
		}
	}
	return z.Close()
}

func folder(name string) string {
	return strings.NewReplacer("/", "_", `\`, "_", "..", "_").Replace(name)
}

// Verdict is what the public check of a report says. It names no person.
type Verdict struct {
	No, PeriodCode, PeriodTitle, Digest string
	Kind                                models.ReportKind
	SubjectKind                         string
	Edition                             int
	Stage                               models.ReportStage
	CompiledOn                          models.Date
	Replaced                            bool
	Blob                                string
	Form                                string // of a copy: large, en, "large en"
}

// Verify checks the code printed on a report; NotFound "report.no_code".
func (l *Ledger) Verify(ctx context.Context, code string) (Verdict, error) {
	return l.verdict(ctx, "r.code = ?", strings.ToLower(strings.Join(strings.Fields(code), "")))
}

// VerifyBytes checks a file by the SHA-256 of its bytes: is this report ours, unchanged? NotFound "report.not_ours".
func (l *Ledger) VerifyBytes(ctx context.Context, sha256hex string) (Verdict, error) {
	v, err := l.verdict(ctx, "r.sha256 = ?", sha256hex)
	if fault.Is(err, fault.NotFound) {
		err = fault.New(fault.NotFound, "report.not_ours")
	}
	return v, err
}

func (l *Ledger) verdict(ctx context.Context, where, arg string) (v Verdict, err error) {
	var row struct {
		models.Report
		PeriodCode, PeriodTitle string
	}
	err = db.View(ctx, l.db, func(tx *gorm.DB) error {
		res := tx.Table("reports AS r").Select("r.*, p.code AS period_code, p.title AS period_title").
			Joins("JOIN periods p ON p.id = r.period_id").Where(where, arg).Limit(1).Scan(&row)
		if res.Error == nil && res.RowsAffected == 0 {
			return fault.New(fault.NotFound, "report.no_code")
		}
		return res.Error
	})
	return Verdict{
		No: row.No, PeriodCode: row.PeriodCode, PeriodTitle: row.PeriodTitle, Digest: row.Digest, Kind: row.Kind,
		SubjectKind: row.SubjectKind, Edition: row.Edition, Stage: row.Stage, CompiledOn: models.DateOf(row.CompiledAt),
		Replaced: row.ReplacedAt != nil, Blob: row.Blob,
	}, err
}

// Mine returns the reports about the actor himself that are current.
func (l *Ledger) Mine(ctx context.Context, who models.Actor) (out []Line, err error) {
	if err := policy.Check(who, policy.Signed, policy.Object{}); err != nil {
		return nil, err
	}
	err = db.View(ctx, l.db, func(tx *gorm.DB) error {
		return lineQuery(tx).Select(lineColumns).
			Where("r.subject_kind = ? AND r.subject_id = ?", assessments.PersonKind, who.ID).
			Where("r.replaced_at IS NULL").
			Order("p.span_from DESC, r.no").Limit(200).Scan(&out).Error
	})
	return out, err
}

// Progress is how far the compiling of a period has come, newest batch first, with what was set aside of the newest.
type Progress struct {
	Batches []queue.Progress
	Asides  []queue.Reason
}

// Progress returns the latest batches of a period. The reasons name people: only whoever may compile reads them.
// Faults: Forbidden; NotFound "assess.no_period".
func (l *Ledger) Progress(ctx context.Context, who models.Actor, period string) (out Progress, err error) {
	if !policy.May(who, policy.PeriodSee) {
		return out, policy.Check(who, policy.PeriodSee, policy.Object{})
	}
	err = db.View(ctx, l.db, func(tx *gorm.DB) error {
		p, path, err := visiblePeriodTx(tx, who, period)
		if err != nil {
			return err
		}
		if out.Batches, err = queue.LatestTx(tx, Topic, p.ID, 3); err != nil || len(out.Batches) == 0 {
			return err
		}
		if !policy.Can(who, policy.ReportCompile, policy.Object{UnitPath: path}) {
			return nil
		}
		out.Asides, err = queue.AsidesTx(tx, out.Batches[0].Batch.ID, 50)
		return err
	})
	return out, err
}

// Redo tries again what was set aside in a batch of the period. Faults: Forbidden; NotFound "assess.no_period",
// "queue.no_batch".
func (l *Ledger) Redo(ctx context.Context, who models.Actor, period, batchID string) error {
	now := l.now()
	return db.Tx(ctx, l.db, func(tx *gorm.DB) error {
		p, path, err := visiblePeriodTx(tx, who, period)
		if err != nil {
			return err
		}
		if err := policy.Check(who, policy.ReportCompile, policy.Object{UnitPath: path}); err != nil {
			return err
		}
		if err := queue.RedoTx(tx, Topic, p.ID, batchID); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{Action: "report.redo", Kind: "period", ID: p.ID, Detail: batchID})
	})
}
