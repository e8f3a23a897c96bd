package assessments

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/assessments/stats"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/notice"
	"shanzhi/models/policy"
)

// ObjectionView is an objection with whose it is.
type ObjectionView struct {
	models.Objection
	Period                  models.Period
	Name, StaffNo, UnitName string
	Answerer                string
	Proposer, Reviewer      string // of an exclusion
	MayAnswer               bool
	MayReview               bool   // the second person's turn
	ManagerPath, UnitPath   string `gorm:"->"`
}

// Objections lists the objections of a period within the actor's managing authority: open ones by their clock first.
// NotFound "assess.no_period" when the period is not the actor's to see.
func (s *Service) Objections(ctx context.Context, who models.Actor, code string) ([]ObjectionView, error) {
	var out []ObjectionView
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		p, err := visiblePeriodTx(tx, who, code)
		if err != nil {
			return err
		}
		q := objectionQuery(tx).Where("o.period_id = ?", p.ID)
		if reach := policy.Scope(who, policy.PersonSee); !reach.All {
			q = q.Where(Within(tx, "mu.path", reach.Paths))
		}
		return q.Order("CASE WHEN o.state = 'open' THEN 0 ELSE 1 END, o.due_on, o.no").Limit(500).Scan(&out).Error
	})
	return out, err
}

func objectionQuery(tx *gorm.DB) *gorm.DB {
	return tx.Table("objections AS o").
		Select("o.*, pe.name AS name, pe.staff_no AS staff_no, u.name AS unit_name, u.path AS unit_path," +
			" mu.path AS manager_path").
		Joins("JOIN participants a ON a.period_id = o.period_id AND a.person_id = o.person_id").
		Joins("JOIN persons pe ON pe.id = o.person_id").
		Joins("JOIN units u ON u.id = a.unit_id").
		Joins("JOIN units mu ON mu.id = a.manager_id")
}

// Objection returns one objection, which is audited as a look unless it is one's own; NotFound "assess.no_objection"
// for whoever may not see the person.
func (s *Service) Objection(ctx context.Context, who models.Actor, id string) (v ObjectionView, err error) {
	now := s.now()
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		if v, err = objectionTx(tx, who, id); err != nil || v.PersonID == who.ID {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: "objection.see", Kind: "objection", ID: v.ID, Detail: v.Period.Code,
		})
	})
	return v, err
}

func objectionTx(tx *gorm.DB, who models.Actor, id string) (v ObjectionView, err error) {
	res := objectionQuery(tx).Where("o.id = ?", id).Limit(1).Scan(&v)
	if res.Error != nil {
		return v, fmt.Errorf("read objection: %w", res.Error)
	}
	at := policy.Object{UnitPath: v.UnitPath, ManagerPath: v.ManagerPath, PersonID: v.PersonID}
	if res.RowsAffected == 0 || !policy.Can(who, policy.PersonSee, at) {
		return ObjectionView{}, fault.New(fault.NotFound, "assess.no_objection")
	}
	if err := tx.Where("id = ?", v.PeriodID).Take(&v.Period).Error; err != nil {
		return v, fmt.Errorf("read period of objection: %w", err)
	}
	names, err := namesTx(tx, v.AnsweredBy, v.ProposedBy, v.ReviewedBy)
	if err != nil {
		return v, err
	}
	v.Answerer, v.Proposer, v.Reviewer = names[0], names[1], names[2]
	open := v.State == ObjectionOpen && v.Period.State == models.PeriodSealed
	v.MayAnswer = open && v.ProposedAt == nil && policy.Can(who, policy.Answer, at)
	v.MayReview = open && v.ProposedAt != nil && !same(who.ID, v.ProposedBy) && policy.Can(who, policy.ReviewAnswer, at)
	return v, nil
}

// Reply is the answer to an objection. Exclude names cases (by number) that are not counted, with the reason in Text;
// only a correction may name any.
type Reply struct {
	Version int
	Result  string // Upheld or Corrected
	Text    string
	Exclude []string
}

