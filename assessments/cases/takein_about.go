package cases

import (
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// Matters about a person that staff take in are kept from him and his unit as those raised online are. The clerk has
// typed what he was told, so what he may do with the receipt's code afterwards is bounded too: see guardedTx.

// aboutSomebody reports whether the matter says whom it is about, so that it needs no entry of the duty list.
func (in Intake) aboutSomebody() bool {
	return in.Kind == models.Wrongdoing || in.Kind == models.Complaint && in.OfPerson
}

// said is all that the clerk typed.
func (in Intake) said() string { return in.Title + "\n" + in.Detail + "\n" + in.About }

// registerTx sends a matter the way of its kind.
func (s *Service) registerTx(tx *gorm.DB, now time.Time, who models.Actor, in Intake) (Registered, error) {
	today := models.DateOf(now)
	m, unit, err := placeTx(tx, who, in, today)
	if err != nil {
		return Registered{}, err
	}
	if in.Once != "" {
		if sent, err := s.sentTx(tx, who, in.Once); err != nil || sent.Case != nil {
			return sent, err
		}
	}
	if in.Kind == models.Wrongdoing {
		return s.sealedTx(tx, now, who, in, unit)
	}
	at, hidden, err := hiddenFromTx(tx, in, unit, today)
	switch {
	case err != nil:
		return Registered{}, err
	case len(hidden) == 0 && m.ID == "": // about a person whom nobody knows, at the unit at the top
		if m, err = askMatterTx(tx, today); err != nil {
			return Registered{}, err
		}
	case len(hidden) > 0:
		return s.restrictTx(tx, now, who, in, at, hidden)
	}
	c, err := s.takeInTx(tx, now, who, in, m, unit)
	return Registered{Case: c, Seen: true}, err
}

// placeTx returns the matter and the unit whose it is; without a matter that is the unit of the clerk.
func placeTx(tx *gorm.DB, who models.Actor, in Intake, today models.Date) (m models.Matter, u models.Unit, err error) {
	if in.MatterID == "" {
		i := slices.IndexFunc(who.Grants, func(g models.Grant) bool { return g.Role == models.RoleIntake })
		if i < 0 { // the program itself
			return m, u, fault.Wrong(fault.On("matter", "form.required_choice"))
		}
		u, err = unitTx(tx, who.Grants[i].UnitID)
		return m, u, err
	}
	if m, err = matterTx(tx, in.MatterID, today); err != nil {
		return m, u, err
	}
	if u, err = unitForTx(tx, who, m, in.UnitID); err != nil {
		return m, u, err
	}
	return m, u, policy.Check(who, policy.CaseTakeIn, policy.Object{UnitPath: u.Path})
}

// seedOf is what the code and the number of a form follow from.
func seedOf(who models.Actor, once string) string { return "intake " + who.ID + " " + once }

// sentTx finds what the same form has made before.
func (s *Service) sentTx(tx *gorm.DB, who models.Actor, once string) (Registered, error) {
	var sent models.Case
	res := tx.Where("id = ? AND intake_id = ?", once, who.ID).Limit(1).Find(&sent)
	if res.Error != nil || res.RowsAffected == 0 {
		return Registered{}, res.Error
	}
	out := Registered{Case: &sent, Seen: true}
	if _, err := caseTx(tx, who, sent.ID); !fault.Is(err, fault.NotFound) {
		return out, err
	}
	out.Seen = false
	var unit models.Unit
	if err := tx.Where("id = ?", sent.UnitID).Take(&unit).Error; err != nil {
		return out, fmt.Errorf("read unit: %w", err)
	}
	_, track, err := trackedTx(tx, sent.ID)
	if err != nil {
		return out, err
	}
	out.Receipt = RaiseReceipt{
		No: sent.No, Secret: s.secretOf(seedOf(who, once)), Unit: unit.Name, Above: true, On: sent.ReceivedOn,
	}
	if !s.fits(out.Receipt.Secret, track.SecretHash) { // the unit above has issued another meanwhile
		return out, fault.New(fault.Conflict, "error.stale")
	}
	return out, nil
}

// sealedTx seals a report of wrongdoing: the clerk gets the receipt only.
func (s *Service) sealedTx(
	tx *gorm.DB, now time.Time, who models.Actor, in Intake, unit models.Unit,
) (Registered, error) {
	bases, err := concernedTx(tx, in, unit, models.DateOf(now))
	if err != nil {
		return Registered{}, err
	}
	if in.Once == "" {
		in.Once = models.NewRandomID()
	}
	r := Raising{Kind: in.Kind, Text: in.said(), Name: in.Name, Phone: in.Phone}
	receipt, err := s.tipTx(tx, now, who, r, bases, seedOf(who, in.Once))
	return Registered{Receipt: receipt}, err
}

// restrictTx makes a case that is hidden from those it is about, with the unit above them. It lies under the entry for
// what is not sorted yet: the responsible unit of another would be among those who must not see it.
func (s *Service) restrictTx(
	tx *gorm.DB, now time.Time, who models.Actor, in Intake, at models.Unit, hidden []string,
) (Registered, error) {
	m, err := askMatterTx(tx, models.DateOf(now))
	if err != nil {
		return Registered{}, err
	}
	c, err := s.writeTx(tx, now, who, in, m, at)
	if err != nil {
		return Registered{}, err
	}
	if err := hideTx(tx, c.ID, hidden); err != nil {
		return Registered{}, err
	}
	if in.About != "" {
		if err := s.eventTx(tx, now, who, c.ID, EventNote, "涉及："+in.About, false); err != nil {
			return Registered{}, err
		}
	}
	out := Registered{Case: c, Seen: true}
	if _, err := caseTx(tx, who, c.ID); !fault.Is(err, fault.NotFound) {
		return out, err
	}
	out.Seen = false
	if in.Once == "" {
		in.Once = models.NewRandomID()
	}
	out.Receipt = RaiseReceipt{
		No: c.No, Secret: s.secretOf(seedOf(who, in.Once)), Unit: at.Name, Above: true, On: c.ReceivedOn,
	}
	return out, s.keepCodeTx(tx, who, c.ID, out.Receipt.Secret)
}

// hiddenFromTx says which unit gets a complaint, and from whom it is hidden: what routeTx says for each unit that it
// concerns, and the lowest unit above all of them.
func hiddenFromTx(
	tx *gorm.DB, in Intake, unit models.Unit, today models.Date,
) (at models.Unit, hidden []string, err error) {
	if in.Kind != models.Complaint {
		return unit, nil, nil
	}
	bases, err := concernedTx(tx, in, unit, today)
	if err != nil {
		return at, nil, err
	}
	r := Raising{Kind: in.Kind, Text: in.said(), OfPerson: in.OfPerson || in.About != "" || in.AboutID != ""}
	for _, base := range bases {
		one, from, err := routeTx(tx, r, base, today)
		if err != nil {
			return at, nil, err
		}
		for _, id := range from {
			if !slices.Contains(hidden, id) {
				hidden = append(hidden, id)
			}
		}
		if at, err = commonTx(tx, at, one); err != nil {
			return at, nil, err
		}
	}
	return at, hidden, nil
}

// commonTx returns the lowest unit above both, or one of them; a is empty at first.
func commonTx(tx *gorm.DB, a, b models.Unit) (models.Unit, error) {
	if a.ID == "" || policy.Within(a.Path, b.Path) {
		return b, nil
	}
	up, way := unitsOf(a.Path), unitsOf(b.Path)
	n := 0
	for n < min(len(up), len(way)) && up[n] == way[n] {
		n++
	}
	if n == 0 {
		return models.Unit{}, fault.Wrong(fault.On("about_unit", "form.choice"))
	}
	return unitTx(tx, up[n-1])
}

// concernedTx returns the units that a matter is about: the one chosen, else where the named work, else the one whose
// matter it is.
func concernedTx(tx *gorm.DB, in Intake, unit models.Unit, today models.Date) ([]models.Unit, error) {
	if in.AboutID != "" {
		u, err := areaTx(tx, in.AboutID, today)
		if fault.Is(err, fault.Invalid) {
			err = fault.Wrong(fault.On("about_unit", "form.choice"))
		}
		return []models.Unit{u}, err
	}
	named, err := mentionedTx(tx, in.About, today)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, n := range named {
		if n.UnitID != "" && !slices.Contains(ids, n.UnitID) {
			ids = append(ids, n.UnitID)
		}
	}
	if len(ids) == 0 {
		return []models.Unit{unit}, nil
	}
	var units []models.Unit
	if err := tx.Where("id IN ?", ids).Order("path").Find(&units).Error; err != nil {
		return nil, fmt.Errorf("read units of the named: %w", err)
	}
	return units, nil
}
