package assessments

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// SchemeView is a version of a scheme with its sources in the order of the competencies.
type SchemeView struct {
	models.Scheme
	Sources []models.SchemeSource
}

// DefaultScheme is the code of the scheme that is shipped: six competencies (STATISTICS: default scheme). It is for
// every post class that has none of its own.
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

// Install adds the default scheme, a draft, where there is none. It is done at every start.
func (s *Service) Install(ctx context.Context) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		sc := models.Scheme{
			ID: models.NewID(), Code: DefaultScheme, Edition: 1, Title: "基层干部能力素质考核方案",
			TitleEN: "Competency scheme for grassroots cadres", State: models.SchemeDraft, Version: 1, CreatedAt: now,
		}
		added, err := db.Insert(tx, &sc)
		if err != nil || !added {
			return err
		}
		return writeSourcesTx(tx, sc.ID, preset)
	})
}

// Collected reports whether the house gathers evidence of a source; the others are missing evidence, and never a zero.
func Collected(src models.Source) bool { return slices.Contains(collected, src) }

// schemeReach says what of the schemes an actor works with. A scheme is the whole installation's, so a role must reach
// the root of the tree of units.
type schemeReach struct{ drafts, approves bool }

func schemeReachTx(tx *gorm.DB, who models.Actor) (r schemeReach, err error) {
	root, err := rootPathTx(tx)
	if err != nil {
		return r, err
	}
	at := policy.Object{UnitPath: root}
	return schemeReach{policy.Can(who, policy.SchemeDraft, at), policy.Can(who, policy.SchemeApprove, at)}, nil
}

// sees: what is published is everybody's; what is being written is for those who write and approve it.
func (r schemeReach) sees(sc models.Scheme) bool {
	return sc.State == models.SchemePublished || r.drafts || r.approves
}

// mustDraft refuses whoever does not write schemes: NotFound for what he may not see, else Forbidden.
func (r schemeReach) mustDraft(who models.Actor, sc models.Scheme) error {
	return r.must(who, sc, r.drafts)
}

// mustApprove refuses whoever does not approve schemes.
func (r schemeReach) mustApprove(who models.Actor, sc models.Scheme) error {
	return r.must(who, sc, r.approves)
}

func (r schemeReach) must(who models.Actor, sc models.Scheme, may bool) error {
	switch {
	case may:
		return nil
	case who.ID == "":
		return fault.New(fault.Unsigned, "error.unsigned")
	case sc.ID != "" && !r.sees(sc):
		return fault.New(fault.NotFound, "assess.no_scheme")
	}
	return fault.New(fault.Forbidden, "error.forbidden")
}

// Scheme returns the current edition of a scheme: the one published last, else the latest that the actor sees. Every
// signed-in person may read what is published: weights are public to the assessed.
func (s *Service) Scheme(ctx context.Context, who models.Actor, code string) (SchemePage, error) {
	return s.schemePage(ctx, who, code, 0)
}

// SchemeEdition returns one edition of a scheme; NotFound "assess.no_scheme" for what the actor may not see.
func (s *Service) SchemeEdition(ctx context.Context, who models.Actor, code string, edition int) (SchemePage, error) {
	if edition < 1 {
		return SchemePage{}, fault.New(fault.NotFound, "assess.no_scheme")
	}
	return s.schemePage(ctx, who, code, edition)
}

// SchemePage is one version with what its page shows and what the actor may do to it.
type SchemePage struct {
	SchemeView
	Editions                     []models.Scheme // that the actor sees, the latest first
	Former                       *SchemeView     // the version before, where a version is compared with it
	Drafter, Submitter, Approver string          // names, "" where nobody has
	Correction                   *models.SchemeCorrection
	Asker                        string // of the correction
	Used                         bool   // a period goes by it
	MayEdit, MayDecide           bool
	MayPublish, MayCorrect       bool
	MayWithdraw, MayCopy         bool
	MayDecideCorrection          bool
	OwnHand                      bool // the actor wrote or submitted it, so that another decides
}

func (s *Service) schemePage(ctx context.Context, who models.Actor, code string, edition int,
) (v SchemePage, err error) {
	if err = policy.Check(who, policy.SchemeRead, policy.Object{}); err != nil {
		return v, err
	}
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		r, err := schemeReachTx(tx, who)
		if err != nil {
			return err
		}
		if v.Editions, err = editionsTx(tx, r, code); err != nil {
			return err
		}
		sc, ok := pickEdition(v.Editions, edition)
		if !ok {
			return fault.New(fault.NotFound, "assess.no_scheme")
		}
		if v.SchemeView, err = viewTx(tx, sc); err != nil {
			return err
		}
		if err := v.storyTx(tx, r); err != nil {
			return err
		}
		v.may(who, r)
		return nil
	})
	return v, err
}

// pickEdition returns the edition asked for; 0 asks for the one published last, else the latest.
func pickEdition(all []models.Scheme, edition int) (models.Scheme, bool) {
	for _, sc := range all {
		if sc.Edition == edition || edition == 0 && sc.State == models.SchemePublished {
			return sc, true
		}
	}
	if edition == 0 && len(all) > 0 {
		return all[0], true
	}
	return models.Scheme{}, false
}

