package demo

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/db"
)

// serve brings in the cases of the year and, as of the days on which the two periods are sealed, their ratings.
func (m *maker) serve(ctx context.Context) error {
	m.at(m.plan.today, 7*60)
	data, err := caseSheet(m.work.cases)
	if err != nil {
		return err
	}
	got, err := m.Cases.Import(ctx, system, "cases.csv", data, false)
	if err != nil {
		return fmt.Errorf("import cases: %w", err)
	}
	m.made.Cases = got.Accepted
	m.at(sealed(m.plan.to, m.days), 20)
	bad, err := m.invitations(ctx)
	if err != nil {
		return err
	}
	if err := m.notCounted(ctx); err != nil {
		return err
	}
	if err := m.pressure(ctx, bad); err != nil {
		return err
	}
	before, after := until(m.work.voices, m.plan.half)
	if err := m.close(ctx, m.made.Released, m.plan.half, "ratings-1.csv", before); err != nil {
		return err
	}
	if err := m.release(ctx); err != nil {
		return err
	}
	before, _ = until(after, m.plan.to)
	return m.close(ctx, m.made.Sealed, m.plan.to, "ratings-2.csv", before)
}

// close brings in what was rated up to the last day of a period, and seals it.
func (m *maker) close(ctx context.Context, code string, last models.Date, name string, voices []*voice) error {
	m.at(sealed(last, m.days), 8*60)
	if err := m.importVoices(ctx, name, voices); err != nil {
		return err
	}
	if err := m.past(ctx, models.DateOf(m.clk.Now())); err != nil {
		return err
	}
	return m.seal(ctx, code, last)
}

func (m *maker) importVoices(ctx context.Context, name string, all []*voice) error {
	data, err := voiceSheet(all)
	if err != nil {
		return err
	}
	got, err := m.Ratings.Import(ctx, system, name, data, false)
	if err != nil {
		return fmt.Errorf("import %s: %w", name, err)
	}
	m.made.Ratings += got.Accepted
	if _, err := m.Ratings.MakeBatches(ctx, system); err != nil {
		return err
	}
	return nil
}

// unhappy is an invitation that was answered by the lowest level, with the day.
type unhappy struct {
	token string
	on    models.Date
}

// invitations writes the invitations of the past as they stand on the clock's day, and returns the unhappy ones.
func (m *maker) invitations(ctx context.Context) (found []unhappy, err error) {
	today := models.DateOf(m.clk.Now())
	err = db.Tx(ctx, m.DB, func(tx *gorm.DB) error {
		found = nil
		ids, err := caseIDs(tx)
		if err != nil {
			return err
		}
		rows := make([]models.Invitation, 0, len(m.work.invites))
		for _, v := range m.work.invites {
			token := newToken()
			sum := sha256.Sum256([]byte(token))
			row := models.Invitation{
				ID: models.NewRandomID(), CaseID: ids[v.of.no], TokenHash: hex.EncodeToString(sum[:]),
				Channel: v.channel, Mode: v.mode, UnitID: m.units[v.of.handler.unit], IssuedOn: v.of.closed,
				ExpiresOn: v.of.closed.AddDays(ratings.ValidDays), State: models.InvitationOpen,
			}
			person, post := m.people[v.of.handler.staffNo], m.posts[v.of.handler.staffNo]
			row.SubjectID, row.PostID = &person, &post
			switch {
			case v.rating != nil:
				row.State = models.InvitationRated
				if v.rating.level == 1 && v.rating.on < m.plan.to {
					found = append(found, unhappy{token, v.rating.on})
				}
			case row.ExpiresOn < today:
				row.State = models.InvitationNotRated
			}
			rows = append(rows, row)
		}
		if err := tx.CreateInBatches(rows, 500).Error; err != nil {
			return fmt.Errorf("write invitations: %w", err)
		}
		return nil
	})
	return found, err
}

// caseIDs returns the ids of the imported cases by their outside numbers.
func caseIDs(tx *gorm.DB) (map[string]string, error) {
	var rows []struct{ ID, OutsideNo string }
	err := tx.Model(&models.Case{}).Select("id, outside_no").Where("outside_no IS NOT NULL").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read cases: %w", err)
	}
	ids := make(map[string]string, len(rows))
	for _, r := range rows {
		ids[r.OutsideNo] = r.ID
	}
	return ids, nil
}

func newToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // crypto/rand.Read never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// pressure lets three residents say that somebody asked them for a good rating.
func (m *maker) pressure(ctx context.Context, all []unhappy) error {
	said := pressureVoices()
	for i, text := range said {
		if len(all) < len(said) {
			return nil
		}
		u := all[i*len(all)/len(said)]
		m.at(u.on, 18*60)
		if err := m.Ratings.Pressure(ctx, u.token, text); err != nil {
			return err
		}
	}
	return nil
}

// open is a case that is still under way: when it came, what it is, and how far it has got.
type open struct {
	ago     int // working days
	minute  int
	duty    string
	ask     int
	town    int // 0, 1, 2
	staffNo string
	state   models.CaseState
	note    string
}

