package report

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// Form is how a copy of a report differs from what is stored. The zero form is the stored report itself.
type Form struct {
	Lang    string // "en", or "" for Chinese
	Large   bool   // large print
	Stamped bool   // with the downloader's line, and where the edition has been replaced the box that says so
}

// plain says that the form is what is stored.
func (f Form) plain() bool { return f == Form{} }

// String names a form for the audit log and the name of a file: "large en".
func (f Form) String() string {
	var parts []string
	if f.Stamped {
		parts = append(parts, "stamped")
	}
	if f.Large {
		parts = append(parts, "large")
	}
	if f.Lang != "" {
		parts = append(parts, f.Lang)
	}
	return strings.Join(parts, " ")
}

// ParseForm reads what String has written, with - or spaces between; Invalid "report.form".
func ParseForm(s string) (Form, error) {
	var f Form
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == ' ' }) {
		switch part {
		case "stamped":
			f.Stamped = true
		case "large":
			f.Large = true
		case "en":
			f.Lang = "en"
		default:
			return Form{}, fault.New(fault.Invalid, "report.form", "form", part)
		}
	}
	return f, nil
}

// Copy draws a report anew from its sealed dossier in another form and notes who took it. The numbers are those of the
// stored report, whose number and code the copy bears; the stored bytes stay what they are. Faults as in Take and
// Press.
func (l *Ledger) Copy(ctx context.Context, who models.Actor, id string, f Form) (t Taken, err error) {
	if f.plain() {
		return l.Take(ctx, who, id)
	}
	now, foot := l.now(), footing{}
	err = db.Tx(ctx, l.db, func(tx *gorm.DB) error {
		row, err := visibleTx(tx, who, id)
		if err != nil {
			return err
		}
		t = Taken{Line: row, Form: f}
		if foot, err = footingTx(tx, now, who, row, f); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: "report.take", Kind: "report", ID: row.ID, Detail: row.No + " " + f.String(),
		})
	})
	if err != nil {
		return t, err
	}
	_, t.Body, err = l.draw(ctx, jobOf(t.Report), f, foot)
	return t, err
}

// footing is what stands on a stamped copy alone.
type footing struct {
	Who, StaffNo string
	Nth          int // how many stamped copies there are of the report, with this one
	At           time.Time
	ReplacedBy   int // edition; 0: it is current
	ReplacedOn   models.Date
}

func footingTx(tx *gorm.DB, now time.Time, who models.Actor, row Line, f Form) (foot footing, err error) {
	if !f.Stamped {
		return footing{}, nil
	}
	foot = footing{Who: who.Name, At: now}
	if who.ID != "" {
		err := tx.Model(&models.Person{}).Select("staff_no").Where("id = ?", who.ID).Scan(&foot.StaffNo).Error
		if err != nil {
			return foot, fmt.Errorf("read who takes a report: %w", err)
		}
	}
	report := tx.Model(&models.Report{}).Where("id = ?", row.ID).Session(&gorm.Session{})
	if err := report.Update("stamped", gorm.Expr("stamped + 1")).Error; err != nil {
		return foot, fmt.Errorf("count copies: %w", err)
	}
	if err := report.Select("stamped").Scan(&foot.Nth).Error; err != nil {
		return foot, fmt.Errorf("count copies: %w", err)
	}
	if row.ReplacedAt == nil {
		return foot, nil
	}
	foot.ReplacedOn = models.DateOf(*row.ReplacedAt)
	err = tx.Model(&models.Report{}).Select("COALESCE(MAX(edition), 0)").
		Where("period_id = ? AND subject_kind = ? AND subject_id = ? AND kind = ?",
			row.PeriodID, row.SubjectKind, row.SubjectID, row.Kind).
		Scan(&foot.ReplacedBy).Error
	if err != nil {
		return foot, fmt.Errorf("find the current edition: %w", err)
	}
	return foot, nil
}

// jobOf is the order by which a stored report was drawn.
func jobOf(r models.Report) job {
	j := job{
		PeriodID: r.PeriodID, Kind: string(r.Kind), SubjectKind: r.SubjectKind, SubjectID: r.SubjectID,
		DossierID: r.DossierID, Edition: r.Edition, Stage: r.Stage, UnitID: r.UnitID, ManagerID: r.ManagerID,
	}
	parts := strings.Split(strings.TrimSuffix(r.No, "-D"), "-") // … serial, edition
	if n := len(parts); n > 2 {
		j.Serial, _ = strconv.Atoi(parts[n-2]) // written by number
	}
	return j
}

// reportNo finds the number of a report in the metadata of its file.
var reportNo = regexp.MustCompile(`<pdf:Keywords>(SZ-[^<]{5,36})</pdf:Keywords>`)

// forms are the copies that can be told by drawing them again; a stamped copy has a line that cannot.
var forms = []Form{{Large: true}, {Lang: "en"}, {Lang: "en", Large: true}}

// VerifyFile checks a file: is it a report of ours, or a copy in another form, unchanged? NotFound "report.not_ours".
func (l *Ledger) VerifyFile(ctx context.Context, body []byte) (Verdict, error) {
	sum := sha256.Sum256(body)
	v, err := l.VerifyBytes(ctx, hex.EncodeToString(sum[:]))
	if !fault.Is(err, fault.NotFound) {
		return v, err
	}
	found := reportNo.FindSubmatch(body)
	if found == nil {
		return v, err
	}
	var row models.Report
	miss := db.View(ctx, l.db, func(tx *gorm.DB) error { return tx.Take(&row, "no = ?", string(found[1])).Error })
	if errors.Is(miss, gorm.ErrRecordNotFound) || db.IsNotFound(miss) {
		return v, err
	}
	if miss != nil {
		return v, fmt.Errorf("find report: %w", miss)
	}
	for _, f := range forms {
		_, again, drawn := l.draw(ctx, jobOf(row), f, footing{})
		if drawn != nil {
			return v, drawn
		}
		if sha256.Sum256(again) == sum {
			v, err := l.verdict(ctx, "r.no = ?", row.No)
			v.Form = f.String()
			return v, err
		}
	}
	return v, err
}

// footer is the downloader's line of SPEC 1.
func (t tongue) footer(foot footing, no, digest string) string {
	if foot.At.IsZero() {
		return ""
	}
	who := foot.Who
	if foot.StaffNo != "" {
		who = t.say("report.foot.who", "name", foot.Who, "no", foot.StaffNo)
	}
	return t.say("report.foot", "who", who, "at", t.w.DateTime(foot.At), "n", foot.Nth, "no", no,
		"digest", digest[:min(8, len(digest))])
}

// overtaken is the sentence of the box on a copy of a replaced edition.
func (t tongue) overtaken(foot footing) string {
	if foot.ReplacedBy == 0 {
		return ""
	}
	return t.say("report.overtaken", "k", foot.ReplacedBy, "date", t.day(foot.ReplacedOn))
}
