package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/blob"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/models/queue"
	"shanzhi/models/vault"
)

// Topic is the topic of the queue under which reports are compiled.
const Topic = "report.compile"

// Ledger is the door of the reports: it promises their compiling, compiles them, keeps their bytes and hands them out
// unchanged.
type Ledger struct {
	db    *db.DB
	now   clock.Clock
	press *Press
	blobs blob.Store
	keys  *vault.Vault
	base  string
}

// NewLedger returns the door. base is the public address of the site, for the code that is printed on a report.
func NewLedger(d *db.DB, now clock.Clock, press *Press, blobs blob.Store, keys *vault.Vault, base string) *Ledger {
	return &Ledger{db: d, now: now, press: press, blobs: blobs, keys: keys, base: base}
}

// Order says what is to be compiled of a period.
type Order struct {
	Period   string // code, or assessments.Latest
	Kinds    []models.ReportKind
	UnitID   string // this unit and those below it; "" = all
	PersonID string // this cadre alone; "" = all
	Personal bool   // the service report of every cadre as a document of its own, too

	again []string // these cadres and units alone, and of them only what was compiled before
}

// job is the payload of one report to compile.
type job struct {
	PeriodID, Kind, SubjectKind, SubjectID string
	DossierID                              string
	Edition, Serial                        int
	Stage                                  models.ReportStage
	UnitID, ManagerID                      string
}

// key is the same for two promises of the same report.
func (j job) key() string {
	return fmt.Sprintf("report/%s/%s/%s/%s/%d/%s", j.PeriodID, j.Kind, j.SubjectKind, j.SubjectID, j.Edition, j.Stage)
}

// Compile promises the reports that are not there yet, in one batch whose progress can be watched. Until the period is
// released every report is a draft for comments. Faults: NotFound, Forbidden, Conflict "report.not_sealed",
// "report.all_there" when nothing is left to do.
func (l *Ledger) Compile(ctx context.Context, who models.Actor, o Order) (models.Batch, int, error) {
	now := l.now()
	var batch models.Batch
	var n int
	err := db.Tx(ctx, l.db, func(tx *gorm.DB) error {
		p, path, err := visiblePeriodTx(tx, who, o.Period)
		if err != nil {
			return err
		}
		if err := policy.Check(who, policy.ReportCompile, policy.Object{UnitPath: path}); err != nil {
			return err
		}
		if batch, n, err = l.promiseTx(tx, now, who, p, o); err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "report.all_there")
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: "report.compile", Kind: "period", ID: p.ID, Detail: fmt.Sprintf("%s reports=%d", p.Code, n),
		})
	})
	return batch, n, err
}

// CompileDue promises what is missing of every sealed and released period: the work of the scheduled job.
func (l *Ledger) CompileDue(ctx context.Context, who models.Actor) (summary string, err error) {
	now := l.now()
	if err := policy.Check(who, policy.ReportCompile, policy.Object{}); err != nil {
		return "", err
	}
	var periods []models.Period
	err = db.View(ctx, l.db, func(tx *gorm.DB) error {
		return tx.Where("state <> ?", models.PeriodOpen).Order("code").Find(&periods).Error
	})
	if err != nil {
		return "", fmt.Errorf("list periods: %w", err)
	}
	total := 0
	for _, p := range periods {
		var n int
		err := db.Tx(ctx, l.db, func(tx *gorm.DB) (err error) {
			_, n, err = l.promiseTx(tx, now, who, p, Order{Kinds: Kinds(), Personal: true})
			return err
		})
		if err != nil {
			return "", err
		}
		total += n
	}
	return fmt.Sprintf("periods=%d reports=%d", len(periods), total), nil
}

// AgainTx promises again, in their new edition, the reports of some cadres and units that were compiled before. The
// caller has added the edition, and is no officer: it is his act that is audited.
func (l *Ledger) AgainTx(
	tx *gorm.DB, now time.Time, who models.Actor, p models.Period, subjects []string,
) (int, error) {
	_, n, err := l.promiseTx(tx, now, who, p, Order{Kinds: Kinds(), Personal: true, again: subjects})
	return n, err
}

// PeriodCode returns the code of a period, whose name may be assessments.Latest; NotFound "assess.no_period".
func (l *Ledger) PeriodCode(ctx context.Context, name string) (code string, err error) {
	err = db.View(ctx, l.db, func(tx *gorm.DB) error {
		p, _, err := periodTx(tx, name)
		code = p.Code
		return err
	})
	return code, err
}

// Kinds lists the kinds of reports.
func Kinds() []models.ReportKind {
	return []models.ReportKind{models.CompetencyReport, models.ServiceReport}
}

// promiseTx promises the reports of a period that are wanted and not there.
func (l *Ledger) promiseTx(tx *gorm.DB, now time.Time, who models.Actor, p models.Period, o Order,
) (models.Batch, int, error) {
	if p.State == models.PeriodOpen {
		return models.Batch{}, 0, fault.New(fault.Conflict, "report.not_sealed")
	}
	wanted, err := wantedTx(tx, p, o)
	if err != nil || len(wanted) == 0 {
		return models.Batch{}, 0, err
	}
	batch, err := queue.BatchTx(tx, now, who, Topic, p.ID, p.Code)
	if err != nil {
		return batch, 0, err
	}
	items := make([]queue.Item, len(wanted))
	for i, j := range wanted {
		items[i] = queue.Item{Topic: Topic, BatchID: batch.ID, Key: j.key(), Payload: j}
	}
	n, err := queue.AddTx(tx, now, items...)
	if err == nil && n == 0 {
		err = tx.Delete(&models.Batch{}, "id = ?", batch.ID).Error
	}
	return batch, n, err
}

