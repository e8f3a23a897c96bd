package courses

import (
	"encoding/json"
	"fmt"

	"shanzhi/models"
)

// RuleBook (学时认定办法) says how many hours what counts for, and how many are asked for. It is data: another locality has
// another one. Hours are in 0.01 hour.
type RuleBook struct {
	Code    string `json:"-"` // kept with every entry, at most 40 characters
	Name    string `json:"-"`
	NameEN  string `json:"-"`
	Example bool   `json:"-"` // the preset, because the locality has set none

	Steps  []Step  `json:"steps"` // by length of a lesson, the longest first; the last one begins at 0
	Test   int     `json:"test"`  // for a passed test
	Quotas []Quota `json:"quotas"`
	// AwayMost: who was away for more than one AwayMost-th of a class's hours has not completed it; 0 = no such rule.
	AwayMost int `json:"away"`
}

// Step is what a lesson of at least FromMinutes counts for.
type Step struct {
	FromMinutes int `json:"from"`
	Hours       int `json:"h"`
}

// Quota is what is asked of some personnel categories in a span of years, in each ledger apart; 0 is nothing.
type Quota struct {
	From       int               `json:"from,omitempty"` // years, both included
	To         int               `json:"to,omitempty"`   // 0 = without end
	Categories []models.Category `json:"of"`
	Online     int               `json:"online"`
	InPerson   int               `json:"in_person"`
}

// ExampleBook is the preset: the conversion seen in Yunnan's public rule book, and the hours that national rules ask of
// officials.
//
// Sources: 《干部教育培训工作条例》(2023) art. 14 (90 hours in person a year); national training plan 2023–2027 (50 hours of
// online self-study a year). Of the same regulations: who is on leave for more than a seventh of a training's hours has
// withdrawn from it. The quotas bind officials: for the other categories nothing is asked and no shortfall shown.
func ExampleBook() RuleBook {
	return RuleBook{
		Code: "yunnan-2024-example", Name: "示例：云南式折算 2024", NameEN: "Example: conversion as in Yunnan, 2024",
		Example: true,
		Steps:   []Step{{FromMinutes: 30, Hours: 100}, {FromMinutes: 15, Hours: 50}, {FromMinutes: 0, Hours: 25}},
		Test:    50, AwayMost: 7,
		Quotas: []Quota{{
			From: 2023, Categories: []models.Category{models.LeadingCadre, models.CivilServant},
			Online: 5000, InPerson: 9000,
		}},
	}
}

// Completed reports whether somebody who was away for some of a class's hours has completed it. Hours are in 0.01 hour.
func (b RuleBook) Completed(away, all int) bool { return b.AwayMost == 0 || away*b.AwayMost <= all }

// ClassHours returns the most that a session of a class of so many minutes may count for, in 0.01 hour: as many whole
// lessons of the rule book as it holds.
func (b RuleBook) ClassHours(minutes int) int {
	long := b.Steps[0]
	return minutes / max(1, long.FromMinutes) * long.Hours
}

// LessonHours returns what a lesson of so many minutes counts for, in 0.01 hour.
func (b RuleBook) LessonHours(minutes int) int {
	for _, s := range b.Steps {
		if minutes >= s.FromMinutes {
			return s.Hours
		}
	}
	return 0
}

// CourseHours returns what a whole course with its passed test counts for, in 0.01 hour.
func (b RuleBook) CourseHours(lessons []models.Lesson) int {
	sum := b.Test
	for _, l := range lessons {
		sum += b.LessonHours(l.Minutes)
	}
	return sum
}

// Asked returns the hours that are asked of somebody with these categories in the year, in 0.01 hour; 0 is no target.
// Of several categories the higher target holds, in each ledger apart.
func (b RuleBook) Asked(categories []models.Category, year int) (online, inPerson int) {
	for _, q := range b.Quotas {
		if year < q.From || q.To != 0 && year > q.To {
			continue
		}
		for _, c := range q.Categories {
			for _, mine := range categories {
				if c == mine {
					online, inPerson = max(online, q.Online), max(inPerson, q.InPerson)
				}
			}
		}
	}
	return online, inPerson
}

// Basis is what an entry made by a course rests on; it is kept as JSON with the entry.
type Basis struct {
	Code     string        `json:"course"`
	Edition  int           `json:"edition"`
	Lessons  []LessonBasis `json:"lessons"`
	Attempt  string        `json:"attempt"`
	Score    int           `json:"score"` // 0.01 point
	PassedOn models.Date   `json:"passed_on"`
	Test     int           `json:"test"` // 0.01 hour
}

// LessonBasis is one finished lesson of a Basis.
type LessonBasis struct {
	No      int         `json:"no"`
	Minutes int         `json:"min"`
	Hours   int         `json:"h"` // 0.01 hour
	DoneOn  models.Date `json:"on"`
}

// sum returns the hours of the basis, in 0.01 hour.
func (b Basis) sum() int {
	sum := b.Test
	for _, l := range b.Lessons {
		sum += l.Hours
	}
	return sum
}

func (b Basis) json() (string, error) {
	raw, err := json.Marshal(b)
	if err != nil {
		return "", fmt.Errorf("write basis of hours: %w", err)
	}
	return string(raw), nil
}

// readBasis reads what json wrote; an entry from elsewhere has another basis and gives the zero value.
func readBasis(raw string) Basis {
	var b Basis
	if json.Unmarshal([]byte(raw), &b) != nil {
		return Basis{}
	}
	return b
}
