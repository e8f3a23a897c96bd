package pages

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"gorm.io/gorm"

	"shanzhi/app/web"
	"shanzhi/app/web/webtest"
	"shanzhi/courses"
	"shanzhi/courses/class"
	"shanzhi/courses/quiz"
	"shanzhi/courses/trainer"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/models/testkit"
	"shanzhi/models/vault"
	"shanzhi/templates/i18n"
)

// pupils is a register of learners by session token, which is their staff number.
type pupils map[string]models.Actor

func (p pupils) Actor(_ context.Context, token string) (models.SignedIn, error) {
	a, ok := p[token]
	if !ok {
		return models.SignedIn{}, fault.New(fault.Unsigned, "error.unsigned")
	}
	return models.SignedIn{Actor: a, Secret: "secret of " + token}, nil
}

func (pupils) Looked(context.Context, models.Actor, string, string) error { return nil }

func (pupils) Refused(context.Context, models.Actor, policy.Action, string, string) error { return nil }

// school is the shipped courses with two learners and the pages of learning.
type school struct {
	t      *testing.T
	d      *db.DB
	clock  *testkit.StillClock
	app    *web.App
	pages  *Pages
	pupils pupils
	words  *i18n.Bundle
}

const mediation = "/learn/courses/mediation"

func newSchool(t *testing.T) *school {
	t.Helper()
	s := &school{t: t, clock: testkit.Clock(t), pupils: pupils{}}
	s.d = testkit.DBAt(t, s.clock.Now)
	var err error
	if s.words, err = i18n.Load(); err != nil {
		t.Fatal(err)
	}
	keys, err := vault.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.New(keys)
	if err != nil {
		t.Fatal(err)
	}
	s.app, err = web.New(web.Config{}, web.Deps{
		Sessions: s.pupils, Words: s.words, Vault: v, Clock: s.clock.Now,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.pages = New(Deps{Clock: s.clock.Now})
	s.pages.Courses = courses.New(s.d, s.clock.Now)
	s.pages.Quiz = quiz.New(s.d, s.clock.Now, s.pages.Courses)
	s.pages.Trainer = trainer.New(s.d, s.clock.Now, s.pages.Courses)
	s.pages.Classes = class.New(s.d, s.clock.Now, s.pages.Courses)
	s.pages.AddHome(s.pages.learnHome)
	s.pages.learnRoutes(s.app)
	s.app.Get("/", policy.Signed, s.pages.showHome)
	if err := s.pages.Courses.Install(t.Context(), models.SystemActor("test")); err != nil {
		t.Fatal(err)
	}
	id := models.NewID()
	s.create(&models.Unit{
		ID: id, Name: "青禾县", Kind: models.County, Path: "/" + id + "/", ValidFrom: "2020-01-01", Version: 1,
		CreatedAt: testkit.Now,
	})
	s.enter("S1", "周晓岚", id, models.CivilServant)
	s.enter("S2", "王𬭁", id, models.VillageCadre)
	return s
}

func (s *school) create(rows ...any) {
	s.t.Helper()
	err := db.Tx(s.t.Context(), s.d, func(tx *gorm.DB) error {
		for _, r := range rows {
			if err := tx.Create(r).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *school) enter(no, name, unit string, category models.Category) {
	s.t.Helper()
	p := models.Person{
		ID: models.NewID(), StaffNo: no, Name: name, Version: 1, CreatedAt: testkit.Now, UpdatedAt: testkit.Now,
	}
	s.create(&p, &models.Post{
		ID: models.NewID(), PersonID: p.ID, UnitID: unit, ManagerID: unit, Title: "干部", Class: "office",
		Category:  category,
		ValidFrom: "2020-01-01", Version: 1,
	})
	s.pupils[no] = models.Actor{
		ID: p.ID, Name: name,
		Grants: []models.Grant{{Role: models.RoleCadre, UnitID: unit, UnitPath: "/" + unit + "/"}},
	}
}

func (s *school) client(no string) *webtest.Client {
	s.t.Helper()
	c := webtest.New(s.t, s.app)
	c.SetCookie("sz_session", no)
	return c
}

// page asks for a page, checks its status and the rules of every page.
func (s *school) page(c *webtest.Client, path string, status int) *webtest.Page {
	s.t.Helper()
	p := c.Get(path).Want(status)
	testkit.CheckPage(s.t, p.Body)
	return p
}

// learn finishes every lesson of mediation through the pages.
func (s *school) learn(c *webtest.Client) {
	s.t.Helper()
	for no := 1; no <= 6; no++ {
		path := mediation + "/" + strconv.Itoa(no)
		c.Get(path).Want(200)
		c.Post(path+"/finish", nil).Want(303)
	}
}

// start begins an attempt and returns its page and address.
func (s *school) start(c *webtest.Client) (*webtest.Page, string) {
	s.t.Helper()
	c.Get(mediation + "/quiz").Want(200)
	p := c.Post(mediation+"/quiz", nil).Want(303)
	path := p.Location()
	return s.page(c, path, 200), path
}

// keys returns the right letters of an attempt's paper by field, read from the database.
func (s *school) keys(path string) url.Values {
	s.t.Helper()
	id := path[strings.LastIndex(path, "/")+1:]
	out := url.Values{}
	err := db.View(s.t.Context(), s.d, func(tx *gorm.DB) error {
		var answers []models.Answer
		if err := tx.Where("attempt_id = ?", id).Order("place").Find(&answers).Error; err != nil {
			return err
		}
		for _, a := range answers {
			var q models.Question
			if err := tx.Where("id = ?", a.QuestionID).Take(&q).Error; err != nil {
				return err
			}
			for i, l := range a.Shown {
				if strings.ContainsRune(q.Right, l) {
					out.Add(quiz.FieldName(a.Place), courses.Letter(i))
				}
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// form is a whole form of a version with some of the fields.
func form(version int, fields url.Values, do string) url.Values {
	out := url.Values{"whole": {"1"}, "version": {strconv.Itoa(version)}}
	maps.Copy(out, fields)
	if do != "" {
		out.Set("do", do)
	}
	return out
}

// wantNoKey fails when a page about an open paper holds an explanation, the seed or the mark of a right option.
func (s *school) wantNoKey(p *webtest.Page, path string) {
	s.t.Helper()
	id := path[strings.LastIndex(path, "/")+1:]
	var a models.Attempt
	var bank []models.Question
	err := db.View(s.t.Context(), s.d, func(tx *gorm.DB) error {
		if err := tx.Where("id = ?", id).Take(&a).Error; err != nil {
			return err
		}
		return tx.Where("quiz_id = ?", a.QuizID).Find(&bank).Error
	})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, q := range bank {
		if strings.Contains(string(p.Body), q.Explanation) || strings.Contains(string(p.Body), q.ID) {
			s.t.Errorf("%s: the page tells of question %s", p.Path, q.Code)
		}
	}
	if strings.Contains(string(p.Body), strconv.FormatInt(a.Seed, 10)) {
		s.t.Errorf("%s: the page holds the seed", p.Path)
	}
	for _, selector := range []string{"li.right", "li.mine", "small.right", "input[data-right]"} {
		if p.Count(selector) > 0 {
			s.t.Errorf("%s: the page holds %s", p.Path, selector)
		}
	}
}
