package rundir

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/datasets"
	"descent/internal/fulldisk"
	"descent/trainer"
	"descent/trainer/checkpoint"
)

// TestInterrupted: a run whose context ends says so, leaves a checkpoint, and
// continues with the same numbers.
func TestInterrupted(t *testing.T) {
	for rule := range rules {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			whole, dir := t.TempDir(), t.TempDir()
			want, err := run(t.Context(), whole, job{rule: rule, epochs: 3})
			require.NoError(t, err)
			for _, at := range []int{5, 12, 13} {
				ctx, cancel := context.WithCancel(t.Context())
				_, err = run(ctx, dir, job{rule: rule, epochs: 3, resume: true, hook: trainer.Hook{StepEnd: func(s *trainer.State) error {
					if s.Step == at {
						cancel()
					}
					return nil
				}}})
				require.ErrorIs(t, err, context.Canceled)
				cancel()
				c, path, err := checkpoint.Newest(dir)
				require.NoError(t, err)
				assert.Equal(t, at, c.Step())
				assert.Equal(t, step(at), filepath.Base(path))
			}
			got, err := run(t.Context(), dir, job{rule: rule, epochs: 3, resume: true, threads: 2})
			require.NoError(t, err)
			assert.Equal(t, want, got)
			assert.Equal(t, metrics(t, whole), metrics(t, dir))
			assert.Subset(t, names(t, dir), names(t, whole))
		})
	}
}

// TestExtended: a finished run goes on to more epochs.
func TestExtended(t *testing.T) {
	whole, dir := t.TempDir(), t.TempDir()
	want, err := run(t.Context(), whole, job{rule: "momentum", epochs: 4})
	require.NoError(t, err)
	for _, epochs := range []int{2, 2, 4} {
		got, err := run(t.Context(), dir, job{rule: "momentum", epochs: epochs, resume: true})
		require.NoError(t, err)
		if epochs == 4 {
			assert.Equal(t, want, got)
		}
	}
	assert.Equal(t, metrics(t, whole), metrics(t, dir))
}

// TestDamaged: of a checkpoint that is cut off anywhere, or in which a bit is turned,
// it is said so, and the one before it is used.
func TestDamaged(t *testing.T) {
	if testing.Short() {
		damage(t, 611, 5003)
	} else {
		damage(t, 61, 509)
	}
}

