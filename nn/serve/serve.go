// Package serve answers many goroutines that ask one model.
//
// A pass over a network computes sixteen rows side by side, or a few rows one by one,
// which costs more by the row. A [Server] gathers the rows of goroutines that ask at
// the same time into one pass.
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
	// ErrClosed is the error of who asks a server that is closed, or whose row
	// waits when it is.
	ErrClosed = errors.New("the server is closed")

	// ErrFull is the error of who asks when Options.Queue rows wait already. Ask
	// later: an HTTP server answers 503.
	ErrFull = errors.New("the queue is full")
)

// Options are those of a [Server]. The zero value has the defaults.
type Options struct {
	// Workers is the number of passes that are computed at once, each by one
	// goroutine with graphs of its own: at most 1024; if zero, GOMAXPROCS.
	Workers int

	// MaxRows is the most rows of a pass: at most 1024; if zero, 16. More are not cheaper by the row, except in dense layers, which are some 1.5
	// times as fast from 64 rows on.
	MaxRows int

	// Delay is how long a pass waits for others to ask, at most: it begins sooner when
	// as many rows are there as came together last time, and at once when nobody else
	// has asked of late. If zero, 100 µs; if negative, nothing is waited for.
	Delay time.Duration

	// Queue is how many rows may wait for a worker, counted for inputs of each kind:
	// at most 1<<20; if zero, 1024. Whoever asks then gets [ErrFull].
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
// must not change while somebody waits for an answer. An answer has the bits that
// [nn.Model.Predict] gives for the row alone, whatever rows were computed with it.
type Server struct{ pool *pool }

// New starts a server. It makes all the graphs that the server will use, and computes
// rows of zeros with them, so that the first answer takes no longer than later ones.
//
// A model with a layer on plain rows ([nn.Model.UsesRows]) is computed one row at a
// time, as such a layer may mix the rows of a batch.
//
// Call [Server.Close] when done; the garbage collector ends the workers of a server
// that nobody closed. The model itself stays free for other calls, those that change
// its parameters apart, and may be closed before the server.
func New(m *nn.Model, o Options) (*Server, error) {
	if m == nil {
		return nil, errors.New("serve: the model is nil: want one of nn.NewModel")
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

// Predict returns the output for one row of inputs, of the model's input shape: for a
// classifier the logits. It uses the memory of dst if that is large enough.
//
// It waits until the row is computed or ctx is done, and returns an error if
// the row has another size or kind than the model's, if ctx is done (one that
// wraps ctx.Err()), [ErrFull] or [ErrClosed].
func (s *Server) Predict(ctx context.Context, dst, row []float32) ([]float32, error) {
	return s.ask(ctx, dst, datasets.Batch{Rows: 1, Inputs: row}, numbers, len(row))
}

// PredictPixels is [Server.Predict] for a row of bytes, of which the network sees
// byte/255.
func (s *Server) PredictPixels(ctx context.Context, dst []float32, row []uint8) ([]float32, error) {
	return s.ask(ctx, dst, datasets.Batch{Rows: 1, Pixels: row}, pixels, len(row))
}

// PredictTokens is [Server.Predict] for a row of tokens, each in [0, Vocabulary) of
// the model's [nn.Config].
func (s *Server) PredictTokens(ctx context.Context, dst []float32, row []int32) ([]float32, error) {
	return s.ask(ctx, dst, datasets.Batch{Rows: 1, Tokens: row}, tokens, len(row))
}

// ask waits for the answer to a row of n values.
func (s *Server) ask(ctx context.Context, dst []float32, row datasets.Batch, k kind, n int) ([]float32, error) {
	defer runtime.KeepAlive(s) // the collector stops what nobody can reach
	if s.pool == nil {
		return nil, errors.New("serve: the server is empty: want one of New")
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

// Close waits for the passes under way, answers the rows that wait for one with
// [ErrClosed], and ends the workers. Closing again does nothing.
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
	row    datasets.Batch // a copy: who asked may have left
	output []float32
	err    error
	done   chan struct{} // of capacity 1
}

// take makes the request one for a row.
func (r *request) take(ctx context.Context, row datasets.Batch) {
	r.ctx, r.err, r.row.Rows = ctx, nil, 1
	r.row.Inputs = append(r.row.Inputs[:0], row.Inputs...)
	r.row.Pixels = append(r.row.Pixels[:0], row.Pixels...)
	r.row.Tokens = append(r.row.Tokens[:0], row.Tokens...)
}
