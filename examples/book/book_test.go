package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"descent/examples/book/internal/page"
	"descent/internal/cli"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Everything but LeNet: every number agrees, every section is there, and the
// page asks nobody for anything.
func TestQuick(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes with an emulator")
	}
	out := filepath.Join(t.TempDir(), "out")
	var stdout, stderr bytes.Buffer
	require.NoError(t, run(context.Background(), []string{"-quick", "-out", out, "-report", "-"}, &stdout, &stderr), "%s", &stderr)

	var rows []struct {
		ID, Section, Quantity, Kind, Note string
		Printed, Expected, Ours           any
		Slip                              page.Slip
		OK                                bool
	}
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &rows), "nothing but the report goes to standard output")
	seen, kinds := map[string]bool{}, map[string]int{}
	for _, r := range rows {
		name := r.ID + ": " + r.Quantity
		assert.False(t, seen[name], "%s is there twice", name)
		seen[name] = true
		seen[r.Section] = true
		kinds[r.Kind]++
		assert.True(t, r.OK, "%s: %s: printed %v, ours %v: %s", r.ID, r.Quantity, r.Printed, r.Ours, r.Note)
		assert.NotEmpty(t, r.Quantity)
		if r.Kind == string(page.Wrong) {
			assert.NotEmpty(t, []string{r.Slip.Place, r.Slip.Quote, r.Slip.Right, r.Slip.Why}, name)
		}
	}
	for _, s := range sections {
		assert.True(t, seen[s.Number], "%s: no rows", s.Number)
	}
	for _, k := range []page.Kind{page.Exact, page.CannotTell, page.Wrong, page.Answer, page.Checked, page.Shown} {
		assert.Positive(t, kinds[string(k)], k)
	}

	html, err := os.ReadFile(filepath.Join(out, "index.html"))
	require.NoError(t, err)
	figures, err := filepath.Glob(filepath.Join(out, "*.svg"))
	require.NoError(t, err)
	assert.Equal(t, len(figures), strings.Count(string(html), "<figure"), "every figure stands in the page")
	assert.Greater(t, len(figures), 70)
	assert.Empty(t, regexp.MustCompile(`(?i)(src|href|url)\s*[=(]\s*["']?(https?:)?//`).FindAllString(string(html), -1))
	for _, e := range all() {
		assert.Equal(t, !e.LeNet, strings.Contains(string(html), `id="`+e.ID+`"`), e.ID)
	}
	t.Run("gallery", func(t *testing.T) {
		// On another kind of processor products and sums are rounded otherwise.
		if runtime.GOARCH != "amd64" {
			t.Skip("figures are equal on amd64 only")
		}
		shown, err := filepath.Glob("gallery/*.svg")
		require.NoError(t, err)
		require.Len(t, shown, 5)
		for _, name := range shown {
			want, err := os.ReadFile(filepath.Join(out, filepath.Base(name)))
			require.NoError(t, err)
			got, err := os.ReadFile(name)
			require.NoError(t, err)
			assert.True(t, bytes.Equal(want, got), "%s is not what the program draws: see README.md", name)
		}
	})
	info, err := os.Stat(filepath.Join(out, "index.html"))
	require.NoError(t, err)
	assert.Less(t, info.Size(), int64(12e6))
	t.Run("browser", func(t *testing.T) { opensAlone(t, filepath.Join(out, "index.html"), len(figures)) })
	t.Run("without scripts", func(t *testing.T) { worksWithoutScripts(t, filepath.Join(out, "index.html"), len(figures)) })
}

func TestChoose(t *testing.T) {
	ids := func(names ...string) (v []string) {
		chosen, err := choose(names)
		require.NoError(t, err)
		for _, e := range chosen {
			v = append(v, e.ID)
		}
		return v
	}
	assert.Equal(t, []string{"11.6.ravine", "003.rosenbrock"}, ids("003.rosenbrock", "11.6.ravine"), "in the order of the page")
	for _, id := range ids("11.1") {
		assert.True(t, strings.HasPrefix(id, "11.1."), id)
	}
	known := map[string]bool{}
	for _, id := range ids() {
		assert.False(t, known[id], "%s is there twice", id)
		known[id] = true
	}
	_, err := choose([]string{"11.12"})
	assert.EqualError(t, err, `"11.12": no such experiment or section (-list lists them)`)
}

func TestShortNames(t *testing.T) {
	everything := all()
	var before int
	for i, e := range everything {
		if e.ID == "11.10.bias" {
			before = i
		}
	}
	names := shortNames(everything[before:])
	assert.Equal(t, []string{"11.10.bias", "11.10.decay", "11.10.diverge", "11.11", "002", "003"}, names)
	again, err := choose(names)
	require.NoError(t, err)
	assert.Len(t, again, len(everything)-before)
}

// An interrupt leaves the page of what was done, and says what was not.
func TestInterrupt(t *testing.T) {
	out := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	shown := &writer{func(line string) {
		if strings.HasPrefix(line, "11.1.minima") {
			cancel()
		}
	}}
	err := run(ctx, []string{"-out", out, "11.1.risk", "11.1.minima", "11.1.vanishing", "003"}, shown, new(bytes.Buffer))
	require.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "has the 2 finished experiments; to run the others: -out OTHER 11.1.vanishing 003")
	html, err := os.ReadFile(filepath.Join(out, "index.html"))
	require.NoError(t, err)
	assert.Contains(t, string(html), `id="11.1.minima"`)
	assert.NotContains(t, string(html), `id="11.1.vanishing"`)
}

// writer calls a function with what is written to it.
type writer struct{ seen func(string) }

func (w *writer) Write(b []byte) (int, error) {
	w.seen(string(b))
	return len(b), nil
}

func TestUsage(t *testing.T) {
	for args, want := range map[string]string{
		"11.12":             `book: "11.12": no such experiment or section`,
		"-epochs 0":         "book: -epochs 0: want [1, 1000]",
		"-out= 11.6.ravine": `book: -out "": want a directory`,
		"-frob":             "book: flag provided but not defined: -frob",
		"11.6 -quick x":     `book: "x": no such experiment or section`,
		"-quick 11.8.lenet": "book: -quick 11.8.lenet: trains LeNet, which -quick skips",
	} {
		err := run(context.Background(), strings.Fields(args), new(bytes.Buffer), new(bytes.Buffer))
		var usage *cli.UsageError
		require.ErrorAs(t, err, &usage)
		assert.ErrorContains(t, err, want)
	}
	var out bytes.Buffer
	require.NoError(t, run(context.Background(), []string{"-list", "11.6"}, &out, new(bytes.Buffer)))
	assert.True(t, strings.HasPrefix(out.String(), "11.6 Momentum\n    11.6.ravine "), out.String())
}
