package datasets

import (
	"context"
	"fmt"
	"net/http/httptrace"
	"sync"
	"time"
)

// slowError says that a mirror sent less in a period than it must.
type slowError struct {
	bytes, least int64
	period       time.Duration
}

func (e *slowError) Error() string {
	if e.bytes == 0 {
		return fmt.Sprintf("nothing arrived for %v", e.period)
	}
	return fmt.Sprintf("%d bytes in %v: want %d or more", e.bytes, e.period, e.least)
}

// guard ends a request whose phase takes too long: connecting, which counts
// against the budget of all attempts, or a period in which too little arrives.
//
// The hooks of a trace may be called from other goroutines.
type guard struct {
	mu     sync.Mutex
	d      *downloader
	cancel context.CancelCauseFunc
	timer  *time.Timer // nil when it is over
	since  time.Time   // the attempt to connect began; zero when connected
	bytes  int64       // that have arrived
}

// trace counts each connection on the way, including those of redirections.
func (g *guard) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) {
			if err := g.connecting(); err != nil {
				g.cancel(err)
			}
		},
		GotConn: func(httptrace.GotConnInfo) { g.connected() },
	}
}

func (g *guard) connecting() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.count()
	left := g.d.budget - g.d.connected
	if left <= 0 {
		return fmt.Errorf("connecting took %v in all: want less", g.d.budget)
	}
	g.since = time.Now()
	wait := min(g.d.connect, left)
	g.arm(wait, func() { g.cancel(fmt.Errorf("no connection within %v", wait.Round(time.Millisecond))) })
	return nil
}

// connected is called when there is a connection and when an answer has arrived.
// More must follow each within a period.
func (g *guard) connected() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.count()
	g.watch()
}

// watch begins a period, at whose end another one begins or the request ends.
func (g *guard) watch() {
	before := g.bytes
	g.arm(g.d.period, func() {
		if n := g.bytes - before; n < max(g.d.least, 1) {
			g.cancel(&slowError{n, g.d.least, g.d.period})
			return
		}
		g.watch()
	})
}

// arrived records the number of bytes of the body that have arrived.
func (g *guard) arrived(bytes int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.bytes = bytes
}

func (g *guard) stop() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.timer != nil {
		g.timer.Stop()
		g.timer = nil
	}
}

// count ends an attempt to connect.
func (g *guard) count() {
	if !g.since.IsZero() {
		g.d.connected += time.Since(g.since)
		g.since = time.Time{}
	}
}

// arm calls f after wait, with the lock held, unless the guard is armed again or
// stopped before.
func (g *guard) arm(wait time.Duration, f func()) {
	if g.timer != nil {
		g.timer.Stop()
	}
	var t *time.Timer
	t = time.AfterFunc(wait, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.timer == t {
			f()
		}
	})
	g.timer = t
}