// damage cuts a file at every so many bytes, and turns every so many bits.
func damage(t *testing.T, bytes, bits int) {
	dir := t.TempDir()
	want, err := run(t.Context(), dir, job{rule: "everything", epochs: 3})
	require.NoError(t, err)
	all := metrics(t, dir)
	newest := filepath.Join(dir, step(21))
	text, err := os.ReadFile(newest)
	require.NoError(t, err)
	log, err := os.ReadFile(filepath.Join(dir, metricsFile))
	require.NoError(t, err)
	tried := 0
	check := func(what string, damaged []byte, again bool) {
		t.Helper()
		tried++
		require.NoError(t, os.WriteFile(newest, damaged, 0o666))
		c, path, err := checkpoint.Newest(dir)
		require.ErrorContains(t, err, newest, what)
		require.NotNil(t, c, what)
		require.Equal(t, step(20), filepath.Base(path))
		if !again {
			return
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, metricsFile), log, 0o666))
		old, err := os.ReadFile(path)
		require.NoError(t, err)
		got, err := run(t.Context(), dir, job{rule: "everything", epochs: 3, resume: true})
		require.NoError(t, err)
		assert.Equal(t, want, got, what)
		assert.Equal(t, all, metrics(t, dir))
		require.NoError(t, os.WriteFile(path, old, 0o666))
	}
	for n := 0; n < len(text); n += bytes {
		check(fmt.Sprintf("cut at %d", n), text[:n], n%(100*bytes) == 0)
	}
	for i := 0; i < 8*len(text); i += bits {
		b := []byte(string(text))
		b[i/8] ^= 1 << (i % 8)
		check(fmt.Sprintf("bit %d", i), b, false)
	}
	t.Logf("%d damaged files, each found out", tried)
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	_, err := run(t.Context(), dir, job{rule: "momentum", epochs: 1})
	require.NoError(t, err)
	refuse := func(want string, j job) {
		t.Helper()
		_, err := run(t.Context(), dir, j)
		require.Error(t, err)
		assert.Equal(t, "rundir: "+dir+": "+want, strings.ReplaceAll(err.Error(), "open "+dir+"/none/metrics.jsonl", "open none"))
	}
	refuse("already has a run: want to resume it, or another directory", job{rule: "momentum", epochs: 1})
	refuse(`setting "seed" = 1: want 0, as in run.json`, job{rule: "momentum", epochs: 1, seed: 1, resume: true})
	refuse(`setting "more" = true: want <nil>, as in run.json`, job{rule: "momentum", epochs: 1, resume: true, change: func(o *Options) {
		o.Settings.(map[string]any)["more"] = true
	}})
	refuse("LogSteps = -1: want 0 or more", job{rule: "momentum", epochs: 1, resume: true, change: func(o *Options) { o.LogSteps = -1 }})
	refuse("HashSteps = -1: want 0 or more", job{rule: "momentum", epochs: 1, resume: true, change: func(o *Options) { o.HashSteps = -1 }})
	refuse("Train is nil: want the training data", job{rule: "momentum", epochs: 1, resume: true, change: func(o *Options) { o.Train = nil }})
	refuse("Against: open none: no such file or directory", job{rule: "momentum", epochs: 1, resume: true, against: filepath.Join(dir, "none")})
	_, err = run(t.Context(), dir, job{rule: "momentum", epochs: 1, resume: true, change: func(o *Options) { o.Train = o.Test }})
	assert.ErrorContains(t, err, "the train data has the fingerprint ")

	first, err := Open(t.Context(), t.TempDir(), Options{Train: dataOf(t)})
	require.NoError(t, err)
	_, err = Open(t.Context(), first.dir, Options{Train: dataOf(t), Resume: true})
	assert.EqualError(t, err, "rundir: "+first.dir+": another process is using it: want another directory")
	if !testing.Short() { // an emulator starts no process of its own
		c, _, stderr := start(t, first.dir)
		require.EqualError(t, c.Wait(), "exit status 1")
		assert.Equal(t, "rundir: "+first.dir+": another process is using it: want another directory\n", stderr.String())
	}
	require.NoError(t, first.Close())
	again, err := Open(t.Context(), first.dir, Options{Train: dataOf(t), Resume: true})
	require.NoError(t, err)
	assert.Nil(t, again.Checkpoint())
	require.NoError(t, again.Close())
	require.NoError(t, again.Close())
}

// TestAgainst: a run that leaves another one says at which update, and in which
// parameter.
func TestAgainst(t *testing.T) {
	other := t.TempDir()
	_, err := run(t.Context(), other, job{rule: "everything", epochs: 3})
	require.NoError(t, err)
	_, err = run(t.Context(), t.TempDir(), job{rule: "everything", epochs: 3, threads: 2, against: other})
	require.NoError(t, err, "another number of threads")

	_, err = run(t.Context(), t.TempDir(), job{rule: "everything", epochs: 3, against: other, hook: trainer.Hook{StepEnd: func(s *trainer.State) error {
		if s.Step == 13 {
			s.Model.Params()[2].Value[0]++ // of the second dense layer
		}
		return nil
	}}})
	assert.Regexp(t, `^trainer: run directory: StepEnd: against .*: step 14: the loss is .*: want .*, as there; after step 20 the first parameter that differs is "0.weight", and the batches are equal$`, err)

	_, err = run(t.Context(), t.TempDir(), job{rule: "everything", epochs: 3, seed: 1, against: other})
	assert.Regexp(t, `: step 1: the loss is .*; after step 10 the first parameter that differs is "0.weight", and the batches differ$`, err)

	_, err = run(t.Context(), t.TempDir(), job{rule: "momentum", epochs: 1, against: other, change: func(o *Options) { o.HashSteps = 1000 }})
	assert.Regexp(t, `^trainer: run directory: FitEnd: against .*: step 1: the learning rate is 0.01: want .*, as there`, err)
}