// desk lists the cases in hand of the last days. Those of QH1102 are what the visitor's cadre finds on the home
// page: one overdue, one due soon, one to acknowledge.
func desk() []open {
	return []open{
		{9, 9*60 + 5, "YL-02", 1, 0, visitorNo, models.CaseInHand, "已请医院补打费用清单。"},
		{8, 10 * 60, "HJ-01", 0, 1, "QH1213", models.CaseInHand, ""},
		{8, 15 * 60, "ZF-03", 0, 0, "QH1110", models.CaseAnswered, ""},
		{7, 9 * 60, "JYU-01", 0, 2, "QH1303", models.CaseInHand, "已同学校联系，等回复。"},
		{6, 11 * 60, "JF-01", 1, 2, "QH1313", models.CaseInHand, ""},
		{6, 16 * 60, "MS-03", 2, 1, "QH1203", models.CaseDispatched, ""},
		{5, 9*60 + 30, "JU-02", 1, 0, visitorNo, models.CaseInHand, ""},
		{5, 10 * 60, "SP-01", 0, 1, "QH1216", models.CaseInHand, ""},
		{4, 9 * 60, "YL-01", 1, 2, "QH1302", models.CaseAnswered, ""},
		{4, 14 * 60, "JY-02", 0, 0, "QH1105", models.CaseInHand, ""},
		{3, 9 * 60, "HJ-03", 1, 1, "QH1219", models.CaseDispatched, ""},
		{3, 15 * 60, "ZF-02", 0, 2, "QH1319", models.CaseInHand, "已约鉴定人员上门。"},
		{2, 9 * 60, "MS-01", 0, 0, "QH1104", models.CaseAnswered, ""},
		{2, 10 * 60, "JF-03", 0, 1, "QH1201", models.CaseInHand, ""},
		{2, 16 * 60, "JU-01", 2, 0, visitorNo, models.CaseInHand, "名字里的生僻字已请公安窗口核对。"},
		{1, 8*60 + 40, "MS-02", 0, 0, visitorNo, models.CaseDispatched, ""},
		{1, 9 * 60, "YL-03", 1, 2, "QH1316", models.CaseDispatched, ""},
		{1, 11 * 60, "HJ-02", 1, 0, "", models.CaseReceived, ""},
		{1, 15 * 60, "MS-04", 2, 1, "", models.CaseReceived, ""},
		{1, 16 * 60, "JYU-02", 1, 2, "", models.CaseReceived, ""},
		{1, 16*60 + 10, "JF-02", 0, 0, "", models.CaseReceived, ""},
		{1, 16*60 + 30, "HJ-01", 2, 2, "", models.CaseReceived, ""},
		{1, 17 * 60, "YL-01", 2, 0, "", models.CaseReceived, ""},
	}
}

// inHand takes in the cases of the last working days at the windows, and brings in what was rated since the sealing.
func (m *maker) inHand(ctx context.Context) error {
	m.at(m.plan.today, 7*60+30)
	_, after := until(m.work.voices, m.plan.to)
	if err := m.importVoices(ctx, "ratings-3.csv", after); err != nil {
		return err
	}
	if _, err := m.Ratings.CloseExpired(ctx, system); err != nil {
		return err
	}
	for i, o := range desk() {
		if _, err := m.take(ctx, m.ago(o.ago), o, i); err != nil {
			return fmt.Errorf("%s: %w", o.duty, err)
		}
	}
	return nil
}

// matter returns the id of an entry of the duty list.
func (m *maker) matter(ctx context.Context, code string) (id string, err error) {
	if m.duties == nil {
		m.duties = map[string]string{}
		err = db.View(ctx, m.DB, func(tx *gorm.DB) error {
			var all []models.Matter
			err := tx.Find(&all).Error
			for _, x := range all {
				m.duties[x.Code] = x.ID
			}
			return err
		})
	}
	if id = m.duties[code]; id == "" && err == nil {
		err = fmt.Errorf("no entry %s", code)
	}
	return id, err
}

// asking is what a resident brings to a window; who it is goes by a number.
func (m *maker) asking(ctx context.Context, o open, n int) (cases.Intake, error) {
	id, err := m.matter(ctx, o.duty)
	var title string
	for _, d := range duties() {
		if d.code == o.duty {
			title = d.asks[o.ask]
		}
	}
	return cases.Intake{
		MatterID: id, Kind: models.Help, Channel: models.Window, Title: title,
		Detail: title + "。请帮助办理，并告诉结果。", Name: surnames()[n%40] + givenNames()[n%30],
		Phone: fmt.Sprintf("1990000%04d", 1900+n),
	}, err
}

// take walks one case of a day as far as it has got.
func (m *maker) take(ctx context.Context, day models.Date, o open, n int) (*models.Case, error) {
	in, err := m.asking(ctx, o, n)
	if err != nil {
		return nil, err
	}
	m.at(day, o.minute)
	clerk, err := m.as(ctx, fmt.Sprintf("QH020%d", o.town+1))
	if err != nil {
		return nil, err
	}
	c, err := m.Cases.TakeIn(ctx, clerk, in)
	if err != nil || o.state == models.CaseReceived {
		return c, err
	}
	m.at(day, o.minute+10)
	c, err = m.Cases.Dispatch(ctx, clerk, c.ID, m.posts[o.staffNo], c.Version)
	if err != nil || o.state == models.CaseDispatched {
		return c, err
	}
	m.at(day, o.minute+45)
	return m.handle(ctx, day, o, c)
}

// handle lets the handler acknowledge a case, note what he did and answer.
func (m *maker) handle(ctx context.Context, day models.Date, o open, c *models.Case) (*models.Case, error) {
	handler, err := m.as(ctx, o.staffNo)
	if err != nil {
		return nil, err
	}
	if c, err = m.Cases.Acknowledge(ctx, handler, c.ID, c.Version); err != nil {
		return nil, err
	}
	if o.note != "" {
		if c, err = m.Cases.Note(ctx, handler, c.ID, o.note, true, c.Version); err != nil {
			return nil, err
		}
	}
	if o.state != models.CaseAnswered {
		return c, nil
	}
	m.at(m.days.Add(day, 1), 11*60)
	return m.Cases.Answer(ctx, handler, c.ID, "您反映的事项已经办理，请核对；如有不清楚的地方，请来窗口或来电说明。", c.Version)
}
