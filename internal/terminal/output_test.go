package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The first error stays, whatever happens after it.
func TestOutput(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "f"))
	require.NoError(t, err)
	o := NewOutput(context.Background(), f)
	n, err := io.WriteString(o, "text")
	require.NoError(t, err)
	assert.Equal(t, 4, n)
	assert.NoError(t, o.Close())
	b, err := os.ReadFile(f.Name())
	require.NoError(t, err)
	assert.Equal(t, "text", string(b))

	f, err = os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full")
	}
	o = NewOutput(context.Background(), f)
	_, first := fmt.Fprintln(o, "one")
	require.ErrorIs(t, first, syscall.ENOSPC)
	o.file = os.Stderr
	_, second := fmt.Fprint(o, "")
	o.file = f
	assert.Same(t, first, second)
	assert.Same(t, first, o.Close())
	assert.False(t, Interactive(o))
}

// Waiting for another process ends with the context, and not before.
func TestWait(t *testing.T) {
	read, write, err := os.Pipe()
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	o := NewOutput(ctx, write)
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err = o.Write(make([]byte, 1<<20)) // more than a pipe holds
	require.ErrorIs(t, err, context.Canceled)
	begun := time.Now()
	for range 100 {
		fmt.Fprintln(o, "more")
	}
	assert.Less(t, time.Since(begun), 10*patience, "waited for once")
	require.NoError(t, read.Close())
	assert.ErrorIs(t, o.Close(), context.Canceled)

	failure := errors.New("failure")
	assert.Equal(t, failure, Wait(ctx, func() error { return failure }), "a write after the end is tried all the same")
}
