package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// asCommand is set for the test binary to be the command.
const asCommand = "OPTBENCH_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		os.Exit(command().Main())
	}
	goleak.VerifyTestMain(m)
}

// Killed ten times, wherever it is just then, a grid comes to the same report.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a process eleven times; tested in full where tests are not short")
	}
	const line = "-workloads quadratic,airfoil -optimizers sgd,momentum,adam -studies 1 -trials 8 -seeds 8 -jobs 2 -quiet -out "
	whole, dir := t.TempDir(), t.TempDir()
	_, _, err := try(line + whole)
	require.NoError(t, err)

	file := filepath.Join(dir, "results.jsonl")
	lines := func() int {
		b, _ := os.ReadFile(file)
		return bytes.Count(b, []byte("\n"))
	}
	killed := 0
	for lines() < 121 {
		before := lines()
		c := exec.Command(os.Args[0], strings.Fields(line+dir)...)
		c.Env = append(os.Environ(), asCommand+"=1")
		require.NoError(t, c.Start())
		ended := make(chan error, 1)
		go func() { ended <- c.Wait() }()
		for killed < 10 && lines() < before+2 && len(ended) == 0 {
			time.Sleep(time.Millisecond)
		}
		if killed < 10 && len(ended) == 0 {
			require.NoError(t, c.Process.Kill())
			killed++
			<-ended
			continue
		}
		require.NoError(t, <-ended)
	}
	assert.Equal(t, 10, killed)
	assert.Equal(t, 121, lines(), "a header and 120 runs")
	assert.Equal(t, untimed(t, whole), untimed(t, dir))
}
