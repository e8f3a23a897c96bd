package db

import (
	"context"
	"log/slog"
	"time"

	"gorm.io/gorm/logger"
)

// slow is the time from which a statement is told to the log.
const slow = 200 * time.Millisecond

const longText = 600 // bytes of a statement that are told

// slowLog tells of slow statements and of nothing else: errors go to the caller, who logs them once.
type slowLog struct{ to *slog.Logger }

// LogMode keeps the logger: its one level is fixed.
func (l slowLog) LogMode(logger.LogLevel) logger.Interface { return l }

// Info tells nothing.
func (slowLog) Info(context.Context, string, ...any) {}

// Warn tells nothing.
func (slowLog) Warn(context.Context, string, ...any) {}

// Error tells nothing.
func (slowLog) Error(context.Context, string, ...any) {}

// Trace tells of a statement that took longer than slow.
func (l slowLog) Trace(ctx context.Context, begin time.Time, fc func() (string, int64), _ error) {
	if l.to == nil {
		return
	}
	took := time.Since(begin)
	if took < slow {
		return
	}
	text, rows := fc()
	if len(text) > longText { // one that adds hundreds of rows
		text = text[:longText] + " …"
	}
	l.to.WarnContext(ctx, "slow statement", "ms", took.Milliseconds(), "rows", rows, "sql", text)
}

// ParamsFilter keeps the values out of the text: they are people's data.
func (slowLog) ParamsFilter(_ context.Context, text string, _ ...any) (string, []any) {
	return text, nil
}
