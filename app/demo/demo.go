// Package demo makes up a county: 青禾县 with 6 townships, 40 villages and communities, 200 cadres, a year with about
// 8,000 cases, 5,600 ratings and 600 quiz attempts, and three assessment periods, so that whoever opens the program for
// the first time finds something of everything. All of it is invented, and every page says so (setting "demo" of the
// database).
//
// Everything goes in through the doors of the house, under a clock that stands in the past, but for what no door makes
// and that is written as rows: passwords, lessons read, and of what came in by import the invitations, the loops of bad
// ratings, the calls of the sample and the cases not counted.
//
// # The truth behind the figures
//
// Cases and ratings come from a seeded generator (math/rand/v2, PCG) with known true effects, so that what the
// assessment estimates can be held against what is so. Each cadre has four true logits, drawn around the mean of the
// class:
//
//	class                   good rating   solved   on time   quiz
//	乡镇领导                       1.1        0.8      1.4     1.3
//	乡镇便民服务窗口               1.5        1.0      1.8     1.2
//	村（社区）干部                 1.2        0.6      1.2     0.8
//	sd between cadres              0.95       0.75     0.9     0.7
//	variance between cadres        0.9025     0.5625   0.81    0.49
//
// The visitor's cadre alone has a quiz logit of 2.2 in any case. Of each variance 40 % is common to the four effects
// of a cadre; effects are cut at 2.2 standard deviations. Truths gives the logits of every cadre for a seed. What is
// drawn from them: per closed case whether it is on time; per case that could be solved whether it is solved and not
// reopened, and whether its rating is of level 4 or 5 (a solved matter pleases more, an unsolved one 25 % less, the
// share over both is the true one); per question of a first attempt whether it is right. No matter, family, channel
// or month changes these chances; 60 % of the invited answer, whoever handled the case and however it ended. So
// neither case mix nor missing answers lead an estimate astray, and shrinkage alone moves it.
package demo

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/app/onboard"
	"shanzhi/assessments"
	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/courses"
	"shanzhi/courses/class"
	"shanzhi/courses/quiz"
	"shanzhi/courses/trainer"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/workday"
)

// Key is the setting of the database that marks a demonstration; its value is the seed.
const Key = "demo"

// Seed is the seed of the demonstration that everybody sees.
const Seed uint64 = 20260712

// Doors are the doors of the house through which the county is made. Starter courses and default scheme are installed.
type Doors struct {
	DB          *db.DB
	Accounts    *accounts.Service
	Courses     *courses.Service
	Quiz        *quiz.Service
	Trainer     *trainer.Service
	Classes     *class.Service
	Cases       *cases.Service
	Ratings     *ratings.Service
	Assessments *assessments.Service
	Onboard     *onboard.Service
	Sealer      *audit.Sealer
}

// Options say what is made.
type Options struct {
	Today    models.Date // the last day of the story; the clock's wall stands in it
	Seed     uint64
	Password string // of every account
}

// Login is one account to try the house with.
type Login struct {
	StaffNo, Name, Unit string
	Role                models.Role
	Key                 string // of the texts "demo.login.<key>.role" and ".try"
}

// Made is what was made up.
type Made struct {
	Logins                 []Login
	Released, Sealed, Open string // codes of the three periods
	From, To               models.Date
	Cases                  int // of the imported sheet
	Ratings                int
	Objections             int
}

// maker makes one county.
type maker struct {
	Doors
	o      Options
	clk    *Clock
	days   *workday.Calendar
	plan   plan
	work   work
	truths map[string]Truth

	units  map[string]string // name → id
	people map[string]string // staff number → id
	posts  map[string]string // staff number → post
	duties map[string]string // code of the duty list → id
	stand  string            // the first window with a standing code
	made   Made

	underWay []*story // loops of the past that go on
}

var system = models.SystemActor("demo")

// Make makes the county in an empty database whose houses' clock is clk, and sets the clock free at the end. The
// same day and seed make the same county, but for ids, secrets and the questions drawn for a quiz.
//
// Faults: those of the doors, such as Invalid for a password that is too easily guessed; Conflict
// "account.setup_done" in a database that has people.
func Make(ctx context.Context, d Doors, clk *Clock, o Options) (Made, error) {
	days, err := workday.Load()
	if err != nil {
		return Made{}, err
	}
	m := &maker{
		Doors: d, o: o, clk: clk, days: days, plan: planFor(o.Today, days), truths: map[string]Truth{},
		units: map[string]string{}, people: map[string]string{}, posts: map[string]string{},
	}
	m.work = weave(o.Seed, m.plan, days)
	for _, t := range Truths(o.Seed) {
		m.truths[t.StaffNo] = t
	}
	if err := d.DB.SetMeta(ctx, Key, strconv.FormatUint(o.Seed, 10)); err != nil {
		return Made{}, err
	}
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"set up", m.setUp},
		{"people", m.enrol},
		{"passwords", m.passwords},
		{"roles", m.grant},
		{"duty list", m.matters},
		{"first periods", m.openFirst},
		{"people who move", m.move},
		{"rule book of hours", m.rules},
		{"quizzes", m.learn},
		{"claims and tasks", m.train},
		{"classes", m.classes},
		{"cases", m.serve},
		{"preview", m.check},
		{"cases in hand", m.inHand},
		{"the loop of bad ratings", m.loops},
		{"requests", m.requests},
		{"voices", m.voices},
		{"people who leave", m.leave},
		{"special period", m.openSpecial},
		{"schemes", m.laterSchemes},
		{"bringing in", m.bringIn},
		{"looks", m.look},
		{"guided tour", m.tour},
	} {
		if err := step.do(ctx); err != nil {
			return m.made, fmt.Errorf("demonstration, %s: %w", step.what, err)
		}
	}
	clk.Free()
	return m.made, nil
}

// at moves the clock to minutes after midnight of a day.
func (m *maker) at(day models.Date, minutes int) { m.clk.Set(day, time.Duration(minutes)*time.Minute) }

// ago returns the day some working days before today.
func (m *maker) ago(n int) models.Date {
	day := m.plan.today
	for n > 0 {
		if day = day.AddDays(-1); m.days.Works(day) {
			n--
		}
	}
	return day
}

// as returns somebody with the roles held at the clock's instant.
func (m *maker) as(ctx context.Context, staffNo string) (who models.Actor, err error) {
	id, known := m.people[staffNo]
	if !known {
		return who, errors.New("nobody has the staff number " + staffNo)
	}
	err = db.View(ctx, m.DB, func(tx *gorm.DB) error {
		who, err = accounts.ActorTx(tx, m.clk.Now(), id)
		return err
	})
	return who, err
}
