package terminal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"
)

// Output is a file that a command prints to, such as its standard output. After a
// failed write, all later writes and Close return its error, so that a command need
// not check every line that it prints.
//
// A write that blocks on the reader of a pipe returns soon after the context is
// canceled.
type Output struct {
	ctx  context.Context
	file *os.File

	mu  sync.Mutex
	err error
}

// NewOutput returns an Output that writes to a file.
func NewOutput(ctx context.Context, f *os.File) *Output { return &Output{ctx: ctx, file: f} }

// Write writes to the file.
func (o *Output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil {
		o.err = Wait(o.ctx, func() error {
			_, err := o.file.Write(b)
			return err
		})
	}
	if o.err != nil {
		return 0, o.err
	}
	return len(b), nil
}

// Close closes the file. It returns the first error of the writes and of closing.
func (o *Output) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.file.Close(); o.err == nil && !errors.Is(err, fs.ErrClosed) {
		o.err = err
	}
	return o.err
}

// patience is how long Wait waits after the context is canceled.
const patience = time.Second

// Wait calls f, which may block on another process without watching a context, as
// when it opens a named pipe. If f has not returned one second after the context is
// canceled, Wait abandons it and returns an error that wraps the context's.
func Wait(ctx context.Context, f func() error) error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-done:
		return err
	case <-time.After(patience):
		return fmt.Errorf("gave up waiting for another process: %w", ctx.Err())
	}
}

// screen returns the file that w prints to, or nil.
func screen(w any) *os.File {
	switch f := w.(type) {
	case *os.File:
		return f
	case *Output:
		return f.file
	}
	return nil
}
