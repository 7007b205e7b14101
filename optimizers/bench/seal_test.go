package bench

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// smallFile is a file of a header and three runs.
func smallFile(t testing.TB) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "results.jsonl")
	p := plan()
	p.Workloads, p.Optimizers, p.Studies, p.Seeds = p.Workloads[:1], p.Optimizers[3:], 1, 3
	_, err := Runner{Plan: p, File: file}.Run(t.Context())
	require.NoError(t, err)
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	return b
}

// Whatever byte of a file is another one, it is refused, or its last line is left
// out as torn.
func TestEveryByte(t *testing.T) {
	whole := smallFile(t)
	want, size, err := parseResults(whole)
	require.NoError(t, err)
	require.Len(t, want.Records, 3)
	require.Equal(t, len(whole), size)
	last := bytes.LastIndexByte(whole[:len(whole)-1], '\n') + 1
	for i := range whole {
		for _, other := range []byte{whole[i] ^ 1, whole[i] ^ 0x20, whole[i] ^ 0x80, '0', '9', '\n', ' '} {
			if other == whole[i] {
				continue
			}
			b := bytes.Clone(whole)
			b[i] = other
			got, size, err := parseResults(b)
			if err != nil {
				continue
			}
			// Without the end of the line before, the last line begins there.
			require.GreaterOrEqual(t, i, last-1, "byte %d as %q", i, other)
			require.Less(t, size, len(b), "byte %d as %q", i, other)
			require.Equal(t, want.Records[:len(got.Records)], got.Records)
			require.GreaterOrEqual(t, len(got.Records), 1)
		}
	}
}

func TestHeaderRefused(t *testing.T) {
	whole := smallFile(t)
	for want, edit := range map[string][2]string{
		"line 1: header: Seeds = 4611686018427387904: want [1, 1000]":                                                  {`"seeds":3`, `"seeds":4611686018427387904`},
		"line 1: header: Seeds = 1000000000: want [1, 1000]":                                                           {`"seeds":3`, `"seeds":1000000000`},
		"line 1: header: no tuning seeds: want 1 or more":                                                              {`"tuning_seeds":2`, `"tuning_seeds":0`},
		`line 1: header: cell 0: study 0 of "fixed" on "one": want a study, an optimizer and a workload of the header`: {`"name":"one"`, `"name":"` + strings.Repeat("x", 10_000) + `"`},
		`line 1: header: "one": Epochs = -5: want 1 or more`:                                                           {`"epochs":2`, `"epochs":-5`},
	} {
		line := bytes.Replace(whole[:bytes.IndexByte(whole, '\n')], []byte(edit[0]), []byte(edit[1]), 1)
		_, _, err := parseResults(append(line, '\n'))
		assert.EqualError(t, err, "line 1: the line was changed: its sum does not match its bytes")
		line = line[:len(line)-len(tail(nil))]
		_, _, err = parseResults(append(append(line, tail(line)...), '\n'))
		assert.EqualError(t, err, want)
	}
}

// A workload that gives negative times is told so, and a file that has them
// refused: no report can be made of them.
func TestNegativePoints(t *testing.T) {
	for want, p := range map[string]Point{
		"point 1: step -1, epoch 0, 0 seconds: want 0 or more each":   {Step: -1},
		"point 1: step 0, epoch -0.5, 0 seconds: want 0 or more each": {Epoch: -.5},
		"point 1: step 0, epoch 0, -2 seconds: want 0 or more each":   {Seconds: -2},
	} {
		r := newRecord(RunKey{Workload: "one"}, Curve{Points: []Point{{}, p}}, 0)
		line, err := seal(r)
		require.NoError(t, err)
		_, _, err = parseResults(slices.Concat(smallFile(t), line, []byte("\n")))
		assert.EqualError(t, err, "line 5: run "+r.ID+": "+want)

		o := task{workload: backwards{&bowl{name: "one"}, p}}.do(t.Context())
		assert.ErrorContains(t, o.err, want)
	}
}

// backwards is a workload whose second point is p.
type backwards struct {
	*bowl
	p Point
}

func (b backwards) Run(context.Context, Run) (Curve, error) {
	return Curve{Points: []Point{{}, b.p}}, nil
}
