package ratings

import (
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/vault"
)

// group is N ratings that are alike in everything the figures look at.
type group struct {
	SubjectID, UnitID string
	Channel           models.Channel
	Mode              models.RatingMode
	Level             int
	Solved            models.Resolution
	N                 int
}

// batched is the ratings of a span that may be seen: in a batch and not excluded.
func batched(tx *gorm.DB, in span) *gorm.DB {
	q := tx.Table("ratings AS r").Joins("JOIN rating_batches b ON b.id = r.batch_id").Where("r.excluded = ?", false)
	if in.from != "" || in.to != "" {
		q = q.Where("b.effective_on BETWEEN ? AND ?", in.from, in.to)
	}
	if in.cond != "" {
		q = q.Where(in.cond, in.args...)
	}
	return q
}

func groupsTx(tx *gorm.DB, in span) ([]group, error) {
	var out []group
	err := batched(tx, in).
		Select("COALESCE(r.subject_id, '') AS subject_id, r.unit_id, r.channel, r.mode, r.level, " +
			"r.solved, COUNT(*) AS n").
		Group("r.subject_id, r.unit_id, r.channel, r.mode, r.level, r.solved").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read figures of ratings: %w", err)
	}
	return out, nil
}

// said is a comment with whom it is about.
type said struct {
	SubjectID, UnitID, Comment string
	CaseID                     string
	ResidentName               vault.Sealed
}

// Place to which the resident's name of a case is bound, before its id; as package cases seals it.
const nameAt = "cases.resident_name."

// textsTx reads the comments, masked, in the order of the random ids: an order that tells nothing and stays.
func (s *Service) textsTx(tx *gorm.DB, in span) ([]said, error) {
	var out []said
	err := batched(tx, in).
		Select("COALESCE(r.subject_id, '') AS subject_id, r.unit_id, r.comment, COALESCE(r.case_id, '') AS case_id, " +
			"COALESCE(c.resident_name, '') AS resident_name").
		Joins("LEFT JOIN cases c ON c.id = r.case_id").Where("r.comment <> ''").Order("r.id").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read comments: %w", err)
	}
	if len(out) == 0 {
		return nil, nil
	}
	names, err := staffTx(tx)
	if err != nil {
		return nil, err
	}
	staff := newMasker(names)
	for i := range out {
		resident, err := s.vault.Open(out[i].ResidentName, nameAt+out[i].CaseID)
		if err != nil && out[i].CaseID != "" {
			return nil, fmt.Errorf("open name to mask it: %w", err)
		}
		if resident != "" {
			out[i].Comment = Mask(out[i].Comment, resident)
		}
		out[i].Comment = staff.mask(out[i].Comment)
		out[i].ResidentName, out[i].CaseID = vault.Sealed{}, ""
	}
	return out, nil
}

// staffTx reads the names of everybody with an account, to mask them.
func staffTx(tx *gorm.DB) ([]string, error) {
	var names []string
	if err := tx.Model(&models.Person{}).Distinct().Pluck("name", &names).Error; err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	return names, nil
}

// counted is a number about a cadre, "" for none, and a unit.
type counted struct {
	SubjectID, UnitID string
	State             models.InvitationState
	N                 int
}

func invitedTx(tx *gorm.DB, from, to models.Date) ([]counted, error) {
	var out []counted
	err := tx.Table("invitations AS i").
		Select("COALESCE(i.subject_id, '') AS subject_id, i.unit_id, i.state, COUNT(*) AS n").
		Where("i.issued_on BETWEEN ? AND ?", from, to).Group("i.subject_id, i.unit_id, i.state").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("count invitations: %w", err)
	}
	return out, nil
}

func excludedTx(tx *gorm.DB, from, to models.Date) ([]counted, error) {
	var out []counted
	err := tx.Table("ratings AS r").Select("COALESCE(r.subject_id, '') AS subject_id, r.unit_id, COUNT(*) AS n").
		Where("r.excluded = ? AND r.rated_on BETWEEN ? AND ?", true, from, to).
		Group("r.subject_id, r.unit_id").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("count excluded ratings: %w", err)
	}
	return out, nil
}

// waitingTx finds those of whom ratings wait; how many is nobody's business.
func waitingTx(tx *gorm.DB, to models.Date) ([]counted, error) {
	var out []counted
	err := tx.Table("ratings AS r").Select("COALESCE(r.subject_id, '') AS subject_id, r.unit_id, COUNT(*) AS n").
		Where("r.batch_id IS NULL AND r.excluded = ? AND r.rated_on <= ?", false, to).
		Group("r.subject_id, r.unit_id").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("find waiting ratings: %w", err)
	}
	return out, nil
}

func pressureTx(tx *gorm.DB, from, to models.Date) ([]counted, error) {
	var out []counted
	err := tx.Table("pressure_reports AS p").Select("p.unit_id, COUNT(*) AS n").
		Where("p.reported_on BETWEEN ? AND ?", from, to).Group("p.unit_id").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("count pressure reports: %w", err)
	}
	return out, nil
}