// AnswerObjection answers an objection in writing. A correction gathers the person's evidence again as of the sealed
// span and adds a new edition of the dossier with the former value beside the new one. One that excludes cases is not
// an answer yet: it waits for the second person (ReviewExclusion).
// Nobody answers his own objection or one about a case that he handled or took in. Faults: Invalid with fields
// "result", "text", "exclude"; Conflict "error.stale", "assess.answered", "assess.took_part",
// "assess.exclusion_waits".
//
// Answers of a period wait for one another: each adds an edition to the dossier of the person and of the unit.
func (s *Service) AnswerObjection(ctx context.Context, who models.Actor, id string, r Reply) error {
	now := s.now()
	r.Text = strings.TrimSpace(r.Text)
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		v, err := objectionTx(tx, who, id)
		if err != nil {
			return err
		}
		at := policy.Object{UnitPath: v.UnitPath, ManagerPath: v.ManagerPath, PersonID: v.PersonID}
		if err := policy.Check(who, policy.Answer, at); err != nil {
			return err
		}
		if v.Period, err = lockPeriodTx(tx, v.Period.Code); err != nil {
			return err
		}
		switch {
		case v.State != ObjectionOpen || v.Period.State != models.PeriodSealed:
			return fault.New(fault.Conflict, "assess.answered")
		case v.ProposedAt != nil:
			return fault.New(fault.Conflict, "assess.exclusion_waits")
		case v.Version != r.Version:
			return fault.New(fault.Conflict, "error.stale")
		}
		if bad := checkReply(r); len(bad) > 0 {
			return fault.Wrong(bad...)
		}
		if len(r.Exclude) > 0 {
			return s.proposeTx(tx, now, who, v, r)
		}
		if err := s.answerTx(tx, now, v, r, by(who)); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: "objection.answer", Kind: "objection", ID: v.ID,
			Detail: fmt.Sprintf("%s exclude=%d", r.Result, len(r.Exclude)),
		})
	})
}

func checkReply(r Reply) (bad []fault.Field) {
	if r.Result != Upheld && r.Result != Corrected {
		bad = append(bad, fault.On("result", "form.choice"))
	}
	switch n := len([]rune(r.Text)); {
	case n == 0:
		bad = append(bad, fault.On("text", "form.required"))
	case n > 2000:
		bad = append(bad, fault.On("text", "form.too_long", "max", 2000))
	}
	switch {
	case r.Result == Upheld && len(r.Exclude) > 0:
		bad = append(bad, fault.On("exclude", "assess.exclude_upheld"))
	case len([]rune(strings.Join(r.Exclude, "\n"))) > 2000:
		bad = append(bad, fault.On("exclude", "form.too_long", "max", 2000))
	}
	return bad
}

// answerTx writes the answer of the person with the id, tells the objector and adds the editions.
func (s *Service) answerTx(tx *gorm.DB, now time.Time, v ObjectionView, r Reply, answerer *string) error {
	set := columns{
		"state": ObjectionAnswered, "result": r.Result, "answer": r.Text, "answered_at": now, "answered_by": answerer,
	}
	if err := moveObjectionTx(tx, v.Objection, r.Version, set); err != nil {
		return err
	}
	if err := s.reissueTx(tx, now, v, r.Result == Corrected); err != nil {
		return err
	}
	told := notice.Args{"no": v.No, "item": "@report.competency." + v.Item}
	return notice.AddTx(tx, now, v.PersonID, "objection_answered", told, "/me/assess/"+v.Period.Code)
}