// storyTx fills who has done what, the correction that waits, and the version before.
func (v *SchemePage) storyTx(tx *gorm.DB, r schemeReach) error {
	if r.drafts || r.approves {
		open, err := openCorrectionTx(tx, v.ID)
		if err != nil {
			return err
		}
		v.Correction = open
	}
	asked := (*string)(nil)
	if v.Correction != nil {
		asked = v.Correction.AskedBy
	}
	names, err := namesTx(tx, v.DrafterID, v.SubmitterID, v.ApproverID, asked)
	if err != nil {
		return err
	}
	v.Drafter, v.Submitter, v.Approver, v.Asker = names[0], names[1], names[2], names[3]
	if v.Used, err = usedTx(tx, v.ID); err != nil {
		return err
	}
	for _, sc := range v.Editions {
		if sc.Edition < v.Edition && sc.State == models.SchemePublished {
			f, err := viewTx(tx, sc)
			v.Former = &f
			return err
		}
	}
	return nil
}

// may fills what the actor may do now.
func (v *SchemePage) may(who models.Actor, r schemeReach) {
	v.OwnHand = same(who.ID, v.DrafterID) || same(who.ID, v.SubmitterID)
	v.MayEdit = r.drafts && v.State == models.SchemeDraft
	v.MayWithdraw = r.drafts && (v.State == models.SchemeSubmitted || v.State == models.SchemeApproved)
	v.MayDecide = r.approves && v.State == models.SchemeSubmitted && !v.OwnHand
	v.MayPublish = r.drafts && v.State == models.SchemeApproved
	v.MayCorrect = r.drafts && v.State == models.SchemePublished && !v.Used && v.Correction == nil
	v.MayDecideCorrection = r.approves && v.Correction != nil && !same(who.ID, v.Correction.AskedBy)
	v.MayCopy = r.drafts && v.Editions[0].State == models.SchemePublished
}

// SchemeLine is one scheme of the list: what is in force and what is being written.
type SchemeLine struct {
	Code, Class string
	Current     *models.Scheme // published last
	Coming      *models.Scheme // the version after it, for those who write and approve
}

// SchemeList is the list of the schemes.
type SchemeList struct {
	Lines    []SchemeLine
	Classes  []string // post classes in use without a scheme of their own, for those who may write one
	MayDraft bool
}

// Schemes lists the schemes, the general one first and then by post class.
func (s *Service) Schemes(ctx context.Context, who models.Actor) (out SchemeList, err error) {
	if err = policy.Check(who, policy.SchemeRead, policy.Object{}); err != nil {
		return out, err
	}
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		r, err := schemeReachTx(tx, who)
		if err != nil {
			return err
		}
		all, err := editionsTx(tx, r, "")
		if err != nil {
			return err
		}
		out = SchemeList{Lines: schemeLines(all), MayDraft: r.drafts}
		if r.drafts {
			out.Classes, err = freeClassesTx(tx)
		}
		return err
	})
	return out, err
}

// schemeLines puts the editions, the latest of each code first, into one line per code.
func schemeLines(all []models.Scheme) (out []SchemeLine) {
	for _, sc := range all {
		if len(out) == 0 || out[len(out)-1].Code != sc.Code {
			out = append(out, SchemeLine{Code: sc.Code, Class: sc.Class})
		}
		l := &out[len(out)-1]
		switch {
		case sc.State != models.SchemePublished:
			l.Coming = &sc
		case l.Current == nil:
			l.Current = &sc
		}
	}
	return out
}

// SchemesToDo are the versions that wait for the actor: those to approve or whose publication is to be corrected for a
// reviewer, those sent back or to be published for an officer. The list is short: one version of a scheme at a time.
func (s *Service) SchemesToDo(ctx context.Context, who models.Actor) (out []SchemePage, err error) {
	if !policy.May(who, policy.SchemeDraft) && !policy.May(who, policy.SchemeApprove) {
		return nil, nil
	}
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		r, err := schemeReachTx(tx, who)
		if err != nil || !r.drafts && !r.approves {
			return err
		}
		open := tx.Session(&gorm.Session{NewDB: true}).Model(&models.SchemeCorrection{}).Select("scheme_id").
			Where("state = ?", models.CorrectionOpen)
		var all []models.Scheme
		err = tx.Where("state <> ? OR id IN (?)", models.SchemePublished, open).Order("code, edition").
			Limit(100).Find(&all).Error
		if err != nil {
			return fmt.Errorf("read schemes: %w", err)
		}
		for _, sc := range all {
			v := SchemePage{SchemeView: SchemeView{Scheme: sc}, Editions: []models.Scheme{sc}}
			if err := v.storyTx(tx, r); err != nil {
				return err
			}
			v.may(who, r)
			if v.MayDecide || v.MayDecideCorrection || v.MayPublish || v.MayEdit && v.Returned != "" {
				out = append(out, v)
			}
		}
		return nil
	})
	return out, err
}
