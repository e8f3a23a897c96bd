package assessments

import (
	"context"
	"fmt"
	"hash/fnv"
	"regexp"
	"slices"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// NewScheme says what is to be copied into a draft: the current version of the scheme with Code, or with a Class the
// general scheme as the first version of that post class's own.
type NewScheme struct {
	Code, Class string
}

// DraftScheme begins a version by copying the current one. There is one version in hand at a time.
// Faults: Forbidden, NotFound "assess.no_scheme"; Invalid with field "class"; Conflict "assess.scheme_in_hand".
func (s *Service) DraftScheme(ctx context.Context, who models.Actor, in NewScheme) (models.Scheme, error) {
	now := s.now()
	var made models.Scheme
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		r, err := schemeReachTx(tx, who)
		if err != nil {
			return err
		}
		if err := r.mustDraft(who, models.Scheme{}); err != nil {
			return err
		}
		var from SchemeView
		if made, from, err = copyTx(tx, in); err != nil {
			return err
		}
		made.ID, made.State, made.Version, made.CreatedAt = models.NewID(), models.SchemeDraft, 1, now
		made.DrafterID = by(who)
		added, err := db.Insert(tx, &made)
		switch {
		case err != nil:
			return err
		case !added:
			return fault.New(fault.Conflict, "assess.scheme_in_hand")
		}
		if err := writeSourcesTx(tx, made.ID, from.Sources); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: "scheme.draft", Kind: "scheme", ID: made.ID, Detail: named(made),
		})
	})
	return made, err
}

// copyTx returns the row of a new version and what it is copied from.
func copyTx(tx *gorm.DB, in NewScheme) (made models.Scheme, from SchemeView, err error) {
	if in.Class == "" {
		if from, err = schemeTx(tx, "code = ?", in.Code); err != nil {
			return made, from, err
		}
		if from.State != models.SchemePublished {
			return made, from, fault.New(fault.Conflict, "assess.scheme_in_hand")
		}
		made = models.Scheme{
			Code: from.Code, Class: from.Class, Edition: from.Edition + 1, Title: from.Title, TitleEN: from.TitleEN,
		}
		return made, from, nil
	}
	free, err := freeClassesTx(tx)
	if err != nil {
		return made, from, err
	}
	if !slices.Contains(free, in.Class) {
		return made, from, fault.Wrong(fault.On("class", "form.choice"))
	}
	from, err = schemeTx(tx, "code = ? AND state = ?", DefaultScheme, models.SchemePublished)
	if fault.Is(err, fault.NotFound) {
		from, err = schemeTx(tx, "code = ?", DefaultScheme)
	}
	made = models.Scheme{
		Code: classCode(in.Class), Class: in.Class, Edition: 1, Title: from.Title, TitleEN: from.TitleEN,
	}
	return made, from, err
}

var plainClass = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

// classCode is the code of a post class's own scheme, which stands in addresses: the same for the same class, so that
// two who begin at once do not make two.
func classCode(class string) string {
	if plainClass.MatchString(class) && class != DefaultScheme {
		return class
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(class))
	return fmt.Sprintf("class-%016x", h.Sum64())
}

// SchemeInput is what an officer writes into a draft.
type SchemeInput struct {
	Version              int
	Title, TitleEN, Note string
	Sources              []SourceInput
}

// SourceInput is one line of the form: the row within its competency names the fields of a refusal.
type SourceInput struct {
	Competency   models.Competency
	Row          int
	Source       models.Source
	Weight, MinN int
}

// Field names an input of the line: "source", "weight" or "min".
func (i SourceInput) Field(what string) string {
	return fmt.Sprintf("%s_%s_%d", what, i.Competency, i.Row)
}

// EditScheme replaces what a draft says. Faults: Invalid with fields title, title_en, note and those of the lines;
// Conflict "assess.scheme_fixed", "error.stale".
func (s *Service) EditScheme(ctx context.Context, who models.Actor, code string, edition int, in SchemeInput) error {
	now := s.now()
	in.Title, in.TitleEN = strings.TrimSpace(in.Title), strings.TrimSpace(in.TitleEN)
	in.Note = strings.TrimSpace(in.Note)
	if in.TitleEN == "" {
		in.TitleEN = in.Title
	}
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		sc, err := draftTx(tx, who, code, edition)
		if err != nil {
			return err
		}
		if bad := checkScheme(in); len(bad) > 0 {
			return fault.Wrong(bad...)
		}
		set := columns{"title": in.Title, "title_en": in.TitleEN, "note": in.Note, "drafter_id": by(who)}
		if err := moveSchemeTx(tx, sc, in.Version, set); err != nil {
			return err
		}
		if err := tx.Where("scheme_id = ?", sc.ID).Delete(&models.SchemeSource{}).Error; err != nil {
			return fmt.Errorf("replace sources of scheme: %w", err)
		}
		rows := make([]models.SchemeSource, len(in.Sources))
		for i, l := range in.Sources {
			rows[i] = models.SchemeSource{Competency: l.Competency, Source: l.Source, Weight: l.Weight, MinN: l.MinN}
		}
		if err := writeSourcesTx(tx, sc.ID, rows); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: "scheme.edit", Kind: "scheme", ID: sc.ID, Detail: named(sc),
		})
	})
}

// DiscardScheme throws a draft away. The first version of the general scheme stays: others are copied from
// it.
func (s *Service) DiscardScheme(ctx context.Context, who models.Actor, code string, edition, version int) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		sc, err := draftTx(tx, who, code, edition)
		switch {
		case err != nil:
			return err
		case sc.Code == DefaultScheme && sc.Edition == 1:
			return fault.New(fault.Conflict, "assess.scheme_first")
		}
		if err := moveSchemeTx(tx, sc, version, columns{}); err != nil {
			return err
		}
		if err := tx.Where("scheme_id = ?", sc.ID).Delete(&models.SchemeSource{}).Error; err != nil {
			return fmt.Errorf("discard sources of scheme: %w", err)
		}
		if err := tx.Where("id = ?", sc.ID).Delete(&models.Scheme{}).Error; err != nil {
			return fmt.Errorf("discard scheme: %w", err)
		}
		return audit.Add(tx, now, who, audit.Event{
			Action: "scheme.discard", Kind: "scheme", ID: sc.ID, Detail: named(sc),
		})
	})
}

// draftTx locks a version that the actor may write; Conflict "assess.scheme_fixed" when it is no draft.
func draftTx(tx *gorm.DB, who models.Actor, code string, edition int) (models.Scheme, error) {
	sc, r, err := reachedTx(tx, who, code, edition)
	if err != nil {
		return sc, err
	}
	if err := r.mustDraft(who, sc); err != nil {
		return sc, err
	}
	if sc.State != models.SchemeDraft {
		return sc, fault.New(fault.Conflict, "assess.scheme_fixed")
	}
	return sc, nil
}

// reachedTx locks a version and says what the actor has to do with schemes.
func reachedTx(tx *gorm.DB, who models.Actor, code string, edition int) (models.Scheme, schemeReach, error) {
	r, err := schemeReachTx(tx, who)
	if err != nil {
		return models.Scheme{}, r, err
	}
	sc, err := lockSchemeTx(tx, code, edition)
	return sc, r, err
}

// by is the person behind an actor, nil for the command line.
func by(who models.Actor) *string {
	if who.ID == "" {
		return nil
	}
	return &who.ID
}

// named is what the audit log says of a version.
func named(sc models.Scheme) string { return fmt.Sprintf("%s edition=%d", sc.Code, sc.Edition) }
