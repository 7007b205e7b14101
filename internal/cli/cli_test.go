package cli

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestStatus(t *testing.T) {
	for want, err := range map[int]error{
		0:   nil,
		1:   errors.New("failed"),
		2:   fmt.Errorf("wrapped: %w", Usagef("wrong")),
		130: fmt.Errorf("interrupted: %w", context.Canceled),
	} {
		assert.Equal(t, want, status(err, nil), "%v", err)
		assert.Equal(t, want, status(err, signaled{os.Interrupt}), "%v", err)
		if want == 130 {
			want = 143
		}
		assert.Equal(t, want, status(err, signaled{syscall.SIGTERM}), "%v", err)
	}
	for want, s := range map[int]signaled{130: {os.Interrupt}, 143: {syscall.SIGTERM}} { // the cause itself
		assert.Equal(t, want, status(fmt.Errorf("after step 3: %w", s), s))
	}
}

func TestParse(t *testing.T) {
	var help bytes.Buffer
	f := Flags("tool", "\nTool does things.\n", &help)
	n := f.Int("n", 1, "a number")
	c := Choice{Value: "a", Among: []string{"a", "b"}}
	f.Var(&c, "c", "a choice")
	require.NoError(t, Parse(f, []string{"-n", "2", "-c", "b"}))
	assert.Equal(t, 2, *n)
	assert.Equal(t, "b", c.Value)
	assert.True(t, Given(f, "n"))
	assert.Empty(t, help.String())

	f = Flags("tool", "\nTool does things.\n", &help)
	f.Int("n", 1, "a number")
	assert.False(t, Given(f, "n"))
	assert.ErrorIs(t, Parse(f, []string{"-h"}), flag.ErrHelp)
	assert.Contains(t, help.String(), "Tool does things.\n\nFlags:\n  -n int\n")
}

func TestWriteReport(t *testing.T) {
	var stdout bytes.Buffer
	require.NoError(t, WriteReport("-", &stdout, map[string]int{"a_b": 1}))
	assert.Equal(t, "{\n  \"a_b\": 1\n}\n", stdout.String())

	file := filepath.Join(t.TempDir(), "r.json")
	require.NoError(t, os.WriteFile(file, []byte("old"), 0o600))
	assert.Error(t, WriteReport(file, io.Discard, func() {}), "JSON has no functions")
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "old", string(b))
	require.NoError(t, WriteReport(file, io.Discard, 1))
	b, err = os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "1\n", string(b))
}

func TestForPeople(t *testing.T) {
	var stdout, stderr bytes.Buffer
	assert.Same(t, &stdout, ForPeople("", &stdout, &stderr))
	assert.Same(t, &stdout, ForPeople("r.json", &stdout, &stderr))
	assert.Same(t, &stderr, ForPeople("-", &stdout, &stderr))
}

func TestPeakRSS(t *testing.T) {
	assert.Greater(t, PeakRSS(), int64(1<<20))
	assert.Less(t, PeakRSS(), int64(1<<34))
}

func TestParseNames(t *testing.T) {
	f := Flags("tool", "", io.Discard)
	n := f.Int("n", 1, "a number")
	names, err := ParseNames(f, []string{"a", "-n", "2", "b", "--", "-c"})
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b", "-c"}, names)
	assert.Equal(t, 2, *n)
	_, err = ParseNames(f, []string{"a", "-x"})
	assert.EqualError(t, err, "tool: flag provided but not defined: -x (-h lists the flags)")
	assert.EqualError(t, Parse(f, []string{"-n", "3", "a"}), `tool: "a": want only flags (-h lists them)`)
}