// moveObjectionTx writes the columns of a step and refuses when another was faster.
func moveObjectionTx(tx *gorm.DB, o models.Objection, version int, set columns) error {
	set["version"] = version + 1
	res := tx.Model(&models.Objection{}).Where("id = ? AND version = ?", o.ID, version).Updates(set)
	switch {
	case res.Error != nil:
		return fmt.Errorf("answer objection: %w", res.Error)
	case res.RowsAffected == 0:
		return fault.New(fault.Conflict, "error.stale")
	}
	return nil
}

// reissueTx adds a new edition of the dossiers of the person and of his unit: with the answer, and after a correction
// with new figures. The
// rest of the comparison group stays as sealed.
func (s *Service) reissueTx(tx *gorm.DB, now time.Time, v ObjectionView, corrected bool) error {
	var d PersonDossier
	old, err := DossierTx(tx, v.PeriodID, PersonKind, v.PersonID, &d)
	if err != nil {
		return err
	}
	before := d.Competencies
	d.Edition, d.Replaces = old.Edition+1, ""
	var f *facts
	if corrected {
		if f, err = s.recountTx(tx, v, &d); err != nil {
			return err
		}
		d.Replaces = v.No
	}
	var all []models.Objection
	err = tx.Where("period_id = ? AND person_id = ?", v.PeriodID, v.PersonID).Order("id").Find(&all).Error
	if err != nil {
		return fmt.Errorf("read objections: %w", err)
	}
	d.Objections = objectionInfos(all, d.Objections, v.ID, before, d.Competencies)
	row, err := dossierRow(next(old), now, d)
	if err != nil {
		return err
	}
	if err := tx.Create(&row).Error; err != nil {
		return fmt.Errorf("write dossier: %w", err)
	}
	return reissueUnitTx(tx, now, v.PeriodID, f, d)
}

// recountTx gathers the person's figures again and estimates them within the group as it was sealed.
func (s *Service) recountTx(tx *gorm.DB, v ObjectionView, d *PersonDossier) (*facts, error) {
	f, err := s.gather(tx, v.Period)
	if err != nil {
		return nil, err
	}
	records, err := sealedRecords(tx, v.PeriodID)
	if err != nil {
		return nil, err
	}
	// Cases are counted again, without the excluded ones; ratings and quizzes stay as they were sealed, so that what
	// came in since does not slip into a period that is closed.
	fresh := f.record(v.PersonID)
	for _, src := range []models.Source{models.SourceRatings, models.SourceQuiz} {
		fresh.Counts[src] = records[v.PersonID].Counts[src]
	}
	records[v.PersonID] = fresh
	var members []member
	for _, m := range f.People {
		if m.Class == d.Person.Class {
			members = append(members, m)
		}
	}
	people := map[string]PersonDossier{}
	if err := f.assembleGroup(d.Person.Class, members, records, people); err != nil {
		return nil, err
	}
	n := people[v.PersonID]
	d.Competencies, d.Cases, d.Load, d.Suggestions, d.Method = n.Competencies, n.Cases, n.Load, n.Suggestions, n.Method
	d.Mix = n.Mix
	rows, err := evidenceRows(v.PeriodID, v.PersonID, d.Edition, records[v.PersonID])
	if err != nil {
		return nil, err
	}
	if err := tx.Create(rows).Error; err != nil {
		return nil, fmt.Errorf("write evidence: %w", err)
	}
	return f, nil
}

// sealedRecords are the latest sealed counts of everybody.
func sealedRecords(tx *gorm.DB, periodID string) (map[string]record, error) {
	sealed, err := evidenceTx(tx, periodID)
	if err != nil {
		return nil, err
	}
	records := map[string]record{}
	for _, e := range sealed {
		r := records[e.PersonID]
		if r.Counts == nil {
			r.Counts = map[models.Source]stats.Count{}
		}
		r.Counts[e.Source] = stats.Count{X: e.X, N: e.N}
		if e.Source == models.SourceSolved {
			var d evidenceDetail
			if err := json.Unmarshal([]byte(e.Detail), &d); err != nil {
				return nil, fmt.Errorf("decode evidence %s: %w", e.ID, err)
			}
			r.Families = d.Families
		}
		records[e.PersonID] = r
	}
	return records, nil
}

