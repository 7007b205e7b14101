package terminal

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// Progress is a progress bar on the last line of a terminal, with the percentage
// done, the rate and the remaining time:
//
//	epoch 3/10 [=========>------------]  43%   58,112 images/s  ETA 1s
//
// It writes nothing if the writer is not a terminal ([Interactive]), and neither does
// a nil Progress.
//
// The methods may be called from any goroutine.
type Progress struct {
	label, unit string
	start       time.Time

	// The bar's goroutine reads these without locking mu.
	done, total atomic.Int64
	end         atomic.Int64 // by Set: nanoseconds from start to the estimated end

	mu        sync.Mutex
	w         io.Writer     // nil if nothing is shown
	drawn     time.Duration // since start, of the last message to the bar
	container *mpb.Progress // nil until something has been drawn
	bar       *mpb.Bar
}

// interval is the time between two redraws. Shorter work never shows a bar.
const interval = 100 * time.Millisecond

// NewProgress starts a progress bar for total things, whose plural name is unit. The
// caller must call Done, and must not write to w before.
func NewProgress(w io.Writer, total int64, label, unit string) *Progress {
	p := &Progress{label: label, unit: unit, start: time.Now()}
	p.total.Store(total)
	if total > 0 && Interactive(w) {
		p.w = w
	}
	return p
}

// Add counts n more things as done.
func (p *Progress) Add(n int64) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.w == nil {
		return
	}
	p.done.Add(n)
	p.update(false)
}

// Set sets the number of things done, the total and the estimated remaining time, for
// things that take different times. A negative time means unknown.
func (p *Progress) Set(done, total int64, left time.Duration) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.w == nil {
		return
	}
	p.done.Store(done)
	p.total.Store(total)
	end := time.Since(p.start) + left
	if left < 0 {
		end = unknown
	}
	p.end.Store(int64(end))
	p.update(p.bar == nil) // the next call may come minutes later
}

const unknown = -1 // an unknown end

// update redraws the bar: at once, or if the last redraw was an interval ago.
func (p *Progress) update(atOnce bool) {
	// A message wakes the bar's goroutine. Send one per redraw or fewer, so that
	// steps of microseconds are not delayed.
	now := time.Since(p.start)
	if !atOnce && now-p.drawn < interval {
		return
	}
	p.drawn = now
	if p.bar == nil && !p.draw() {
		p.w = nil
		return
	}
	p.bar.SetTotal(p.total.Load(), false)
	p.bar.SetCurrent(min(p.done.Load(), p.total.Load()-1)) // a full bar would end by itself
}

// draw shows the bar, if the terminal still exists.
func (p *Progress) draw() bool {
	style := mpb.BarStyle()
	if Color(p.w) {
		style = style.FillerMeta(cyan).TipMeta(cyan)
	}
	p.container = mpb.New(mpb.WithOutput(screen(p.w)), mpb.WithRefreshRate(interval))
	bar, err := p.container.Add(p.total.Load(), style.Build(),
		mpb.BarRemoveOnComplete(),
		// A line is overwritten from the cursor on, which is not at its start
		// after a key such as Ctrl-C was echoed.
		mpb.PrependDecorators(decor.Name("\r"+p.label)),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string {
			return p.status(p.done.Load(), time.Since(p.start))
		})),
	)
	if err != nil {
		p.container.Wait()
		return false
	}
	p.bar = bar
	return true
}

// Done removes the bar and waits until it is gone. The next write starts on an empty
// line. A second call does nothing.
func (p *Progress) Done() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		p.bar.Abort(true)
		p.container.Wait()
		_, _ = io.WriteString(p.w, "\r\x1b[K") // the rest of an echoed key
		p.bar = nil
	}
	p.w = nil
}

func cyan(s string) string { return "\x1b[36m" + s + "\x1b[0m" }

// status returns the text after the bar, of nearly constant width.
func (p *Progress) status(done int64, elapsed time.Duration) string {
	total := p.total.Load()
	share := min(float64(done)/float64(total), 1)
	text := fmt.Sprintf("%3d%%", int(100*share))
	if end := time.Duration(p.end.Load()); end != 0 {
		text += fmt.Sprintf("  %d/%d %s", done, total, p.unit)
		if end != unknown {
			text += "  ETA " + max(end-elapsed, 0).Round(time.Second).String()
		}
		return text
	}
	rate := float64(done) / elapsed.Seconds()
	if done <= 0 || rate <= 0 || math.IsInf(rate, 0) {
		return text
	}
	if rate < 10 {
		text += fmt.Sprintf("  %7.1f %s/s", rate, p.unit)
	} else {
		text += fmt.Sprintf("  %7s %s/s", thousands(int64(rate)), p.unit)
	}
	left := time.Duration(float64(max(total-done, 0)) / rate * float64(time.Second))
	return text + "  ETA " + left.Round(time.Second).String()
}

// thousands writes a number with a comma after each group of three digits.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
