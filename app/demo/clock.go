package demo

import (
	"sync"
	"time"

	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/workday"
)

// Clock stands in the past while the county is made up, and shows the wall once it is free. It is safe for
// concurrent use.
type Clock struct {
	wall clock.Clock

	mu   sync.Mutex
	at   time.Time
	free bool
}

// NewClock returns a clock that stands where the story begins for whoever starts it at the wall's instant.
func NewClock(wall clock.Clock) (*Clock, error) {
	days, err := workday.Load()
	if err != nil {
		return nil, err
	}
	c := &Clock{wall: wall}
	c.Set(planFor(models.DateOf(wall()), days).begin, 9*time.Hour)
	return c, nil
}

// Now is a clock.Clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.free {
		return c.wall()
	}
	return c.at
}

// Set moves the clock to an hour of a day in Asia/Shanghai, but never beyond the wall.
func (c *Clock) Set(day models.Date, hour time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = day.Start().Add(hour).Truncate(time.Millisecond)
	if now := c.wall(); c.at.After(now) {
		c.at = now
	}
}

// Free lets the clock show the wall.
func (c *Clock) Free() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.free = true
}

// plan is the calendar of the story.
type plan struct {
	begin    models.Date // the county is entered
	from, to models.Date // twelve full months: the annual assessment
	half     models.Date // last day of the first six of them: the routine assessment
	today    models.Date
}

// Working days of the windows of a period.
const (
	previewDays   = 5
	objectionDays = 10
	answerDays    = 10
)

// sealed returns the day on which a span that ends on last is sealed: the first working day after it.
func sealed(last models.Date, days *workday.Calendar) models.Date { return days.Add(last, 1) }

// heard returns the last day for objections to it.
func heard(last models.Date, days *workday.Calendar) models.Date {
	return days.Add(sealed(last, days), objectionDays)
}

// planFor takes the latest twelve full months that, sealed on the first working day after them, leave the last day for
// objections before today.
func planFor(today models.Date, days *workday.Calendar) plan {
	p := plan{today: today}
	next := time.Date(today.Year(), today.Day().Month(), 1, 0, 0, 0, 0, time.UTC)
	for {
		p.to = models.NewDate(next.Year(), next.Month(), 0)
		if heard(p.to, days) < today {
			break
		}
		next = next.AddDate(0, -1, 0)
	}
	middle, first := next.AddDate(0, -6, 0), next.AddDate(0, -12, 0)
	p.half = models.NewDate(middle.Year(), middle.Month(), 0)
	p.from = models.NewDate(first.Year(), first.Month(), 1)
	p.begin = p.from.AddDays(-backlog - 30)
	return p
}
