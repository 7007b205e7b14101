package rundir

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"descent/internal/fuzzing"
	"descent/trainer/checkpoint"
)

// FuzzMetrics: of a log of any bytes, what is kept is whole lines of it, and what is
// kept once is kept again.
func FuzzMetrics(f *testing.F) {
	dir := f.TempDir()
	_, err := run(context.Background(), dir, job{rule: "everything", epochs: 2})
	require.NoError(f, err)
	text, err := os.ReadFile(filepath.Join(dir, metricsFile))
	require.NoError(f, err)
	c, _, err := checkpoint.Newest(dir)
	require.NoError(f, err)
	f.Add(text)
	f.Add(text[:len(text)-7])
	f.Add([]byte("{\"kind\":\"epoch\"}\n{}\n\n\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), metricsFile)
		require.NoError(t, os.WriteFile(path, b, 0o666))
		var kept []byte
		var err error
		fuzzing.Bounded(t, len(b), 256, 1<<17, func() {
			kept = before(b, c)
			_, err = readRecorded(filepath.Dir(path))
		})
		fuzzing.Error(t, err, metricsFile+": line ")
		for l := range bytes.Lines(kept) {
			require.True(t, bytes.Contains(b, l))
		}
		require.Equal(t, kept, before(kept, c))
	})
}

// FuzzRun: a directory with a run.json of any bytes is resumed, or refused.
func FuzzRun(f *testing.F) {
	dir := f.TempDir()
	data := dataOf(f)
	o := Options{Train: data, Settings: map[string]any{"a": 1, "b": []string{"c"}}, Resume: true}
	d, err := Open(f.Context(), dir, o)
	require.NoError(f, err)
	require.NoError(f, d.Close())
	text, err := os.ReadFile(filepath.Join(dir, runFile))
	require.NoError(f, err)
	f.Add(text)
	f.Add(text[:len(text)/2])
	f.Add([]byte(`{"settings":{"a":{}}}`))
	now, err := describe(f.Context(), o)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, b []byte) {
		r := &Run{dir: t.TempDir(), options: o}
		require.NoError(t, os.WriteFile(r.path(runFile), b, 0o666))
		var resumes bool
		var err error
		fuzzing.Bounded(t, len(b), 256, 1<<17, func() { resumes, err = r.agrees(now) })
		require.Equal(t, err == nil, resumes)
	})
}
