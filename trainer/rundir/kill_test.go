package rundir

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/trainer/checkpoint"
)

// start starts a process that makes the run of a directory, or continues it.
func start(t testing.TB, dir string, args ...string) (*exec.Cmd, *bytes.Buffer, *bytes.Buffer) {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	c := exec.Command(program, append(append([]string{"child"}, args...), dir)...)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	require.NoError(t, c.Start())
	return c, &stdout, &stderr
}

// kill runs a rule again and again until it has been killed that often, and then
// to its end: there is no difference to a run that was left alone.
func kill(t *testing.T, rule string, kills int) {
	want, err := run(t.Context(), t.TempDir(), job{rule: rule, epochs: 12})
	require.NoError(t, err)
	whole := t.TempDir()
	_, err = run(t.Context(), whole, job{rule: rule, epochs: 12})
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(1, uint64(kills)))
	longest := 400 * time.Millisecond
	killed, runs, inside := 0, 0, 0
	for dir := t.TempDir(); killed < kills; runs++ {
		require.Less(t, runs, 20*kills+20)
		c, stdout, stderr := start(t, dir, "-rule", rule, "-threads", strconv.Itoa(1+runs%3))
		timer := time.AfterFunc(time.Duration(r.Int64N(int64(longest))), func() { _ = c.Process.Kill() })
		err := c.Wait()
		timer.Stop()
		if err != nil {
			require.Contains(t, []string{"signal: killed", "exit status 1"}, err.Error(), "%s", stderr)
			require.Empty(t, stderr.String())
			killed++
			if c, _, _ := checkpoint.Newest(dir); c != nil {
				inside++
			}
			if killed < kills {
				continue
			}
			c, stdout, stderr = start(t, dir, "-rule", rule)
			require.NoError(t, c.Wait(), "%s", stderr)
		}
		var got result
		require.NoError(t, json.Unmarshal(stdout.Bytes(), &got))
		assert.Equal(t, want.Weights, got.Weights)
		assert.Equal(t, want.History, got.History)
		assert.Equal(t, metrics(t, whole), metrics(t, dir))
		assert.Subset(t, names(t, dir), names(t, whole), "an older checkpoint may be left")
		dir, longest = t.TempDir(), longest*3/4 // it came to its end: another run
	}
	assert.Positive(t, inside)
	t.Logf("%d kills in %d processes, %d after a checkpoint", killed, runs, inside)
}

func TestKilled(t *testing.T) {
	if runtime.GOOS == "windows" || testing.Short() {
		t.Skip("no signals, or an emulator")
	}
	kill(t, "everything", 10)
}
