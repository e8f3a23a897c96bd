package assessments

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// SchemeView is a scheme with its sources in the order of the competencies.
type SchemeView struct {
	models.Scheme
	Sources []models.SchemeSource
}

// DefaultScheme is the code of the scheme that is shipped: six competencies (STATISTICS: default scheme).
const DefaultScheme = "default"

// preset are the sources and weights of the default scheme. Ballots, quiz gain and bad ratings put right are weighted
// as published although nothing collects them yet: missing evidence, said so, and never a zero.
var preset = []models.SchemeSource{
	{Competency: models.PolicyLaw, Source: models.SourceQuiz, Weight: 100, MinN: 10},
	{Competency: models.MassWork, Source: models.SourceRatings, Weight: 100, MinN: 10},
	{Competency: models.Problem, Source: models.SourceSolved, Weight: 100, MinN: 10},
	{Competency: models.Procedure, Source: models.SourceOnTime, Weight: 100, MinN: 10},
	{Competency: models.Coordination, Source: models.SourceBallots, Weight: 100, MinN: 5},
	{Competency: models.Improvement, Source: models.SourceGain, Weight: 50, MinN: 5},
	{Competency: models.Improvement, Source: models.SourcePutRight, Weight: 50, MinN: 5},
}

// Install adds the default scheme, unpublished, where there is none. It is done at every start.
func (s *Service) Install(ctx context.Context) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		sc := models.Scheme{
			ID: models.NewID(), Code: DefaultScheme, Edition: 1, Title: "基层干部能力素质考核方案",
			TitleEN: "Competency scheme for grassroots cadres", CreatedAt: now,
		}
		added, err := db.Insert(tx, &sc)
		if err != nil || !added {
			return err
		}
		rows := make([]models.SchemeSource, len(preset))
		for i, p := range preset {
			p.ID, p.SchemeID = models.NewID(), sc.ID
			rows[i] = p
		}
		return tx.Create(rows).Error
	})
}

// Scheme returns the latest edition of a scheme. Every signed-in person may read it: weights are public to the
// assessed.
func (s *Service) Scheme(ctx context.Context, who models.Actor, code string) (v SchemeView, err error) {
	if err = policy.Check(who, policy.SchemeRead, policy.Object{}); err != nil {
		return v, err
	}
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		v, err = schemeTx(tx, "code = ?", code)
		return err
	})
	return v, err
}

// earlierNotice is how many days before it was entered here a scheme can have been published on paper.
const earlierNotice = 366

// PublishScheme records the day on which the weights were published to the assessed. on is not later than today.
// A scheme is the whole installation's, so the officer's role must reach the root of the tree of units.
func (s *Service) PublishScheme(ctx context.Context, who models.Actor, code string, on models.Date) error {
	now := s.now()
	if _, ok := models.ParseDate(string(on)); !ok {
		return fault.Wrong(fault.On("on", "form.date"))
	}
	if on > models.DateOf(now) {
		return fault.Wrong(fault.On("on", "assess.published_later"))
	}
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		root, err := rootPathTx(tx)
		if err != nil {
			return err
		}
		if err := policy.Check(who, policy.PeriodSeal, policy.Object{UnitPath: root}); err != nil {
			return err
		}
		v, err := schemeTx(tx, "code = ?", code)
		if err != nil {
			return err
		}
		if on < models.DateOf(v.CreatedAt).AddDays(-earlierNotice) {
			return fault.Wrong(fault.On("on", "assess.published_early", "days", earlierNotice))
		}
		if v.PublishedOn != "" {
			return fault.New(fault.Conflict, "assess.scheme_published", "on", v.PublishedOn)
		}
		if err := publishTx(tx, v.ID, on); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: "scheme.publish", Kind: "scheme", ID: v.ID, Detail: string(on),
		})
	})
}

func publishTx(tx *gorm.DB, id string, on models.Date) error {
	return tx.Model(&models.Scheme{}).Where("id = ?", id).Update("published_on", on).Error
}

// schemeTx returns the latest edition that meets the condition; NotFound "assess.no_scheme" when there is none.
func schemeTx(tx *gorm.DB, where string, arg any) (v SchemeView, err error) {
	res := tx.Where(where, arg).Order("edition DESC").Limit(1).Find(&v.Scheme)
	if res.Error != nil {
		return v, fmt.Errorf("read scheme: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return v, fault.New(fault.NotFound, "assess.no_scheme")
	}
	var rows []models.SchemeSource
	if err := tx.Where("scheme_id = ?", v.ID).Order("id").Find(&rows).Error; err != nil {
		return v, fmt.Errorf("read sources of scheme: %w", err)
	}
	for _, c := range models.Competencies() {
		for _, r := range rows {
			if r.Competency == c {
				v.Sources = append(v.Sources, r)
			}
		}
	}
	return v, nil
}

// info returns the scheme as a dossier names it.
func (v SchemeView) info() SchemeInfo {
	return SchemeInfo{Code: v.Code, Title: v.Title, TitleEN: v.TitleEN, Edition: v.Edition, PublishedOn: v.PublishedOn}
}