// reissueUnitTx adds an edition of the dossier of the person's unit: with the objections of its cadres and, where f
// says what was counted again, with its cases and the person's annex replaced. A unit that was given up before the end
// of the span has none.
func reissueUnitTx(tx *gorm.DB, now time.Time, periodID string, f *facts, person PersonDossier) error {
	var d UnitDossier
	unit := person.Person.UnitID
	old, err := DossierTx(tx, periodID, UnitKind, unit, &d)
	switch {
	case fault.Is(err, fault.NotFound):
		return nil
	case err != nil:
		return err
	}
	d.Edition, d.Replaces = old.Edition+1, ""
	if d.Objections, err = unitObjectionsTx(tx, periodID, unit); err != nil {
		return err
	}
	if f != nil {
		d.Cases = f.Cases.Unit[unit]
		if d.LeftOut != nil {
			d.LeftOut.Cases = f.LeftOut[unit].Cases
		}
		if err := fillCases(&d.Cases); err != nil {
			return err
		}
		for i, p := range d.Persons {
			if p.Person.ID == person.Person.ID {
				d.Persons[i].Cases, d.Persons[i].Ratings, d.Persons[i].Load = person.Cases, person.Ratings, person.Load
			}
		}
	}
	row, err := dossierRow(next(old), now, d)
	if err != nil {
		return err
	}
	if err := tx.Create(&row).Error; err != nil {
		return fmt.Errorf("write dossier of unit: %w", err)
	}
	return nil
}

// unitObjectionsTx returns the objections of a unit's cadres as its report prints them: without the answers and the
// figures, which are a person's own.
func unitObjectionsTx(tx *gorm.DB, periodID, unitID string) ([]ObjectionInfo, error) {
	var all []models.Objection
	err := tx.Table("objections AS o").Select("o.*").
		Joins("JOIN participants a ON a.period_id = o.period_id AND a.person_id = o.person_id").
		Where("o.period_id = ? AND a.unit_id = ?", periodID, unitID).Order("o.no").Scan(&all).Error
	if err != nil {
		return nil, fmt.Errorf("read objections of unit: %w", err)
	}
	out := objectionInfos(all, nil, "", nil, nil)
	for i := range out {
		out[i].Answer = ""
	}
	return out, nil
}

// next is the row of the edition after old.
func next(old models.Dossier) models.Dossier {
	return models.Dossier{
		PeriodID: old.PeriodID, Kind: old.Kind, SubjectID: old.SubjectID, Edition: old.Edition + 1, Serial: old.Serial,
	}
}

// objectionInfos are the objections as the dossier prints them; the one answered now carries both values.
func objectionInfos(all []models.Objection, known []ObjectionInfo, answered string, before, after []CompetencyResult,
) []ObjectionInfo {
	out := make([]ObjectionInfo, len(all))
	for i, o := range all {
		info := ObjectionInfo{
			No: o.No, Item: models.Competency(o.Item), FiledOn: models.DateOf(o.FiledAt), DueOn: o.DueOn,
			Answered: o.State == ObjectionAnswered, Corrected: o.Result == Corrected, Answer: o.Answer,
		}
		if o.AnsweredAt != nil {
			info.AnsweredOn = models.DateOf(*o.AnsweredAt)
		}
		for _, k := range known {
			if k.No == o.No {
				info.Old, info.New = k.Old, k.New
			}
		}
		if o.ID == answered && info.Corrected {
			info.Old, info.New = meanOf(before, info.Item), meanOf(after, info.Item)
		}
		out[i] = info
	}
	return out
}

func meanOf(cs []CompetencyResult, c models.Competency) *float64 {
	for _, r := range cs {
		if r.Competency == c && r.State != Insufficient {
			return &r.Mean
		}
	}
	return nil
}
