package trainer

import "time"

// stopwatch measures the training part of an epoch.
type stopwatch struct {
	total time.Duration
	since time.Time // zero while paused
}

func newStopwatch(seconds float64) stopwatch {
	return stopwatch{total: time.Duration(seconds * float64(time.Second))}
}

func (w *stopwatch) start() { w.since = time.Now() }

func (w *stopwatch) pause() {
	if !w.since.IsZero() {
		w.total += time.Since(w.since)
		w.since = time.Time{}
	}
}