// CompileOne draws one report, keeps its bytes and marks the item done, all or nothing. Drawing the same report again
// gives the same bytes, so that a worker that was killed leaves nothing behind that another would contradict.
func (l *Ledger) CompileOne(ctx context.Context, it models.QueueItem) error {
	var j job
	if err := queue.Decode(it, &j); err != nil {
		return err
	}
	row, body, err := l.draw(ctx, j, Form{}, footing{})
	if err != nil {
		return err
	}
	if row.Blob, err = l.blobs.Put(ctx, body); err != nil {
		return fmt.Errorf("keep report %s: %w", row.No, err)
	}
	now := l.now()
	row.ID, row.Size, row.Pages, row.CompiledAt = models.NewID(), len(body), pages(body), now
	return db.Tx(ctx, l.db, func(tx *gorm.DB) (err error) {
		if row.ReplacedAt, err = overtakenTx(tx, now, row); err != nil {
			return err
		}
		if err := tx.Create(&row).Error; err != nil {
			return fmt.Errorf("enter report %s: %w", row.No, err)
		}
		if err := replaceTx(tx, now, row); err != nil {
			return err
		}
		return queue.DoneTx(tx, now, it)
	})
}

// draw reads the dossier and draws it in a form. A dossier that cannot be drawn gives a fault: the item is set aside
// with it.
func (l *Ledger) draw(ctx context.Context, j job, f Form, foot footing) (models.Report, []byte, error) {
	var p models.Period
	var d models.Dossier
	var person assessments.PersonDossier
	var unit assessments.UnitDossier
	err := db.View(ctx, l.db, func(tx *gorm.DB) (err error) {
		if err = tx.Where("id = ?", j.PeriodID).Take(&p).Error; err != nil {
			return fmt.Errorf("read period of report: %w", err)
		}
		if j.SubjectKind == assessments.UnitKind {
			d, err = assessments.DossierOfTx(tx, j.DossierID, &unit)
		} else {
			d, err = assessments.DossierOfTx(tx, j.DossierID, &person)
		}
		return err
	})
	if err != nil {
		return models.Report{}, nil, err
	}
	row := models.Report{
		No: number(p.Code, j), Kind: models.ReportKind(j.Kind), PeriodID: j.PeriodID, SubjectKind: j.SubjectKind,
		SubjectID: j.SubjectID, Edition: j.Edition, Stage: j.Stage, UnitID: j.UnitID, ManagerID: j.ManagerID,
		DossierID: d.ID, Digest: d.Digest,
	}
	row.Code = l.keys.Hash("report", row.No)[:26]
	s := Stamp{
		No: row.No, Lang: "zh-CN", Large: f.Large, foot: foot, Serial: j.Serial, Edition: j.Edition,
		Stage: j.Stage, Digest: d.Digest,
		VerifyURL: l.base + "/v/" + row.Code, CompiledAt: d.CreatedAt,
	}
	if f.Lang != "" {
		s.Lang = f.Lang
	}
	if s.MadeUp, err = l.madeUp(ctx); err != nil {
		return row, nil, err
	}
	if j.Stage == models.FinalStage && p.ReleasedAt != nil {
		s.CompiledAt = *p.ReleasedAt
	}
	var body []byte
	switch {
	case j.SubjectKind == assessments.UnitKind:
		body, err = l.press.Service(unit, s)
	case row.Kind == models.ServiceReport:
		body, err = l.press.ServiceOfPerson(person, s)
	default:
		body, err = l.press.Competency(person, s)
	}
	return row, body, err
}

// madeUp reports whether the data are a demonstration's.
func (l *Ledger) madeUp(ctx context.Context) (bool, error) {
	_, err := l.db.Meta(ctx, "demo")
	if db.IsNotFound(err) {
		return false, nil
	}
	return err == nil, err
}

// number is the number of a report: SZ-period-letter-serial-edition, drafts end in D.
func number(period string, j job) string {
	letter := "C"
	switch {
	case j.SubjectKind == assessments.UnitKind:
		letter = "S"
	case j.Kind == string(models.ServiceReport):
		letter = "P"
	}
	no := fmt.Sprintf("SZ-%s-%s-%04d-%02d", period, letter, j.Serial, j.Edition)
	if j.Stage == models.DraftStage {
		no += "-D"
	}
	return no
}

// pages counts the page objects of a PDF that gofpdf has written.
func pages(body []byte) int {
	n := 0
	for i := range len(body) - 11 {
		if body[i] == '/' && string(body[i:i+10]) == "/Type /Pag" && body[i+11] != 's' && body[i+10] == 'e' {
			n++
		}
	}
	return n
}

// wants reports whether the order asks for the kind.
func (o Order) wants(k models.ReportKind) bool { return slices.Contains(o.Kinds, k) }
