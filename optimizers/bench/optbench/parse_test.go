package optbench

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"descent/optimizers/bench"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The library's shapes of rate and the command's of the same names are the same.
func TestSchedules(t *testing.T) {
	for _, library := range []bench.Schedule{bench.ConstantRate(), bench.CosineRate()} {
		ours, err := parseSchedule(library.Name)
		require.NoError(t, err)
		for _, updates := range []int{1, 2, 1000} {
			a, err := library.Of(.3, updates)
			require.NoError(t, err)
			b, err := ours.Of(.3, updates)
			require.NoError(t, err)
			for step := range updates {
				assert.Equal(t, a.At(step), b.At(step), "%s %d/%d", library.Name, step, updates)
			}
		}
	}
}

func TestParseShard(t *testing.T) {
	lookup := func(pairs ...string) func(string) (string, bool) {
		return func(name string) (string, bool) {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == name {
					return pairs[i+1], true
				}
			}
			return "", false
		}
	}
	const id, first, step, count = "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_STEP", "SLURM_ARRAY_TASK_COUNT"
	for _, c := range []struct {
		text string
		env  []string
		want string // index and count, or the error
	}{
		{"", nil, "0 0"},
		{"1/1", nil, "0 1"},
		{"3/4", nil, "2 4"},
		{"0/4", nil, "want I/N with 1 ≤ I ≤ N, or env"},
		{"1", nil, "want I/N with 1 ≤ I ≤ N, or env"},
		{"env", []string{id, "3", count, "4", first, "0"}, "3 4"},
		{"env", []string{id, "11", count, "3", first, "1", step, "5"}, "2 3"},
		{"env", []string{id, "10", count, "3", first, "1", step, "5"}, "a Slurm array: SLURM_ARRAY_TASK_ID=10: want one of 3 indices from 1 in steps of 5"},
		{"env", []string{id, "4", count, "4"}, "a Slurm array: SLURM_ARRAY_TASK_ID=4: want one of 4 indices from 0 in steps of 1"},
		{"env", []string{id, "x", count, "4"}, "a Slurm array: SLURM_ARRAY_TASK_ID=x: want a whole number"},
		{"env", []string{id, "1", count, "4", step, "0"}, "a Slurm array: SLURM_ARRAY_TASK_ID=1: want one of 4 indices from 0 in steps of 0"},
		{"env", []string{"JOB_COMPLETION_INDEX", "1", "JOB_COMPLETIONS", "2"}, "1 2"},
		{"env", []string{"JOB_COMPLETION_INDEX", "1"}, "a Kubernetes indexed job: JOB_COMPLETIONS is not set: want the number of parts"},
		{"env", nil, "neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set"},
	} {
		s, err := parseShard(c.text, lookup(c.env...))
		if err != nil {
			assert.ErrorContains(t, err, c.want)
			continue
		}
		assert.Equal(t, c.want, fmt.Sprint(s.Index, s.Count))
	}
}
