package ratings_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/db"
)

func TestTheInvitedAreCountedByChannelAndOutcome(t *testing.T) {
	t.Parallel()
	c := newCircle(t)
	for i, on := range []models.Date{"2026-07-02", "2026-07-03", "2026-06-30"} {
		id := c.badly(i, "", models.RatingLoop{}, nil, on)
		c.put(&models.Invitation{
			ID: models.NewRandomID(), CaseID: id, TokenHash: id, Channel: models.QR, Mode: models.ModeInvited,
			UnitID: c.town.ID, IssuedOn: on, ExpiresOn: on.AddDays(30), State: models.InvitationRated,
		})
	}
	other := c.caseOf("A001", "2026-07-05")
	c.put(&models.Invitation{
		ID: models.NewRandomID(), CaseID: other.ID, TokenHash: "x", Channel: models.SMS, Mode: models.ModeInvited,
		UnitID: c.town.ID, IssuedOn: "2026-07-05", ExpiresOn: "2026-08-05", State: models.InvitationOpen,
	})
	var got map[string][]ratings.AnsweredCell
	err := db.View(t.Context(), c.db, func(tx *gorm.DB) (err error) {
		got, err = c.ratings.AnsweredTx(tx, "2026-07-01", "2026-07-31")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]ratings.AnsweredCell{c.town.ID: {
		{Channel: models.QR, Outcome: models.Solved, Invited: 2, Answered: 2},
		{Channel: models.SMS, Outcome: models.Solved, Invited: 1},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
