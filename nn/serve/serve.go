// Package serve lets many goroutines get predictions from one model.
//
// A pass over a network computes sixteen rows side by side, or a few rows one by one,
// which costs more per row. A [Server] gathers the rows that goroutines request at the
// same time into one pass.
package serve

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/internal/isnil"
	"descent/internal/prefix"
	"descent/nn"
)

var (
	// ErrClosed is returned if the server is closed, or is closed while the row
	// is waiting.
	ErrClosed = errors.New("the server is closed")

	// ErrFull is returned if Options.Queue rows are already waiting. Try again
	// later: an HTTP server responds with 503.
	ErrFull = errors.New("the queue is full")
)

// Options holds the settings of a [Server]. The zero value has the defaults.
type Options struct {
	// Workers is the number of passes that are computed at once, each by one
	// goroutine with its own graphs: at most 1024; if zero, GOMAXPROCS.
	Workers int

	// MaxRows is the largest number of rows in a pass: at most 1024; if zero, 16. More are
	// not cheaper per row, except in dense layers: about 1.5 times as fast from 64 rows on.
	MaxRows int

	// Delay is the longest time that a pass waits for further rows. The pass begins sooner
	// once as many rows are there as came together last time, and immediately if there were
	// no other requests recently. If zero, 100 µs; if negative, passes do not wait.
	Delay time.Duration

	// Queue is the number of rows that may wait for a worker, counted separately for
	// each kind of input: at most 1<<20; if zero, 1024. Further requests get [ErrFull].
	Queue int
}

const (
	defaultDelay = 100 * time.Microsecond
	defaultQueue = 1024
)

// check returns the options with the defaults in place of zeros.
func (o Options) check() (Options, error) {
	for _, c := range []struct {
		name  string
		value *int
		zero  int
		means string
		most  int
	}{
		{"Options.Workers", &o.Workers, runtime.GOMAXPROCS(0), "GOMAXPROCS", lanes.MaxThreads},
		{"Options.MaxRows", &o.MaxRows, lanes.Lanes, "16", 1024},
		{"Options.Queue", &o.Queue, defaultQueue, "1024", 1 << 20},
	} {
		if *c.value < 0 || *c.value > c.most {
			return o, fmt.Errorf("%s = %d: want 0 (%s) to %d", c.name, *c.value, c.means, c.most)
		}
		if *c.value == 0 {
			*c.value = c.zero
		}
	}
	if o.Delay == 0 {
		o.Delay = defaultDelay
	}
	return o, nil
}

// Server predicts for any number of goroutines with the parameters of a model, which
// must not change while a request is waiting. A result has the bits that
// [nn.Model.Predict] gives for the row alone, whatever rows were computed with it.
type Server struct{ pool *pool }

// New starts a server. It builds all graphs that the server will use, and computes
// rows of zeros with them, so that the first result takes no longer than later ones.
//
// A model with a layer on plain rows ([nn.Model.UsesRows]) is computed one row at a
// time, because such a layer may mix the rows of a batch.
//
// Call [Server.Close] when done; the garbage collector stops the workers of a server
// that was not closed. The model remains free for other calls, except those that change
// its parameters, and may be closed before the server.
func New(m *nn.Model, o Options) (*Server, error) {
	if m == nil {
		return nil, errors.New("serve: the model is nil: want one from nn.NewModel")
	}
	o, err := o.check()
	if err != nil {
		return nil, prefix.Error("serve", err)
	}
	p, err := newPool(m, o)
	if err != nil {
		return nil, prefix.Error("serve", err)
	}
	s := &Server{p}
	p.cleanup = runtime.AddCleanup(s, func(p *pool) { p.stop() }, p)
	return s, nil
}

// Predict returns the output for one row of inputs, of the model's input shape: the
// logits, for a classifier. It uses the memory of dst if that is large enough.
//
// It waits until the row is computed or ctx is done. It returns an error if the row's
// size or kind is not the model's, an error that wraps ctx.Err() if ctx is done,
// [ErrFull] or [ErrClosed].
func (s *Server) Predict(ctx context.Context, dst, row []float32) ([]float32, error) {
	return s.ask(ctx, dst, datasets.Batch{Rows: 1, Inputs: row}, numbers, len(row))
}

// PredictPixels is [Server.Predict] for a row of bytes, which the network sees as
// byte/255.
func (s *Server) PredictPixels(ctx context.Context, dst []float32, row []uint8) ([]float32, error) {
	return s.ask(ctx, dst, datasets.Batch{Rows: 1, Pixels: row}, pixels, len(row))
}

// PredictTokens is [Server.Predict] for a row of tokens, each in [0, Vocabulary) of
// the model's [nn.Config].
func (s *Server) PredictTokens(ctx context.Context, dst []float32, row []int32) ([]float32, error) {
	return s.ask(ctx, dst, datasets.Batch{Rows: 1, Tokens: row}, tokens, len(row))
}

// ask waits for the result for a row of n values.
func (s *Server) ask(ctx context.Context, dst []float32, row datasets.Batch, k kind, n int) ([]float32, error) {
	defer runtime.KeepAlive(s) // the collector stops an unreachable server
	if s.pool == nil {
		return nil, errors.New("serve: the server is empty: want one from New")
	}
	if isnil.Value(ctx) {
		return nil, errors.New("serve: the context is nil: want one")
	}
	if err := s.pool.check(row, k, n); err != nil {
		return nil, prefix.Error("serve", err)
	}
	if err := ctx.Err(); err != nil {
		return nil, prefix.Error("serve", err)
	}
	r := s.pool.spare.Get().(*request)
	r.take(ctx, row)
	if err := s.pool.enqueue(r, k); err != nil {
		s.pool.give(r)
		return nil, prefix.Error("serve", err)
	}
	select {
	case <-r.done:
	case <-ctx.Done(): // the request is a worker's now
		return nil, prefix.Error("serve", ctx.Err())
	}
	err := prefix.Error("serve", r.err)
	if err == nil {
		dst = append(dst[:0], r.output...)
	} else {
		dst = nil
	}
	s.pool.give(r)
	return dst, err
}

// Close waits for the passes under way, answers the waiting rows with [ErrClosed], and
// stops the workers. Closing again does nothing.
func (s *Server) Close() {
	defer runtime.KeepAlive(s)
	if s.pool != nil {
		s.pool.cleanup.Stop()
		s.pool.close()
	}
}

// request is a row with its answer.
type request struct {
	ctx    context.Context
	row    datasets.Batch // a copy: the caller may have returned
	output []float32
	err    error
	done   chan struct{} // of capacity 1
}

// take sets the row of the request.
func (r *request) take(ctx context.Context, row datasets.Batch) {
	r.ctx, r.err, r.row.Rows = ctx, nil, 1
	r.row.Inputs = append(r.row.Inputs[:0], row.Inputs...)
	r.row.Pixels = append(r.row.Pixels[:0], row.Pixels...)
	r.row.Tokens = append(r.row.Tokens[:0], row.Tokens...)
}