// TestFails: a run ends with an error at a log or a checkpoint that cannot be
// written, and what was there before continues it.
func TestFails(t *testing.T) { fulldisk.Test(t, func() { fails(t) }) }

func fails(t *testing.T) {
	dir := t.TempDir()
	want, err := run(t.Context(), t.TempDir(), job{rule: "everything", epochs: 12})
	require.NoError(t, err)
	for _, bytes := range []int{3000, 6000, 9000} {
		fulldisk.At(t, bytes, func() {
			_, err := run(t.Context(), dir, job{rule: "everything", epochs: 12, resume: true})
			require.ErrorIs(t, err, fulldisk.Error)
		})
	}
	got, err := run(t.Context(), dir, job{rule: "everything", epochs: 12, resume: true})
	require.NoError(t, err)
	assert.Equal(t, want, got)

	broken := errors.New("broken")
	dir = t.TempDir()
	_, err = run(t.Context(), dir, job{rule: "momentum", epochs: 3, hook: trainer.Hook{Name: "mine", StepEnd: func(s *trainer.State) error {
		if s.Step == 9 {
			return broken
		}
		return nil
	}}})
	require.ErrorIs(t, err, broken)
	c, _, err := checkpoint.Newest(dir)
	require.NoError(t, err)
	assert.Equal(t, 9, c.Step(), "the step had been done")
}

// failing is data of which a batch fails, once.
type failing struct {
	datasets.Dataset
	left *int
}

func (d failing) GatherEpoch(b *datasets.Batch, rows []int, epoch int) error {
	if *d.left--; *d.left == 0 {
		return errors.New("row 17 is torn")
	}
	return d.Dataset.(datasets.EpochGatherer).GatherEpoch(b, rows, epoch)
}

// TestContinuesAfterAFault: what fails in a run of its own doing leaves a checkpoint
// to continue from, with the same end.
func TestContinuesAfterAFault(t *testing.T) {
	whole := t.TempDir()
	want, err := run(t.Context(), whole, job{rule: "momentum", epochs: 3})
	require.NoError(t, err)
	left := 33
	for name, c := range map[string]struct {
		step  int // of the last checkpoint
		fault job
		want  string
	}{
		"data": {31, job{wrap: func(d datasets.Dataset) datasets.Dataset { return failing{d, &left} }}, "row 17 is torn"},
		"hook": {30, job{hook: at(30, func(*trainer.State) error { return errors.New("mine") })}, "mine"},
		"not a number at a checkpoint": {21, job{hook: at(28, func(s *trainer.State) error {
			s.Model.Params()[0].Value[0] = float32(math.Inf(1))
			return nil
		})}, "Inf"},
		"not a number": {28, job{hook: at(30, func(s *trainer.State) error {
			s.Model.Params()[0].Value[0] = float32(math.NaN())
			return nil
		})}, "NaN"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			j := c.fault
			j.rule, j.epochs = "momentum", 3
			_, err := run(t.Context(), dir, j)
			require.ErrorContains(t, err, c.want)
			newest, _, err := checkpoint.Newest(dir)
			require.NoError(t, err)
			assert.LessOrEqual(t, c.step, newest.Step()+3, "the loader is ahead of the run")
			got, err := run(t.Context(), dir, job{rule: "momentum", epochs: 3, resume: true})
			require.NoError(t, err)
			assert.Equal(t, want, got)
			assert.Equal(t, metrics(t, whole), metrics(t, dir))
		})
	}
}

// at is a hook for one step.
func at(step int, f func(*trainer.State) error) trainer.Hook {
	return trainer.Hook{StepEnd: func(s *trainer.State) error {
		if s.Step == step {
			return f(s)
		}
		return nil
	}}
}
