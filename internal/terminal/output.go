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

// Output is a file that a command prints to, such as its standard output. The
// error of the first write that failed is that of all later ones and of Close, so
// that a command need not look at each line that it prints.
//
// A write that waits for another process, the reader of a pipe, ends soon after
// the context.
type Output struct {
	ctx  context.Context
	file *os.File

	mu  sync.Mutex
	err error
}

// NewOutput returns an output to a file.
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

// Close closes the file, and returns the first error of all writes and of this.
func (o *Output) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.file.Close(); o.err == nil && !errors.Is(err, fs.ErrClosed) {
		o.err = err
	}
	return o.err
}

// patience is how long a wait goes on after its context has ended.
const patience = time.Second

// Wait runs f, which may wait for another process and ask no context: open a
// named pipe, write to one that nobody reads. If f is still at it a second after
// the context has ended, it is left running and the error wraps the context's.
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

// screen is the file behind w, if w prints to one.
func screen(w any) *os.File {
	switch f := w.(type) {
	case *os.File:
		return f
	case *Output:
		return f.file
	}
	return nil
}
