package pages

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"shanzhi/courses/class"
	"shanzhi/models"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// classSize is how many lines a list of a class shows.
const classSize = 20

func classPath(id string) string { return "/learn/manage/classes/" + id }

// classTag says where a class stands. Of one that its people were told of the days say whether it is held.
func classTag(w *i18n.Printer, c models.TrainingClass, today models.Date) view.LearnStage {
	switch c.State {
	case models.ClassOpen:
		switch {
		case today < c.FromOn:
			return view.LearnStage{Kind: ui.Info, Text: w.T("class.state.ahead")}
		case today > c.ToOn:
			return view.LearnStage{Kind: ui.Warn, Text: w.T("class.state.over")}
		}
		return view.LearnStage{Kind: ui.Info, Text: w.T("class.state.running")}
	case models.ClassClosing:
		return view.LearnStage{Kind: ui.Warn, Text: w.T("class.state.closing")}
	case models.ClassClosed:
		return view.LearnStage{Kind: ui.OK, Text: w.T("class.state.closed")}
	case models.ClassPlanned, models.ClassCancelled:
	}
	return view.LearnStage{Kind: ui.Plain, Text: w.T("class.state." + string(c.State))}
}

func classDays(w *i18n.Printer, c models.TrainingClass) string {
	if c.FromOn == c.ToOn {
		return w.Date(c.FromOn.Day())
	}
	return w.T("class.days.span", "from", w.Date(c.FromOn.Day()), "to", w.Date(c.ToOn.Day()))
}

func (p *Pages) classLine(w *i18n.Printer, v class.View) view.ClassLine {
	return view.ClassLine{
		ID: v.ID, Name: v.Name, Kind: w.T("class.kind." + string(v.Ledger)), Unit: v.Unit, Head: v.Head,
		Days: classDays(w, v.TrainingClass), Members: w.Count(v.Members),
		State: classTag(w, v.TrainingClass, models.DateOf(p.Clock())),
	}
}

// hourMinute writes minutes after midnight.
func hourMinute(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

// minutesOf reads a time of day as a browser sends it or people type it (8:30, ８：３０); -1 is no time.
func minutesOf(s string) int {
	s = strings.TrimSpace(norm.NFKC.String(s))
	at, err := time.Parse("15:04", s)
	if err != nil {
		return -1
	}
	return at.Hour()*60 + at.Minute()
}

func sessionLine(w *i18n.Printer, x class.Session) view.ClassSessionLine {
	l := view.ClassSessionLine{
		ID: x.ID, Title: x.Title, Place: x.Place, Teacher: x.Teacher, Hours: w.Hours(x.Hours),
		When: w.T("class.when.value", "date", x.Day, "from", hourMinute(x.FromMin), "to", hourMinute(x.ToMin)),
	}
	if x.Code != "" {
		l.Course = w.T("class.session.of_course", "course", either(w, x.Course, x.CourseEN))
	}
	return l
}

func markTag(w *i18n.Printer, m models.Attendance) view.LearnStage {
	kind := ui.OK
	switch m {
	case "":
		return view.LearnStage{}
	case models.OnLeave, models.Absent:
		kind = ui.Warn
	case models.Late:
		kind = ui.Info
	case models.Present:
	}
	return view.LearnStage{Kind: kind, Text: w.T("class.mark." + string(m))}
}

// byAndWhen says who did something and when; "" for nobody.
func byAndWhen(w *i18n.Printer, name string, at *time.Time) string {
	if name == "" || at == nil {
		return ""
	}
	return w.T("class.by", "name", name, "date", w.IsoDate(*at))
}

func version(v class.View) string { return strconv.Itoa(v.Version) }
