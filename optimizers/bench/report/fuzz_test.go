package report_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/internal/fuzzing"
	"descent/optimizers/bench"
	"descent/optimizers/bench/report"
)

// oddFiles are a results file and others without its sums: with numbers at the ends
// of their range, runs without points, points out of order, names of anything.
func oddFiles(t testing.TB) (all [][]byte) {
	p := tunedPlan()
	p.Workloads, p.Trials, p.TuningSeeds, p.Seeds = p.Workloads[:1], 2, 1, 3
	_, file := run(t, p)
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	all = append(all, b)
	lines := bytes.SplitAfter(b, []byte("\n"))
	for _, n := range []int{1, 2, len(lines) - 3} {
		all = append(all, bytes.Join(lines[:n], nil))
	}
	for old, others := range map[string][]string{
		`"diverged":false`: {`"diverged":true`},
		`"points":[`:       {`"points":null,"x":[`, `"points":[{"step":-9223372036854775808,"epoch":-1,"metric":1e308},`},
		`"epoch":1`:        {`"epoch":0`, `"epoch":-1e308`, `"epoch":1e308`},
		`"metric":0`:       {`"metric":0,"x":0`, `"metric":-1.7e308,"x":0`, `"metric":1.7e308,"x":0`, `"metric":5e-324,"x":0`},
		`"loss":`:          {`"loss":1e308,"x":`},
		`"train_seconds":`: {`"train_seconds":-1e308,"x":`},
		`"step":10`:        {`"step":9223372036854775807`, `"step":0`},
		`"target":0.7`:     {`"target":1e308`, `"target":-1e308`, `"target":0`},
		`"epochs":3`:       {`"epochs":9223372036854775807`, `"epochs":1`},
		`"percent":true`:   {`"percent":false`},
		`"maximize":true`:  {`"maximize":false`},
		`"name":"one"`:     {`"name":"\u001b[31m</script>"`},
		`"values":[`:       {`"values":[1e308],"x":[`},
		`"low":0.001`:      {`"low":0`, `"low":-1e308`},
		`"log":true`:       {`"log":false`, `"from_one":true`},
		`"tuning_seeds":1`: {`"tuning_seeds":2`},
		`"seeds":3`:        {`"seeds":1`, `"seeds":9`},
	} {
		require.Contains(t, string(b), old)
		for _, other := range others {
			all = append(all, bytes.ReplaceAll(b, []byte(old), []byte(other)), bytes.Replace(b, []byte(old), []byte(other), 1))
		}
	}
	return all
}

// Whatever a valid results file says, it has a report.
func FuzzReport(f *testing.F) {
	for _, b := range oddFiles(f) {
		f.Add(b)
	}
	name := filepath.Join(f.TempDir(), "results.jsonl")
	f.Fuzz(func(t *testing.T, b []byte) {
		require.NoError(t, os.WriteFile(name, sealed(b), 0o600))
		r, _, err := bench.ReadResults(name)
		fuzzing.Error(t, err, "bench: "+name+": ")
		if err != nil {
			return
		}
		if _, all := r.Missing(); all > 1000 {
			return // takes long
		}
		for _, o := range []report.Options{{}, {Level: .5, NoTimings: true}} {
			a, err := report.Analyze(r, o)
			require.NoError(t, err)
			var text, table bytes.Buffer
			require.NoError(t, a.WriteText(&text))
			require.NoError(t, a.WriteCSV(&table))
			_, err = json.Marshal(a) // fails for a number that JSON has not
			require.NoError(t, err)
			for _, s := range []string{text.String(), table.String()} {
				require.NotContains(t, s, "NaN")
				require.True(t, utf8.ValidString(s))
			}
		}
	})
}

// And a page, with figures, which take too long to be fuzzed.
func TestPageOfOddFiles(t *testing.T) {
	name := filepath.Join(t.TempDir(), "results.jsonl")
	pages := 0
	for _, b := range oddFiles(t) {
		require.NoError(t, os.WriteFile(name, sealed(b), 0o600))
		r, _, err := bench.ReadResults(name)
		if err != nil {
			continue
		}
		_, _, html := outputs(t, r)
		wellFormed(t, html)
		assert.NotContains(t, static(html), "NaN")
		pages++
	}
	assert.Greater(t, pages, 30)
}

// sealed makes lines, which were mutated, those that package bench writes.
func sealed(b []byte) []byte {
	sum := func(b []byte) string { s := sha256.Sum256(b); return fmt.Sprintf("%x", s[:12]) }
	var out []byte
	for line := range bytes.Lines(b) {
		var v any
		var h bench.Header
		var r bench.Record
		if json.Unmarshal(line, &h) == nil && h.Kind == "header" {
			v = h
		} else if json.Unmarshal(line, &r) == nil {
			key, _ := json.Marshal(r.Key)
			r.ID = sum(key)
			v = r
		}
		line, err := json.Marshal(v)
		if err != nil {
			continue
		}
		line = line[:len(line)-1]
		out = append(out, fmt.Sprintf("%s,\"sum\":\"%s\"}\n", line, sum(line))...)
	}
	return out
}
